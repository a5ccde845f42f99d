//! Parked calls: each waits under its own key until people have agreed, and is made in the commit of their
//! consent.
//!
//! Approvals and reviews are both parked calls. A call is refused, and leaves a record that has its request
//! ([`ask`]). The key is bound to that request: repeating the call gives the same refusal, and another
//! request under the key is a mismatch. The last consent makes the call ([`consent`]). A timer ends the
//! waiting ([`timers`]).

pub mod ask;
pub mod consent;
pub mod foreseen;
pub mod origin;
pub mod timers;
pub mod transitions;

use std::collections::BTreeSet;
use std::fmt::Display;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::transitions::State;
use self::transitions::{ParkedTrigger, TRANSITIONS};
use crate::error::{Detail, Error, Result};
use crate::ids::{Actor, Book, CreatedId as _, Key};
use crate::kernel::commitment::Commitment;
use crate::kernel::draft::Draft;
use crate::kernel::editor::{Editor, Lifecycle};
use crate::kernel::operation::{CreatedIds, Decided};
use crate::money::Money;
use crate::request::note::Note;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Object, Stored, members};
use crate::sorting::Gathering;
use crate::time::Time;

/// The name of the text that has the origin of the call.
pub const ORIGIN: &str = "origin";

/// The facts of every parked call: a part of the facts of an approval or a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedCall {
    /// The operation that waits.
    pub operation: String,
    /// Hash of its canonical request, hexadecimal.
    pub payload_hash: String,
    /// The requester: the call runs as this actor.
    pub requested_by: Actor,
    /// The factors that were proven when it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proven: Vec<String>,
    /// Its effect when it was asked for; `None` for one of an earlier version, which was
    /// asked for by its amount alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// Why the call was refused when it should have run last.
    #[serde(default)]
    pub error: Option<String>,
    /// The ids that the call created.
    #[serde(default)]
    pub made: Vec<String>,
}

/// The facts of a parked call: an approval or a review.
pub trait ParkedFacts:
    Object<State = State, Currency = ()> + Lifecycle<Trigger = ParkedTrigger, Note = ()>
{
    /// The salt of its id, which is a hash of this, book and key.
    const SALT: &'static [u8];
    /// The event of a call that was refused when it should have run.
    const REFUSED: &'static str;
    /// The name of the call that ends it when its time has passed.
    const EXPIRY: &'static str;
    fn call(&self) -> &ParkedCall;
    /// The amount that it takes, of the currency in which it takes most.
    fn amount(&self) -> Option<Money>;
    /// The same, to be changed.
    fn call_mut(&mut self) -> &mut ParkedCall;
}

/// The facts of a kind of parked calls, by its name and the name of its timer's call: all have the call in
/// `call`, and their deadline and their end in `times`.
macro_rules! parked {
    ($facts:ident $kind:literal $id:ty, $timer:literal) => {
        $crate::rows::object::object! { $facts: $kind, $crate::parked::State, $id {
            fn due_at(&self, state: $crate::parked::State) -> Option<$crate::time::Time> {
                state.is_open().then_some(self.times.expires_at)
            }

            fn not_found(id: $id) -> $crate::error::Error {
                $crate::parked::not_found(id)
            }
        } }

        impl $crate::kernel::editor::Lifecycle for $facts {
            type Trigger = $crate::parked::transitions::ParkedTrigger;
            type Who = ();
            type Note = ();
            const TRANSITIONS: $crate::kernel::transitions::Transitions<
                $crate::parked::State,
                $crate::parked::transitions::ParkedTrigger,
                (),
            > = $crate::parked::transitions::TRANSITIONS;
            const NAMES_STATES: bool = false;

            fn event(state: $crate::parked::State) -> &'static str {
                match state {
                    $crate::parked::State::Pending => concat!($kind, ".requested"),
                    $crate::parked::State::Approved => concat!($kind, ".approved"),
                    $crate::parked::State::Rejected => concat!($kind, ".rejected"),
                    $crate::parked::State::Expired => concat!($kind, ".expired"),
                    $crate::parked::State::Executed => concat!($kind, ".executed"),
                }
            }

            fn entered(editor: &mut $crate::kernel::editor::Editor<'_, '_, Self>) {
                if !editor.object.state.is_open() {
                    // nobody decides on it any more, and its origin is forgotten
                    let now = editor.now();
                    editor.object.facts.times.ended_at = Some(now);
                    editor.object.texts.remove($crate::parked::ORIGIN);
                }
            }
        }

        impl $crate::parked::ParkedFacts for $facts {
            const SALT: &'static [u8] = concat!("earnest ", $kind, "\0").as_bytes();
            const REFUSED: &'static str = concat!($kind, ".refused");
            const EXPIRY: &'static str = $timer;

            fn call(&self) -> &$crate::parked::ParkedCall {
                &self.call
            }

            fn amount(&self) -> Option<$crate::money::Money> {
                self.amount.into()
            }

            fn call_mut(&mut self) -> &mut $crate::parked::ParkedCall {
                &mut self.call
            }
        }
    };
}
pub(crate) use parked;

impl<F: ParkedFacts> Stored<F> {
    /// The id of the parked call of a key: a UUID of version 8, whose bits are a hash of book and key. So a
    /// key has at most one parked call of a kind, however often and by whichever actor it is requested, and
    /// its record can be named before it is written.
    pub fn id_of(book: &Book, key: &Key) -> F::Id {
        let digest = Sha256::new()
            .chain_update(F::SALT)
            .chain_update(book.as_str())
            .chain_update(b"\0")
            .chain_update(key.as_str())
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        F::Id::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The record of the parked call of a key.
    pub fn key_of(book: &Book, key: &Key) -> RecordKey {
        RecordKey::new(book.clone(), F::KIND.into(), Self::id_of(book, key).uuid())
    }

    /// A call that is parked, before its first event: listed by requester and by operation.
    pub fn asked(book: &Book, key: &Key, facts: F, at: Time) -> Result<Self> {
        let call = facts.call();
        let (owner, peer) = (call.requested_by.id().into(), call.operation.as_str().into());
        let listed_by = ListedBy { owner: Some(owner), peer: Some(peer), reference: None };
        Self::begin(Self::key_of(book, key), listed_by, State::Pending, facts, at)
    }

    /// Whether its time has passed, whether or not the timer has run.
    pub fn lapsed(&self, now: Time) -> bool {
        self.state == State::Expired || self.due_at().is_some_and(|at| at <= now)
    }

    /// Whether it is for another request than this one.
    pub fn is_for_another(&self, request: &[u8]) -> bool {
        self.facts.call().payload_hash != hex::encode(request)
    }

    /// `transition_not_allowed`.
    pub fn not_allowed(&self, trigger: &str) -> Error {
        TRANSITIONS.not_allowed(self.id(), self.state, trigger)
    }

    /// The first part of a call as it would be now that goes beyond what people were asked to agree to.
    pub fn beyond<'c>(&'c self, now: &'c Commitment) -> Option<&'c str> {
        match &self.facts.call().commitment {
            Some(agreed) => now.beyond(agreed),
            None => self.facts.amount().and_then(|amount| now.beyond_total(amount)),
        }
    }

    /// Refuses a call that goes beyond what people were asked to agree to.
    pub fn holds(&self, now: &Commitment) -> Result<()> {
        let Some(condition) = self.beyond(now).map(ToOwned::to_owned) else { return Ok(()) };
        let (object, trigger) = (self.id().to_string(), self.facts.call().operation.clone());
        Err(Detail::ConditionNotMet { object, trigger, condition, deadline: None }.into())
    }

    /// Uses it up: the call takes place in the same commit.
    pub fn execute(self, draft: &mut Draft<'_>, made: &CreatedIds) -> Decided<()> {
        let mut editor = Editor::new(draft, self);
        let call = editor.object.facts.call_mut();
        (call.error, call.made) = (None, made.ids());
        let data = members!("operation": call.operation.as_str());
        editor.enter(State::Executed, ParkedTrigger::Execute, data)?;
        editor.put().map(drop)
    }
}

/// The parked call of a key, if there is one.
pub fn known<F: ParkedFacts>(draft: &Draft<'_>, key: &Key) -> Decided<Option<Stored<F>>> {
    Stored::at(draft, &Stored::<F>::key_of(&draft.ctx.book, key))
}

/// The factors that were proven when the call of a key was parked, if it is still open; otherwise none.
pub fn proven<F: ParkedFacts>(draft: &Draft<'_>, key: &Key) -> Decided<BTreeSet<String>> {
    let open = known::<F>(draft, key)?.filter(|parked| parked.state.is_open());
    let open = open.filter(|parked| !parked.lapsed(draft.ctx.now));
    Ok(open.iter().flat_map(|parked| &parked.facts.call().proven).cloned().gathered())
}

/// A parked call that must exist and be open to a decision of people.
pub fn open<'d, 's, F: ParkedFacts>(
    draft: &'d mut Draft<'s>,
    book: &Book,
    id: F::Name<'_>,
    note: &Note,
) -> Decided<Editor<'d, 's, F>> {
    let editor = Editor::<F>::of(draft, book, id, note.expected_version)?;
    if editor.object.lapsed(editor.now()) {
        return Err(Detail::ApprovalExpired { approval: editor.object.id().to_string() }.into());
    }
    Ok(editor)
}

/// `approval_not_found`: a review is an approval of another kind.
pub fn not_found(id: impl Display) -> Error {
    Detail::ApprovalNotFound { approval: id.to_string() }.into()
}
