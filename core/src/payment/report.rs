//! News that an application reports: unasked news of a gateway, which the caller has verified.

use std::sync::Arc;

use super::apply_report::Heard;
use super::editor::PaymentEditor;
use super::gateway::Gateway;
use super::model::{GatewayOutcome, Payment};
use super::moves::{MoneyWay, about};
use super::needs::needs_of_news;
use super::news::{self, News};
use super::references::{self, Reference};
use super::requests::ReportPayment;
use super::views::{Payment as PaymentView, Reported};
use crate::currency::Currencies;
use crate::error::{Error, Result};
use crate::ids::{Book, PaymentId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest, text};
use crate::request::texts::name_of;
use crate::rows::needs::{Access, Needs, RecordKey};

/// Which payment news is about.
#[derive(Clone, Debug)]
enum Of {
    Payment(PaymentId),
    Reference(Arc<str>),
}

/// News of a payment, and which one it is about.
#[derive(Clone, Debug)]
pub(crate) struct GatewayReport {
    of: Of,
    news: News,
}

/// The result of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AppliedReport {
    /// The payment; `None` while nobody knows it.
    pub payment: Option<PaymentId>,
    /// The outcome.
    pub heard: Heard,
}

impl GatewayReport {
    /// The news of a request.
    pub(crate) fn read(request: &ReportPayment, currencies: &Currencies) -> Result<Self> {
        let gateway = name_of("gateway", &request.gateway)?;
        let reference =
            request.reference.as_deref().map(|text| news::reference("reference", text)).transpose()?;
        let payment = request.payment.as_ref().map(|id| PaymentId::request("payment", id)).transpose()?;
        let of = match (payment, &reference) {
            (Some(payment), _) => Of::Payment(payment),
            (None, Some(reference)) => Of::Reference(reference.clone()),
            (None, None) => return Err(Error::invalid("payment", "must be given, or else `reference`")),
        };
        let amount = |field: &str, amount| news::money(field, amount, currencies);
        let told = news::one("outcome", &request.outcome, GatewayOutcome::REPORTED)?;
        let failure = request.failure.as_ref().map(|given| news::failure("failure", given)).transpose()?;
        let news = News {
            reference,
            amount: amount("amount", request.amount.as_ref())?,
            authorized: amount("authorized", request.authorized.as_ref())?,
            captured: amount("captured", request.captured.as_ref())?,
            refunded: amount("refunded", request.refunded.as_ref())?,
            refund: request.refund.clone(),
            failure,
            action: request.action.clone(),
            ..News::of(&gateway, told, None)
        };
        Ok(Self { of, news })
    }

    fn reference(&self, book: &Book) -> Option<RecordKey> {
        let reference = self.news.reference.as_ref()?;
        Some(Reference::key(book, [self.news.gateway.as_str(), reference]))
    }

    /// The payment, if it is known.
    pub(crate) fn payment(&self, book: &Book, seen: &Snapshot) -> Option<PaymentId> {
        match self.of {
            Of::Payment(payment) => Some(payment),
            Of::Reference(_) => {
                let row = seen.records.row(&self.reference(book)?)?;
                Reference::of(row).ok()?.facts.payment
            }
        }
    }

    /// Names the rows that it needs, except its gateway.
    pub(crate) fn needs(&self, book: &Book, seen: &Snapshot, needs: &mut Needs) {
        if let Some(reference) = self.reference(book) {
            needs.incomplete |= !seen.records.knows(&reference);
            needs.record(reference, Access::Write);
        }
        if let Some(payment) = self.payment(book, seen) {
            needs_of_news(book, payment, seen, needs);
        }
    }

    /// Applies it to its payment, or parks it for the payment of its reference.
    pub(crate) fn take(&self, draft: &mut Draft<'_>, book: &Book) -> Decided<AppliedReport> {
        let payment = match &self.of {
            Of::Payment(payment) => *payment,
            Of::Reference(reference) => {
                let key = Reference::key(book, [self.news.gateway.as_str(), reference]);
                match references::payment_of(draft, &key)? {
                    Some(payment) => payment,
                    None => {
                        references::park(draft, book, reference, &self.news)?;
                        return Ok(AppliedReport { payment: None, heard: Heard::Parked });
                    }
                }
            }
        };
        let heard = apply_to(draft, book, payment, &self.news)?;
        Ok(AppliedReport { payment: Some(payment), heard })
    }
}

/// Applies unasked news to a payment.
pub(crate) fn apply_to(
    draft: &mut Draft<'_>,
    book: &Book,
    payment: PaymentId,
    news: &News,
) -> Decided<Heard> {
    let mut editor = PaymentEditor::of(draft, book, payment, None)?;
    let before = (editor.object.row.version, editor.object.facts.clone(), editor.object.texts.clone());
    let heard = editor.apply(news)?;
    if before != (editor.object.row.version, editor.object.facts.clone(), editor.object.texts.clone()) {
        if before.0 == editor.object.row.version {
            editor.emit("payment.told", Data::new())?;
        }
        editor.put()?;
    }
    Ok(heard)
}

impl AppliedReport {
    /// The ids that the reply keeps: the payment's, and a mark for the result.
    pub(crate) fn made(self) -> CreatedIds {
        let place = Heard::ALL.iter().position(|other| *other == self.heard).unwrap_or_default();
        let mark = uuid::Uuid::from_u128(u128::try_from(place).unwrap_or_default());
        match self.payment {
            Some(payment) => CreatedIds::two(payment, mark),
            None => CreatedIds::of(mark),
        }
    }

    /// Reads back the ids of [`Self::made`].
    pub(crate) fn kept(made: &CreatedIds) -> Self {
        let mark = made.get::<uuid::Uuid>().map_or(0, |id| id.as_u128());
        let heard = usize::try_from(mark).ok().and_then(|place| Heard::ALL.get(place));
        Self { payment: made.get::<PaymentId>(), heard: heard.copied().unwrap_or(Heard::Ignored) }
    }

    /// The reply for this result.
    pub(crate) fn reply(
        self,
        event: &str,
        book: &Book,
        seen: &Snapshot,
        replayed: bool,
    ) -> Decided<Reported> {
        let payment = self
            .payment
            .map(|id| -> Decided<PaymentView> { Ok(PaymentView::of(&Payment::shown(seen, book, id)?)?) });
        Ok(Reported { event: event.to_owned(), result: self.heard, payment: payment.transpose()?, replayed })
    }
}

/// Takes news of a payment.
#[derive(Clone, Debug)]
pub struct NewsReport {
    book: Book,
    event: Arc<str>,
    report: GatewayReport,
}

impl WriteRequest for ReportPayment {
    type Operation = NewsReport;
    fn parse(&self, parse: &Parse<'_>) -> Result<NewsReport> {
        let report = GatewayReport::read(self, parse.currencies)?;
        Note::parse(&self.common())?;
        Ok(NewsReport { book: parse.book.clone(), event: text("event", &self.event)?, report })
    }
}

impl Operation for NewsReport {
    type Reply = Reported;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.record(Gateway::key(&self.book, &self.report.news.gateway), Access::Read);
        self.report.needs(&self.book, seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let payment = self.report.payment(&self.book, seen);
        payment.map_or_else(|| Ok(Moves::default()), |id| about(&self.book, id, seen, MoneyWay::Either))
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        Gateway::known(draft, &self.book, &self.report.news.gateway)?;
        draft.permit(&[])?;
        Ok(self.report.take(draft, &self.book)?.made())
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        if let Some(id) = made.get::<PaymentId>() {
            needs.record(Payment::key(book, id), Access::Read);
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<Reported> {
        AppliedReport::kept(made).reply(&self.event, &self.book, seen, replayed)
    }
}
