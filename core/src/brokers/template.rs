//! Names in a broker that an event fills in: `orders.{type}`.

use super::message::Message;
use crate::error::{Error, Result};

/// A name with places for the book, the type and the kind of object of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Book,
    Type,
    Object,
}

impl Template {
    /// Reads a name.
    pub(super) fn request(field: &str, text: &str) -> Result<Self> {
        let bad = || Error::invalid(field, "may have `{book}`, `{type}` and `{object}`, and no other braces");
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}').ok_or_else(bad)?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(match name {
                "book" => Piece::Book,
                "type" => Piece::Type,
                "object" => Piece::Object,
                _ => return Err(bad()),
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let closed = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains('}'));
        if pieces.iter().any(closed) {
            return Err(bad());
        }
        Ok(Self { text: text.to_owned(), pieces })
    }

    /// As it was given.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether events of one object may have different names.
    #[cfg(feature = "kafka")]
    pub(super) fn varies(&self) -> bool {
        self.pieces.contains(&Piece::Type)
    }

    /// The name for a message.
    pub(super) fn fill(&self, message: &Message) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Book => message.book.to_string(),
            Piece::Type => message.kind.clone(),
            Piece::Object => message.object.clone(),
        };
        self.pieces.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::message;
    use super::*;

    #[test]
    fn a_name_is_filled_in_by_its_event() {
        let fill = |text: &str| Template::request("topic", text).unwrap().fill(&message(1, "alice"));
        assert_eq!(fill(""), "");
        assert_eq!(fill("orders"), "orders");
        assert_eq!(fill("{book}.{type}/{object}s"), "main.account.updated/accounts");
        assert_eq!(fill("{type}{type}"), "account.updatedaccount.updated");
        for bad in ["{", "}", "{id}", "a{book", "book}", "{{book}}", "{ book }", "{book}}"] {
            let error = Template::request("topic", bad).unwrap_err();
            assert_eq!(error.details()["field"], "topic", "{bad}");
        }
    }
}
