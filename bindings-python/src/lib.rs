//! The native half of the Python package `earnest`: requests go in as JSON, replies come out as JSON, and no
//! thread of Rust ever asks for Python's lock.
//!
//! Letters to Python arrive in a [`mailbox`]: a thread of the engine puts them there and rings a socket, and
//! Python, which watches that socket as it watches any other, takes what is there in one go. So the
//! interpreter may end, or fork, while the engine is at work. All else is `earnest-native`'s, which every
//! package of another language has too.

// a macro of PyO3 expands to what the lint means
#![allow(clippy::needless_pass_by_value, reason = "arguments of Python functions are owned")]

mod engine;
mod hosts;
mod mailbox;
mod values;

use pyo3::prelude::*;

/// The module.
#[pymodule(gil_used = false)]
mod _earnest {
    use super::*;

    #[pymodule_export]
    use super::engine::{PyEngine, PyReload, attach, check_options, log_to, open, shutdown};
    #[pymodule_export]
    use super::hosts::{PyAnswer, PyCall, PyTransaction};
    #[pymodule_export]
    use super::mailbox::PyMailbox;
    #[pymodule_export]
    use super::values::{
        amount, check_view, child_key, keygen, language_of, names, read_keyring, refusal, render, retry,
        scale, seal_keyring, to_user, unseal_keyring, verify_webhook,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("Refused", module.py().get_type::<super::values::Refused>())?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
