//! Processes of a test: its own program again, which runs one of its ignored tests alone. What they say is on
//! their standard output, line by line.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::{Deref, DerefMut};
use std::process::{Command, Stdio};

use super::Stage;

/// Names the store, the schema, the name of the child and how many calls it makes.
const TOLD: [&str; 4] =
    ["EARNEST_CHILD_STORE", "EARNEST_CHILD_SCHEMA", "EARNEST_CHILD_NAME", "EARNEST_CHILD_CALLS"];

/// The settings that a child is given.
pub(crate) struct Told {
    pub(crate) url: String,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) calls: u32,
}

/// A process that ends with the test, also with one that panics: it is killed and waited for.
pub(crate) struct Child(std::process::Child);

impl Deref for Child {
    type Target = std::process::Child;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Child {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // one that has ended and was waited for is left alone: its number may be another's
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A child: an ignored test of this program.
fn program(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    command
}

/// Starts a child on the store of a stage.
pub(crate) fn start(stage: &Stage, test: &str, name: &str, calls: u32) -> Child {
    let values = [stage.url.clone(), stage.options.schema.clone(), name.to_owned(), calls.to_string()];
    let mut command = program(test);
    command.envs(TOLD.into_iter().zip(values));
    Child(command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap())
}

/// Starts a child that has its own stage and says on the output of this process what it finds.
pub(crate) fn alone(test: &str, told: &[(&str, &str)]) -> Child {
    Child(program(test).envs(told.iter().copied()).spawn().unwrap())
}

/// In a child: what it was told; `None` when somebody runs all ignored tests.
pub(crate) fn told() -> Option<Told> {
    let [url, schema, name, calls] = TOLD.map(|variable| std::env::var(variable).ok());
    Some(Told { url: url?, schema: schema?, name: name?, calls: calls?.parse().unwrap() })
}

/// In a child: says the outcome of a call. One write a line: a killed child leaves no half of one that was
/// acknowledged.
pub(crate) fn say(key: &str, outcome: &str) {
    let line = format!("\ncall {key} {outcome}\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    std::io::stdout().flush().unwrap();
}

/// The lines that a child says about its calls: key and outcome.
pub(crate) fn lines(child: &mut Child) -> impl Iterator<Item = (String, String)> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.filter_map(|line| {
        let (key, outcome) = line.strip_prefix("call ")?.split_once(' ')?;
        Some((key.to_owned(), outcome.to_owned()))
    })
}

/// How many calls these told of, and the keys of those that passed: all others were refused by this code.
pub(crate) async fn passed(children: [Child; 4], refusal: &str) -> (u32, BTreeSet<String>) {
    let mut heard = Vec::new();
    for mut child in children {
        heard.push(tokio::task::spawn_blocking(move || {
            let all: Vec<_> = lines(&mut child).collect();
            assert!(child.wait().unwrap().success());
            all
        }));
    }
    let (mut told, mut passed) = (0, BTreeSet::new());
    for heard in heard {
        for (key, code) in heard.await.unwrap() {
            told += 1;
            match code.as_str() {
                // a key of several of them is one effect
                "ok" => drop(passed.insert(key)),
                code => assert_eq!(code, refusal, "{key}"),
            }
        }
    }
    (told, passed)
}
