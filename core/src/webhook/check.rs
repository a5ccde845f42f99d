//! Checks every source, and every event that was seen of one.

use super::event::{WebhookEvent, id_of_event};
use super::source::{KIND as SOURCE, MOST_SECRETS, Source, text_of};
use crate::error::Result;
use crate::kernel::snapshot::Snapshot;
use crate::payment::model::Payment;
use crate::request::check::{PAGE, SMALL_PAGE};
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::id_of;

/// Checks every source and every event of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, copy: bool, examine: Examine<'_>) -> Result<()> {
    let sources = |source: &Source, _: &Snapshot| {
        wrong(source, copy).map(|wrong| format!("source {}: {wrong}", source.facts.id))
    };
    reading.check_as("webhooks", PAGE, examine, |_, _| {}, sources).await?;
    let needs = |event: &WebhookEvent, needs: &mut Needs| {
        if let Some(payment) = payment_of(event) {
            needs.record(payment, Access::Read);
        }
    };
    reading.check("webhooks", SMALL_PAGE, examine, needs, wrong_event).await
}

fn payment_of(event: &WebhookEvent) -> Option<RecordKey> {
    Some(Payment::key(&event.row.book, event.facts.payment?))
}

/// Returns the first error in a source. A copy has neither texts nor deadlines.
fn wrong(source: &Source, copy: bool) -> Option<&'static str> {
    let secrets = &source.facts.secrets;
    if source.row.id != id_of(&source.row.book, SOURCE, &[&source.facts.id]) {
        return Some("its record is not that of its name");
    }
    if source.facts.scheme.is_signed() == secrets.is_empty() {
        return Some("its scheme and its secrets do not fit");
    }
    if secrets.len() > MOST_SECRETS {
        return Some("it has too many secrets");
    }
    if !copy && secrets.iter().any(|secret| source.text(&text_of(&secret.name)).is_none()) {
        return Some("one of its secrets is not there");
    }
    if !copy && source.row.due_at != source.due_at() {
        return Some("its timer is not that of its secrets");
    }
    None
}

/// Returns the first error in an event.
fn wrong_event(event: &WebhookEvent, beside: &Snapshot) -> Option<&'static str> {
    let facts = &event.facts;
    if event.row.id != id_of_event(&event.row.book, &facts.source, &facts.event) {
        return Some("its record is not that of its source and event");
    }
    if payment_of(event).is_some_and(|payment| beside.records.row(&payment).is_none()) {
        return Some("its payment is not there");
    }
    None
}
