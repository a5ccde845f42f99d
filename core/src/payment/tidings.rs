//! Applies a gateway's webhook to its payment: news, disputes, and hints, after which the gateway is asked.

use std::sync::Arc;

use super::editor::PaymentEditor;
use super::model::{self, FailureFacts, Payment, Told};
use super::needs::needs_of_news;
use super::news::{self, News};
use super::parts::{ChargebackPhase, ToldCase};
use super::questions::Asking;
use super::references;
use super::report::{GatewayReport, Reception, hear};
use super::told::Heard;
use crate::gateway::answer::GatewayAnswer;
use crate::gateway::incoming::{DisputePhase, Heard as Said, HeardNews, HintSays};
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
pub(crate) struct Tiding {
    gateway: String,
    payment: Option<PaymentId>,
    reference: Option<Arc<str>>,
    says: Says,
}

/// The content of a piece.
#[derive(Clone, Debug)]
enum Says {
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
pub(crate) struct TidingTaken {
    /// Its result.
    pub reception: Reception,
    /// A question to the gateway was written, moved to an earlier time, or noted for later.
    pub asked: bool,
}

impl TidingTaken {
    const fn of(payment: Option<PaymentId>, heard: Heard) -> Self {
        Self { reception: Reception { payment, heard }, asked: false }
    }
}

impl Tiding {
    /// A piece from a report of the application.
    pub(crate) fn of_report(gateway: &str, report: GatewayReport) -> Self {
        Self { gateway: gateway.to_owned(), payment: None, reference: None, says: Says::Report(report) }
    }

    /// A piece that the driver of a gateway has read. Without a signature it is only a hint.
    pub(crate) fn of_driver(gateway: &str, said: &Said, is_signed: bool) -> Self {
        let reference = said.reference.as_deref().and_then(|text| news::reference("reference", text).ok());
        let names_others = said.payment.as_deref().is_some_and(|id| id.parse::<PaymentId>().is_err());
        let says = match &said.news {
            // others use the same account of the gateway, with ids of their own
            _ if names_others => Says::Nothing,
            HeardNews::Nothing => Says::Nothing,
            _ if !is_signed => Says::Hint(said.says),
            HeardNews::Hint => Says::Hint(said.says),
            HeardNews::Unread => Says::Unread,
            HeardNews::Told(answer) => {
                let key = said.key.clone();
                Says::News(News { key, ..answered(gateway, answer, reference.clone()) })
            }
            HeardNews::RefundTold { told, refund, amount } => Says::News(News {
                reference: reference.clone(),
                refund: Some(refund.clone()),
                amount: *amount,
                ..News::of(gateway, *told, None)
            }),
            HeardNews::Dispute { case, phase, amount, reason } => Says::Case(ToldCase {
                case: case.chars().take(LONGEST).collect(),
                phase: phase_of(*phase),
                amount: *amount,
                is_strange: amount.is_none(),
                reason: reason.as_deref().map(shortened).filter(|text| !text.is_empty()),
            }),
        };
        let payment = said.payment.as_deref().and_then(|id| id.parse().ok());
        let reference = reference.or_else(|| match &says {
            Says::News(news) => news.reference.clone(),
            _ => None,
        });
        Self { gateway: gateway.to_owned(), payment, reference, says }
    }

    fn key(&self, book: &Book) -> Option<RecordKey> {
        let reference = self.reference.as_ref()?;
        Some(references::key(book, &self.gateway, reference))
    }

    /// The payments that it may be about: the named one, and the one of its reference.
    fn candidates(&self, book: &Book, seen: &Snapshot) -> [Option<PaymentId>; 2] {
        let row = self.key(book).and_then(|key| seen.records.row(&key));
        let referred = row.and_then(|row| references::Reference::of(row).ok()?.facts.payment);
        [self.payment, referred]
    }

    /// The payment that it is about, if it is known.
    pub(crate) fn about(&self, book: &Book, seen: &Snapshot) -> Option<PaymentId> {
        match &self.says {
            Says::Report(report) => report.payment(book, seen),
            Says::Nothing => None,
            _ => self.candidates(book, seen).into_iter().flatten().next(),
        }
    }

    /// Names the rows that it needs, except its gateway.
    pub(crate) fn needs(&self, book: &Book, seen: &Snapshot, needs: &mut Needs) {
        match &self.says {
            Says::Report(report) => return report.needs(book, seen, needs),
            Says::Nothing => return,
            Says::News(_) | Says::Case(_) | Says::Hint(_) | Says::Unread => {}
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
    pub(crate) fn take(&self, draft: &mut Draft<'_>, book: &Book) -> Decided<TidingTaken> {
        match &self.says {
            Says::Report(report) => {
                return report.take(draft, book).map(|reception| TidingTaken { reception, asked: false });
            }
            Says::Nothing => return Ok(TidingTaken::of(None, Heard::Ignored)),
            Says::News(_) | Says::Case(_) | Says::Hint(_) | Says::Unread => {}
        }
        let Some(payment) = self.resolve(draft, book)? else {
            return self.unknown(draft, book).map(|heard| TidingTaken::of(None, heard));
        };
        if let Says::News(news) = &self.says {
            return hear(draft, book, payment, news).map(|heard| TidingTaken::of(Some(payment), heard));
        }
        let editor = PaymentEditor::of(draft, book, payment, None)?;
        match &self.says {
            Says::Case(told) => heard_at(editor, |editor| editor.hear_case(told)),
            Says::Unread => heard_at(editor, |editor| editor.hear_unread()),
            Says::Hint(says) => self.hint(*says, editor),
            Says::Report(_) | Says::News(_) | Says::Nothing => Ok(TidingTaken::of(None, Heard::Ignored)),
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
            let Some(row) = draft.record(&model::key(book, id))? else { continue };
            let payment = Payment::of(row)?;
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
            Says::News(news) => references::park(draft, book, reference, news)?,
            Says::Case(told) if !told.is_strange => {
                let key = references::key(book, &self.gateway, reference);
                references::park_case(draft, key, &self.gateway, told)?;
            }
            _ => return Ok(Heard::Ignored),
        }
        Ok(Heard::Parked)
    }

    /// As `payments.sync` of this gateway, but with a limit on how often hints ask.
    fn hint(&self, says: Option<HintSays>, mut editor: PaymentEditor<'_, '_>) -> Decided<TidingTaken> {
        let payment = Some(editor.object.id());
        match editor.ask_for_hint(&self.gateway, says)? {
            Asking::Begun | Asking::Hurried | Asking::Noted => {
                editor.put()?;
                Ok(TidingTaken { asked: true, ..TidingTaken::of(payment, Heard::Queried) })
            }
            Asking::Open => Ok(TidingTaken::of(payment, Heard::Queried)),
            Asking::Idle => Ok(TidingTaken::of(payment, Heard::Ignored)),
        }
    }
}

/// Does something with a payment, and writes it if that has changed it.
fn heard_at(
    mut editor: PaymentEditor<'_, '_>,
    hear: impl FnOnce(&mut PaymentEditor<'_, '_>) -> Decided<Heard>,
) -> Decided<TidingTaken> {
    let payment = Some(editor.object.id());
    let before = (editor.object.row.version, editor.object.facts.clone());
    let heard = hear(&mut editor)?;
    if before != (editor.object.row.version, editor.object.facts.clone()) {
        if before.0 == editor.object.row.version {
            editor.emit("payment.told", Data::new())?;
        }
        editor.put()?;
    }
    Ok(TidingTaken::of(payment, heard))
}

/// The answer of a driver as news, in the form of a report of an application.
fn answered(gateway: &str, answer: &GatewayAnswer, reference: Option<Arc<str>>) -> News {
    let told: Told = answer.told;
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
