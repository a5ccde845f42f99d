//! The output of commands: messages, readers, and exit codes.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use earnest::for_cli::verify::Step;
use earnest::for_cli::{IN_OWN, readable, variable};
use earnest::{Code, Detail, Error};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::{Value, json};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use zeroize::Zeroizing;

use super::mask::scrubbed;

/// Work of a known length.
const BAR: &str = "{msg} {wide_bar} {human_pos}/{human_len}, {rate}, {eta} left";
/// Work of which only what is done is known.
const COUNT: &str = "{spinner} {msg} {human_pos}, {rate}";

/// Why a command did not end well.
#[derive(Debug)]
pub(super) enum Failure {
    /// The arguments cannot be understood.
    Usage(Error),
    /// The engine refused, or this machine did (`command_failed`).
    Refused(Error),
    /// It has been said already.
    Reported,
}

impl Failure {
    /// An argument or variable `field` that cannot be understood. `reason` continues the sentence that it
    /// begins.
    pub(super) fn usage(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Usage(Error::invalid(field, reason))
    }

    /// Something else than the engine went wrong.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::Refused(Detail::CommandFailed { reason: reason.into() }.into())
    }

    /// A file of this machine that could not be read or written.
    pub(super) fn file(path: &Path, error: &io::Error) -> Self {
        Self::failed(format!("`{}`: {error}", path.display()))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // the reader of our output has closed it, and needs no error
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Reported
        } else {
            Self::failed(error.to_string())
        }
    }
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            // a store's URL is an argument too
            Self::Refused(error) if names_url(error) => ExitCode::from(2),
            Self::Refused(_) | Self::Reported => ExitCode::FAILURE,
        }
    }
}

fn names_url(error: &Error) -> bool {
    matches!(error.detail(), Detail::InvalidRequest { field, .. } if field == "url" || field.starts_with("url."))
}

/// Colours of output for people.
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    Good,
    Bad,
    Strong,
    Faint,
}

/// The destination of output: machines or people.
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
        let text = text.as_ref().trim_end();
        let mut line = Zeroizing::new(String::with_capacity(text.len() + 1));
        line.push_str(text);
        line.push('\n');
        // in one write: of one that ends a line standard output keeps no copy
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())?;
        out.flush()
    }

    /// Prints a JSON document on one line.
    pub(super) fn document(self, value: &Value) -> io::Result<()> {
        self.line(readable::json(value))
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

    /// Reports an error that does not end the command, on stderr.
    pub(super) fn aside(self, text: &str) {
        self.tell(&Detail::CommandFailed { reason: text.to_owned() }.into(), text);
    }

    /// Reports a failure on stderr, and returns the exit code.
    pub(super) fn failure(self, failure: &Failure) -> ExitCode {
        match failure {
            Failure::Reported => {}
            Failure::Refused(error) if error.code() != Code::CommandFailed => {
                self.tell(error, &format!("{} ({})", error.message(), error.code()));
            }
            Failure::Usage(error) | Failure::Refused(error) => self.tell(error, &error.message()),
        }
        failure.exit_code()
    }

    /// Prints an error as the JSON document for machines, or as a line for people.
    fn tell(self, error: &Error, text: &str) {
        let line = if self.json {
            let mut document = json!({ "error": error });
            scrub(&mut document);
            readable::json(&document)
        } else {
            format!("earnest: {}", readable::line(&shown(text)))
        };
        // without stderr the report has no reader
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// A bar for long work of a known length, on a terminal only.
    pub(super) fn bar(self, length: u64, what: &'static str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(length), self.target()).with_message(what);
        bar.with_style(style(BAR))
    }

    /// A spinner for long work of unknown length, on a terminal only.
    pub(super) fn spinner(self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, self.target());
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        bar
    }

    /// The progress of a verification, on a terminal only: a bar while the total is known.
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

/// A progress style with a rate per second.
fn style(template: &str) -> ProgressStyle {
    let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        // a progress bar that cannot be written has no reader
        let _ = write!(out, "{:.0}/s", state.per_sec());
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", rate)
}

/// A text as a command line says it, without the passwords of store URLs.
fn shown(text: &str) -> String {
    scrubbed(&text.replace(IN_OWN, ""))
}

/// Takes the passwords of store URLs out of every text of a document.
fn scrub(value: &mut Value) {
    match value {
        Value::String(text) => *text = shown(text),
        Value::Array(items) => items.iter_mut().for_each(scrub),
        Value::Object(members) => members.values_mut().for_each(scrub),
        _ => {}
    }
}

/// Prints clap's output: help on stdout, usage errors on stderr.
pub(super) fn not_parsed(error: &clap::Error, json: bool) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    if json {
        let reason = text.trim_start_matches("error: ").trim_end();
        return Say::new(true).failure(&Failure::usage("arguments", reason));
    }
    // a URL may have landed where none belongs
    let _ = write!(io::stderr().lock(), "{}", readable::paragraphs(&scrubbed(&text)));
    ExitCode::from(2)
}

/// Sends the engine's log to stderr; for machines, one JSON document a line.
pub(super) fn start_log(level: LevelFilter, json: bool) {
    if level == LevelFilter::OFF {
        return;
    }
    let ours = Targets::new().with_target("earnest", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let lines = if json { lines.json().boxed() } else { lines.boxed() };
    // a second start finds the first one, which is as good
    let _ = tracing_subscriber::registry().with(lines.with_filter(ours)).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_using_on_a_command_line() {
        let error = Error::from(Detail::Contention { reason: "lock_timeout".to_owned() });
        assert_eq!(shown(&error.message()), "contention: lock_timeout: another transaction has it");
    }
}
