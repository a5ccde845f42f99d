//! An operation: the rows it needs, the pure decision, and the view that answers it.

pub use super::context::Context;
pub use super::created::CreatedIds;
use super::draft::Draft;
pub use super::draft::{Decided, Halt, Rejection};
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

    /// Adds the rows that it needs. Called again with the rows that were read, until [`Needs::incomplete`]
    /// stays false.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);

    /// The payer's account, if it is known before any row is read. This is a hint: it saves gates from
    /// reading the rows of other parties.
    fn payer(&self) -> Option<&AccountKey> {
        None
    }

    /// Payers, payees and amounts, as far as the rows in `seen` show them. None by default.
    fn moves(&self, _seen: &Snapshot) -> Result<Moves, Error> {
        Ok(Moves::default())
    }

    /// The effect that policies apply to, if the rows show another one than the table of operations has. None
    /// by default.
    fn effect(&self, _seen: &Snapshot) -> Option<&'static str> {
        None
    }

    /// The operation by whose rules of risk it is judged too, if the rows show one: that of its effect,
    /// unless it is counted otherwise.
    fn judged_as(&self, seen: &Snapshot) -> Option<&'static str> {
        Operation::effect(self, seen)
    }

    /// Whether it may be written although the clock is not credible. Only the confirmation of the clock may.
    fn believes_any_clock(&self) -> bool {
        false
    }

    /// Decides, by writing to the draft.
    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds>;

    /// The second part of the decision, which runs only if every gate has accepted the call. PINs and codes
    /// are verified here. Its writes and refusals count as those of [`Operation::decide`].
    fn conclude(&self, _draft: &mut Draft<'_>) -> Decided<()> {
        Ok(())
    }

    /// The metric that counts a refused call. `seen` has the rows that were read so far.
    fn tally_of(&self, _refusal: &Error, _seen: &Snapshot) -> Option<CallTally> {
        None
    }

    /// Whether a refusal writes no event, although refusals of its kind do. Strangers may call such an
    /// operation as often as they like, and must not fill the event log. These refusals are counted
    /// ([`Operation::tally_of`]), and the process log mentions them once a minute.
    fn refuses_quietly(&self, _refusal: &Error) -> bool {
        false
    }

    /// Whether the object's state calls for the operation once more. Then an earlier call under the same
    /// derived key is no replay of this one, and this one is decided. False by default.
    fn asks_again(&self, _seen: &Snapshot) -> Decided<bool> {
        Ok(false)
    }

    /// Names the rows that the reply of a replay is made of, beyond those of [`Operation::needs`].
    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        made.needs(book, needs);
    }

    /// Builds the reply from the rows: on the first run in the same way as on a replay.
    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<Self::Reply>;
}

/// An operation without its reply.
pub trait Decides: Send + Sync {
    /// As [`Operation::needs`].
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);
    /// As [`Operation::payer`].
    fn payer(&self) -> Option<&AccountKey>;
    /// As [`Operation::moves`].
    fn moves(&self, seen: &Snapshot) -> Result<Moves, Error>;
    /// As [`Operation::effect`].
    fn effect(&self, seen: &Snapshot) -> Option<&'static str>;
    /// As [`Operation::judged_as`].
    fn judged_as(&self, seen: &Snapshot) -> Option<&'static str>;
    /// As [`Operation::believes_any_clock`].
    fn believes_any_clock(&self) -> bool;
    /// As [`Operation::decide`].
    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds>;
    /// As [`Operation::conclude`].
    fn conclude(&self, draft: &mut Draft<'_>) -> Decided<()>;
    /// As [`Operation::tally_of`].
    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally>;
    /// As [`Operation::refuses_quietly`].
    fn refuses_quietly(&self, refusal: &Error) -> bool;
    /// As [`Operation::asks_again`].
    fn asks_again(&self, seen: &Snapshot) -> Decided<bool>;
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

    fn judged_as(&self, seen: &Snapshot) -> Option<&'static str> {
        Operation::judged_as(self, seen)
    }

    fn believes_any_clock(&self) -> bool {
        Operation::believes_any_clock(self)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        Operation::decide(self, draft)
    }

    fn conclude(&self, draft: &mut Draft<'_>) -> Decided<()> {
        Operation::conclude(self, draft)
    }

    fn tally_of(&self, refusal: &Error, seen: &Snapshot) -> Option<CallTally> {
        Operation::tally_of(self, refusal, seen)
    }

    fn refuses_quietly(&self, refusal: &Error) -> bool {
        Operation::refuses_quietly(self, refusal)
    }

    fn asks_again(&self, seen: &Snapshot) -> Decided<bool> {
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
            pub fn $row(&self, key: &<$Row as Row>::Key) -> Decided<&$Row> {
                required(&self.$rows, key, |needs| needs.$row(key.clone(), Access::Read))
            }
        )*
    }
} }

impl Snapshot {
    /// The balance that a reply shows. The row cache does not have that of a streaming account.
    pub fn shown(&self, row: &AccountRow) -> Decided<i128> {
        if self.from_cache && row.streaming { Err(Halt::Busy) } else { Ok(self.posted(row)) }
    }
}

fn required<'s, R: Row>(table: &'s Table<R>, key: &R::Key, ask: impl FnOnce(&mut Needs)) -> Decided<&'s R> {
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
