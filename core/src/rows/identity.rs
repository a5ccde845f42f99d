//! The identity of a store: its id, and the timeline that distinguishes one of its histories from another.

use uuid::Uuid;

/// The identity of a store and of its history: a copy that diverges has another timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Drawn when the store was made.
    pub store: Uuid,
    /// Drawn by every fork and restore. The first has the store's own id.
    pub timeline: Uuid,
}

impl Identity {
    /// A store that is new.
    #[must_use]
    pub const fn first(store: Uuid) -> Self {
        Self { store, timeline: store }
    }

    /// The timeline, unless it is the first.
    #[must_use]
    pub fn later_timeline(self) -> Option<Uuid> {
        (self.timeline != self.store).then_some(self.timeline)
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.store, self.timeline)
    }
}
