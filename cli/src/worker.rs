//! `earnest worker`: the background of a store in a process of its own, what it does with jobs, the gateways
//! and nodes that it calls, and the sinks that it sends to brokers.
//!
//! A job of a kind that was named is given to a command, or printed. Both may happen twice to one job, when
//! the worker ends between the effect and its report: the job's `key` is the same every time.

mod deliver;
mod exec;
mod reload;
mod stop;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use earnest::for_cli::{CHAIN_JOBS, Pool, Stopping};
use earnest::jobs::handler::Handlers;
use earnest::jobs::webhooks::DELIVER;
use earnest::jobs::webhooks::send::Webhooks;
use earnest::jobs::{Failed, Handler};
use earnest::keyring::{Purpose, none};
use earnest::views::jobs::Job;
use earnest::{Detail, Engine, Error, Options};
use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use super::Context;
use super::args::Work;
use super::chain::nodes;
use super::output::{Failure, Say};
use exec::Exec;
use reload::HangUp;

/// How often a worker reports that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// How often it looks for jobs without a notification.
const LOOK: Duration = Duration::from_secs(1);
/// How long it waits for the health of the store before it reports that there is none.
const PATIENCE: Duration = Duration::from_secs(5);
/// Why no driver makes the calls of a gateway.
const OWN_WORKER: &str = "its driver is `host`: a worker of yours makes its calls, or a command of `--exec`";

/// Runs the background tasks of an engine until a signal comes. Running commands are then asked to end within
/// `--grace`; a second signal ends them at once. SIGHUP has it take up the keyring that was changed.
pub(super) async fn worker(context: &Context, order: &Work) -> Result<(), Failure> {
    let (stopping, hang_up) = (stop::listen()?, HangUp::listen()?);
    let book = context.settings.options().book;
    let handlers = order.handlers(context.say, &stopping, book.as_str())?;
    let brokers = deliver::brokers(order)?;
    let engine = context.settings.open_existing(|options| Ok(options.background(true))).await?;
    if let Err(error) = order.check(&engine).await {
        engine.close().await;
        return Err(error.into());
    }
    let deliveries = match deliver::begin(&engine, brokers).await {
        Ok(deliveries) => deliveries,
        Err(error) => {
            engine.close().await;
            return Err(error.into());
        }
    };
    let mut pool = Pool::new(handlers, usize::from(order.places), stopping.clone());
    let ended = watch(context, order, &engine, &mut pool, stopping.clone(), hang_up).await;
    // what is under way ends first, and is reported on
    let sent = deliver::end(deliveries, stopping);
    let done = async { while pool.ended().await {} };
    tokio::join!(sent, done);
    let store = engine.store().name();
    engine.close().await;
    ended?;
    Ok(context.say.either(&json!({ "worker": "stopped", "store": store }), "stopped")?)
}

/// Runs jobs as places get free, and reports its state every now and then, until it is stopped.
async fn watch(
    context: &Context,
    order: &Work,
    engine: &Engine,
    pool: &mut Pool,
    mut stopping: Stopping,
    mut hang_up: HangUp,
) -> Result<(), Failure> {
    let (store, say, shown) = (engine.store().name(), context.say, context.settings.shown());
    let kinds: Vec<&str> = order.kinds().collect();
    let jobs = if kinds.is_empty() { "no jobs".to_owned() } else { format!("jobs of {}", kinds.join(", ")) };
    let sinks: Vec<&str> =
        order.deliver.iter().chain(&order.deliver_file).map(|(sink, _)| sink.as_str()).collect();
    let sent = if sinks.is_empty() {
        String::new()
    } else {
        format!(", and the events of {} are sent", sinks.join(", "))
    };
    let gateways: Vec<&str> = order.gateway.iter().map(|(id, _)| id.as_str()).collect();
    let paid = if gateways.is_empty() {
        String::new()
    } else {
        format!(", and the calls of {} are made", gateways.join(", "))
    };
    let asked = if order.no_chain { "" } else { ", and nodes of chains that have addresses are asked" };
    let started =
        format!("{shown}: sequencer, timers and {jobs} run{sent}{paid}{asked}; Ctrl-C or SIGTERM ends them");
    let begun = json!({
        "worker": "started", "store": store, "kinds": kinds, "deliver": sinks, "gateways": gateways,
        "chains": !order.no_chain,
    });
    say.either(&begun, started)?;
    let bar = say.spinner();
    let (mut signs, mut looks) = (interval(SIGN_OF_LIFE), interval(LOOK));
    // the first sign is due at once, and "started" was its report
    signs.tick().await;
    let ended = loop {
        if let Err(error) = pool.fill(engine, usize::MAX).await {
            tracing::warn!(code = error.code().as_str(), "jobs were interrupted");
        }
        tokio::select! {
            () = stopping.told() => break Ok(()),
            true = pool.ended() => {}
            () = hang_up.heard() => reload::reload(engine, say),
            _ = looks.tick() => {}
            _ = signs.tick() => {
                let status = health(engine, say).await;
                let (done, refused) = (engine.groups(), engine.counts().1);
                bar.set_message(format!("{status}, {done} commits"));
                let sign = json!({ "worker": "running", "status": status, "commits": done, "refused": refused });
                let told = if say.json { say.document(&sign) } else { Ok(()) };
                if let Err(error) = told {
                    // a closed signal channel counts as a signal
                    stopping.stop();
                    break Err(error.into());
                }
            }
        }
    };
    bar.finish_and_clear();
    ended
}

/// How the store is. A store that does not answer is no reason to end: it may come back.
async fn health(engine: &Engine, say: Say) -> String {
    match timeout(PATIENCE, engine.health()).await {
        Ok(Ok(health)) => health.status,
        Ok(Err(error)) => {
            say.aside(&error.message());
            "critical".to_owned()
        }
        Err(_) => "critical".to_owned(),
    }
}

impl Work {
    /// The kinds of jobs that are done.
    fn kinds(&self) -> impl Iterator<Item = &str> {
        let sent = self.webhooks.then_some(DELIVER);
        let named = self.exec.iter().map(|(kind, _)| kind.as_str());
        named.chain(self.print.iter().map(String::as_str)).chain(sent)
    }

    /// Refuses to begin where every webhook or every call of a gateway would fail for want of a key, and
    /// where a gateway has no driver here.
    async fn check(&self, engine: &Engine) -> Result<(), Error> {
        let needs_key = |purpose: Purpose| {
            let keyring = engine.keyring().ok_or_else(|| none(purpose))?;
            keyring.newest(purpose).map(drop)
        };
        if self.webhooks {
            needs_key(Purpose::Webhooks)?;
        }
        if self.gateway.is_empty() {
            return Ok(());
        }
        needs_key(Purpose::Vault)?;
        warn_of_missing_keys(engine).await?;
        let drivers = drivers(engine).await?;
        for (id, _) in &self.gateway {
            match drivers.get(id).map(String::as_str) {
                None => return Err(Detail::GatewayNotFound { gateway: Some(id.clone()) }.into()),
                Some("host") => {
                    let (operation, reason) = (format!("--gateway {id}"), OWN_WORKER.to_owned());
                    return Err(Detail::NotSupported { operation, reason }.into());
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Returns the handlers of jobs, those of gateways for one book: another book may have another gateway of
    /// the same name, with other secrets.
    fn handlers(&self, say: Say, stopping: &Stopping, book: &str) -> Result<Handlers, Failure> {
        let mut seen = Vec::new();
        for kind in self.kinds() {
            if seen.contains(&kind) {
                return Err(Failure::usage(kind, "is a kind of jobs that is named twice"));
            }
            seen.push(kind);
        }
        let mut handlers = Handlers::default();
        for (kind, command) in &self.exec {
            let exec = Exec {
                command: command.clone(),
                timeout: self.timeout,
                grace: self.grace,
                keep: self.keep_env.clone(),
                stopping: stopping.clone(),
            };
            handlers.insert(kind, Arc::new(exec));
        }
        for kind in &self.print {
            handlers.insert(kind, Arc::new(Print(say)));
        }
        if self.webhooks {
            let sender = Webhooks::by_keyring().allow_private(self.allow_private);
            handlers.insert(DELIVER, sender.allow_http(self.allow_http).handler());
        }
        for (id, drive) in &self.gateway {
            let driven = Options::new().gateway(id, drive.clone().in_book(book));
            for kind in driven.handlers.kinds() {
                if handlers.get(&kind).is_some() {
                    return Err(Failure::usage(&*kind, "is a kind of jobs that is named twice"));
                }
                if let Some(handler) = driven.handlers.get(&kind) {
                    handlers.insert(&kind, handler.clone());
                }
            }
        }
        if !self.no_chain {
            let driven = Options::new().chain(nodes(self.private_nodes));
            for kind in CHAIN_JOBS.into_iter().filter(|kind| !seen.contains(kind)) {
                if let Some(handler) = driven.handlers.get(kind) {
                    handlers.insert(kind, handler.clone());
                }
            }
        }
        Ok(handlers)
    }
}

/// Warns of keys that the book rests on and the keyring lacks. A call whose token was sealed with one is not
/// even taken, so that nothing else is heard of it.
async fn warn_of_missing_keys(engine: &Engine) -> Result<(), Error> {
    let keys = engine.call("vault.keys", json!({})).await?;
    let keys = keys["items"].as_array().into_iter().flatten();
    for key in keys.filter(|key| key["missing"] == true) {
        let (key, purpose) = (key["key_id"].as_str(), key["purpose"].as_str());
        tracing::warn!(key, purpose, "the keyring lacks a key that is in use: calls may be left to others");
    }
    Ok(())
}

/// The drivers of the gateways of the book, by the names of these.
async fn drivers(engine: &Engine) -> Result<BTreeMap<String, String>, Error> {
    let (mut drivers, mut after) = (BTreeMap::new(), Value::Null);
    loop {
        let page = engine.call("payments.gateways", json!({ "limit": 500, "after": after })).await?;
        let found = page["items"].as_array().into_iter().flatten();
        let found = found.filter_map(|gateway| {
            Some((gateway["id"].as_str()?.to_owned(), gateway["driver"].as_str()?.to_owned()))
        });
        drivers.extend(found);
        after = page["next"].clone();
        if after.is_null() {
            return Ok(drivers);
        }
    }
}

/// Prints a job as one line of JSON; then it is done.
struct Print(Say);

#[async_trait]
impl Handler for Print {
    async fn run(&self, job: &Job) -> Result<Value, Failed> {
        let line = serde_json::to_value(job).map_err(|_| Failed::new("the job has no JSON form"))?;
        self.0.document(&json!({ "job": line })).map_err(|error| Failed::new(error.to_string()))?;
        Ok(Value::Null)
    }
}
