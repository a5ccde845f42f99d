//! The log of a thread, as text.

use std::sync::{Arc, Mutex};

use tracing::dispatcher::DefaultGuard;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// The log of this thread since it was begun: of a test on one thread, so of all that it does.
pub(crate) struct Log {
    lines: Lines,
    _guard: DefaultGuard,
    _other: Dispatch,
}

impl Log {
    pub(crate) fn begin() -> Self {
        let lines = Lines::default();
        // while there is only one subscriber, `tracing` asks the thread that meets an event first, which may
        // be that of another test
        let other = Dispatch::new(Lines::default());
        let guard = tracing::subscriber::set_default(lines.clone());
        Self { lines, _guard: guard, _other: other }
    }

    /// Returns the text that was written.
    pub(crate) fn end(self) -> String {
        std::mem::take(&mut *self.lines.0.lock().unwrap())
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

struct Said<'s>(&'s mut String);

impl Visit for Said<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut Said(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Said(&mut self.0.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut Said(&mut self.0.lock().unwrap()));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
