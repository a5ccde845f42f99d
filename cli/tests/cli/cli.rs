//! Runs the command-line tool as a user would: the built binary, arguments, standard input.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The exit code and the output of a run of the tool.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Every line of its output, as JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        self.out.lines().map(parse).collect()
    }

    /// Its whole output, as one JSON document.
    pub(crate) fn document(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{self:?}");
        lines.remove(0)
    }
}

/// A command of the tool, with none of this process's settings.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_earnest"));
    without_settings(&mut command).args(args);
    command
}

/// Keeps the settings of this process from a command.
#[allow(clippy::disallowed_methods, reason = "what a command inherits is the environment")]
pub(crate) fn without_settings(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"EARNEST_") {
            command.env_remove(name);
        }
    }
    command.env_remove("DATABASE_URL")
}

/// Runs the tool to its end with `input` on its standard input.
pub(crate) fn run(command: &mut Command, input: &str) -> Ran {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the tool starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let done = std::thread::scope(|scope| {
        // a run that ends early does not read to the end; one that answers waits until its answers are read
        scope.spawn(move || drop(stdin.write_all(input.as_bytes())));
        child.wait_with_output().expect("the tool ends")
    });
    let text = |bytes| String::from_utf8(bytes).expect("the tool prints text");
    Ran {
        code: done.status.code().expect("no signal ended it"),
        out: text(done.stdout),
        err: text(done.stderr),
    }
}

/// Runs the tool with arguments alone.
pub(crate) fn earnest(args: &[&str]) -> Ran {
    run(&mut command(args), "")
}
