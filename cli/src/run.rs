//! `earnest run`: JSON Lines in, one line out per line in.
//!
//! Lines run one after the other, each answered (and its line flushed) before the next one is read, so that a
//! program may talk to it through two pipes. A malformed line ends the run: the effects of the lines before
//! it stay.

mod line;
mod lines;
mod names;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use earnest::env::{Clock, Counted, Env, Seeds};
use earnest::for_cli::sweep;
use earnest::keyring::Keyring;
use earnest::rows::listing::Listing;
use earnest::{Code, Detail, Engine, Error, Options, Result, Span, Time};
use serde_json::{Map, Value, json};

use super::Context;
use super::output::{Failure, Say};
use super::settings::Settings;
use line::{Line, Malformed};
use lines::Lines;
use names::Names;

/// Where the test clock starts: 2026-01-01T00:00:00Z.
const TEST_START: Time = Time::from_micros(1_767_225_600_000_000);
/// The operation that moves the test clock.
const ADVANCE: &str = "clock.advance";

pub(super) async fn run(context: &Context, file: &Path, test_clock: bool) -> Result<(), Failure> {
    let unread =
        |error: io::Error| Failure::usage(file.display().to_string(), format!("cannot be read: {error}"));
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        if file.is_dir() {
            return Err(Failure::usage(file.display().to_string(), "is a folder: name a file, or `-`"));
        }
        Box::new(File::open(file).map_err(unread)?)
    };
    let name = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    let (engine, clock) = open(&context.settings, test_clock).await?;
    let mut run = Run { engine: engine.clone(), clock, names: Names::default(), astray: 0 };
    let ended = run.lines(input, context.say).await;
    engine.close().await;
    match ended? {
        Ended::Malformed(number, Malformed { column, what }) => {
            Err(Failure::usage(name, format!("is malformed in line {number}, column {column}: {what}")))
        }
        Ended::Whole(lines) if run.astray > 0 => {
            context.say.aside(&format!("{} of {lines} lines did not go as expected", run.astray));
            Err(Failure::Reported)
        }
        Ended::Whole(_) => Ok(()),
    }
}

/// Opens the store; the test clock comes with it.
async fn open(settings: &Settings, test_clock: bool) -> Result<(Engine, Option<Clock>), Failure> {
    let url = settings.store().unwrap_or("memory:");
    if !test_clock {
        return Ok((settings.engine(url, settings.options()).await?, None));
    }
    let (clock, counter) = (Clock::test(TEST_START), Arc::new(Counted::default()));
    let env = Env { clock: clock.clone(), seeds: Seeds::Counted(counter.clone()), ..Env::default() };
    let mut options: Options = settings.options().background(false).env(env);
    options.keyring.get_or_insert_with(Keyring::for_tests);
    let engine = settings.engine(url, options).await?;
    let used = engine.look(&Listing::Books { after: None, limit: 1 }).await?;
    if !used.books.is_empty() {
        // an earlier run counted from 0 as well: begin where none has been
        let (_, random) = Env::default().seed().ids().uuid().as_u64_pair();
        counter.restart(random);
    }
    Ok((engine, Some(clock)))
}

enum Ended {
    /// All lines were run; their number.
    Whole(u64),
    /// This line cannot be read.
    Malformed(u64, Malformed),
}

struct Run {
    engine: Engine,
    clock: Option<Clock>,
    names: Names,
    /// Lines that did not go as expected.
    astray: u64,
}

impl Run {
    async fn lines(&mut self, input: Box<dyn Read>, say: Say) -> Result<Ended, Failure> {
        let (mut number, mut ran, mut blank) = (0, 0, None);
        let mut lines = Lines::of(input);
        while let Some(bytes) = lines.next()? {
            number += 1;
            if bytes.iter().all(u8::is_ascii_whitespace) {
                blank.get_or_insert(number);
                continue;
            }
            // empty lines may only be the end of the file
            if let Some(blank) = blank {
                return Ok(Ended::Malformed(
                    blank,
                    Malformed { column: 1, what: "the line is empty".to_owned() },
                ));
            }
            match Line::read(bytes, number == 1) {
                Ok(line) => self.line(number, line, say).await?,
                Err(malformed) => return Ok(Ended::Malformed(number, malformed)),
            }
            ran += 1;
        }
        Ok(Ended::Whole(ran))
    }

    /// Runs a line and answers it.
    async fn line(&mut self, number: u64, line: Line, say: Say) -> Result<(), Failure> {
        let (expect, name) = (line.expect.clone(), line.name.clone());
        let outcome = Box::pin(self.execute(line)).await;
        if let Some(wrong) = astray(expect.as_deref(), &outcome) {
            self.astray += 1;
            say.aside(&format!("line {number}: {wrong}"));
        }
        let answer = match &outcome {
            Ok(reply) => json!({ "ok": true, "reply": reply }),
            Err(error) => json!({ "ok": false, "error": error }),
        };
        if let Some(name) = name {
            let known = outcome.unwrap_or_else(|error| json!({ "error": error }));
            self.names.keep(name, known);
        }
        Ok(say.document(&answer)?)
    }

    async fn execute(&self, line: Line) -> Result<Value> {
        if let Some(member) = line.unknown {
            return Err(Error::invalid(
                member,
                "is not a member of a line: they are `op`, `book`, `args`, `as`, `expect`",
            ));
        }
        if let Some(name) = &line.name {
            names::check(name)?;
        }
        if let Some(code) = &line.expect {
            code.parse::<Code>()
                .map_err(|_| Error::invalid("expect", format!("must be an error code: `{code}` is not")))?;
        }
        let mut args = Value::Object(line.args);
        self.names.resolve(&mut args)?;
        if line.op == ADVANCE {
            return self.advance(args.as_object().unwrap_or(&Map::new()));
        }
        let outcome = match line.book {
            Some(book) => self.engine.book(&book)?.call(&line.op, args).await,
            None => self.engine.call(&line.op, args).await,
        };
        if self.clock.is_some() {
            // while the clock is stopped, stamps do not give the order of lines: every line is sequenced
            // before the next, so that numbers and links are the same on every store
            sweep(self.engine.store(), &self.engine.options().env).await?;
        }
        outcome
    }

    /// Moves the test clock.
    fn advance(&self, args: &Map<String, Value>) -> Result<Value> {
        let Some(clock) = &self.clock else {
            let reason = "the clock moves only with `--test-clock`".to_owned();
            return Err(Detail::NotSupported { operation: ADVANCE.to_owned(), reason }.into());
        };
        if let Some(other) = args.keys().find(|name| *name != "by") {
            return Err(Error::invalid(other, "is not a field of `clock.advance`: it has `by`"));
        }
        let text = args.get("by").and_then(Value::as_str);
        let by = Span::request(
            "by",
            text.ok_or_else(|| Error::invalid("by", "must be a duration such as `P4D`"))?,
        )?;
        let then = clock
            .now()
            .checked_add(by)
            .ok_or_else(|| Error::invalid("by", "is beyond the last time that there is"))?;
        clock.advance(by);
        Ok(json!({ "now": then }))
    }
}

/// How the outcome of a line differs from what it expected.
fn astray(expect: Option<&str>, outcome: &Result<Value>) -> Option<String> {
    match (expect, outcome) {
        (None, Ok(_)) => None,
        (Some(code), Err(error)) if error.code().as_str() == code => None,
        (None, Err(error)) => Some(format!("{} ({})", error.message(), error.code())),
        (Some(code), Ok(_)) => Some(format!("`{code}` was expected, and it succeeded")),
        (Some(code), Err(error)) => {
            Some(format!("`{code}` was expected: {} ({})", error.message(), error.code()))
        }
    }
}
