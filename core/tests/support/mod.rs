//! The ground of every scenario: an engine on each store of this build, and short forms of calling it.
//!
//! A scenario is written once, against a [`Stage`], and `every_store!` makes a test of it on each store.
//! Nothing is skipped: a store that this build has is there, or the test fails. When a scenario ends its
//! books are verified.

#![allow(dead_code, unused_macros, unused_imports, reason = "each program uses its own part")]

pub(crate) mod children;
pub(crate) mod log;
#[cfg(feature = "postgres")]
pub(crate) mod pgbouncer;
pub(crate) mod ports;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "postgres")]
pub(crate) mod proof;
#[cfg(feature = "postgres")]
pub(crate) mod proxy;
#[cfg(feature = "rabbitmq")]
pub(crate) mod rabbit;
#[cfg(feature = "postgres")]
pub(crate) mod relay;
#[cfg(feature = "postgres")]
pub(crate) mod router;
#[cfg(feature = "postgres")]
pub(crate) mod server;
#[cfg(feature = "postgres")]
pub(crate) mod servers;
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]
pub(crate) mod sides;
pub(crate) mod soak;

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use earnest::env::{Clock, Env};
use earnest::{Engine, Error, Options};
pub(crate) use serde_json::{Value, json};

/// When the test clock begins.
pub(crate) const START: &str = "2026-01-01T00:00:00Z";

/// A store of this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Postgres,
}

impl Kind {
    /// Every store of this build.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::Memory];
        if cfg!(feature = "sqlite") {
            all.push(Self::Sqlite);
        }
        if cfg!(feature = "postgres") {
            all.push(Self::Postgres);
        }
        all
    }
}

/// An engine on a store of its own, with a test clock.
pub(crate) struct Stage {
    pub(crate) kind: Kind,
    pub(crate) bank: Engine,
    pub(crate) clock: Clock,
    /// Where a second engine finds the same store; of no use for memory.
    pub(crate) url: String,
    pub(crate) options: Options,
    folder: Option<tempfile::TempDir>,
    keys: AtomicU32,
}

/// Makes one test per store of each scenario: `name::memory`, `name::sqlite`, `name::postgres`.
macro_rules! every_store {
    ($($(#[doc = $doc:literal])* async fn $name:ident($stage:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($stage: &$crate::support::Stage) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn memory() {
                let stage = $crate::support::Stage::open($crate::support::Kind::Memory).await;
                scenario(&stage).await;
                stage.finish().await;
            }

            #[cfg(feature = "sqlite")]
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let stage = $crate::support::Stage::open($crate::support::Kind::Sqlite).await;
                scenario(&stage).await;
                stage.finish().await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let stage = $crate::support::Stage::open($crate::support::Kind::Postgres).await;
                scenario(&stage).await;
                stage.finish().await;
            }
        }
    )*};
}
pub(crate) use every_store;

/// The options of a test: a clock that stands, ids that count, no background, and two tokens.
pub(crate) fn options() -> Options {
    options_from(1)
}

/// The same with other ids.
pub(crate) fn options_from(seed: u64) -> Options {
    let env = Env::test(START.parse().unwrap(), seed);
    Options::new().env(env).background(false).currency("USDC", 6).currency("POL", 18).pool_size(4)
}

/// A stage on every store of this build.
pub(crate) async fn stores() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        stages.push(Stage::open(kind).await);
    }
    stages
}

impl Stage {
    pub(crate) async fn open(kind: Kind) -> Self {
        Self::with(kind, options()).await
    }

    /// On a store of its own, with these options.
    pub(crate) async fn with(kind: Kind, options: Options) -> Self {
        Self::at(kind, place(kind, options).await).await
    }

    /// Where no other stage is, on PostgreSQL too: for what looks at a whole database or changes it.
    pub(crate) async fn apart(kind: Kind) -> Self {
        match kind {
            Kind::Postgres => Self::on(kind, database().await, options()).await,
            Kind::Memory | Kind::Sqlite => Self::open(kind).await,
        }
    }

    /// On the store that a test has made itself.
    pub(crate) async fn on(kind: Kind, url: String, options: Options) -> Self {
        Self::at(kind, Place { url, options, folder: None }).await
    }

    async fn at(kind: Kind, place: Place) -> Self {
        let Place { url, options, folder } = place;
        // a future of some size, which all that wait for a stage would have as well
        let bank = Box::pin(Engine::open_with(&url, options.clone())).await.unwrap();
        let clock = options.env.clock.clone();
        Self { kind, bank, clock, url, options, folder, keys: AtomicU32::new(0) }
    }

    /// A path beside the store's file; of no use for stores that have none.
    pub(crate) fn beside(&self, name: &str) -> std::path::PathBuf {
        self.folder.as_ref().map_or_else(|| name.into(), |folder| folder.path().join(name))
    }

    /// A second engine on the same store, as another process would open it.
    pub(crate) async fn again(&self) -> Engine {
        assert_ne!(self.kind, Kind::Memory, "nobody can open the memory of another engine");
        Box::pin(Engine::open_with(&self.url, self.options.clone())).await.unwrap()
    }

    /// A key that was not used before.
    pub(crate) fn key(&self) -> String {
        format!("k-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, by: &str) {
        self.clock.advance(by.parse().unwrap());
    }

    pub(crate) async fn call(&self, name: &str, args: Value) -> Result<Value, Error> {
        declared(name, self.bank.call(name, args).await)
    }

    /// A call that must be accepted. A `key` of its own is added when there is none and the operation takes
    /// one.
    pub(crate) async fn ok(&self, name: &str, args: Value) -> Value {
        let args = self.keyed(name, args);
        match self.bank.call(name, args.clone()).await {
            Ok(reply) => reply,
            Err(error) => panic!("{name} {args} was refused: {error} {:?}", error.details()),
        }
    }

    /// A call that must be refused with `code` and leave everything as it was; answers the details.
    pub(crate) async fn no(&self, name: &str, args: Value, code: &str) -> Value {
        let args = self.keyed(name, args);
        let before = self.state().await;
        let error = match self.call(name, args.clone()).await {
            Ok(reply) => panic!("{name} {args} was not refused with {code}: {reply}"),
            Err(error) => error,
        };
        assert_eq!(error.code().as_str(), code, "{name} {args}: {error} {:?}", error.details());
        assert_eq!(
            self.state().await,
            before,
            "{name} {args} was refused with {code}, but something was written"
        );
        error.details()
    }

    /// A call that must be refused with `code`, whatever it leaves behind; answers the details.
    pub(crate) async fn no_matter(&self, name: &str, args: Value, code: &str) -> Value {
        match self.call(name, self.keyed(name, args.clone())).await {
            Ok(reply) => panic!("{name} {args} was not refused with {code}: {reply}"),
            Err(error) if error.code().as_str() == code => error.details(),
            Err(error) => panic!("{name} {args}: {error} {:?}", error.details()),
        }
    }

    /// A call that must be refused as malformed, naming `field`.
    pub(crate) async fn bad(&self, name: &str, args: Value, code: &str, field: &str) {
        let details = self.no(name, args.clone(), code).await;
        assert_eq!(details["field"], field, "{name} {args}: {details}");
    }

    fn keyed(&self, name: &str, mut args: Value) -> Value {
        let takes = earnest::OPERATIONS.iter().find(|info| info.name == name);
        let required = takes.is_some_and(|info| info.key == earnest::request::scope::KeyRule::Required);
        if required && args.is_object() && args.get("key").is_none() {
            args["key"] = self.key().into();
        }
        args
    }

    /// The ids on a page, in its order.
    pub(crate) async fn ids(&self, name: &str, args: Value) -> Vec<String> {
        let page = self.ok(name, args).await;
        page["items"].as_array().unwrap().iter().map(id).collect()
    }

    /// Sets a rule or a rate, by what it refuses with, that lets a hundred calls of an account through.
    pub(crate) async fn limit_of_a_hundred(&self, refusal: &str) {
        let mut args = json!({ "id": "r", "action": "*", "subject": "account", "limit": 100 });
        let (name, more) = match refusal {
            "rate_limited" => ("risk.set_rate", json!({ "per": "P1D" })),
            _ => ("risk.set_rule", json!({ "metric": "count", "window": "P1D", "outcome": "block" })),
        };
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ok(name, args).await;
    }

    /// Credits an account.
    pub(crate) async fn funded(&self, account: &str, amount: &str) -> String {
        let reply = self.ok("ledger.top_up", json!({ "account": account, "amount": amount })).await;
        id(&reply["transfer"])
    }

    /// Holds money and answers the id of the hold.
    pub(crate) async fn held(&self, account: &str, amount: &str) -> String {
        let reply = self.ok("ledger.hold", json!({ "account": account, "amount": amount })).await;
        id(&reply["hold"])
    }

    /// Posted, held and available, such as `100.00 0.00 100.00`.
    pub(crate) async fn balance(&self, account: &str) -> String {
        let reply = self.ok("ledger.balance", json!({ "account": account })).await;
        let part = |name: &str| reply[name]["amount"].as_str().unwrap().to_owned();
        format!("{} {} {}", part("posted"), part("held"), part("available"))
    }

    /// The hash of the whole state of the book.
    pub(crate) async fn state(&self) -> String {
        let reply = self.bank.call("events.state_hash", json!({})).await.unwrap();
        format!("{} of {}", reply["hash"], reply["rows"])
    }

    /// The types of all events of the book, in order.
    pub(crate) async fn event_types(&self) -> Vec<String> {
        let page = self.ok("events.list", json!({ "limit": 500 })).await;
        assert!(page["next"].is_null(), "more than a page of events");
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Every invariant holds in every book.
    pub(crate) async fn verify(&self) {
        verify(&self.bank).await;
    }

    /// How many counters `verify` has compared with the log, where every invariant holds.
    pub(crate) async fn recounted(&self) -> i64 {
        let verify = self.ok("admin.verify", json!({})).await;
        let checks = verify["checks"].as_array().unwrap();
        let wrong: Vec<_> = checks.iter().filter(|check| check["ok"] == false).collect();
        assert_eq!(verify["ok"], true, "{:#}", json!(wrong));
        let check = checks.iter().find(|check| check["name"] == "counters_recomputed");
        check.unwrap_or_else(|| panic!("{checks:?}"))["examined"].as_i64().unwrap()
    }

    /// Verifies and closes.
    pub(crate) async fn finish(self) {
        self.verify().await;
        self.bank.close().await;
    }
}

/// Every invariant of every book, recomputed, and the trial balance.
pub(crate) async fn verify(bank: &Engine) {
    let verify = bank.call("admin.verify", json!({})).await.unwrap();
    assert_eq!(verify["ok"], true, "{verify:#}");
    let trial = bank.call("ledger.trial_balance", json!({})).await.unwrap();
    assert_eq!(trial["balanced"], true, "{trial:#}");
}

/// Nothing is critical any more. Events that got no number during an outage are a warning until the
/// background has caught up.
pub(crate) async fn becomes_healthy(bank: &Engine) {
    let since = Instant::now();
    loop {
        let health = bank.health().await.unwrap();
        match health.status.as_str() {
            "healthy" => return,
            status => assert_eq!(status, "warning", "{health:?}"),
        }
        assert!(since.elapsed() < Duration::from_secs(10), "{health:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The `id` of a view.
pub(crate) fn id(view: &Value) -> String {
    view["id"].as_str().unwrap_or_else(|| panic!("no id in {view}")).to_owned()
}

/// A refusal has a code that the table of operations declares: its documentation names no other.
pub(crate) fn declared<T>(name: &str, outcome: Result<T, Error>) -> Result<T, Error> {
    use earnest::api::codes::of_every_call;

    let info = earnest::OPERATIONS.iter().find(|info| info.name == name);
    if let (Some(info), Err(error)) = (info, &outcome) {
        // an atomic batch has the code of a call in it; gates of tests have codes of later features
        let passed_on =
            name == "ledger.batch" && error.index().is_some() || error.code().reserved_for().is_some();
        let known = of_every_call(error.code()) || info.codes().contains(&error.code());
        assert!(known || passed_on, "`{name}` does not declare {error:?}: name its code in `operations.rs`");
    }
    outcome
}

/// The code of a refusal, or `ok`.
pub(crate) fn code<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(error) => error.code().as_str(),
    }
}

/// Counts outcomes by code.
pub(crate) fn tally<T>(outcomes: &[Result<T, Error>]) -> std::collections::BTreeMap<&'static str, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for outcome in outcomes {
        *counts.entry(code(outcome)).or_default() += 1;
    }
    counts
}

/// A caller that does what `retry: call` says: on a busy machine others may keep a row, or a file, for longer
/// than a call waits for it. Less long than the 35 s after which the server ends a transaction that leaked;
/// who has lost a race of versions was tried again by the engine itself.
pub(crate) async fn until_settled(bank: &Engine, name: &str, args: Value) -> Result<Value, Error> {
    let since = Instant::now();
    loop {
        let outcome = bank.call(name, args.clone()).await;
        let has_waited = |error: &Error| {
            let reason = &error.details()["reason"];
            error.code().as_str() == "contention"
                && !["versions", "serialization", "references"].iter().any(|lost| reason == lost)
        };
        if !outcome.as_ref().is_err_and(has_waited) || since.elapsed() > Duration::from_secs(30) {
            return outcome;
        }
    }
}

/// Runs all at once, and answers in order.
pub(crate) async fn all_at_once<T: Send + 'static>(
    calls: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = calls.map(tokio::spawn).collect();
    let mut outcomes = Vec::with_capacity(tasks.len());
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// Where a fresh store is.
struct Place {
    url: String,
    /// They name its tables.
    options: Options,
    /// The folder that it lives in.
    folder: Option<tempfile::TempDir>,
}

async fn place(kind: Kind, options: Options) -> Place {
    match kind {
        Kind::Memory => Place { url: "memory:".to_owned(), options, folder: None },
        Kind::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("money.db").display());
            Place { url, options, folder: Some(folder) }
        }
        Kind::Postgres => {
            let (url, schema) = schema().await;
            Place { url, options: options.names(schema, "earnest_"), folder: None }
        }
    }
}

/// One database per program, and a schema of its own in it for each stage: cheaper than a database each.
#[cfg(feature = "postgres")]
async fn schema() -> (String, String) {
    static DATABASE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let url = DATABASE.get_or_init(database).await.clone();
    (url, format!("s{}", COUNTER.fetch_add(1, Ordering::Relaxed)))
}

/// A database of a stage's own.
#[cfg(feature = "postgres")]
async fn database() -> String {
    tokio::task::spawn_blocking(postgres::database).await.unwrap()
}

#[cfg(not(feature = "postgres"))]
async fn schema() -> (String, String) {
    panic!("this build has no PostgreSQL")
}

#[cfg(not(feature = "postgres"))]
async fn database() -> String {
    panic!("this build has no PostgreSQL")
}
