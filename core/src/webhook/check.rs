//! Checks every source, and every event that was seen of one.

use super::event::{KIND as EVENT, WebhookEvent, WebhookFacts, id_of_event};
use super::source::{KIND as SOURCE, MOST_SECRETS, Source, SourceFacts, text_of};
use crate::error::Result;
use crate::ids::Book;
use crate::payment::model::{KIND as PAYMENT, key as payment_key};
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::id_of;
use crate::rows::tables::RecordRow;

/// Events that are checked at once.
const PAGE: usize = 100;

/// Checks every source and every event of a book: `examine` gets the check's name, whether it holds, and what
/// is wrong otherwise.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    copy: bool,
    examine: &mut (dyn FnMut(&'static str, bool, String) + Send),
) -> Result<()> {
    let book = reading.book.clone();
    let mut pages = Pages::of(Records::of(&book, SOURCE));
    while let Some(sources) =
        pages.objects::<SourceFacts>(reading, |error| examine("webhooks", false, error.message())).await?
    {
        for source in &sources {
            let wrong = wrong(&book, source, copy);
            let what = format!("source {}: {}", source.facts.id, wrong.unwrap_or_default());
            examine("webhooks", wrong.is_none(), what);
        }
    }
    let mut pages = Pages::of(Records { limit: PAGE, ..Records::of(&book, EVENT) });
    while let Some(events) =
        pages.objects::<WebhookFacts>(reading, |error| examine("webhooks", false, error.message())).await?
    {
        let mut needs = Needs::default();
        for payment in events.iter().filter_map(|event| event.facts.payment) {
            needs.record(payment_key(&book, payment), Access::Read);
        }
        let known = if needs.is_empty() { Default::default() } else { reading.load(&needs).await? };
        for event in &events {
            let wrong = wrong_event(&book, event, &known.records);
            let what = format!("webhook {}: {}", event.id(), wrong.unwrap_or_default());
            examine("webhooks", wrong.is_none(), what);
        }
    }
    Ok(())
}

/// Returns the first error in a source. A copy has neither texts nor deadlines.
fn wrong(book: &Book, source: &Source, copy: bool) -> Option<&'static str> {
    let secrets = &source.facts.secrets;
    if source.row.id != id_of(book, SOURCE, &[&source.facts.id]) {
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
fn wrong_event(book: &Book, event: &WebhookEvent, records: &[RecordRow]) -> Option<&'static str> {
    let facts = &event.facts;
    if event.row.id != id_of_event(book, &facts.source, &facts.event) {
        return Some("its record is not that of its source and event");
    }
    let is_there = |id: &uuid::Uuid| records.iter().any(|row| row.kind.as_ref() == PAYMENT && row.id == *id);
    if facts.payment.is_some_and(|payment| !is_there(&payment.uuid())) {
        return Some("its payment is not there");
    }
    None
}
