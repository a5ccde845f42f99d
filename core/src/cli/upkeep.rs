//! Commands that look after a store: its schema and its copies.

use std::path::Path;

use serde_json::json;

use super::Context;
use super::output::Failure;
use crate::error::{Detail, Error};
use crate::store::SCHEMA;

pub(super) async fn migrate(context: &Context, finish: bool) -> Result<(), Failure> {
    let (url, say) = (context.settings.required_store()?, context.say);
    // an engine needs a schema to open, so this is the store alone
    let store = crate::open::by_url(url, &context.settings.options()).await?.store;
    let before = store.schema().await.map_err(|fault| fault.into_error(false))?;
    if let Some(found) = before.filter(|found| found.min_writer > SCHEMA) {
        return Err(Error::from(Detail::SchemaTooNew { schema: found.schema, supported: SCHEMA }).into());
    }
    let migrated = store.migrate().await.map_err(|fault| fault.into_error(false));
    store.close().await;
    migrated?;
    let from = before.map_or(0, |schema| schema.schema);
    let document = json!({ "from": from, "to": SCHEMA, "finished": finish });
    let shown = context.settings.shown();
    let text = match from {
        0 => format!("{shown}: schema {SCHEMA} was created"),
        from if from < SCHEMA => format!("{shown}: schema {from} was brought to {SCHEMA}"),
        from => format!("{shown}: schema {from} is up to date"),
    };
    say.either(&document, text)?;
    if finish && !say.json {
        say.line("there is nothing that only older versions need")?;
    }
    Ok(())
}

pub(super) async fn backup(context: &Context, path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::Failed(format!(
            "`{}` exists already: a backup never overwrites",
            path.display()
        )));
    }
    let engine = context.settings.open_to_look().await?;
    let bar = context.say.spinner().with_message("copying");
    let copied = engine.store().backup(path).await.map_err(|fault| fault.into_error(false));
    bar.finish_and_clear();
    engine.close().await;
    copied?;
    let bytes = std::fs::metadata(path)?.len();
    let document = json!({ "path": path.display().to_string(), "bytes": bytes });
    Ok(context.say.either(
        &document,
        format!("{} was copied to {} ({bytes} bytes)", context.settings.shown(), path.display()),
    )?)
}
