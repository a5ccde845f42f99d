//! Decides whether the PostgreSQL server behind a connection is of the history that this process serves.
//!
//! A failover, a restore or a restart on an older data folder gives the same address another history, and a
//! primary that was replaced may come back beside its successor. So every new connection asks, in the round
//! trip of its settings, which server it has reached, and [`judge`] compares the answer with what is served:
//! the connection joins, or it is newer and everything follows it, or it is refused. A process never goes
//! back to a history that it has left. A difference, or a broken connection, raises a number, and rows cached
//! under the old number are dropped.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Cells, Flavour, Names, SYSTEM, load};
use crate::env;
use crate::rows::identity::Identity;
use crate::store::fault::{Fault, FaultKind};
use crate::store::{Finding, Level};

/// How many servers of one history are told from unknown ones without the long question.
const TOKENS: usize = 16;
/// How long a refused server is reported.
const REPORTED: Duration = Duration::from_mins(10);
/// How long the log is silent about a server that is refused again.
const SILENT: Duration = Duration::from_mins(1);

/// The answer of the server that a connection has reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// The identifier of the cluster, unless the server hides it.
    cluster: Option<String>,
    database: Option<String>,
    /// The timeline of its write-ahead log, as the server names it; none in recovery.
    wal: Option<String>,
    /// The answer to [`TOKEN`].
    token: String,
    in_recovery: bool,
    /// The store that it keeps, once there is one.
    identity: Option<Identity>,
}

impl Arrival {
    /// Reads the answer to [`History::question`].
    pub(crate) fn read(cells: &Cells) -> Self {
        let cell = |index: usize| cells.get(index).cloned().flatten();
        Self {
            cluster: cell(0),
            database: cell(1),
            wal: cell(2),
            token: cell(3).unwrap_or_default(),
            in_recovery: cell(4).as_deref() == Some("t"),
            identity: cells.get(5..).and_then(|cells| load::identity(cells).ok()),
        }
    }

    /// Whether both are servers of one cluster, so that their timelines are numbers of one row.
    fn is_kin(&self, other: &Self) -> bool {
        (&self.cluster, &self.database) == (&other.cluster, &other.database)
    }

    /// The number of the timeline of its write-ahead log.
    fn timeline(&self) -> Option<u32> {
        u32::from_str_radix(self.wal.as_deref()?, 16).ok()
    }
}

/// The owner of a connection that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// The engine's own, or one that the engine's pool was lent: where it leads is where the store is.
    Engine,
    /// One that the engine does not rest on: the application's own in its transaction, or a look at another
    /// server.
    Aside,
    /// The engine's own, behind a router that may have another of several servers answer each time.
    Router,
}

/// The judgement on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    /// It is of the history that is served.
    Joins,
    /// It leads to a newer one, which is served from now on.
    Leads,
    /// It leads to another one.
    Refused(&'static str),
}

const OLDER: &str = "the server is of an older timeline than the one that this engine serves";
const LEFT: &str = "the server keeps a history of the store that this engine has left";
const OTHER_STORE: &str = "the server keeps another store";
const OTHER_SERVER: &str = "the server is not the one that this engine serves";

/// Compares a server with the one that is served and with those that were left before.
fn judge(served: &Arrival, left: &[Arrival], at: &Arrival, via: Via) -> Admission {
    if via == Via::Router || at.token == served.token && at.is_kin(served) {
        return Admission::Joins;
    }
    let was_left = |left: &Arrival| left.identity == at.identity && at.identity != served.identity;
    let gone_back = at.identity.is_some() && left.iter().any(was_left);
    if at.is_kin(served) {
        return match (served.timeline(), at.timeline()) {
            (Some(served), Some(at)) if at < served => Admission::Refused(OLDER),
            (Some(served), Some(at)) if at > served => Admission::Leads,
            _ if gone_back => Admission::Refused(LEFT),
            _ => Admission::Joins,
        };
    }
    let store = |at: &Arrival| at.identity.map(|identity| identity.store);
    let known = at.cluster.is_some() && served.cluster.is_some();
    if store(at).is_some() && store(served).is_some() && store(at) != store(served) {
        Admission::Refused(OTHER_STORE)
    } else if gone_back || known && left.iter().any(|left| left.is_kin(at)) {
        Admission::Refused(LEFT)
    } else if !known {
        // a server that hides its cluster cannot be told from its copies
        Admission::Joins
    } else if via == Via::Aside {
        Admission::Refused(OTHER_SERVER)
    } else {
        Admission::Leads
    }
}

/// A server that was refused.
#[derive(Debug)]
struct Refusal {
    at: Instant,
    /// Where it is, and why it was refused.
    said: String,
}

/// The server that is served, and those that were left.
#[derive(Debug, Default)]
struct Served {
    by: Option<Arrival>,
    /// The tokens of servers that have joined.
    tokens: Vec<String>,
    left: Vec<Arrival>,
    last: Option<Arrival>,
    refusal: Option<Refusal>,
}

impl Served {
    fn leave(&mut self, server: Arrival) {
        if !self.left.contains(&server) {
            self.left.push(server);
        }
    }

    fn join(&mut self, mut at: Arrival) {
        if !self.tokens.contains(&at.token) {
            self.tokens.truncate(TOKENS - 1);
            self.tokens.insert(0, at.token.clone());
        }
        // a standby says less than its primary did
        if at.in_recovery && self.by.as_ref().is_some_and(|by| !by.in_recovery) {
            return;
        }
        let Some(by) = self.by.take() else {
            self.by = Some(at);
            return;
        };
        if by.identity != at.identity {
            // an answer may be older than the timeline that began meanwhile
            if self.left.iter().any(|left| left.identity == at.identity) {
                at.identity = by.identity;
            } else {
                self.leave(by);
            }
        }
        self.by = Some(at);
    }
}

/// The server as this process knows it.
#[derive(Debug, Default)]
pub(crate) struct History {
    number: AtomicU64,
    /// How many histories were left.
    line: AtomicU64,
    served: Mutex<Served>,
    /// How much the server hides from this role, as an index of [`WHERE`].
    hidden: AtomicU8,
    /// Whether the tables are there.
    has_store: AtomicBool,
}

impl History {
    fn served(&self) -> MutexGuard<'_, Served> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rises with every break.
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Rises with every history that is left. What a connection of an earlier one answers is not passed on.
    pub(crate) fn line(&self) -> u64 {
        self.line.load(Ordering::Acquire)
    }

    /// Notes that a connection broke: the next one may reach another server.
    pub(crate) fn broke(&self) {
        self.number.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes that the tables are there: from now on a connection is asked whose they are.
    pub(crate) fn found_store(&self) {
        self.has_store.store(true, Ordering::Release);
    }

    /// Whether a server that answers [`TOKEN`] so has joined.
    pub(crate) fn knows(&self, token: &str) -> bool {
        self.served().tokens.iter().any(|known| known == token)
    }

    /// Judges the server that a new connection has reached, at `name`, and returns the [line](Self::line)
    /// that the connection is of.
    pub(crate) fn arrived(&self, at: Arrival, via: Via, name: &str) -> Result<u64, Fault> {
        let mut served = self.served();
        let admission = served.by.as_ref().map_or(Admission::Joins, |by| judge(by, &served.left, &at, via));
        if let Admission::Refused(why) = admission {
            return Err(refuse(&mut served, name, why));
        }
        if served.last.as_ref().is_some_and(|last| *last != at) {
            self.broke();
        }
        served.last = Some(at.clone());
        if admission == Admission::Leads {
            tracing::warn!(
                server = name,
                "the store is on a newer server: connections to the one before are given up"
            );
            served.tokens.clear();
            if let Some(before) = served.by.take() {
                served.leave(before);
            }
            self.line.fetch_add(1, Ordering::AcqRel);
        }
        served.join(at);
        Ok(self.line())
    }

    /// The server that keeps the store, in the form of its record; `None` in recovery, where nothing can be
    /// recorded.
    pub(crate) fn server(&self) -> Option<String> {
        let served = self.served();
        let by = served.by.as_ref().filter(|by| !by.in_recovery)?;
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
        Some(format!("{}/{}/{}", part(&by.cluster), part(&by.database), part(&by.wal)))
    }

    /// The check `history` of `admin.health`: a warning for a while after a server was refused.
    pub(crate) fn finding(&self) -> Finding {
        let served = self.served();
        let age = |refusal: &Refusal| env::monotonic_now().saturating_duration_since(refusal.at);
        let (level, detail) = match served.refusal.as_ref().map(|refusal| (age(refusal), &refusal.said)) {
            Some((age, said)) if age < REPORTED => {
                (Level::Warning, format!("refused {} s ago: {said}; stop that server", age.as_secs()))
            }
            _ => (Level::Healthy, "every connection leads to the same history".to_owned()),
        };
        Finding { name: "history", level, detail }
    }

    /// The statement that asks where a connection has arrived, one row of text, and how much it leaves out.
    pub(crate) fn question(&self, names: &Names) -> (String, u8) {
        let hidden = self.hidden.load(Ordering::Relaxed);
        let last = u8::try_from(WHERE.len() - 1).unwrap_or(u8::MAX);
        let parts = WHERE.get(usize::from(hidden.min(last))).copied().unwrap_or_default();
        // any of several servers may answer for the others' books, and none of them is refused
        let is_one = names.flavour() == Flavour::Plain;
        let own = match is_one && self.has_store.load(Ordering::Acquire) && hidden < last {
            true => identity(names),
            false => String::new(),
        };
        let [cluster, wal, from] = parts;
        (
            format!(
                "SELECT {cluster} AS c0, {DATABASE} AS c1, {wal} AS c2, ({TOKEN}) AS c3, {RECOVERY} AS c4{own}{from}"
            ),
            hidden,
        )
    }

    /// Asks for less, where the server forbids a question that left out `hidden`; `false` where there is
    /// nothing less to ask for.
    pub(crate) fn restrict(&self, hidden: u8) -> bool {
        let less = usize::from(hidden) + 1 < WHERE.len();
        if less {
            self.hidden.fetch_max(hidden + 1, Ordering::Relaxed);
        }
        less
    }
}

/// Notes a refusal, and logs it unless the same one was logged a moment ago.
fn refuse(served: &mut Served, name: &str, why: &str) -> Fault {
    let (at, said) = (env::monotonic_now(), format!("{name}: {why}"));
    let again = |before: &Refusal| before.said == said && at.saturating_duration_since(before.at) < SILENT;
    if served.refusal.as_ref().is_none_or(|before| !again(before)) {
        tracing::warn!("a connection was refused: {said}");
        served.refusal = Some(Refusal { at, said: said.clone() });
    }
    Fault::new(FaultKind::Unavailable, said)
}

/// The failure of what was done on a server that was left before it answered.
pub(crate) fn left(kind: FaultKind) -> Fault {
    Fault::new(kind, "the store is on a newer server since the statement was sent")
}

/// The columns that say which store a server keeps.
fn identity(names: &Names) -> String {
    let meta = names.table("meta");
    let column = |column: &str, name: &str| {
        format!(", (SELECT CAST(i.{column} AS text) FROM {meta} AS i WHERE i.book = '{SYSTEM}') AS {name}")
    };
    column("store", "c5") + &column("timeline", "c6")
}

/// Asks a server for what tells it from every other, in memory alone: when it was started, and whether it is
/// in recovery.
pub(crate) const TOKEN: &str = "SELECT lpad(to_hex(CAST(extract(epoch FROM pg_postmaster_start_time()) * 1000000 AS bigint)), 16, '0') \
    || CASE WHEN pg_is_in_recovery() THEN 'r' ELSE '' END";

const DATABASE: &str =
    "CAST((SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()) AS text)";
const RECOVERY: &str = "CASE WHEN pg_is_in_recovery() THEN 't' ELSE 'f' END";
const NONE: &str = "CAST(NULL AS text)";
/// A server in recovery has no timeline of its own yet.
const WAL: &str =
    "CASE WHEN pg_is_in_recovery() THEN NULL ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END";
/// The cluster, the timeline, and where the cluster is read: for a role that may ask for everything, for one
/// that may not read the control data, and for a server that has neither.
const WHERE: [[&str; 3]; 3] = [
    ["CAST(s.system_identifier AS text)", WAL, " FROM pg_control_system() AS s"],
    [NONE, WAL, ""],
    [NONE, NONE, ""],
];

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(cluster: &str, wal: &str, started: &str, timeline: u128) -> Arrival {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Arrival {
            cluster: text(cluster),
            database: text("5"),
            wal: text(wal),
            token: started.to_owned(),
            in_recovery: wal.is_empty() && !cluster.is_empty(),
            identity: Some(Identity { store: Uuid::from_u128(1), timeline: Uuid::from_u128(timeline) }),
        }
    }

    fn arrive(history: &History, arrival: &Arrival) -> Result<u64, String> {
        history.arrived(arrival.clone(), Via::Engine, "here").map_err(|fault| fault.reason)
    }

    #[test]
    fn a_number_begins_where_a_connection_arrives_elsewhere_or_breaks() {
        let history = History::default();
        for (started, number) in [("1", 0), ("1", 0), ("2", 1), ("2", 1)] {
            assert_eq!(
                arrive(&history, &at("7", "00000001", started, 1)),
                Ok(0),
                "a server that was restarted"
            );
            assert_eq!(history.number(), number, "{started}");
        }
        history.broke();
        assert_eq!(history.number(), 2);
    }

    #[test]
    fn a_primary_that_was_replaced_does_not_come_back() {
        let history = History::default();
        let (old, new) = (at("7", "0000000F", "1", 1), at("7", "00000010", "2", 1));
        assert_eq!(arrive(&history, &old), Ok(0));
        assert_eq!(arrive(&history, &new), Ok(1));
        assert!(history.knows("2") && !history.knows("1"));
        let back = Arrival { token: "3".to_owned(), ..old };
        assert_eq!(arrive(&history, &back), Err(format!("here: {OLDER}")));
        // the timeline of the store has begun on the new one, which a standby of the old one lacks
        assert_eq!(arrive(&history, &at("7", "00000010", "2", 2)), Ok(1));
        assert_eq!(arrive(&history, &at("7", "", "4", 1)), Err(format!("here: {LEFT}")));
        assert_eq!(arrive(&history, &at("7", "", "5", 2)), Ok(1));
        assert_eq!(
            history.server().as_deref(),
            Some("7/5/00000010"),
            "a standby is not where the store is kept"
        );
        assert_eq!(history.finding().level, Level::Warning);
    }

    #[test]
    fn another_cluster_leads_once_and_the_one_before_never_again() {
        let history = History::default();
        let (old, new) = (at("7", "00000001", "1", 1), at("8", "00000001", "2", 1));
        assert_eq!((arrive(&history, &old), arrive(&history, &new)), (Ok(0), Ok(1)));
        for back in [old, at("7", "00000002", "3", 1)] {
            assert_eq!(arrive(&history, &back), Err(format!("here: {LEFT}")));
        }
        let other =
            Arrival { identity: Some(Identity::first(Uuid::from_u128(9))), ..at("9", "00000001", "4", 1) };
        assert_eq!(arrive(&history, &other), Err(format!("here: {OTHER_STORE}")));
        let copy =
            history.arrived(at("9", "00000001", "4", 1), Via::Aside, "here").map_err(|fault| fault.reason);
        assert_eq!(copy, Err(format!("here: {OTHER_SERVER}")), "a transaction leads nowhere");
    }

    #[test]
    fn servers_that_hide_what_they_are_are_told_apart_by_the_store_alone() {
        let history = History::default();
        for started in ["1", "2", "1"] {
            assert_eq!(arrive(&history, &at("", "", started, 1)), Ok(0), "nodes behind one address");
        }
        assert_eq!(arrive(&history, &at("", "", "2", 2)), Ok(0));
        assert_eq!(arrive(&history, &at("", "", "1", 1)), Err(format!("here: {LEFT}")));
    }

    #[test]
    fn what_is_forbidden_is_not_asked_again() {
        let (history, names) = (History::default(), Names::postgres("shop").unwrap());
        history.found_store();
        let asked = |part: &str| history.question(&names).0.contains(part);
        assert!(asked("system_identifier") && asked("pg_walfile_name") && asked("i.timeline"));
        assert!(history.restrict(0) && !asked("system_identifier") && asked("pg_walfile_name"));
        assert!(history.restrict(0) && asked("pg_walfile_name"), "another connection was refused the same");
        assert!(history.restrict(1) && !asked("pg_walfile_name") && !asked("i.timeline"));
        assert!(!history.restrict(2));
    }
}
