//! Applies a gateway's webhook to its payment: news, disputes, and hints, after which the gateway is asked.

use std::sync::Arc;

use super::apply_report::Heard;
use super::editor::PaymentEditor;
use super::model::{FailureFacts, GatewayOutcome, Payment};
use super::needs::needs_of_news;
use super::news::{self, News};
use super::parts::{ChargebackPhase, ToldCase};
use super::questions::Asking;
use super::references::{self, Reference};
use super::report::{AppliedReport, GatewayReport, apply_to};
use crate::gateway::answer::GatewayAnswer;
use crate::gateway::incoming::{DisputePhase, HintSays, WebhookContent, WebhookItem};
use crate::ids::{Book, PaymentId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::texts::masked;
use crate::rows::needs::{Access, Needs, RecordKey};

/// The longest text of a dispute that is kept.
const LONGEST: usize = 255;

/// One piece of a webhook's content.
#[derive(Clone, Debug)]
pub(crate) struct GatewayEvent {
    gateway: String,
    payment: Option<PaymentId>,
    reference: Option<Arc<str>>,
    says: EventContent,
}

/// The content of a piece.
#[derive(Clone, Debug)]
enum EventContent {
    /// A report as the application itself makes it: its payment must exist.
    Report(GatewayReport),
    News(News),
    Case(ToldCase),
    Hint(Option<HintSays>),
    /// It cannot be booked: nobody can read how much it is.
    Unread,
    Nothing,
}

/// The result of a piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventTaken {
    /// Its result.
    pub reception: AppliedReport,
    /// A question to the gateway was written, moved to an earlier time, or noted for later.
    pub asked: bool,
}

impl EventTaken {
    const fn of(payment: Option<PaymentId>, heard: Heard) -> Self {
        Self { reception: AppliedReport { payment, heard }, asked: false }
    }
}

impl GatewayEvent {
    /// A piece from a report of the application.
    pub(crate) fn of_report(gateway: &str, report: GatewayReport) -> Self {
        Self {
            gateway: gateway.to_owned(),
            payment: None,
            reference: None,
            says: EventContent::Report(report),
        }
    }

    /// A piece that the driver of a gateway has read. Without a signature it is only a hint.
    pub(crate) fn of_driver(gateway: &str, said: &WebhookItem, is_signed: bool) -> Self {
        let reference = said.reference.as_deref().and_then(|text| news::reference("reference", text).ok());
        let names_others = said.payment.as_deref().is_some_and(|id| id.parse::<PaymentId>().is_err());
        let says = match &said.news {
            // others use the same account of the gateway, with ids of their own
            _ if names_others => EventContent::Nothing,
            WebhookContent::Nothing => EventContent::Nothing,
            _ if !is_signed => EventContent::Hint(said.says),
            WebhookContent::Hint => EventContent::Hint(said.says),
            WebhookContent::Unread => EventContent::Unread,
            WebhookContent::Outcome(answer) => {
                let key = said.key.clone();
                EventContent::News(News { key, ..answered(gateway, answer, reference.clone()) })
            }
            WebhookContent::Refund { told, refund, amount } => EventContent::News(News {
                reference: reference.clone(),
                refund: Some(refund.clone()),
                amount: *amount,
                ..News::of(gateway, *told, None)
            }),
            WebhookContent::Dispute { case, phase, amount, reason } => EventContent::Case(ToldCase {
                case: case.chars().take(LONGEST).collect(),
                phase: phase_of(*phase),
                amount: *amount,
                is_strange: amount.is_none(),
                reason: reason.as_deref().map(shortened).filter(|text| !text.is_empty()),
            }),
        };
        let payment = said.payment.as_deref().and_then(|id| id.parse().ok());
        let reference = reference.or_else(|| match &says {
            EventContent::News(news) => news.reference.clone(),
            _ => None,
        });
        Self { gateway: gateway.to_owned(), payment, reference, says }
    }

    fn key(&self, book: &Book) -> Option<RecordKey> {
        let reference = self.reference.as_ref()?;
        Some(Reference::key(book, [self.gateway.as_str(), reference]))
    }

    /// The payments that it may be about: the named one, and the one of its reference.
    fn candidates(&self, book: &Book, seen: &Snapshot) -> [Option<PaymentId>; 2] {
        let row = self.key(book).and_then(|key| seen.records.row(&key));
        let referred = row.and_then(|row| Reference::of(row).ok()?.facts.payment);
        [self.payment, referred]
    }

    /// The payment that it is about, if it is known.
    pub(crate) fn about(&self, book: &Book, seen: &Snapshot) -> Option<PaymentId> {
        match &self.says {
            EventContent::Report(report) => report.payment(book, seen),
            EventContent::Nothing => None,
            _ => self.candidates(book, seen).into_iter().flatten().next(),
        }
    }

    /// Names the rows that it needs, except its gateway.
    pub(crate) fn needs(&self, book: &Book, seen: &Snapshot, needs: &mut Needs) {
        match &self.says {
            EventContent::Report(report) => return report.needs(book, seen, needs),
            EventContent::Nothing => return,
            EventContent::News(_) | EventContent::Case(_) | EventContent::Hint(_) | EventContent::Unread => {}
        }
        if let Some(reference) = self.key(book) {
            needs.incomplete |= !seen.records.knows(&reference);
            needs.record(reference, Access::Write);
        }
        for payment in self.candidates(book, seen).into_iter().flatten() {
            needs_of_news(book, payment, seen, needs);
        }
    }

    /// Applies it.
    pub(crate) fn take(&self, draft: &mut Draft<'_>, book: &Book) -> Decided<EventTaken> {
        match &self.says {
            EventContent::Report(report) => {
                return report.take(draft, book).map(|reception| EventTaken { reception, asked: false });
            }
            EventContent::Nothing => return Ok(EventTaken::of(None, Heard::Ignored)),
            EventContent::News(_) | EventContent::Case(_) | EventContent::Hint(_) | EventContent::Unread => {}
        }
        let Some(payment) = self.resolve(draft, book)? else {
            return self.unknown(draft, book).map(|heard| EventTaken::of(None, heard));
        };
        if let EventContent::News(news) = &self.says {
            return apply_to(draft, book, payment, news).map(|heard| EventTaken::of(Some(payment), heard));
        }
        let editor = PaymentEditor::of(draft, book, payment, None)?;
        match &self.says {
            EventContent::Case(told) => changed(editor, |editor| editor.hear_case(told)),
            EventContent::Unread => changed(editor, |editor| editor.hear_unread()),
            EventContent::Hint(says) => self.hint(*says, editor),
            EventContent::Report(_) | EventContent::News(_) | EventContent::Nothing => {
                Ok(EventTaken::of(None, Heard::Ignored))
            }
        }
    }

    /// Finds the payment, which must have been sent to this gateway. Others may use the same merchant's
    /// account, and their payments are none of ours.
    fn resolve(&self, draft: &Draft<'_>, book: &Book) -> Decided<Option<PaymentId>> {
        let referred = match self.key(book) {
            Some(key) => references::payment_of(draft, &key)?,
            None => None,
        };
        for id in [self.payment, referred].into_iter().flatten() {
            let Some(payment) = Payment::find(draft, book, id)? else { continue };
            if payment.facts.attempts.iter().any(|attempt| attempt.gateway == self.gateway) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Parks news and chargebacks of an unknown reference for its payment. What names somebody else's payment
    /// is ignored, and so is a chargeback in a currency that no payment here can be of.
    fn unknown(&self, draft: &mut Draft<'_>, book: &Book) -> Decided<Heard> {
        let Some(reference) = self.reference.as_ref().filter(|_| self.payment.is_none()) else {
            return Ok(Heard::Ignored);
        };
        match &self.says {
            EventContent::News(news) => references::park(draft, book, reference, news)?,
            EventContent::Case(told) if !told.is_strange => {
                let key = Reference::key(book, [self.gateway.as_str(), reference]);
                references::park_case(draft, key, &self.gateway, told)?;
            }
            _ => return Ok(Heard::Ignored),
        }
        Ok(Heard::Parked)
    }

    /// As `payments.sync` of this gateway, but with a limit on how often hints ask.
    fn hint(&self, says: Option<HintSays>, mut editor: PaymentEditor<'_, '_>) -> Decided<EventTaken> {
        let payment = Some(editor.object.id());
        match editor.ask_for_hint(&self.gateway, says)? {
            Asking::Begun | Asking::Hurried | Asking::Noted => {
                editor.put()?;
                Ok(EventTaken { asked: true, ..EventTaken::of(payment, Heard::Queried) })
            }
            Asking::Open => Ok(EventTaken::of(payment, Heard::Queried)),
            Asking::Idle => Ok(EventTaken::of(payment, Heard::Ignored)),
        }
    }
}

/// Does something with a payment, and writes it if that has changed it.
fn changed(
    mut editor: PaymentEditor<'_, '_>,
    change: impl FnOnce(&mut PaymentEditor<'_, '_>) -> Decided<Heard>,
) -> Decided<EventTaken> {
    let payment = Some(editor.object.id());
    let before = (editor.object.row.version, editor.object.facts.clone());
    let heard = change(&mut editor)?;
    if before != (editor.object.row.version, editor.object.facts.clone()) {
        if before.0 == editor.object.row.version {
            editor.emit("payment.told", Data::new())?;
        }
        editor.put()?;
    }
    Ok(EventTaken::of(payment, heard))
}

/// The answer of a driver as news, in the form of a report of an application.
fn answered(gateway: &str, answer: &GatewayAnswer, reference: Option<Arc<str>>) -> News {
    let told: GatewayOutcome = answer.told;
    let own = answer.reference.as_deref().and_then(|text| news::reference("reference", text).ok());
    News {
        reference: reference.or(own),
        amount: answer.amount,
        authorized: answer.authorized,
        captured: answer.captured,
        refunded: answer.refunded,
        closed: answer.closed,
        action: answer.action.clone(),
        failure: answer.failure.as_ref().map(|refusal| FailureFacts {
            code: refusal.code,
            gateway_code: refusal.gateway_code.as_deref().map(|text| shortened(text).to_string()),
            retry: refusal.retry,
        }),
        expires_at: answer.expires_at,
        ..News::of(gateway, told, None)
    }
}

/// A text of a gateway as it is kept: shortened, and with card numbers masked.
fn shortened(text: &str) -> Arc<str> {
    masked(&text.chars().take(LONGEST).collect::<String>()).into()
}

const fn phase_of(phase: DisputePhase) -> ChargebackPhase {
    match phase {
        DisputePhase::Open => ChargebackPhase::Open,
        DisputePhase::Won => ChargebackPhase::Won,
        DisputePhase::Lost => ChargebackPhase::Lost,
    }
}
