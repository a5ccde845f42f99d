//! News that an application tells: what a gateway said by itself, verified by whoever calls this.

use std::sync::Arc;

use super::desk::Desk;
use super::gateway;
use super::model::Told;
use super::model::{self, Payment};
use super::moves::{MoneyWay, about};
use super::news::{self, News};
use super::references;
use super::requests::ReportPayment;
use super::steps::needs_of_news;
use super::told::Heard;
use super::views::{Payment as PaymentView, Reported};
use crate::error::{Error, Result};
use crate::ids::{Book, PaymentId};
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest, text};
use crate::rows::needs::{Access, Needs, RecordKey};

/// Which payment news is about.
#[derive(Clone, Debug)]
enum Of {
    Payment(PaymentId),
    Reference(Arc<str>),
}

/// Takes news of a payment.
#[derive(Clone, Debug)]
pub struct NewsReport {
    book: Book,
    event: Arc<str>,
    of: Of,
    news: News,
}

impl WriteRequest for ReportPayment {
    type Operation = NewsReport;
    fn parse(&self, parse: &Parse<'_>) -> Result<NewsReport> {
        let gateway = gateway::name("gateway", &self.gateway)?;
        let reference =
            self.reference.as_deref().map(|text| news::reference("reference", text)).transpose()?;
        let payment = self.payment.as_ref().map(|id| PaymentId::request("payment", id)).transpose()?;
        let of = match (payment, &reference) {
            (Some(payment), _) => Of::Payment(payment),
            (None, Some(reference)) => Of::Reference(reference.clone()),
            (None, None) => return Err(Error::invalid("payment", "must be given, or else `reference`")),
        };
        let amount = |field: &str, amount| news::money(field, amount, parse.currencies);
        let told = news::one("outcome", &self.outcome, Told::REPORTED)?;
        let failure = self.failure.as_ref().map(|given| news::failure("failure", given)).transpose()?;
        let news = News {
            reference,
            amount: amount("amount", self.amount.as_ref())?,
            authorized: amount("authorized", self.authorized.as_ref())?,
            captured: amount("captured", self.captured.as_ref())?,
            refunded: amount("refunded", self.refunded.as_ref())?,
            refund: self.refund.clone(),
            failure,
            action: self.action.clone(),
            ..News::of(&gateway, told, None)
        };
        Note::parse(&self.common())?;
        Ok(NewsReport { book: parse.book.clone(), event: text("event", &self.event)?, of, news })
    }
}

impl NewsReport {
    fn reference(&self) -> Option<RecordKey> {
        let reference = self.news.reference.as_ref()?;
        Some(references::key(&self.book, &self.news.gateway, reference))
    }

    /// The payment, as far as it is known.
    fn payment(&self, seen: &Snapshot) -> Option<PaymentId> {
        match self.of {
            Of::Payment(payment) => Some(payment),
            Of::Reference(_) => {
                let row = seen.records.row(&self.reference()?)?;
                references::Reference::of(row).ok()?.facts.payment
            }
        }
    }

    /// The id under which the outcome is kept: the payment's, and what came of it.
    fn made(&self, payment: Option<PaymentId>, heard: Heard) -> CreatedIds {
        let place = Heard::ALL.iter().position(|other| *other == heard).unwrap_or_default();
        let mark = uuid::Uuid::from_u128(u128::try_from(place).unwrap_or_default());
        match payment {
            Some(payment) => CreatedIds::two(payment, mark),
            None => CreatedIds::of(mark),
        }
    }
}

impl Operation for NewsReport {
    type Reply = Reported;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.record(gateway::key(&self.book, &self.news.gateway), Access::Read);
        if let Some(reference) = self.reference() {
            needs.incomplete |= !seen.records.knows(&reference);
            needs.record(reference, Access::Write);
        }
        if let Some(payment) = self.payment(seen) {
            needs_of_news(&self.book, payment, seen, needs);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        self.payment(seen)
            .map_or_else(|| Ok(Moves::default()), |id| about(&self.book, id, seen, MoneyWay::Either))
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        gateway::known(draft, &self.book, &self.news.gateway)?;
        draft.permit(&[])?;
        let payment = match &self.of {
            Of::Payment(payment) => Some(*payment),
            Of::Reference(reference) => {
                let key = references::key(&self.book, &self.news.gateway, reference);
                references::payment_of(draft, &key)?
            }
        };
        let (Some(payment), news) = (payment, self.news.clone()) else {
            if let Of::Reference(reference) = &self.of {
                references::park(draft, &self.book, reference, &self.news)?;
            }
            return Ok(self.made(None, Heard::Parked));
        };
        let mut desk = Desk::of(draft, &self.book, payment, &Note::default())?;
        let before = (desk.payment.row.version, desk.payment.facts.clone(), desk.payment.texts.clone());
        let heard = desk.tell(&news)?;
        if before != (desk.payment.row.version, desk.payment.facts.clone(), desk.payment.texts.clone()) {
            if before.0 == desk.payment.row.version {
                desk.emit("payment.told", super::desk::Data::new())?;
            }
            desk.put()?;
        }
        Ok(self.made(Some(payment), heard))
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        if let Some(id) = made.get::<PaymentId>() {
            needs.record(model::key(book, id), Access::Read);
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<Reported, Halt> {
        let mark = made.get::<uuid::Uuid>().map_or(0, |id| id.as_u128());
        let heard = usize::try_from(mark).ok().and_then(|place| Heard::ALL.get(place));
        let payment = made.get::<PaymentId>().map(|id| -> Result<PaymentView, Halt> {
            Ok(PaymentView::of(&Payment::of(seen.record(&model::key(&self.book, id))?)?)?)
        });
        Ok(Reported {
            event: self.event.to_string(),
            result: heard.copied().unwrap_or(Heard::Ignored),
            payment: payment.transpose()?,
            replayed,
        })
    }
}
