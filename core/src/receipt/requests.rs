//! Requests of the receipts service.

use serde_json::Value;

use crate::request::bounds::{ID, NAME, WORD, document};
use crate::request::declare::request;

request! {
    /// Asks for the receipt of a transfer: derived from its rows, and signed.
    read GetReceipt {
        /// The receipt: `rc_` and the uuid of its transfer. The id of the transfer itself will do.
        receipt: String [ID],
    }

    /// Asks for receipts, newest first, each signed.
    read Receipts pages {
        ;
        /// Only of this deal.
        deal: Option<String> [ID],
        /// Only of this transfer.
        transfer: Option<String> [ID],
    }

    /// Checks a receipt that is given. Nothing is read from the store.
    read VerifyReceipt {
        /// The whole receipt, as `get` replied it, or its JSON as text, which every language reads alike.
        receipt: Value [document(64 * 1024)],
        ;
        /// The reply of `public_keys`, in place of the engine's keyring; an HMAC cannot be checked with it.
        public_keys: Option<Value> [document(64 * 1024)],
    }

    /// Asks for a receipt as a text or a page for people.
    read RenderReceipt {
        /// The id of a receipt or of its transfer; or the whole receipt, or its JSON as text, which must then
        /// be genuine.
        receipt: Value [document(64 * 1024)],
        /// `text` or `html`.
        format: String [WORD],
        ;
        /// The language: `en` (also for every language that is not known) or `ko`.
        locale: Option<String> [WORD] = "en",
        /// The time zone of the time shown, such as `Asia/Seoul`; UTC by default.
        time_zone: Option<String> [NAME],
    }

    /// Asks for the keys that others need to check receipts.
    read GetPublicKeys {}
}
