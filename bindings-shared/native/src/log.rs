//! Lines of the engine while nobody calls: warnings and errors, or as much as option `log` asks for, as
//! letters that each language hands to its own way to log.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use earnest::LogLevel;
use earnest::for_cli::readable;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::mailbox::{Content, Mailbox};

/// Where lines go: in each process to the mailbox that it named last. Threads of the engine look here, so
/// nothing is locked: what one of them had locked while the process forked would stay locked in the child,
/// which has none of these threads.
static MAILBOXES: OnceLock<Box<Listening>> = OnceLock::new();

/// A mailbox with the process that named it. The list grows by one with each fork, and never shrinks.
struct Listening {
    process: u32,
    mailbox: Arc<Mailbox>,
    /// The calls under way, by the numbers of their spans.
    calls: Mutex<HashMap<u64, Underway>>,
    next: OnceLock<Box<Listening>>,
}

impl Listening {
    fn all() -> impl Iterator<Item = &'static Self> {
        std::iter::successors(MAILBOXES.get(), |listening| listening.next.get()).map(|listening| &**listening)
    }

    /// Returns the one of this process.
    fn here() -> Option<&'static Self> {
        let process = std::process::id();
        Self::all().filter(|one| one.process == process).last()
    }

    /// Does something with a call under way.
    fn of_call<T>(number: u64, act: impl FnOnce(&mut HashMap<u64, Underway>) -> Option<T>) -> Option<T> {
        let mut calls = Self::here()?.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.contains_key(&number).then(|| act(&mut calls)).flatten()
    }

    fn add(mailbox: Arc<Mailbox>) {
        let (process, calls, next) = (std::process::id(), Mutex::default(), OnceLock::new());
        let mut made = Box::new(Self { process, mailbox, calls, next });
        // another thread may be the first to use an end
        while let Err(back) = Self::all().last().map_or(&MAILBOXES, |last| &last.next).set(made) {
            made = back;
        }
    }
}

/// A call under way: what its lines say of where it belongs, and how many handles its span has.
struct Underway {
    ids: String,
    handles: usize,
}

/// The number of the next span.
static SPAN: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The spans that this thread is in, the innermost last.
    static INSIDE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// The number of the level from which on lines are shown: warnings, unless an engine was told another.
static FROM: AtomicU8 = AtomicU8::new(2);

/// The number of a level on its way out: 0 is none, 1 an error, 5 everything.
const fn number(level: LogLevel) -> u8 {
    match level {
        LogLevel::Off => 0,
        LogLevel::Error => 1,
        LogLevel::Warn => 2,
        LogLevel::Info => 3,
        LogLevel::Debug => 4,
        LogLevel::Trace => 5,
    }
}

const fn number_of(level: Level) -> u8 {
    match level {
        Level::ERROR => 1,
        Level::WARN => 2,
        Level::INFO => 3,
        Level::DEBUG => 4,
        Level::TRACE => 5,
    }
}

/// Shows lines of this level and above from now on, those of every engine of the process.
pub fn show_from(level: LogLevel) {
    FROM.store(number(level), Ordering::Relaxed);
    tracing::callsite::rebuild_interest_cache();
}

/// Puts log lines into a mailbox from now on: the number of the level is the ticket.
pub fn log_to(mailbox: &Arc<Mailbox>) {
    Listening::add(Arc::clone(mailbox));
    // after a fork there is one already
    let _ = tracing::subscriber::set_global_default(Listener);
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        let shown = number_of(*about.level()) <= FROM.load(Ordering::Relaxed);
        shown && about.target().starts_with("earnest")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(match FROM.load(Ordering::Relaxed) {
            0 => LevelFilter::OFF,
            1 => LevelFilter::ERROR,
            2 => LevelFilter::WARN,
            3 => LevelFilter::INFO,
            4 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        })
    }

    fn event(&self, event: &Event<'_>) {
        let Some(listening) = Listening::here() else { return };
        let mut line = Line::default();
        event.record(&mut line);
        let level = number_of(*event.metadata().level()).into();
        let call = INSIDE.with_borrow(|inside| inside.last().copied());
        let ids = call.and_then(|call| Listening::of_call(call, |calls| Some(calls.get(&call)?.ids.clone())));
        let text = line.message + &line.fields + &ids.unwrap_or_default();
        let text = readable::line(&text).into_owned();
        listening.mailbox.put(level, Content::Said { target: event.metadata().target().to_owned(), text });
    }

    fn new_span(&self, given: &Attributes<'_>) -> Id {
        let number = SPAN.fetch_add(1, Ordering::Relaxed);
        let mut ids = Ids::default();
        given.record(&mut ids);
        if let Some(listening) = Listening::here() {
            let mut calls = listening.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.insert(number, Underway { ids: ids.0, handles: 1 });
        }
        Id::from_u64(number)
    }

    fn record(&self, span: &Id, given: &Record<'_>) {
        let (number, mut ids) = (span.into_u64(), Ids::default());
        given.record(&mut ids);
        Listening::of_call(number, |calls| {
            calls.get_mut(&number)?.ids.push_str(&ids.0);
            Some(())
        });
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, span: &Id) {
        INSIDE.with_borrow_mut(|inside| inside.push(span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        INSIDE.with_borrow_mut(|inside| {
            if let Some(place) = inside.iter().rposition(|one| *one == span.into_u64()) {
                inside.remove(place);
            }
        });
    }

    fn clone_span(&self, span: &Id) -> Id {
        let number = span.into_u64();
        Listening::of_call(number, |calls| {
            calls.get_mut(&number)?.handles += 1;
            Some(())
        });
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        let number = span.into_u64();
        let closed = Listening::of_call(number, |calls| {
            let call = calls.get_mut(&number)?;
            call.handles -= 1;
            if call.handles == 0 { calls.remove(&number).map(drop) } else { None }
        });
        closed.is_some()
    }
}

/// The ids that tie a call to others, of all that its span knows.
#[derive(Default)]
struct Ids(String);

impl Visit for Ids {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if matches!(field.name(), "correlation_id" | "traceparent") {
            // a text takes everything
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }
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
