//! Jobs: work outside, written in the same commit as the money, leased to workers, and reported back.
//!
//! A job waits until a worker leases it: a handler that was registered with
//! [`Options::handler`](crate::Options::handler), a command of `earnest worker --exec KIND=COMMAND`, or the
//! host by `jobs.lease`, in any language. A lease has a number, the fence. When it ends without a report, the
//! job may be leased again under a higher one, and a late report under the old number is refused. So a job is
//! done at least once; the key that it sends outside is fixed when it is written and the same at every
//! attempt, so that the other side can do it once.
//!
//! Jobs that Earnest itself writes:
//!
//! | kind | when | payload |
//! | --- | --- | --- |
//! | `notify.admins` | people must look: a call waits (approval, review), a dispute has no answer, a hot
//! account is over its ceiling, a payment, purchase, withdrawal or lane is not as it should be | `{event,
//! ...}` with the ids of what it is about; `docs/after-the-commit.md` lists the events |
//! | `notify.parties` | a dispute was opened, resolved or withdrawn; a refund was asked for, approved or
//! refused; a deadline moved the money of a deal | `{event, deal, state, buyer, seller, dispute}`, where
//! `event` is the type of the deal's newest event. With option `notify_every_state` one for every state that
//! a deal enters |
//!
//! Payloads have ids and names of states, never texts of people.
//!
//! Jobs of the kind `webhook.deliver`, which an application writes, are sent to the servers of others: see
//! [`webhooks`].
//!
//! An application writes jobs of its own kinds by `jobs.enqueue`, also inside its own transaction: what has
//! to follow a commit is then neither lost nor done without it.
//!
//! Some kinds are followed by a domain (`Domain::jobs`), such as the calls to gateways. Earnest alone writes
//! their jobs, and their owner decides what becomes of each: when it is leased, with what, and how it ends. A
//! lease that ended without a report is written down by `jobs.run_due`, by every `jobs.lease` and in the
//! background, whoever does the kind. Such a job is never dead: it is done without a result, and still takes
//! a late report under its newest fence.

mod check;
pub mod decide;
pub mod enqueue;
pub mod handler;
pub mod lease;
pub mod parse;
pub mod queries;
pub mod requests;
pub mod views;
pub mod webhooks;

use crate::request::domain::{Domain, checks};

pub use handler::{Failed, Handler};

/// The kind of jobs that notify the admins of a book.
pub const NOTIFY_ADMINS: &str = "notify.admins";
/// The kind of jobs that notify buyer and seller of a deal.
pub const NOTIFY_PARTIES: &str = "notify.parties";

/// The domain of jobs.
#[derive(Clone, Copy, Debug)]
pub struct Jobs;

impl Domain for Jobs {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[("job", "jb")]
    }

    checks! { whole |reading, audit, examine| check::verify(reading, examine) }
}
