//! Opening the file: connection options, the library's version, and what a failure of it means.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};

use super::conn::{Conn, OpenStore, Presence};
use super::failure::fault;
use super::files::{Basis, Files};
use super::forks;
use super::open_retry::patiently;
use super::removed_log::Opening;
use super::{AbsentFile, SqliteOptions};
use crate::env;
use crate::error::{Detail, Error};
use crate::store::exhausted::{NO_DESCRIPTORS, NO_GROWTH};
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::library::is_sound;

/// After how many pages the write-ahead log is checkpointed; it then has 16 MB. Pages that are rewritten
/// often, such as the last ones of every index, are copied to the file once.
const CHECKPOINT: u32 = 4_000;
/// The size that the log keeps when it restarts. It has 16 MB at its first checkpoint.
pub(super) const LOG_LIMIT: u64 = 32 << 20;
/// How long a connection waits for others.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one turn of the writer's wait takes. A pause of the engine ends the wait between turns.
const BRIEFLY: Duration = Duration::from_millis(100);

/// How many links in a row systems follow.
const LINKS: usize = 40;

/// How a connection is opened.
#[derive(Clone, Debug)]
pub(super) struct Way {
    options: SqliteConnectOptions,
    /// Options that show whether anybody else has the file open; `None` where nothing may be written.
    alone: Option<SqliteConnectOptions>,
    purpose: Use,
}

/// The purpose of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// It writes.
    Writes,
    /// It reads a database that others may write.
    Reads,
    /// It reads a copy that nobody writes, and leaves no files next to it.
    Still,
}

impl Way {
    /// The way of a connection that neither blocks the writer nor waits for it.
    pub(super) fn beside(&self) -> Self {
        let purpose = if self.purpose == Use::Still { Use::Still } else { Use::Reads };
        Self { options: self.options.clone(), alone: self.alone.clone(), purpose }
    }

    /// Sets how long it waits for others.
    pub(super) fn patient(self, patience: Duration) -> Self {
        Self { options: self.options.busy_timeout(patience), ..self }
    }
}

/// The names of the database at `path`. A folder is refused, and so is a database in memory.
pub(super) fn place(path: &str, options: &SqliteOptions) -> Result<Files, Fault> {
    if path.is_empty() || path == ":memory:" {
        return Err(Fault::not_supported("open", "money needs a file; the memory store is for tests"));
    }
    let unavailable = |what: &str| Fault::new(FaultKind::Unavailable, format!("the file `{path}` {what}"));
    // a working folder may change later, a file must not
    let given =
        std::path::absolute(path).map_err(|_| unavailable("cannot be opened: its path cannot be read"))?;
    match std::fs::metadata(&given) {
        Ok(found) if found.is_dir() => return Err(unavailable("is a folder")),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(unavailable("is in a folder that this process may not look into"));
        }
        Err(_) if !given.parent().is_some_and(Path::is_dir) => {
            return Err(unavailable("cannot be made: there is no such folder"));
        }
        Err(_) if options.read_only => return Err(unavailable("does not exist")),
        Err(_) => match options.absent {
            AbsentFile::IsMade => make(&given),
            AbsentFile::NeedsMigration => {
                return Err(Fault::new(FaultKind::Missing, format!("the file `{path}` does not exist")));
            }
            AbsentFile::IsRefused => return Err(unavailable("does not exist")),
        },
    }
    Ok(Files::at(&given))
}

/// Makes the file of a new store, which only its owner may read: SQLite gives log and index the mode of the
/// file, and a file of its own making the one that the umask leaves. Where this fails SQLite fails as well,
/// and says why; a file that somebody else makes meanwhile is theirs.
fn make(given: &Path) {
    let mut options = OpenOptions::new();
    // never one that is there: to close it would release the locks that this process has on it
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // a link may lead to a file that is not there yet
    let mut path = given.to_owned();
    for _ in 0..LINKS {
        let Ok(to) = std::fs::read_link(&path) else { break };
        path = path.with_file_name("").join(to);
    }
    let _ = options.open(path);
}

/// The ways of the connection that writes, and of those that read.
pub(super) fn ways(files: &Files, options: &SqliteOptions) -> (Way, Way) {
    let common = SqliteConnectOptions::new()
        .filename(files.main())
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .statement_cache_capacity(256)
        .row_buffer_size(1024)
        .disable_statement_logging();
    if options.read_only {
        let still = files.is_still();
        let purpose = if still { Use::Still } else { Use::Reads };
        let reading = Way { options: common.read_only(true).immutable(still), alone: None, purpose };
        return (reading.clone(), reading);
    }
    let synchronous =
        if options.synchronous_normal { SqliteSynchronous::Normal } else { SqliteSynchronous::Full };
    let writing = common
        .clone()
        .create_if_missing(options.absent == AbsentFile::IsMade)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        // erased, moved and freed content is overwritten, so that split pages keep no copy of a row
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", LOG_LIMIT.to_string())
        .pragma("wal_autocheckpoint", CHECKPOINT.to_string());
    let alone = common.clone().create_if_missing(false).locking_mode(SqliteLockingMode::Exclusive);
    let alone = Some(alone.busy_timeout(Duration::ZERO));
    let reading = common.create_if_missing(false).pragma("query_only", "ON");
    (
        Way { options: writing, alone: alone.clone(), purpose: Use::Writes },
        Way { options: reading, alone, purpose: Use::Reads },
    )
}

/// Connects, and notes which files were opened.
///
/// A file that cannot be written opens without error, and would only fail at the first commit. So a writer
/// begins a transaction once.
pub(super) async fn connect(way: &Way, files: &Arc<Files>) -> Result<Conn, Fault> {
    let present = Presence { process: forks::enter()?, _store: OpenStore::enter(files)? };
    if way.purpose == Use::Still {
        let basis = files.still()?;
        return Ok(Conn::new(patiently(&way.options).await?, Arc::clone(files), basis, false, present));
    }
    let opening = Opening { options: &way.options, alone: way.alone.as_ref(), files };
    let (mut conn, present) = opening.connect(present).await?;
    // log and index are checked while a transaction lasts
    if way.purpose == Use::Writes {
        let brief = AssertSqlSafe(format!("PRAGMA busy_timeout = {}", BRIEFLY.as_millis()));
        sqlx::query(brief).execute(&mut conn).await.map_err(|error| fault(&error))?;
        lock(files, &mut conn).await?;
    } else {
        for statement in ["BEGIN", "SELECT count(*) FROM sqlite_master"] {
            sqlx::query(statement).fetch_optional(&mut conn).await.map_err(|error| fault(&error))?;
        }
    }
    let held = match way.purpose {
        Use::Writes => is_writable(&mut conn).await.and_then(|()| files.hold()),
        Use::Reads | Use::Still => files.hold(),
    };
    sqlx::query("ROLLBACK").execute(&mut conn).await.map_err(|error| fault(&error))?;
    let writes = way.purpose == Use::Writes;
    Ok(Conn::new(conn, Arc::clone(files), Basis::Live(held?), writes, present))
}

/// Begins a transaction that writes. SQLite looks for its lock at growing intervals: whoever waits for it in
/// [short turns](BRIEFLY) looks often, and a pause can end the wait between them. So every writer of this
/// process waits, whatever for: one that looked seldom would find it taken each time.
pub(super) async fn lock(files: &Files, conn: &mut SqliteConnection) -> Result<(), Fault> {
    let since = env::monotonic_now();
    loop {
        let Err(error) = sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await else { return Ok(()) };
        let fault = fault(&error);
        let waited = env::monotonic_now().saturating_duration_since(since);
        if fault.kind != FaultKind::LockTimeout || waited >= PATIENCE {
            return Err(fault);
        }
        files.standing().check()?;
    }
}

/// Checks that the open transaction can write. On a file without write permission, `BEGIN IMMEDIATE` silently
/// opens a reading one.
async fn is_writable(conn: &mut SqliteConnection) -> Result<(), Fault> {
    let read = sqlx::query("PRAGMA user_version").fetch_one(&mut *conn).await;
    let version: i64 = read.and_then(|row| row.try_get(0)).map_err(|error| fault(&error))?;
    let same = AssertSqlSafe(format!("PRAGMA user_version = {version}"));
    sqlx::query(same).execute(conn).await.map(drop).map_err(|error| fault(&error))
}

/// The failure of the first connection, with the path of its file.
pub(super) fn of_file(path: &str, fault: Fault) -> Fault {
    let what = match fault.kind {
        _ if fault.error.is_some() || fault.reason.contains(path) => return fault,
        FaultKind::ReadOnly => "is read-only for this process",
        FaultKind::Unavailable if fault.reason.contains(NO_DESCRIPTORS) => "cannot be opened",
        FaultKind::Unavailable => "cannot be opened: its owner or its mode may not allow it",
        FaultKind::Corrupt => "is not a database of SQLite, or is damaged",
        FaultKind::Full if fault.reason == NO_GROWTH => "cannot be written",
        FaultKind::Full => "cannot be written: the disk is full",
        _ => return fault,
    };
    let reason = format!("the file `{path}` {what} ({})", fault.reason);
    let error = match fault.kind {
        FaultKind::Corrupt => Error::corrupted(reason.clone()),
        _ => Detail::StoreUnavailable { reason: reason.clone() }.into(),
    };
    Fault { reason, error: Some(Box::new(error)), ..fault }
}

/// Refuses a SQLite library that can corrupt the write-ahead log.
pub(super) async fn check_library(conn: &mut SqliteConnection) -> Result<(), Fault> {
    let row = sqlx::query("SELECT sqlite_version()").fetch_one(conn).await.map_err(|error| fault(&error))?;
    let version: String = row.try_get(0).map_err(|error| fault(&error))?;
    if is_sound(&version) {
        return Ok(());
    }
    let reason = format!("the SQLite library is {version}, and 3.51.3 or newer is needed");
    Err(Fault::not_supported("open", reason))
}
