//! Output: figures on stdout, everything else on stderr.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

/// Why a measurement failed.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl Failure {
    /// Says it.
    pub(crate) fn said(&self) -> ExitCode {
        // if nobody listens there is nothing else to do
        drop(writeln!(std::io::stderr(), "earnest-benches: {}", self.0));
        ExitCode::FAILURE
    }
}

/// A failure with a text.
pub(crate) fn failed<T>(what: impl Into<String>) -> Result<T, Failure> {
    Err(Failure(what.into()))
}

/// A line for people, on stderr, if there is a terminal.
pub(crate) fn note(what: &str) {
    if std::io::stderr().is_terminal() {
        drop(writeln!(std::io::stderr(), "{what}"));
    }
}

/// Prints figures: one line of JSON, or a line each.
pub(crate) fn print(figures: &impl Serialize, json: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(figures)?)?;
        return Ok(());
    }
    let Value::Object(members) = serde_json::to_value(figures)? else { return failed("not an object") };
    for (name, value) in members {
        match value {
            Value::Null => {}
            Value::String(text) => writeln!(out, "{name:>20}  {text}")?,
            other => writeln!(out, "{name:>20}  {other}")?,
        }
    }
    Ok(())
}

/// A bar that fills while a load runs, and says how many operations were done.
pub(crate) struct Bar {
    task: tokio::task::JoinHandle<()>,
    bar: ProgressBar,
}

impl Bar {
    /// A bar for so long; hidden where stderr is no terminal.
    pub(crate) fn lasting(what: &str, lasting: Duration, done: Arc<AtomicU64>) -> Self {
        let ticks = u64::try_from(lasting.as_millis() / 100).unwrap_or(u64::MAX);
        let bar = ProgressBar::new(ticks);
        if let Ok(style) = ProgressStyle::with_template("{prefix:>24} [{bar:30}] {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(what.to_owned());
        let shown = bar.clone();
        let task = tokio::spawn(async move {
            for _ in 0..ticks {
                tokio::time::sleep(Duration::from_millis(100)).await;
                shown.inc(1);
                shown.set_message(format!("{} operations", done.load(Ordering::Relaxed)));
            }
        });
        Self { task, bar }
    }

    /// Takes it away.
    pub(crate) fn clear(self) {
        self.task.abort();
        self.bar.finish_and_clear();
    }
}

/// A store's URL without its secrets.
pub(crate) fn masked(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if parsed.has_host() => {
            if parsed.password().is_some() && parsed.set_password(Some("***")).is_err() {
                return "***".to_owned();
            }
            parsed.set_query(None);
            parsed.to_string()
        }
        _ => url.to_owned(),
    }
}
