//! The runtime of this process: made when it is first needed, one for each process, ended with the
//! interpreter.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::engine::Call;

/// Threads that run the engine's tasks. What takes long runs on threads of its own.
const WORKERS: usize = 2;

/// How long work that is under way may take at the end.
const GRACE: Duration = Duration::from_secs(2);

/// With the process that it belongs to. Locked for moments, by threads that hold Python's lock: so nobody
/// holds it while the process forks.
static RUNTIME: Mutex<Option<(u32, Running)>> = Mutex::new(None);

struct Running {
    runtime: Runtime,
    /// Calls to begin. To put one here wakes a thread of the runtime only where none is at work already: a
    /// task that is spawned from outside does so each time, which takes longer than all else that a call does
    /// before it is on its way.
    calls: UnboundedSender<Call>,
}

/// The runtime of this process.
pub(crate) fn handle() -> PyResult<Handle> {
    with(|running| running.runtime.handle().clone())
}

/// Begins a call. Where nobody takes it up any more it is dropped, which answers it.
pub(crate) fn begin(call: Call) -> PyResult<()> {
    with(|running| drop(running.calls.send(call)))
}

async fn begin_all(mut calls: UnboundedReceiver<Call>) {
    while let Some(call) = calls.recv().await {
        tokio::spawn(call.run());
    }
}

fn with<T>(work: impl FnOnce(&Running) -> T) -> PyResult<T> {
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if let Some((owner, running)) = &*slot
        && *owner == process
    {
        return Ok(work(running));
    }
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(WORKERS).thread_name("earnest").enable_all().build();
    let runtime = runtime.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    let (calls, waiting) = unbounded_channel();
    runtime.spawn(begin_all(waiting));
    let running = Running { runtime, calls };
    let done = work(&running);
    // after a fork the threads of the other one are not there: it can neither be used nor ended
    std::mem::forget(slot.replace((process, running)));
    Ok(done)
}

/// Ends the runtime of this process: what is under way may finish, within two seconds.
#[pyfunction]
pub(crate) fn shutdown(py: Python<'_>) {
    let taken = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner).take();
    match taken {
        Some((owner, running)) if owner == std::process::id() => {
            py.detach(move || running.runtime.shutdown_timeout(GRACE));
        }
        other => std::mem::forget(other),
    }
}
