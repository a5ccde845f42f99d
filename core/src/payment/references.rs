//! References of gateways. Each belongs to one payment, and news of an unknown reference is parked for it.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::ReferenceState;
use super::news::News;
use super::parts::ToldCase;
use crate::error::{Error, Result};
use crate::ids::{Book, PaymentId};
use crate::kernel::draft::{Decided, Draft};
use crate::kernel::due::Timed;
use crate::rows::body::Text;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Stored, members, object};
use crate::time::{Span, Time};

/// The kind of a reference's record, and the object of its events.
pub(crate) const KIND: &str = "gateway_reference";
/// How long news waits for its payment.
pub(crate) const KEPT: Span = Span::from_days(3);
/// The most news that waits for one reference. Further news is dropped, since the gateway is asked anyway.
const MOST: usize = 50;
/// The text with the news that waits, and the one with what waits of chargebacks.
const NEWS: &str = "news";
const CASES: &str = "cases";

/// The facts of a reference that are kept and may be published in events. Its texts `news` and `cases` hold
/// what is parked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceFacts {
    pub gateway: String,
    #[serde(default)]
    pub payment: Option<PaymentId>,
    /// Until when its news waits.
    #[serde(default)]
    pub until: Option<Time>,
}

/// A reference, read from its record.
pub(crate) type Reference = Stored<ReferenceFacts>;

object! { ReferenceFacts: KIND, ReferenceState, Uuid as [&'n str; 2] {
    fn due_at(&self, state: ReferenceState) -> Option<Time> {
        self.until.filter(|_| state == ReferenceState::Parked)
    }
} }

impl Reference {
    fn waiting<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>> {
        let broken = |_| Error::corrupted(format!("news of reference {}", self.id()));
        let waiting = self.text(name).map(|text| serde_json::from_str(text)).transpose().map_err(broken)?;
        Ok(waiting.unwrap_or_default())
    }
}

/// News and cases that have waited for the payment of a reference, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Waited {
    pub news: Vec<News>,
    pub cases: Vec<ToldCase>,
}

fn begin(draft: &Draft<'_>, key: RecordKey, gateway: &str, state: ReferenceState) -> Result<Reference> {
    let facts = ReferenceFacts { gateway: gateway.to_owned(), payment: None, until: None };
    Reference::begin(key, ListedBy::default(), state, facts, draft.ctx.time())
}

fn put(draft: &mut Draft<'_>, reference: Reference, event: &'static str) -> Decided<()> {
    let mut data = members!("gateway": reference.facts.gateway.clone());
    if let Some(payment) = reference.facts.payment {
        data.insert("payment".to_owned(), payment.to_string().into());
    }
    draft.write(reference, event, &data)
}

/// The payment of a reference, where it has one.
pub(crate) fn payment_of(draft: &Draft<'_>, key: &RecordKey) -> Decided<Option<PaymentId>> {
    Ok(Reference::at(draft, key)?.and_then(|reference| reference.facts.payment))
}

/// Gives a reference to a payment, and returns what waited for it; `None` if it is another payment's.
pub(crate) fn claim(
    draft: &mut Draft<'_>,
    book: &Book,
    gateway: &str,
    reference: &str,
    payment: PaymentId,
) -> Decided<Option<Waited>> {
    let key = Reference::key(book, [gateway, reference]);
    let known = Reference::at(draft, &key)?;
    if let Some(owner) = known.as_ref().and_then(|reference| reference.facts.payment) {
        return Ok((owner == payment).then(Waited::default));
    }
    let mut reference = known.map_or_else(|| begin(draft, key, gateway, ReferenceState::Known), Ok)?;
    let waiting = Waited { news: reference.waiting(NEWS)?, cases: reference.waiting(CASES)? };
    reference.texts.remove(NEWS);
    reference.texts.remove(CASES);
    reference.state = ReferenceState::Known;
    (reference.facts.payment, reference.facts.until) = (Some(payment), None);
    put(draft, reference, "gateway_reference.known")?;
    Ok(Some(waiting))
}

/// Parks news of a reference that nobody knows.
pub(crate) fn park(draft: &mut Draft<'_>, book: &Book, reference: &Arc<str>, news: &News) -> Decided<()> {
    park_as(NEWS, draft, (Reference::key(book, [news.gateway.as_str(), reference]), &news.gateway), news)
}

/// Parks what is told of a chargeback of a reference that nobody knows.
pub(crate) fn park_case(
    draft: &mut Draft<'_>,
    key: RecordKey,
    gateway: &str,
    told: &ToldCase,
) -> Decided<()> {
    park_as(CASES, draft, (key, gateway), told)
}

fn park_as<T: Clone + Serialize + DeserializeOwned>(
    name: &'static str,
    draft: &mut Draft<'_>,
    of: (RecordKey, &str),
    what: &T,
) -> Decided<()> {
    let (key, gateway) = of;
    let known = Reference::at(draft, &key)?;
    let mut parked = known.map_or_else(|| begin(draft, key, gateway, ReferenceState::Parked), Ok)?;
    let mut waiting: Vec<T> = parked.waiting(name)?;
    if waiting.len() < MOST {
        waiting.push(what.clone());
    }
    let text = serde_json::to_string(&waiting).map_err(|_| Error::corrupted("news has no JSON form"))?;
    parked.texts.insert(name.to_owned(), Text::new(&text, draft.ids.salt()));
    parked.state = ReferenceState::Parked;
    // further news does not make the first wait longer: it would be kept for ever. It leaves with the first,
    // however late it came: the gateway is asked anyway once the payment knows the reference
    let waits = parked.facts.until.filter(|until| draft.ctx.now < *until);
    let until = draft.ctx.now.checked_add(KEPT).unwrap_or(Time::MAX);
    parked.facts.until = Some(waits.unwrap_or(until));
    put(draft, parked, "gateway_reference.parked")
}

impl Timed for ReferenceFacts {
    const TIMER: &'static str = "payment.news_timer";

    /// Drops news that nobody claimed in time.
    fn run_timer(mut reference: Reference, draft: &mut Draft<'_>) -> Decided<bool> {
        reference.texts.remove(NEWS);
        reference.texts.remove(CASES);
        reference.state = ReferenceState::Dropped;
        reference.facts.until = None;
        put(draft, reference, "gateway_reference.dropped")?;
        Ok(true)
    }
}
