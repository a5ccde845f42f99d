//! Numbered migrations: embedded in the library, twins for both dialects, never edited once released.
//!
//! A migration that ran is recorded with the SHA-256 of its text. A changed text is refused before anything
//! is written, and so are tables with our names but no migration table.

use sha2::{Digest, Sha256};

use super::load::identity_leg;
use super::write::value;
use super::{Cells, Dialect, Names, Param, SYSTEM, Statement, TABLES};
use crate::rows::codec::{Kind, Value};
use crate::rows::identity::Identity;
use crate::rows::tables::COPY;
use crate::store::fault::{Fault, FaultKind};
use crate::store::{SCHEMA, Schema};
use crate::time::Time;

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number, from 1.
    pub version: i64,
    /// Its name.
    pub name: &'static str,
    /// Its text, with names in braces.
    pub text: &'static str,
}

const SQLITE: &[Migration] = &[Migration {
    version: 1,
    name: "first",
    text: include_str!("../../../migrations/sqlite/0001_first.sql"),
}];
const POSTGRES: &[Migration] = &[Migration {
    version: 1,
    name: "first",
    text: include_str!("../../../migrations/postgres/0001_first.sql"),
}];

/// The migrations of a dialect, oldest first.
#[must_use]
pub const fn migrations(dialect: Dialect) -> &'static [Migration] {
    match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    }
}

impl Migration {
    /// SHA-256 of the text as it is embedded, so that it does not depend on names chosen.
    #[must_use]
    pub fn checksum(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }

    /// Its statements for these tables, without comments.
    #[must_use]
    pub fn steps(&self, names: &Names) -> Vec<String> {
        let mut text: String = self
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .fold(String::new(), |all, line| all + line + "\n");
        for table in TABLES {
            text = text.replace(&format!("{{{table}}}"), &names.table(table));
        }
        text = text.replace("{prefix}", names.prefix());
        text.split(";\n").map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect()
    }
}

/// Asks which tables exist, one row each by its bare name, and whether row-level security hides rows of it
/// from this role.
#[must_use]
pub fn existing(dialect: Dialect, names: &Names) -> Statement {
    let (text, names): (&str, Vec<String>) = match dialect {
        Dialect::Sqlite => (
            "SELECT CAST(m.name AS text) AS c0 FROM sqlite_master AS m INNER JOIN json_each($1) AS u ON m.name = u.value",
            TABLES.iter().map(|table| names.table(table)).collect(),
        ),
        Dialect::Postgres => (
            "SELECT CAST(c.relname AS text) AS c0, CASE WHEN row_security_active(c.oid) THEN 'hidden' END AS c1 \
             FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n \
             ON n.oid = c.relnamespace WHERE n.nspname = CAST($1 AS text) AND c.relkind IN ('r', 'p', 'v', 'f', 'm')",
            vec![names.schema().unwrap_or_default().to_owned()],
        ),
    };
    let param = match dialect {
        Dialect::Sqlite => Param::Json(serde_json::json!(names).to_string()),
        Dialect::Postgres => Param::One(Kind::Text, Value::Text(names.concat().into())),
    };
    Statement { text: text.to_owned(), params: vec![param] }
}

/// The state of the schema, judged by the tables that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// None of our tables.
    Nothing,
    /// A migration table, which has the details.
    Ours,
}

/// Judges the answer to [`existing`].
///
/// # Errors
/// `Corrupt` when tables have our names but are not ours, `Denied` when rows of ours are hidden.
pub fn found(names: &Names, rows: &[Cells]) -> Result<SchemaState, Fault> {
    let cell = |row: &'_ Cells, place: usize| row.get(place).cloned().flatten();
    let hides = |table: &&&str| {
        let name = format!("{}{table}", names.prefix());
        rows.iter().any(|row| cell(row, 0).as_ref() == Some(&name) && cell(row, 1).is_some())
    };
    let hidden: Vec<&str> = TABLES.iter().filter(hides).copied().collect();
    if !hidden.is_empty() {
        return Err(super::server_checks::hidden(names, &hidden));
    }
    let there: Vec<&str> = rows.iter().filter_map(|row| row.first()?.as_deref()).collect();
    let prefixed = |table: &&&str| there.contains(&format!("{}{table}", names.prefix()).as_str());
    let ours: Vec<&&str> = TABLES.iter().filter(prefixed).collect();
    match ours.first() {
        None => Ok(SchemaState::Nothing),
        Some(_) if ours.contains(&&"migration") && ours.contains(&&"meta") => Ok(SchemaState::Ours),
        Some(table) => Err(Fault::new(
            FaultKind::Corrupt,
            format!("a table `{}` exists but is not Earnest's", names.table(table)),
        )),
    }
}

/// Reads `meta` and what ran: rows of (`m`, schema, `min_reader`, `min_writer`) and (`v`, version, checksum).
#[must_use]
pub fn read(dialect: Dialect, names: &Names) -> Statement {
    let hex = match dialect {
        Dialect::Sqlite => "CAST(x.checksum AS text)",
        Dialect::Postgres => "encode(x.checksum, 'hex')",
    };
    super::write::bare(format!(
        "SELECT CAST('m' AS text) AS c0, CAST(x.schema AS text) AS c1, CAST(x.min_reader AS text) AS c2, \
         CAST(x.min_writer AS text) AS c3 FROM {} AS x WHERE x.book = '{SYSTEM}' UNION ALL SELECT CAST('v' AS text), \
         CAST(x.version AS text), {hex}, CAST(NULL AS text) FROM {} AS x WHERE x.book = '{SYSTEM}'",
        names.table("meta"),
        names.table("migration")
    ))
}

/// Reads the answer to [`read`]: the schema found, and the migrations that still have to run.
///
/// # Errors
/// `Schema` when a migration that ran has another text than this library's.
pub fn judge(dialect: Dialect, rows: &[Cells]) -> Result<(Option<Schema>, Vec<Migration>), Fault> {
    let broken = || Fault::new(FaultKind::Corrupt, "the migration table cannot be read");
    let mut schema = None;
    let mut ran: Vec<(i64, String)> = Vec::new();
    for row in rows {
        let text = |index: usize| row.get(index).and_then(Option::as_deref).ok_or_else(broken);
        let int = |index: usize| text(index)?.parse::<i64>().map_err(|_| broken());
        match text(0)? {
            "m" => schema = Some(Schema { schema: int(1)?, min_reader: int(2)?, min_writer: int(3)? }),
            _ => ran.push((int(1)?, text(2)?.to_owned())),
        }
    }
    let mut missing = Vec::new();
    for migration in migrations(dialect) {
        match ran.iter().find(|(version, _)| *version == migration.version) {
            None => missing.push(*migration),
            Some((_, checksum)) if *checksum == hex::encode(migration.checksum()) => {}
            Some(_) => {
                let reason =
                    format!("migration {} ran with another text than this version has", migration.version);
                return Err(Fault::new(FaultKind::Schema, reason));
            }
        }
    }
    Ok((schema, missing))
}

/// Reads which store this is.
#[must_use]
pub fn read_identity(names: &Names) -> Statement {
    let leg = identity_leg(names);
    let (store, timeline) = (leg.columns[0].text(), leg.columns[1].text());
    super::write::bare(format!("SELECT {store} AS c0, {timeline} AS c1 FROM {}", leg.rest))
}

/// Reads which server was written down.
#[must_use]
pub fn read_server(names: &Names) -> Statement {
    let meta = names.table("meta");
    super::write::bare(format!("SELECT i.server AS c0 FROM {meta} AS i WHERE i.book = '{SYSTEM}'"))
}

/// Notes which server it is, unless that was noted before.
#[must_use]
pub fn record_server(dialect: Dialect, names: &Names, server: &str) -> Statement {
    let mut script = super::Script::new(dialect, super::Wire::Text, names);
    let server = script.text(server);
    let meta = names.table("meta");
    script.finish(format!("UPDATE {meta} SET server = {server} WHERE book = '{SYSTEM}' AND server IS NULL"))
}

/// Begins another timeline: the first statement returns a row if the identity of the store is still the
/// expected one. Heads of copies stay as they are.
#[must_use]
pub fn start_timeline(
    dialect: Dialect,
    names: &Names,
    from: Identity,
    to: uuid::Uuid,
    server: Option<&str>,
) -> Vec<Statement> {
    let script = || super::Script::new(dialect, super::Wire::Text, names);
    let mut first = script();
    let (to_meta, store, timeline) = (first.id(to), first.id(from.store), first.id(from.timeline));
    let server = first.one(Kind::Text, server.map_or(Value::Null, |server| Value::Text(server.into())));
    let first = first_of(first, names, [&to_meta, &server, &store, &timeline]);
    let mut heads = script();
    let (to_head, copy) = (heads.id(to), heads.int(COPY));
    // a copy's log takes no more events, and the mark in its version must stay
    let heads_text = format!(
        "UPDATE {} SET timeline = {to_head}, version = version + 1 WHERE version <> {copy}",
        names.table("head")
    );
    vec![first, heads.finish(heads_text)]
}

fn first_of(script: super::Script<'_>, names: &Names, [to, server, store, timeline]: [&str; 4]) -> Statement {
    let meta = names.table("meta");
    script.finish(format!(
        "UPDATE {meta} SET timeline = {to}, server = coalesce({server}, server) WHERE book = '{SYSTEM}' \
         AND store = {store} AND timeline = {timeline} RETURNING CAST(1 AS text) AS c0"
    ))
}

/// When and where a migration runs.
#[derive(Clone, Debug)]
pub struct Made {
    /// When.
    pub at: Time,
    /// The id of a new store; the database draws one where it is `None`.
    pub store: Option<uuid::Uuid>,
    /// The server that keeps the store.
    pub server: Option<String>,
}

/// Writes down that a migration ran, and the schema number that it brings.
#[must_use]
pub fn done(dialect: Dialect, names: &Names, migration: &Migration, made: Made) -> Vec<Statement> {
    let Made { at, store, server } = made;
    let mut script = super::Script::new(dialect, super::Wire::Text, names);
    let (book, version) = (script.text(SYSTEM), script.int(migration.version));
    let (name, at) = (script.text(migration.name), script.int(at.micros()));
    let checksum = script.one(Kind::Bytes, Value::Bytes(migration.checksum().as_slice().into()));
    let text = format!(
        "INSERT INTO {} (book, version, name, checksum, at) VALUES ({book}, {version}, {name}, {checksum}, {at})",
        names.table("migration")
    );
    let first = script.finish(text);
    let mut script = super::Script::new(dialect, super::Wire::Text, names);
    let (book, schema) = (script.text(SYSTEM), script.int(migration.version.min(SCHEMA)));
    let store = store.map_or_else(|| drawn(dialect).to_owned(), |store| script.id(store));
    let server = script.one(Kind::Text, server.map_or(Value::Null, |server| Value::Text(server.into())));
    // the id is drawn once, because the first timeline has the id of the store
    let text = format!(
        "WITH s AS MATERIALIZED (SELECT {store} AS id) INSERT INTO {} \
         (book, schema, min_reader, min_writer, store, timeline, server) \
         SELECT {book}, {schema}, 1, 1, s.id, s.id, {server} FROM s WHERE true \
         ON CONFLICT (book) DO UPDATE SET schema = excluded.schema",
        names.table("meta")
    );
    vec![first, script.finish(text)]
}

/// A random id (RFC 9562, version 4) as an expression.
const fn drawn(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "gen_random_uuid()",
        Dialect::Sqlite => {
            "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) \
             || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
        }
    }
}

/// The migrations after `from` as SQL to run by hand: one transaction, with its values written in. The
/// database draws the id of a new store: the same SQL may run on many databases, each a store of its own.
#[must_use]
pub fn by_hand(dialect: Dialect, names: &Names, from: i64, at: Time) -> String {
    let mut sql = String::from("BEGIN;\n");
    let mut add = |statement: &Statement| {
        sql.push_str(statement.written_out(dialect).trim());
        sql.push_str(";\n");
    };
    for migration in migrations(dialect).iter().filter(|migration| migration.version > from) {
        if let (1, Some(schema)) = (migration.version, names.schema()) {
            add(&super::write::bare(format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"")));
        }
        migration.steps(names).into_iter().map(super::write::bare).for_each(|step| add(&step));
        let made = Made { at, store: None, server: None };
        done(dialect, names, migration, made).iter().for_each(&mut add);
    }
    sql + "COMMIT;\n"
}

/// Reads the currencies that were registered.
#[must_use]
pub fn registered(names: &Names) -> Statement {
    let text = format!(
        "SELECT CAST(x.code AS text) AS c0, CAST(x.scale AS text) AS c1 FROM {} AS x WHERE x.book = $1 ORDER BY x.code",
        names.table("currency")
    );
    Statement { text, params: vec![value(&crate::ids::Book::stored(SYSTEM))] }
}
