//! The invariants of any input: shared by the mutation runner of `fuzzing.rs` and by the targets in
//! `fuzz/`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use earnest::api::codes::of_every_call;
use earnest::currency::{Currencies, Currency};
use earnest::env::Env;
use earnest::money::{Money, parse_amount};
use earnest::request::scope::OperationInfo;
use earnest::risk::counting::rate::Rate;
use earnest::risk::judging::judge::{JudgedCall, Party, RuleSet, States, count, judge};
use earnest::risk::rules::parse::{RateArgs, RuleArgs};
use earnest::risk::rules::rule::{Class, Metric, Outcome, Rule, Subject};
use earnest::vault::seal::{Place, SealingKey, key_id};
use earnest::{Engine, Error, Options, Span};
use serde_json::{Map, Value, json};

/// Checks that an accepted amount is digits, says what it means, and comes back the same. Answers how many
/// currencies accepted it.
pub(crate) fn money(text: &str) -> u64 {
    let currencies = [("KRW", 0), ("USD", 2), ("USDC", 6), ("POL", 18)]
        .map(|(code, scale)| Currency::new(code, scale).unwrap());
    let mut accepted = 0;
    for currency in currencies {
        let Ok(minor) = parse_amount(text, currency) else { continue };
        accepted += 1;
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        assert!(whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()), "{text:?} {currency:?}");
        assert!(part.len() <= usize::from(currency.scale()), "{text:?} {currency:?}");
        let padded = format!("{whole}{part:0<width$}", width = usize::from(currency.scale()));
        assert_eq!(padded.parse::<i128>().map(|value| sign * value), Ok(minor), "{text:?} {currency:?}");
        let shown = Money::new(minor, currency).unwrap().amount_string();
        assert_eq!(parse_amount(&shown, currency).ok(), Some(minor), "{text:?} shown as {shown}");
    }
    accepted
}

/// Canonical JSON is canonical: the same for what is equal, and its own canonical form. Answers whether it is
/// JSON.
pub(crate) fn canonical(input: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(input) else { return false };
    let Ok(text) = serde_json_canonicalizer::to_string(&value) else { return false };
    let again: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(serde_json_canonicalizer::to_string(&again).unwrap(), text);
    let mut turned = value;
    turn(&mut turned);
    assert_eq!(serde_json_canonicalizer::to_string(&turned).unwrap(), text, "order of members matters");
    true
}

/// Bytes that are read as a sealed value, in hexadecimal: what opens was sealed by whoever has the key, and
/// is not another value that only looks like it. Answers whether it opened.
pub(crate) fn sealed(input: &str) -> bool {
    let Ok(bytes) = hex::decode(input.trim()) else { return false };
    let key = SealingKey::new("k-1", &[7; 32]).unwrap();
    let place = Place { book: "main", table: "value", subject: "u-1", field: "email", version: 1 };
    let named = key_id(&bytes).map(str::to_owned);
    match key.open(&place, &bytes) {
        Ok(value) => {
            assert_eq!(named.as_deref(), Ok("k-1"));
            assert!(value.starts_with(b"of the corpus"), "{input} was never sealed");
            true
        }
        Err(refusal) => {
            assert!(named.is_ok() || named == Err(refusal));
            false
        }
    }
}

/// Text that is read as a rule or a rate: what is accepted can be judged by, and waiting as long as it says
/// helps. Answers whether it was accepted.
pub(crate) fn rule(input: &str) -> bool {
    const CATALOGUE: &[(&str, Class)] =
        &[("ledger.deduct", Class::Opens), ("ledger.capture", Class::Settles), ("escrow.pay", Class::Opens)];
    let mut set = RuleSet::default();
    let read = |args: RuleArgs| Rule::request(&args, CATALOGUE, &Currencies::iso()).ok();
    set.rules.extend(serde_json::from_str(input).ok().and_then(read));
    let read = |args: RateArgs| Rate::request(&args, CATALOGUE).ok();
    set.rates.extend(serde_json::from_str(input).ok().and_then(read));
    let subject = match (&set.rules[..], &set.rates[..]) {
        ([rule], []) => rule.subject.clone(),
        ([], [rate]) => rate.subject.clone(),
        _ => return false,
    };
    let field = match set.rules.first().map(|rule| &rule.metric) {
        Some(Metric::Distinct(field, _)) => field.clone(),
        _ => Subject::Device,
    };
    let party = |subject: &Subject, value: u8| Party {
        amounts: ["USD", "KRW"].iter().filter_map(|code| Money::minor(1, code).ok()).collect(),
        ..Party::new(subject.clone(), [value; 16])
    };
    let mut states = States::default();
    let mut now = "2026-06-30T12:00:00Z".parse().unwrap();
    for value in 0..40_u8 {
        let parties = [party(&subject, 0), party(&field, value)];
        let call = JudgedCall {
            action: ["ledger.deduct", "ledger.capture", "escrow.pay"][usize::from(value % 3)],
            class: [Class::Opens, Class::Settles, Class::Opens][usize::from(value % 3)],
            parties: &parties,
            has_key: true,
            risk_score: 0,
            proved: &[],
            reviewed: false,
            allowed_by: None,
        };
        let verdict = judge(&set, &call, &states, now);
        let Some(wait) = verdict.retry_after else {
            count(&set, &call, &mut states, now);
            continue;
        };
        assert!(wait > 0 && verdict.outcome == Outcome::Block, "{input}");
        let later = now.checked_add(Span::from_micros(wait * 1_000_000).unwrap()).unwrap();
        let outcome = judge(&set, &call, &states, later).outcome;
        assert!(outcome < Outcome::Block, "{input}: waited {wait} s");
        now = later;
    }
    true
}

/// Puts members in another order.
fn turn(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(turn),
        Value::Object(members) => {
            let old: Vec<_> = std::mem::take(members).into_iter().collect();
            let mut new = Map::new();
            for (name, mut value) in old.into_iter().rev() {
                turn(&mut value);
                new.insert(name, value);
            }
            *members = new;
        }
        _ => {}
    }
}

/// The same calls on memory and on SQLite.
pub(crate) struct Twins {
    pub(crate) engines: [Engine; 2],
    books: AtomicU64,
    _folder: tempfile::TempDir,
}

/// The outcome of a call: its reply, or its code and details.
pub(crate) type Answer = Result<Value, (&'static str, Value)>;

impl Twins {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = || {
            let env = Env::test("2026-01-01T00:00:00Z".parse().unwrap(), 1);
            Options::new().env(env).background(false).currency("USDC", 6).currency("POL", 18)
        };
        let url = format!("sqlite:{}", folder.path().join("money.db").display());
        let memory = Engine::open_with("memory:", options()).await.unwrap();
        let sqlite = Engine::open_with(&url, options()).await.unwrap();
        Self { engines: [memory, sqlite], books: AtomicU64::new(0), _folder: folder }
    }

    /// A book that nobody used, on both.
    pub(crate) fn fresh(&self) -> [Engine; 2] {
        let book = format!("f-{}", self.books.fetch_add(1, Ordering::SeqCst));
        self.engines.each_ref().map(|engine| engine.book(&book).unwrap())
    }

    /// Moves both clocks.
    pub(crate) fn advance(&self) {
        for engine in &self.engines {
            engine.options().env.clock.advance("PT7M".parse().unwrap());
        }
    }
}

/// Makes one call on both; the answers are equal, none is `corrupted`, and none panics.
pub(crate) async fn call(books: &[Engine; 2], op: &str, args: &Value) -> Answer {
    if op == "admin.fork" {
        // memory has one timeline: after a fork of the other, no link of their chains would be equal
        return Err(("not_supported", Value::Null));
    }
    let mut answers = Vec::new();
    let args = &nowhere(op, args.clone());
    for book in books {
        answers.push(match book.call(op, args.clone()).await {
            Ok(reply) => Ok(reply),
            Err(error) => Err(refusal(op, args, &error)),
        });
    }
    // these tell of the process, the store and its file themselves
    if !matches!(op, "admin.stats" | "admin.health" | "admin.backup" | "admin.restore") {
        assert_eq!(answers[0], answers[1], "{op} {args}");
    }
    answers.swap_remove(0)
}

/// A path that was changed at random is one where nothing can be written.
fn nowhere(op: &str, mut args: Value) -> Value {
    if matches!(op, "admin.backup" | "admin.restore")
        && let Some(path) = args["path"].as_str()
    {
        args["path"] = format!("/nowhere/at/all/{}", path.replace('.', "-")).into();
    }
    args
}

fn refusal(op: &str, args: &Value, error: &Error) -> (&'static str, Value) {
    let code = error.code().as_str();
    assert!(!matches!(code, "corrupted" | "outcome_unknown"), "{op} {args}: {error:?}");
    let info = earnest::OPERATIONS.iter().find(|info| info.name == op);
    let declared = |info: &OperationInfo| {
        // a batch that is all or none is refused as the call in it is
        let passed_on = op == "ledger.batch" && error.index().is_some();
        passed_on || of_every_call(error.code()) || info.codes().contains(&error.code())
    };
    assert!(info.is_none_or(declared), "`{op}` does not declare {error:?}: {args}");
    (code, error.details())
}

/// Both books are in one state, and every invariant holds.
pub(crate) async fn same_state(books: &[Engine; 2]) {
    let (mut states, mut verified) = (Vec::new(), Vec::new());
    for book in books {
        states.push(book.call("events.state_hash", json!({})).await.unwrap());
        let verify = book.call("admin.verify", json!({})).await.unwrap();
        assert_eq!(verify["ok"], true, "{verify:#}");
        verified.push(verify);
    }
    assert_eq!(states[0], states[1]);
    assert_eq!(verified[0], verified[1], "another number of rows, or other checks");
}

/// Ids that replies have given, to be named by later calls.
pub(crate) fn ids_of(reply: &Value, ids: &mut Vec<String>) {
    for pointer in ["/transfer/id", "/hold/id", "/deal/id", "/dispute/id", "/approval/id"] {
        if let Some(id) =
            reply.pointer(pointer).and_then(Value::as_str).filter(|id| !ids.iter().any(|known| known == id))
        {
            ids.push(id.to_owned());
        }
    }
}

/// Ids are named as the runner names them, by `$`: here by one that was given.
pub(crate) fn name_ids(line: &mut Value, id: &str) {
    for field in ["transfer", "hold", "deal", "dispute", "approval"] {
        if line["args"][field].as_str().is_some_and(|name| name.starts_with('$')) {
            line["args"][field] = id.into();
        }
    }
}

/// Counts of calls: accepted, and refused by code.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) accepted: u64,
    pub(crate) refused: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, answer: &Answer) {
        match answer {
            Ok(_) => self.accepted += 1,
            Err((code, _)) => *self.refused.entry(code).or_default() += 1,
        }
    }
}
