//! The tool under a user for whom the modes of files count: files that may not be written, and files that
//! may not even be read.

#![cfg(unix)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use earnest::Engine;
use earnest::requests::{GetBalance, TopUp};
use serde_json::json;

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A copy of the tool that anybody may run. Another process makes it: for a moment, a child that another test
/// starts has open what this process has open, and no file that is open for writing can be run.
fn program_in(folder: &Path) -> PathBuf {
    let program = folder.join("earnest");
    let tool = Path::new(env!("CARGO_BIN_EXE_earnest"));
    assert!(Command::new("install").args(["-m", "755"]).args([tool, &program]).status().unwrap().success());
    program
}

/// Runs the tool as somebody who is not root.
fn as_nobody(program: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(program);
    if std::fs::metadata(program).unwrap().uid() == 0 {
        command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
    }
    let output = command.args(arguments).stdin(std::process::Stdio::null()).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

fn names(folder: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = listed.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Waits until nobody has a database of this folder open: a connection may be closed a moment after its
/// engine.
async fn left_alone(folder: &Path) {
    while names(folder).iter().any(|name| name.ends_with("-shm")) {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("till.db");
    let store = format!("sqlite:{}", path.display());
    let engine = Engine::open(&store).await.unwrap();
    engine.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t")).await.unwrap();
    engine.close().await;
    let before = std::fs::read(&path).unwrap();
    let orders = folder.path().join("orders.jsonl");
    let order = r#"{"op":"ledger.top_up","args":{"account":"alice","amount":"2.00 USD","key":"u"}}"#;
    std::fs::write(&orders, order).unwrap();
    mode(&orders, 0o444);
    let run = ["run", orders.to_str().unwrap(), "--store", store.as_str()];
    // the file can be read, and the folder too
    mode(&path, 0o444);
    mode(folder.path(), 0o755);
    let (exit, said) = as_nobody(&program_in(folder.path()), &run);
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("read-only") || said.contains("readonly"), "{said}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    // with its rights back it goes on where it was
    mode(&path, 0o644);
    let engine = Engine::open(&store).await.unwrap();
    assert_eq!(
        engine.ledger().balance(GetBalance::new("alice")).await.unwrap().posted.to_string(),
        "1.00 USD"
    );
    engine.close().await;
}

/// A copy in a folder where nothing can be made, a file that may not be written, and one of somebody
/// else.
#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_checks_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    mode(folder.path(), 0o755);
    let program = program_in(folder.path());
    let copies = folder.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    let bank = Engine::open(&format!("sqlite:{}/shop.db", copies.display())).await.unwrap();
    let args = json!({ "account": "alice", "amount": "100.00 USD", "key": "t" });
    bank.call("ledger.top_up", args).await.unwrap();
    let deal = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "key": "d" });
    let deal = bank.call("escrow.open", deal).await.unwrap()["deal"]["id"].as_str().unwrap().to_owned();
    // made by SQLite, without a log
    bank.store().backup(&copies.join("backup.db")).await.unwrap();
    bank.close().await;
    left_alone(&copies).await;
    for copy in ["shop.db", "backup.db"] {
        mode(&copies.join(copy), 0o444);
        let store = format!("sqlite:{}/{copy}", copies.display());
        for folder_mode in [0o555, 0o777] {
            mode(&copies, folder_mode);
            let before = names(&copies);
            for command in [&["verify"][..], &["health"], &["history", deal.as_str()]] {
                let (exit, said) = as_nobody(&program, &[command, &["--store", store.as_str()]].concat());
                assert_eq!(exit, 0, "{copy} {command:?}: {said}");
            }
            assert_eq!(names(&copies), before, "{copy}: nothing is left beside it");
        }
        let bytes = std::fs::read(copies.join(copy)).unwrap();
        let (exit, said) =
            as_nobody(&program, &["generate", "--customers", "1", "--transactions", "1", "--store", &store]);
        assert_eq!(exit, 1, "{said}");
        assert!(said.contains("read-only") && said.contains(copy), "{said}");
        assert_eq!(std::fs::read(copies.join(copy)).unwrap(), bytes);
    }
    // what may not even be read names its path
    mode(&copies.join("shop.db"), 0o600);
    let store = format!("sqlite:{}/shop.db", copies.display());
    let (exit, said) = as_nobody(&program, &["verify", "--store", &store]);
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("shop.db") && said.contains("owner"), "{said}");
}

/// Root can read what is closed to all but its owner, who can change it. The file stays usable: that of a
/// service is read by its administrator.
#[test]
fn root_hears_that_a_keyring_is_of_another_user() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.json");
    let made = crate::cli::earnest(&["keygen", "--out", keys.to_str().unwrap()]);
    assert_eq!(made.code, 0, "{made:?}");
    let lines = json!({ "op": "receipts.public_keys" }).to_string();
    let asked = || {
        let mut command = crate::cli::command(&["run", "-", "--log", "warn"]);
        crate::cli::run(command.env("EARNEST_KEYRING", format!("file:{}", keys.display())), &lines)
    };
    let own = asked();
    assert!(own.code == 0 && !own.err.contains("another user"), "{own:?}");
    if std::fs::metadata(&keys).unwrap().uid() == 0 {
        std::os::unix::fs::chown(&keys, Some(65534), Some(65534)).unwrap();
        let other = asked();
        assert_eq!(other.code, 0, "{other:?}");
        assert!(other.err.contains("the keyring belongs to another user"), "{other:?}");
    }
}
