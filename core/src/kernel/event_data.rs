//! The data of an event, as canonical JSON text that is written once: its members in order, with the images
//! among them.

use std::sync::Arc;

use serde::ser::{Error as _, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};

use super::made_from::WAS;
use crate::error::Error;

/// The member that carries the images of the rows that a command changed.
pub const IMAGES: &str = "images";

/// Bytes reserved for the members of an event: enough for most.
const USUAL: usize = 256;

/// The members of an object as canonical JSON (RFC 8785), without the braces. `serde_json` writes strings,
/// integers and everything made of these in canonical form. It is kept as bytes until it is whole: text would
/// be validated with every piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventData {
    text: Vec<u8>,
    /// Where the members `images` and `was` belong: each before the first one that sorts after it.
    places: [Option<usize>; 2],
    last: String,
}

impl EventData {
    /// Writes the members of a struct or a map.
    pub fn of(data: &impl Serialize) -> Result<Self, Error> {
        let mut said = Self { text: Vec::with_capacity(USUAL), ..Self::default() };
        data.serialize(Members(&mut said)).map_err(|_| Error::corrupted("the data of an event"))?;
        Ok(said)
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), serde_json::Error> {
        if !self.text.is_empty() {
            if self.last.as_str() >= name {
                return Err(serde_json::Error::custom("members are not in order"));
            }
            self.text.push(b',');
        }
        for (place, added) in self.places.iter_mut().zip([IMAGES, WAS]) {
            if place.is_none() && name > added {
                *place = Some(self.text.len());
            }
        }
        self.last.clear();
        self.last.push_str(name);
        serde_json::to_writer(&mut self.text, name)?;
        self.text.push(b':');
        serde_json::to_writer(&mut self.text, value)
    }

    /// Adds a member whose name sorts before all others.
    pub fn lead(&mut self, name: &str, value: &impl Serialize) -> Result<(), Error> {
        let mut first = Self::default();
        first.member(name, value).map_err(|_| Error::corrupted("the data of an event"))?;
        let mut quoted = self.text.split(|byte| *byte == b'"');
        if quoted.nth(1).is_some_and(|next| next <= name.as_bytes()) || name >= IMAGES {
            return Err(Error::corrupted("members are not in order"));
        }
        if self.text.is_empty() {
            *self = first;
            return Ok(());
        }
        let added = first.text.len() + 1;
        first.text.push(b',');
        first.text.append(&mut self.text);
        self.text = first.text;
        let moved = |place| if place == 0 { added } else { place + added };
        self.places = self.places.map(|place| place.map(moved));
        Ok(())
    }

    /// The whole object.
    pub fn whole(&self) -> Result<Arc<str>, Error> {
        shared(&[b"{", self.text.as_slice(), b"}"].concat())
    }

    /// The whole object with the images that `images` writes into the first text, and the proofs of what was
    /// before them, which it writes into the second; each with commas between them. Images have about `room`
    /// bytes.
    pub fn with_images(
        &self,
        room: usize,
        images: impl FnOnce(&mut Vec<u8>, &mut Vec<u8>) -> Result<(), serde_json::Error>,
    ) -> Result<Arc<str>, Error> {
        let [first, second] = self.places.map(|place| place.unwrap_or(self.text.len()));
        let (before, rest) = self.text.split_at(first);
        let (between, after) = rest.split_at(second.saturating_sub(first));
        let (mut text, mut was) = (Vec::with_capacity(self.text.len() + room), Vec::new());
        text.push(b'{');
        join(&mut text, before);
        join(&mut text, b"\"images\":[");
        images(&mut text, &mut was).map_err(|_| Error::corrupted("an image has no JSON form"))?;
        text.push(b']');
        join(&mut text, between);
        join(&mut text, b"\"was\":[");
        text.append(&mut was);
        text.push(b']');
        join(&mut text, after);
        text.push(b'}');
        shared(&text)
    }
}

/// Adds members to the text of an object, with a comma before them where others are there.
fn join(text: &mut Vec<u8>, members: &[u8]) {
    let members = members.strip_suffix(b",").unwrap_or(members);
    if members.is_empty() {
        return;
    }
    if text.len() > 1 {
        text.push(b',');
    }
    text.extend_from_slice(members);
}

fn shared(text: &[u8]) -> Result<Arc<str>, Error> {
    std::str::from_utf8(text).map(Arc::from).map_err(|_| Error::corrupted("the data of an event"))
}

/// Takes the members of an object, and nothing that is none.
struct Members<'s>(&'s mut EventData);

macro_rules! refused {
    ($($method:ident($($type:ty),*);)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<(), serde_json::Error> {
            Err(serde_json::Error::custom("not an object"))
        }
    )*};
}

type Never = Impossible<(), serde_json::Error>;

#[allow(clippy::disallowed_types, reason = "serde asks for floats, and is told that there are none")]
impl<'s> Serializer for Members<'s> {
    type Ok = ();
    type Error = serde_json::Error;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = MemberWriter<'s>;
    type SerializeStruct = MemberWriter<'s>;
    type SerializeStructVariant = Never;

    refused! {
        serialize_bool(bool); serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64);
        serialize_f32(f32); serialize_f64(f64); serialize_char(char); serialize_str(&str); serialize_bytes(&[u8]);
        serialize_none(); serialize_unit(); serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Self::Error> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Self::Error> {
        Err(serde_json::Error::custom("not an object"))
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Never, Self::Error> {
        Err(serde_json::Error::custom("not an object"))
    }
    fn serialize_tuple(self, _: usize) -> Result<Never, Self::Error> {
        Err(serde_json::Error::custom("not an object"))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, Self::Error> {
        Err(serde_json::Error::custom("not an object"))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, Self::Error> {
        Err(serde_json::Error::custom("not an object"))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<MemberWriter<'s>, Self::Error> {
        Ok(MemberWriter { said: self.0, name: String::new() })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MemberWriter<'s>, Self::Error> {
        Ok(MemberWriter { said: self.0, name: String::new() })
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, Self::Error> {
        Err(serde_json::Error::custom("not an object"))
    }
}

/// Members as they come, with the name of the current one.
struct MemberWriter<'s> {
    said: &'s mut EventData,
    name: String,
}

impl SerializeStruct for MemberWriter<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        self.said.member(name, value)
    }
    fn end(self) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl SerializeMap for MemberWriter<'_> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Self::Error> {
        match serde_json::to_value(key)? {
            serde_json::Value::String(name) => {
                self.name = name;
                Ok(())
            }
            _ => Err(serde_json::Error::custom("a name is no text")),
        }
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Self::Error> {
        self.said.member(&self.name, value)
    }
    fn end(self) -> Result<(), Self::Error> {
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde::Serialize;
    use serde_json::json;

    use super::EventData;

    fn with_images(data: &impl Serialize) -> String {
        EventData::of(data).unwrap().with_images(0, |_, _| Ok(())).unwrap().to_string()
    }

    #[test]
    fn images_stand_where_their_name_sorts() {
        assert_eq!(with_images(&json!({})), r#"{"images":[],"was":[]}"#);
        assert_eq!(with_images(&json!({"a": 1, "h": "x"})), r#"{"a":1,"h":"x","images":[],"was":[]}"#);
        assert_eq!(
            with_images(&json!({"to": [1], "kind": null})),
            r#"{"images":[],"kind":null,"to":[1],"was":[]}"#
        );
        assert_eq!(
            with_images(&json!({"kind": null, "with": 1})),
            r#"{"images":[],"kind":null,"was":[],"with":1}"#
        );
        assert_eq!(with_images(&json!({"with": 1})), r#"{"images":[],"was":[],"with":1}"#);
        let both = with_images(&json!({"from": {"b": 1, "a": "\"\n"}, "trigger": "pay"}));
        assert_eq!(both, r#"{"from":{"a":"\"\n","b":1},"images":[],"trigger":"pay","was":[]}"#);
        assert_eq!(
            EventData::of(&json!({"b": 1, "a": 2})).unwrap().whole().unwrap().as_ref(),
            r#"{"a":2,"b":1}"#
        );
    }

    #[test]
    fn a_member_is_put_before_the_others() {
        let led = |data: &serde_json::Value| {
            let mut said = EventData::of(data).unwrap();
            said.lead("b", &["x"]).unwrap();
            let with_images = said.with_images(0, |_, _| Ok(())).unwrap();
            (said.whole().unwrap(), with_images.to_string())
        };
        assert_eq!(led(&json!({})), (r#"{"b":["x"]}"#.into(), r#"{"b":["x"],"images":[],"was":[]}"#.into()));
        assert_eq!(led(&json!({"to": 1})).1, r#"{"b":["x"],"images":[],"to":1,"was":[]}"#);
        assert_eq!(
            led(&json!({"deal": "d", "kind": 1})).1,
            r#"{"b":["x"],"deal":"d","images":[],"kind":1,"was":[]}"#
        );
        for taken in [json!({"a": 1}), json!({"b": 1, "c": 2})] {
            assert!(EventData::of(&taken).unwrap().lead("b", &1).is_err());
        }
        assert!(EventData::of(&json!({"to": 1})).unwrap().lead("kind", &1).is_err());
    }

    #[test]
    fn what_is_no_sorted_object_is_refused() {
        #[derive(Serialize)]
        struct Unsorted {
            b: u8,
            a: u8,
        }
        assert!(EventData::of(&Unsorted { b: 1, a: 2 }).is_err());
        assert!(EventData::of(&"text").is_err());
        assert!(EventData::of(&json!([1])).is_err());
        assert!(EventData::of(&[1, 2]).is_err());
    }
}
