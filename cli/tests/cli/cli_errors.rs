//! Errors of commands: in one shape for machines, with the path for people, and without secrets.

use earnest::Code;
use serde_json::{Value, json};

use crate::cli::{Ran, command, earnest, run};

/// An argument or a variable that cannot be read ends the command with 2, and is named.
#[test]
fn what_is_not_understood_ends_with_2_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", folder.path().join("new.db").display());
    let missing = folder.path().join("missing.db").display().to_string();
    let named = |ran: &Ran, name: &str| {
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}: {ran:?}");
        assert!(ran.err.contains(name), "{name}: {ran:?}");
    };
    for (args, name) in [
        (&["restore", missing.as_str()][..], "--store"),
        (&["restore", &missing, "--store", "mysql://h/db"], "--store"),
        (&["verify", "--store", "memory:", "--anchor", "x"], "--anchor"),
        (&["run", "-", "--currency", "USD=3"], "--currency"),
        (&["run", "-", "--store", &store, "--schema", "A B"], "--schema"),
        (&["migrate", "--store", &store, "--schema", "A B"], "--schema"),
        (&["generate", "--store", &store, "--schema", "A B"], "--schema"),
        (&["demo", "--schema", "A B"], "--schema"),
        (&["torture", "--schema", "A B"], "--schema"),
        (&["worker", "--store", "memory:", "--timeout", "0"], "--timeout"),
        (&["worker", "--store", "memory:", "--timeout", "PT0S"], "--timeout"),
    ] {
        named(&earnest(args), name);
    }
    for (variable, value) in [
        ("EARNEST_SCHEMA", "A B"),
        ("EARNEST_CURRENCY", "XQQ"),
        ("EARNEST_CURRENCIES", "USD=3"),
        ("EARNEST_KEYRING_COMMAND", "/no/such/program"),
    ] {
        named(&run(command(&["run", "-", "--store", &store]).env(variable, value), ""), variable);
    }
}

/// Every line on stderr is an error in the documented shape, with a code of the table. Answers them.
fn errors(ran: &Ran) -> Vec<Value> {
    let document = |line: &str| -> Value {
        let document: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let error = &document["error"];
        let code = error["code"].as_str().unwrap_or_else(|| panic!("{line}"));
        assert!(code.parse::<Code>().is_ok(), "{code} is in no table");
        for member in ["kind", "message", "retryable", "retry", "http_status", "details"] {
            assert!(error.get(member).is_some(), "{member} is missing in {line}");
        }
        error.clone()
    };
    ran.err.lines().map(document).collect()
}

#[test]
fn machines_get_errors_of_the_table_only() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let missing = format!("sqlite:{folder}/missing.db");
    for (args, exit, code) in [
        (&["run", "no/such/file.jsonl", "--json"][..], 2, "invalid_request"),
        (&["run", folder, "--json"], 2, "invalid_request"),
        (&["verify", "--json"], 2, "invalid_request"),
        (&["--json"], 2, "invalid_request"),
        (&["no-such-command", "--json"], 2, "invalid_request"),
        (&["health", "--json", "--no-such-option"], 2, "invalid_request"),
        (&["generate", "--json", "--customers", "0"], 2, "invalid_request"),
        (&["health", "--store", &missing, "--json"], 1, "command_failed"),
        (&["backup", folder, "--store", "memory:", "--json"], 1, "command_failed"),
        (&["diagram", "--out", folder, "--json"], 1, "command_failed"),
        (&["history", "order-1", "--store", "memory:", "--json"], 1, "deal_not_found"),
        (&["torture", "--store", "memory:", "--json"], 2, "invalid_request"),
        (&["worker", "--store", "memory:", "--print", "a", "--print", "a", "--json"], 2, "invalid_request"),
    ] {
        let ran = earnest(args);
        assert_eq!((ran.code, ran.out.as_str()), (exit, ""), "{args:?}: {ran:?}");
        let errors = errors(&ran);
        assert_eq!((errors.len(), errors[0]["code"].as_str().unwrap()), (1, code), "{args:?}: {ran:?}");
    }
}

#[test]
fn a_run_for_machines_says_all_of_it_in_json() {
    let top_up = json!({ "account": "a", "amount": "1.00 USD", "key": "k" });
    let input = [
        json!({ "op": "ledger.top_up", "args": top_up, "expect": "overflow" }),
        json!({ "op": "ledger.deduct", "args": { "account": "a", "amount": "9.00 USD", "key": "x" } }),
    ];
    let mut input: String = input.iter().map(|line| format!("{line}\n")).collect();
    let ran = run(&mut command(&["run", "-", "--json"]), &input);
    assert_eq!((ran.code, ran.lines().len()), (1, 2), "{ran:?}");
    let told = errors(&ran);
    assert_eq!(told.len(), 3, "two lines and the summary: {told:?}");
    assert!(told[2]["message"].as_str().unwrap().starts_with("2 of 2 lines"), "{}", told[2]);
    input.push_str("{\"op\":");
    let ran = run(&mut command(&["run", "-", "--json"]), &input);
    let told = errors(&ran);
    assert_eq!((ran.code, told.last().unwrap()["code"].as_str().unwrap()), (2, "invalid_request"));
    assert!(told.last().unwrap()["message"].as_str().unwrap().contains("line 3, column"));
}

#[test]
fn the_log_is_json_for_machines_too() {
    let ran = earnest(&["demo", "--json", "--log", "debug"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for line in ran.err.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
}

#[test]
fn a_refusal_names_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let ran = earnest(&["run", folder]);
    assert!(ran.code == 2 && ran.err.contains(folder) && ran.err.contains("folder"), "{ran:?}");
    let ran = earnest(&["run", "no/such/file.jsonl"]);
    assert!(ran.code == 2 && ran.err.contains("no/such/file.jsonl"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_keyring_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let shown = path.to_str().unwrap();
    assert_eq!(earnest(&["keygen", "--out", shown]).code, 0);
    let set = |mode: u32| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    let asked = || run(command(&["operations"]).env("EARNEST_KEYRING", format!("file:{shown}")), "");
    for mode in [0o666, 0o644, 0o660, 0o620, 0o604, 0o602, 0o601] {
        set(mode);
        let ran = asked();
        assert_eq!(ran.code, 2, "{mode:o}: {ran:?}");
        for told in ["EARNEST_KEYRING", shown, &format!("chmod 600 {shown}"), &format!("{mode:04o}")] {
            assert!(ran.err.contains(told), "{told} is not in {}", ran.err);
        }
        let rotated = earnest(&["keygen", "--rotate", shown]);
        assert!(rotated.code == 1 && rotated.err.contains("chmod 600"), "{rotated:?}");
    }
    for mode in [0o600, 0o400] {
        set(mode);
        assert_eq!(asked().code, 0, "{mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn a_bad_keyring_is_named_by_its_path_and_never_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let shown = path.to_str().unwrap();
    let asked = |setting: String| run(command(&["operations"]).env("EARNEST_KEYRING", setting), "");
    assert!(asked(format!("file:{shown}")).err.contains(shown));
    for text in [
        "",
        "{\"earnest_keyring\":1,\"keys\":[{\"secret\":\"5eC4e7\"}]}",
        "5eC4e7",
        "{\"earnest_keyring\":7,\"keys\":[]}",
    ] {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let ran = asked(format!("file:{shown}"));
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(shown) && ran.err.contains("EARNEST_KEYRING"), "{}", ran.err);
        assert!(!ran.err.contains("5eC4e7"), "{}", ran.err);
    }
    let bare = asked(shown.to_owned());
    assert!(bare.code == 2 && bare.err.contains(&format!("file:{shown}")), "{bare:?}");
}

/// Of a worker on a pipe nothing comes after its first line, and a password in `--store` is seen by `ps`.
#[test]
fn help_promises_what_comes_and_warns_of_arguments() {
    let help = |args: &[&str]| earnest(args).out.split_whitespace().collect::<Vec<_>>().join(" ");
    let worker = help(&["worker", "--help"]);
    assert!(worker.contains("With `--json`, and on a terminal, it reports every ten seconds"), "{worker}");
    assert!(worker.contains("`warn` for `worker`"), "{worker}");
    let all = help(&["--help"]);
    assert!(!all.contains("ten seconds"), "{all}");
    assert!(all.contains("others on this machine may see arguments"), "{all}");
}

/// The words that say what a URL must be are no secret, and a password beside them is.
#[test]
fn a_hint_is_not_masked() {
    for url in ["kafka://127.0.0.1:1", "kafka://me:hunter2@a:1/t"] {
        let ran = earnest(&["worker", "--store", "memory:", "--deliver", &format!("orders={url}")]);
        assert!(ran.code == 2 && ran.err.contains("kafka://HOST:PORT,HOST:PORT/TOPIC"), "{ran:?}");
        assert!(!ran.err.contains("hunter2"), "{ran:?}");
    }
}

mod stores {
    use super::*;

    #[test]
    fn what_is_no_database_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt").display().to_string();
        std::fs::write(&path, "these are notes, and no database\n".repeat(100)).unwrap();
        let store = format!("sqlite:{path}");
        for args in [&["verify"][..], &["health"], &["history", "order-1"], &["migrate"], &["run", "-"]] {
            let ran = earnest(&[args, &["--store", &store]].concat());
            assert!(ran.code == 1 && ran.err.contains(&path), "{args:?}: {ran:?}");
        }
    }

    /// A mistyped path leaves no empty file behind; `earnest migrate` makes one, whatever the environment is
    /// set to for everything else.
    #[test]
    fn only_a_migration_makes_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new.db");
        let store = format!("sqlite:{}", path.display());
        for migrate in ["check", "off"] {
            let ran = earnest(&["run", "-", "--store", &store, "--migrate", migrate]);
            assert!(ran.code == 1 && ran.err.contains("migration_required"), "{migrate}: {ran:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
        let ran = run(command(&["migrate", "--store", &store]).env("EARNEST_MIGRATE", "check"), "");
        assert!(ran.code == 0 && path.exists(), "{ran:?}");
        for migrate in ["check", "off"] {
            assert_eq!(earnest(&["run", "-", "--store", &store, "--migrate", migrate]).code, 0, "{migrate}");
        }
    }

    #[test]
    fn only_what_exists_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("shpo.db");
        let store = format!("sqlite:{}", missing.display());
        let page = folder.path().join("x.html");
        for args in [
            &["worker"][..],
            &["verify"],
            &["health"],
            &["history", "order-1"],
            &["withdrawals", "list"],
            &["dossier", "order-1", "--out", page.to_str().unwrap()],
            &["backup", folder.path().join("copy.db").to_str().unwrap()],
        ] {
            let ran = earnest(&[args, &["--store", &store]].concat());
            assert_eq!(ran.code, 1, "{args:?}: {ran:?}");
            assert!(ran.err.contains(missing.to_str().unwrap()), "{args:?}: {}", ran.err);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
    }

    #[test]
    fn test_data_goes_only_where_an_argument_says() {
        let folder = tempfile::tempdir().unwrap();
        let store = format!("sqlite:{}", folder.path().join("production.db").display());
        for variable in ["DATABASE_URL", "EARNEST_STORE"] {
            let mut generate = command(&["generate", "--customers", "2", "--transactions", "5", "--json"]);
            let ran = run(generate.env(variable, &store), "");
            // without an argument it is memory
            assert_eq!((ran.code, &ran.document()["store"]), (0, &json!("memory:")), "{ran:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
        let ran = earnest(&["generate", "--customers", "2", "--transactions", "5", "--store", &store]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}
