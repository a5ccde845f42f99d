//! How an engine is opened.

use std::sync::Arc;
use std::time::Duration;

use crate::approval::requests::SetPolicy;
use crate::credential::pin::Cost;
use crate::currency::Currencies;
use crate::env::Env;
use crate::error::{Messages, Result, checked};
use crate::ids::Book;
use crate::jobs::Handler;
use crate::jobs::handler::Handlers;
use crate::kernel::gate::Gate;
use crate::keyring::{KeySource, Keyring, Source};
use crate::pipeline::queue::Limits;
use crate::request::domain::Domain;
use crate::risk::requests::{SetRate, SetRule};
use crate::rows::codec::text_enum;
use crate::time::Span;
use crate::vault::unsealed;
use crate::waits::WaitLimits;

/// The treatment of the schema when a store is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Migrate {
    /// It is brought to the newest version.
    #[default]
    Auto,
    /// An older one is refused with `migration_required`, which names the command to run, and so is none. No
    /// file is made.
    Check,
    /// Nothing is looked at. A store without tables is `migration_required`, and no file is made.
    Off,
}

text_enum! {
    /// The lowest level of log lines that are shown.
    pub enum LogLevel {
        /// None.
        Off = "off",
        /// Losses and faults.
        Error = "error",
        /// Conditions that need a look.
        Warn = "warn",
        /// Rare events that matter.
        Info = "info",
        /// Refusals and what the background does.
        Debug = "debug",
        /// Everything.
        Trace = "trace",
    }
}

/// Which books may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Books {
    /// Any: a book begins when it is first used.
    #[default]
    Open,
    /// Only these.
    Declared(Vec<Book>),
}

/// How an engine is opened. Every field has a default that is safe.
///
/// ```
/// use earnest::Options;
/// let options = Options::new().currency("USDC", 6).allow_only(["USD", "USDC"]).background(false);
/// assert_eq!(options.currencies.len(), 1);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The treatment of the schema.
    pub migrate: Migrate,
    /// Schema on PostgreSQL.
    pub schema: String,
    /// Prefix of the tables on SQLite.
    pub table_prefix: String,
    /// Nothing is written: for an auditor with a copy, a file without the right to write, a standby.
    pub read_only: bool,
    /// The default book of calls.
    pub book: Book,
    /// Which books may be used.
    pub books: Books,
    /// Currencies in addition to ISO 4217: code and decimal places.
    pub currencies: Vec<(String, u8)>,
    /// The currencies that the program knows by itself; tests open a store with the table of another edition.
    #[doc(hidden)]
    pub built_in: Currencies,
    /// The only currencies that requests may name; `None` is all.
    pub allowed_currencies: Option<Vec<String>>,
    /// The currency that is meant where a request names an account and no currency. Without one the account
    /// may have only one.
    pub default_currency: Option<String>,
    /// A missing actor is `invalid_request` with status 500, instead of `system`.
    pub require_actor: bool,
    /// The keys that receipts are signed with; without one what needs a key is `key_not_found`.
    pub keyring: Option<Keyring>,
    /// Where the keyring is fetched when the engine is opened, in place of `keyring`.
    pub(crate) keyring_source: Option<Source>,
    /// Policies that every book begins with; `None` is the default one alone: two admins approve payments of
    /// deals of 1,000,000 KRW and above.
    pub policies: Option<Vec<SetPolicy>>,
    /// Rules that every book begins with: see [`Options::rules`].
    pub rules: Vec<SetRule>,
    /// Rates that every book begins with: see [`Options::rates`].
    pub rates: Vec<SetRate>,
    /// Gates that calls pass before that of approvals, in their order.
    #[doc(hidden)]
    pub gates: Vec<Arc<dyn Gate>>,
    /// Domains in addition to those of the library.
    #[doc(hidden)]
    pub domains: Vec<Arc<dyn Domain>>,
    /// Bounds of the queue and of a group.
    pub limits: Limits,
    /// SQLite: `synchronous=NORMAL`. A power cut may then lose the newest commits, never break the file.
    pub synchronous_normal: bool,
    /// Connections.
    pub pool_size: u32,
    /// PostgreSQL: off for a pooler that mixes sessions.
    pub prepared_statements: bool,
    /// PostgreSQL: how connections are encrypted, as libpq has it: `disable`, `allow`, `prefer`, `require`,
    /// `verify-ca`, `verify-full`. A URL may say it too (`?sslmode=`), and nothing else then. On SQLite and
    /// in memory it has no effect, so that one file of settings serves two stores; an engine on your own pool
    /// or store refuses it.
    pub sslmode: Option<String>,
    /// How long opening a connection may take.
    pub connect_timeout: Duration,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    /// Whether this process runs sequencer, timers and its job handlers in the background; `None` is yes for
    /// an engine with connections of its own, and no for one on the application's pool.
    pub background: Option<bool>,
    /// The lowest level of log lines that the command line and other languages pass on to their own log. In
    /// Rust the lines go to `tracing`, whose subscriber decides.
    pub log: Option<LogLevel>,
    /// Texts for people in further languages, by language and code: see [`Options::messages`].
    pub messages: Messages,
    /// How often the background has the rank of accounts follow the log; every minute.
    #[doc(hidden)]
    pub rank_every: Duration,
    /// The cost of the hash of a PIN.
    pub pin_cost: Cost,
    /// How long a job that is done stays in the list; 30 days.
    pub keep_jobs: Span,
    /// The clock is declared to be right: timers need not wait until it has proved to be.
    pub clock_is_right: bool,
    /// Whether buyer and seller are notified of every state of a deal, and not only of disputes, refunds and
    /// what a deadline did.
    pub notify_every_state: bool,
    /// How long objects may wait for others before the admins are told: see [`Options::wait_limit`].
    pub(crate) wait_limits: WaitLimits,
    /// The job handlers of this process.
    pub handlers: Handlers,
    /// Sinks of the default book, by name, whose events this process sends to a broker in its background.
    #[cfg(feature = "brokers")]
    pub deliveries: std::collections::BTreeMap<String, crate::brokers::Broker>,
    /// Clock and seeds; a test clock replaces the store's.
    pub env: Env,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            migrate: Migrate::Auto,
            read_only: false,
            schema: "earnest".to_owned(),
            table_prefix: "earnest_".to_owned(),
            book: Book::main(),
            books: Books::Open,
            currencies: Vec::new(),
            built_in: Currencies::iso(),
            allowed_currencies: None,
            default_currency: None,
            require_actor: false,
            keyring: None,
            keyring_source: None,
            policies: None,
            rules: Vec::new(),
            rates: Vec::new(),
            gates: Vec::new(),
            domains: Vec::new(),
            limits: Limits::default(),
            synchronous_normal: false,
            pool_size: 8,
            prepared_statements: true,
            sslmode: None,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            background: None,
            log: None,
            messages: Messages::new(),
            rank_every: Duration::from_secs(60),
            pin_cost: Cost::default(),
            keep_jobs: Span::from_days(30),
            notify_every_state: false,
            wait_limits: WaitLimits::default(),
            clock_is_right: false,
            handlers: Handlers::default(),
            #[cfg(feature = "brokers")]
            deliveries: std::collections::BTreeMap::new(),
            env: Env::default(),
        }
    }
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a currency with its number of decimal places.
    ///
    /// The store keeps it: a process that does not register it reads what others wrote in it, and takes
    /// amounts in it. One that gives it other decimal places is refused when it opens the store.
    #[must_use]
    pub fn currency(mut self, code: impl Into<String>, scale: u8) -> Self {
        self.currencies.push((code.into(), scale));
        self
    }

    /// Lets requests name only these currencies.
    #[must_use]
    pub fn allow_only<I: IntoIterator<Item: Into<String>>>(mut self, codes: I) -> Self {
        self.allowed_currencies = Some(codes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the currency that is meant where a request names an account and no currency: then no answer
    /// depends on how many currencies an account has.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// use earnest::requests::{GetBalance, TopUp};
    /// use earnest::{Engine, Options};
    /// let bank = Engine::open_with("memory:", Options::new().default_currency("USD")).await?;
    /// bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-1")).await?;
    /// bank.ledger().top_up(TopUp::new("alice", "9000 KRW").key("t-2")).await?;
    /// let balance = bank.ledger().balance(GetBalance::new("alice")).await?;
    /// assert_eq!(balance.available.to_string(), "5.00 USD");
    /// # bank.close().await;
    /// # Ok::<(), earnest::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn default_currency(mut self, code: impl Into<String>) -> Self {
        self.default_currency = Some(code.into());
        self
    }

    /// Adds texts for people in a language (`de`, `pt-BR`): what [`Error::to_user`](crate::Error::to_user)
    /// and the envelope answer there. `{name}` is a field of the code's details, and a part in `[...]` is
    /// left out when a field inside it is absent. Texts of `en` and `ko` replace those of the library. A
    /// language is looked up as RFC 4647 has it: `zh-Hant-TW` finds `zh-Hant`, then `zh`. A code without a
    /// text there is answered in English.
    ///
    /// They hold for the process, once the engine is open: an error does not know which engine it is from.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// use earnest::requests::Deduct;
    /// use earnest::{Engine, Options};
    /// let german = [("account_not_found", "Das Konto {account} gibt es nicht")];
    /// let bank = Engine::open_with("memory:", Options::new().messages("de", german)).await?;
    /// let refused = bank.ledger().deduct(Deduct::new("bob", "1.00 USD").key("d-1")).await.unwrap_err();
    /// assert_eq!(refused.to_user("de-AT"), "Das Konto bob gibt es nicht");
    /// # bank.close().await;
    /// # Ok::<(), earnest::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn messages<C: Into<String>, T: Into<String>>(
        mut self,
        language: impl Into<String>,
        texts: impl IntoIterator<Item = (C, T)>,
    ) -> Self {
        let texts = texts.into_iter().map(|(code, text)| (code.into(), text.into()));
        self.messages.entry(language.into()).or_default().extend(texts);
        self
    }

    /// Sets the default book of calls.
    #[must_use]
    pub fn book(mut self, book: Book) -> Self {
        self.book = book;
        self
    }

    /// Refuses every book but these.
    #[must_use]
    pub fn declare_books<I: IntoIterator<Item = Book>>(mut self, books: I) -> Self {
        self.books = Books::Declared(books.into_iter().collect());
        self
    }

    /// Sets what happens to the schema.
    #[must_use]
    pub const fn migrate(mut self, migrate: Migrate) -> Self {
        self.migrate = migrate;
        self
    }

    /// Opens a store for reading only: a call that writes is `not_supported`, the schema stays as it is, and
    /// there is no background. A SQLite file may then lack the right to be written, as may its folder, and no
    /// files are left next to a copy that nobody has open; a PostgreSQL server may be a standby.
    ///
    /// ```
    /// use earnest::requests::{RunVerify, TopUp};
    /// use earnest::{Code, Engine, Options};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), earnest::Error> {
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let url = format!("sqlite:{}/shop.db", folder.path().display());
    /// # Engine::open(&url).await?.close().await;
    /// let audited = Engine::open_with(&url, Options::new().read_only(true)).await?;
    /// assert!(audited.admin().verify(RunVerify::new()).await?.ok);
    /// let refused = audited.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t-1")).await.unwrap_err();
    /// assert_eq!(refused.code(), Code::NotSupported);
    /// # audited.close().await;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Whether this process runs sequencer, timers and its job handlers in the background.
    #[must_use]
    pub const fn background(mut self, background: bool) -> Self {
        self.background = Some(background);
        self
    }

    /// Sets how often the background has the rank of accounts follow the log.
    #[doc(hidden)]
    #[must_use]
    pub const fn rank_every(mut self, every: Duration) -> Self {
        self.rank_every = every;
        self
    }

    /// Refuses calls without an actor.
    #[must_use]
    pub const fn require_actor(mut self, require: bool) -> Self {
        self.require_actor = require;
        self
    }

    /// Sets the keys that receipts are signed with.
    ///
    /// ```
    /// use earnest::keyring::Keyring;
    /// use earnest::Options;
    /// # let text = Keyring::for_tests().to_text();
    /// // `text` is what `earnest keygen` prints; `file:` and a path does as well
    /// let options = Options::new().keyring(Keyring::request("keyring", &text)?);
    /// # assert!(options.keyring.is_some());
    /// # Ok::<(), earnest::Error>(())
    /// ```
    #[must_use]
    pub fn keyring(mut self, keyring: Keyring) -> Self {
        (self.keyring, self.keyring_source) = (Some(keyring), None);
        self
    }

    /// Has the keyring fetched when the engine is opened, and by [`Engine::reload_keyring`]: from a secrets
    /// manager, for example. The last of this and [`Options::keyring`] counts, so after [`Options::from_env`]
    /// it replaces `EARNEST_KEYRING`.
    ///
    /// Opening is `invalid_request` naming `keyring` where nothing is fetched within 30 seconds.
    ///
    /// [`Engine::reload_keyring`]: crate::Engine::reload_keyring
    #[must_use]
    pub fn keyring_from(mut self, source: Arc<dyn KeySource>) -> Self {
        (self.keyring, self.keyring_source) = (None, Some(Source::new(source)));
        self
    }

    /// Checks the messages, and fetches the keyring from its source.
    pub(crate) async fn prepared(mut self) -> Result<Self> {
        checked(&self.messages)?;
        if let Some(source) = &self.keyring_source {
            self.keyring = Some(unsealed::fetched(source).await?);
        }
        Ok(self)
    }

    /// Adds a domain after those of the library.
    #[doc(hidden)]
    #[must_use]
    pub fn domain(mut self, domain: Arc<dyn Domain>) -> Self {
        self.domains.push(domain);
        self
    }

    /// Adds a gate after those that were added before.
    #[doc(hidden)]
    #[must_use]
    pub fn gate(mut self, gate: Arc<dyn Gate>) -> Self {
        self.gates.push(gate);
        self
    }

    /// Sets the policies that every book begins with, instead of the default one; an empty list switches that
    /// off.
    ///
    /// ```
    /// use earnest::Options;
    /// use earnest::requests::SetPolicy;
    /// let nobody_is_asked = Options::new().policies([]);
    /// let three = Options::new().policies([SetPolicy::new("large", "ledger.*", "5000.00 USD").approvers(3_u32)]);
    /// # assert_eq!((nobody_is_asked.policies.unwrap().len(), three.policies.unwrap().len()), (0, 1));
    /// ```
    #[must_use]
    pub fn policies<I: IntoIterator<Item = SetPolicy>>(mut self, policies: I) -> Self {
        self.policies = Some(policies.into_iter().collect());
        self
    }

    /// Sets the rules that every book begins with. Opening writes them into the engine's own book, and the
    /// first call that one of them is about and that they let through into another, unless a rule was ever
    /// set there. From then on they are the book's own, whatever the options of the next process say:
    /// `risk.set_rule` and `risk.remove_rule` change them, and `risk.rules` shows them. Options that differ
    /// from what the engine's own book has are a warning in the log.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// use earnest::requests::{SetRule, TopUp};
    /// use earnest::{Code, Engine, Options};
    /// let most = SetRule::new("top-ups", "ledger.top_up", "account", "count", 1, "block").window("day");
    /// let bank = Engine::open_with("memory:", Options::new().rules([most])).await?;
    /// bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-1")).await?;
    /// let again = bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-2")).await.unwrap_err();
    /// assert_eq!(again.code(), Code::VelocityBlocked);
    /// # bank.close().await;
    /// # Ok::<(), earnest::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn rules<I: IntoIterator<Item = SetRule>>(mut self, rules: I) -> Self {
        self.rules = rules.into_iter().collect();
        self
    }

    /// Sets the rates that every book begins with: as [`Options::rules`].
    #[must_use]
    pub fn rates<I: IntoIterator<Item = SetRate>>(mut self, rates: I) -> Self {
        self.rates = rates.into_iter().collect();
        self
    }

    /// Sets schema (PostgreSQL) and table prefix (SQLite).
    #[must_use]
    pub fn names(mut self, schema: impl Into<String>, table_prefix: impl Into<String>) -> Self {
        self.schema = schema.into();
        self.table_prefix = table_prefix.into();
        self
    }

    /// Sets the number of connections.
    #[must_use]
    pub const fn pool_size(mut self, connections: u32) -> Self {
        self.pool_size = connections;
        self
    }

    /// Sets the bounds of the queue and of a group.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what the hash of a PIN costs: memory in KiB, passes and lanes of argon2id, 19 MiB, 2 and 1 unless
    /// set. Each hash records its cost. A cheaper hash is replaced at the next right PIN; a dearer one stays.
    ///
    /// ```
    /// use earnest::Options;
    /// use earnest::credential::pin::Cost;
    /// let dearer = Options::new().pin_cost(Cost::new(64 * 1024, 3, 1)?);
    /// # assert_ne!(dearer.pin_cost, Cost::default());
    /// # Ok::<(), earnest::Error>(())
    /// ```
    #[must_use]
    pub const fn pin_cost(mut self, cost: Cost) -> Self {
        self.pin_cost = cost;
        self
    }

    /// Sets how long a job that is done stays in the list.
    #[must_use]
    pub const fn keep_jobs(mut self, span: Span) -> Self {
        self.keep_jobs = span;
        self
    }

    /// Does jobs of this kind in this process: in its background, and in `jobs.run_due`. A later handler of a
    /// kind replaces an earlier one. Without one, jobs of the kind wait for a worker that leases them.
    #[must_use]
    pub fn handler(mut self, kind: &str, handler: Arc<dyn Handler>) -> Self {
        self.handlers.insert(kind, handler);
        self
    }

    /// Runs the calls of a gateway in this process by the built-in driver that `payments.set_gateway` names:
    /// in its background, and in `jobs.run_due`. The gateway's secrets are opened for each call, so the
    /// engine needs the keyring that they were sealed with. Several processes may do so with one gateway:
    /// each call is made by one of them, once. Calls of every book that has a gateway of this name are made,
    /// unless [`Drive::in_book`](crate::Drive::in_book) names one.
    ///
    /// ```
    /// use earnest::{Drive, Options};
    /// let options = Options::new().gateway("cards", Drive::new());
    /// # assert!(options.handlers.get("gateway.cards").is_some());
    /// ```
    #[cfg(feature = "gateways")]
    #[must_use]
    pub fn gateway(self, id: &str, drive: crate::gateway::drive::Drive) -> Self {
        let kind = crate::payment::gateway::job_kind(id);
        self.handler(&kind, crate::payment::driven::Driven::handler(drive))
    }

    /// Asks the nodes of chains that have addresses (`urls` of `withdrawals.set_chain`) in this process: in
    /// its background, and in `jobs.run_due`. Addresses are sealed, so the engine needs the keyring that they
    /// were sealed with. Several processes may do so with one chain. Jobs of chains without addresses stay
    /// for your own workers.
    ///
    /// ```
    /// use earnest::{DriveChains, Options};
    /// let options = Options::new().chain(DriveChains::new());
    /// # assert!(options.handlers.get("chain.observe").is_some());
    /// ```
    #[cfg(feature = "chain")]
    #[must_use]
    pub fn chain(self, drive: crate::chain::drive::DriveChains) -> Self {
        let driven = crate::withdrawal::driven::DrivenChains::handler(drive);
        crate::chain::JOBS.into_iter().fold(self, |options, kind| options.handler(kind, driven.clone()))
    }

    /// Sends the webhooks that jobs of the kind `webhook.deliver` ask for in this process, signed with the
    /// keyring's secrets or with given ones.
    #[cfg(feature = "webhooks")]
    #[must_use]
    pub fn webhooks(self, webhooks: crate::jobs::webhooks::send::Webhooks) -> Self {
        self.handler(crate::jobs::webhooks::DELIVER, webhooks.handler())
    }

    /// Sends the events of a sink of the default book to a broker, in the background of this process. Several
    /// processes may do so with one sink: one of them has its events at a time. A later broker of a sink
    /// replaces an earlier one.
    ///
    /// The sink is made with `events.subscribe`, before or after the engine is opened; until then nothing is
    /// sent. [`Engine::deliver`](crate::Engine::deliver) does the same for as long as it is wanted.
    ///
    /// ```
    /// use earnest::Options;
    /// use earnest::brokers::Broker;
    /// # #[cfg(feature = "rabbitmq")] {
    /// let broker = Broker::request("url", "amqp://mq.example/?exchange=money&routing_key={type}")?;
    /// let options = Options::new().deliver("orders", broker);
    /// # assert_eq!(options.deliveries.len(), 1);
    /// # }
    /// # Ok::<(), earnest::Error>(())
    /// ```
    #[cfg(feature = "brokers")]
    #[must_use]
    pub fn deliver(mut self, sink: impl Into<String>, broker: crate::brokers::Broker) -> Self {
        self.deliveries.insert(sink.into(), broker);
        self
    }

    /// Declares the clock to be right, as that of a device with network time is: timers run at once, also on
    /// a store that was not used for a long time.
    #[must_use]
    pub const fn clock_is_right(mut self, right: bool) -> Self {
        self.clock_is_right = right;
        self
    }

    /// Sets clock and seeds.
    #[must_use]
    pub fn env(mut self, env: Env) -> Self {
        self.env = env;
        self
    }
}
