//! Addresses and entries of lists: every spelling of an address is one subject, a network holds every address
//! in it, and what no call can match is refused.

use crate::support::sides::Side;
use crate::support::{Value, code, every_store, json};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";

/// An address, and how servers and proxies write it.
const SPELLED: [(&str, &[&str]); 2] = [
    (
        "203.0.113.4",
        &[
            "203.0.113.4",
            "203.0.113.4:5678",
            " 203.0.113.4 ",
            "::ffff:203.0.113.4",
            "::FFFF:CB00:7104",
            "0:0:0:0:0:ffff:203.0.113.4",
            "[::ffff:203.0.113.4]:443",
        ],
    ),
    (
        "2001:db8:0:1::4",
        &[
            "2001:db8:0:1::4",
            "[2001:db8:0:1::4]",
            "[2001:db8:0:1::4]:5678",
            "2001:DB8:0:1:0:0:0:4",
            "2001:db8:0:1::4%eth0",
            "[2001:db8:0:1::4%eth0]:5678",
        ],
    ),
];

fn from(ip: &str) -> Value {
    deduct("alice", json!({ "context": { "ip": ip } }))
}

fn entry(subject: &str, value: &str) -> Value {
    json!({ "subject": subject, "value": value, "reason": "as told" })
}

fn of(subject: &str, value: &str) -> Value {
    json!({ "subject": subject, "value": value })
}

every_store! {
    async fn an_address_is_one_subject_however_it_is_written(stage) {
        stage.funded("alice", "1000.00 USD").await;
        for (address, spelled) in SPELLED {
            stage.ok("risk.block", entry("ip", address)).await;
            for ip in spelled {
                stage.no_matter(DEDUCT, from(ip), "blocked").await;
                let ask = json!({ "action": DEDUCT, "args": from(ip) });
                assert_eq!(stage.ok("risk.evaluate", ask).await["outcome"], "block", "{ip}");
                let found = stage.ok("risk.decisions", of("ip", ip)).await;
                assert!(!found["items"].as_array().unwrap().is_empty(), "{ip}");
            }
            stage.ok("risk.unlist", of("ip", address)).await;
            rule(stage, json!({ "id": "r", "subject": "ip", "limit": 1 })).await;
            stage.ok(DEDUCT, from(spelled[1])).await;
            for ip in spelled {
                stage.no_matter(DEDUCT, from(ip), "velocity_blocked").await;
            }
            stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        }
        // events keep the address, and nothing of how it was written
        let events = stage.ok("admin.audit", json!({ "limit": 500 })).await;
        let seen: Vec<&str> = events["items"].as_array().unwrap().iter().filter_map(|event| event["ip"].as_str()).collect();
        assert!(seen.iter().all(|ip| SPELLED.iter().any(|(address, _)| ip == address)), "{seen:?}");
    }

    async fn what_is_no_address_is_refused_by_name(stage) {
        stage.funded("alice", "10.00 USD").await;
        for ip in [
            "203.0.113.4, 198.51.100.7", "203.0.113.4,198.51.100.7", "unknown", "203.0.113", "203.0.113.4:", "203.0.113.4:x",
            "203.0.113.4:65536", "203.0.113.4:+80", "[203.0.113.4]:80", "[2001:db8::1", "2001:db8::1]:80", "[2001:db8::1]80",
            "203.0.113.4%eth0", "fe80::1%", "203.0.113.0/24", "0203.0.113.4", "\"203.0.113.4\"", "",
        ] {
            stage.bad(DEDUCT, from(ip), "invalid_request", "context.ip").await;
            if !ip.is_empty() {
                let ask = json!({ "action": DEDUCT, "args": from(ip) });
                stage.bad("risk.evaluate", ask, "invalid_request", "args.context.ip").await;
            }
        }
        let error = stage.call(DEDUCT, from("203.0.113.4, 198.51.100.7")).await.unwrap_err();
        assert!(error.message().contains("`X-Forwarded-For`") && !error.message().contains("203.0"), "{error}");
    }

    async fn a_network_of_a_list_holds_every_address_in_it(stage) {
        stage.funded("alice", "1000.00 USD").await;
        for (network, shown, inside, outside) in [
            ("198.51.100.0/24", "198.51.100.0/24", ["198.51.100.0", "198.51.100.255:443"], "198.51.101.0"),
            ("198.0.0.0/8", "198.0.0.0/8", ["198.51.101.0", "198.255.0.1"], "199.0.0.1"),
            ("198.51.100.9/32", "198.51.100.9", ["198.51.100.9", "::ffff:198.51.100.9"], "198.51.100.8"),
            ("::ffff:198.51.100.0/120", "198.51.100.0/24", ["198.51.100.0", "198.51.100.7"], "198.51.101.7"),
            ("2001:db8::/32", "2001:db8::/32", ["2001:db8::1", "[2001:db8:ffff::1]:80"], "2001:db9::1"),
            ("2001:DB8:0:0::/64", "2001:db8::/64", ["2001:db8::1", "2001:db8::ffff:1"], "2001:db8:0:1::1"),
            ("2001:db8::7", "2001:db8::/64", ["2001:db8::7", "2001:db8::8"], "2001:db8:0:1::7"),
        ] {
            let listed = stage.ok("risk.block", entry("ip", network)).await["entry"].clone();
            assert_eq!(listed["value"], shown, "{network}");
            for ip in inside {
                let told = stage.no_matter(DEDUCT, from(ip), "blocked").await;
                assert_eq!((&told["subject"], &told["reason"]), (&json!("ip"), &json!("as told")), "{ip} in {network}");
                let ask = json!({ "action": DEDUCT, "args": from(ip) });
                assert_eq!(stage.ok("risk.evaluate", ask).await["outcome"], "block", "{ip} in {network}");
                for value in [ip, network, shown] {
                    let found = stage.ok("risk.decisions", of("ip", value)).await;
                    assert!(!found["items"].as_array().unwrap().is_empty(), "{value}");
                }
            }
            stage.ok(DEDUCT, from(outside)).await;
            let removed = stage.ok("risk.unlist", of("ip", shown)).await;
            assert_eq!((&removed["entry"]["value"], &removed["entry"]["state"]), (&json!(shown), &json!("removed")));
            stage.ok(DEDUCT, from(inside[0])).await;
        }
    }

    /// An entry that blocks stands before one that allows, whichever is the wider; both end.
    async fn networks_allow_and_block(stage) {
        stage.funded("alice", "1000.00 USD").await;
        rule(stage, json!({ "id": "r", "subject": "ip", "limit": 0 })).await;
        stage.ok("risk.allow", entry("ip", "198.51.100.0/24")).await;
        stage.ok(DEDUCT, from("198.51.100.7")).await;
        stage.no_matter(DEDUCT, from("198.51.101.7"), "velocity_blocked").await;
        let newest = stage.ok("risk.decisions", json!({ "outcome": "block", "limit": 1 })).await["items"][0].clone();
        assert_eq!(newest["allowed_by"], Value::Null);
        for wider in ["198.51.100.7", "198.0.0.0/8"] {
            stage.ok("risk.block", entry("ip", wider)).await;
            stage.no_matter(DEDUCT, from("198.51.100.7"), "blocked").await;
            stage.ok("risk.unlist", of("ip", wider)).await;
        }
        let mut timed = entry("ip", "198.51.0.0/16");
        timed["until"] = "2026-01-01T01:00:00Z".into();
        stage.ok("risk.block", timed).await;
        stage.no_matter(DEDUCT, from("198.51.100.7"), "blocked").await;
        stage.advance("PT1H");
        stage.ok(DEDUCT, from("198.51.100.7")).await;
    }

    /// However many lengths of prefixes a book has listed, a call reads what they say in the statements that
    /// it makes anyway.
    async fn all_lengths_are_looked_up_at_once(stage) {
        stage.funded("alice", "1000.00 USD").await;
        stage.ok("risk.block", entry("ip", "10.0.0.0/8")).await;
        let mut costs = Vec::new();
        for bits in [8..9, 9..32] {
            for bits in bits {
                stage.ok("risk.block", entry("ip", &format!("10.0.0.0/{bits}"))).await;
            }
            stage.ok(DEDUCT, from("198.51.100.7")).await;
            let (since, before) = (std::time::Instant::now(), stage.bank.store().counted().statements);
            for _ in 0..50 {
                stage.ok(DEDUCT, from("198.51.100.7")).await;
            }
            let statements = stage.bank.store().counted().statements - before;
            println!("{:?}: {statements} statements and {:?} for 50 calls", stage.kind, since.elapsed());
            costs.push(statements);
        }
        assert!(costs[1] <= costs[0] + 5, "{costs:?}");
        stage.no_matter(DEDUCT, from("10.0.0.1"), "blocked").await;
    }

    async fn entries_that_no_call_can_match_are_refused(stage) {
        for (subject, value) in [
            ("ip", "203.0.113.4:80"), ("ip", "[2001:db8::1]:80"), ("ip", "fe80::1%eth0"), ("ip", "not an address"), ("ip", "203.0.113"),
            ("ip", "203.0.113.4, 198.51.100.7"), ("ip", "203.0.113.4/24"), ("ip", "203.0.113.0/0"), ("ip", "203.0.113.0/33"),
            ("ip", "203.0.113.0/+24"), ("ip", "203.0.113.0/024"), ("ip", "203.0.113.0/"), ("ip", "2001:db8::/65"), ("ip", "2001:db8::1/32"),
            ("ip", "::/0"), ("account", "a b"), ("account", "@world"), ("account", "@deal:1"), ("counterparty", "@fees"), ("counterparty", ""),
            ("actor", "a b"), ("actor", ""), ("device", ""), ("meta.card", ""),
        ] {
            for (name, args) in [("risk.block", entry(subject, value)), ("risk.allow", entry(subject, value)), ("risk.unlist", of(subject, value))] {
                stage.bad(name, args, "invalid_request", "value").await;
            }
        }
        stage.bad("risk.decisions", of("ip", "not an address"), "invalid_request", "value").await;
        // of any part of a call it may be a device
        assert_eq!(stage.ok("risk.decisions", json!({ "value": "not an address" })).await["items"], json!([]));
    }
}

/// In a transaction of the application as on own connections.
#[tokio::test(flavor = "multi_thread")]
async fn networks_hold_in_a_transaction_of_the_application() {
    for side in Side::all().await {
        let stage = &side.stage;
        stage.funded("alice", "100.00 USD").await;
        let call = async |name: &str, args: Value| side.call(&stage.bank, name, args).await;
        let paid = async |key: &str, ip: &str| {
            let mut args = from(ip);
            args["key"] = key.into();
            code(&call(DEDUCT, args).await)
        };
        assert_eq!(paid("1", "198.51.100.7:81").await, "ok", "{}", side.name());
        call("risk.block", entry("ip", "198.51.100.0/24")).await.unwrap();
        assert_eq!(paid("2", "198.51.100.7:82").await, "blocked", "{}", side.name());
        assert_eq!(paid("3", "198.51.101.7:83").await, "ok", "{}", side.name());
        assert_eq!(paid("4", "198.51.100.7, 198.51.101.7").await, "invalid_request", "{}", side.name());
        call("risk.unlist", of("ip", "198.51.100.0/24")).await.unwrap();
        assert_eq!(paid("5", "198.51.100.7:84").await, "ok", "{}", side.name());
        stage.verify().await;
    }
}
