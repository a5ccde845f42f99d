//! Strangers cannot use up somebody's limits.

use crate::support::{Stage, Value, every_store, json};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";

/// Makes a call that must be refused, whatever for.
async fn refused(stage: &Stage, name: &str, mut args: Value) -> &'static str {
    args["key"] = stage.key().into();
    match stage.call(name, args.clone()).await {
        Ok(reply) => panic!("{name} {args} was not refused: {reply}"),
        Err(error) => error.code().as_str(),
    }
}

/// Ten failures of an hour block an account, the other side, or an actor.
async fn ten_failures_block(stage: &Stage) {
    stage.ok("risk.install_pack", json!({ "name": "prepaid", "currency": "USD" })).await;
    for subject in ["counterparty", "actor"] {
        let more = json!({ "id": subject, "action": "*", "subject": subject, "metric": "failures",
            "window": "PT1H", "limit": 10, "weight": null });
        rule(stage, more).await;
    }
}

every_store! {
    /// Whoever knows the name of an account makes calls about it that he may not make. They are his own
    /// failures, and none of the account, of its owner, or of whom he names as the other side.
    async fn museum_25_strangers_do_not_use_up_what_an_owner_may_fail(stage) {
        for account in ["alice", "bob", "carol"] {
            stage.funded(account, "100.00 USD").await;
        }
        ten_failures_block(stage).await;
        let open = |buyer: &str| json!({ "buyer": buyer, "seller": "bob", "price": "1.00 USD", "actor": buyer });
        let deal = stage.ok("escrow.open", open("alice")).await["deal"]["id"].clone();
        let paid = stage.ok("escrow.open", open("alice")).await["deal"]["id"].clone();
        stage.ok("escrow.pay", json!({ "deal": paid, "actor": "alice" })).await;
        let mallory = |mut args: Value| {
            args["actor"] = "mallory".into();
            args
        };
        for _ in 0..11 {
            let transfer = json!({ "from": "alice", "to": "bob", "amount": "1.00 USD" });
            assert_eq!(refused(stage, "ledger.transfer", mallory(transfer)).await, "not_permitted");
            assert_eq!(refused(stage, DEDUCT, mallory(deduct("alice", json!({ "to": "bob" })))).await, "not_permitted");
            let hold = json!({ "account": "alice", "amount": "1.00 USD" });
            assert_eq!(refused(stage, "ledger.hold", mallory(hold)).await, "not_permitted");
            // what is not there, and what is in another state
            let none = json!({ "account": "alice", "amount": "1.00 EUR" });
            refused(stage, DEDUCT, mallory(none)).await;
            assert_eq!(refused(stage, "escrow.open", mallory(open("alice"))).await, "not_permitted");
            for deal in [&deal, &paid] {
                refused(stage, "escrow.pay", mallory(json!({ "deal": deal }))).await;
                refused(stage, "escrow.dispute", mallory(json!({ "deal": deal, "type": "other", "statement": "no" }))).await;
            }
            // the seller may not pay with the buyer's money either
            refused(stage, "escrow.pay", json!({ "deal": deal, "actor": "bob" })).await;
        }
        // his own name has used its failures up
        stage.funded("mallory", "5.00 USD").await;
        let own = json!({ "from": "mallory", "to": "carol", "amount": "1.00 USD", "actor": "mallory" });
        assert_eq!(stage.no_matter("ledger.transfer", own, "velocity_blocked").await["rule"], "actor");
        // and nobody else's has
        stage.ok(DEDUCT, deduct("alice", json!({ "actor": "alice" }))).await;
        stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        let to_bob = json!({ "from": "carol", "to": "bob", "amount": "1.00 USD", "actor": "carol" });
        stage.ok("ledger.transfer", to_bob).await;
    }

    /// By the name of an account alone a stranger began payments into it for nothing, until its owner could
    /// spend nothing more. Those of the owner and of the host's program count.
    async fn strangers_do_not_use_up_limits_by_payments_to_an_account(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.ok("payments.set_gateway", json!({ "id": "card", "driver": "host" })).await;
        rule(stage, json!({ "action": "*", "limit": 3 })).await;
        let into = |more: Value| {
            let mut args = json!({ "to": "alice", "amount": "1.00 USD", "gateway": "card" });
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        for _ in 0..4 {
            stage.ok("payments.create", into(json!({ "payer": "mallory", "actor": "mallory" }))).await;
        }
        stage.ok(DEDUCT, deduct("alice", json!({ "actor": "alice" }))).await;
        stage.ok("payments.create", into(json!({ "actor": "alice" }))).await;
        stage.ok("payments.create", into(json!({}))).await;
        let more = into(json!({ "actor": "alice" }));
        assert_eq!(stage.no_matter("payments.create", more, "velocity_blocked").await["used"], 3);
        stage.no_matter(DEDUCT, deduct("alice", json!({ "actor": "alice" })), "velocity_blocked").await;
    }

    /// Failures of who is entitled count: of the account himself, of its owner, and of the host's program.
    async fn failures_of_the_entitled_count(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD", "owner": "olga" })).await;
        for account in ["shop", "house", "bob"] {
            stage.funded(account, "10.00 USD").await;
        }
        ten_failures_block(stage).await;
        stage.ok("risk.remove_rule", json!({ "id": "actor" })).await;
        let owners = [("alice", json!("alice")), ("shop", json!("olga")), ("house", json!({ "id": "app", "role": "system" }))];
        for (account, actor) in owners {
            let dear = deduct(account, json!({ "amount": "500.00 USD", "actor": actor }));
            for _ in 0..10 {
                assert_eq!(refused(stage, DEDUCT, dear.clone()).await, "insufficient_balance", "{account}");
            }
            let told = stage.no_matter(DEDUCT, deduct(account, json!({ "actor": actor })), "velocity_blocked").await;
            assert_eq!((&told["rule"], &told["used"]), (&json!("pack.prepaid.failures"), &json!(10)), "{account}");
        }
        // so do they for the other side
        stage.ok("risk.remove_rule", json!({ "id": "pack.prepaid.failures" })).await;
        let dear = json!({ "from": "alice", "to": "bob", "amount": "9000.00 USD", "actor": "alice" });
        for _ in 0..10 {
            assert_eq!(refused(stage, "ledger.transfer", dear.clone()).await, "insufficient_balance");
        }
        let small = json!({ "from": "shop", "to": "bob", "amount": "1.00 USD", "actor": "olga" });
        assert_eq!(stage.no_matter("ledger.transfer", small, "velocity_blocked").await["rule"], "counterparty");
    }
}
