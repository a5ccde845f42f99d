//! Troubles of the simulated database, by chance or on purpose, and how often they happened.

/// How often of a thousand steps something fails.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Troubles {
    pub(crate) steps: u64,
    pub(crate) commits: u64,
}

/// A bug that the database has on purpose, to see that it is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Planted {
    #[default]
    Nothing,
    /// A commit is acknowledged and not done.
    LostCommit,
    /// An entry of a group is not written.
    LostEntry,
    /// A unit is invented in an account.
    WrongBalance,
    /// An account is changed twice by what changed it once.
    DoubledWrite,
    /// The keys of a group are not written.
    SkippedKey,
    /// Two events change places in the sequence.
    Reordered,
    /// The fate of a lost commit is told wrongly: that it was done.
    LyingMark,
    /// A row that somebody has locked reads as if it did not exist.
    BusyIsAbsent,
    /// The clock that is read under the locks is a day fast.
    FastClock,
    /// A row is known by the number of its version alone.
    VersionsOnly,
    /// A counter that is written later than ten seconds after the last time holds that call and nothing else:
    /// what had left by the clock of one call is gone.
    ForgottenCounts,
}

/// Counts of what happened so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Happened {
    /// How often the planted bug did harm.
    pub(crate) planted: u64,
    pub(crate) failed_steps: u64,
    pub(crate) lost_replies: u64,
    /// Statements that arrived when somebody had asked what became of them, or the rows had gone on.
    pub(crate) too_late: u64,
    pub(crate) busy_rows: u64,
    pub(crate) waits: u64,
    pub(crate) stale: u64,
    /// How often the database went back to an earlier moment, and commits that were lost by it.
    pub(crate) went_back: u64,
    pub(crate) lost_commits: u64,
}
