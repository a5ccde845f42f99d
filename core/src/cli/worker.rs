//! `earnest worker`: the background of a store in a process of its own, and what it does with jobs.
//!
//! A job of a kind that was named is given to a command, or printed. Both may happen twice to one job, when the worker ends
//! between the effect and its report: the job's `key` is the same every time.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::Context;
use super::args::Work;
use super::output::{Failure, Say};
use crate::api::views::jobs::Job;
use crate::jobs::{Failed, Handler};
use crate::options::Options;

/// How often a worker says that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Runs what an engine runs by itself until a signal comes; what is under way then ends first.
pub(super) async fn worker(context: &Context, order: &Work) -> Result<(), Failure> {
    let engine = context.settings.open_with(true, |options| order.handlers(options, context.say)).await?;
    let mut stop = Stop::new()?;
    let (store, say, shown) = (engine.store().name(), context.say, context.settings.shown());
    let kinds: Vec<&str> = order.kinds().collect();
    let jobs = if kinds.is_empty() { "no jobs".to_owned() } else { format!("jobs of {}", kinds.join(", ")) };
    let started = format!("{shown}: sequencer, timers and {jobs} run; Ctrl-C or SIGTERM ends them");
    say.either(&json!({ "worker": "started", "store": store, "kinds": kinds }), started)?;
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

impl Work {
    /// The kinds of jobs that are done.
    fn kinds(&self) -> impl Iterator<Item = &str> {
        self.exec.iter().map(|(kind, _)| kind.as_str()).chain(self.print.iter().map(String::as_str))
    }

    fn handlers(&self, mut options: Options, say: Say) -> Result<Options, Failure> {
        let mut seen = Vec::new();
        for kind in self.kinds() {
            if seen.contains(&kind) {
                return Err(Failure::Usage(format!("what to do with jobs of `{kind}` is said twice")));
            }
            seen.push(kind);
        }
        for (kind, command) in &self.exec {
            options = options.handler(kind, Arc::new(Exec(command.clone())));
        }
        for kind in &self.print {
            options = options.handler(kind, Arc::new(Print(say)));
        }
        Ok(options)
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

/// Gives a job to a command of the shell; it is done when that ends with 0.
struct Exec(String);

/// How much of what a command prints is looked at, in bytes.
const MOST_PRINTED: u64 = 16 * 1024;

impl Exec {
    fn command(&self, job: &Job) -> Command {
        let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
        let mut command = Command::new(shell);
        command.args([flag, self.0.as_str()]);
        // what signs receipts is nothing that a command needs
        command.env_remove("EARNEST_KEYRING");
        let id = job.id.to_string();
        for (name, value) in [("ID", &id), ("KIND", &job.kind), ("KEY", &job.key), ("BOOK", &job.book)] {
            command.env(format!("EARNEST_JOB_{name}"), value);
        }
        // a lease that is lost ends the command with it
        command.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

#[async_trait]
impl Handler for Exec {
    async fn run(&self, job: &Job) -> Result<Value, Failed> {
        let failed = |error: std::io::Error| Failed::new(format!("the command did not run: {error}"));
        let line = serde_json::to_string(job).map_err(|_| Failed::new("the job has no JSON form"))?;
        let mut child = self.command(job).spawn().map_err(failed)?;
        let (input, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let write = async {
            if let Some(mut input) = input {
                // a command that does not read its job does not need it
                let _ = input.write_all(format!("{line}\n").as_bytes()).await;
            }
        };
        let ((), out, err) = tokio::join!(write, printed(out), printed(err));
        let status = child.wait().await.map_err(failed)?;
        if status.success() {
            return Ok(result(&out));
        }
        let said = err.lines().rev().map(str::trim).find(|line| !line.is_empty());
        Err(Failed::new(said.map_or_else(|| format!("the command ended with {status}"), ToOwned::to_owned)))
    }
}

/// The beginning of what a command prints; the rest is read and forgotten, so that the command can go on.
async fn printed(from: Option<impl tokio::io::AsyncRead + Unpin>) -> String {
    let Some(mut from) = from else { return String::new() };
    let mut kept = Vec::new();
    // what cannot be read was not printed
    let _ = (&mut from).take(MOST_PRINTED).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).into_owned()
}

/// What a command printed, as the job's result: JSON where it is JSON, otherwise its text.
fn result(out: &str) -> Value {
    match out.trim() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
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
