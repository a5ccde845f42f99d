//! `earnest backup`, `restore` and `fork`: a copy of a store becomes the store again, or goes its own way.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::{Ran, command, earnest, run};

/// A store with 5 dollars of Alice's in it, and a backup of it beside it.
struct Shop {
    folder: tempfile::TempDir,
    store: String,
    backup: String,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (store, backup) = (format!("sqlite:{}", path("shop.db")), path("backup.db"));
        assert_eq!(top_up(&store, "before").code, 0);
        let copied = earnest(&["backup", &backup, "--store", &store]);
        assert_eq!(copied.code, 0, "{copied:?}");
        Self { folder, store, backup }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn top_up(store: &str, key: &str) -> Ran {
    let args = json!({ "account": "alice", "amount": "5.00 USD", "key": key });
    let line = json!({ "op": "ledger.top_up", "args": args });
    run(&mut command(&["run", "-", "--store", store]), &line.to_string())
}

fn posted(store: &str) -> Value {
    let line = json!({ "op": "ledger.balance", "args": { "account": "alice" } });
    let ran = run(&mut command(&["run", "-", "--store", store]), &line.to_string());
    ran.document()["reply"]["posted"]["amount"].clone()
}

/// The last event of a store.
fn newest(store: &str) -> Value {
    let ran = run(
        &mut command(&["run", "-", "--store", store]),
        &json!({ "op": "events.list", "args": {} }).to_string(),
    );
    ran.document()["reply"]["items"].as_array().unwrap().last().unwrap().clone()
}

#[test]
fn a_backup_is_put_in_the_place_of_what_a_store_has() {
    let shop = Shop::new();
    assert_eq!(top_up(&shop.store, "after").code, 0);
    assert_eq!(posted(&shop.store), "10.00");
    let said = earnest(&["restore", &shop.backup, "--store", &shop.store]);
    assert!(said.code == 0 && said.out.contains("was restored from"), "{said:?}");
    assert_eq!(posted(&shop.store), "5.00", "what came after the backup is gone");
    assert_eq!(newest(&shop.store)["type"], "store.restored");
    assert_eq!(earnest(&["verify", "--store", &shop.store]).code, 0);
    // what was lost can be done again, under its key
    assert_eq!(top_up(&shop.store, "after").code, 0);
    assert_eq!(posted(&shop.store), "10.00");
    let again = earnest(&["restore", &shop.backup, "--store", &shop.store, "--json"]).document();
    assert_ne!(again["timeline"], again["previous"], "{again}");
}

#[test]
fn the_store_to_restore_may_be_named_by_the_environment() {
    let shop = Shop::new();
    assert_eq!(top_up(&shop.store, "after").code, 0);
    let ran = run(command(&["restore", &shop.backup]).env("EARNEST_STORE", &shop.store), "");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(posted(&shop.store), "5.00");
}

#[test]
fn nothing_is_restored_where_there_is_no_store() {
    let shop = Shop::new();
    let (typo, missing) = (shop.path("typo.db"), shop.path("missing.db"));
    let ran = earnest(&["restore", &shop.backup, "--store", &format!("sqlite:{}", typo.display())]);
    assert!(ran.code == 1 && ran.err.contains("typo.db"), "{ran:?}");
    assert!(!typo.exists(), "a mistyped path makes no store");
    let ran = earnest(&["restore", missing.to_str().unwrap(), "--store", &shop.store]);
    assert!(ran.code == 1 && ran.err.contains("missing.db"), "{ran:?}");
    // as its help says: in the place of one that is lost
    let new = format!("sqlite:{}", shop.path("new.db").display());
    assert_eq!(earnest(&["migrate", "--store", &new]).code, 0);
    assert_eq!(earnest(&["restore", &shop.backup, "--store", &new]).code, 0);
    assert_eq!(posted(&new), "5.00");
    assert_eq!(earnest(&["verify", "--store", &new]).code, 0);
}

#[test]
fn what_is_no_backup_of_this_store_is_refused() {
    let shop = Shop::new();
    let other = Shop::new();
    let foreign = earnest(&["restore", &other.backup, "--store", &shop.store]);
    assert!(foreign.code == 1 && foreign.err.contains("store_mismatch"), "{foreign:?}");
    let notes = shop.path("notes.txt");
    std::fs::write(&notes, "# My own notes\n".repeat(100)).unwrap();
    let ran = earnest(&["restore", notes.to_str().unwrap(), "--store", &shop.store]);
    assert!(ran.code == 1 && ran.err.contains("notes.txt"), "which of the two files: {ran:?}");
    let own = shop.path("shop.db");
    let ran = earnest(&["restore", own.to_str().unwrap(), "--store", &shop.store]);
    assert!(ran.code == 1 && ran.err.contains("not the store itself"), "{ran:?}");
    assert_eq!(posted(&shop.store), "5.00");
    assert_eq!(earnest(&["verify", "--store", &shop.store]).code, 0);
}

#[test]
fn a_copy_goes_its_own_way() {
    let shop = Shop::new();
    let copy = format!("sqlite:{}", shop.backup);
    let forked = earnest(&["fork", "--store", &copy, "--json"]);
    assert_eq!(forked.code, 0, "{forked:?}");
    let (forked, original) = (forked.document(), newest(&shop.store));
    assert_ne!(forked["timeline"], forked["previous"], "{forked}");
    assert_eq!(newest(&copy)["type"], "store.forked");
    assert_eq!(newest(&shop.store), original, "the original hears nothing of it");
    let again = run(command(&["fork"]).env("EARNEST_STORE", &copy), "");
    assert!(again.code == 0 && again.out.contains("goes its own way"), "{again:?}");
    assert_eq!(earnest(&["verify", "--store", &copy]).code, 0);
    let typo = earnest(&["fork", "--store", &format!("sqlite:{}", shop.path("typo.db").display())]);
    assert!(typo.code == 1 && typo.err.contains("typo.db"), "{typo:?}");
    assert!(!shop.path("typo.db").exists());
}

/// Whatever command makes a file, whatever the umask lets through.
#[cfg(unix)]
#[test]
fn every_file_of_every_command_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;

    let shop = Shop::new();
    let path = |name: &str| shop.path(name).display().to_string();
    let store = |name: &str| format!("sqlite:{}", path(name));
    let (migrated, generated, torn, keys) = (store("m.db"), store("g.db"), store("t.db"), path("k.json"));
    for args in [
        &["migrate", "--store", &migrated][..],
        &["restore", &shop.backup, "--store", &migrated],
        &["generate", "--customers", "2", "--transactions", "2", "--store", &generated],
        &["torture", "--seconds", "1", "--store", &torn],
        &["keygen", "--out", &keys],
        &["keygen", "--rotate", &keys],
        &["diagram", "--format", "svg", "--out", &path("deal.svg")],
    ] {
        let ran = earnest(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
    }
    let mut seen = 0;
    for entry in std::fs::read_dir(shop.folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}: {mode:o}", entry.path().display());
        seen += 1;
    }
    assert!(seen >= 7, "{seen} files");
}
