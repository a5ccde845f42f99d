//! Questions to gateways: about a call without an answer, about a payment, and because of a hint.

use serde_json::{Map, Value, json};

use super::editor::PaymentEditor;
use super::gateway::job_kind;
use super::model::{GatewayCall, PaymentFacts, PendingCall};
use super::news::News;
use super::parts::{Hinted, OpenHint, Question};
use crate::gateway::incoming::HintSays;
use crate::ids::JobId;
use crate::jobs::decide::{discard, pause, put_off};
use crate::kernel::draft::JobTerms;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::request::domain::JobManner;
use crate::rows::tables::{JobRow, JobState};
use crate::time::{Span, Time};

/// The attempts of a question: so many that it never dies.
const QUESTIONS: i64 = 1_000_000_000;
/// The least time between two questions that hints lead to.
const BETWEEN_HINTS: Span = Span::from_secs(15);
/// How many answers that do not show what a hint has said lead to another question.
const MOST_FOR_A_HINT: u32 = 6;

/// Whether a payment is as a hint says.
fn shows(facts: &PaymentFacts, says: HintSays) -> bool {
    let back: i128 = facts.refunded().saturating_add(facts.charged_back());
    match says {
        HintSays::Paid => facts.captured > back || facts.suspended > 0 || !facts.refunds.is_empty(),
        HintSays::Waits => facts.captured <= back,
        HintSays::Left(left) => facts.captured.saturating_sub(back) == i128::from(left),
    }
}

/// Whether a gateway is asked what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// A question was written.
    Begun,
    /// An open question was moved to an earlier time.
    Hurried,
    /// A further question will follow what is under way.
    Noted,
    /// An open question comes soon enough.
    Open,
    /// There is nothing to ask about: the call was not sent.
    Idle,
}

impl PaymentEditor<'_, '_> {
    /// Writes a question to the gateway unless one is open. It asks about the call under way, if there is
    /// one.
    pub(crate) fn ask(&mut self, not_before: Time) -> Decided<bool> {
        self.make_room()?;
        if self.object.facts.question.is_some() {
            return Ok(false);
        }
        self.ask_again(0, not_before).map(|()| true)
    }

    /// Asks the gateway about news that says too little. If the answer to an open question may be older than
    /// the news, another question follows. Returns whether anything changed.
    pub(crate) fn ask_about_news(&mut self) -> Decided<bool> {
        let (now, doing) = (self.now(), self.object.facts.doing.as_ref());
        let is_asked = doing.is_none_or(PendingCall::may_be_there) && self.ask(now)?;
        Ok(self.owe_answer()? || is_asked)
    }

    /// Asks the gateway at a time. An open question that is due later is moved to that time.
    pub(crate) fn ask_by(&mut self, at: Time) -> Decided<Asking> {
        if self.object.facts.doing.as_ref().is_some_and(|doing| !doing.may_be_there()) {
            return Ok(Asking::Idle);
        }
        self.make_room()?;
        if let Some(question) = &self.object.facts.question {
            let key = (self.object.row.book.clone(), question.job);
            let waits = |job: &JobRow| job.state == JobState::Queued && job.run_at > at;
            if !self.draft.job(&key)?.is_some_and(waits) {
                return Ok(Asking::Open);
            }
            put_off(self.draft, &key, at)?;
            return Ok(Asking::Hurried);
        }
        self.ask_again(0, at)?;
        self.emit("payment.asked", Data::new())?;
        Ok(Asking::Begun)
    }

    /// Asks a gateway because of its hint, which anybody may send: at once if the last such question is
    /// [`BETWEEN_HINTS`] ago, else when that time is over. A question that a worker takes after the hint
    /// covers it. So no hint is lost, and repeating one gains nothing.
    pub(crate) fn ask_for_hint(&mut self, gateway: &str, says: Option<HintSays>) -> Decided<Asking> {
        let now = self.now();
        let next = self.object.facts.hinted_at.and_then(|last| last.checked_add(BETWEEN_HINTS));
        let at = next.map_or(now, |next| next.max(now));
        let is_current = self.object.facts.gateway() == Some(gateway);
        let asking = if is_current { self.hint_of_current(at)? } else { self.hint_of_left(gateway)? };
        if is_current && asking != Asking::Idle && self.keep_hint(says) {
            self.emit("payment.told", Data::new())?;
            self.object.facts.hinted_at = Some(at);
            return Ok(if asking == Asking::Open { Asking::Noted } else { asking });
        }
        let event = match asking {
            Asking::Begun => None,
            Asking::Hurried => Some("payment.asked"),
            Asking::Noted => Some("payment.told"),
            Asking::Open | Asking::Idle => return Ok(asking),
        };
        self.object.facts.hinted_at = Some(at);
        if let Some(event) = event {
            self.emit(event, Data::new())?;
        }
        Ok(asking)
    }

    /// Keeps what a hint says while the payment is otherwise. Returns whether that is new.
    fn keep_hint(&mut self, says: Option<HintSays>) -> bool {
        let Some(says) = says.filter(|says| !shows(&self.object.facts, *says)) else { return false };
        if self.object.facts.hint.is_some_and(|hint| hint.says == says) {
            return false;
        }
        self.object.facts.hint = Some(OpenHint { says, asked: 0 });
        true
    }

    /// Forgets a hint once the payment is as it says.
    pub(crate) fn drop_shown_hint(&mut self) {
        let facts = &mut self.object.facts;
        facts.hint = facts.hint.filter(|hint| !shows(facts, hint.says));
    }

    /// Asks once more, after a pause that grows each time, if an answer does not show what a hint has said:
    /// some gateways answer questions from a copy that is behind. It ends after [`MOST_FOR_A_HINT`], since
    /// anybody may send hints.
    pub(crate) fn hint_goes_on(&mut self, news: &News) -> Decided<()> {
        let Some(hint) = self.object.facts.hint else { return Ok(()) };
        let is_answer = self.object.facts.gateway() == Some(news.gateway.as_str())
            && news.about.is_some_and(|about| about.asked && !about.outdated);
        if shows(&self.object.facts, hint.says) || is_answer && hint.asked >= MOST_FOR_A_HINT {
            self.object.facts.hint = None;
            return Ok(());
        }
        if !is_answer {
            return Ok(());
        }
        let asked = hint.asked + 1;
        self.object.facts.hint = Some(OpenHint { asked, ..hint });
        let facts = &self.object.facts;
        if facts.doing.is_some() || facts.question.is_some() || facts.unexplained {
            // it is asked about anyway
            return Ok(());
        }
        let span = pause(i64::from(asked), self.draft.ids.salt(), &JobManner::default());
        let at = self.after(span);
        self.ask_again(0, at)?;
        self.mark_hinted().map(drop)
    }

    /// Takes a hint of the gateway that has the payment.
    fn hint_of_current(&mut self, at: Time) -> Decided<Asking> {
        let asking = self.ask_by(at)?;
        let doing = self.object.facts.doing.as_ref();
        if asking == Asking::Idle && doing.is_none_or(|doing| doing.call == GatewayCall::Authorize) {
            // the gateway does not have the payment yet
            return Ok(Asking::Idle);
        }
        let is_new = self.owe_answer()?;
        Ok(match asking {
            Asking::Open | Asking::Idle if is_new => Asking::Noted,
            Asking::Idle => Asking::Open,
            asking => asking,
        })
    }

    /// Takes a hint of the gateway of an earlier attempt, which may have taken the money after all. It is
    /// asked when nothing else is under way.
    fn hint_of_left(&mut self, gateway: &str) -> Decided<Asking> {
        let question = self.object.facts.question.as_ref();
        let is_open = question.is_some_and(|question| question.left.as_deref() == Some(gateway));
        let is_new = if is_open { self.mark_hinted()? } else { self.note_left(gateway) };
        Ok(if is_new { Asking::Noted } else { Asking::Open })
    }

    /// Notes a hint that a later answer must cover. Returns whether that is new.
    fn owe_answer(&mut self) -> Decided<bool> {
        let doing = self.object.facts.doing.as_ref();
        // a call that waits is not asked about, and an answer about a refund shows that refund alone
        if doing.is_some_and(|doing| !doing.may_be_there() || doing.refund.is_some()) {
            return Ok(!std::mem::replace(&mut self.object.facts.unexplained, true));
        }
        self.mark_hinted()
    }

    /// Notes on the open question when a hint about it came. Returns whether that is new.
    fn mark_hinted(&mut self) -> Decided<bool> {
        let Some(question) = &mut self.object.facts.question else { return Ok(false) };
        let key = (self.object.row.book.clone(), question.job);
        let is_taken = self.draft.job(&key)?.is_some_and(|job| job.state == JobState::Leased);
        let hinted = Some(if is_taken { Hinted::Since } else { Hinted::Before });
        let is_new = question.hinted != hinted;
        question.hinted = hinted;
        Ok(is_new)
    }

    /// Whether the gateway has hinted since a worker took the question that news answers: something may have
    /// happened there since. An answer that the call can not happen any more stays true.
    pub(crate) fn is_hinted_since(&self, news: &News) -> bool {
        let question = self.object.facts.question.as_ref().filter(|_| !news.closed);
        let is_asked = news.about.is_some_and(|about| about.asked);
        is_asked && question.is_some_and(|question| question.hinted == Some(Hinted::Since))
    }

    /// Notes that the gateway of an earlier attempt is to be asked. Returns whether that is new.
    fn note_left(&mut self, gateway: &str) -> bool {
        let hints = &mut self.object.facts.left_hints;
        if hints.iter().any(|name| name == gateway) {
            return false;
        }
        hints.push(gateway.to_owned());
        true
    }

    /// Keeps the hints of the gateway that the payment is about to leave: it is still asked about them.
    pub(crate) fn keep_hints(&mut self) {
        let gateway = self.object.facts.gateway().map(ToOwned::to_owned);
        if let Some(gateway) = gateway
            && std::mem::take(&mut self.object.facts.unexplained)
        {
            self.note_left(&gateway);
        }
    }

    /// Asks what is still to be asked, if no call and no other question is under way.
    pub(crate) fn ask_what_is_owed(&mut self) -> Decided<()> {
        if self.object.facts.doing.is_some() || self.object.facts.question.is_some() {
            return Ok(());
        }
        let at = self.after_hint();
        if std::mem::take(&mut self.object.facts.unexplained) {
            self.ask_again(0, at)?;
            return self.mark_hinted().map(drop);
        }
        if self.asks_about_rest() {
            let at = self.rest_is_asked_from().unwrap_or_else(|| self.now());
            return self.ask_again(0, at);
        }
        if self.object.facts.left_hints.is_empty() {
            return Ok(());
        }
        let gateway = self.object.facts.left_hints.remove(0);
        let attempts = &self.object.facts.attempts;
        let place = attempts.iter().rposition(|attempt| attempt.gateway == gateway);
        self.write_question(place, Map::new(), 0, at)?;
        if let Some(question) = &mut self.object.facts.question {
            question.left = Some(gateway);
        }
        self.mark_hinted().map(drop)
    }

    /// The earliest time of the next question that hints lead to.
    fn after_hint(&self) -> Time {
        let now = self.now();
        self.object.facts.hinted_at.map_or(now, |at| at.max(now))
    }

    /// Drops an open question to the gateway of an earlier attempt: it waits behind every question to the
    /// gateway that has the payment.
    fn make_room(&mut self) -> Decided<()> {
        if self.object.facts.question.as_ref().is_some_and(|question| question.left.is_some()) {
            self.drop_question()?;
        }
        Ok(())
    }

    /// Writes a question about the call under way, or else about the payment.
    fn ask_again(&mut self, asked: u32, not_before: Time) -> Decided<()> {
        let mut payload = Map::new();
        let place = match self.object.facts.doing.clone() {
            Some(doing) => {
                self.ask_about(&mut payload, &doing)?;
                self.place_of_call(&doing)
            }
            None => {
                self.ask_about_rest(&mut payload)?;
                self.object.facts.attempts.len().checked_sub(1)
            }
        };
        self.write_question(place, payload, asked, not_before)
    }

    /// Adds the call that a question is about.
    fn ask_about(&self, payload: &mut Map<String, Value>, doing: &PendingCall) -> Decided<()> {
        payload.insert("about".to_owned(), json!(doing.call));
        payload.insert("about_key".to_owned(), doing.key(self.object.id()).into());
        if let Some(refund) = doing.refund {
            payload.insert("refund".to_owned(), json!(refund));
        }
        if doing.call == GatewayCall::Authorize {
            // some gateways are asked by repeating the request that went out
            payload.insert("amount".to_owned(), json!(self.object.money(doing.minor)?));
            if self.is_driven(doing)? {
                // some gateways know what became of a key for a while alone
                payload.insert("since".to_owned(), json!(doing.sent_at.unwrap_or(doing.since)));
            }
        }
        self.release_rest(payload, doing)
    }

    fn write_question(
        &mut self,
        place: Option<usize>,
        mut payload: Map<String, Value>,
        asked: u32,
        not_before: Time,
    ) -> Decided<()> {
        let attempt = place.and_then(|place| self.object.facts.attempts.get(place));
        let gateway = attempt.ok_or_else(|| self.broken("has no gateway"))?.gateway.clone();
        let number = self.object.facts.counts.next(GatewayCall::Query);
        let job = JobId::from_uuid(self.draft.ids.uuid());
        let id = self.object.id();
        payload.insert("v".to_owned(), 1.into());
        payload.insert("call".to_owned(), json!(GatewayCall::Query));
        payload.insert("payment".to_owned(), json!(id));
        self.refer(&mut payload, place);
        let key = format!("{id}:{}:{number}", GatewayCall::Query);
        let terms = JobTerms { attempts: QUESTIONS, not_before };
        self.draft.enqueue_on(job, &key, &job_kind(&gateway), terms, &payload)?;
        self.object.facts.question = Some(Question { job, asked, hinted: None, left: None });
        Ok(())
    }

    /// Asks again after an answer that did not help: at the given time, or else after a pause that grows each
    /// time. A hint that came since the question was taken does not wait so long.
    pub(crate) fn ask_later(&mut self, not_before: Option<Time>) -> Decided<()> {
        let question = self.object.facts.question.take();
        let asked = question.as_ref().map_or(0, |question| question.asked);
        let span = pause(i64::from(asked) + 1, self.draft.ids.salt(), &JobManner::default());
        let at = not_before.unwrap_or_else(|| self.after(span));
        if question.is_none_or(|question| question.hinted != Some(Hinted::Since)) {
            return self.ask_again(asked.saturating_add(1), at);
        }
        let at = at.min(self.after_hint());
        self.ask_again(asked.saturating_add(1), at)?;
        self.mark_hinted().map(drop)
    }

    /// Takes the answer to an open question about the payment for an old one, because its money has changed
    /// since, and asks anew. A question about a call stays: that call is asked about until it is known.
    pub(crate) fn question_is_old(&mut self) -> Decided<()> {
        let facts = &self.object.facts;
        let is_of_call = facts.doing.as_ref().is_some_and(PendingCall::may_be_there);
        if is_of_call || facts.question.as_ref().is_none_or(|question| question.left.is_some()) {
            return Ok(());
        }
        self.drop_question()?;
        self.object.facts.unexplained = true;
        Ok(())
    }

    /// Drops the open question, whose answer is known by now. A hint that no answer covers is kept, and so is
    /// the gateway of an earlier attempt that was not asked.
    pub(crate) fn drop_question(&mut self) -> Decided<()> {
        let Some(question) = self.object.facts.question.take() else { return Ok(()) };
        let key = (self.object.row.book.clone(), question.job);
        let is_answered = self.draft.job(&key)?.is_none_or(|job| job.state == JobState::Done);
        let is_covered = question.hinted.is_none_or(|hinted| is_answered && hinted == Hinted::Before);
        match question.left {
            _ if is_covered => {}
            Some(gateway) => {
                self.note_left(&gateway);
            }
            None => self.object.facts.unexplained = true,
        }
        discard(self.draft, &key)
    }
}
