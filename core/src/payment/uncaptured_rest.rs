//! The rest of an authorization after the capture of a part. The gateway releases it, or the worker does with
//! the capture; otherwise a call `void` does.
//!
//! The answer to a capture shows that the rest is released, unless it names a larger total that is still
//! authorized. If other news tells of the capture first, the gateway is asked, once the worker of the capture
//! is surely not at it any more. Only a rest that the gateway has named then is voided, because a second void
//! may undo the capture at some gateways. The void moves no money of the payment: the payment stays as it is,
//! refunds wait for their turn, and chargebacks do not wait.

use serde_json::{Map, Value, json};

use super::apply_report::Heard;
use super::editor::PaymentEditor;
use super::gateway::{GatewayAbility, GatewayDriver};
use super::model::{FailureCode, FailureFacts, GatewayCall, GatewayOutcome, PendingCall};
use super::news::News;
use super::parts::{HeldRest, RefundState};
use crate::gateway::pause::pause_after;
use crate::jobs::decide::pause;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::request::domain::JobManner;
use crate::rows::object::members;
use crate::time::Time;

impl PaymentEditor<'_, '_> {
    /// The rest that the capture under way leaves of the authorization.
    pub(crate) fn rest_of_capture(&self, captured: i128) -> Decided<Option<HeldRest>> {
        let facts = &self.object.facts;
        let captures = facts.doing.as_ref().is_some_and(|doing| doing.call == GatewayCall::Capture);
        let minor = facts.authorized.saturating_sub(captured);
        if !captures || minor <= 0 {
            return Ok(None);
        }
        let asked_from = Some(self.after(self.gateway()?.facts.settle_after));
        Ok(Some(HeldRest { minor, known: false, asked_from }))
    }

    /// Applies news to the rest: whether the gateway holds it still.
    pub(crate) fn apply_to_rest(&mut self, news: &News) -> Decided<()> {
        let Some(rest) = self.object.facts.rest.clone() else { return Ok(()) };
        let captured = self.object.facts.captured;
        let held = news.authorized.and_then(|total| rest.told(total.minor_units(), captured));
        if rest.known {
            // while it is voided, only an answer about the void counts
            if news.told != GatewayOutcome::Captured || !self.answers_void(news) {
                return Ok(());
            }
            return if held.is_some() { self.not_voided_yet(news).map(drop) } else { self.released() };
        }
        let gateway = self.gateway()?.facts;
        if gateway.driver != GatewayDriver::Host {
            // the built-in drivers release it with the capture
            self.object.facts.rest = None;
            return Ok(());
        }
        let of_capture = news.about.is_some_and(|about| about.call == GatewayCall::Capture);
        let is_early = held.is_some() && Self::may_be_at_it(&rest, news);
        match news.told {
            GatewayOutcome::Captured if of_capture && is_early => return Ok(()),
            GatewayOutcome::Captured if of_capture => self.object.facts.rest = held,
            // the gateway's own news may be from before the worker released it: they only say that it is gone
            GatewayOutcome::Captured if news.authorized.is_some() && held.is_none() => {
                self.object.facts.rest = None;
            }
            GatewayOutcome::Voided if of_capture => self.object.facts.rest = None,
            GatewayOutcome::Refused if of_capture => return self.not_released(news.failure.clone()),
            GatewayOutcome::Nothing if of_capture && news.closed => return self.not_released(None),
            _ if !gateway.can(GatewayAbility::Query) => self.object.facts.rest = None,
            // no answer helps any more: the gateway ends the authorization by itself
            _ if of_capture && self.authorization_is_over() => return self.not_released(None),
            _ => return Ok(()),
        }
        if self.object.facts.doing.is_none() {
            // the question about it is answered
            self.drop_question()?;
        }
        Ok(())
    }

    /// Whether the worker of the capture may have been about to release the rest when the gateway was asked.
    /// Its own answer says that it is done.
    fn may_be_at_it(rest: &HeldRest, news: &News) -> bool {
        let asked_at = news.about.filter(|about| about.asked).and_then(|about| about.asked_at);
        asked_at.is_some_and(|at| rest.asked_from.is_some_and(|from| at < from))
    }

    fn authorization_is_over(&self) -> bool {
        self.object.facts.authorization_expires_at.is_some_and(|at| at <= self.now())
    }

    /// When the gateway is asked about the rest at the earliest, if that is still to come.
    pub(crate) fn rest_is_asked_from(&self) -> Option<Time> {
        let rest = self.object.facts.rest.as_ref().filter(|_| self.asks_about_rest());
        rest.and_then(|rest| rest.asked_from).filter(|from| *from > self.now())
    }

    /// Whether the gateway is asked about the rest, because nobody knows if it holds that.
    pub(crate) fn asks_about_rest(&self) -> bool {
        let facts = &self.object.facts;
        facts.doing.is_none() && facts.rest.as_ref().is_some_and(|rest| !rest.known)
    }

    /// Adds the capture and its rest to a question about the payment, if the rest is asked about.
    pub(crate) fn ask_about_rest(&self, payload: &mut Map<String, Value>) -> Decided<()> {
        let rest = self.object.facts.rest.as_ref().filter(|_| self.asks_about_rest());
        let Some(rest) = rest else { return Ok(()) };
        let (call, number) = (GatewayCall::Capture, self.object.facts.counts.capture);
        payload.insert("about".to_owned(), json!(call));
        payload.insert("about_key".to_owned(), format!("{}:{call}:{number}", self.object.id()).into());
        payload.insert("release".to_owned(), json!(self.object.money(rest.minor)?));
        Ok(())
    }

    /// Begins the void of a rest that the gateway holds, if no refund waits for its turn.
    pub(crate) fn void_rest(&mut self) -> Decided<()> {
        let rest = self.object.facts.rest.as_ref().filter(|rest| rest.known);
        let Some(minor) = rest.map(|rest| rest.minor).filter(|_| self.object.state.is_paid()) else {
            return Ok(());
        };
        let data = Self::amount_of_rest(minor);
        self.emit("payment.release_requested", data)?;
        self.begin(GatewayCall::Void, minor, None)
    }

    /// Whether news answers the void of the rest: the call, or a question about it. Unasked news of a void
    /// answers it too, because nothing else of a captured payment can be voided.
    pub(crate) fn is_of_rest(&self, place: usize, news: &News) -> bool {
        let doing = self.object.facts.doing.as_ref().filter(|doing| doing.voids_rest());
        let is_unasked = || news.about.is_none() && news.told == GatewayOutcome::Voided;
        let answers = |doing: &PendingCall| self.answers_void(news) || is_unasked() && doing.may_be_there();
        doing.is_some_and(answers) && self.is_current(place)
    }

    fn answers_void(&self, news: &News) -> bool {
        let voids_rest = self.object.facts.doing.as_ref().is_some_and(PendingCall::voids_rest);
        voids_rest && news.about.is_some_and(|about| about.call == GatewayCall::Void && !about.outdated)
    }

    /// Applies the answer to the void of the rest. Returns `None` for an answer that is read as of any other
    /// payment.
    pub(crate) fn apply_to_void(&mut self, place: usize, news: &News) -> Decided<Option<Heard>> {
        let heard = match news.told {
            GatewayOutcome::Voided => {
                self.released()?;
                self.may_have_undone_capture(place, news)?
            }
            GatewayOutcome::Refused => {
                let failure = news.failure.clone();
                let failure = failure.unwrap_or_else(|| FailureFacts::own(FailureCode::Declined));
                self.not_released(Some(failure))?;
                Heard::Applied
            }
            GatewayOutcome::Nothing | GatewayOutcome::Authorized => self.not_voided_yet(news)?,
            GatewayOutcome::Unsent => {
                self.void_unsent(news)?;
                Heard::Applied
            }
            GatewayOutcome::Captured
            | GatewayOutcome::ActionRequired
            | GatewayOutcome::Pending
            | GatewayOutcome::Refunded
            | GatewayOutcome::RefundFailed
            | GatewayOutcome::Unknown => return Ok(None),
        };
        Ok(Some(heard))
    }

    /// The void may have undone the capture too. A total shows it, if the gateway tells one.
    fn may_have_undone_capture(&mut self, place: usize, news: &News) -> Decided<Heard> {
        if news.captured.is_none() && !self.gateway()?.facts.can(GatewayAbility::Query) {
            return Ok(Heard::Applied);
        }
        let heard = self.apply_voided(place, news)?;
        // the gateway's own news of the void say no more than our worker does: it is asked too
        self.object.facts.unexplained |= news.about.is_none() && news.captured.is_none();
        Ok(if heard == Heard::Ignored { Heard::Applied } else { heard })
    }

    /// Gives up the void of the rest if it has no answer and the gateway cannot be asked: refunds do not wait
    /// for it for ever. Returns whether it did.
    pub(crate) fn gives_up_rest(&mut self) -> Decided<bool> {
        let voids_rest = self.object.facts.doing.as_ref().is_some_and(PendingCall::voids_rest);
        if !voids_rest || self.gateway()?.facts.can(GatewayAbility::Query) {
            return Ok(false);
        }
        self.not_released(None)?;
        Ok(true)
    }

    /// Sends the void again if it is believed that the gateway does not have it.
    fn not_voided_yet(&mut self, news: &News) -> Decided<Heard> {
        let doing = self.object.facts.doing.clone().filter(PendingCall::may_be_there);
        let Some(doing) = doing else { return Ok(Heard::Ignored) };
        if let Some(at) = self.not_believed_before(&doing, news)? {
            // the call may still be on its way
            self.ask_later(Some(at))?;
            return Ok(Heard::Ignored);
        }
        self.drop_question()?;
        if self.a_refund_waits() {
            // the refund goes first, and the void follows as a call of its own
            self.settled()?;
        } else {
            self.again(&doing)?;
        }
        Ok(Heard::Applied)
    }

    /// The void surely did not arrive: it is sent again later, and behind refunds.
    fn void_unsent(&mut self, news: &News) -> Decided<()> {
        let Some(doing) = self.object.facts.doing.clone() else { return Ok(()) };
        self.drop_question()?;
        if self.a_refund_waits() {
            self.settled()?;
        } else {
            let tries = i64::from(doing.unsent) + 1;
            let own = pause(tries, self.draft.ids.salt(), &JobManner::default());
            let at = self.after(pause_after(news.retry_after, own));
            self.once_more(&doing, at)?;
        }
        self.emit("payment.unsent", Data::new())
    }

    fn a_refund_waits(&self) -> bool {
        self.object.facts.refunds.iter().any(|refund| refund.state == RefundState::Queued)
    }

    /// The rest is released.
    fn released(&mut self) -> Decided<()> {
        self.settled()?;
        let minor = self.object.facts.rest.take().map_or(0, |rest| rest.minor);
        let data = Self::amount_of_rest(minor);
        self.emit("payment.released", data)
    }

    /// Nobody can release the rest: the admins are told.
    pub(crate) fn not_released(&mut self, failure: Option<FailureFacts>) -> Decided<()> {
        if self.object.facts.doing.as_ref().is_some_and(PendingCall::voids_rest) {
            self.settled()?;
        }
        let minor = self.object.facts.rest.take().map_or(0, |rest| rest.minor);
        if failure.is_some() {
            self.object.facts.failure = failure;
        }
        let data = Self::amount_of_rest(minor);
        self.emit("payment.not_released", data)?;
        self.tell_admins("payment.not_released")
    }

    fn amount_of_rest(minor: i128) -> Data {
        members!("amount": minor.to_string())
    }
}
