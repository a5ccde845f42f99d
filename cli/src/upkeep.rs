//! Commands that look after a store: its schema and its copies.

use std::path::Path;

use earnest::for_cli::store_alone;
use earnest::requests::{Backup, Fork, Restore};
use earnest::store::SCHEMA;
use earnest::views::admin::{Copied, Timeline};
use earnest::{Detail, Error};
use serde_json::json;

use super::Context;
use super::args;
use super::output::Failure;

pub(super) async fn migrate(context: &Context, distribute: bool) -> Result<(), Failure> {
    let (url, say) = (context.settings.required_store()?, context.say);
    // an engine needs a schema to open, so this is the store alone
    let opened = store_alone(url, &context.settings.options()).await;
    let store = opened.map_err(|error| context.settings.of_store(error))?;
    let before = store.schema().await.map_err(|fault| fault.into_error(false))?;
    if let Some(found) = before.filter(|found| found.min_writer > SCHEMA) {
        return Err(Error::from(Detail::SchemaTooNew { schema: found.schema, supported: SCHEMA }).into());
    }
    let done = async {
        store.migrate().await?;
        if distribute { store.distribute().await.map(Some) } else { Ok(None) }
    };
    let done = done.await.map_err(|fault| fault.into_error(false));
    store.close().await;
    let (distributed, from) = (done?, before.map_or(0, |schema| schema.schema));
    let options = context.settings.options();
    if !options.currencies.is_empty() {
        // an engine writes them down when it opens
        context.settings.engine(url, options.background(false)).await?.close().await;
    }
    let document = json!({ "from": from, "to": SCHEMA, "distributed": distributed });
    let shown = context.settings.shown();
    let text = match from {
        0 => format!("{shown}: schema {SCHEMA} was created"),
        from if from < SCHEMA => format!("{shown}: schema {from} was brought to {SCHEMA}"),
        from => format!("{shown}: schema {from} is up to date"),
    };
    let text = match distributed {
        None => text,
        Some(true) => format!("{text}, and its tables were distributed"),
        Some(false) => format!("{text}, and its tables are distributed"),
    };
    Ok(say.either(&document, text)?)
}

/// Prints the SQL of the migrations, for a database where this program may not create tables.
pub(super) fn print_sql(
    context: &Context,
    dialect: args::Dialect,
    from: i64,
    role: Option<&str>,
) -> Result<(), Failure> {
    use earnest::store::sql::{Dialect, Names, grants, migrate};
    let options = context.settings.options();
    let (dialect, names) = match dialect {
        args::Dialect::Postgres => (Dialect::Postgres, Names::postgres(&options.schema)),
        args::Dialect::Sqlite => (Dialect::Sqlite, Names::sqlite(&options.table_prefix)),
    };
    let now = options.env.clock.now();
    let names = names.map_err(Failure::Usage)?;
    let mut sql = migrate::by_hand(dialect, &names, from, now);
    if let Some(role) = role {
        let grants = grants::grants(&names, role);
        if role.is_empty() || grants.is_empty() {
            return Err(Failure::Usage(Error::invalid("--app-role", "must be a role of PostgreSQL")));
        }
        grants.iter().for_each(|grant| sql.extend([grant.as_str(), ";\n"]));
    }
    Ok(context.say.either(&json!({ "from": from, "to": SCHEMA, "sql": sql }), sql)?)
}

pub(super) async fn confirm_clock(context: &Context) -> Result<(), Failure> {
    let engine = context.settings.open_existing(|options| Ok(options.background(false))).await?;
    let confirmed = engine.call("admin.confirm_clock", json!({})).await;
    engine.close().await;
    let confirmed = confirmed?;
    let text = format!("the clock is believed: it shows {}", confirmed["now"].as_str().unwrap_or_default());
    Ok(context.say.either(&confirmed, text)?)
}

pub(super) async fn backup(context: &Context, path: &Path) -> Result<(), Failure> {
    let Some(name) = path.to_str() else {
        return Err(Failure::failed(format!("`{}` is no path in UTF-8", path.display())));
    };
    if path.symlink_metadata().is_ok() {
        return Err(Failure::failed(format!("`{name}` exists already: a backup never overwrites")));
    }
    let engine = context.settings.open_to_look().await?;
    let bar = context.say.spinner().with_message("copying");
    let copied = engine.admin().backup(Backup::new(name)).await;
    bar.finish_and_clear();
    engine.close().await;
    let Copied { path, bytes } = copied?;
    let document = json!({ "path": path, "bytes": bytes });
    let shown = context.settings.shown();
    Ok(context.say.either(&document, format!("{shown} was copied to {path} ({bytes} bytes)"))?)
}

pub(super) async fn restore(context: &Context, path: &Path, force: bool) -> Result<(), Failure> {
    // the store first: without one, or with a URL of none, the command line is not understood
    let engine = context.settings.open_existing(|options| Ok(options.background(false))).await?;
    let Some(name) = path.to_str().filter(|_| path.exists()) else {
        engine.close().await;
        return Err(Failure::failed(format!("there is no file `{}`", path.display())));
    };
    let bar = context.say.spinner().with_message("restoring");
    let restored = engine.admin().restore(Restore::new(name).force(force)).await;
    bar.finish_and_clear();
    engine.close().await;
    told(context, &restored?, &format!("was restored from {}", path.display()))
}

pub(super) async fn fork(context: &Context) -> Result<(), Failure> {
    let engine = context.settings.open_existing(|options| Ok(options.background(false))).await?;
    let forked = engine.admin().fork(Fork::new()).await;
    engine.close().await;
    told(context, &forked?, "goes its own way")
}

fn told(context: &Context, timeline: &Timeline, what: &str) -> Result<(), Failure> {
    let Timeline { store, timeline: now, previous } = timeline;
    let document = json!({ "store": store, "timeline": now, "previous": previous });
    let shown = context.settings.shown();
    Ok(context
        .say
        .either(&document, format!("{shown} {what}: store {store}, timeline {now} (before: {previous})"))?)
}
