//! Parses requests about sinks into operations.

use std::sync::Arc;

use super::decide::{Subscribed, Unpark};
use crate::error::{Error, Result};
use crate::request::note::Note;
use crate::request::parsed::Meaning as _;
use crate::request::record::{Parse, Request as _, WriteRequest, text};
use crate::request::shape::{is_name, one_of};
use crate::sinks::named::SinkOf;
use crate::sinks::requests::{Subscribe, UnparkEvents};
use crate::sorting::Sorting;

/// Whether a sink wants events of a type. `deal.*` stands for every type that begins with `deal.`.
pub fn wants(types: &[String], kind: &str) -> bool {
    let fits = |wanted: &String| match wanted.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => kind == wanted,
    };
    types.is_empty() || types.iter().any(fits)
}

/// The types as they are kept: sorted, each once; none where all are wanted.
fn types(given: Option<&Vec<String>>) -> Result<Option<Arc<str>>> {
    let Some(given) = given.filter(|given| !given.is_empty()) else { return Ok(None) };
    for (place, name) in given.iter().enumerate() {
        let plain = name.strip_suffix(".*").unwrap_or(name);
        if !is_name(plain) {
            let reason = "must be a type of events such as `deal.opened`, or `deal.*`";
            return Err(Error::invalid(format!("types[{place}]"), reason));
        }
    }
    let mut names: Vec<&String> = given.iter().collect();
    names.order();
    names.dedup();
    let text = serde_json::to_string(&names).map_err(|_| Error::corrupted("types have no JSON form"))?;
    Ok(Some(text.into()))
}

impl WriteRequest for Subscribe {
    type Operation = Subscribed;
    fn parse(&self, parse: &Parse<'_>) -> Result<Subscribed> {
        let from_first = match self.from.as_deref() {
            None | Some("next") => false,
            Some("first") => true,
            Some(_) => return Err(one_of("from", ["first", "next"].into_iter())),
        };
        Ok(Subscribed {
            sink: SinkOf::read("sink", &self.sink, parse)?,
            types: types(self.types.as_ref())?,
            from_first,
            max_attempts: self.max_attempts.map_or(20, i64::from),
            note: Note::parse(&self.common())?,
        })
    }
}

impl WriteRequest for UnparkEvents {
    type Operation = Unpark;
    fn parse(&self, parse: &Parse<'_>) -> Result<Unpark> {
        Ok(Unpark {
            sink: SinkOf::read("sink", &self.sink, parse)?,
            object: (text("object", &self.object)?, text("object_id", &self.object_id)?),
            discard: self.discard.unwrap_or(false),
            note: Note::parse(&self.common())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_stands_for_itself_or_for_what_begins_so() {
        let types = |types: &[&str]| types.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(wants(&[], "deal.opened"));
        assert!(wants(&types(&["deal.*"]), "deal.opened") && !wants(&types(&["deal.*"]), "dealer.opened"));
        assert!(wants(&types(&["a.b", "deal.opened"]), "deal.opened"));
        assert!(!wants(&types(&["deal.open"]), "deal.opened"));
    }
}
