//! Events of sources that were seen: what came of each, and the hash of its body. Bodies are not kept.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{Book, PaymentId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::payment::apply_report::Heard;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Stored, id_of, members, object};

/// The kind of the record of an event, and the object of its events.
pub const KIND: &str = "webhook";

/// The facts of an event of a source that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookFacts {
    pub source: String,
    /// The sender's id of it.
    pub event: String,
    /// The payment that it was about.
    #[serde(default)]
    pub payment: Option<PaymentId>,
    /// The SHA-256 of its body, in hex.
    pub sha256: String,
}

/// An event of a source, read from its record: its state is what came of it.
pub type WebhookEvent = Stored<WebhookFacts>;

object! { WebhookFacts: KIND, Heard, Uuid as [&'n str; 2] }

/// The id of the record of an event.
pub fn id_of_event(book: &Book, source: &str, event: &str) -> Uuid {
    id_of(book, KIND, &[source, event])
}

/// Writes down that an event was seen, and what came of it.
pub(super) fn put(draft: &mut Draft<'_>, key: RecordKey, facts: WebhookFacts, heard: Heard) -> Decided<()> {
    let payment: Option<Arc<str>> = facts.payment.map(|id| id.to_string().into());
    let mut data = members! {
        "source": facts.source.as_str(), "event": facts.event.as_str(), "result": heard.as_str(),
    };
    if let Some(payment) = payment.as_deref() {
        data.insert("payment".to_owned(), payment.into());
    }
    let owner = Some(facts.source.as_str().into());
    let listed_by = ListedBy { owner, peer: payment, reference: None };
    let event = WebhookEvent::begin(key, listed_by, heard, facts, draft.ctx.time())?;
    draft.write(event, "webhook.received", &data)
}
