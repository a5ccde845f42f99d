//! `earnest withdrawals`: lists, one that is shown, orders, and what is watched.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::cli::{Ran, command, earnest, run};

const TOKEN: &str = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const PAYEE: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

/// A store with two withdrawals that wait for a lane.
struct Shop {
    _folder: tempfile::TempDir,
    store: String,
    /// Their ids, in the order in which they were asked for.
    ids: [String; 2],
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = format!("sqlite:{}", folder.path().join("shop.db").display());
        let view = json!({ "endpoint": "node", "chain_id": "137",
            "assets": [{ "currency": "USD", "code": true, "decimals": 2 }] });
        let ask = |key: &str, amount: &str| {
            json!({ "op": "withdrawals.request", "args": { "account": "alice", "amount": amount,
                "chain": "polygon", "to": PAYEE, "reference": key, "key": key } })
        };
        let lines = [
            json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "50.00 USD", "key": "t" } }),
            json!({ "op": "withdrawals.set_chain", "args": { "chain": "polygon", "chain_id": "137",
                "endpoints": ["node"], "fee_cap": "500000000000" } }),
            json!({ "op": "withdrawals.set_asset", "args": { "chain": "polygon", "currency": "USD",
                "kind": "erc20", "token": TOKEN, "decimals": 2 } }),
            json!({ "op": "jobs.lease", "args": { "kinds": ["chain.facts"], "limit": 1, "for": "PT1M" },
                "as": "facts" }),
            json!({ "op": "jobs.complete", "args": { "job": "$facts.jobs.0.id",
                "fence": "$facts.jobs.0.fence", "result": { "views": [view] } } }),
            ask("out-1", "20.00 USD"),
            ask("out-2", "7.50 USD"),
        ];
        let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let ran = run(&mut command(&["run", "-", "--store", &store]), &input);
        assert_eq!(ran.code, 0, "{ran:?}");
        let told = ran.lines();
        let id = |place: usize| told[place]["reply"]["withdrawal"]["id"].as_str().unwrap().to_owned();
        let ids = [id(5), id(6)];
        Self { _folder: folder, store, ids }
    }

    fn says(&self, args: &[&str]) -> Ran {
        earnest(&[&["withdrawals"][..], args, &["--store", &self.store]].concat())
    }

    fn listed(&self, args: &[&str]) -> Value {
        let ran = self.says(&[&["list", "--json"][..], args].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
        ran.document()
    }

    fn watches(&self, args: &[&str]) -> Watching {
        let watch: [&str; 5] = ["withdrawals", "watch", "--json", "--store", &self.store];
        let mut started = command(&[&watch[..], args].concat());
        let mut child = started.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Watching { child, lines }
    }
}

/// A watch, whose lines are read as they come.
struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watching {
    fn next(&mut self) -> Option<Value> {
        let line = self.lines.next()?.unwrap();
        Some(serde_json::from_str::<Value>(&line).unwrap()["withdrawal"].clone())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[test]
fn a_list_is_a_table_with_filters() {
    let shop = Shop::new();
    let [first, second] = [shop.ids[0].as_str(), shop.ids[1].as_str()];
    let ran = shop.says(&["list"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.out);
    assert!(lines[0].starts_with("id") && lines[0].ends_with("age"), "{}", lines[0]);
    for (line, id, amount) in [(lines[1], second, "$7.50"), (lines[2], first, "$20.00")] {
        for part in [id, "pending", "waits: lane", amount, "polygon", "0x5aAe…eAed"] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
    }
    assert_eq!(ids(&shop.listed(&[])), [second, first]);
    for (filter, found) in [
        (["--waiting", "lane"], 2),
        (["--waiting", "fees"], 0),
        (["--state", "pending"], 2),
        (["--state", "failed"], 0),
        (["--account", "bob"], 0),
        (["--chain", "polygon"], 2),
        (["--to", PAYEE], 2),
        (["--attention", "not_proved"], 0),
        (["--from-time", "2100-01-01T00:00:00Z"], 0),
        (["--to-time", "2100-01-01T00:00:00Z"], 2),
    ] {
        assert_eq!(ids(&shop.listed(&filter)).len(), found, "{filter:?}");
    }
    assert_eq!(ids(&shop.listed(&["--cancelling"])).len(), 0);
    let page = shop.listed(&["--limit", "1"]);
    let next = page["next"].as_str().unwrap();
    assert_eq!(ids(&page), [second]);
    assert_eq!(ids(&shop.listed(&["--limit", "1", "--after", next])), [first]);
    assert!(shop.says(&["list", "--limit", "1"]).out.contains(&format!("--after {next}")));
    assert_eq!(shop.says(&["list", "--state", "failed"]).out, "there are none\n");
}

#[test]
fn one_is_shown_with_what_comes_next() {
    let shop = Shop::new();
    let ran = shop.says(&["show", &shop.ids[0]]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let mut rest = ran.out.as_str();
    for told in
        [shop.ids[0].as_str(), "pending", "alice withdraws $20.00", PAYEE, "out-1", "hd_", "Next: ", "lane"]
    {
        let at = rest.find(told).unwrap_or_else(|| panic!("{told} is not behind it in\n{}", ran.out));
        rest = &rest[at..];
    }
    assert_eq!(shop.says(&["show", "out-1"]).out, ran.out, "by the caller's own reference");
    let document = shop.says(&["show", "out-1", "--json"]).document();
    assert_eq!((&document["id"], &document["waiting"]), (&json!(shop.ids[0]), &json!("lane")), "{document}");
    let absent = shop.says(&["show", "wd_00000000-0000-0000-0000-000000000000"]);
    assert!(absent.code == 1 && absent.err.contains("withdrawal_not_found"), "{absent:?}");
}

#[test]
fn orders_are_given_and_refused() {
    let shop = Shop::new();
    let id = shop.ids[0].as_str();
    for (args, code, told) in [
        (&["retry", id][..], 1, "condition_not_met"),
        (&["speed-up", id, "--actor", "kim"], 1, "transition_not_allowed"),
        (&["speed-up", id], 2, "--actor"),
        (&["cancel", id, "--max-fee-per-gas", "1"], 2, "--actor"),
        (&["list", "--state", "paid"], 2, "pending"),
        (&["list", "--from-time", "yesterday"], 2, "TIME"),
        (&["cancel", "wd_00000000-0000-0000-0000-000000000000"], 1, "withdrawal_not_found"),
    ] {
        let ran = shop.says(args);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{args:?}: {ran:?}");
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
    let ran = shop.says(&["cancel", id, "--reason", "another wallet", "--actor", "kim"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    for part in [id, "failed", "cancelled", "Next: nothing"] {
        assert!(ran.out.contains(part), "{part} is not in {}", ran.out);
    }
    let again = shop.says(&["cancel", id]);
    assert!(again.code == 1 && again.err.contains("transition_not_allowed"), "{again:?}");
    let document = shop.says(&["cancel", "out-2", "--json"]).document();
    let withdrawal = &document["withdrawal"];
    assert_eq!(
        (&withdrawal["state"], &withdrawal["failure"]["code"]),
        (&json!("failed"), &json!("cancelled"))
    );
}

#[test]
fn a_change_is_printed_as_it_comes() {
    let shop = Shop::new();
    let mut watching = shop.watches(&["--until-done", &shop.ids[0]]);
    assert_eq!(watching.next().unwrap()["state"], "pending");
    assert_eq!(shop.says(&["cancel", "out-2"]).code, 0, "of another one nothing is said");
    assert_eq!(shop.says(&["cancel", "out-1"]).code, 0);
    let over = watching.next().unwrap();
    assert_eq!((&over["id"], &over["state"]), (&json!(shop.ids[0]), &json!("failed")));
    assert!(watching.next().is_none());
    assert_eq!(watching.child.wait().unwrap().code(), Some(1), "it failed");
    // for people
    let ran = shop.says(&["watch", "--until-done", &shop.ids[1]]);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
    assert!(
        ran.out.contains("failed") && ran.out.contains("cancelled") && ran.out.contains("$7.50"),
        "{ran:?}"
    );
}

/// All that is under way is watched until Ctrl-C, and each to its end.
#[cfg(unix)]
#[test]
fn what_is_under_way_is_watched_until_a_signal() {
    let shop = Shop::new();
    let mut watching = shop.watches(&["--chain", "polygon"]);
    let seen = [watching.next().unwrap(), watching.next().unwrap()];
    assert!(seen.iter().all(|one| one["state"] == "pending"), "{seen:?}");
    assert_eq!(shop.says(&["cancel", "out-2"]).code, 0);
    let over = watching.next().unwrap();
    assert_eq!((&over["id"], &over["state"]), (&json!(shop.ids[1]), &json!("failed")));
    let id = watching.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(watching.child.wait().unwrap().success());
    assert!(watching.next().is_none(), "a change is printed once");
}
