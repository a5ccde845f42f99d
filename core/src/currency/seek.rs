//! Codes in messages from outside: another process may have used them first, so the store is read for them.

use std::sync::PoisonError;

use super::{Currencies, pack};

impl Currencies {
    /// Lets the request that is made with this look for codes in the store, once.
    pub(crate) fn may_seek(&self) {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).may_seek = true;
    }

    /// Notes the code of a message from outside if the store does not have it, as far as is known. Another
    /// process may have used it first: what stands in the store counts.
    pub(crate) fn seek(&self, code: &str) {
        if self.table.strict && pack(code).is_some() && self.known(code).is_none() {
            self.named.lock().unwrap_or_else(PoisonError::into_inner).sought = true;
        }
    }

    /// Whether the store is to be read for codes of a message from outside.
    pub(crate) fn seeks(&self) -> bool {
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.may_seek && named.sought
    }
}
