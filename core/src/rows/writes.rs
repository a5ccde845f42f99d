//! What a group writes: claims, changed rows with the images that were seen of them, and guards on what it
//! relied on.

use uuid::Uuid;

use super::row::Row;
use super::tables::{
    AccountRow, EntryRow, EventRow, HeadRow, HoldRow, JobRow, KeyRow, MarkRow, PendingRow, RecordRow,
    SequenceRow, StreamRow, TransferRow,
};

/// Everything that one group writes. What is claimed or changed is in the order of its keys, entries and
/// events are in that of the commands.
#[derive(Clone, Debug, Default)]
pub struct Writes {
    /// The commit's own id.
    pub commit: Uuid,
    /// Marks of the commit, by which its outcome is known when the reply to COMMIT is lost.
    pub marks: Vec<MarkRow>,
    /// Heads to create (which creates the book) or to move.
    pub heads: Upserts<HeadRow>,
    /// Keys to claim, each once: new ones, and expired ones as they were seen.
    pub keys: Upserts<KeyRow>,
    /// Records.
    pub records: Upserts<RecordRow>,
    /// Transfers.
    pub transfers: Upserts<TransferRow>,
    /// Holds.
    pub holds: Upserts<HoldRow>,
    /// Accounts.
    pub accounts: Upserts<AccountRow>,
    /// Jobs.
    pub jobs: Upserts<JobRow>,
    /// Entries.
    pub entries: Vec<EntryRow>,
    /// Events.
    pub events: Vec<EventRow>,
    /// Links of the chain.
    pub sequence: Vec<SequenceRow>,
    /// Work for the sequencer.
    pub pending: Vec<PendingRow>,
    /// Sums for streaming accounts.
    pub streams: Vec<StreamRow>,
    /// Pending rows of streaming accounts that were folded.
    pub folded: Vec<<StreamRow as Row>::Key>,
    /// Pending events that were sequenced.
    pub sequenced: Vec<<PendingRow as Row>::Key>,
    /// What the group relied on without having locked it.
    pub guards: Guards,
}

impl Writes {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
            && self.keys.is_empty()
            && self.records.is_empty()
            && self.transfers.is_empty()
            && self.holds.is_empty()
            && self.accounts.is_empty()
            && self.jobs.is_empty()
            && self.entries.is_empty()
            && self.events.is_empty()
            && self.pending.is_empty()
            && self.streams.is_empty()
            && self.folded.is_empty()
            && self.sequenced.is_empty()
            && self.sequence.is_empty()
            && self.marks.is_empty()
    }
}

/// A row that a group relied on and does not change.
#[derive(Clone, Debug)]
pub struct Guard<R: Row> {
    /// The row.
    pub key: R::Key,
    /// What was seen of it, by which it must still [stand](Row::stands); `None`: there was no such row.
    pub seen: Option<R::Seen>,
    /// Whether it is locked until the commit, as if it were changed.
    pub lock: bool,
}

/// Rows that must still stand as they were seen, in the order of their keys.
#[derive(Clone, Debug, Default)]
pub struct Guards {
    /// Records.
    pub records: Vec<Guard<RecordRow>>,
    /// Transfers.
    pub transfers: Vec<Guard<TransferRow>>,
    /// Holds.
    pub holds: Vec<Guard<HoldRow>>,
    /// Accounts.
    pub accounts: Vec<Guard<AccountRow>>,
    /// Jobs.
    pub jobs: Vec<Guard<JobRow>>,
}

/// New rows, and changed rows with the image that was seen of each.
#[derive(Clone, Debug)]
pub struct Upserts<R: Row> {
    /// Rows that the store does not have.
    pub insert: Vec<R>,
    /// Rows that the store has exactly as they were seen.
    pub update: Vec<(R::Seen, R)>,
    /// In none of the changed rows did a column change that seldom does: the others need not be sent.
    pub hot: bool,
}

impl<R: Row> Default for Upserts<R> {
    fn default() -> Self {
        Self { insert: Vec::new(), update: Vec::new(), hot: false }
    }
}

impl<R: Row> Upserts<R> {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.insert.is_empty() && self.update.is_empty()
    }
}
