//! The SQLite settings that our transactions need of a lent connection: durable commits, a busy time-out, and
//! overwriting of erased content.

use super::exec::AttachedExec;
use super::{Cells, LentConnection};
use crate::store::fault::Fault;
use crate::store::sql::library::is_sound;
use crate::store::sql::session::Exec as _;
use crate::store::sql::write;

/// The settings of SQLite that a transaction of ours asks for, where the application's are weaker.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pragmas {
    /// `synchronous=NORMAL` will do.
    pub(super) normal: bool,
    /// Nothing is written.
    pub(super) read_only: bool,
}

/// How long SQLite waits for a file that another connection writes to, in milliseconds.
const PATIENCE: i64 = 5_000;

impl Pragmas {
    /// The statement that reads the present values. Each pragma has one row.
    pub(super) const ASKED: &'static str = "SELECT \
        CAST((SELECT * FROM pragma_synchronous) AS text) AS c0, \
        CAST((SELECT * FROM pragma_secure_delete) AS text) AS c1, \
        CAST((SELECT * FROM pragma_busy_timeout) AS text) AS c2, \
        CAST((SELECT * FROM pragma_query_only) AS text) AS c3";

    /// The statements that strengthen settings that are too weak, and those that restore them.
    pub(super) fn between(self, found: &[Option<String>]) -> (Vec<String>, Vec<String>) {
        let (full, writes) = (if self.normal { 1 } else { 2 }, i64::from(!self.read_only));
        let least = [("synchronous", full), ("secure_delete", writes), ("busy_timeout", PATIENCE)];
        let number = |index: usize| found.get(index)?.as_deref()?.parse::<i64>().ok();
        let mut changed = Vec::new();
        for (index, (name, least)) in least.into_iter().enumerate() {
            changed.extend(number(index).filter(|has| *has < least).map(|has| (name, least, has)));
        }
        // `query_only` is lifted, or the connection could not write
        changed.extend(number(3).filter(|has| *has > 0 && !self.read_only).map(|has| ("query_only", 0, has)));
        changed
            .into_iter()
            .map(|(name, to, from)| (format!("PRAGMA {name} = {to}"), format!("PRAGMA {name} = {from}")))
            .unzip()
    }

    /// Strengthens settings that are too weak, and returns the statements that restore them.
    pub(super) async fn set(self, conn: &mut dyn LentConnection) -> Result<Vec<String>, Fault> {
        let rows = conn.query(Self::ASKED, &[]).await?;
        let (set, back) = self.between(rows.first().map_or(&[], Vec::as_slice));
        let texts: Vec<&str> = set.iter().map(String::as_str).collect();
        if !texts.is_empty() {
            conn.run(&texts).await?;
        }
        Ok(back)
    }
}

/// The file of a database.
pub(super) struct DatabaseFile {
    pub(super) path: String,
    /// The library's source id: the date and the hash of its check-in.
    #[cfg(feature = "sqlite")]
    pub(super) source: String,
    /// It has a write-ahead log.
    pub(super) has_log: bool,
}

/// The file of the main database.
pub(super) async fn file(exec: &mut AttachedExec) -> Result<DatabaseFile, Fault> {
    let asked = write::bare(
        "SELECT sqlite_version() AS c0, CAST((SELECT l.file FROM pragma_database_list AS l \
         WHERE l.name = 'main') AS text) AS c1, CAST((SELECT * FROM pragma_journal_mode) AS text) AS c2, \
         sqlite_source_id() AS c3",
    );
    let rows = exec.query(&asked).await?;
    let cell = |index: usize| rows.first()?.get(index)?.as_deref();
    let version = cell(0).unwrap_or_default();
    if !is_sound(version) {
        return Err(refused(too_old(version)));
    }
    match cell(1).filter(|file| !file.is_empty()) {
        Some(file) => Ok(DatabaseFile {
            path: file.to_owned(),
            #[cfg(feature = "sqlite")]
            source: cell(3).unwrap_or_default().to_owned(),
            has_log: cell(2) == Some("wal"),
        }),
        None => Err(refused("money needs a file; the memory store is for tests".to_owned())),
    }
}

/// Gives the file a write-ahead log.
pub(super) async fn add_log(exec: &mut AttachedExec) -> Result<(), Fault> {
    let rows: Vec<Cells> = exec.query(&write::bare("PRAGMA journal_mode = WAL")).await?;
    match rows.into_iter().flatten().flatten().next().unwrap_or_default().as_str() {
        "wal" => Ok(()),
        became => Err(refused(format!("the journal of the file is `{became}`, and cannot be `wal`"))),
    }
}

fn refused(reason: String) -> Fault {
    Fault::not_supported("attach", reason)
}

/// The refusal of a SQLite library that is too old, and what to use instead.
fn too_old(version: &str) -> String {
    format!(
        "the SQLite library is {version}, and 3.51.3 or newer is needed: open the file by its URL, with the \
         engine's own library, or lend connections of a newer one, in Python those of the package `pysqlite3`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(normal: bool, found: [&str; 4]) -> (Vec<String>, Vec<String>) {
        let found = found.map(|value| Some(value.to_owned()));
        Pragmas { normal, read_only: false }.between(&found)
    }

    #[test]
    fn only_what_is_weaker_is_set_and_put_back() {
        let nothing = (Vec::new(), Vec::new());
        assert_eq!(between(false, ["2", "1", "5000", "0"]), nothing);
        assert_eq!(between(false, ["3", "2", "60000", "0"]), nothing, "stronger stays");
        assert_eq!(between(true, ["1", "1", "5000", "0"]), nothing);
        let (set, back) = between(false, ["1", "0", "0", "1"]);
        assert_eq!(
            set,
            [
                "PRAGMA synchronous = 2",
                "PRAGMA secure_delete = 1",
                "PRAGMA busy_timeout = 5000",
                "PRAGMA query_only = 0"
            ]
        );
        assert_eq!(
            back,
            [
                "PRAGMA synchronous = 1",
                "PRAGMA secure_delete = 0",
                "PRAGMA busy_timeout = 0",
                "PRAGMA query_only = 1"
            ]
        );
    }

    #[test]
    fn who_has_an_old_library_is_told_of_a_newer_one() {
        let said = too_old("3.40.1");
        assert!(["3.40.1", "3.51.3", "URL", "`pysqlite3`"].iter().all(|part| said.contains(part)), "{said}");
    }
}
