//! An object while a decision changes it: its record, its events, and the states that its table knows.

use std::fmt::{Debug, Display};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::draft::{Decided, Draft};
use super::permit::{Tie, not_permitted};
use super::transitions::{TableRole, Transition, Transitions, only, roles};
use crate::error::{Detail, Error};
use crate::ids::{AccountId, Book, CreatedId as _};
use crate::rows::body::Text;
use crate::rows::needs::AccountKey;
use crate::rows::object::{Object, Stored};
use crate::time::{Span, Time};

/// The members of an event.
pub type Data = Map<String, Value>;

/// An object whose life is a table of transitions.
pub trait Lifecycle: Object<State: PartialEq + Serialize + 'static> {
    /// A reason to change the state.
    type Trigger: Copy + Display + PartialEq + Serialize + 'static;
    /// The actors who may pull a trigger, in the words of the table.
    type Who: Copy + 'static;
    /// The caller's note for what is written beside the object; `()` where there is none.
    type Note: Debug + Default;
    /// Everything that can happen to the object.
    const TRANSITIONS: Transitions<Self::State, Self::Trigger, Self::Who>;
    /// Whether its events name the state, and the step that led to it.
    const NAMES_STATES: bool = true;

    /// The event of a state that is entered for the first time.
    fn event(state: Self::State) -> &'static str;

    /// Whether a refusal may name a trigger as possible, where that depends on the facts.
    fn takes(_: &Stored<Self>, _: Self::Trigger) -> bool {
        true
    }

    /// Follows a change of the state, before its event is written.
    fn entered(_: &mut Editor<'_, '_, Self>) {}

    /// Follows all changes, before the object is written.
    fn changed(_: &mut Editor<'_, '_, Self>) -> Decided<()> {
        Ok(())
    }
}

/// An object whose table names the roles that may pull a trigger.
pub trait Judged: Lifecycle<Who = &'static [Self::Role]> {
    /// A role in the table.
    type Role: TableRole;

    /// The ties that give an actor a role; none for the roles of staff.
    fn ties<'e>(editor: &'e Editor<'_, '_, Self>, role: Self::Role) -> Decided<Vec<Tie<'e>>>;

    /// The refusal of an actor who has no role of the row.
    fn refusal(
        editor: &Editor<'_, '_, Self>,
        row: &Transition<Self::State, Self::Trigger, Self::Who>,
    ) -> Error {
        not_permitted(Some("actor"), &editor.draft.ctx.actor, only(row.who, row.trigger))
    }
}

impl Draft<'_> {
    /// The ties of an account: its name, and whoever holds or owns it once it is open.
    pub fn ties<'e>(&'e self, key: &AccountKey, name: &'e AccountId) -> Decided<Vec<Tie<'e>>> {
        let account = self.account(key)?.map(Tie::Account);
        Ok(account.into_iter().chain([Tie::Id(name.as_str())]).collect())
    }
}

/// An object while it is changed.
#[derive(Debug)]
pub struct Editor<'d, 's, O: Lifecycle> {
    /// The writes of the decision.
    pub draft: &'d mut Draft<'s>,
    /// The object as it will be written.
    pub object: Stored<O>,
    /// The caller's note.
    pub note: O::Note,
}

impl<'d, 's, O: Lifecycle> Editor<'d, 's, O> {
    /// Reads an object that must exist, at the version that the caller expects.
    pub fn of(
        draft: &'d mut Draft<'s>,
        book: &Book,
        name: O::Name<'_>,
        expected_version: Option<i64>,
    ) -> Decided<Self> {
        let row = draft.record(&Stored::<O>::key(book, name))?.ok_or_else(|| O::not_found(name))?;
        let actual = row.version;
        if let Some(expected) = expected_version.filter(|expected| *expected != actual) {
            let object = O::Id::from_uuid(row.id).to_string();
            return Err(Detail::VersionConflict { object, expected, actual }.into());
        }
        let object = Stored::of(row)?;
        Ok(Self::new(draft, object))
    }

    /// Begins with an object that was read, or that begins now.
    pub fn new(draft: &'d mut Draft<'s>, object: Stored<O>) -> Self {
        Self { draft, object, note: O::Note::default() }
    }

    /// The time of the decision.
    pub fn now(&self) -> Time {
        self.draft.ctx.now
    }

    /// A time from now on.
    pub fn after(&self, span: Span) -> Time {
        self.now().checked_add(span).unwrap_or(Time::MAX)
    }

    /// Keeps a text of the object.
    pub fn keep(&mut self, name: &str, text: &str) {
        let text = Text::new(text, self.draft.ids.salt());
        self.object.texts.insert(name.to_owned(), text);
    }

    /// Keeps a text of the object; the event has its salted hash.
    pub fn keep_hashed(&mut self, name: &str, text: &str, data: &mut Data) {
        let text = Text::new(text, self.draft.ids.salt());
        data.insert(format!("{name}_hash"), text.hash.as_ref().into());
        self.object.texts.insert(name.to_owned(), text);
    }

    /// Writes an event of the object, in the state that it is in.
    pub fn emit(&mut self, event: &'static str, mut data: Data) -> Decided<()> {
        if O::NAMES_STATES {
            data.insert("state".to_owned(), json!(self.object.state));
        }
        self.draft.emit(&mut self.object, event, &data)
    }

    /// Enters a state, with its event.
    pub fn enter(&mut self, state: O::State, trigger: O::Trigger, data: Data) -> Decided<()> {
        self.enter_by(O::event(state), state, trigger, data)
    }

    /// Enters an earlier state, or the same again, with another event: nobody takes it for the first time.
    pub fn enter_by(
        &mut self,
        event: &'static str,
        state: O::State,
        trigger: O::Trigger,
        mut data: Data,
    ) -> Decided<()> {
        let from = self.object.state;
        if !O::TRANSITIONS.leads(from, trigger, state) {
            let object = self.object.id().to_string();
            let (trigger, state) = (trigger.to_string(), from.to_string());
            return Err(Detail::Internal { object, trigger, state }.into());
        }
        if O::NAMES_STATES {
            data.insert("from".to_owned(), json!(from));
            data.insert("trigger".to_owned(), json!(trigger));
        }
        self.object.state = state;
        if from != state {
            O::entered(self);
        }
        self.emit(event, data)
    }

    /// Writes the object.
    pub fn put(mut self) -> Decided<O::Id> {
        O::changed(&mut self)?;
        let id = self.object.id();
        self.draft.put_record(self.object.into_row()?);
        Ok(id)
    }

    /// `transition_not_allowed`, with what is possible instead.
    pub fn not_allowed(&self, trigger: O::Trigger) -> Error {
        let takes = |trigger| O::takes(&self.object, trigger);
        O::TRANSITIONS.not_allowed_of(self.object.id(), self.object.state, trigger, takes)
    }

    /// `condition_not_met`.
    pub fn unmet(&self, trigger: O::Trigger, condition: &str, deadline: Option<Time>) -> Error {
        let (object, condition) = (self.object.id().to_string(), condition.to_owned());
        Detail::ConditionNotMet { object, trigger: trigger.to_string(), condition, deadline }.into()
    }

    /// `corrupted`: the object contradicts itself.
    pub fn broken(&self, what: &str) -> Error {
        Error::corrupted(format!("{} {} {what}", O::KIND, self.object.id()))
    }
}

impl<O: Judged> Editor<'_, '_, O> {
    /// Judges a call by the table: first the state, then the actor.
    pub fn judge(&self, trigger: O::Trigger) -> Decided<()> {
        self.judge_in(self.object.state, trigger)
    }

    /// Judges a call by the row of another state.
    pub fn judge_in(&self, state: O::State, trigger: O::Trigger) -> Decided<()> {
        let row = O::TRANSITIONS.find(Some(state), trigger);
        let row = row.ok_or_else(|| self.not_allowed(trigger))?;
        self.draft.permitted();
        let mut sides = Vec::with_capacity(row.who.len());
        for role in row.who {
            sides.push((*role, O::ties(self, *role)?));
        }
        let sides: Vec<_> = sides.iter().map(|(role, ties)| (*role, ties.as_slice())).collect();
        if row.lets(&roles(&self.draft.ctx.actor, &sides)) {
            return Ok(());
        }
        Err(O::refusal(self, row).into())
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro of closed sets writes `pub` methods")]
mod tests {
    use serde::Deserialize;
    use uuid::Uuid;

    use super::*;
    use crate::env::Env;
    use crate::error::Code;
    use crate::ids::Actor;
    use crate::kernel::context::Context;
    use crate::kernel::draft::Halt;
    use crate::kernel::fold::Fold;
    use crate::kernel::permit::Who;
    use crate::kernel::transitions::row;
    use crate::rows::codec::text_enum;
    use crate::rows::object::{ListedBy, object};
    use crate::waits::WaitLimits;

    text_enum! {
        /// The state of a lamp.
        pub enum LampState {
            /// It is dark.
            Off = "off",
            /// It shines.
            On = "on",
        }
    }

    text_enum! {
        /// A reason for which a lamp changes.
        pub enum LampTrigger {
            /// Somebody pushes the button.
            Push = "push",
            /// Its bulb fails.
            Fail = "fail",
        }
    }

    #[derive(Clone, Debug, Serialize, Deserialize)]
    struct LampFacts {}

    object! { LampFacts: "lamp", LampState, Uuid }

    impl Lifecycle for LampFacts {
        type Trigger = LampTrigger;
        type Who = ();
        type Note = ();
        const TRANSITIONS: Transitions<LampState, LampTrigger, ()> = Transitions {
            called: &[LampTrigger::Push],
            rows: &[
                row(LampState::Off, LampTrigger::Push, (), &[LampState::On]),
                row(LampState::On, LampTrigger::Fail, (), &[LampState::Off]),
            ],
        };

        fn event(state: LampState) -> &'static str {
            if state == LampState::On { "lamp.on" } else { "lamp.off" }
        }
    }

    const NOW: Time = Time::from_micros(1_800_000_000_000_000);

    fn with_lamp(test: impl FnOnce(Editor<'_, '_, LampFacts>)) {
        let (env, fold) = (Env::test(NOW, 1), Fold::new(NOW));
        let ctx = Context {
            book: Book::main(),
            operation: "test",
            now: NOW,
            stamp: NOW,
            at: None,
            actor: Actor::system(),
            who: Who::Anybody,
            trace: None,
            notify_every_state: false,
            wait_limits: WaitLimits::default(),
        };
        let mut draft = Draft::new(&ctx, env.seed().ids(), &fold.seen);
        let key = Stored::<LampFacts>::key(&ctx.book, Uuid::nil());
        let lamp = Stored::begin(key, ListedBy::default(), LampState::Off, LampFacts {}, NOW).unwrap();
        test(Editor::new(&mut draft, lamp));
    }

    #[test]
    fn a_row_of_the_table_is_entered_with_its_event() {
        with_lamp(|mut editor| {
            editor.enter(LampState::On, LampTrigger::Push, Data::new()).unwrap();
            assert_eq!((editor.object.state, editor.object.row.version), (LampState::On, 1));
            let kinds: Vec<&str> = editor.draft.writes().events.iter().map(|event| event.kind).collect();
            assert_eq!(kinds, ["lamp.on"]);
            editor.enter_by("lamp.dark", LampState::Off, LampTrigger::Fail, Data::new()).unwrap();
            assert_eq!(editor.object.row.version, 2);
        });
    }

    #[test]
    fn what_the_table_lacks_is_refused_and_nothing_is_written() {
        for (state, trigger) in [
            (LampState::On, LampTrigger::Fail),
            (LampState::Off, LampTrigger::Push),
            (LampState::Off, LampTrigger::Fail),
        ] {
            with_lamp(|mut editor| {
                let refused = editor.enter(state, trigger, Data::new()).unwrap_err();
                let Halt::Reject(rejection) = refused else { panic!("{refused:?}") };
                assert_eq!(rejection.error.code(), Code::Internal, "{trigger} to {state}");
                let said = rejection.error.details();
                assert_eq!((&said["trigger"], &said["state"]), (&json!(trigger), &json!("off")));
                assert_eq!((editor.object.state, editor.object.row.version), (LampState::Off, 0));
                assert!(editor.draft.writes().events.is_empty());
            });
        }
    }

    #[test]
    fn an_object_is_read_at_the_version_that_is_expected() {
        with_lamp(|editor| {
            let book = editor.object.row.book.clone();
            let row = editor.object.into_row().unwrap();
            editor.draft.put_record(row);
            assert!(Editor::<LampFacts>::of(editor.draft, &book, Uuid::nil(), Some(0)).is_ok());
            let Err(Halt::Reject(other)) = Editor::<LampFacts>::of(editor.draft, &book, Uuid::nil(), Some(7))
            else {
                panic!("another version is taken")
            };
            assert_eq!(other.error.code(), Code::VersionConflict);
        });
    }
}
