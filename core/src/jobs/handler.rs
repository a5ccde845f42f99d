//! Job handlers inside this process: a mailer, a gateway, a webhook.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use crate::currency::Currencies;
use crate::gateway::merchant::Merchant;
use crate::gateway::words::GatewayDriver;
use crate::jobs::views::Job;
use crate::keyring::Keyring;
use crate::time::Time;

/// Does jobs of a kind. Register it with [`Options::handler`](crate::Options::handler); without one, jobs of
/// the kind stay queued until a worker leases them with `jobs.lease`.
///
/// A job can be run more than once: a process may end between the effect and the report. Send [`Job::key`]
/// along, so that the other side does it once. While it runs, its lease is renewed; if another worker gets it
/// nevertheless, the future is dropped.
///
/// ```
/// use std::sync::Arc;
/// use earnest::jobs::{Failed, Handler};
/// use earnest::views::jobs::Job;
/// use earnest::{Options, requests::RunDue};
///
/// struct Mailer;
///
/// #[async_trait::async_trait]
/// impl Handler for Mailer {
///     async fn run(&self, job: &Job) -> Result<serde_json::Value, Failed> {
///         let event = job.payload["event"].as_str().ok_or_else(|| Failed::new("nothing to tell"))?;
///         println!("mail to the admins about {event}, once per {}", job.key);
///         Ok(serde_json::Value::Null)
///     }
/// }
///
/// let options = Options::new().handler("notify.admins", Arc::new(Mailer));
/// ```
#[async_trait]
pub trait Handler: Send + Sync {
    /// Does the job. Its return value is kept as the job's result: a JSON value of at most 16 KiB, `null` for
    /// none.
    ///
    /// # Errors
    /// [`Failed`]: the job is tried again later, until it has been tried as often as it may.
    async fn run(&self, job: &Job) -> Result<Value, Failed>;

    /// Does the job with what the engine has now, for the library's own handlers.
    #[doc(hidden)]
    async fn run_inside(&self, job: &Job, _inside: &Inside) -> Result<Value, Failed> {
        self.run(job).await
    }

    /// Whether it is the driver of a gateway, which needs that gateway's settings and secrets.
    #[doc(hidden)]
    fn is_driver(&self) -> bool {
        false
    }

    /// The only book whose jobs it does; without one it does those of every book.
    #[doc(hidden)]
    fn book(&self) -> Option<&str> {
        None
    }

    /// Whether its reports wait briefly for those of concurrent jobs of the same counterparty, so that one
    /// commit has them all.
    #[doc(hidden)]
    fn reports_together(&self) -> bool {
        false
    }

    /// Whether each of its counterparties has places of its own, so that one that hangs holds up no other.
    #[doc(hidden)]
    fn has_counterparties(&self) -> bool {
        false
    }

    /// The counterparty of a job of a book: its merchant at a gateway, its chain, its receiver.
    #[doc(hidden)]
    fn counterparty(&self, _book: &str, _payload: &Value) -> Option<String> {
        None
    }

    /// The chains that it drives. It gets only their jobs, and their nodes.
    #[cfg(feature = "chain")]
    #[doc(hidden)]
    fn chains(&self) -> Option<&crate::chain::known::Chains> {
        None
    }
}

/// The context of a job for the library's own handlers.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Inside {
    /// The keyring that the engine has now.
    pub keyring: Option<Keyring>,
    /// The merchant at the gateway whose job it is, for a driver.
    pub gateway: Option<Merchant>,
    /// The driver of that gateway, as its record says.
    pub driver: Option<GatewayDriver>,
    /// The chain whose job it is, with its nodes, for the driver of chains.
    #[cfg(feature = "chain")]
    pub chain: Option<Arc<crate::chain::driven::DrivenChain>>,
    /// The currencies that the engine knows.
    pub currencies: Currencies,
    /// The time.
    pub now: Time,
}

/// Why a job did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The error, for people; it is kept with the job. At most 1,000 characters of it.
    pub message: String,
    /// When to try again; otherwise after a pause that grows.
    pub retry_at: Option<Time>,
}

impl Failed {
    /// A failure that is tried again after a pause that grows.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), retry_at: None }
    }

    /// Sets when to try again.
    #[must_use]
    pub const fn retry_at(mut self, at: Time) -> Self {
        self.retry_at = Some(at);
        self
    }
}

/// Handlers by kind.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<Arc<str>, Arc<dyn Handler>>);

impl Handlers {
    /// Registers the handler of a kind; a later one replaces an earlier one.
    pub fn insert(&mut self, kind: &str, handler: Arc<dyn Handler>) {
        self.0.insert(kind.into(), handler);
    }

    /// The handler of a kind.
    #[must_use]
    pub fn get(&self, kind: &str) -> Option<&Arc<dyn Handler>> {
        self.0.get(kind)
    }

    /// The kinds that have one.
    #[must_use]
    pub fn kinds(&self) -> Vec<Arc<str>> {
        self.0.keys().cloned().collect()
    }
}

impl std::fmt::Debug for Handlers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
