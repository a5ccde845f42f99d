//! Migrates the schema of a store, and reads its identity, server and currencies, over any connection.

use std::time::Duration;

use super::migrate::Made;
use super::session::Exec;
use super::{Dialect, Names, load, migrate, write};
use crate::currency::{Currencies, Currency};
use crate::rows::identity::Identity;
use crate::store::fault::{Fault, FaultKind};
use crate::store::{Schema, Server, Wait};

/// How often a migration is retried on PostgreSQL when another process runs it concurrently, and how far
/// apart.
const MIGRATE: (u32, Duration) = (40, Duration::from_millis(100));

/// Reads the present schema, and the migrations that still have to run.
pub(crate) async fn found<E: Exec>(
    exec: &mut E,
    names: &Names,
) -> Result<(Option<Schema>, Vec<migrate::Migration>), Fault> {
    let dialect = exec.dialect();
    let tables = exec.query(&migrate::existing(dialect, names)).await?;
    match migrate::found(names, &tables)? {
        migrate::SchemaState::Nothing => Ok((None, migrate::migrations(dialect).to_vec())),
        migrate::SchemaState::Ours => {
            // tables with our names but other columns are not ours
            let foreign = |fault: Fault| match fault.kind {
                FaultKind::Schema => Fault::new(FaultKind::Corrupt, "the migration table is not Earnest's"),
                _ => fault,
            };
            let rows = exec.query(&migrate::read(dialect, names)).await.map_err(foreign)?;
            migrate::judge(dialect, &rows)
        }
    }
}

/// Runs the missing migrations in one transaction. Several processes may do it at once: the second one waits
/// for the first, and finds them done.
pub(crate) async fn migrate<E: Exec>(
    exec: &mut E,
    names: &Names,
    made: impl Fn() -> Made,
) -> Result<(), Fault> {
    let (tries, pause) = MIGRATE;
    let tries = if exec.dialect() == Dialect::Postgres { tries } else { 1 };
    for left in (0..tries).rev() {
        match try_migrate(exec, names, &made).await {
            // on PostgreSQL two processes may create the same table at once, and the second one fails
            Err(fault) if left > 0 && is_race(fault.kind) => {
                exec.rollback().await?;
                tokio::time::sleep(pause).await;
            }
            done => return done,
        }
    }
    Ok(())
}

async fn try_migrate<E: Exec>(exec: &mut E, names: &Names, made: impl Fn() -> Made) -> Result<(), Fault> {
    if found(exec, names).await?.1.is_empty() {
        return Ok(());
    }
    begin_patiently(exec).await?;
    // another process may have migrated meanwhile
    let (schema, missing) = found(exec, names).await?;
    if let (None, Some(schema)) = (schema, names.schema()) {
        // an existing schema will do: the role may lack the right to create one
        let found = format!("SELECT 'found' AS c0 FROM pg_catalog.pg_namespace WHERE nspname = '{schema}'");
        if exec.query(&write::bare(found)).await?.is_empty() {
            exec.query(&write::bare(format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""))).await?;
        }
    }
    for migration in missing {
        let mut steps: Vec<_> = migration.steps(names).into_iter().map(write::bare).collect();
        steps.extend(migrate::done(exec.dialect(), names, &migration, made()));
        for step in steps {
            exec.query(&step).await?;
        }
    }
    exec.commit().await
}

/// Which store it is.
pub(crate) async fn identity<E: Exec>(exec: &mut E, names: &Names) -> Result<Identity, Fault> {
    let rows = exec.query(&migrate::read_identity(names)).await?;
    load::identity(rows.first().map_or(&[], Vec::as_slice))
}

/// Returns the server on record with the one that answers. The first server is put on record here.
pub(crate) async fn server<E: Exec>(
    exec: &mut E,
    names: &Names,
    current: Option<String>,
) -> Result<Option<Server>, Fault> {
    let recorded = exec.query(&migrate::read_server(names)).await?.into_iter().flatten().next().flatten();
    let Some(current) = current else { return Ok(None) };
    if recorded.is_none() {
        // a role that may only read leaves that to another process
        exec.query(&migrate::record_server(exec.dialect(), names, &current)).await.ok();
    }
    Ok(Some(Server { recorded, current }))
}

/// Registers currencies, and adds those registered before to `known`.
pub(crate) async fn currencies<E: Exec>(
    exec: &mut E,
    names: &Names,
    register: &[Currency],
    known: &mut Currencies,
) -> Result<(), Fault> {
    if !register.is_empty() {
        let rows = super::currency_rows(register);
        begin_patiently(exec).await?;
        exec.query(&write::currencies(exec.dialect(), exec.wire(), names, &rows)).await?;
        exec.commit().await?;
    }
    let rows = exec.query(&migrate::registered(names)).await?;
    super::register(known, &rows)
}

/// Begins a transaction that waits for locks as long as the time-outs allow: no group waits for it.
async fn begin_patiently<E: Exec>(exec: &mut E) -> Result<(), Fault> {
    exec.begin().await?;
    match exec.patience(Wait::Block) {
        Some(patience) => exec.query(&write::bare(patience)).await.map(drop),
        None => Ok(()),
    }
}

/// Whether a failed migration may have raced another one.
const fn is_race(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Constraint
            | FaultKind::Schema
            | FaultKind::Missing
            | FaultKind::Serialization
            | FaultKind::LockTimeout
    )
}
