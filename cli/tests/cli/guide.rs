//! The commands of `README.md`, `docs/guide.md` and the pages about money, the sessions of these, of
//! `docs/rules.md` and of the pages for workers, and the examples of `core/docs/operations.md`, run as they
//! stand.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use earnest::OPERATIONS;
use earnest::for_cli::STORY;
use serde_json::Value;

use crate::{cli, postgres};

const README: &str = include_str!("../../../README.md");
const GUIDE: &str = include_str!("../../../docs/guide.md");
const RULES: &str = include_str!("../../../docs/rules.md");
const CARDS: &str = include_str!("../../../docs/payments.md");
const OFFERS: &str = include_str!("../../../docs/purchases.md");
const WITHDRAWALS: &str = include_str!("../../../docs/withdrawals.md");
const FOR_GATEWAYS: &str = include_str!("../../../core/docs/PAYMENTS.md");
const FOR_SELLERS: &str = include_str!("../../../core/docs/PURCHASES.md");
const FOR_CHAINS: &str = include_str!("../../../core/docs/WITHDRAWALS.md");

fn blocks_of(page: &'static str, language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let opened = page.split(fence.as_str()).skip(1);
    opened.map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Runs these lines in a shell in a folder, with the program of this build, and returns its output.
fn shell(folder: &Path, lines: &str) -> String {
    let tools = Path::new(env!("CARGO_BIN_EXE_earnest")).parent().unwrap();
    let script = format!("set -euo pipefail\nPATH={}:$PATH\n{lines}", tools.display());
    let mut bash = Command::new("bash");
    let ran = cli::without_settings(&mut bash).args(["-c", &script]).current_dir(folder).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && err.is_empty(), "{}\n{out}\n{err}", ran.status);
    out.into_owned()
}

/// The eight lines of the README, once and again: each key has one effect.
#[test]
fn the_session_of_the_readme_runs_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let [session, commands] = blocks_of(README, "sh")[..] else { panic!("a session, and what to try") };
    for time in 1..=2 {
        let out = shell(folder.path(), session);
        let lines: Vec<Value> = out.lines().map_while(|line| serde_json::from_str(line).ok()).collect();
        assert_eq!(lines.len(), 5, "{out}");
        assert_eq!(lines[4]["reply"]["available"]["amount"], "60.00", "time {time}: {out}");
        let replayed = |place: usize| lines[place]["reply"]["replayed"] == true;
        assert!(replayed(3) && (time == 1 || replayed(2)), "{out}");
        assert!(out.contains("invariants hold"), "{out}");
    }
    let tries: Vec<&str> = commands.lines().filter_map(|line| line.split(" -- ").nth(1)).collect();
    let [torture] = tries[..] else { panic!("one command of the program itself: {commands}") };
    let command = torture.split_whitespace().next().unwrap();
    assert_eq!(cli::earnest(&[command, "--help"]).code, 0, "{command}");
}

#[test]
fn the_commands_of_the_guide_run_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let out = shell(folder.path(), &blocks_of(GUIDE, "sh").join("\n"));
    for told in [
        "\"posted\":{\"amount\":\"40.00\"",
        "no acceptance needed",
        "+09:00",
        "Alice Kim (alice) pays bob $40.00",
        "invariants hold",
        "healthy",
        "wrote order-7.html",
        "is up to date",
        "\"raw\":\"0x02",
    ] {
        assert!(out.contains(told), "{told} is not in\n{out}");
    }
    let sql = std::fs::read_to_string(folder.path().join("earnest.sql")).unwrap();
    assert!(
        sql.starts_with("BEGIN;\n")
            && sql.contains("CREATE TABLE \"earnest\".")
            && sql.ends_with("COMMIT;\n")
    );
}

/// The page about rules is one session of `earnest run`, on every store.
#[test]
fn the_rules_of_their_page_run_as_they_stand() {
    let input = blocks_of(RULES, "jsonl").concat();
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("shop.db").display());
    for store in ["memory:".to_owned(), file, postgres::database()] {
        let mut command = cli::command(&["run", "-", "--test-clock", "--json", "--store", &store]);
        let ran = cli::run(&mut command, &input);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{store}: {ran:?}");
        let lines = ran.lines();
        assert_eq!(lines.len(), input.lines().count());
        let told = |place: usize| &lines[place]["error"]["details"];
        assert_eq!((&told(7)["retry_after"], &told(7)["message"]), (&10.into(), &"a moment, please".into()));
        assert_eq!(lines[8]["reply"]["replayed"], true);
    }
}

/// Runs a session of a page in memory, and returns its answers.
fn session(input: &str) -> Vec<Value> {
    let mut command = cli::command(&["run", "-", "--test-clock", "--json", "--store", "memory:"]);
    let ran = cli::run(&mut command, input);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let lines = ran.lines();
    assert_eq!(lines.len(), input.lines().count());
    lines
}

/// A payer behind the commands of the page about cards: his dollars go to Stripe and his won to Toss
/// Payments, whether he names the gateway or not.
const PAYER_OF_CARDS: &str = r#"earnest run - <<'LINES'
{"op":"payments.create","args":{"amount":"25.00 USD","to":"shop","payer":"alice","token":"pm_1","key":"p-1","actor":"alice"}}
{"op":"payments.create","args":{"amount":"20000 KRW","to":"shop","payer":"alice","token":"tk_1","key":"p-2","actor":"alice"}}
{"op":"payments.create","args":{"amount":"20000 KRW","to":"shop","payer":"alice","token":"tk_2","gateway":"toss","key":"p-3","actor":"alice"}}
LINES
"#;

/// The page about cards is one session, up to a payment that is captured, and commands that set up the
/// gateways that have a driver.
#[test]
fn the_payment_of_its_page_is_captured() {
    let mut lines = session(&blocks_of(CARDS, "jsonl").concat());
    let (balance, paid) = (lines.pop().unwrap(), lines.pop().unwrap());
    assert_eq!(paid["reply"]["state"], "captured", "{paid}");
    assert_eq!(balance["reply"]["posted"]["amount"], "25.00", "{balance}");
    let folder = tempfile::tempdir().unwrap();
    let out = shell(folder.path(), &format!("{}\n{PAYER_OF_CARDS}", blocks_of(CARDS, "sh").join("\n")));
    let told: Vec<Value> = out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert!(told.len() >= 9 && told.iter().all(|line| !line["reply"].is_null()), "{out}");
    let taken_by = |told: &Value| told["reply"]["payment"]["gateway"].as_str().map(ToOwned::to_owned);
    let gateways: Vec<Option<String>> = told[told.len() - 3..].iter().map(taken_by).collect();
    assert_eq!(gateways, ["cards", "toss", "toss"].map(|name| Some(name.to_owned())), "{out}");
}

/// The page about offers is one session: the last piece is sold once, from a balance and by card.
#[test]
fn the_sales_of_their_page_are_completed() {
    let input = blocks_of(OFFERS, "jsonl").concat();
    let lines = session(&input);
    let told = |operation: &str| {
        let of_it = |line: &str| serde_json::from_str::<Value>(line).unwrap()["op"] == operation;
        let told = input.lines().zip(&lines).filter(|(line, _)| of_it(line));
        told.map(|(_, told)| told["reply"].clone()).collect::<Vec<_>>()
    };
    let (sold, left) = (told("purchases.get"), told("purchases.get_offer"));
    assert!(sold.len() == 2 && sold.iter().all(|sold| sold["state"] == "completed"), "{sold:#?}");
    assert_eq!(left.last().unwrap()["available"], 0, "{left:#?}");
}

/// The minutes of the pages for workers and sellers.
#[test]
fn the_minutes_of_payments_and_purchases_run_as_they_stand() {
    let paid = session(blocks_of(FOR_GATEWAYS, "json")[0]).pop().unwrap();
    assert_eq!(paid["reply"]["available"]["amount"], "25.00", "{paid}");
    // the second session sells by deals, to the same buyer
    session(&blocks_of(FOR_SELLERS, "json").concat());
}

/// The page about withdrawals is one session, up to a payment that is final, and commands that show it.
#[test]
fn the_withdrawal_of_its_page_is_paid() {
    let (input, commands) = (blocks_of(WITHDRAWALS, "jsonl").concat(), blocks_of(WITHDRAWALS, "sh").concat());
    let run = |store: &str| {
        let mut command = cli::command(&["run", "-", "--test-clock", "--json", "--store", store]);
        let ran = cli::run(&mut command, &input);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{store}: {ran:?}");
        let mut lines = ran.lines();
        assert_eq!(lines.len(), input.lines().count());
        let balance = lines.pop().unwrap();
        let paid = lines.pop().unwrap()["reply"].clone();
        assert_eq!((&paid["state"], &paid["nonce"]), (&"confirmed".into(), &"0".into()), "{paid}");
        assert_eq!(balance["reply"]["posted"]["amount"], "29.900000", "{balance}");
    };
    ["memory:".to_owned(), postgres::database()].iter().for_each(|store| run(store));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("payout.jsonl"), &input).unwrap();
    let out = shell(folder.path(), &commands);
    for told in ["lane/nonce", "confirmed", "0x5aAe…eAed", "alice withdraws", "Next: nothing: it is paid."]
    {
        assert!(out.contains(told), "{told} is not in\n{out}");
    }
}

/// The minute of the page for workers of chains: its withdrawal has a nonce.
#[test]
fn the_minute_of_withdrawals_runs_as_it_stands() {
    let [input] = blocks_of(FOR_CHAINS, "json")[..] else { panic!("one session") };
    let ran = cli::run(&mut cli::command(&["run", "-", "--test-clock"]), input);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let last = ran.lines().pop().unwrap()["reply"].clone();
    assert_eq!((&last["nonce"], &last["waiting"]), (&"0".into(), &Value::Null), "{last}");
}

/// Where a runbook is carried out.
#[derive(Default)]
struct Settings {
    store: Option<String>,
    keyring: Option<String>,
}

/// Runs a line of a page's runbook in a shell with these settings.
fn of_the_runbook(page: &'static str, settings: &Settings, line: &str) -> (i32, String) {
    let tools = Path::new(env!("CARGO_BIN_EXE_earnest")).parent().unwrap();
    let [op, ..] = blocks_of(page, "sh")[..] else { panic!("the first block makes `op`") };
    let script = format!("PATH={}:$PATH\n{op}\n{line}", tools.display());
    let mut bash = Command::new("bash");
    let bash = cli::without_settings(&mut bash).args(["-c", &script]);
    bash.envs(settings.store.as_ref().map(|store| ("EARNEST_STORE", store)));
    bash.envs(settings.keyring.as_ref().map(|keyring| ("EARNEST_KEYRING", keyring)));
    for (name, prefix) in
        [("LANE", "ln"), ("OTHER", "ln"), ("WD", "wd"), ("KEY", "ky"), ("PY", "py"), ("RF", "rf")]
    {
        bash.env(name, format!("{prefix}_00000000-0000-0000-0000-000000000000"));
    }
    let ran = bash.output().unwrap();
    (ran.status.code().unwrap(), String::from_utf8(ran.stdout).unwrap())
}

/// Checks that a key or an event that the caller chooses has the id of the object in its line: the line is
/// run again for another object, and would be a replay of the first.
fn names_its_object(line: &str) {
    for name in ["event", "key"] {
        let Some((before, value)) = line.split_once(&format!(r#"\"{name}\":\""#)) else { continue };
        let (value, after) = value.split_once('\\').unwrap();
        let is_about = |text: &str| ["$PY", "$RF", "$WD"].iter().any(|id| text.contains(id));
        assert!(value.contains('$') || !(is_about(before) || is_about(after)), "{name}: {line}");
    }
}

/// A gateway with a driver, and a source of webhooks, as the runbook of payments has them.
const WITH_SECRETS: &str = r#"{"op":"payments.set_gateway","args":{"id":"card","driver":"host"}}
{"op":"payments.set_gateway","args":{"id":"cards","driver":"stripe","config":{"publishable_key":"pk_test_1"},"secrets":{"secret_key":"sk_test_1"}}}
{"op":"webhooks.set_source","args":{"id":"card","scheme":"standard","gateway":"card","secrets":["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]}}
"#;

/// Every command of a runbook is one that the program has, with arguments that the operation has. The store
/// is that of the sessions of another page.
fn the_runbook_is_understood(page: &'static str, sessions: &'static str) {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("shop.db").display());
    let keys = folder.path().join("keys.json");
    assert_eq!(cli::earnest(&["keygen", "--out", keys.to_str().unwrap()]).code, 0);
    let keyring = format!("file:{}", keys.display());
    let sessions = blocks_of(sessions, "jsonl").concat() + WITH_SECRETS;
    let mut command = cli::command(&["run", "-", "--test-clock", "--store", &store]);
    let made = cli::run(command.env("EARNEST_KEYRING", &keyring), &sessions);
    assert_eq!(made.code, 0, "{made:?}");
    let settings = Settings { store: Some(store), keyring: Some(keyring) };
    let blocks = blocks_of(page, "sh");
    // a watch has no end
    let lines =
        blocks.iter().skip(1).flat_map(|block| block.lines()).filter(|line| !line.contains(" watch "));
    let mut operations = 0;
    for line in lines {
        names_its_object(line);
        let (code, out) = of_the_runbook(page, &settings, line);
        assert_ne!(code, 2, "{line}: {out}");
        if line.starts_with("op ") {
            let answer: Value = serde_json::from_str(&out).unwrap();
            assert_ne!(answer["error"]["code"], "invalid_request", "{line}: {out}");
            // what has a secret is judged to its end
            assert!(!line.contains("secret") || !answer["reply"].is_null(), "{line}: {out}");
            operations += 1;
        }
    }
    assert!(operations > 10, "{operations}");
}

#[test]
fn the_commands_of_the_runbook_of_payments_are_understood() {
    the_runbook_is_understood(FOR_GATEWAYS, CARDS);
}

#[test]
fn the_commands_of_the_runbook_of_withdrawals_are_understood() {
    the_runbook_is_understood(FOR_CHAINS, WITHDRAWALS);
}

/// In an incident a path is mistyped, or a shell is a new one: no new store answers that there is nothing in
/// it.
#[test]
fn the_runbooks_make_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("shpo.db").display());
    let mistyped = Settings { store: Some(store), ..Settings::default() };
    for (page, line) in
        [(FOR_CHAINS, "op withdrawals.lanes '{}'"), (FOR_GATEWAYS, "op payments.gateways '{}'")]
    {
        let (code, out) = of_the_runbook(page, &mistyped, line);
        assert!(code == 1 && out.is_empty(), "{code}: {out}");
        let (code, out) = of_the_runbook(page, &Settings::default(), line);
        assert!(code != 0 && out.is_empty(), "{code}: {out}");
    }
}

/// A call that gives a chain other endpoints gives their addresses too, and a check follows: an endpoint
/// without an address is not asked, and with too few of them nothing is paid.
#[test]
fn endpoints_of_the_runbook_come_with_their_addresses() {
    let lines: Vec<&str> = blocks_of(FOR_CHAINS, "sh").into_iter().flat_map(str::lines).collect();
    let mut changed = 0;
    for (line, next) in lines.iter().zip(&lines[1..]) {
        let Some(args) = line.strip_prefix("op withdrawals.set_chain ") else { continue };
        let args: Value = serde_json::from_str(args.trim_matches('\'')).unwrap();
        let Some(endpoints) = args["endpoints"].as_array() else { continue };
        let urls = args["urls"].as_object().unwrap_or_else(|| panic!("no addresses: {line}"));
        let speaks = |name: &String| endpoints.contains(&Value::from(name.as_str()));
        assert!(!urls.is_empty() && urls.keys().all(speaks), "{line}");
        assert!(next.starts_with("earnest chain check "), "{line}");
        changed += 1;
    }
    assert!(changed > 0);
}

/// Every example of the table of operations, one after the other, on this store.
fn examples(store: &str, has_backups: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut input = String::new();
    for (name, line) in STORY {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if !has_backups && name.is_some_and(|name| matches!(name, "admin.backup" | "admin.restore")) {
            line["expect"] = "not_supported".into();
        }
        input.push_str(&format!("{line}\n"));
    }
    let keys = folder.path().join("keys.json");
    let made = cli::earnest(&["keygen", "--out", keys.to_str().unwrap()]);
    assert_eq!(made.code, 0, "{made:?}");
    let mut command = cli::command(&["run", "-", "--store", store]);
    let keyring = format!("file:{}", keys.display());
    let ran = cli::run(command.current_dir(folder.path()).env("EARNEST_KEYRING", keyring), &input);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{store}");
    assert_eq!(ran.lines().len(), STORY.len());
    let verified = cli::earnest(&["verify", "--store", store]);
    assert!(store == "memory:" || verified.code == 0, "{verified:?}");
}

#[test]
fn the_examples_of_all_operations_run_in_memory() {
    examples("memory:", false);
}

#[test]
fn the_examples_of_all_operations_run_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    examples(&format!("sqlite:{}", folder.path().join("shop.db").display()), true);
}

#[test]
fn the_examples_of_all_operations_run_on_postgres() {
    examples(&postgres::database(), false);
}

/// A line with all the defaults that the schema of its operation shows, and how many these are.
fn in_full(mut line: Value) -> (Value, usize) {
    let info = OPERATIONS.iter().find(|info| line["op"] == info.name).unwrap();
    let request = (info.request)().to_value();
    let mut filled = 0;
    for (name, property) in request["properties"].as_object().unwrap() {
        if let Some(default) = property.get("default").filter(|_| line["args"].get(name).is_none()) {
            line["args"][name] = default.clone();
            filled += 1;
        }
    }
    (line, filled)
}

/// The defaults that a schema promises for omitted fields are the real ones: two stores, of which one is
/// told every default, give the same replies, ids and hashes.
#[test]
fn a_default_that_is_given_changes_nothing() {
    // what is left out tells of the process
    let lines = STORY.iter().filter(|(name, _)| !name.is_some_and(|name| name.starts_with("admin.")));
    let lines = lines.map(|(_, line)| serde_json::from_str::<Value>(line).unwrap());
    // what is sealed or drawn as a secret is another one in each run, and so are the hashes of it
    let is_drawn = |line: &Value| {
        let drawn = ["vault.", "credentials.", "payments.", "webhooks."];
        // the calls of a gateway are jobs of its own
        let is_call = line["args"].to_string().contains("gateway.") || line.to_string().contains("$call_");
        is_call || drawn.iter().any(|service| line["op"].as_str().unwrap().starts_with(service))
    };
    let lines: Vec<Value> = lines.filter(|line| !is_drawn(line)).collect();
    // an approval shows the call that waits as it was written
    let fill =
        |line: &Value| if line.get("expect").is_none() { in_full(line.clone()) } else { (line.clone(), 0) };
    let (full, filled): (Vec<Value>, Vec<usize>) = lines.iter().map(fill).unzip();
    let run = |lines: &[Value]| {
        let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let ran = cli::run(&mut cli::command(&["run", "-", "--test-clock"]), &input);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.lines()
    };
    for ((told, untold), line) in run(&full).iter().zip(&run(&lines)).zip(&full) {
        assert_eq!(told, untold, "{line}");
    }
    let filled: usize = filled.iter().sum();
    assert!(filled > 30, "{filled}");
}
