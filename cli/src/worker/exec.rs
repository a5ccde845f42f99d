//! A command of the shell that does a job: in a process group of its own, so that what it starts ends with
//! it.

use std::ffi::OsString;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use earnest::for_cli::Stopping;
use earnest::jobs::{Failed, Handler};
use earnest::views::jobs::Job;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How much of a command's output is kept, in bytes.
const MOST_PRINTED: usize = 16 * 1024;
/// How long its pipes are read after it has ended: something that it started may hold them open for ever.
const PIPES: Duration = Duration::from_secs(1);
/// Variables that open a store, in addition to our own settings: a command gets them only where `--keep-env`
/// names them.
const SECRET: [&str; 4] = ["DATABASE_URL", "PGPASSWORD", "PGPASSFILE", "PGSERVICEFILE"];
/// How the names of our own settings begin: a command gets none of them either.
const OURS: &str = "EARNEST_";

/// Gives a job to a command of the shell; it is done when that ends with 0.
pub(super) struct Exec {
    pub(super) command: String,
    /// How long it may take.
    pub(super) timeout: Duration,
    /// How long it has to end after it was asked to.
    pub(super) grace: Duration,
    /// Variables that it gets although they are secret.
    pub(super) keep: Vec<String>,
    pub(super) stopping: Stopping,
}

impl Exec {
    fn command(&self, job: &Job) -> Command {
        let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
        let mut command = Command::new(shell);
        command.args([flag, self.command.as_str()]);
        for name in withheld(&self.keep) {
            command.env_remove(name);
        }
        let id = job.id.to_string();
        for (name, value) in [("ID", &id), ("KIND", &job.kind), ("KEY", &job.key), ("BOOK", &job.book)] {
            command.env(format!("EARNEST_JOB_{name}"), value);
        }
        #[cfg(unix)]
        command.process_group(0);
        command.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// The variables of this process that a command does not inherit.
#[expect(clippy::disallowed_methods, reason = "their names alone: what a child inherits is the environment")]
fn withheld(keep: &[String]) -> Vec<OsString> {
    let names = std::env::vars_os().map(|(name, _)| name);
    let ours = |name: &OsString| name.as_encoded_bytes().starts_with(OURS.as_bytes());
    let withheld = names.filter(|name| ours(name) || SECRET.iter().any(|secret| name == secret));
    withheld.filter(|name| !keep.iter().any(|kept| name == kept.as_str())).collect()
}

#[async_trait]
impl Handler for Exec {
    async fn run(&self, job: &Job) -> Result<Value, Failed> {
        let failed = |error: std::io::Error| Failed::new(format!("the command did not run: {error}"));
        let line = serde_json::to_string(job).map_err(|_| Failed::new("the job has no JSON form"))?;
        let mut child = self.command(job).spawn().map_err(failed)?;
        // a lease that is lost drops this future, and the group ends with it
        let mut group = Group::of(&child);
        let (out, err) = (Printed::default(), Printed::default());
        // dropped with this future, whichever process holds the other ends
        let mut pipes = JoinSet::new();
        pipes.spawn(out.clone().read(child.stdout.take()));
        pipes.spawn(err.clone().read(child.stderr.take()));
        let mut input = JoinSet::new();
        if let Some(mut stdin) = child.stdin.take() {
            input.spawn(async move {
                // a command that does not read its job does not need it
                let _ = stdin.write_all(format!("{line}\n").as_bytes()).await;
            });
        }
        let mut stopping = self.stopping.clone();
        let (why, status) = tokio::select! {
            // processes that it left in its group are ended with it
            _ = child.wait() => {
                let mut again = self.stopping.clone();
                (None, group.end(&mut child, self.grace, &mut again).await)
            }
            () = sleep(self.timeout) => {
                let what = format!("the command took longer than {} s and was ended", self.timeout.as_secs());
                (Some(what), group.end(&mut child, self.grace, &mut stopping).await)
            }
            () = stopping.told() => {
                let what = "the worker was told to stop, and ended the command".to_owned();
                let mut again = self.stopping.clone();
                (Some(what), group.end(&mut child, self.grace, &mut again).await)
            }
        };
        group.is_over = true;
        let _ = timeout(PIPES, async { while pipes.join_next().await.is_some() {} }).await;
        outcome(status.map_err(failed)?, why, &out.text(), &err.text())
    }
}

/// The result of a command, by how it ended. One that was asked to end and then ended well has done its job.
fn outcome(status: ExitStatus, why: Option<String>, out: &str, err: &str) -> Result<Value, Failed> {
    if status.success() {
        return Ok(result(out));
    }
    let said = err.lines().rev().map(str::trim).find(|line| !line.is_empty()).map(ToOwned::to_owned);
    Err(Failed::new(why.or(said).unwrap_or_else(|| format!("the command ended with {status}"))))
}

/// The beginning of what a command prints; the rest is read and dropped, so that the command can continue.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    async fn read(self, from: Option<impl AsyncRead + Unpin>) {
        let Some(mut from) = from else { return };
        let mut chunk = [0; 4096];
        // output that cannot be read is ignored
        while let Ok(read @ 1..) = from.read(&mut chunk).await {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let room = MOST_PRINTED.saturating_sub(kept.len()).min(read);
            kept.extend_from_slice(chunk.get(..room).unwrap_or_default());
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

/// The output of a command, as the job's result: JSON where it is JSON, otherwise its text.
fn result(out: &str) -> Value {
    match out.trim() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// A command and everything that it started and that did not leave its group. Dropping it before the command
/// is over kills them all.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
    is_over: bool,
}

impl Group {
    fn of(child: &Child) -> Self {
        Self {
            #[cfg(unix)]
            leader: child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?)),
            is_over: false,
        }
    }

    /// Asks the whole group to end, waits as long as the grace, and kills the rest. A second signal cuts the
    /// grace short.
    async fn end(
        &self,
        child: &mut Child,
        grace: Duration,
        stopping: &mut Stopping,
    ) -> std::io::Result<ExitStatus> {
        self.tell_to_end();
        let all_ended = async {
            // the command may end before what it has started
            while child.wait().await.is_ok() && self.is_there() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            () = all_ended => {}
            () = sleep(grace) => {}
            () = stopping.told_again() => {}
        }
        self.kill();
        // where there are no groups, the command alone; it may have ended
        let _ = child.start_kill();
        child.wait().await
    }

    #[cfg(unix)]
    fn tell_to_end(&self) {
        // it may have ended already
        let _ = self.leader.map(|id| rustix::process::kill_process_group(id, rustix::process::Signal::TERM));
    }

    #[cfg(unix)]
    fn kill(&self) {
        let _ = self.leader.map(|id| rustix::process::kill_process_group(id, rustix::process::Signal::KILL));
    }

    #[cfg(unix)]
    fn is_there(&self) -> bool {
        self.leader.is_some_and(|id| rustix::process::test_kill_process_group(id).is_ok())
    }

    #[cfg(not(unix))]
    const fn tell_to_end(&self) {}

    #[cfg(not(unix))]
    const fn kill(&self) {}

    #[cfg(not(unix))]
    const fn is_there(&self) -> bool {
        false
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_over {
            self.kill();
        }
    }
}
