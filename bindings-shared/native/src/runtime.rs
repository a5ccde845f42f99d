//! The runtime of this process: made when it is first needed, one for each process, ended with the language
//! that uses it.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use earnest::for_cli::{NO_DESCRIPTORS, has_descriptors};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::engine::Call;

/// Threads that run the engine's tasks. What takes long runs on threads of its own.
const WORKERS: usize = 2;

/// How many files it opens: those of its event loop and of its signals.
const DESCRIPTORS: usize = 6;

/// How long work that is under way may take at the end.
const GRACE: Duration = Duration::from_secs(2);

/// With the process that it belongs to. Locked for moments, and by callers alone: where a process is forked
/// by the thread that calls, nobody else holds it.
static RUNTIME: Mutex<Option<(u32, Running)>> = Mutex::new(None);

struct Running {
    runtime: Runtime,
    /// Calls to begin. To put one here wakes a thread of the runtime only where none is at work already: a
    /// task that is spawned from outside does so each time, which takes longer than all else that a call does
    /// before it is on its way.
    calls: UnboundedSender<Call>,
}

/// The runtime of this process.
///
/// # Errors
/// When the system has no threads for it, or no descriptors.
pub fn handle() -> io::Result<Handle> {
    with(|running| running.runtime.handle().clone())
}

/// Begins a call. Where nobody takes it up any more it is dropped, which answers it.
///
/// # Errors
/// When the system has no threads for a runtime.
pub fn begin(call: Call) -> io::Result<()> {
    with(|running| drop(running.calls.send(call)))
}

async fn begin_all(mut calls: UnboundedReceiver<Call>) {
    while let Some(call) = calls.recv().await {
        tokio::spawn(call.run());
    }
}

fn with<T>(work: impl FnOnce(&Running) -> T) -> io::Result<T> {
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if let Some((owner, running)) = &*slot
        && *owner == process
    {
        return Ok(work(running));
    }
    // a runtime that does not get what it needs for signals panics
    if !has_descriptors(DESCRIPTORS) {
        return Err(io::Error::other(NO_DESCRIPTORS));
    }
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(WORKERS).thread_name("earnest").enable_all().build()?;
    let (calls, waiting) = unbounded_channel();
    runtime.spawn(begin_all(waiting));
    let running = Running { runtime, calls };
    let done = work(&running);
    // after a fork the threads of the other one are not there: it can neither be used nor ended
    std::mem::forget(slot.replace((process, running)));
    Ok(done)
}

/// A runtime that nobody can reach any more: dropping it, or [`Ending::wait`], ends it.
#[must_use]
pub struct Ending(Option<Runtime>);

impl Ending {
    /// Ends it: calls under way may finish, within two seconds.
    pub fn wait(self) {
        if let Some(runtime) = self.0 {
            runtime.shutdown_timeout(GRACE);
        }
    }
}

/// Takes the runtime of this process away, for its end.
pub fn take() -> Ending {
    let taken = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner).take();
    match taken {
        Some((owner, running)) if owner == std::process::id() => Ending(Some(running.runtime)),
        other => {
            std::mem::forget(other);
            Ending(None)
        }
    }
}
