//! Measurements from outside the engine: bytes on disk, fsyncs, resident memory.

use std::collections::BTreeMap;
use std::time::Duration;

use earnest::for_cli::file_of;
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use crate::Done;
use crate::output::failed;
use crate::shared::clock;
use crate::shared::figures::Served;

/// The counters of the disk and the server at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// Bytes of the tables and indexes.
    pub(crate) bytes: Option<u64>,
    /// Fsyncs of the write-ahead log, of the whole server.
    pub(crate) syncs: Option<u64>,
    /// Bytes written to the write-ahead log, of the whole server.
    pub(crate) wal: Option<u64>,
    /// Transfers in the store; counted after a vacuum only.
    pub(crate) transfers: Option<u64>,
}

/// Which store a URL means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing on a disk.
    Memory,
    /// A SQLite file.
    Sqlite(String),
    /// A PostgreSQL server.
    Postgres,
}

/// A connection to the server, made as the engine makes its own: whatever certificate it takes will do here.
async fn connection(url: &str) -> Done<sqlx::PgConnection> {
    Ok(earnest::store::postgres::connection(url).await.map_err(|fault| fault.into_error(false))?)
}

/// Which store a URL means, read as the engine reads it.
pub(crate) fn kind(url: &str) -> Done<Kind> {
    let scheme = url.split(':').next().unwrap_or_default();
    match scheme.split('+').next().unwrap_or_default() {
        "memory" => Ok(Kind::Memory),
        "sqlite" | "file" => match file_of(url) {
            Some(path) => Ok(Kind::Sqlite(path.to_string_lossy().into_owned())),
            None => failed("`--store` names no file that the engine would open"),
        },
        "postgres" | "postgresql" => Ok(Kind::Postgres),
        _ => failed("`--store` must begin with `memory:`, `sqlite:` or `postgres://`"),
    }
}

/// The meters before a run; without the dead rows of earlier ones if `vacuumed`.
pub(crate) async fn before(url: &str, vacuumed: bool) -> Done<Reading> {
    if vacuumed {
        vacuum(url).await?;
    }
    read(url).await
}

/// The meters after a run. A vacuum writes and syncs too: it comes after all but the bytes was read.
pub(crate) async fn after(url: &str, vacuumed: bool) -> Done<Reading> {
    let reading = read(url).await?;
    if !vacuumed {
        return Ok(reading);
    }
    let transfers = vacuum(url).await?;
    Ok(Reading { bytes: read(url).await?.bytes, transfers: Some(transfers), ..reading })
}

/// How long the server's processes may take to end.
const ENDING: Duration = Duration::from_secs(5);

/// Waits until the server's processes of connections that were closed have ended: what they counted is told
/// then. It waits for five seconds at most, since others may be connected to the database too.
pub(crate) async fn settled(url: &str) -> Done {
    if kind(url)? != Kind::Postgres {
        return Ok(());
    }
    let mut conn = connection(url).await?;
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                  AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let began = clock::now();
    while sqlx::query(others).fetch_one(&mut conn).await?.try_get::<i64, _>(0)? > 0
        && clock::now().duration_since(began) < ENDING
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    conn.close().await?;
    Ok(())
}

async fn read(url: &str) -> Done<Reading> {
    match kind(url)? {
        Kind::Memory => Ok(Reading::default()),
        Kind::Sqlite(path) => sqlite(&path).await,
        Kind::Postgres => postgres(url).await,
    }
}

async fn sqlite(path: &str) -> Done<Reading> {
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await?;
    let mut pragma = [0_u64; 3];
    for (slot, name) in
        pragma.iter_mut().zip(["PRAGMA page_count", "PRAGMA freelist_count", "PRAGMA page_size"])
    {
        *slot = u64::try_from(sqlx::query(name).fetch_one(&mut conn).await?.try_get::<i64, _>(0)?)?;
    }
    conn.close().await?;
    let [pages, free, size] = pragma;
    Ok(Reading { bytes: Some((pages - free) * size), ..Reading::default() })
}

async fn postgres(url: &str) -> Done<Reading> {
    let mut conn = connection(url).await?;
    let bytes = "SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS bigint) FROM pg_class c \
                 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'earnest' AND c.relkind = 'r'";
    let bytes: i64 = sqlx::query(bytes).fetch_one(&mut conn).await?.try_get(0)?;
    let mut number = async |sql: &'static str| -> Option<u64> {
        // a user who may not look is told nothing, and the report says null
        let row = sqlx::query(sql).fetch_one(&mut conn).await.ok()?;
        u64::try_from(row.try_get::<i64, _>(0).ok()?).ok()
    };
    let wal = number("SELECT CAST(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS bigint)").await;
    let syncs = match number("SELECT CAST(wal_sync AS bigint) FROM pg_stat_wal").await {
        Some(syncs) => Some(syncs),
        // PostgreSQL 18 counts them elsewhere
        None => number("SELECT CAST(sum(fsyncs) AS bigint) FROM pg_stat_io WHERE object = 'wal'").await,
    };
    conn.close().await?;
    Ok(Reading { bytes: u64::try_from(bytes).ok(), syncs, wal, transfers: None })
}

/// Lets the store give back the space of dead rows, and counts its transfers: VACUUM on PostgreSQL, a
/// checkpoint on SQLite.
///
/// SQLite's own VACUUM would also pack the pages that are in use, which a store in use never sees.
async fn vacuum(url: &str) -> Done<u64> {
    let count: i64 = match kind(url)? {
        Kind::Memory => return failed("a store in memory has nothing to vacuum"),
        Kind::Sqlite(path) => {
            let mut conn = sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await?;
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await?;
            let row = sqlx::query("SELECT count(*) FROM earnest_transfer").fetch_one(&mut conn).await?;
            conn.close().await?;
            row.try_get(0)?
        }
        Kind::Postgres => {
            let mut conn = connection(url).await?;
            sqlx::query("VACUUM").execute(&mut conn).await?;
            let row = sqlx::query("SELECT count(*) FROM earnest.transfer").fetch_one(&mut conn).await?;
            conn.close().await?;
            row.try_get(0)?
        }
    };
    Ok(u64::try_from(count)?)
}

/// The server's processes that serve this database, by their number, and how long each has run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backends(BTreeMap<i32, Backend>);

#[derive(Clone, Copy, Debug)]
struct Backend {
    /// Whether it serves the application, and not the engine.
    own: bool,
    micros: u64,
}

impl Backends {
    /// Sums how long the processes ran since then. One that has ended meanwhile counts in neither sum: it
    /// may be of the run before.
    fn since(&self, before: &Self) -> Served {
        let mut served = Served { own: 0, all: 0 };
        for (pid, backend) in &self.0 {
            let then = before.0.get(pid).map_or(0, |backend| backend.micros);
            let micros = backend.micros.saturating_sub(then);
            served.all += micros;
            served.own += if backend.own { micros } else { 0 };
        }
        served
    }
}

/// The server's processes for connections to this database. `None` where they do not run on this machine.
pub(crate) async fn served(url: &str) -> Done<Option<Backends>> {
    if kind(url)? != Kind::Postgres {
        return Ok(None);
    }
    let mut conn = connection(url).await?;
    let sql = "SELECT pid, application_name, pid = pg_backend_pid() FROM pg_stat_activity \
               WHERE datname = current_database() AND backend_type = 'client backend'";
    let (mut backends, mut here) = (BTreeMap::new(), false);
    for row in sqlx::query(sql).fetch_all(&mut conn).await? {
        let (pid, name, mine): (i32, String, bool) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        // one that has ended since the server named it says nothing of where the server runs; ours lives
        let Some(micros) = processor(pid) else { continue };
        if mine {
            here = true;
        } else {
            backends.insert(pid, Backend { own: name == crate::host::APPLICATION, micros });
        }
    }
    conn.close().await?;
    Ok(here.then_some(Backends(backends)))
}

/// The processor time since then.
pub(crate) async fn served_since(url: &str, before: Option<Backends>) -> Done<Option<Served>> {
    Ok(before.zip(served(url).await?).map(|(before, now)| now.since(&before)))
}

/// Microseconds that a process of this machine has run.
fn processor(pid: i32) -> Option<u64> {
    let said = std::fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    let nanos: u64 = said.split_whitespace().next()?.parse().ok()?;
    Some(nanos / 1_000)
}

/// Microseconds that the threads of this process have run, those that still live.
#[cfg(feature = "recorder")]
pub(crate) fn own_processor() -> Option<u64> {
    let mut micros = 0;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        // a thread that ends meanwhile has none
        let said = std::fs::read_to_string(task.ok()?.path().join("schedstat")).unwrap_or_default();
        let nanos: u64 =
            said.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or_default();
        micros += nanos / 1_000;
    }
    Some(micros)
}

/// Resident memory of this process in KiB; zero where `/proc` does not say.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection that an earlier run left behind counts in no sum: it once made the sum of all less than
    /// that of the application.
    #[test]
    fn connections_that_end_meanwhile_count_in_no_sum() {
        let backend = |(pid, own, micros): &(i32, bool, u64)| (*pid, Backend { own: *own, micros: *micros });
        let backends = |each: &[(i32, bool, u64)]| Backends(each.iter().map(backend).collect());
        let before = backends(&[(1, true, 10), (2, false, 5), (3, false, 9_000), (4, true, 9_000)]);
        let served = backends(&[(1, true, 110), (2, false, 25), (5, true, 30), (6, false, 4)]).since(&before);
        assert_eq!((served.own, served.all), (130, 154));
    }

    #[test]
    fn urls_are_read_as_the_engine_reads_them() {
        for (url, path) in [
            ("sqlite:a.db", "a.db"),
            ("sqlite:/tmp/a.db", "/tmp/a.db"),
            ("sqlite:///a.db", "a.db"),
            ("sqlite:////tmp/a.db", "/tmp/a.db"),
            ("file:///tmp/a.db", "/tmp/a.db"),
            // the parameters were taken for a part of the path
            ("sqlite:a.db?mode=rwc", "a.db"),
            ("sqlite+aiosqlite:////tmp/a.db?mode=rwc&cache=private", "/tmp/a.db"),
        ] {
            assert_eq!(kind(url).unwrap(), Kind::Sqlite(path.to_owned()), "{url}");
        }
        assert_eq!(kind("memory:").unwrap(), Kind::Memory);
        assert_eq!(kind("postgresql+asyncpg://h/d").unwrap(), Kind::Postgres);
        for wrong in ["mysql://h/d", "sqlite:", "sqlite:a.db?mode=memory"] {
            assert!(kind(wrong).is_err(), "{wrong}");
        }
    }
}
