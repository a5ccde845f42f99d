//! Golden transcripts: every statement that calls hand out, every answer, and what the calls make of them.
//!
//! `core/tests/vectors/steps.sqlite.jsonl` and `steps.postgres.jsonl` are such transcripts, from which a loop
//! in another language can be written and checked.
//! `core/docs/STEPS.md` says what their lines are. Ids, times and
//! hashes are numbered by their first place in a scenario (`{id 1}`), so that a scenario does not depend on
//! those before it. They are compared in every run, and written by `EARNEST_WRITE_VECTORS=1`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::*;

/// A step of a scenario.
enum Act {
    /// A call, to its end.
    Call(&'static str, Value),
    /// A call that is given up: before its first step, or when it has handed out the statement behind so many
    /// others.
    Cut(&'static str, Value, Option<usize>),
    /// A call of which the driver fails at the statement behind so many others.
    Fails(&'static str, Value, usize, Answer),
    /// A call of which the statement behind so many others is sent only after another call has committed.
    Meanwhile(&'static str, Value, usize, &'static str, Value),
    /// Two calls at once.
    Both([(&'static str, Value); 2]),
    /// The end of the transaction, by this statement. When what waits for people is written, another begins.
    Ends(&'static str),
}

use Act::{Both, Call as Whole, Cut, Ends, Fails, Meanwhile};

fn pay(amount: &str, key: &str) -> Value {
    json!({ "from": "alice", "to": "bob", "amount": amount, "key": key })
}

fn top_up(account: &str, key: &str) -> Value {
    json!({ "account": account, "amount": "5.00 USD", "key": key })
}

/// The failures of a driver, as it names them.
fn failures(dialect: Dialect) -> [(&'static str, &'static str); 4] {
    match dialect {
        Dialect::Sqlite => [
            ("another connection writes", "5"),
            ("the transaction began before another one wrote", "517"),
            ("the disk is full", "13"),
            ("the file is no database", "26"),
        ],
        Dialect::Postgres => [
            ("a deadlock", "40P01"),
            ("a serialization failure", "40001"),
            ("an aborted transaction", "25P02"),
            ("a right that is missing", "42501"),
        ],
    }
}

type Scenario = (String, Vec<Act>);

/// All of them. The refusal of a stranger is the last: it is noted on a connection of the engine's own, at
/// some time, which later scenarios would see.
fn scenarios(dialect: Dialect) -> Vec<Scenario> {
    let stranger =
        json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": "k-2", "actor": "bob" });
    let last = vec![whole("somebody whom it does not concern", [("ledger.transfer", stranger)])];
    [transfers(), others(), unfinished(dialect), failing(dialect), consents(), last]
        .into_iter()
        .flatten()
        .collect()
}

/// Calls to their end, one after the other.
fn whole<const N: usize>(name: &str, calls: [(&'static str, Value); N]) -> Scenario {
    (name.to_owned(), calls.into_iter().map(|(name, args)| Whole(name, args)).collect())
}

fn transfers() -> Vec<Scenario> {
    let transfer = |amount, key| ("ledger.transfer", pay(amount, key));
    vec![
        whole("a top-up", [("ledger.top_up", top_up("alice", "k-1"))]),
        whole("a transfer, and a retry of it", [transfer("30.00 USD", "k-1"), transfer("30.00 USD", "k-1")]),
        whole(
            "a key that was used for something else",
            [transfer("30.00 USD", "k-1"), transfer("31.00 USD", "k-1")],
        ),
        whole(
            "a refusal, and a call behind it",
            [transfer("900.00 USD", "k-1"), transfer("1.00 USD", "k-2")],
        ),
        whole("a request that names no operation", [("ledger.nothing", json!({}))]),
        whole(
            "a request that lacks a field",
            [("ledger.transfer", json!({ "from": "alice", "to": "bob", "key": "k-1" }))],
        ),
    ]
}

fn others() -> Vec<Scenario> {
    let account = |name: &str| json!({ "account": name });
    let entries = json!({ "account": "alice", "limit": 1 });
    let hold = json!({ "account": "alice", "amount": "10.00 USD", "key": "k-1" });
    let capture = json!({ "hold": "$1/hold/id", "to": "bob", "amount": "4.00 USD", "key": "k-2" });
    let order = json!({ "buyer": "alice", "seller": "bob", "price": "9.99 USD", "key": "k-1" });
    let job = json!({ "kind": "mail", "payload": { "order": 7 }, "key": "k-1" });
    let (one, two) = (top_up("alice", "k-1"), pay("1.00 USD", "k-2"));
    let batch = json!([{ "op": "ledger.top_up", "args": one }, { "op": "ledger.transfer", "args": two }]);
    vec![
        whole(
            "reads",
            [
                ("ledger.balance", account("alice")),
                ("ledger.balance", account("nobody")),
                ("ledger.entries", entries),
            ],
        ),
        whole("a hold that is captured", [("ledger.hold", hold), ("ledger.capture", capture)]),
        whole(
            "a deal that is opened and paid",
            [("escrow.open", order), ("escrow.pay", json!({ "deal": "$1/deal/id", "actor": "alice" }))],
        ),
        whole("a job that is written", [("jobs.enqueue", job)]),
        whole("a batch", [("ledger.batch", json!({ "ops": batch }))]),
    ]
}

/// Calls that wait for people: what they ask for, what is agreed to, and what is said when the call is made
/// again. What they work on was committed before; what waits is written by the engine, and not by the
/// transaction.
fn consents() -> Vec<Scenario> {
    let admin = |name: &str| json!({ "id": name, "role": "admin" });
    let funds = json!({ "account": "alice", "amount": "2000000 KRW", "key": "f-1" });
    let order = json!({ "buyer": "alice", "seller": "bob", "price": "1000000 KRW", "key": "o-1" });
    let pay = || Whole("escrow.pay", json!({ "deal": "$2/deal/id", "actor": "alice" }));
    let approve =
        |name| Whole("approvals.approve", json!({ "approval": "$3/details/approval", "actor": admin(name) }));
    let approved = vec![
        Whole("ledger.top_up", funds),
        Whole("escrow.open", order),
        Ends("COMMIT"),
        pay(),
        Ends("ROLLBACK"),
        pay(),
        approve("ann"),
        approve("ann"),
        approve("ben"),
        pay(),
    ];
    let rule = json!({ "id": "large", "action": "ledger.deduct", "subject": "account", "metric": "amount",
        "limit": "10.00 USD", "outcome": "review" });
    let deduct =
        || Whole("ledger.deduct", json!({ "account": "alice", "amount": "50.00 USD", "key": "d-1" }));
    let agree = json!({ "review": "$2/details/review", "actor": admin("kim") });
    let reviewed = vec![
        Whole("risk.set_rule", rule),
        Ends("COMMIT"),
        deduct(),
        Ends("COMMIT"),
        deduct(),
        Whole("risk.approve_review", agree),
        deduct(),
    ];
    let (payment, deduction) = ("a payment that two people approve", "a deduction that somebody looks at");
    vec![(payment.to_owned(), approved), (deduction.to_owned(), reviewed)]
}

/// The place of the statement of a transfer that writes.
const fn writes_at(dialect: Dialect) -> usize {
    if matches!(dialect, Dialect::Sqlite) { 4 } else { 1 }
}

/// Calls that others come between, and calls that are given up.
fn unfinished(dialect: Dialect) -> Vec<Scenario> {
    let mut all = Vec::new();
    let two = [("ledger.top_up", top_up("alice", "k-1")), ("ledger.top_up", top_up("alice", "k-2"))];
    all.push(("two calls at once take turns".to_owned(), vec![Both(two)]));
    let writes = writes_at(dialect);
    for (name, steps) in [
        ("given up before its first step", None),
        ("given up with its first statement out", Some(0)),
        ("given up with the statement out that writes", Some(writes)),
    ] {
        let cut = Cut("ledger.transfer", pay("30.00 USD", "k-1"), steps);
        // nothing of it is left
        all.push((name.to_owned(), vec![cut, Whole("ledger.transfer", pay("30.00 USD", "k-1"))]));
    }
    if dialect == Dialect::Postgres {
        // SQLite has one writer, which is this transaction; rows that a call has read are locked, keys not
        let other = json!({ "account": "carol", "amount": "5.00 USD", "key": "k-1" });
        let mine = Meanwhile("ledger.transfer", pay("1.00 USD", "k-1"), 1, "ledger.top_up", other);
        all.push(("a key that another process claims between two statements".to_owned(), vec![mine]));
    }
    all
}

fn failing(dialect: Dialect) -> Vec<Scenario> {
    let at_once = |answer| vec![Fails("ledger.top_up", top_up("alice", "k-1"), 0, answer)];
    let mut all = vec![
        ("a driver that has no transaction open".to_owned(), at_once(Answer::NotInTransaction)),
        ("a driver that lost its connection".to_owned(), at_once(failed(None))),
        (
            "a driver that stops waiting for the statement that writes".to_owned(),
            vec![Fails("ledger.transfer", pay("1.00 USD", "k-3"), writes_at(dialect), failed(None))],
        ),
    ];
    for (name, code) in failures(dialect) {
        let fails = Fails("ledger.transfer", pay("1.00 USD", "k-3"), 1, failed(Some(code)));
        all.push((format!("a driver that fails: {name}"), vec![fails]));
    }
    all
}

fn failed(code: Option<&str>) -> Answer {
    Answer::Failed { code: code.map(str::to_owned), message: "the driver's words".to_owned() }
}

/// A transcript as it is written.
#[derive(Default)]
struct Transcript {
    lines: Vec<Value>,
    /// The statements that were written down.
    statements: BTreeSet<String>,
    /// Values that differ from run to run, with their names in this scenario.
    names: BTreeMap<String, String>,
    /// Outcomes of the calls of this scenario: replies and refusals, and `null` for those under way.
    outcomes: Vec<Value>,
    /// How many calls of all scenarios a rule kept for a review: the engine writes a decision of each.
    reviewed: usize,
}

impl Transcript {
    fn scenario(&mut self, name: &str) {
        self.outcomes.clear();
        self.names.clear();
        self.lines.push(json!({ "scenario": name }));
    }

    fn add(&mut self, line: &Value) {
        let line = self.named(line);
        self.lines.push(line);
    }

    /// Begins a call; `$2/pointer` in its arguments is a part of what the second call was told.
    fn begin(&mut self, transaction: &Transaction, name: &str, args: &Value) -> (usize, Call) {
        let mut args = args.clone();
        for value in args.as_object_mut().unwrap().values_mut() {
            let part = value.as_str().and_then(|text| text.strip_prefix('$')?.split_once('/'));
            if let Some((call, pointer)) = part {
                let outcome = &self.outcomes[call.parse::<usize>().unwrap() - 1];
                *value = outcome.pointer(&format!("/{pointer}")).unwrap().clone();
            }
        }
        self.outcomes.push(Value::Null);
        let n = self.outcomes.len();
        self.add(&json!({ "n": n, "call": name, "args": args }));
        (n, transaction.call(name, args))
    }

    fn sent(&mut self, n: usize, query: &Query) {
        let sql = of_any_hour(&query.sql);
        let name = hex::encode(&Sha256::digest(&sql)[..6]);
        if self.statements.insert(name.clone()) {
            self.lines.push(json!({ "statement": name, "sql": shortened(&sql) }));
        }
        self.add(&json!({ "n": n, "send": name, "params": query.params }));
    }

    fn answered(&mut self, n: usize, answer: &Answer) {
        self.add(&match answer {
            Answer::Rows(rows) => json!({ "n": n, "rows": rows }),
            Answer::Failed { code, message } => json!({ "n": n, "failed": code, "message": message }),
            Answer::NotInTransaction => json!({ "n": n, "not_in_transaction": true }),
        });
    }

    fn over(&mut self, n: usize, reply: Result<Value>) {
        let (how, outcome) = match reply {
            Ok(reply) => ("done", reply),
            Err(error) => ("refused", json!(error)),
        };
        self.add(&json!({ "n": n, how: &outcome }));
        self.reviewed += usize::from(outcome["details"]["review"].is_string());
        self.outcomes[n - 1] = outcome;
    }

    /// The value with names in the place of what differs from run to run.
    fn named(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.named_text(text).into(),
            Value::Array(values) => values.iter().map(|value| self.named(value)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.named(value))).collect()
            }
            other => other.clone(),
        }
    }

    fn named_text(&mut self, text: &str) -> String {
        let (mut named, mut rest) = (String::new(), text);
        while let Some(first) = rest.chars().next() {
            let (kind, length) = changing(rest);
            match kind {
                Some(kind) => {
                    let count =
                        self.names.values().filter(|name| name.starts_with(&format!("{{{kind} "))).count();
                    let of = canonical(kind, &rest[..length]);
                    let name = self.names.entry(of).or_insert_with(|| format!("{{{kind} {}}}", count + 1));
                    named.push_str(name);
                    rest = &rest[length..];
                }
                // the whole of a word that is none of them
                None if length > 0 => {
                    named.push_str(&rest[..length]);
                    rest = &rest[length..];
                }
                None => {
                    named.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        named
    }
}

/// One name for all forms of the same time.
fn canonical(kind: &str, text: &str) -> String {
    match text.parse::<earnest::Time>() {
        Ok(time) if kind == "time" => time.micros().to_string(),
        _ => text.to_owned(),
    }
}

/// Whether a text begins with an id, a time or bytes that differ from run to run, and how long that is.
fn changing(text: &str) -> (Option<&'static str>, usize) {
    let run = |of: fn(&u8) -> bool| text.bytes().take_while(of).count();
    let id = run(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    let is_id = |text: &str| text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    if id >= 36 && is_id(&text[..36]) {
        let nobody = text[..36].bytes().all(|byte| matches!(byte, b'0' | b'-'));
        return (if nobody { None } else { Some("id") }, 36);
    }
    let time = run(|byte| matches!(byte, b'0'..=b'9' | b'-' | b':' | b'.' | b'T' | b'Z'));
    if text[..time].parse::<earnest::Time>().is_ok() {
        return (Some("time"), time);
    }
    let hex = run(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let digits = run(u8::is_ascii_digit);
    if digits == 16 && hex == 16 && text.starts_with("1767") {
        return (Some("time"), 16);
    }
    let zeros = text[..hex].bytes().all(|byte| byte == b'0');
    (if hex >= 16 && !zeros { Some("bytes") } else { None }, hex)
}

/// A statement without the comment that changes every hour.
fn of_any_hour(sql: &str) -> String {
    sql.rsplit_once(" /* ").map_or(sql, |(sql, _)| sql).to_owned()
}

/// A statement as people see it: of a long one the beginning and the end, as its name stands for the whole.
fn shortened(sql: &str) -> String {
    let (most, head, tail) = (400, 240, 100);
    match (sql.len() > most, sql.get(..head), sql.get(sql.len().saturating_sub(tail)..)) {
        (true, Some(head), Some(tail)) => format!("{head} ... {tail}"),
        _ => sql.to_owned(),
    }
}

struct Theatre<'t> {
    stage: &'t Stage,
    driver: Driver,
    transcript: Transcript,
}

impl Theatre<'_> {
    /// Goes on until the call is over, or hands out more than `most` statements: then the next one.
    async fn go(
        &mut self,
        n: usize,
        call: &mut Call,
        most: usize,
        mut answer: Option<Answer>,
    ) -> Option<Query> {
        let mut sent = 0;
        loop {
            match call.step(answer.take(), Waker::noop()) {
                Step::Send(query) if sent == most => return Some(query),
                Step::Send(query) => {
                    sent += 1;
                    answer = Some(self.answer(n, &query).await);
                }
                Step::Wait => tokio::task::yield_now().await,
                // a host gives its connection up; here nothing was sent, and the scenario goes on
                Step::GiveUp => self.transcript.add(&json!({ "n": n, "give_up": true })),
                Step::Done(reply) => {
                    self.transcript.over(n, reply);
                    return None;
                }
            }
        }
    }

    /// Waits until the engine has written what calls asked people for: behind the end of their transaction on
    /// SQLite, which has one writer.
    async fn written(&self) {
        let asks =
            self.transcript.outcomes.last().is_some_and(|last| last["details"]["approval"].is_string());
        for (list, least) in
            [("approvals.list", usize::from(asks)), ("risk.decisions", self.transcript.reviewed)]
        {
            let mut tries = 0..1_000;
            while self.stage.ok(list, json!({})).await["items"].as_array().unwrap().len() < least {
                assert!(tries.next().is_some(), "{list} has fewer than {least}");
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        }
    }

    /// Sends a statement.
    async fn answer(&mut self, n: usize, query: &Query) -> Answer {
        self.transcript.sent(n, query);
        let answer = Answer::Rows(self.driver.send(query).await.unwrap());
        self.transcript.answered(n, &answer);
        answer
    }

    async fn act(&mut self, transaction: &mut Transaction, act: Act) {
        match act {
            Ends(statement) => {
                self.driver.run(statement).await;
                self.transcript.lines.push(json!({ "ends": statement }));
                self.written().await;
                *transaction = joined(self.stage, &self.driver);
                self.driver.begin().await;
            }
            Whole(name, args) => {
                let (n, mut call) = self.transcript.begin(transaction, name, &args);
                self.go(n, &mut call, usize::MAX, None).await;
            }
            Cut(name, args, steps) => {
                let (n, mut call) = self.transcript.begin(transaction, name, &args);
                if let Some(steps) = steps {
                    let next = self.go(n, &mut call, steps, None).await.expect("a call with more statements");
                    self.transcript.sent(n, &next);
                }
                let statements = match call.cancel(steps.is_some()) {
                    Cancelled::Nothing => Some(&[][..]),
                    Cancelled::Undo(statements) => Some(statements),
                    // a host gives its connection up; here nothing was sent, and the scenario goes on
                    Cancelled::Lost => None,
                };
                self.transcript.add(&json!({ "n": n, "cancel": statements }));
                for &statement in statements.unwrap_or_default() {
                    self.driver.run(statement).await;
                }
            }
            Fails(name, args, steps, answer) => {
                let (n, mut call) = self.transcript.begin(transaction, name, &args);
                let query = self.go(n, &mut call, steps, None).await.expect("a call with more statements");
                self.transcript.sent(n, &query);
                self.transcript.answered(n, &answer);
                self.go(n, &mut call, usize::MAX, Some(answer)).await;
            }
            Meanwhile(name, args, steps, other, of_other) => {
                let (n, mut call) = self.transcript.begin(transaction, name, &args);
                let query = self.go(n, &mut call, steps, None).await.expect("a call with more statements");
                self.transcript.lines.push(json!({ "elsewhere": other, "args": of_other }));
                self.stage.bank.call(other, of_other).await.unwrap();
                let answer = self.answer(n, &query).await;
                self.go(n, &mut call, usize::MAX, Some(answer)).await;
            }
            Both([(one, of_one), (other, of_other)]) => {
                let (n, mut first) = self.transcript.begin(transaction, one, &of_one);
                let query = self.go(n, &mut first, 0, None).await.expect("a call with statements");
                let (m, mut second) = self.transcript.begin(transaction, other, &of_other);
                assert!(matches!(second.step(None, Waker::noop()), Step::Wait));
                self.transcript.add(&json!({ "n": m, "wait": true }));
                let answer = self.answer(n, &query).await;
                self.go(n, &mut first, usize::MAX, Some(answer)).await;
                self.go(m, &mut second, usize::MAX, None).await;
            }
        }
    }
}

/// Plays every scenario, each in a transaction that is rolled back at its end.
async fn played(stage: &Stage) -> Vec<Value> {
    for (account, key) in [("alice", "s-1"), ("bob", "s-2")] {
        stage.ok("ledger.top_up", json!({ "account": account, "amount": "100.00 USD", "key": key })).await;
    }
    let driver = Driver::open(stage).await;
    let dialect = driver.dialect();
    let mut theatre = Theatre { stage, driver, transcript: Transcript::default() };
    for (name, acts) in scenarios(dialect) {
        // of its own, as another process has it: what a scenario shows does not depend on those before it
        let mut transaction = joined(stage, &theatre.driver);
        theatre.transcript.scenario(&name);
        theatre.driver.begin().await;
        for act in acts {
            theatre.act(&mut transaction, act).await;
        }
        theatre.driver.run("ROLLBACK").await;
        theatre.written().await;
    }
    theatre.transcript.lines
}

async fn compared(kind: Kind, name: &str) {
    let stage = Stage::apart(kind).await;
    let lines = played(&stage).await;
    verify(&stage.bank).await;
    stage.finish().await;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    if std::env::var_os("EARNEST_WRITE_VECTORS").is_some() {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, text).unwrap();
    }
    let recorded = std::fs::read_to_string(path).unwrap();
    let mut scenario = Value::Null;
    for (place, (now, then)) in lines.iter().zip(recorded.lines()).enumerate() {
        if now["scenario"].is_string() {
            scenario = now["scenario"].clone();
        }
        assert_eq!(now.to_string(), then, "line {} of {name}: {scenario}", place + 1);
    }
    assert_eq!(lines.len(), recorded.lines().count(), "lines of {name}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_steps_on_sqlite_are_as_recorded() {
    compared(Kind::Sqlite, "steps.sqlite.jsonl").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_steps_on_postgres_are_as_recorded() {
    compared(Kind::Postgres, "steps.postgres.jsonl").await;
}
