//! Proofs of the rows that a command changed: what each of them was before. A row that somebody changed in
//! the database is then in the log as he left it, and stays found after a call has written it again.
//!
//! The member `was` of an event stands beside its images, and names by their places the images of rows
//! that were there before:
//!
//! - a text is the [`proof`] of the row before, for all but accounts;
//! - a list is the account before, as its image has it without its name. It is left out where it follows from
//!   the image: the balance without the legs of the command, the version before, nothing held, active;
//! - a number is the stamp of the account before, where it is ahead of the clock;
//! - `true` says that the headroom of the account before was not the one of its amounts.
//!
//! An event without the member is of a version that wrote none.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::rows::tables::{AccountRow, AccountStatus, CounterRow, HoldRow, JobRow, JobState, RecordRow};
use crate::time::Time;

/// The member that carries the proofs.
pub const WAS: &str = "was";

/// Bytes of a proof: as many as of the hash of a key.
const PROOF: usize = 10;

/// The columns of a row that are in no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideImage {
    /// The stamp of its newest change.
    pub stamp: Time,
    /// The clock's time then.
    pub time: Time,
    /// Whether the columns that follow from others do.
    pub follows: bool,
}

impl OutsideImage {
    /// For images of rows whose stamp is not that of their newest change, or is in another image.
    pub const NOTHING: Self = Self { stamp: Time::EPOCH, time: Time::EPOCH, follows: true };

    /// The columns of a row that has only a stamp.
    pub const fn stamped(stamp: Time, follows: bool) -> Self {
        Self { stamp, time: stamp, follows }
    }

    /// The columns of a record.
    pub fn record(row: &RecordRow) -> Self {
        Self { stamp: row.stamp, time: row.time(), follows: true }
    }

    /// The columns of a hold.
    pub fn hold(row: &HoldRow) -> Self {
        Self::stamped(row.stamp, row.due_at == row.expires_at.filter(|_| row.state.is_open()))
    }

    /// The columns of a job.
    pub fn job(row: &JobRow) -> Self {
        Self::stamped(row.stamp, job_is_timed(row))
    }

    /// The columns of a counter.
    pub const fn counter(row: &CounterRow) -> Self {
        Self::stamped(row.stamp, true)
    }
}

/// Whether the timer of a job is the one of its state.
pub fn job_is_timed(row: &JobRow) -> bool {
    row.due_at
        == match row.state {
            JobState::Queued => Some(row.run_at),
            JobState::Leased => row.leased_until,
            JobState::Done | JobState::Dead => None,
        }
}

/// The hash of an image, as the log has it.
pub fn fingerprint(image: &[u8]) -> u128 {
    let hash: [u8; 32] = Sha256::digest(image).into();
    let (first, _) = hash.split_at(size_of::<u128>());
    u128::from_le_bytes(first.try_into().unwrap_or_default())
}

/// The proof that a row was as an image with this [`fingerprint`] says.
pub fn proof(fingerprint: u128, beside: OutsideImage) -> String {
    let hash = Sha256::new()
        .chain_update(fingerprint.to_le_bytes())
        .chain_update(beside.stamp.micros().to_le_bytes())
        .chain_update(beside.time.micros().to_le_bytes())
        .chain_update([u8::from(beside.follows)]);
    HEXLOWER.encode(&hash.finalize()[..PROOF])
}

/// Whether an image of an account has only its balance and its version.
pub const fn is_short(row: &AccountRow) -> bool {
    row.held == 0 && row.overdraft == 0 && matches!(row.status, AccountStatus::Active)
}

/// Whether the headroom of an account is the one of its amounts.
pub const fn has_its_headroom(row: &AccountRow) -> bool {
    row.headroom == row.posted.saturating_sub(row.held).saturating_add(row.overdraft)
}

/// Whether the row of an account before a command follows from its image after it.
pub fn follows(before: &AccountRow, after: &AccountRow, moved: i128) -> bool {
    is_short(before)
        && is_short(after)
        && before.version.checked_add(1) == Some(after.version)
        && before.posted.checked_add(moved) == Some(after.posted)
}
