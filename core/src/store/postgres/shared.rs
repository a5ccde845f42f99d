//! State that all sessions of a store share: how to connect, and what was noticed about the way to the
//! server.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgSeverity};

use super::exec::{Failure, fault, has_spoken, is_forbidden, is_session_over, unreachable};
use super::line::{Line, Timeouts, is_silent};
use super::target::{self, Role, Target};
use super::{PostgresOptions, tls};
use crate::currency::Currencies;
use crate::env::{Clock, Env};
use crate::store::fault::{Fault, FaultKind};
use crate::store::reachable_books::Reach;
use crate::store::sql::pool::Pool;
use crate::store::sql::server::{Arrival, History, TOKEN, Via};
use crate::store::sql::session_settings::{CLAIM, Steering};
use crate::store::sql::{Cells, Counters, Flavour, Names};

/// How often two connections are asked whether they still have their server process.
const ASKED: usize = 8;

/// How a connection is opened.
#[derive(Clone, Copy)]
enum OpenMode<'a> {
    /// With its settings, to be used.
    Settled,
    /// Without any, to be asked.
    Bare,
    /// Without settings, but with a [`target::MARK`] unless a pooler refuses it.
    Marked(&'a str),
}

/// After how many connections that break off in a row the search for a pooler fails.
const PROBES: u32 = 3;

pub(super) struct Shared {
    pub(super) names: Arc<Names>,
    pub(super) clock: Clock,
    pub(super) new_store: uuid::Uuid,
    pub(super) currencies: Arc<RwLock<Currencies>>,
    pub(super) counters: Arc<Counters>,
    target: Target,
    limits: Timeouts,
    /// The settings of a new connection.
    settings: String,
    /// The same for each transaction behind a pooler.
    pub(super) settings_of_each: String,
    steering: Steering,
    pub(super) connect_timeout: Duration,
    pub(super) lock_timeout: Duration,
    /// The engine was opened to read only.
    reads_only: bool,
    /// A pooler may give every transaction another connection of the server.
    pooled: AtomicBool,
    pub(super) pool_size: usize,
    pub(super) pool: Arc<Pool<Line>>,
    pub(super) history: Arc<History>,
    /// Which books have a server that answers, where there are several.
    pub(super) reach: Reach,
}

impl Shared {
    pub(super) fn new(names: Names, target: Target, options: PostgresOptions) -> Self {
        let (lock, statement) = (options.lock_timeout.min(CLAIM), options.statement_timeout);
        let (read_only, flavour) = (options.read_only, target.flavour);
        let steering = Steering { lock, statement, read_only, flavour };
        Self {
            names: Arc::new(names.flavoured(target.flavour)),
            clock: options.clock,
            new_store: options.new_store,
            currencies: options.currencies,
            counters: Arc::new(Counters::default()),
            limits: Timeouts::new(statement, options.connect_timeout),
            settings: steering.text(false),
            settings_of_each: steering.text(true),
            steering,
            connect_timeout: options.connect_timeout,
            lock_timeout: options.lock_timeout,
            reads_only: options.read_only,
            pooled: AtomicBool::new(target.pooled || !options.prepared_statements),
            target,
            pool_size: options.pool_size.max(1),
            pool: Pool::new(options.pool_size),
            history: Arc::default(),
            reach: Reach::default(),
        }
    }

    /// Notes where the tables were found to be. Connections are opened anew, with other settings.
    pub(super) fn set_flavour(&mut self, flavour: Flavour) {
        self.names = Arc::new(Names::clone(&self.names).flavoured(flavour));
        self.steering.flavour = flavour;
        (self.settings, self.settings_of_each) = (self.steering.text(false), self.steering.text(true));
        self.pool.distrust();
    }

    /// Whether a router spreads the books over servers, and the engine writes through it.
    pub(super) fn is_routed(&self) -> bool {
        self.target.flavour == Flavour::Spread && !self.reads_only
    }

    /// Which books have a server that answers, where there are several.
    pub(super) fn several(&self) -> Option<&Reach> {
        Some(&self.reach).filter(|_| self.names.flavour() == Flavour::Spread)
    }

    pub(super) fn check_open(&self) -> Result<(), Fault> {
        self.pool.check_open()
    }

    pub(super) fn is_pooled(&self) -> bool {
        self.pooled.load(Ordering::Acquire)
    }

    /// Connects to the first host whose server will do. Each host has an equal part of the time.
    pub(super) async fn connect(&self) -> Result<Line, Fault> {
        Ok(self.reach(OpenMode::Settled).await?.0)
    }

    async fn reach(&self, opened: OpenMode<'_>) -> Result<(Line, Role), Fault> {
        let Target { hosts, wanted, .. } = &self.target;
        let rounds = wanted.rounds();
        let tries = u32::try_from(hosts.len() * rounds).unwrap_or(u32::MAX).max(1);
        let mut refused = Fault::new(FaultKind::Unavailable, "the URL names no host");
        for round in 1..=rounds {
            for host in hosts {
                let name = self.target.name(host);
                let tried =
                    tokio::time::timeout(self.connect_timeout / tries, self.connect_to(host, opened)).await;
                let fault = |reason: &str| Fault::new(FaultKind::Unavailable, format!("{name}: {reason}"));
                refused = match tried {
                    Ok(Ok((mut line, role, at))) if wanted.takes(&role, round == rounds) => {
                        match at.map_or(Ok(()), |at| self.joins(&mut line, at, &name)) {
                            Ok(()) => return Ok((line, role)),
                            Err(refused) => {
                                line.close().await;
                                refused
                            }
                        }
                    }
                    Ok(Ok((line, ..))) => {
                        line.close().await;
                        fault("the server is not of the kind that the URL asks for")
                    }
                    Ok(Err(refused)) => refused,
                    Err(_) => fault("no answer in time"),
                };
            }
        }
        Err(refused)
    }

    async fn connect_to(
        &self,
        host: &PgConnectOptions,
        opened: OpenMode<'_>,
    ) -> Result<(Line, Role, Option<Arrival>), Fault> {
        let name = self.target.name(host);
        let conn = match opened {
            OpenMode::Marked(mark) => match connect(&host.clone().options([(target::MARK, mark)])).await {
                // a pooler refuses a setting that it does not know
                Err(error) if error.as_database_error().is_some() => connect(host).await,
                conn => conn,
            },
            OpenMode::Settled | OpenMode::Bare => connect(host).await,
        };
        let conn = conn.map_err(|error| unreachable(&error, &name))?;
        let mut line = Line::new(conn, self.limits);
        let (role, at) = match opened {
            OpenMode::Settled => self.prepare(&mut line, &name).await.map(|(role, at)| (role, Some(at)))?,
            OpenMode::Bare | OpenMode::Marked(_) => {
                (self.role(&mut line).await.map_err(|error| unreachable(&error, &name))?, None)
            }
        };
        // a URL that asks for read-only servers keeps them
        line.set_reads_only(role.reads_only && !self.target.wanted.is_of_readers());
        Ok((line, role, at))
    }

    async fn role(&self, line: &mut Line) -> Result<Role, sqlx::Error> {
        Ok(target::role(&line.rows(target::ROLE).await?.pop().unwrap_or_default()))
    }

    /// Applies the settings to a connection, and asks the server what it is and where the connection has
    /// arrived. Behind a pooler each transaction has its own settings.
    async fn prepare(&self, line: &mut Line, name: &str) -> Result<(Role, Arrival), Fault> {
        let settings = if self.is_pooled() { "" } else { &self.settings };
        let begin = if settings.is_empty() { "" } else { "; " };
        let texts = format!("{settings}{begin}{}; ", target::ROLE);
        let (mut rows, at) = self.ask_where(line, &texts).await.map_err(|error| unreachable(&error, name))?;
        // the settings may answer a row too
        Ok((target::role(&rows.pop().unwrap_or_default()), at))
    }

    /// Runs texts on a connection, and asks where it has arrived in the same round trip.
    async fn ask_where(&self, line: &mut Line, texts: &str) -> Result<(Vec<Cells>, Arrival), sqlx::Error> {
        loop {
            let (question, hidden) = self.history.question(&self.names);
            match line.rows(&format!("{texts}{question}")).await {
                Ok(mut rows) => {
                    let at = Arrival::read(&rows.pop().unwrap_or_default());
                    return Ok((rows, at));
                }
                Err(error) if is_forbidden(&error) && self.history.restrict(hidden) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Lets a connection in, unless its server is of another history.
    fn joins(&self, line: &mut Line, at: Arrival, name: &str) -> Result<(), Fault> {
        let via = if self.is_routed() { Via::Router } else { Via::Engine };
        line.set_history(self.history.arrived(at, via, name)?);
        Ok(())
    }

    /// Opens a transaction. Behind a pooler it brings the settings, and may be on another server than the one
    /// before, in the same round trip.
    pub(super) async fn open(&self, line: &mut Line, begin: &str) -> Result<(), Failure> {
        if !self.is_pooled() {
            return Ok(line.run(begin).await?);
        }
        let opened = format!("{begin}; {}; ", self.settings_of_each);
        let history = self.history.line();
        if self.is_routed() {
            line.set_history(history);
            return Ok(line.run(opened.trim_end_matches("; ")).await?);
        }
        let answer = line.rows(&format!("{opened}{TOKEN}")).await?.pop().unwrap_or_default();
        if self.history.knows(answer.first().and_then(Option::as_deref).unwrap_or_default()) {
            line.set_history(history);
            return Ok(());
        }
        // where the long question is forbidden it ends the transaction
        let (_, at) = self.ask_where(line, &format!("ROLLBACK; {opened}")).await?;
        self.joins(line, at, "the server behind the pooler").map_err(Failure::Elsewhere)
    }

    /// Whether a connection is of a history that was left since it joined: what was done on it is in doubt.
    pub(super) fn was_left(&self, line: &Line) -> bool {
        line.history() != self.history.line()
    }

    /// Looks at every server that the URL names, as far as they answer in time: a newer one is served from
    /// now on, and one of another history is reported.
    pub(super) async fn look_around(&self) {
        if self.target.hosts.len() < 2 || self.is_routed() {
            return;
        }
        let look = |host| async move {
            let (mut line, role, _) = self.connect_to(host, OpenMode::Bare).await?;
            let asked = self.ask_where(&mut line, "").await;
            line.close().await;
            let (_, at) = asked.map_err(|error| unreachable(&error, "a server"))?;
            if self.target.wanted.takes(&role, false) {
                self.history.arrived(at, Via::Aside, &self.target.name(host))?;
            }
            Ok::<(), Fault>(())
        };
        let looks = self.target.hosts.iter().map(|host| tokio::time::timeout(super::ANSWER, look(host)));
        for looked in futures_util::future::join_all(looks).await {
            if let Ok(Err(fault)) = looked {
                tracing::debug!(%fault, "a server of the URL was looked at");
            }
        }
    }

    /// Detects a transaction pooler that the URL does not mention. Behind one, two connections share a server
    /// process, or a connection changes its process between statements. No setting is made before that is
    /// known: another client would inherit it.
    pub(super) async fn probe(&self) -> Result<(), Fault> {
        if self.is_pooled() {
            return Ok(());
        }
        let late = |_| Fault::new(FaultKind::Unavailable, "no connection was had in time");
        let probe = async {
            let mut tried = 1;
            loop {
                match self.try_probe().await {
                    // a connection may break off while it is asked
                    Err(fault) if fault.kind == FaultKind::Unavailable && tried < PROBES => tried += 1,
                    // a wrong guess would leave our settings on the connections of other clients
                    Err(fault) if fault.kind == FaultKind::Unavailable => {
                        let reason = format!("{}; {PROBES} connections in a row broke off", fault.reason);
                        return Err(Fault { reason, ..fault });
                    }
                    done => return done,
                }
            }
        };
        let probe = tokio::time::timeout(self.connect_timeout, probe).await;
        if let Some(line) = probe.map_err(late)?? {
            let mut lease = self.pool.lease(&None, None).await?;
            let moment = lease.moment();
            lease.put(line, moment);
            lease.give_back();
        }
        Ok(())
    }

    /// Returns the probed connection, unless there is a pooler.
    async fn try_probe(&self) -> Result<Option<Line>, Fault> {
        let mark = Env::default().seed().ids().uuid().to_string();
        let (mut one, first) = self.reach(OpenMode::Marked(&mark)).await?;
        if first.mark == Some(mark) || self.stays_apart(&mut one, first).await? {
            let (_, at) = self.prepare(&mut one, "a connection").await?;
            self.joins(&mut one, at, "a connection")?;
            return Ok(Some(one));
        }
        self.becomes_pooled();
        Ok(None)
    }

    /// Whether each of two connections keeps a server process of its own. They are asked several times: a
    /// busy pooler may give both their earlier process by chance.
    async fn stays_apart(&self, one: &mut Line, first: Role) -> Result<bool, Fault> {
        let (mut other, second) = match self.reach(OpenMode::Bare).await {
            Ok(reached) => reached,
            // without room for a second connection nobody can tell; the settings for a pooler are always safe
            Err(fault) if has_spoken(&fault) => return Ok(false),
            Err(fault) => return Err(fault),
        };
        let mut apart = first.process != second.process;
        for _ in 0..ASKED {
            for (line, before) in [(&mut other, &second), (&mut *one, &first)] {
                if apart {
                    let role = self.role(line).await.map_err(|error| unreachable(&error, "a connection"))?;
                    apart = role.is_still(before);
                }
            }
        }
        other.close().await;
        Ok(apart)
    }

    /// Whether a worker node behind the router failed. The error reports a lost connection, but ours still
    /// works: PostgreSQL would have ended it with a fatal error.
    pub(super) fn is_elsewhere(&self, error: &sqlx::Error) -> bool {
        let said = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
        self.names.flavour() == Flavour::Spread
            && is_session_over(error)
            && said.is_some_and(|said| said.severity() == PgSeverity::Error)
    }

    fn becomes_pooled(&self) {
        if !self.pooled.swap(true, Ordering::AcqRel) {
            tracing::warn!(
                "a pooler gives transactions different connections: add `?pgbouncer=true` to the URL"
            );
        }
        self.pool.distrust();
    }

    /// Discards all connections, and raises the connection epoch, so that cached rows are dropped.
    pub(super) fn breaks(&self) {
        self.pool.distrust();
        self.history.broke();
    }

    /// Handles the answer of a read-only server. Unless the URL asks for one, the name may lead to another
    /// server by now.
    pub(super) fn meets_reader(&self) -> Result<(), Fault> {
        if self.reads_only || self.target.wanted.is_of_readers() {
            return Ok(());
        }
        self.breaks();
        Err(Fault::new(FaultKind::ReadOnly, "the server takes no writes"))
    }

    /// Acts on what a failure means for its connection, and for all the others.
    pub(super) fn noticed(&self, fault: Fault, error: &sqlx::Error) -> Fault {
        if self.is_elsewhere(error) {
            // the connection is sound, and so is what is known of other books
            let kind = if fault.kind == FaultKind::Unavailable { FaultKind::Away } else { fault.kind };
            return Fault { kind, ..fault };
        }
        // the name may lead to another server than this read-only or silent one by now
        if fault.kind == FaultKind::ReadOnly || is_silent(error) {
            self.breaks();
        } else if error.as_database_error().is_none() || is_session_over(error) {
            // rows read before may be outdated
            self.history.broke();
        }
        // signs of a pooler that was not detected when the store was opened; its own passing errors are fatal
        let state = error.as_database_error().and_then(|error| error.code());
        if matches!(state.as_deref(), Some("26000" | "42P05" | MIXED))
            && !is_fatal(error)
            && !self.is_pooled()
        {
            self.becomes_pooled();
        }
        fault
    }

    /// Refuses a pooler that takes no transactions. It answers a statement all the same, which tells it from
    /// one that is only out of order.
    pub(super) async fn try_pooler(&self) -> Result<(), Fault> {
        if !self.is_pooled() {
            return Ok(());
        }
        let (mut line, _) = self.reach(OpenMode::Bare).await?;
        let Err(error) = line.run("BEGIN").await else {
            line.close().await;
            return Ok(());
        };
        let refused = error.as_database_error().and_then(|error| error.code()).as_deref() == Some(MIXED);
        if refused && self.reach(OpenMode::Bare).await.is_ok() {
            let reason = "the pooler mixes statements: `pool_mode` must be `transaction` or `session`";
            return Err(Fault::not_supported("open", reason));
        }
        Err(self.noticed(fault(&error), &error))
    }
}

/// SQLSTATE of a protocol violation. Poolers have it for whatever they cannot do.
const MIXED: &str = "08P01";

/// Whether the connection ended with the error.
fn is_fatal(error: &sqlx::Error) -> bool {
    let said = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    said.is_some_and(|said| said.severity() != PgSeverity::Error)
}

/// Connects. A host that accepts any certificate also accepts those that the TLS library refuses.
pub(super) async fn connect(host: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    match host.connect().await {
        Err(error) if tls::takes_any_certificate(host) && tls::refused_certificate(&error).is_some() => {
            tls::connect(host, error).await
        }
        conn => conn,
    }
}
