//! The traces of a refusal: its event, and what gates and decisions write in spite of it.

use std::sync::Arc;

use super::draft::{Draft, Survivor};
use super::operation::{CreatedIds, Decided, Operation};
use super::snapshot::Snapshot;
use crate::error::{Code, Detail, Error};
use crate::ids::{Actor, Book};
use crate::rows::needs::Needs;
use crate::rows::traced::Traced;

/// The event of a refusal.
pub fn refused(draft: &mut Draft<'_>, operation: &str, code: Code) -> Decided<()> {
    draft.event("call.refused", ("operation", operation), 0, &serde_json::json!({ "code": code.as_str() }))
}

/// Writes the event of a refusal that happened elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// The refused operation.
    pub operation: &'static str,
    /// Why.
    pub code: Code,
}

impl Operation for Refused {
    type Reply = ();

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        refused(draft, self.operation, self.code)?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}

/// A refusal in a host's transaction, whose event outlives it.
#[derive(Clone, Copy, Debug)]
pub(super) struct RefusalEvent(pub(super) Refused);

impl Survivor for RefusalEvent {
    fn name(&self) -> &'static str {
        "call.refused"
    }

    fn needs(&self, _: &Snapshot, _: &mut Needs) {}

    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        refused(draft, self.0.operation, self.0.code)
    }
}

/// The survivors of a refusal in a host's transaction, which may be rolled back: the engine writes them
/// later.
#[derive(Clone, Debug)]
pub struct PendingSurvivors {
    /// The book of the call.
    pub book: Book,
    /// The caller.
    pub actor: Actor,
    /// Where it came from.
    pub trace: Option<Arc<Traced>>,
    /// The survivors to write: all of them or none.
    pub survivors: Arc<[Arc<dyn Survivor>]>,
}

/// Why survivors are not written yet: an object that people are asked about is not there.
const EARLY: &str = "uncommitted";

/// Whether survivors were refused because an object that people are asked about is not there, or not yet.
pub fn is_early(error: &Error) -> bool {
    matches!(error.detail(), Detail::Contention { reason } if reason == EARLY)
}

impl PendingSurvivors {
    /// Takes out what asks nobody, and so waits for no commit of the host's; `None` if nothing would be left
    /// on one of the two sides.
    pub fn part(&mut self) -> Option<Self> {
        let (asking, others): (Vec<_>, Vec<_>) =
            self.survivors.iter().cloned().partition(|survivor| survivor.asks());
        if asking.is_empty() || others.is_empty() {
            return None;
        }
        self.survivors = asking.into();
        Some(Self { survivors: others.into(), ..self.clone() })
    }
}

/// The operation that writes the survivors of one refusal, all of them or none.
#[derive(Clone, Debug)]
pub struct WriteSurvivors {
    /// The survivors.
    pub survivors: Arc<[Arc<dyn Survivor>]>,
    /// Whether the host's transaction may still be open, so that an object which is not there may come.
    pub may_come: bool,
}

impl WriteSurvivors {
    fn all_due(&self, draft: &Draft<'_>) -> Decided<bool> {
        let mut all = true;
        for survivor in self.survivors.iter() {
            all &= survivor.is_due(draft)?;
        }
        Ok(all)
    }
}

impl Operation for WriteSurvivors {
    type Reply = ();

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.survivors.iter().for_each(|survivor| survivor.needs(seen, needs));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        if self.may_come && !self.all_due(draft)? {
            return Err(Error::from(Detail::Contention { reason: EARLY.into() }).into());
        }
        self.survivors.iter().try_for_each(|survivor| survivor.write(draft))?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store that was busy for long lost a counted failure with a line for developers alone.
    #[test]
    fn only_what_may_be_committed_later_is_early() {
        let error = |reason: &str| Error::from(Detail::Contention { reason: reason.into() });
        assert!(
            is_early(&error(EARLY)) && !is_early(&error("references")) && !is_early(&error("lock_timeout"))
        );
    }
}
