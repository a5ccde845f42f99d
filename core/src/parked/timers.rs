//! The timer of a parked call: it expires when its time has passed.

use super::transitions::ParkedTrigger;
use super::{ParkedFacts, State};
use crate::kernel::draft::{Decided, Draft};
use crate::kernel::due::Timed;
use crate::kernel::editor::{Data, Editor};
use crate::rows::object::Stored;

impl<F: ParkedFacts + 'static> Timed for F {
    const TIMER: &'static str = F::EXPIRY;

    fn run_timer(parked: Stored<F>, draft: &mut Draft<'_>) -> Decided<bool> {
        let mut editor = Editor::new(draft, parked);
        editor.enter(State::Expired, ParkedTrigger::ExpiresAt, Data::new())?;
        editor.put()?;
        Ok(true)
    }
}
