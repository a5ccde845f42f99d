//! A call that names no actor where one is needed. Its code says that the request is not valid; but whoever
//! the program serves has asked for nothing wrong, and is not told so.

use super::{Code, Detail, Error};

/// The code whose status and texts for people stand for any misuse by the program.
const MISUSE: Code = Code::NotInTransaction;

impl Error {
    /// `invalid_request` for `actor`, with status 500: `operation` needs one, and the program has named none.
    pub(crate) fn actor_missing(operation: &str) -> Error {
        let reason = format!(
            "is missing, and `{operation}` needs an actor: bind one with `acting`, or give it with the call"
        );
        let (field, operation) = ("actor".to_owned(), Some(operation.to_owned()));
        Detail::InvalidRequest { field, reason, operation }.into()
    }
}

impl Detail {
    /// The code whose status and texts for people this is answered with: its own, but where the code blames
    /// the request for what the program has left out.
    pub(super) const fn answered_as(&self) -> Code {
        match self {
            Self::InvalidRequest { operation: Some(_), .. } => MISUSE,
            _ => self.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Kind;

    #[test]
    fn a_missing_actor_is_invalid_and_the_fault_of_the_program() {
        let error = Error::actor_missing("escrow.confirm");
        assert_eq!((error.code(), error.kind()), (Code::InvalidRequest, Kind::Invalid));
        assert_eq!(error.http_status(), 500);
        let details = error.details();
        assert_eq!((&details["field"], &details["operation"]), (&json!("actor"), &json!("escrow.confirm")));
        let said = "`actor` is missing, and `escrow.confirm` needs an actor: bind one with `acting`";
        assert!(error.message().contains(said), "{error}");
        // what people read blames them for nothing
        assert_eq!(MISUSE.kind(), Kind::Misused);
        for (locale, text) in [("en", MISUSE.english()), ("ko", MISUSE.korean())] {
            assert_eq!((error.to_user(locale).as_str(), error.language_of(locale)), (text, Some(locale)));
        }
    }

    #[test]
    fn the_fault_is_known_from_the_wire() {
        let error = Error::actor_missing("escrow.confirm").at_index(3);
        let wire = serde_json::to_value(&error).unwrap();
        assert_eq!((&wire["kind"], &wire["http_status"]), (&json!("invalid"), &json!(500)));
        let read: Error = serde_json::from_value(wire).unwrap();
        assert_eq!((read.http_status(), read.to_user("en")), (500, MISUSE.english().to_owned()));
        assert_eq!(read, error);
    }

    #[test]
    fn a_malformed_actor_is_the_fault_of_who_asks() {
        let error = Error::invalid("actor", "must be an id");
        assert_eq!(error.http_status(), 400);
        assert_eq!(error.to_user("en"), Code::InvalidRequest.english());
        assert_eq!(error.details(), json!({ "field": "actor", "reason": "must be an id" }));
    }
}
