//! What the engine has to say while nobody calls: warnings and errors, as letters that Python hands to its
//! own `logging`.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::mailbox::{Content, Mailbox, PyMailbox};

/// Where lines go: the mailbox that was named last.
static MAILBOX: Mutex<Option<Arc<Mailbox>>> = Mutex::new(None);

/// Puts log lines into a mailbox from now on: the level is the ticket, 1 for an error and 2 for a warning.
#[pyfunction]
pub(crate) fn log_to(mailbox: &PyMailbox) {
    *MAILBOX.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&mailbox.0));
    // after a fork there is one already
    let _ = tracing::subscriber::set_global_default(Listener);
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.is_event() && *about.level() <= Level::WARN && about.target().starts_with("earnest")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        let mailbox = MAILBOX.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(mailbox) = mailbox else { return };
        let mut line = Line::default();
        event.record(&mut line);
        let level = if *event.metadata().level() == Level::ERROR { 1 } else { 2 };
        let text = line.message + &line.fields;
        mailbox.put(level, Content::Said(event.metadata().target().to_owned(), text));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A line: the message, then its fields.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let into = if field.name() == "message" { &mut self.message } else { &mut self.fields };
        // a text takes everything
        let _ = match field.name() {
            "message" => write!(into, "{value:?}"),
            name => write!(into, " {name}={value:?}"),
        };
    }
}
