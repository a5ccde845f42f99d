//! The runtime of this process: made when it is first needed, one for each process, ended with the
//! interpreter.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};

/// Threads that run the engine's tasks. What takes long runs on threads of its own.
const WORKERS: usize = 2;

/// How long work that is under way may take at the end.
const GRACE: Duration = Duration::from_secs(2);

/// With the process that it belongs to. Locked for moments, by threads that hold Python's lock: so nobody
/// holds it while the process forks.
static RUNTIME: Mutex<Option<(u32, Runtime)>> = Mutex::new(None);

/// The runtime of this process.
pub(crate) fn handle() -> PyResult<Handle> {
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if let Some((owner, runtime)) = &*slot
        && *owner == process
    {
        return Ok(runtime.handle().clone());
    }
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(WORKERS).thread_name("earnest").enable_all().build();
    let runtime = runtime.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    let handle = runtime.handle().clone();
    // after a fork the threads of the other one are not there: it can neither be used nor ended
    std::mem::forget(slot.replace((process, runtime)));
    Ok(handle)
}

/// Ends the runtime of this process: what is under way may finish, within two seconds.
#[pyfunction]
pub(crate) fn shutdown(py: Python<'_>) {
    let taken = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner).take();
    match taken {
        Some((owner, runtime)) if owner == std::process::id() => {
            py.detach(move || runtime.shutdown_timeout(GRACE));
        }
        other => std::mem::forget(other),
    }
}
