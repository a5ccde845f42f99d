//! Commands that look after a store: its schema, its copies, its background.

use std::path::Path;
use std::time::Duration;

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

/// How often a worker says that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Runs what an engine runs by itself until a signal comes; what is under way then ends first.
pub(super) async fn worker(context: &Context) -> Result<(), Failure> {
    let engine = context.settings.open(true).await?;
    let mut stop = Stop::new()?;
    let (store, say, shown) = (engine.store().name(), context.say, context.settings.shown());
    let started = format!("{shown}: sequencer, timers and jobs run; Ctrl-C or SIGTERM ends them");
    say.either(&json!({ "worker": "started", "store": store }), started)?;
    let bar = say.spinner();
    let mut signs = tokio::time::interval(SIGN_OF_LIFE);
    // the first one is at once, and that has been said
    signs.tick().await;
    loop {
        tokio::select! {
            () = stop.told() => break,
            _ = signs.tick() => {
                let (status, (done, refused)) = (engine.health().await?.status, (engine.groups(), engine.counts().1));
                bar.set_message(format!("{status}, {done} commits"));
                if say.json {
                    say.document(&json!({ "worker": "running", "status": status, "commits": done, "refused": refused }))?;
                }
            }
        }
    }
    bar.finish_and_clear();
    engine.close().await;
    Ok(say.either(&json!({ "worker": "stopped", "store": store }), "stopped")?)
}

/// The signals that end a process; none is missed from the moment on that this exists.
#[cfg(unix)]
struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The signal that ends a process.
#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn new() -> Result<Self, Failure> {
        Ok(Self)
    }

    async fn told(&mut self) {
        // a console that cannot tell ends the process by itself
        let _ = tokio::signal::ctrl_c().await;
    }
}
