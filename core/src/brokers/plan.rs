//! Which messages of a batch may be sent now, what became of each, and what is reported.

use std::collections::{BTreeMap, VecDeque};

use super::message::Message;
use crate::sorting::Sorting;

/// The fate of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The broker has it for good.
    Taken,
    /// The broker will never take it: why, for people.
    Refused(String),
    /// An earlier message of its object was refused: it was not sent.
    Held,
    /// The broker is away, or has not answered; it may have it: why, for people.
    Unsent(String),
}

/// A batch on its way. The messages of one object wait for one another.
pub(super) struct Plan<'b> {
    batch: &'b [Message],
    fates: Vec<Option<Fate>>,
    /// By object, the messages that have no fate yet.
    waiting: BTreeMap<(&'b str, &'b str), VecDeque<usize>>,
}

impl<'b> Plan<'b> {
    /// Nothing of it was sent yet.
    pub(super) fn new(batch: &'b [Message]) -> Self {
        let mut waiting = BTreeMap::<_, VecDeque<usize>>::new();
        for (at, message) in batch.iter().enumerate() {
            let object = (message.object.as_str(), message.object_id.as_str());
            waiting.entry(object).or_default().push_back(at);
        }
        Self { batch, fates: vec![None; batch.len()], waiting }
    }

    /// The first message of each object that waits; none when all have their fates.
    pub(super) fn wave(&self) -> Vec<usize> {
        let mut wave: Vec<usize> = self.waiting.values().filter_map(|left| left.front().copied()).collect();
        wave.order();
        wave
    }

    /// All messages that wait, in their order.
    #[cfg(feature = "kafka")]
    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.batch.len()).filter(|at| self.fates.get(*at).is_some_and(Option::is_none)).collect()
    }

    /// A message of the batch.
    pub(super) fn message(&self, at: usize) -> &'b Message {
        &self.batch[at]
    }

    /// Notes the fate of a message, which was the first of its object that waited. Those behind one that was
    /// refused are held back.
    pub(super) fn settle(&mut self, at: usize, fate: Fate) {
        let message = self.message(at);
        let Some(left) = self.waiting.get_mut(&(message.object.as_str(), message.object_id.as_str())) else {
            return;
        };
        left.retain(|waits| *waits != at);
        if matches!(fate, Fate::Refused(_)) {
            for held in left.drain(..) {
                self.fates[held] = Some(Fate::Held);
            }
        }
        self.fates[at] = Some(fate);
    }

    /// Whether a message waits.
    pub(super) fn waits(&self, at: usize) -> bool {
        self.fates[at].is_none()
    }

    /// Ends it: what waits was not sent.
    pub(super) fn end(self, reason: &str) -> Vec<Fate> {
        let unsent = || Fate::Unsent(reason.to_owned());
        self.fates.into_iter().map(|fate| fate.unwrap_or_else(unsent)).collect()
    }
}

/// The report of a driver on a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The place up to which everything is done, but for what was refused.
    pub seq: i64,
    /// The place and reason of each refusal.
    pub refused: Vec<(i64, String)>,
    /// How many were taken.
    pub taken: usize,
    /// Why the broker is away, if it is.
    pub away: Option<String>,
}

impl DeliveryReport {
    /// The report on messages of a batch that goes up to `seq`: it ends before the first one that was not
    /// sent. What was taken behind that comes again, under its id.
    #[must_use]
    pub fn of(seq: i64, batch: &[Message], fates: &[Fate]) -> Self {
        let mut report = Self { seq, ..Self::default() };
        for (message, fate) in batch.iter().zip(fates) {
            match fate {
                Fate::Taken => report.taken += 1,
                Fate::Refused(reason) => report.refused.push((message.seq, reason.clone())),
                Fate::Held => {}
                Fate::Unsent(reason) => {
                    report.seq = report.seq.min(message.seq - 1);
                    report.away.get_or_insert_with(|| reason.clone());
                }
            }
        }
        let end = report.seq;
        report.refused.retain(|(seq, _)| *seq <= end);
        report
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::message;
    use super::*;

    fn batch() -> Vec<Message> {
        [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "b"), (6, "a")].map(|(seq, id)| message(seq, id)).into()
    }

    fn refused() -> Fate {
        Fate::Refused("no route".to_owned())
    }

    #[test]
    fn a_message_waits_for_the_one_before_it_of_its_object() {
        let batch = batch();
        let mut plan = Plan::new(&batch);
        assert_eq!(plan.wave(), [0, 1, 3]);
        plan.settle(1, Fate::Taken);
        plan.settle(3, Fate::Taken);
        assert_eq!(plan.wave(), [0, 4]);
        plan.settle(0, refused());
        assert_eq!(plan.wave(), [4], "all of `a` is held back");
        let unsent = Fate::Unsent("away".to_owned());
        assert_eq!(plan.end("away"), [refused(), Fate::Taken, Fate::Held, Fate::Taken, unsent, Fate::Held]);
    }

    #[test]
    fn a_report_ends_before_what_was_not_sent() {
        let batch = batch();
        let away = || Fate::Unsent("away".to_owned());
        let all = vec![Fate::Taken; 6];
        assert_eq!(
            DeliveryReport::of(9, &batch, &all),
            DeliveryReport { seq: 9, taken: 6, ..DeliveryReport::default() }
        );
        let mixed = [refused(), Fate::Taken, Fate::Held, Fate::Taken, Fate::Taken, Fate::Held];
        let report = DeliveryReport::of(9, &batch, &mixed);
        assert_eq!((report.seq, report.refused, report.away), (9, vec![(1, "no route".to_owned())], None));
        let lost = [Fate::Taken, refused(), Fate::Taken, away(), Fate::Held, Fate::Taken];
        let report = DeliveryReport::of(9, &batch, &lost);
        assert_eq!((report.seq, report.refused.len(), report.away.as_deref()), (3, 1, Some("away")));
        let first = [away(), refused(), away(), Fate::Taken, Fate::Held, away()];
        assert_eq!(DeliveryReport::of(9, &batch, &first).refused, [], "what comes again is not reported on");
        assert_eq!(DeliveryReport::of(9, &batch, &first).seq, 0);
    }
}
