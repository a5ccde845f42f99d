//! What is measured from outside the engine: bytes on disk, fsyncs, resident memory.

use earnest::for_cli::file_of;
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use crate::Done;
use crate::output::failed;
use crate::shared::figures::Served;

/// What the disk and the server say at one moment.
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
    let mut conn = sqlx::PgConnection::connect(url).await?;
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
            let mut conn = sqlx::PgConnection::connect(url).await?;
            sqlx::query("VACUUM").execute(&mut conn).await?;
            let row = sqlx::query("SELECT count(*) FROM earnest.transfer").fetch_one(&mut conn).await?;
            conn.close().await?;
            row.try_get(0)?
        }
    };
    Ok(u64::try_from(count)?)
}

/// The processor time so far of the server's processes for connections to this database: of the application's
/// and of all. `None` where they do not run on this machine.
pub(crate) async fn served(url: &str) -> Done<Option<Served>> {
    if kind(url)? != Kind::Postgres {
        return Ok(None);
    }
    let mut conn = sqlx::PgConnection::connect(url).await?;
    let sql = "SELECT pid, application_name FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    let rows = sqlx::query(sql).fetch_all(&mut conn).await?;
    conn.close().await?;
    let mut served = Served { own: 0, all: 0 };
    for row in rows {
        let (pid, name): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
        let Some(micros) = processor(pid) else { return Ok(None) };
        served.all += micros;
        if name == crate::host::APPLICATION {
            served.own += micros;
        }
    }
    Ok(Some(served))
}

/// The processor time since then. Connections that were closed meanwhile do not count.
pub(crate) async fn served_since(url: &str, before: Option<Served>) -> Done<Option<Served>> {
    let Some((before, now)) = before.zip(served(url).await?) else { return Ok(None) };
    let (own, all) = (now.own.saturating_sub(before.own), now.all.saturating_sub(before.all));
    Ok(Some(Served { own, all }))
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
