//! Backups: the file is copied to a new one, or filled from a copy, while others use it.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::Shared;
use super::exec::fetch;
use super::open::{lock, of_file};
use crate::error::{Detail, Error};
use crate::rows::identity::Identity;
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::{Cells, Dialect, Names, Statement, TABLES, load, migrate, write};

/// The name of the backup while it is read.
const BACKUP: &str = "backup";

/// Copies the file of `conn` to a new one.
pub(super) async fn backup(conn: &mut SqliteConnection, path: &Path) -> Result<(), Fault> {
    let file = reserve(path)?;
    let copy = Statement { text: "VACUUM INTO $1".into(), params: vec![write::value::<Arc<str>>(&file)] };
    let copied = fetch(conn, &copy).await.map(drop);
    if copied.is_err() {
        // half a copy is no backup
        let _ = std::fs::remove_file(&*file);
    }
    copied
}

/// Replaces our tables by those of the backup at `path` and begins a timeline, in one transaction that is
/// left open. Returns the identity before and after.
pub(super) async fn replace(
    conn: &mut SqliteConnection,
    shared: &Shared,
    path: &Path,
    timeline: Uuid,
) -> Result<(Identity, Identity), Fault> {
    if !path.is_file() {
        return Err(Error::invalid("path", "must be a file that can be read").into());
    }
    let file = absolute(path)?;
    // attaching also works for a backup that is read-only, or open elsewhere
    let attach = Statement {
        text: format!("ATTACH DATABASE $1 AS {BACKUP}"),
        params: vec![write::value::<Arc<str>>(&file)],
    };
    fetch(conn, &attach).await.map_err(|fault| of_file(&file, fault))?;
    match filled(conn, shared, timeline).await {
        Err(fault) => Err(of_damaged(conn, &file, fault).await),
        done => done,
    }
}

/// The failure of a restore. Two files are read, so the path of the backup is in it where that is the damaged
/// one.
async fn of_damaged(conn: &mut SqliteConnection, file: &str, fault: Fault) -> Fault {
    if fault.kind != FaultKind::Corrupt || fault.error.is_some() {
        return fault;
    }
    let checked = run(conn, format!("PRAGMA {BACKUP}.quick_check(1)")).await;
    let is_sound = checked.is_ok_and(|rows| rows.iter().flatten().flatten().all(|told| told == "ok"));
    if is_sound { fault } else { of_file(file, fault) }
}

/// Replaces our tables by those of the attached backup, in a transaction that is left open.
async fn filled(
    conn: &mut SqliteConnection,
    shared: &Shared,
    timeline: Uuid,
) -> Result<(Identity, Identity), Fault> {
    let names = &*shared.names;
    // rows of the host may refer to ours: without this, deleting ours could delete theirs
    run(conn, "PRAGMA foreign_keys = OFF".to_owned()).await?;
    lock(&shared.files, conn).await?;
    let from = judged(conn, names).await?;
    same_scales(conn, names).await?;
    let dangling = referring(conn, names).await?;
    for table in TABLES.iter().filter(|table| **table != "migration") {
        let name = names.table(table);
        // currencies stay: engines may have registered some since the backup
        if *table != "currency" {
            run(conn, format!("DELETE FROM main.{name}")).await?;
        }
        run(conn, format!("INSERT OR IGNORE INTO main.{name} SELECT * FROM {BACKUP}.{name}")).await?;
    }
    let there = fetch(conn, &migrate::read_identity(names)).await?;
    let there = load::identity(there.first().map_or(&[], Vec::as_slice))?;
    for statement in migrate::start_timeline(Dialect::Sqlite, names, there, timeline, None) {
        fetch(conn, &statement).await?;
    }
    let left = referring(conn, names).await?;
    let worse = dangling.iter().zip(left).find(|((_, was), (_, is))| is > was);
    if let Some(((table, before), (_, after))) = worse {
        let count = after - before;
        let reason = format!(
            "must have what the host's tables refer to: `{table}` has {count} references to what it lacks"
        );
        return Err(Error::invalid("path", reason).into());
    }
    Ok((from, Identity { timeline, ..there }))
}

/// Creates the file of a backup, which must not exist, not even as a link. No other user may read it.
fn reserve(path: &Path) -> Result<Arc<str>, Error> {
    let file = absolute(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Error::invalid("path", "must not exist yet"),
        ErrorKind::NotFound => Error::invalid("path", "must be in a folder that exists"),
        kind => Error::invalid("path", format!("must be a place where a file can be made: {kind}")),
    };
    options.open(&*file).map_err(refused)?;
    Ok(file)
}

/// Makes a path absolute: SQLite would read one that begins with `file:` as a URL.
fn absolute(path: &Path) -> Result<Arc<str>, Error> {
    let whole = std::path::absolute(path).ok();
    let text = whole.as_deref().and_then(Path::to_str).map(Arc::from);
    text.ok_or_else(|| Error::invalid("path", "must be a path in UTF-8"))
}

/// Checks that the backup is of this store, or that this store is empty. Returns the identity that the file
/// has now.
async fn judged(conn: &mut SqliteConnection, names: &Names) -> Result<Identity, Fault> {
    let here = fetch(conn, &migrate::read_identity(names)).await?;
    let here = load::identity(here.first().map_or(&[], Vec::as_slice))?;
    let there = run(conn, of_backup(&migrate::read_identity(names).text, names)).await;
    let there = there.map_err(|fault| match fault.kind {
        FaultKind::Corrupt => fault,
        _ => Error::invalid("path", "must be a backup of a store of Earnest").into(),
    })?;
    let there = load::identity(there.first().map_or(&[], Vec::as_slice))?;
    let (_, missing) = migrate::judge(
        Dialect::Sqlite,
        &run(conn, of_backup(&migrate::read(Dialect::Sqlite, names).text, names)).await?,
    )?;
    if !missing.is_empty() {
        return Err(Error::invalid(
            "path",
            "must be a backup of this schema: bring it up with `earnest migrate`",
        )
        .into());
    }
    let books = run(conn, format!("SELECT x.book AS c0 FROM {} AS x LIMIT 1", names.table("book"))).await?;
    if !books.is_empty() && here.store != there.store {
        let (expected, actual) = (here.to_string(), there.to_string());
        return Err(Error::from(Detail::StoreMismatch { expected, actual }).into());
    }
    Ok(here)
}

/// Refuses a backup in which a currency has another scale than here.
async fn same_scales(conn: &mut SqliteConnection, names: &Names) -> Result<(), Fault> {
    let currency = names.table("currency");
    let other = format!(
        "SELECT m.code AS c0 FROM main.{currency} AS m INNER JOIN {BACKUP}.{currency} AS b \
         ON b.book = m.book AND b.code = m.code AND b.scale <> m.scale LIMIT 1"
    );
    match run(conn, other).await?.into_iter().flatten().flatten().next() {
        Some(code) => {
            let reason =
                format!("must have the currencies of this store with their scales: `{code}` has another");
            Err(Error::invalid("path", reason).into())
        }
        None => Ok(()),
    }
}

/// The host's tables that refer to ours, each with how many of its references dangle.
async fn referring(conn: &mut SqliteConnection, names: &Names) -> Result<Vec<(String, u64)>, Fault> {
    let ours: Vec<String> =
        TABLES.iter().map(|table| format!("'{}'", names.table(table).to_lowercase())).collect();
    let ours = ours.join(", ");
    let tables = format!(
        "SELECT DISTINCT m.name AS c0 FROM main.sqlite_master AS m, pragma_foreign_key_list(m.name) AS f \
         WHERE m.type = 'table' AND lower(f.\"table\") IN ({ours}) AND lower(m.name) NOT IN ({ours}) ORDER BY 1"
    );
    let mut counted = Vec::new();
    for table in run(conn, tables).await?.into_iter().flatten().flatten() {
        let count = Statement {
            text: format!(
                "SELECT CAST(count(*) AS text) AS c0 FROM pragma_foreign_key_check($1) AS c \
                 WHERE lower(c.parent) IN ({ours})"
            ),
            params: vec![write::value::<Arc<str>>(&Arc::from(table.as_str()))],
        };
        let rows = fetch(conn, &count).await?;
        let count = rows.first().and_then(|row| row.first()?.as_deref()?.parse().ok()).unwrap_or(0);
        counted.push((table, count));
    }
    Ok(counted)
}

/// The same statement about the backup.
fn of_backup(text: &str, names: &Names) -> String {
    let qualified = |text: String, table: &&str| {
        let name = names.table(table);
        text.replace(&format!("FROM {name} "), &format!("FROM {BACKUP}.{name} "))
    };
    TABLES.iter().fold(text.to_owned(), qualified)
}

async fn run(conn: &mut SqliteConnection, text: String) -> Result<Vec<Cells>, Fault> {
    fetch(conn, &write::bare(text)).await
}
