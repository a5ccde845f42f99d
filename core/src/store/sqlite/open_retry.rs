//! Opening a file that others are opening as well.

use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::failure::fault;
use crate::store::fault::{Fault, FaultKind};

/// How often, and after which pause, it is opened again.
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// Opens the file. When several connections open a new file at once, each tries to switch it to a write-ahead
/// log. SQLite does not wait for that, so it is tried again.
pub(super) async fn patiently(options: &SqliteConnectOptions) -> Result<SqliteConnection, Fault> {
    let mut attempts = 0;
    loop {
        match options.connect().await.map_err(|error| fault(&error)) {
            Err(fault) if fault.kind == FaultKind::LockTimeout && attempts < ATTEMPTS => attempts += 1,
            done => return done,
        }
        tokio::time::sleep(PAUSE).await;
    }
}
