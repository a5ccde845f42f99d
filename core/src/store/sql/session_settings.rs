//! The settings of our own transactions on PostgreSQL: time-outs, a planner that uses keys, durable commits,
//! and an error where a policy would hide rows.

use std::time::Duration;

use super::Flavour;

/// How long the write of a group waits for another transaction's claim. After that the group is searched for
/// the command that causes the wait. A commit of another process takes less.
pub(crate) const CLAIM: Duration = Duration::from_millis(250);
/// The same wait during that search. A command that is suspected wrongly only loses its place in the group.
pub(crate) const BRIEF: Duration = Duration::from_millis(40);
/// How much longer than the server's own time-out the answer to a statement may take.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
/// How long a silent transaction is kept where statements may take for ever.
const ENDLESS: Duration = Duration::from_secs(60);

/// How the transactions of a store are steered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steering {
    /// How long a statement waits for a lock.
    pub(crate) lock: Duration,
    /// How long it may take; zero is for ever.
    pub(crate) statement: Duration,
    /// Nothing is written.
    pub(crate) read_only: bool,
    /// Where the tables are.
    pub(crate) flavour: Flavour,
}

impl Steering {
    /// The statements that set time-outs and the planner on a connection of our own. Every statement finds
    /// its rows by key: a plan that was made while a table was small must not stay a scan. Commits are
    /// durable even where the server's default is otherwise.
    ///
    /// `local` settings end with the open transaction. They are for a pooler and for connections of the
    /// application, where the next transaction belongs to another client.
    #[cfg(feature = "postgres")]
    pub(crate) fn text(self, local: bool) -> String {
        if self.flavour == Flavour::Plain {
            return self.statement(local);
        }
        // a router applies SET to every server, but does not understand `set_config`
        let scope = if local { "LOCAL " } else { "" };
        let set = |(name, value): (&str, String)| format!("SET {scope}{name} = {value}; ");
        let all: String = self.settings(local).into_iter().map(set).collect();
        format!("{all}SELECT set_config('synchronous_commit', 'on', {local}) WHERE {SYNCHRONOUS} = 'off'")
    }

    /// The same as one statement.
    pub(crate) fn statement(self, local: bool) -> String {
        let mut settings = self.settings(local);
        let durable = format!("CASE {SYNCHRONOUS} WHEN 'off' THEN 'on' ELSE {SYNCHRONOUS} END");
        settings.push(("synchronous_commit", durable));
        let set = |(name, value): (&str, String)| format!("set_config('{name}', {value}, {local})");
        format!("SELECT {}", settings.into_iter().map(set).collect::<Vec<_>>().join(", "))
    }

    fn settings(self, local: bool) -> Vec<(&'static str, String)> {
        let millis = |time: Duration| format!("'{}'", time.as_millis());
        let off = || "'off'".to_owned();
        let plans = match self.flavour {
            Flavour::Plain => "'force_generic_plan'",
            // such a database finds the server by the values of a statement
            Flavour::Spread => "'force_custom_plan'",
        };
        let mut settings = vec![
            // rows that a policy hides are an error, and not rows that are not there
            ("row_security", off()),
            ("lock_timeout", millis(self.lock)),
            ("statement_timeout", millis(self.statement)),
            ("idle_in_transaction_session_timeout", millis(self.idle())),
            ("enable_seqscan", off()),
            ("enable_bitmapscan", off()),
            ("enable_hashjoin", off()),
            ("enable_mergejoin", off()),
            ("jit", off()),
            ("max_parallel_workers_per_gather", "'0'".to_owned()),
            ("plan_cache_mode", plans.to_owned()),
        ];
        if self.read_only {
            // for the open transaction, or for every one of a connection
            let name = if local { "transaction_read_only" } else { "default_transaction_read_only" };
            settings.push((name, "'on'".to_owned()));
        }
        settings
    }

    /// How long the server keeps an idle transaction and its locks: as long as a client waits for an answer.
    /// A client that was cut off has given up by then.
    fn idle(self) -> Duration {
        if self.statement.is_zero() { ENDLESS } else { self.statement.saturating_add(GRACE) }
    }
}

const SYNCHRONOUS: &str = "current_setting('synchronous_commit')";

/// The statement that sets how long the open transaction waits for a lock.
pub(crate) fn waiting(time: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}", time.as_millis())
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn a_router_is_sent_settings_that_it_knows() {
        let steering =
            |flavour| Steering { lock: CLAIM, statement: Duration::from_secs(30), read_only: false, flavour };
        let plain = steering(Flavour::Plain).text(true);
        assert!(plain.starts_with("SELECT set_config('row_security', 'off', true), "), "{plain}");
        assert!(!plain.contains(';'), "one statement: {plain}");
        assert!(steering(Flavour::Spread).statement(true).starts_with("SELECT set_config("));
        let spread = steering(Flavour::Spread).text(true);
        assert!(
            spread.starts_with("SET LOCAL row_security = 'off'; SET LOCAL lock_timeout = '250'; "),
            "{spread}"
        );
        assert!(spread.contains("plan_cache_mode = 'force_custom_plan'"), "{spread}");
        assert!(steering(Flavour::Spread).text(false).starts_with("SET row_security"));
    }
}
