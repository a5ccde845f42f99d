//! An operation: the rows it needs, the pure decision, and the view that answers it.

pub use super::context::Context;
pub use super::created::CreatedIds;
use super::draft::Draft;
pub use super::draft::{Halt, Rejection};
use super::moves::Moves;
use super::snapshot::{Snapshot, Table};
use super::tally::CallTally;
use crate::error::Error;
use crate::ids::Book;
use crate::rows::kinds::each_kind;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::AccountRow;

/// One operation, parsed and checked for shape. Pure: no clock, no randomness, no I/O.
pub trait Operation: Send + Sync + 'static {
    /// The reply to the caller.
    type Reply: Send + 'static;

    /// Names the rows it needs. Called again, with what was read, until [`Needs::incomplete`] stays false.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);

    /// The account that pays, where that is known before the rows are: a guess that saves reading others.
    fn payer(&self) -> Option<&AccountKey> {
        None
    }

    /// What it moves, as far as `seen` has the rows that say it: nothing, unless it says otherwise.
    ///
    /// # Errors
    /// Those of rows that cannot be read.
    fn moves(&self, _seen: &Snapshot) -> Result<Moves, Error> {
        Ok(Moves::default())
    }

    /// The effect that policies know it by, where its rows say another one than its operation has: nothing,
    /// unless it says otherwise.
    fn effect(&self, _seen: &Snapshot) -> Option<&'static str> {
        None
    }

    /// Whether it may be written by a clock that nobody believes: the confirmation of the clock may.
    fn believes_any_clock(&self) -> bool {
        false
    }

    /// Decides, by writing to the draft.
    ///
    /// # Errors
    /// [`Halt::Reject`] refuses; [`Halt::NeedMore`] asks for rows.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt>;

    /// Does what is not begun for a call that a gate refuses: here a code is looked at. What it writes and
    /// refuses counts as if [`Operation::decide`] had done it.
    ///
    /// # Errors
    /// As [`Operation::decide`].
    fn conclude(&self, _draft: &mut Draft<'_>) -> Result<(), Halt> {
        Ok(())
    }

    /// What this process counts where a call is refused; `seen` are the rows as far as they were read.
    fn tally_of(&self, _refusal: &Error, _seen: &Snapshot) -> Option<CallTally> {
        None
    }

    /// Whether a refusal leaves no event though its kind does: strangers may call as often as they like, and
    /// must not fill the log. Such refusals are counted ([`Operation::tally_of`]), and told of in the log of
    /// the process once a minute.
    fn refuses_quietly(&self, _refusal: &Error) -> bool {
        false
    }

    /// Whether its object asks for it once more: then an earlier call under its derived key was another one,
    /// and this one is decided. It does not, unless it says otherwise.
    ///
    /// # Errors
    /// [`Halt::Busy`] where `seen` may be outdated.
    fn asks_again(&self, _seen: &Snapshot) -> Result<bool, Halt> {
        Ok(false)
    }

    /// Names the rows that the reply of a replay is made of, beyond those of [`Operation::needs`].
    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        made.needs(book, needs);
    }

    /// Builds the reply from the rows, at first as on a replay.
    ///
    /// # Errors
    /// [`Halt::NeedMore`] asks for rows.
    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<Self::Reply, Halt>;
}

/// An operation without its reply.
pub trait Decides: Send + Sync {
    /// As [`Operation::needs`].
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);
    /// As [`Operation::payer`].
    fn payer(&self) -> Option<&AccountKey>;
    /// As [`Operation::moves`].
    ///
    /// # Errors
    /// Those of the operation.
    fn moves(&self, seen: &Snapshot) -> Result<Moves, Error>;
    /// As [`Operation::effect`].
    fn effect(&self, seen: &Snapshot) -> Option<&'static str>;
    /// As [`Operation::believes_any_clock`].
    fn believes_any_clock(&self) -> bool;
    /// As [`Operation::decide`].
    ///
    /// # Errors
    /// Those of the operation.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt>;
    /// As [`Operation::conclude`].
    ///
    /// # Errors
    /// Those of the operation.
    fn conclude(&self, draft: &mut Draft<'_>) -> Result<(), Halt>;
    /// As [`Operation::tally_of`].
    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally>;
    /// As [`Operation::refuses_quietly`].
    fn refuses_quietly(&self, refusal: &Error) -> bool;
    /// As [`Operation::asks_again`].
    ///
    /// # Errors
    /// Those of the operation.
    fn asks_again(&self, seen: &Snapshot) -> Result<bool, Halt>;
    /// As [`Operation::replay_needs`].
    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs);
}

impl<O: Operation> Decides for O {
    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        Operation::needs(self, seen, needs);
    }

    fn payer(&self) -> Option<&AccountKey> {
        Operation::payer(self)
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves, Error> {
        Operation::moves(self, seen)
    }

    fn effect(&self, seen: &Snapshot) -> Option<&'static str> {
        Operation::effect(self, seen)
    }

    fn believes_any_clock(&self) -> bool {
        Operation::believes_any_clock(self)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        Operation::decide(self, draft)
    }

    fn conclude(&self, draft: &mut Draft<'_>) -> Result<(), Halt> {
        Operation::conclude(self, draft)
    }

    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally> {
        Operation::tally_of(self, refusal, seen)
    }

    fn refuses_quietly(&self, refusal: &Error) -> bool {
        Operation::refuses_quietly(self, refusal)
    }

    fn asks_again(&self, seen: &Snapshot) -> Result<bool, Halt> {
        Operation::asks_again(self, seen)
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        Operation::replay_needs(self, made, book, needs);
    }
}

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// Rows for replies: a reply can only be built from rows that are known.
    impl Snapshot {
        $(
            #[doc = concat!("One of the ", stringify!($rows), ", which must exist.")]
            ///
            /// # Errors
            /// Halts when it was not read, is busy or does not exist.
            pub fn $row(&self, key: &<$Row as Row>::Key) -> Result<&$Row, Halt> {
                required(&self.$rows, key, |needs| needs.$row(key.clone(), Access::Read))
            }
        )*
    }
} }

impl Snapshot {
    /// The balance that a reply shows. That of a streaming account is not among the cached rows.
    ///
    /// # Errors
    /// Halts where the balance must be read first.
    pub fn shown(&self, row: &AccountRow) -> Result<i128, Halt> {
        if self.from_cache && row.streaming { Err(Halt::Busy) } else { Ok(self.posted(row)) }
    }
}

fn required<'s, R: Row>(
    table: &'s Table<R>,
    key: &R::Key,
    ask: impl FnOnce(&mut Needs),
) -> Result<&'s R, Halt> {
    let Some(slot) = table.slot(key) else {
        let mut needs = Needs::default();
        ask(&mut needs);
        return Err(Halt::NeedMore(Box::new(needs)));
    };
    if slot.busy {
        return Err(Halt::Busy);
    }
    slot.row
        .as_ref()
        .ok_or_else(|| Error::corrupted(format!("row of {} that is referred to", R::TABLE)).into())
}
