//! The contract of a store: one suite for every store, public, so that a store of your own can be judged by
//! it.
//!
//! The suite tests capabilities only: rows come back as they were written, claims and images are compared, a
//! rollback leaves nothing, sessions exclude each other or report what is busy, and every listing walks all
//! rows once in its order. It needs no engine. Run it from a test of your own, with a closure that opens an
//! *empty* store each time it is called:
//!
//! ```
//! use std::sync::Arc;
//! use earnest::env::Clock;
//! use earnest::store::{Fault, SharedStore, contract};
//! use earnest::store::memory::MemoryStore;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), contract::Failure> {
//! let open = || async { Ok::<SharedStore, Fault>(Arc::new(MemoryStore::new(Clock::System))) };
//! let report = contract::suite(open).await?;
//! assert!(report.passed.len() > 20);
//! # Ok(()) }
//! ```
//!
//! A store that reads currencies from text must know those of [`currencies`].

mod claims;
mod guards;
mod listings;
mod objects;
mod queues;
mod rows;
pub(crate) mod samples;
mod sessions;

use std::fmt;
use std::future::Future;

use super::{Fault, SharedStore, Written};
use crate::currency::Currencies;
use crate::error::Error;
use crate::rows::listing::{Listed, Listing};
use crate::rows::loaded::Loaded;
use crate::rows::needs::Needs;
use crate::rows::writes::Writes;

/// The checks of the suite.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Report {
    /// The checks that passed, in order.
    pub passed: Vec<&'static str>,
    /// Checks that do not apply to this store's [capabilities](super::Capabilities).
    pub skipped: Vec<&'static str>,
}

/// The first check that failed, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The check.
    pub check: &'static str,
    /// The expected and the actual value.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.what)
    }
}

impl std::error::Error for Failure {}

/// The currencies that the suite's rows are in: ISO 4217, and `POL` with 18 decimal places.
///
/// # Errors
/// None in practice: the one code that it adds is well-formed and not in ISO 4217.
pub fn currencies() -> Result<Currencies, Error> {
    let mut known = Currencies::iso();
    known.register("POL", 18)?;
    Ok(known)
}

/// Runs every check, each on a store of its own, and stops at the first that fails.
///
/// # Errors
/// The [`Failure`].
pub async fn suite<F, O>(open: F) -> Result<Report, Failure>
where
    F: Fn() -> O,
    O: Future<Output = Result<SharedStore, Fault>>,
{
    let mut report = Report::default();
    for check in CHECKS {
        let failed = |wrong: Wrong| Failure { check: check.name, what: wrong.0 };
        let store = open().await.map_err(|fault| failed(fault.into()))?;
        let bench = Bench::over(store).await.map_err(failed)?;
        if (check.applies)(bench.store.capabilities()) {
            (check.run)(&bench).await.map_err(failed)?;
            report.passed.push(check.name);
        } else {
            report.skipped.push(check.name);
        }
        bench.store.close().await;
    }
    Ok(report)
}

/// The names of all checks.
#[must_use]
pub fn checks() -> Vec<&'static str> {
    CHECKS.iter().map(|check| check.name).collect()
}

type Running<'b> = futures_util::future::BoxFuture<'b, Checked>;

struct Check {
    name: &'static str,
    applies: fn(super::Capabilities) -> bool,
    run: for<'b> fn(&'b Bench) -> Running<'b>,
}

macro_rules! checks {
    ($($module:ident { $($name:ident $(if $applies:expr)?,)* })*) => {
        const CHECKS: &[Check] = &[$($(Check {
            name: stringify!($name),
            applies: {
                #[allow(unused_variables, reason = "a check may say where it applies")]
                let applies: fn(super::Capabilities) -> bool = |_| true;
                $(let applies: fn(super::Capabilities) -> bool = $applies;)?
                applies
            },
            run: |bench| Box::pin($module::$name(bench)),
        },)*)*];
    };
}

checks! {
    rows {
        the_schema_is_brought_up_once,
        a_store_has_an_id_and_a_timeline,
        currencies_are_kept,
        rows_come_back_as_they_were_written,
        absent_fields_stay_absent,
        any_text_is_kept,
        changed_rows_replace_old_ones,
        books_do_not_mix,
        accounts_of_an_id_are_found_in_all_currencies,
        a_large_group_is_one_write,
    }
    claims {
        a_claim_is_granted_once,
        an_original_is_reversed_once,
        a_row_must_be_the_one_seen,
        a_stale_group_leaves_nothing,
        a_key_is_claimed_again_by_who_saw_it,
        concurrent_changes_are_never_lost,
        one_of_many_claims_wins,
    }
    guards {
        a_write_alone_is_durable_or_nothing,
        what_holds_hides_nothing_that_does_not,
        what_was_relied_on_must_still_be_so,
        who_relies_on_a_row_that_is_changed_waits_for_it if |capabilities| capabilities.verified_writes && !capabilities.exclusive,
    }
    sessions {
        writing_needs_a_transaction,
        what_is_rolled_back_never_was,
        a_dropped_session_leaves_nothing,
        readers_see_what_was_committed,
        a_store_stands_still_and_goes_on,
        a_writer_excludes_the_next if |capabilities| capabilities.exclusive,
        locked_rows_are_busy if |capabilities| !capabilities.exclusive,
        rows_that_are_only_read_are_not_busy if |capabilities| !capabilities.exclusive,
        several_books_share_a_transaction if |capabilities| capabilities.multi_book,
    }
    listings {
        accounts_are_listed_in_byte_order,
        accounts_are_found_by_owner_and_name,
        entries_are_listed_both_ways,
        transfers_are_listed_newest_first,
        transfers_are_found_by_what_they_touch,
        whole_tables_are_walked,
    }
    objects {
        holds_are_found_by_account_and_state,
        records_are_found_by_every_filter,
        events_follow_their_sequence,
        events_are_found_by_type_and_object,
        books_are_listed,
    }
    queues {
        due_rows_come_oldest_first,
        due_holds_of_an_account_are_supplied,
        due_jobs_come_oldest_first,
        jobs_are_found_by_kind_and_state,
        sinks_and_what_they_left_behind_are_found,
        the_rank_has_the_greatest_balance_first,
        what_is_outdated_is_forgotten_oldest_first,
        counters_of_which_nothing_counts_are_forgotten,
        counters_are_found_under_others_and_added_up,
        pending_events_wait_for_the_sequencer if |capabilities| !capabilities.exclusive,
        streamed_sums_wait_to_be_folded if |capabilities| !capabilities.exclusive,
        a_streaming_account_is_drained if |capabilities| !capabilities.exclusive,
    }
}

/// Why a check failed.
#[derive(Debug)]
struct Wrong(String);

type Checked = Result<(), Wrong>;

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self(format!("the store failed: {fault}"))
    }
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Self(error.message())
    }
}

impl From<String> for Wrong {
    fn from(what: String) -> Self {
        Self(what)
    }
}

/// Fails unless `found` is `expected`.
fn same<T: PartialEq + fmt::Debug>(what: &str, found: &T, expected: &T) -> Checked {
    if found == expected {
        return Ok(());
    }
    Err(Wrong(format!("{what}: expected {expected:?}, found {found:?}")))
}

/// Fails unless `right`.
fn ensure(right: bool, what: impl Into<String>) -> Checked {
    if right { Ok(()) } else { Err(Wrong(what.into())) }
}

/// A store under test, with short forms of what every check does.
struct Bench {
    store: SharedStore,
}

impl Bench {
    async fn over(store: SharedStore) -> Result<Self, Wrong> {
        store.migrate().await?;
        Ok(Self { store })
    }

    /// Writes in a transaction of its own; a stale write is rolled back.
    async fn try_write(&self, writes: &Writes) -> Result<Written, Fault> {
        let mut session = self.store.writer().await?;
        session.begin().await?;
        match session.write(writes).await {
            Ok(Written::All) => session.commit().await.map(|()| Written::All),
            Ok(Written::Stale | Written::Claimed) => session.rollback().await.map(|()| Written::Stale),
            Err(fault) => {
                session.rollback().await?;
                Err(fault)
            }
        }
    }

    /// Writes what must be accepted.
    async fn write(&self, writes: &Writes) -> Checked {
        same("writing", &self.try_write(writes).await?, &Written::All)
    }

    /// Writes what must be found stale.
    async fn stale(&self, what: &str, writes: &Writes) -> Checked {
        same(what, &self.try_write(writes).await?, &Written::Stale)
    }

    async fn load(&self, needs: &Needs) -> Result<Loaded, Wrong> {
        Ok(self.store.reader().await?.peek(needs).await?)
    }

    async fn list(&self, listing: &Listing) -> Result<Listed, Wrong> {
        Ok(self.store.reader().await?.list(listing).await?)
    }
}
