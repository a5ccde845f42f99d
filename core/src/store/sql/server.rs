//! Detects whether the PostgreSQL server is still the one that was read before.
//!
//! A failover, a restore or a restart on an older data folder gives the same address another history. So
//! every new connection asks, in the round trip of its settings, which server it has reached. A difference,
//! or a broken connection, raises a number, and rows cached under the old number are dropped.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The server that a connection has reached: cluster, database, timeline, start time, and whether it is in
/// recovery.
pub(crate) type Arrival = Vec<Option<String>>;

/// The server as this process knows it.
#[derive(Debug, Default)]
pub(crate) struct History {
    number: AtomicU64,
    arrived: Mutex<Option<Arrival>>,
    /// The server does not let this role read its control data.
    restricted: AtomicBool,
}

impl History {
    /// Rises with every break.
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Notes that a connection broke: the next one may reach another server.
    pub(crate) fn broke(&self) {
        self.number.fetch_add(1, Ordering::AcqRel);
    }

    /// Notes the server that a new connection has reached.
    pub(crate) fn arrived(&self, at: Arrival) {
        let mut known = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_some_and(|known| *known != at) {
            self.broke();
        }
        *known = Some(at);
    }

    /// The server that keeps the store, in the form of its record; `None` in recovery, where nothing can be
    /// recorded.
    pub(crate) fn server(&self) -> Option<String> {
        let known = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.as_ref()?;
        let part = |index: usize| at.get(index).and_then(Option::as_deref).unwrap_or("-");
        let in_recovery = at.get(4).and_then(Option::as_deref) == Some("t");
        (!in_recovery).then(|| format!("{}/{}/{}", part(0), part(1), part(2)))
    }

    /// The statement that asks where a connection has arrived, one row of text.
    pub(crate) fn question(&self) -> &'static str {
        if self.restricted.load(Ordering::Relaxed) { RESTRICTED } else { WHERE }
    }

    /// Switches to the restricted question; `false` where it was in use already.
    pub(crate) fn restrict(&self) -> bool {
        !self.restricted.swap(true, Ordering::Relaxed)
    }
}

/// A server in recovery has no timeline of its own yet.
const WHERE: &str = "SELECT CAST(s.system_identifier AS text) AS c0, \
    CAST((SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()) AS text) AS c1, \
    CASE WHEN pg_is_in_recovery() THEN NULL ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS c2, \
    CAST(extract(epoch FROM pg_postmaster_start_time()) AS text) AS c3, \
    CASE WHEN pg_is_in_recovery() THEN 't' ELSE 'f' END AS c4 FROM pg_control_system() AS s";
/// The question that every role may ask. A managed server that hides its control data still reports when it
/// started.
const RESTRICTED: &str = "SELECT CAST(NULL AS text) AS c0, \
    CAST((SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()) AS text) AS c1, \
    CAST(NULL AS text) AS c2, CAST(extract(epoch FROM pg_postmaster_start_time()) AS text) AS c3, \
    CASE WHEN pg_is_in_recovery() THEN 't' ELSE 'f' END AS c4";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_begins_where_a_connection_arrives_elsewhere_or_breaks() {
        let history = History::default();
        let at =
            |started: &str| vec![Some("7".to_owned()), Some("5".to_owned()), None, Some(started.to_owned())];
        history.arrived(at("1"));
        history.arrived(at("1"));
        assert_eq!(history.number(), 0, "a pool that fills up");
        history.arrived(at("2"));
        history.arrived(at("2"));
        assert_eq!(history.number(), 1);
        history.broke();
        history.arrived(at("2"));
        assert_eq!(history.number(), 2);
        assert!(history.restrict() && !history.restrict());
        assert_eq!(history.question(), RESTRICTED);
    }
}
