//! What is said, to whom, and with which exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::{Value, json};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::mask::scrubbed;
use crate::error::{Detail, Error};
use crate::options::environment::variable;
use crate::verify::Step;

/// Work of a known length.
const BAR: &str = "{msg} {wide_bar} {human_pos}/{human_len}, {rate}, {eta} left";
/// Work of which only what is done is known.
const COUNT: &str = "{spinner} {msg} {human_pos}, {rate}";

/// Why a command did not end well.
#[derive(Debug)]
pub(super) enum Failure {
    /// What was asked for cannot be understood.
    Usage(String),
    /// The engine refused.
    Refused(Error),
    /// Something else went wrong.
    Failed(String),
    /// It has been said already.
    Said,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // whoever read our output has gone, and wants to hear no more
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Said } else { Self::Failed(error.to_string()) }
    }
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            // a store's URL is an argument too
            Self::Refused(error) if names_url(error) => ExitCode::from(2),
            Self::Refused(_) | Self::Failed(_) | Self::Said => ExitCode::FAILURE,
        }
    }
}

fn names_url(error: &Error) -> bool {
    matches!(error.detail(), Detail::InvalidRequest { field, .. } if field == "url" || field.starts_with("url."))
}

/// Colours of what is said to people.
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    Good,
    Bad,
    Strong,
    Faint,
}

/// Where output goes, and for whom it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Say {
    /// For machines.
    pub(super) json: bool,
    coloured: bool,
}

impl Say {
    pub(super) fn new(json: bool) -> Self {
        let plain = variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|term| term == "dumb");
        Self { json, coloured: !json && !plain && io::stdout().is_terminal() }
    }

    /// Prints a line.
    pub(super) fn line(self, text: impl AsRef<str>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", text.as_ref().trim_end())?;
        out.flush()
    }

    /// Prints a JSON document on one line.
    pub(super) fn document(self, value: &Value) -> io::Result<()> {
        self.line(value.to_string())
    }

    /// Prints one of two: for machines, or for people.
    pub(super) fn either(self, value: &Value, text: impl AsRef<str>) -> io::Result<()> {
        if self.json { self.document(value) } else { self.line(text) }
    }

    /// A coloured text, on a terminal.
    pub(super) fn paint(self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Good => "32",
            Paint::Bad => "31;1",
            Paint::Strong => "1",
            Paint::Faint => "2",
        };
        if self.coloured { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Says something that is not the result, on stderr.
    pub(super) fn aside(self, text: &str) {
        let mut err = io::stderr().lock();
        // there is nobody left to tell
        let _ = writeln!(err, "earnest: {}", scrubbed(text));
    }

    /// Says what went wrong, on stderr, and answers the exit code.
    pub(super) fn failure(self, failure: &Failure) -> ExitCode {
        let (message, document) = match failure {
            Failure::Said => return failure.exit_code(),
            Failure::Refused(error) => {
                (format!("{} ({})", error.message(), error.code()), json!({ "error": error }))
            }
            Failure::Usage(text) => {
                (text.clone(), json!({ "error": { "code": "usage", "message": scrubbed(text) } }))
            }
            Failure::Failed(text) => {
                (text.clone(), json!({ "error": { "code": "failed", "message": scrubbed(text) } }))
            }
        };
        if self.json {
            let _ = writeln!(io::stderr().lock(), "{document}");
        } else {
            self.aside(&message);
        }
        failure.exit_code()
    }

    /// A bar for long work of a known length, on a terminal only.
    pub(super) fn bar(self, length: u64, what: &'static str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(length), self.target()).with_message(what);
        bar.with_style(style(BAR))
    }

    /// A sign of life for long work of unknown length, on a terminal only.
    pub(super) fn spinner(self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, self.target());
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        bar
    }

    /// How far a verification is, on a terminal only: a bar while it is known how much there is.
    pub(super) fn verifying(self) -> (ProgressBar, impl Fn(Step<'_>) + Send + Sync) {
        let bar = self.spinner();
        let shown = bar.clone();
        let show = move |step: Step<'_>| {
            if shown.message() != step.what {
                shown.reset();
                shown.set_message(step.what.to_owned());
                shown.set_style(style(if step.of.is_some() { BAR } else { COUNT }));
                match step.of {
                    Some(of) => shown.set_length(u64::try_from(of).unwrap_or(0)),
                    None => shown.unset_length(),
                }
            }
            shown.set_position(u64::try_from(step.count).unwrap_or(0));
        };
        (bar, show)
    }

    fn target(self) -> ProgressDrawTarget {
        if self.json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() }
    }
}

/// A style that also knows how many a second there are.
fn style(template: &str) -> ProgressStyle {
    let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        // a bar that cannot be written has nobody who sees it
        let _ = write!(out, "{:.0}/s", state.per_sec());
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", rate)
}

/// Says what clap has to say: help on stdout, usage errors on stderr.
pub(super) fn not_parsed(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        // a URL may have landed where none belongs
        let _ = write!(io::stderr().lock(), "{}", scrubbed(&error.render().to_string()));
        return ExitCode::from(2);
    }
    let _ = error.print();
    ExitCode::SUCCESS
}

/// Sends the engine's log to stderr.
pub(super) fn start_log(level: LevelFilter) {
    if level == LevelFilter::OFF {
        return;
    }
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let ours = Targets::new().with_target("earnest", level);
    // a second start finds the first one, which is as good
    let _ = tracing_subscriber::registry().with(lines).with(ours).try_init();
}
