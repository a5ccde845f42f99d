//! `earnest run`: JSON Lines in, one line out per line in.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::cli::{Ran, command, earnest, run, without_settings};

/// Runs lines in memory, with the test clock.
fn lines(lines: &[Value]) -> Ran {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    run(&mut command(&["run", "-", "--test-clock"]), &input)
}

fn top_up(account: &str, amount: &str, key: &str) -> Value {
    json!({"op": "ledger.top_up", "args": {"account": account, "amount": amount, "key": key}})
}

fn with(mut line: Value, member: &str, value: impl Into<Value>) -> Value {
    line[member] = value.into();
    line
}

#[test]
fn lines_are_answered_in_order() {
    let ran = lines(&[
        top_up("alice", "100.00 USD", "t-1"),
        json!({"op": "ledger.open_account", "args": {"account": "bob", "currency": "USD"}}),
        json!({"op": "ledger.transfer", "args": {"from": "alice", "to": "bob", "amount": {"amount": "40", "currency": "USD"}, "key": "t-2"}}),
        json!({"op": "ledger.balance", "args": {"account": "alice"}}),
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let answers = ran.lines();
    assert!(answers.iter().all(|answer| answer["ok"] == true && answer.as_object().unwrap().len() == 2));
    assert_eq!(answers[2]["reply"]["transfer"]["amount"], json!({"amount": "40.00", "currency": "USD"}));
    assert_eq!(answers[3]["reply"]["available"]["amount"], "60.00");
}

#[test]
fn names_refer_to_what_came_before() {
    let refund = |transfer: &str, key: &str| json!({"op": "ledger.refund", "args": {"transfer": transfer, "amount": "1.00 USD", "key": key}});
    let ran = lines(&[
        with(top_up("alice", "100.00 USD", "t-1"), "as", "first"),
        refund("$first.transfer.id", "r-1"),
        refund("$first.id", "r-2"),
        with(refund("$nobody.id", "r-3"), "expect", "invalid_request"),
        with(refund("$first.transfer.nothing", "r-4"), "expect", "invalid_request"),
        with(refund("no such id", "r-5"), "as", "wrong")
            .as_object()
            .map(|line| {
                let mut line = line.clone();
                line.insert("expect".into(), "invalid_request".into());
                Value::Object(line)
            })
            .unwrap(),
        json!({"op": "ledger.batch", "args": {"ops": [{"op": "ledger.refund", "args": {"transfer": "$first.id", "amount": "1.00 USD", "key": "r-6"}}]}}),
        with(top_up("$wrong.details.field", "1.00 USD", "t-7"), "book", "b"),
        json!({"op": "ledger.top_up", "args": {"account": "carl", "amount": "1.00 USD", "key": "t-8", "metadata": {"note": "$$5 off"}}}),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answers = ran.lines();
    assert_eq!(answers[2]["reply"]["balance"]["available"]["amount"], "98.00");
    let error = &answers[3]["error"];
    assert_eq!(error["details"]["field"], "transfer");
    assert!(error["message"].as_str().unwrap().contains("$nobody.id"), "{error}");
    assert_eq!(answers[7]["reply"]["balance"]["account"], "transfer");
    assert_eq!(answers[8]["reply"]["transfer"]["metadata"]["note"], "$5 off");
}

#[test]
fn what_is_expected_is_no_failure_and_the_rest_is() {
    let overdraft =
        json!({"op": "ledger.deduct", "args": {"account": "alice", "amount": "9.00 USD", "key": "d"}});
    let fund = || top_up("alice", "1.00 USD", "t-1");
    let ran = lines(&[fund(), with(overdraft.clone(), "expect", "insufficient_balance")]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.lines()[1]["error"]["details"]["available"], json!({"amount": "1.00", "currency": "USD"}));

    let ran = lines(&[fund(), overdraft.clone()]);
    assert_eq!((ran.code, ran.lines().len()), (1, 2));
    assert!(ran.err.contains("line 2") && ran.err.contains("insufficient_balance"), "{}", ran.err);

    let ran = lines(&[fund(), with(overdraft, "expect", "account_locked"), fund()]);
    assert_eq!((ran.code, ran.lines().len()), (1, 3), "it goes on");

    let ran = lines(&[with(fund(), "expect", "insufficient_balance")]);
    assert_eq!((ran.code, ran.lines()[0]["ok"].clone()), (1, json!(true)));

    let ran = lines(&[with(fund(), "expect", "no_such_code")]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.lines()[0]["error"]["details"]["field"], "expect");
}

#[test]
fn bad_requests_name_their_field() {
    let bad = |args: Value, code: &str| with(json!({"op": "ledger.top_up", "args": args}), "expect", code);
    let amount = |amount: Value| json!({"account": "alice", "amount": amount, "key": "k"});
    let ran = lines(&[
        bad(amount(json!(100.00)), "invalid_amount"),
        bad(amount(json!({"amount": 100, "currency": "USD"})), "invalid_amount"),
        bad(amount(json!("１００.００ USD")), "invalid_amount"),
        bad(amount(json!("1.001 USD")), "invalid_amount"),
        bad(amount(json!("-1.00 USD")), "invalid_amount"),
        bad(amount(json!("1.00 XQQ")), "invalid_currency"),
        bad(json!({"account": "alice", "amount": "1.00 USD", "key": "k", "amonut": 1}), "invalid_request"),
        bad(json!({"account": "alice", "amount": "1.00 USD"}), "idempotency_key_missing"),
        json!({"op": "ledger.steal", "expect": "invalid_request"}),
        json!({"op": "ledger.balance", "args": {"account": "a"}, "book": "no book", "expect": "invalid_request"}),
        json!({"op": "ledger.balance", "argz": {"account": "a"}, "expect": "invalid_request"}),
        json!({"op": "ledger.balance", "args": {"account": "alice"}, "expect": "account_not_found"}),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let field = |line: usize| ran.lines()[line]["error"]["details"]["field"].clone();
    assert!((0..5).all(|line| field(line) == "amount"), "{}", ran.out);
    assert_eq!([field(6), field(8), field(9), field(10)], ["amonut", "op", "book", "argz"]);
}

#[test]
fn the_test_clock_moves_when_it_is_told() {
    let hold = json!({"op": "ledger.hold", "args": {"account": "alice", "amount": "1.00 USD", "expires_in": "P3D", "key": "h"}});
    let state = json!({"op": "ledger.get_hold", "args": {"hold": "$h.id"}});
    let input = [
        top_up("alice", "1.00 USD", "t-1"),
        with(hold, "as", "h"),
        json!({"op": "clock.advance", "args": {"by": "P4D"}}),
        state.clone(),
        json!({"op": "jobs.run_due", "args": {}}),
        state,
        json!({"op": "clock.advance", "args": {"by": "tomorrow"}, "expect": "invalid_request"}),
        json!({"op": "clock.advance", "args": {"by": "P1D", "to": 1}, "expect": "invalid_request"}),
    ];
    let ran = lines(&input);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answers = ran.lines();
    assert!(
        answers[0]["reply"]["transfer"]["created_at"].as_str().unwrap().starts_with("2026-01-01T00:00:00.0")
    );
    assert_eq!(answers[2]["reply"]["now"], "2026-01-05T00:00:00.000000Z");
    assert_eq!([&answers[3]["reply"]["state"], &answers[5]["reply"]["state"]], ["authorized", "expired"]);
    assert_eq!(ran.out, lines(&input).out, "the same lines give the same answers, ids included");

    let advance = "{\"op\":\"clock.advance\",\"args\":{\"by\":\"P4D\"},\"expect\":\"not_supported\"}\n";
    assert_eq!(run(&mut command(&["run", "-"]), advance).code, 0);
}

#[test]
fn a_malformed_line_ends_the_run_where_it_is() {
    for (bad, column) in [
        (r#"{"op":"ledger.balance","args":{"account":oops}}"#, 42),
        (r#"{"op":"ledger.balance","args":{"account":"a""#, 44),
        ("[]", 1),
        (r#"{"args":{}}"#, 11),
        ("", 1),
    ] {
        let good = top_up("alice", "1.00 USD", "t-1").to_string();
        let ran = run(&mut command(&["run", "-"]), &format!("{good}\n{bad}\n{good}\n"));
        assert_eq!((ran.code, ran.lines().len()), (2, 1), "{bad}: {ran:?}");
        let place = format!("line 2, column {column}");
        assert!(ran.err.contains(&place), "{bad}: expected {place} in {}", ran.err);
    }
}

#[test]
fn empty_lines_may_end_the_file() {
    let good = top_up("alice", "1.00 USD", "t-1").to_string();
    let ends = ["", "\r\n", "\n\n", "\n\n\n", "\n \n\r\n\n"];
    let begun = format!("\u{feff}{good}\n");
    for input in ends.iter().map(|end| format!("{good}{end}")).chain([begun]) {
        let ran = run(&mut command(&["run", "-"]), &input);
        assert_eq!((ran.code, ran.lines().len()), (0, 1), "{input:?}: {ran:?}");
    }
    for nothing in ["", "\n", "\n\n"] {
        assert_eq!(run(&mut command(&["run", "-"]), nothing).code, 0, "{nothing:?}");
    }
    // between others the first of them is named
    let ran = run(&mut command(&["run", "-"]), &format!("{good}\n\n\n{good}\n"));
    assert_eq!((ran.code, ran.lines().len()), (2, 1), "{ran:?}");
    assert!(ran.err.contains("line 2, column 1"), "{ran:?}");
}

/// Arguments as a text, the classic double encoding: who keeps stderr in a log must not keep a PIN there.
#[test]
fn a_malformed_line_is_not_repeated() {
    let pin = r#"{"op":"credentials.set_pin","args":"{\"subject\":\"u\",\"pin\":\"739154\"}"}"#;
    for (line, wanted) in [
        (pin, "invalid type: string, expected an object"),
        (r#"{"op":"credentials.set_pin","args":739154}"#, "invalid type: integer, expected an object"),
        (r#""739154""#, "invalid type: string, expected an object"),
    ] {
        for more in [&["--json"][..], &[]] {
            let ran = run(command(&["run", "-"]).args(more), line);
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
            assert!(ran.err.contains("line 1, column") && ran.err.contains(wanted), "{ran:?}");
            assert!(!ran.err.contains("739154"), "{ran:?}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_a_usage_error() {
    let ran = earnest(&["run", "no/such/file.jsonl"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no/such/file.jsonl"), "{}", ran.err);
}

#[test]
fn every_answer_comes_before_the_next_line_is_read() {
    let mut child = command(&["run", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for number in 0..3 {
        writeln!(input, "{}", top_up("alice", "1.00 USD", &format!("t-{number}"))).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(r#"{"ok":true"#), "{answer}");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn sqlite_keeps_what_was_done_before_a_malformed_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("till.db").display());
    let good = top_up("alice", "1.00 USD", "t-1");
    let balance = json!({"op": "ledger.balance", "args": {"account": "alice"}});
    let ran = run(&mut command(&["run", "-", "--store", &store]), &format!("{good}\nnonsense\n"));
    assert_eq!((ran.code, ran.lines().len()), (2, 1));
    for clock in [&["--test-clock"][..], &[]] {
        let mut again = command(&["run", "-"]);
        let ran = run(again.env("EARNEST_STORE", &store).args(clock), &format!("{good}\n{balance}\n"));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.lines()[0]["reply"]["replayed"], true);
        assert_eq!(ran.lines()[1]["reply"]["available"]["amount"], "1.00");
    }
}

/// The store keeps what a code means: it is said once, by an option or by the environment.
#[test]
fn a_currency_beside_iso_4217_is_registered_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("shop.db").display());
    let paid = |key: &str| format!("{}\n", top_up("alice", "1.000 GOLD", key));
    let pay =
        |key: &str, more: &[&str]| run(command(&["run", "-", "--store", &store]).args(more), &paid(key));
    assert_eq!(earnest(&["migrate", "--store", &store, "--currency", "GOLD=3"]).code, 0);
    let ran = pay("t-1", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.lines()[0]["reply"]["balance"]["available"]["amount"], "1.000");
    let refused = pay("t-2", &["--currency", "GOLD=2"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.err.contains("GOLD with 2 decimal places") && refused.err.contains("GOLD with 3"),
        "{refused:?}"
    );
    for wrong in ["GOLD", "GOLD=31", "gold=3"] {
        let refused = pay("t-3", &["--currency", wrong]);
        assert!(refused.code == 2 && refused.err.contains("--currency"), "{refused:?}");
    }
    let line = format!("{}\n", top_up("alice", "5 IRON", "t-4"));
    let ran =
        run(command(&["run", "-", "--store", &store]).env("EARNEST_CURRENCIES", "GOLD=3,IRON=0"), &line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(earnest(&["verify", "--store", &store]).code, 0);
}

/// Read whole, it would take gigabytes.
#[cfg(unix)]
#[test]
fn a_batch_of_a_million_calls_is_refused_with_little_memory() {
    let member = json!({"op": "ledger.top_up", "args": {"account": "a", "amount": "1.00 USD", "key": "k"}});
    let ops = vec![member.to_string(); 1_000_000].join(",");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("batch.jsonl");
    std::fs::write(&path, format!("{{\"op\":\"ledger.batch\",\"args\":{{\"ops\":[{ops}]}}}}\n")).unwrap();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -v 1000000 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_earnest")]);
    limited.arg("run").arg(&path).args(["--test-clock", "--json"]);
    let ran = run(without_settings(&mut limited), "");
    assert_eq!(ran.code, 1, "{ran:?}");
    let details = &ran.document()["error"]["details"];
    assert_eq!([&details["field"], &details["reason"]], ["ops", "must have at most 1000 members"], "{ran:?}");
}
