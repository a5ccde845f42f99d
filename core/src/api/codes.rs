//! Codes by their names in the table of operations, and those that any operation may answer.

use crate::error::{Code, Kind};

/// The code with this wire form. A name that no code has does not compile.
#[allow(clippy::panic, clippy::indexing_slicing, reason = "it runs in the compiler alone")]
pub(super) const fn named(wire: &str) -> Code {
    let (all, mut place) = (Code::all(), 0);
    while place < all.len() {
        if same(all[place].as_str(), wire) {
            return all[place];
        }
        place += 1;
    }
    panic!("the table of operations names a code that the table of errors has not");
}

#[allow(clippy::indexing_slicing, reason = "it runs in the compiler alone")]
const fn same(one: &str, other: &str) -> bool {
    let (one, other, mut place) = (one.as_bytes(), other.as_bytes(), 0);
    while place < one.len() && place < other.len() && one[place] == other[place] {
        place += 1;
    }
    place == one.len() && place == other.len()
}

/// Whether any call may be refused with this code, whatever it asks for: a request that makes no sense, an
/// actor who may not, or a failure of the store.
pub fn of_every_call(code: Code) -> bool {
    // what opens a seal, and what asks a gateway
    let named = [Code::DecryptionFailed, Code::GatewayUnavailable];
    let store = matches!(code.kind(), Kind::Misused | Kind::Unavailable | Kind::Corrupt)
        && code.reserved_for().is_none()
        && !named.contains(&code);
    let other = [
        Code::InvalidRequest,
        Code::NotPermitted,
        Code::NotSupported,
        Code::StoreConflict,
        Code::StoreMismatch,
    ];
    store || other.contains(&code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::operations::OPERATIONS;

    #[test]
    fn names_are_those_of_the_table_of_errors() {
        assert_eq!(named("overflow"), Code::Overflow);
        assert!(std::panic::catch_unwind(|| named("overflo")).is_err());
        assert!(std::panic::catch_unwind(|| named("overflows")).is_err());
    }

    #[test]
    fn a_row_names_each_code_once_and_none_of_every_call() {
        for info in OPERATIONS {
            let listed: Vec<Code> = info.codes.concat();
            let once: BTreeSet<Code> = listed.iter().copied().collect();
            assert_eq!(listed.len(), once.len(), "{}: {listed:?}", info.name);
            for code in once {
                assert!(!of_every_call(code) && code.reserved_for().is_none(), "{}: {code}", info.name);
            }
        }
    }
}
