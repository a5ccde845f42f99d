//! Refunds of an intent: made, and asked about.

use super::amounts::to_wire;
use super::faults::{Upshot, unread};
use super::find::{fetched, intent_of};
use super::objects::{Intent, RefundStatus, StripeRefund, text};
use super::requests::{Fields, StripeApi};
use crate::currency::Currency;
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::identity::{Marks, Whose, of_another, whose};
use crate::gateway::words::{FailureCode, FailureRetry, GatewayOutcome};
use crate::money::Money;

/// Where refunds are.
const REFUNDS: &str = "/v1/refunds";
/// How many refunds a page has.
const PAGE: &str = "100";
/// How many pages of refunds of one payment are read.
const PAGES: usize = 10;

/// Gives money back.
pub(super) async fn refund(line: &StripeApi<'_>, call: &GatewayRequest) -> DriverReply {
    let (Some(amount), Some(refund)) = (call.amount.and_then(to_wire), call.refund.as_deref()) else {
        let answer = GatewayAnswer::refused(FailureCode::NotSupported, None, FailureRetry::Never);
        return DriverReply::Answer(answer);
    };
    let id = match intent_of(line, call).await {
        Ok(id) => id,
        Err(said) => return *said,
    };
    let form: Fields = vec![
        ("payment_intent", id.clone()),
        ("amount", amount.to_string()),
        ("metadata[refund]", refund.to_owned()),
        ("metadata[payment]", call.payment.clone()),
        ("metadata[key]", call.key.clone()),
    ];
    let look = || async {
        let intent = fetched(line, call, &id).await?;
        let ours = all_of(line, &intent).await?.into_iter().find(|one| is_of(one, call));
        ours.map_or(Ok(()), |made| Err(Box::new(answer(made))))
    };
    let upshot = line.post_anew(REFUNDS, &call.key, &form, look).await;
    upshot.map_or_else(|said| *said, |upshot| made(call, Some(&id), upshot))
}

/// The result of a refund by its answer, which is of this intent where that is known.
pub(super) fn made(call: &GatewayRequest, intent: Option<&str>, upshot: Upshot) -> DriverReply {
    match upshot {
        Upshot::Done(done) => match StripeRefund::of(&done.body, &Currency::iso) {
            Some(made) => match whose(&Marks { parent: intent, ..marks_of(call) }, &made.marks()) {
                Whose::Others(mark) => of_another(mark),
                // another amount is handed on, and does not match
                Whose::Ours | Whose::Differs => answer(made),
            },
            None => unread(),
        },
        // its reference would be that of a refund
        other => without_reference(other.said()),
    }
}

/// Maps the state of a refund to an answer.
fn answer(made: StripeRefund) -> DriverReply {
    let answer = match made.status {
        RefundStatus::Pending => GatewayAnswer::of(GatewayOutcome::Pending),
        RefundStatus::Succeeded => GatewayAnswer::of(GatewayOutcome::Refunded).amount(made.amount),
        RefundStatus::Failed => GatewayAnswer::of(GatewayOutcome::Refused).failure(made.failure()),
    };
    DriverReply::Answer(answer.reference(made.id))
}

/// Whether a refund is the one of a call.
fn is_of(one: &StripeRefund, call: &GatewayRequest) -> bool {
    call.refund.is_some() && whose(&marks_of(call), &one.marks()).is_ours()
}

/// The marks of the refund of a call.
fn marks_of(call: &GatewayRequest) -> Marks<'_> {
    Marks {
        payment: Some(&call.payment),
        mark: call.refund.as_deref(),
        amount: call.amount,
        ..Marks::default()
    }
}

/// Finds the outcome of a refund among all refunds of its intent.
pub(super) async fn asked(
    line: &StripeApi<'_>,
    call: &GatewayRequest,
    intent: &Intent,
) -> Result<GatewayAnswer, Box<DriverReply>> {
    let all = all_of(line, intent).await?;
    let ours = all.iter().find(|one| is_of(one, call));
    let Some(ours) = ours else {
        // others may have left too little for it: then it is not sent again
        let back = total(intent, &all, |one| one.status != RefundStatus::Failed)?;
        return Ok(GatewayAnswer::of(GatewayOutcome::Nothing).captured(intent.received).refunded(back));
    };
    match ours.status {
        RefundStatus::Pending => Ok(GatewayAnswer::of(GatewayOutcome::Pending)),
        RefundStatus::Failed => Ok(GatewayAnswer::of(GatewayOutcome::Refused).failure(ours.failure())),
        RefundStatus::Succeeded => {
            // one that failed later may still count as done in the books: the total is to show that ours was
            // made, and so has all that were ever made
            let made = total(intent, &all, |_| true)?;
            Ok(GatewayAnswer::of(GatewayOutcome::Captured).captured(intent.received).refunded(made))
        }
    }
}

/// Sums the succeeded refunds of an intent.
pub(super) async fn given_back(line: &StripeApi<'_>, intent: &Intent) -> Result<Money, Box<DriverReply>> {
    let all = all_of(line, intent).await?;
    total(intent, &all, |one| one.status == RefundStatus::Succeeded)
}

fn total(
    intent: &Intent,
    all: &[StripeRefund],
    counts: impl Fn(&StripeRefund) -> bool,
) -> Result<Money, Box<DriverReply>> {
    let zero = Money::zero(intent.received.currency());
    let mut counted = all.iter().filter(|one| counts(one));
    counted.try_fold(zero, |sum, one| sum.checked_add(one.amount)).ok_or_else(|| Box::new(unread()))
}

/// Every refund of an intent, page by page, without what was never taken.
async fn all_of(line: &StripeApi<'_>, intent: &Intent) -> Result<Vec<StripeRefund>, Box<DriverReply>> {
    let mut all: Vec<StripeRefund> = Vec::new();
    for _ in 0..PAGES {
        let mut query: Fields = vec![("payment_intent", intent.id.clone()), ("limit", PAGE.to_owned())];
        if let Some(last) = all.last() {
            query.push(("starting_after", last.id.clone()));
        }
        let page = match line.get(REFUNDS, &query).await {
            Upshot::Done(done) if text(&done.body, "object") == Some("list") => done.body,
            other => return Err(other.unanswered()),
        };
        let items = page.get("data").and_then(serde_json::Value::as_array).map_or(&[][..], Vec::as_slice);
        let count = all.len();
        let wanted = Marks { parent: Some(&intent.id), ..Marks::default() };
        for item in items {
            let one = StripeRefund::of(item, &Currency::iso).ok_or_else(|| Box::new(unread()))?;
            if let Whose::Others(mark) = whose(&wanted, &one.marks()) {
                return Err(Box::new(of_another(mark)));
            }
            all.push(one);
        }
        let has_more = page.get("has_more").and_then(serde_json::Value::as_bool).unwrap_or(false);
        if !has_more || all.len() == count {
            return Ok(without_release(intent, all));
        }
    }
    Err(Box::new(DriverReply::Unknown("there are too many refunds".to_owned())))
}

/// Without what a capture of a part has let go of. Before version `2025-03-31.basil` of the API
/// (<https://docs.stripe.com/changelog/basil>) that is listed as a refund, which the capture itself has made:
/// nothing goes back before it, and the newest come first (<https://docs.stripe.com/api/refunds/list>).
fn without_release(intent: &Intent, mut all: Vec<StripeRefund>) -> Vec<StripeRefund> {
    let rest = intent.amount.minor_units() - intent.received.minor_units();
    let is_release = |one: &StripeRefund| one.refund.is_none() && one.amount.minor_units() == rest;
    if rest > 0 && all.last().is_some_and(is_release) {
        all.pop();
    }
    all
}

fn without_reference(said: DriverReply) -> DriverReply {
    match said {
        DriverReply::Answer(answer) => DriverReply::Answer(GatewayAnswer { reference: None, ..answer }),
        unknown @ (DriverReply::Unknown(_) | DriverReply::Lost { .. }) => unknown,
    }
}
