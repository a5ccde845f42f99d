//! The command line as its users have it: the built program, its arguments and input, what it prints and
//! writes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and waits by the clock"
)]

#[path = "../../../core/tests/support/ports.rs"]
mod ports;
#[path = "../../../core/tests/support/postgres.rs"]
mod postgres;
#[path = "../../../core/tests/support/proof/mod.rs"]
mod proof;
#[cfg(target_os = "linux")]
#[path = "../../../core/tests/support/rabbit.rs"]
mod rabbit;
#[path = "../../../core/tests/support/router/mod.rs"]
mod router;
#[path = "../../../core/tests/support/servers.rs"]
mod servers;
#[path = "../../../core/tests/support/soak.rs"]
mod soak;

#[cfg(target_os = "linux")]
mod brokers;
#[cfg(target_os = "linux")]
mod card_worker;
mod cli;
mod cli_commands;
mod cli_copies;
mod cli_errors;
mod cli_evidence;
mod cli_migrate;
mod cli_pages;
mod cli_run;
mod cli_withdrawals;
mod cli_worker;
mod contract;
mod disk_faults;
#[cfg(target_os = "linux")]
mod driven_cards;
mod fuzzing;
mod golden;
mod guide;
#[cfg(target_os = "linux")]
mod key_drops;
#[cfg(target_os = "linux")]
mod key_rotation;
#[cfg(target_os = "linux")]
mod keyring_command;
mod limits;
#[cfg(target_os = "linux")]
mod marked_secrets;
mod privileges;
mod review_kills;
#[cfg(target_os = "linux")]
mod searched;
mod spread;
mod statements;
/// Under the names that files of other programs have for it.
#[cfg(target_os = "linux")]
mod support {
    pub(crate) use serde_json::{Value, json};

    pub(crate) use crate::ports;
}
mod torture;
#[cfg(target_os = "linux")]
mod webhooks;
#[cfg(target_os = "linux")]
mod withdrawals;
