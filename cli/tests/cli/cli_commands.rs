//! The commands beside `run`: what they print, and with which exit code they end.

use serde_json::{Value, json};

use crate::cli::{command, earnest, run};

#[test]
fn the_demo_shows_what_it_promises() {
    let ran = earnest(&["demo"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    for shown in [
        "replayed",
        "insufficient_balance",
        "released",
        "refunded",
        "Bob $40.00",
        "Bob $60.00",
        "split",
        "genuine, Ed25519",
        "found: broken_integrity",
        "invariants hold",
    ] {
        assert!(ran.out.contains(shown), "{shown} is not in\n{}", ran.out);
    }
    let ran = earnest(&["demo", "--json"]);
    let steps = ran.lines();
    assert!(ran.code == 0 && steps.iter().all(|step| step["ok"] == true));
    assert_eq!(steps.last().unwrap()["steps"], json!(steps.len() - 1));
}

#[test]
fn the_demo_may_run_twice_on_one_store() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("demo.db").display());
    let store = file.as_str();
    for _ in 0..2 {
        assert_eq!(earnest(&["demo", "--store", store]).code, 0);
    }
}

#[test]
fn every_operation_has_its_schemas() {
    let ran = earnest(&["operations", "--json"]);
    let operations = ran.document();
    let operations = operations.as_array().unwrap();
    assert_eq!(operations.len(), earnest::OPERATIONS.len());
    for operation in operations {
        let name = operation["name"].as_str().unwrap();
        assert!(operation["request"]["properties"].is_object(), "{name}");
        assert!(operation["reply"].get("properties").or(operation["reply"].get("$ref")).is_some(), "{name}");
        assert!(!operation["doc"].as_str().unwrap().is_empty(), "{name}");
        for member in ["key", "host", "effect"] {
            assert!(operation[member].is_string(), "{name} {member}");
        }
        assert!(operation["needs_actor"].is_boolean(), "{name}");
    }
    let text = earnest(&["operations"]);
    assert!(earnest::OPERATIONS.iter().all(|info| text.out.contains(info.name)));
}

#[test]
fn every_code_has_its_details() {
    let codes = earnest(&["errors", "--json"]).document();
    let codes = codes.as_array().unwrap();
    assert_eq!(codes.len(), earnest::Code::all().len());
    let short = codes.iter().find(|code| code["code"] == "insufficient_balance").unwrap();
    assert_eq!((&short["kind"], &short["http_status"]), (&json!("rejected"), &json!(409)));
    let types: Vec<_> = short["details"].as_array().unwrap().iter().map(|detail| &detail["type"]).collect();
    assert_eq!(types, ["string", "Money", "Money"]);
    let text = earnest(&["errors"]);
    assert!(earnest::Code::all().iter().all(|code| text.out.contains(code.as_str())));
}

#[test]
fn usage_errors_end_with_2() {
    for args in [
        &[][..],
        &["no-such-command"],
        &["run"],
        &["verify"],
        &["worker"],
        &["health", "--no-such-option"],
        &["diagram", "--format", "jpeg"],
        &["generate", "--customers", "0", "--store", "memory:"],
        &["generate", "--customers", "many", "--store", "memory:"],
        &["health", "--store", "memory:", "--book", "no book"],
        &["health", "--store", "mysql://h/db"],
        &["health", "--store", "nothing"],
    ] {
        let ran = earnest(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    for (variable, value) in
        [("EARNEST_MIGRATE", "maybe"), ("EARNEST_BOOK", "no book"), ("EARNEST_LOG", "loud")]
    {
        let ran = run(command(&["operations"]).env(variable, value), "");
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(variable), "{}", ran.err);
    }
    for (variable, argument, value) in [
        ("EARNEST_MIGRATE", "--migrate", "check"),
        ("EARNEST_BOOK", "--book", "shop-1"),
        ("EARNEST_LOG", "--log", "Off"),
    ] {
        let ran = run(command(&["operations", argument, value]).env(variable, "no such thing"), "");
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{argument} takes the place of {variable}");
    }
    for args in [&["--help"][..], &["--version"], &["run", "--help"]] {
        let ran = earnest(args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn errors_are_json_for_machines() {
    let ran = earnest(&["health", "--store", "nothing", "--json"]);
    let error: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(error["error"]["details"]["field"], "--store");
    let ran = earnest(&["verify", "--json"]);
    let error: Value = serde_json::from_str(&ran.err).unwrap();
    assert!(error["error"]["message"].as_str().unwrap().contains("EARNEST_STORE"));
}

#[test]
fn a_password_is_never_repeated() {
    let url = "postgres://anna:s3cret@127.0.0.1:1/bank?connect_timeout=1";
    for args in [
        &["verify", "--store", url][..],
        &["verify", url],
        &["migrate", "--store", url],
        &["verify", "--stor", url],
        &["operations", "--migrate", url],
        &["run", url],
        &["demo", "--store", url, "--json"],
        &["health", "--store", "mysql://anna:s3cret@h/db"],
        &["health", "--book", url],
    ] {
        let ran = earnest(args);
        assert_ne!(ran.code, 0, "{args:?}");
        assert!(!ran.err.contains("s3cret") && !ran.out.contains("s3cret"), "{args:?}: {ran:?}");
    }
}

#[test]
fn health_and_verify_speak_of_an_empty_store() {
    let health = earnest(&["health", "--store", "memory:", "--json"]);
    assert_eq!((health.code, health.document()["status"].clone()), (0, json!("healthy")));
    let verify = earnest(&["verify", "--store", "memory:", "--json"]);
    assert_eq!((verify.code, verify.document()["ok"].clone()), (0, json!(true)));
}

/// A store that was used under a clock two days ahead: the right clock is behind it, which health says, and
/// one command ends it.
#[test]
fn a_clock_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("shop.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ahead = earnest::env::Clock::System.now().checked_add("P2D".parse().unwrap()).unwrap();
        let clock = earnest::env::Clock::Machine(std::sync::Arc::new(earnest::env::Machine::new(ahead)));
        let env = earnest::env::Env { clock, ..earnest::env::Env::default() };
        let options = earnest::Options::new().env(env).background(false).clock_is_right(true);
        let bank = earnest::Engine::open_with(&url, options).await.unwrap();
        bank.call("jobs.run_due", json!({})).await.unwrap();
        bank.close().await;
    });
    let store = ["--store", url.as_str(), "--json"];
    let line = r#"{"op":"ledger.top_up","args":{"account":"alice","amount":"1.00 USD","key":"k"}}"#;
    let top_up = || run(command(&["run", "-"]).args(store), line);
    let refused = top_up();
    assert!(refused.code == 1 && refused.out.contains("clock_unusable"), "{refused:?}");
    let health = run(command(&["health"]).args(store), "");
    assert!(health.code == 1 && health.out.contains("`earnest confirm-clock`"), "{health:?}");
    let confirmed = run(command(&["confirm-clock"]).args(store), "");
    assert_eq!(confirmed.code, 0, "{confirmed:?}");
    assert!(
        confirmed.document()["now"].as_str() < confirmed.document()["expected"].as_str(),
        "{confirmed:?}"
    );
    assert_eq!(top_up().code, 0);
    let health = run(command(&["health"]).args(store), "");
    assert_eq!(health.code, 0, "{health:?}");
    let said = earnest(&["confirm-clock", "--store", &url]);
    assert!(said.code == 0 && said.out.starts_with("the clock is believed: it shows "), "{said:?}");
    assert_eq!(earnest(&["confirm-clock", "--store", "sqlite:/nowhere/at-all.db"]).code, 1);
}

#[test]
fn a_deal_is_drawn() {
    let mermaid = earnest(&["diagram"]);
    assert!(mermaid.code == 0 && mermaid.out.starts_with("stateDiagram"), "{mermaid:?}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deal.svg");
    assert_eq!(earnest(&["diagram", "--format", "svg", "--out", path.to_str().unwrap()]).code, 0);
    assert!(std::fs::read_to_string(path).unwrap().starts_with("<!-- made by `earnest diagram` -->\n<svg"));
}

#[test]
fn generated_pages_are_always_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let pages = |name: &str| {
        let out = folder.path().join(name);
        assert_eq!(earnest(&["docs", "--out", out.to_str().unwrap()]).code, 0);
        ["errors.md", "operations.md"].map(|page| std::fs::read_to_string(out.join(page)).unwrap())
    };
    let [errors, operations] = pages("one");
    assert_eq!(pages("two"), [errors.clone(), operations.clone()]);
    assert!(errors.contains("do not edit") && operations.contains("do not edit"));
    assert!(earnest::OPERATIONS.iter().all(|info| operations.contains(&format!("\n## {}\n", info.name))));
}

#[test]
fn test_data_is_the_same_for_the_same_seed() {
    let generate = [
        "generate",
        "--customers",
        "20",
        "--transactions",
        "500",
        "--seed",
        "9",
        "--store",
        "memory:",
        "--json",
    ];
    let ran = earnest(&generate);
    assert_eq!(ran.code, 0, "{ran:?}");
    let done = ran.document();
    assert_eq!((done["transfers"].clone(), done["refused"].clone()), (json!(500), json!({})));
    assert!(done["deals"].as_u64().unwrap() > 0, "{done}");
    let again = earnest(&generate).document();
    assert!(["calls", "deals", "transfers"].iter().all(|member| done[member] == again[member]));
}

/// `--store` was demanded: without it the data is in memory.
#[test]
fn test_data_needs_no_store() {
    let ran = earnest(&["generate", "--customers", "2", "--transactions", "5", "--json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let done = ran.document();
    assert_eq!((&done["store"], &done["transfers"]), (&json!("memory:"), &json!(5)));
}

mod sqlite {
    use super::*;

    fn store(folder: &tempfile::TempDir, name: &str) -> String {
        format!("sqlite:{}", folder.path().join(name).display())
    }

    #[test]
    fn test_data_replays_and_verifies() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, "shop.db");
        let generate = |customers: &str, transactions: &str| {
            earnest(&[
                "generate",
                "--customers",
                customers,
                "--transactions",
                transactions,
                "--seed",
                "2",
                "--store",
                &store,
                "--json",
            ])
        };
        let first = generate("30", "1000").document();
        assert_eq!((first["transfers"].clone(), first["replayed"].clone()), (json!(1_000), json!(0)));
        let again = generate("30", "1000").document();
        assert_eq!(again["replayed"], again["calls"]);
        assert_eq!(generate("30", "1500").code, 0, "more of the same");
        assert_eq!(generate("29", "1000").code, 1, "other customers");

        let verified = earnest(&["verify", "--store", &store, "--json"]);
        assert_eq!(verified.code, 0, "{verified:?}");
        let lines = "{\"op\":\"ledger.trial_balance\"}\n{\"op\":\"ledger.accounts\",\"args\":{\"owner\":\"shop-1\"}}\n";
        let answers = run(&mut command(&["run", "-", "--store", &store]), lines).lines();
        assert_eq!(answers[0]["reply"]["balanced"], true);
        assert_eq!(answers[1]["reply"]["items"].as_array().unwrap().len(), 30);
    }

    #[test]
    fn looking_at_a_store_makes_none() {
        let folder = tempfile::tempdir().unwrap();
        let missing = store(&folder, "missing.db");
        for name in ["verify", "health"] {
            let ran = earnest(&[name, "--store", &missing]);
            assert!(ran.code == 1 && ran.err.contains("missing.db"), "{ran:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_schema_is_made_when_it_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, "till.db");
        let refused = earnest(&["run", "-", "--store", &store, "--migrate", "check", "--json"]);
        let error: Value = serde_json::from_str(&refused.err).unwrap();
        assert_eq!((refused.code, error["error"]["code"].clone()), (1, json!("migration_required")));
        for from in [0, 1] {
            let ran = earnest(&["migrate", "--store", &store, "--json"]);
            assert_eq!((ran.code, ran.document()["from"].clone()), (0, json!(from)), "{ran:?}");
        }
        assert_eq!(earnest(&["verify", "--store", &store]).code, 0);
    }

    #[test]
    fn verify_says_what_is_wrong_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, "till.db");
        let line =
            json!({"op": "ledger.top_up", "args": {"account": "alice", "amount": "5.00 USD", "key": "k"}});
        assert_eq!(run(&mut command(&["run", "-", "--store", &store]), &line.to_string()).code, 0);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            use sqlx::Connection as _;
            let path = folder.path().join("till.db");
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            let raise = "UPDATE earnest_account SET posted = '900', headroom = '900' WHERE id = 'alice'";
            sqlx::query(raise).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        });
        let ran = earnest(&["verify", "--store", &store]);
        assert_eq!(ran.code, 1);
        assert!(
            ran.out.contains("accounts_match_entries") && ran.out.contains("account alice USD: balance 900"),
            "{}",
            ran.out
        );
    }

    #[test]
    fn a_backup_is_a_store() {
        let folder = tempfile::tempdir().unwrap();
        let (store, copy) = (store(&folder, "till.db"), folder.path().join("copy.db"));
        let copy = copy.to_str().unwrap();
        assert_eq!(earnest(&["migrate", "--store", &store]).code, 0);
        assert_eq!(earnest(&["backup", copy, "--store", &store]).code, 0);
        assert_eq!(earnest(&["verify", "--store", &format!("sqlite:{copy}")]).code, 0);
        assert_eq!(earnest(&["backup", copy, "--store", &store]).code, 1, "a backup never overwrites");
    }

    #[cfg(unix)]
    #[test]
    fn a_worker_ends_when_it_is_told() {
        use std::io::{BufRead as _, BufReader, Read as _};
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, "till.db");
        assert_eq!(earnest(&["migrate", "--store", &store]).code, 0);
        let mut worker = command(&["worker", "--store", &store, "--json"]);
        let mut worker = worker.stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(worker.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains("started"), "{line}");
        let id = worker.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert!(worker.wait().unwrap().success() && rest.contains("stopped"), "{rest}");
    }

    /// A store with a job for each side: a payment that two admins must approve, and a dispute.
    #[cfg(unix)]
    fn with_jobs(folder: &tempfile::TempDir) -> String {
        let store = store(folder, "till.db");
        let deal = |name: &str, price: &str| json!({ "op": "escrow.open", "as": name, "args": { "buyer": "alice", "seller": "bob", "price": price, "key": name } });
        let pay = |name: &str| json!({ "op": "escrow.pay", "args": { "deal": format!("${name}.deal.id"), "actor": "alice" } });
        let mut large = pay("large");
        large["expect"] = "approval_required".into();
        let lines = [
            json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "3000000 KRW", "key": "t" } }),
            deal("large", "1000000 KRW"),
            large,
            deal("small", "5000 KRW"),
            pay("small"),
            json!({ "op": "escrow.dispute", "args": { "deal": "$small.deal.id", "type": "other", "statement": "x", "actor": "alice", "key": "d" } }),
        ];
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let ran = run(&mut command(&["run", "-", "--store", &store]), &lines);
        assert_eq!(ran.code, 0, "{ran:?}");
        store
    }

    /// The only job of a kind, once it is as `is` wants it.
    #[cfg(unix)]
    fn job(store: &str, kind: &str, is: impl Fn(&Value) -> bool) -> Value {
        let ask = json!({ "op": "jobs.list", "args": { "kind": kind } }).to_string();
        for _ in 0..300 {
            let found = run(&mut command(&["run", "-", "--store", store]), &ask).document();
            let jobs = found["reply"]["items"].as_array().unwrap().clone();
            assert_eq!(jobs.len(), 1, "{jobs:?}");
            if is(&jobs[0]) {
                return jobs[0].clone();
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("no job of {kind} came so far");
    }

    #[cfg(unix)]
    #[test]
    fn a_worker_does_jobs_by_commands_and_prints_them() {
        use std::io::{BufRead as _, BufReader, Read as _};
        let folder = tempfile::tempdir().unwrap();
        let store = with_jobs(&folder);
        let got = folder.path().join("got.jsonl");
        // a command that prints more than anybody keeps does not hang
        let exec = format!(
            "notify.parties=cat >> {0}; echo $EARNEST_JOB_KEY >> {0}; head -c 100000 /dev/zero >&2; echo '{{\"sent\":true}}'",
            got.display()
        );
        let mut worker =
            command(&["worker", "--store", &store, "--json", "--exec", &exec, "--print", "notify.admins"]);
        let mut worker = worker.stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(worker.stdout.take().unwrap());
        let mut read = || {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            serde_json::from_str::<Value>(&line).unwrap()
        };
        assert_eq!(read()["kinds"], json!(["notify.parties", "notify.admins"]));
        let printed = loop {
            let line = read();
            if line["job"].is_object() {
                break line["job"].clone();
            }
        };
        assert_eq!(
            (&printed["kind"], &printed["payload"]["event"]),
            (&json!("notify.admins"), &json!("approval.requested"))
        );
        assert_eq!(job(&store, "notify.admins", |job| job["state"] == "done")["id"], printed["id"]);
        let done = job(&store, "notify.parties", |job| job["state"] == "done");
        assert_eq!((&done["result"], &done["attempts"]), (&json!({ "sent": true }), &json!(1)));
        let got = std::fs::read_to_string(got).unwrap();
        let (line, key) = got.trim().split_once('\n').unwrap();
        let given: Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (&given["id"], given["key"].as_str(), &given["payload"]["event"]),
            (&done["id"], Some(key), &json!("deal.disputed"))
        );
        assert!(
            std::process::Command::new("kill")
                .args(["-TERM", &worker.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        out.read_to_string(&mut String::new()).unwrap();
        assert!(worker.wait().unwrap().success());
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_fails_is_run_again_later() {
        let folder = tempfile::tempdir().unwrap();
        let store = with_jobs(&folder);
        let exec = "notify.parties=echo ignored >&2; echo no route to them >&2; exit 3";
        let mut worker =
            command(&["worker", "--store", &store, "--exec", exec, "--exec", "notify.admins=exit 4"]);
        let mut worker = worker.stdout(std::process::Stdio::null()).spawn().unwrap();
        let failed = job(&store, "notify.parties", |job| job["attempts"] != 0 && job["state"] == "queued");
        assert_eq!(failed["last_error"], "no route to them");
        let silent = job(&store, "notify.admins", |job| job["attempts"] != 0 && job["state"] == "queued");
        assert!(silent["last_error"].as_str().unwrap().contains("exit status: 4"), "{silent}");
        assert!(
            std::process::Command::new("kill")
                .args(["-TERM", &worker.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        assert!(worker.wait().unwrap().success());
    }

    #[test]
    fn a_worker_must_know_what_to_do() {
        for args in [
            &["--exec", "notify.admins"][..],
            &["--exec", "notify.admins= "],
            &["--exec", "no kind=true"],
            &["--print", ""],
            &["--print", "notify.admins", "--exec", "notify.admins=true"],
        ] {
            let ran = earnest(&[&["worker", "--store", "memory:"], args].concat());
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
        }
    }
}
