//! Running your whole transaction again when another one was in its way, with your own type of errors.

use std::time::Duration;

use crate::engine::Engine;
#[cfg(feature = "host-sqlx")]
use crate::error::Detail;
use crate::error::{Error, Result, Retry, RunAgain};
#[cfg(feature = "host-sqlx")]
use crate::store::sql::codes;

/// How often a host's transaction is run at most.
const LIMIT: u32 = 5;

impl Engine {
    /// Runs a whole host transaction, and again when it must be: the body begins, works and commits.
    ///
    /// It runs at most five times, with a growing and uneven pause between, while it fails with what another
    /// transaction caused: `retry: "transaction"`, which calls inside a host's transaction answer instead of
    /// retrying by themselves, and, with the feature `host-sqlx`, what sqlx says of the host's own statements
    /// (SQLSTATE `40001` and `40P01`, `SQLITE_BUSY`). The error may be of any type: it is looked for along
    /// [`source`](std::error::Error::source), so that `?` does in a body what it does elsewhere.
    ///
    /// The body is an `async || { ... }` that may run on any thread, as in a handler of a web server; what it
    /// counts outside of itself is an atomic or a `Cell`. Dropped half-way it has committed nothing. A COMMIT
    /// whose answer was lost is not run again (end the body with `Engine::commit`, which says so): ask with
    /// the same keys.
    ///
    /// ```
    /// # use std::cell::Cell;
    /// # use earnest::{Detail, Engine, Error};
    /// # use earnest::error::Retry;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Error> {
    /// # let engine = Engine::open("memory:").await?;
    /// let attempts = Cell::new(0);
    /// let done = engine
    ///     .run(async || {
    ///         attempts.set(attempts.get() + 1);
    ///         if attempts.get() < 3 {
    ///             let lost = Error::from(Detail::Contention { reason: "serialization".into() });
    ///             return Err(lost.with_retry(Retry::Transaction));
    ///         }
    ///         Ok("committed")
    ///     })
    ///     .await?;
    /// assert_eq!((done, attempts.get()), ("committed", 3));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// What the body fails with otherwise, or with its last attempt.
    pub async fn run<T, E, F, B>(&self, mut body: B) -> Result<T, E>
    where
        B: FnMut() -> F,
        F: Future<Output = Result<T, E>>,
        E: std::error::Error + 'static,
    {
        let mut pause = Duration::from_millis(2);
        for _ in 1..LIMIT {
            let outcome = body().await;
            if !outcome.as_ref().err().is_some_and(|error| is_worth_running_again(error)) {
                return outcome;
            }
            drop(outcome);
            tokio::time::sleep(pause).await;
            // hosts that collided once must not retry in step
            let spread = self.options().env.seed().ids().salt()[0];
            pause = pause * 2 + Duration::from_micros(u64::from(spread) * 10);
        }
        body().await
    }

    /// Commits a host's transaction of sqlx and lets the background look at once, as [`Engine::nudge`] does.
    ///
    /// # Errors
    /// The refusal of the database, as sqlx reports it: nothing was committed. `outcome_unknown` if the
    /// connection broke before the answer came, so that the commit is in doubt: run the same transaction
    /// again with the same keys, or ask `admin.lookup_key`.
    #[cfg(feature = "host-sqlx")]
    pub async fn commit<DB, E>(&self, transaction: sqlx::Transaction<'_, DB>) -> Result<(), E>
    where
        DB: sqlx::Database,
        E: From<Error> + From<sqlx::Error>,
    {
        let Err(error) = transaction.commit().await else {
            self.nudge();
            return Ok(());
        };
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if code.is_some_and(|code| codes::host_commit_refused(&code)) {
            return Err(error.into());
        }
        tracing::warn!(%error, "the answer to a host's COMMIT was lost");
        Err(Error::from(Detail::OutcomeUnknown { key: None }).into())
    }
}

/// Whether an error, or one of its sources, says that the whole transaction may succeed when it is run again.
/// [`Engine::run`] asks it.
///
/// For an error type that implements no [`std::error::Error`], such as `anyhow::Error`, ask by its reference.
#[must_use]
pub fn is_worth_running_again(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let ours = error.downcast_ref::<Error>().is_some_and(|error| error.retry() == Retry::Transaction);
        // a transparent wrapper skips its inner error and shows the source of that
        if ours || error.is::<RunAgain>() || driver_says_again(error) {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(feature = "host-sqlx")]
fn driver_says_again(error: &(dyn std::error::Error + 'static)) -> bool {
    use sqlx::error::DatabaseError;
    let said = match error.downcast_ref::<sqlx::Error>() {
        Some(error) => error.as_database_error(),
        None => error.downcast_ref::<Box<dyn DatabaseError>>().map(|error| &**error),
    };
    said.and_then(DatabaseError::code).is_some_and(|code| codes::host_runs_again(&code))
}

#[cfg(not(feature = "host-sqlx"))]
fn driver_says_again(_: &(dyn std::error::Error + 'static)) -> bool {
    false
}
