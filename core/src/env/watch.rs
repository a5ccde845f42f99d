//! Detects wrong clocks: compares how far a clock has gone with how much time has passed.
//!
//! The clock of a machine or a server may be set; the time that passes cannot. So a clock that is an hour or
//! more from where it should be was set while this process watched: it is not believed until it is confirmed,
//! or is back. Nor is a clock that begins an hour or more before the time that the store has seen: time does
//! not run back between two runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Clock;
use crate::time::{Span, Time};

/// How far a clock may be from where it must be: it is corrected by less than that, and by more only when it
/// was wrong.
pub const LEAP: Span = Span::from_hours(1);

/// A clock that went where time alone could not have taken it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// The time that it shows.
    pub shown: Time,
    /// The time that it should show, by the time that has passed.
    pub expected: Time,
}

/// A reading of the clock, with the time that had passed then.
#[derive(Clone, Copy, Debug)]
struct ClockReading {
    shown: Time,
    passed: Span,
}

impl ClockReading {
    fn at(self, passed: Span) -> Time {
        self.shown.checked_add(passed.minus(self.passed)).unwrap_or(Time::MAX)
    }
}

#[derive(Debug, Default)]
struct State {
    /// The last reading that was believed.
    believed: Option<ClockReading>,
    /// The last credible reading before this watch began, where this clock is behind it.
    floor: Option<ClockReading>,
    jump: Option<(Jump, ClockReading)>,
}

/// Watches one clock. Clones watch the same one.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<Mutex<State>>);

impl Watch {
    fn state(&self) -> MutexGuard<'_, State> {
        // plain values: a panic leaves nothing half-way
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a reading of the clock, of this machine or of the store; returns the jump, if there is one. A
    /// test clock may jump as it likes.
    pub fn take(&self, clock: &Clock, shown: Time) -> Option<Jump> {
        let passed = clock.passed()?;
        let (mut state, reading) = (self.state(), ClockReading { shown, passed });
        if let Some(expected) = state.floor.map(|floor| floor.at(passed)) {
            if expected.since(shown) >= LEAP {
                state.jump = Some((Jump { shown, expected }, reading));
                return state.jump.map(|(jump, _)| jump);
            }
            (state.floor, state.jump) = (None, None);
        }
        let expected = state.believed.map_or(shown, |believed| believed.at(passed));
        if shown.apart(expected) < LEAP {
            (state.believed, state.jump) = (Some(reading), None);
        } else {
            state.jump = Some((Jump { shown, expected }, reading));
        }
        state.jump.map(|(jump, _)| jump)
    }

    /// Takes in the latest time that the store has seen, before this watch began. A clock that is an hour or
    /// more behind it jumped back; one that is ahead of it may be right, because time passed without a
    /// process.
    pub fn begin(&self, clock: &Clock, seen: Time) {
        let Some(passed) = clock.passed() else { return };
        let mut state = self.state();
        if state.believed.is_none() {
            state.floor = Some(ClockReading { shown: seen, passed });
        }
    }

    /// The current jump.
    #[must_use]
    pub fn jump(&self) -> Option<Jump> {
        self.state().jump.map(|(jump, _)| jump)
    }

    /// Takes in a confirmed time. It counts when it can refer to this jump: when it is not older than the
    /// last reading that was believed.
    pub fn hear(&self, clock: &Clock, confirmed: Time) {
        let Some(passed) = clock.passed() else { return };
        let mut state = self.state();
        let (Some((_, jumped)), Some(believed)) = (state.jump, state.believed.or(state.floor)) else {
            return;
        };
        let (now, age) = (jumped.at(passed), passed.minus(believed.passed));
        let since = now.since(confirmed);
        if confirmed.since(now) < LEAP && since.minus(age) < LEAP {
            (state.believed, state.jump) = (Some(ClockReading { shown: now, passed }), None);
            state.floor = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Machine;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn span(text: &str) -> Span {
        text.parse().unwrap()
    }

    fn watched() -> (Watch, Clock, Arc<Machine>) {
        let machine = Arc::new(Machine::new(at("2026-01-01T00:00:00Z")));
        let (watch, clock) = (Watch::default(), Clock::Machine(machine.clone()));
        assert_eq!(watch.take(&clock, clock.now()), None);
        (watch, clock, machine)
    }

    #[test]
    fn what_passes_is_no_jump_and_what_is_set_is_one() {
        let (watch, clock, machine) = watched();
        for pass in ["PT1S", "P1D", "P400D"] {
            machine.pass(span(pass));
            assert_eq!(watch.take(&clock, clock.now()), None, "{pass}");
        }
        for (set, jumps) in [("PT59M", false), ("PT61M", true), ("P1D", true), ("P36500D", true)] {
            let (watch, clock, machine) = watched();
            machine.show(clock.now().checked_add(span(set)).unwrap());
            assert_eq!(watch.take(&clock, clock.now()).is_some(), jumps, "forth {set}");
            let (watch, clock, machine) = watched();
            machine.show(clock.now().checked_sub(span(set)).unwrap());
            assert_eq!(watch.take(&clock, clock.now()).is_some(), jumps, "back {set}");
        }
    }

    #[test]
    fn a_jump_is_over_when_the_clock_is_back_or_was_confirmed() {
        let (watch, clock, machine) = watched();
        let right = clock.now();
        machine.show(at("2099-01-01T00:00:00Z"));
        assert!(watch.take(&clock, clock.now()).is_some());
        machine.pass(span("PT5M"));
        machine.show(right.checked_add(span("PT5M")).unwrap());
        assert_eq!(watch.take(&clock, clock.now()), None, "it is back");
        machine.show(at("2099-01-01T00:00:00Z"));
        let jump = watch.take(&clock, clock.now()).unwrap();
        // a confirmation from long ago, or of another time, does not count
        watch.hear(&clock, at("2098-12-31T22:00:00Z"));
        watch.hear(&clock, jump.expected);
        assert_eq!(watch.jump(), Some(jump));
        machine.pass(span("PT10S"));
        watch.hear(&clock, at("2099-01-01T00:00:05Z"));
        assert_eq!(watch.jump(), None);
        assert_eq!(watch.take(&clock, clock.now()), None);
    }

    #[test]
    fn a_clock_that_begins_behind_what_was_seen_has_jumped() {
        for (seen, jumps) in
            [("2026-01-01T00:59:59Z", false), ("2026-01-01T01:00:00Z", true), ("2126-01-01T00:00:00Z", true)]
        {
            let machine = Arc::new(Machine::new(at("2026-01-01T00:00:00Z")));
            let (watch, clock) = (Watch::default(), Clock::Machine(machine.clone()));
            watch.begin(&clock, at(seen));
            assert_eq!(watch.take(&clock, clock.now()).is_some(), jumps, "{seen}");
            if !jumps {
                continue;
            }
            // it is right once it is not behind, however long no process ran
            machine.show(at("2126-03-01T00:00:00Z"));
            assert_eq!(watch.take(&clock, clock.now()), None, "{seen}");
            machine.show(at("2026-01-01T00:00:00Z"));
            assert!(watch.take(&clock, clock.now()).is_some(), "and then it is watched as ever");
        }
        let machine = Arc::new(Machine::new(at("2026-01-01T00:00:00Z")));
        let (watch, clock) = (Watch::default(), Clock::Machine(machine));
        watch.begin(&clock, at("2126-01-01T00:00:00Z"));
        assert!(watch.take(&clock, clock.now()).is_some());
        watch.hear(&clock, clock.now());
        assert_eq!((watch.jump(), watch.take(&clock, clock.now())), (None, None), "somebody confirmed it");
    }

    #[test]
    fn a_test_clock_may_go_where_it_likes() {
        let (watch, clock) = (Watch::default(), Clock::test(at("2026-01-01T00:00:00Z")));
        for shown in ["2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "1931-01-01T00:00:00Z"] {
            assert_eq!(watch.take(&clock, at(shown)), None);
        }
    }
}
