//! Limits of the system: open files, and room in a file. The program says which it met, and a call that was
//! surely not made is not one of unknown outcome.

#![cfg(unix)]

use std::process::Command;

use serde_json::{Value, json};

use crate::cli::{Ran, earnest, run, without_settings};

/// Runs the tool under limits of the shell.
fn limited(limits: &str, args: &[&str], input: &str) -> Ran {
    let mut command = Command::new("sh");
    let script = format!("{limits}; exec \"$0\" \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_earnest")]).args(args);
    run(without_settings(&mut command), input)
}

fn top_up(key: u32, note: &str) -> String {
    let args = json!({ "account": "alice", "amount": "1.00 USD", "key": format!("k-{key}"), "metadata": { "note": note } });
    json!({ "op": "ledger.top_up", "args": args }).to_string()
}

#[test]
fn a_process_without_descriptors_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut refused = 0;
    for most in 5..24 {
        let store = format!("sqlite:{}", folder.path().join(format!("{most}.db")).display());
        let ran = limited(&format!("ulimit -n {most}"), &["run", "-", "--store", &store], &top_up(1, ""));
        if ran.code == 0 {
            continue;
        }
        refused += 1;
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains("ulimit -n") || said.contains("Too many open files"), "{most}: {ran:?}");
        assert!(!said.contains("panicked") && !said.contains("owner"), "{most}: {ran:?}");
    }
    assert!((4..16).contains(&refused), "{refused} of them were too few");
}

/// Whatever the program was started with: a shell lets the signal end it, Python has it ignored.
#[test]
fn a_file_that_may_not_grow_refuses_calls_and_makes_none_in_doubt() {
    for limits in ["ulimit -f 2000", "trap '' XFSZ; ulimit -f 2000"] {
        let folder = tempfile::tempdir().unwrap();
        let store = format!("sqlite:{}", folder.path().join("shop.db").display());
        let note = "y".repeat(4000);
        let lines: Vec<String> = (0..200).map(|key| top_up(key, &note)).collect();
        let ran = limited(limits, &["run", "-", "--json", "--store", &store], &lines.join("\n"));
        let replies = ran.lines();
        assert_eq!(replies.len(), 200, "{limits}: {ran:?}");
        let (made, refused): (Vec<Value>, Vec<Value>) =
            replies.into_iter().partition(|reply| reply["ok"] == true);
        assert!(made.len() > 5 && refused.len() > 5, "{limits}: {} were made", made.len());
        for reply in &refused {
            let error = &reply["error"];
            assert_eq!(error["code"], "store_unavailable", "{limits}: {error}");
            assert!(error["message"].as_str().unwrap().contains("ulimit -f"), "{error}");
        }
        // none of them was made, and with room all of them are
        let balance = json!({ "op": "ledger.balance", "args": { "account": "alice" } }).to_string();
        let read =
            |input: &str| run(&mut crate::cli::command(&["run", "-", "--json", "--store", &store]), input);
        let posted = |ran: &Ran| ran.lines().last().unwrap()["reply"]["posted"]["amount"].clone();
        assert_eq!(posted(&read(&balance)), format!("{}.00", made.len()));
        assert_eq!(posted(&read(&format!("{}\n{balance}", lines.join("\n")))), "200.00");
        assert_eq!(earnest(&["verify", "--store", &store]).code, 0);
    }
}
