//! Actors: a plain actor moves and reads only what is his, a key belongs to whoever used it first, and a
//! bound actor is final.

use earnest::ids::Actor;
use earnest::{Engine, Error};

use crate::support::{Stage, Value, code, every_store, id, json};

/// Makes a call as somebody, and returns `ok` or the code of the refusal.
async fn asks(bank: &Engine, who: &str, name: &str, args: Value) -> &'static str {
    code(&bank.acting(Actor::new(who)).call(name, args).await)
}

async fn set_the_scene(stage: &Stage) -> String {
    stage.funded("alice", "5000.00 USD").await;
    stage.funded("mallory", "1.00 USD").await;
    stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD", "owner": "olga" })).await;
    let deal =
        json!({ "buyer": "alice", "seller": "shop", "price": "100.00 USD", "actor": "alice", "key": "deal" });
    id(&stage.ok("escrow.open", deal).await["deal"])
}

fn fields(error: &Error) -> Value {
    error.details()["fields"].clone()
}

every_store! {
    /// The events of a deal say to its parties what happened, and not what is on the accounts of the others.
    async fn parties_are_shown_no_images(stage) {
        let deal = set_the_scene(stage).await;
        let as_buyer = stage.bank.acting(Actor::new("alice"));
        as_buyer.call("escrow.pay", json!({ "deal": deal, "key": "pay" })).await.unwrap();
        let shown = |page: &Value| page["items"].as_array().unwrap().iter().any(|event| event["data"].get("images").is_some());
        for who in ["alice", "olga"] {
            let bank = stage.bank.acting(Actor::new(who));
            let page = bank.call("escrow.history", json!({ "deal": deal })).await.unwrap();
            assert!(!page["items"].as_array().unwrap().is_empty() && !shown(&page), "{who}: {page}");
        }
        let own = as_buyer.call("admin.audit", json!({ "actor": "alice" })).await.unwrap();
        assert!(!own["items"].as_array().unwrap().is_empty() && !shown(&own), "{own}");
        assert!(shown(&stage.ok("escrow.history", json!({ "deal": deal })).await));
        assert!(shown(&stage.ok("admin.audit", json!({ "object": deal })).await));
    }

    /// Verdicts of rules about a customer, and of rules in shadow, are for staff.
    async fn customers_are_not_told_what_rules_make_of_them(stage) {
        stage.funded("alice", "9.00 USD").await;
        for (id, more) in [
            ("flags", json!({ "metric": "count", "limit": 0, "outcome": "flag" })),
            ("tried", json!({ "metric": "count", "limit": 0, "outcome": "block", "shadow": true })),
            ("fails", json!({ "metric": "failures", "limit": 5, "outcome": "block" })),
        ] {
            let mut rule = json!({ "id": id, "action": "*", "subject": "account", "window": "P1D" });
            rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            stage.ok("risk.set_rule", rule).await;
        }
        let alice = stage.bank.acting(Actor::new("alice"));
        alice.call("ledger.open_account", json!({ "account": "alice-2", "currency": "USD" })).await.ok();
        let deduct = |amount: &str| json!({ "account": "alice", "amount": amount, "key": format!("d-{amount}"), "risk_score": 85 });
        let owner = json!({ "account": "alice", "owner": "alice" });
        stage.ok("ledger.update_account", owner).await;
        alice.call("ledger.deduct", deduct("1.00 USD")).await.unwrap();
        alice.call("ledger.deduct", deduct("99.00 USD")).await.unwrap_err();
        let types = |page: &Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
        };
        let of_alice = json!({ "actor": "alice", "limit": 500 });
        let staff = types(&stage.ok("admin.audit", json!({ "limit": 500 })).await);
        for name in ["decision.made", "failure.counted"] {
            assert!(staff.iter().any(|found| found == name), "{name}: {staff:?}");
        }
        let own = types(&alice.call("admin.audit", of_alice).await.unwrap());
        assert!(own.iter().any(|name| name == "transfer.posted"), "{own:?}");
        assert!(!own.iter().any(|name| name == "decision.made" || name == "failure.counted"), "{own:?}");
    }

    /// A stranger takes nothing, makes nothing and reads nothing of others.
    async fn strangers_move_and_read_nothing_of_others(stage) {
        let deal = set_the_scene(stage).await;
        let transfer = stage.funded("alice", "1.00 USD").await;
        let before = stage.state().await;
        for (name, args) in [
            ("ledger.transfer", json!({ "from": "alice", "to": "mallory", "amount": "30.00 USD", "key": "m1" })),
            ("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "key": "m2" })),
            ("ledger.hold", json!({ "account": "alice", "amount": "1.00 USD", "key": "m3" })),
            ("ledger.top_up", json!({ "account": "mallory", "amount": "1.00 USD", "key": "m4" })),
            ("ledger.update_account", json!({ "account": "alice", "owner": "mallory" })),
            ("ledger.close_account", json!({ "account": "shop" })),
            ("ledger.cancel", json!({ "transfer": transfer, "key": "m5" })),
            ("ledger.refund", json!({ "transfer": transfer, "key": "m6" })),
            ("escrow.open", json!({ "buyer": "alice", "seller": "shop", "price": "1.00 USD", "key": "m7" })),
            ("escrow.pay", json!({ "deal": deal })),
            ("escrow.get", json!({ "deal": deal })),
            ("escrow.history", json!({ "deal": deal })),
            ("escrow.list", json!({})),
            ("escrow.list", json!({ "buyer": "alice" })),
            ("ledger.balance", json!({ "account": "alice" })),
            ("ledger.balances", json!({ "owner": "olga" })),
            ("ledger.balances", json!({ "accounts": ["mallory", "alice"] })),
            ("ledger.accounts", json!({ "search": "al" })),
            ("ledger.transfers", json!({ "account": "alice" })),
            ("ledger.get_transfer", json!({ "transfer": transfer })),
            ("treasury.set_account", json!({ "account": "alice", "currency": "USD", "tier": "hot" })),
            ("jobs.lease", json!({ "kinds": ["notify.parties"], "limit": 1, "for": "PT1M" })),
            ("events.list", json!({ "object": deal })),
            ("events.state_hash", json!({})),
            ("admin.verify", json!({})),
            ("approvals.list", json!({})),
        ] {
            let got = asks(&stage.bank, "mallory", name, args.clone()).await;
            assert_eq!(got, "not_permitted", "mallory: {name} {args}");
        }
        assert_eq!(stage.state().await, before);
    }

    /// Whoever is or owns an account moves its money and reads it.
    async fn owners_move_and_read_what_is_theirs(stage) {
        let deal = set_the_scene(stage).await;
        stage.funded("shop", "9.00 USD").await;
        for (who, name, args) in [
            ("alice", "ledger.transfer", json!({ "from": "alice", "to": "shop", "amount": "3.00 USD", "key": "a1" })),
            ("olga", "ledger.transfer", json!({ "from": "shop", "to": "alice", "amount": "3.00 USD", "key": "o1" })),
            ("olga", "ledger.hold", json!({ "account": "shop", "amount": "1.00 USD", "key": "o2" })),
            ("olga", "ledger.balance", json!({ "account": "shop" })),
            ("olga", "ledger.balances", json!({ "owner": "olga" })),
            ("olga", "ledger.accounts", json!({ "owner": "olga" })),
            ("olga", "ledger.entries", json!({ "account": "shop" })),
            ("olga", "ledger.transfers", json!({ "account": "shop" })),
            ("olga", "ledger.holds", json!({ "account": "shop" })),
            ("olga", "escrow.get", json!({ "deal": deal })),
            ("olga", "escrow.list", json!({ "seller": "shop" })),
            ("alice", "escrow.list", json!({ "buyer": "alice" })),
            ("alice", "escrow.pay", json!({ "deal": deal })),
            ("dora", "ledger.open_account", json!({ "account": "dora", "currency": "USD" })),
        ] {
            assert_eq!(asks(&stage.bank, who, name, args.clone()).await, "ok", "{who}: {name} {args}");
        }
    }

    /// The key of another is a mismatch, whatever is asked under it, and tells nothing of what he asked.
    async fn a_key_belongs_to_whoever_used_it_first(stage) {
        set_the_scene(stage).await;
        let args = json!({ "from": "alice", "to": "shop", "amount": "3.00 USD", "key": "mine" });
        assert_eq!(asks(&stage.bank, "alice", "ledger.transfer", args.clone()).await, "ok");
        let again = stage.bank.acting(Actor::new("alice")).call("ledger.transfer", args.clone()).await;
        assert_eq!(again.unwrap()["replayed"], true);
        let other = json!({ "from": "mallory", "to": "shop", "amount": "1.00 USD", "key": "mine" });
        for (who, args) in [("mallory", &args), ("mallory", &other), ("olga", &args)] {
            let outcome = stage.bank.acting(Actor::new(who)).call("ledger.transfer", args.clone()).await;
            let error = outcome.expect_err("the key of alice");
            assert_eq!((error.code().as_str(), fields(&error)), ("idempotency_mismatch", json!(["actor"])), "{who}");
        }
        let system = stage.call("ledger.transfer", args.clone()).await.expect_err("the key of alice");
        assert_eq!(system.code().as_str(), "idempotency_mismatch");
        // a user who is called `system` is not the host's own program
        let ours = json!({ "from": "alice", "to": "shop", "amount": "3.00 USD", "key": "ours" });
        stage.ok("ledger.transfer", ours.clone()).await;
        assert_eq!(asks(&stage.bank, "system", "ledger.transfer", ours).await, "idempotency_mismatch");
    }

    /// Nobody acts as somebody else than the one who is bound.
    async fn a_bound_actor_is_final(stage) {
        set_the_scene(stage).await;
        let alice = stage.bank.acting(Actor::new("alice"));
        let pays = |actor: Value, key: &str| {
            json!({ "from": "alice", "to": "shop", "amount": "1.00 USD", "actor": actor, "key": key })
        };
        assert_eq!(code(&alice.call("ledger.transfer", pays(json!("alice"), "b1")).await), "ok");
        for (n, actor) in
            [json!("mallory"), json!({ "id": "alice", "role": "admin" }), json!({ "id": "system", "role": "system" })]
                .into_iter()
                .enumerate()
        {
            let error = alice.call("ledger.transfer", pays(actor.clone(), &format!("b2-{n}"))).await.unwrap_err();
            assert_eq!(error.code().as_str(), "not_permitted", "{actor}");
            assert_eq!(error.details()["field"], "actor", "{actor}");
            let read = json!({ "account": "alice", "actor": actor });
            assert_eq!(code(&alice.call("ledger.balance", read).await), "not_permitted", "{actor}");
            let batch = json!({ "ops": [{ "op": "ledger.transfer", "args": pays(actor.clone(), &format!("b3-{n}")) }] });
            assert_eq!(code(&alice.call("ledger.batch", batch).await), "not_permitted", "{actor}");
            let keys = json!({ "actor": actor });
            assert_eq!(code(&alice.call("receipts.public_keys", keys).await), "not_permitted", "{actor}");
        }
        // the side of a deal that he speaks for, and whom the host's own code binds next, are no claims of a
        // request
        let buyer = json!({ "id": "alice", "role": "buyer" });
        assert_eq!(code(&alice.call("ledger.transfer", pays(buyer, "b4")).await), "ok");
        let rebound = alice.acting(Actor::admin("anna"));
        assert_eq!(code(&rebound.call("ledger.balance", json!({ "account": "alice" })).await), "ok");
        assert_eq!(code(&rebound.call("admin.audit", json!({ "actor": "alice" })).await), "ok", "whom it looks for");
        assert_eq!(code(&alice.call("admin.audit", json!({ "actor": "anna" })).await), "not_permitted");
        assert_eq!(code(&alice.call("admin.audit", json!({ "actor": "alice" })).await), "ok");
    }

    /// The actor of a batch is that of all its members.
    async fn the_actor_of_a_batch_binds_its_members(stage) {
        set_the_scene(stage).await;
        let top_up = |actor: Option<&str>| {
            let mut args = json!({ "account": "mallory", "amount": "9.00 USD", "key": "t" });
            if let Some(actor) = actor {
                args["actor"] = actor.into();
            }
            json!([{ "op": "ledger.top_up", "args": args }])
        };
        for member in [None, Some("mallory"), Some("alice")] {
            let args = json!({ "actor": "mallory", "ops": top_up(member) });
            stage.no("ledger.batch", args, "not_permitted").await;
        }
    }
}
