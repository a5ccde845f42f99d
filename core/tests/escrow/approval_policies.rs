//! Which calls need the consent of others: policies, who may change them, and from when on they hold.

use earnest::requests::SetPolicy;

use crate::support::{self, Kind, Stage, Value, code, every_store, id, json, options};

fn admin(name: &str) -> Value {
    json!({ "id": name, "role": "admin" })
}

fn large(threshold: &str) -> Value {
    json!({ "id": "large", "operation": "ledger.transfer", "currency": "USD", "threshold": threshold })
}

async fn funded(stage: &Stage) {
    stage.funded("alice", "1000.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
}

fn transfer(key: &str, amount: &str) -> Value {
    json!({ "from": "alice", "to": "bob", "amount": amount, "key": key })
}

async fn names(stage: &Stage) -> Vec<String> {
    let page = stage.ok("approvals.policies", json!({})).await;
    page["items"].as_array().unwrap().iter().map(|policy| policy["id"].as_str().unwrap().to_owned()).collect()
}

every_store! {
    /// Malformed policies name their field, and nothing is written.
    async fn bad_policies_are_refused(stage) {
        for (field, value, code, named) in [
            ("approvers", json!(0), "invalid_request", "approvers"),
            ("approvers", json!(21), "invalid_request", "approvers"),
            ("approvers", json!(-1), "invalid_request", "approvers"),
            ("approvers", json!(1.5), "invalid_request", "approvers"),
            ("id", json!(""), "invalid_request", "id"),
            ("id", json!("a b"), "invalid_request", "id"),
            ("operation", json!("escrow.payy"), "invalid_request", "operation"),
            ("operation", json!("escrow.confirm"), "invalid_request", "operation"),
            ("operation", json!("read"), "invalid_request", "operation"),
            ("operation", json!("es*"), "invalid_request", "operation"),
            ("operation", json!(""), "invalid_request", "operation"),
            ("threshold", json!("-1.00 USD"), "invalid_amount", "threshold"),
            ("threshold", json!(100), "invalid_amount", "threshold"),
            ("threshold", json!("1.001 USD"), "invalid_amount", "threshold"),
            ("threshold", json!("1.00 XXY"), "invalid_currency", "threshold.currency"),
            ("currency", json!("KRW"), "currency_mismatch", "currency"),
            ("role", json!("Admin"), "invalid_request", "role"),
            ("expires_in", json!("PT0S"), "invalid_request", "expires_in"),
            ("expires_in", json!("P400D"), "invalid_request", "expires_in"),
            ("more", json!(1), "invalid_request", "more"),
        ] {
            let mut policy = large("1.00 USD");
            policy[field] = value;
            stage.bad("approvals.set_policy", policy, code, named).await;
        }
        let mut by_alice = large("1.00 USD");
        by_alice["actor"] = "alice".into();
        stage.no("approvals.set_policy", by_alice, "not_permitted").await;
        stage.no("approvals.remove_policy", json!({ "id": "default", "actor": "alice" }), "not_permitted").await;
        stage.bad("approvals.remove_policy", json!({ "id": "large" }), "invalid_request", "id").await;
        assert_eq!(names(stage).await, ["default"]);
    }

    /// Set, replaced, removed: it holds from the next call on.
    async fn policies_come_and_go(stage) {
        funded(stage).await;
        stage.ok("ledger.transfer", transfer("t-0", "100.00 USD")).await;
        let set = stage.ok("approvals.set_policy", large("50.00 USD")).await;
        assert_eq!((&set["policy"]["built_in"], &set["policy"]["role"], &set["version"]), (&false.into(), &"admin".into(), &1.into()));
        assert_eq!(names(stage).await, ["default", "large"]);
        let held = stage.bank.call("ledger.transfer", transfer("t-1", "50.00 USD")).await;
        assert_eq!(code(&held), "approval_required");
        stage.ok("ledger.transfer", transfer("t-2", "49.99 USD")).await;
        let again = json!({ "id": "large", "operation": "ledger.*", "threshold": "60.00 USD", "approvers": 1, "key": "p-2" });
        assert_eq!(stage.ok("approvals.set_policy", again.clone()).await["version"], 2);
        assert_eq!(stage.ok("approvals.set_policy", again).await["replayed"], true);
        stage.ok("ledger.transfer", transfer("t-3", "50.00 USD")).await;
        let deducted = json!({ "account": "alice", "amount": "60.00 USD", "key": "d-1" });
        let details = stage.bank.call("ledger.deduct", deducted.clone()).await.unwrap_err().details();
        assert_eq!(details["policy"], "large");
        // one vote is enough now; the older approval goes on asking for two
        let one = stage.ok("approvals.approve", json!({ "approval": details["approval"], "actor": admin("ann") })).await;
        assert_eq!((&one["executed"], &one["reply"]["balance"]["account"]), (&true.into(), &"alice".into()));
        stage.ok("approvals.remove_policy", json!({ "id": "large" })).await;
        assert_eq!(names(stage).await, ["default"]);
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "70.00 USD", "key": "d-2" })).await;
        let waiting = stage.bank.call("ledger.transfer", transfer("t-1", "50.00 USD")).await.unwrap_err();
        assert_eq!(waiting.code().as_str(), "approval_required", "what was asked for stays asked for");
        let vote = |who: &str| json!({ "approval": waiting.details()["approval"], "actor": admin(who) });
        assert_eq!(stage.ok("approvals.approve", vote("ann")).await["executed"], false);
        assert_eq!(stage.ok("approvals.approve", vote("ben")).await["executed"], true);
    }

    /// The default policy can be replaced and switched off in a book, and comes back by being set.
    async fn the_default_can_be_changed(stage) {
        stage.funded("alice", "9000000 KRW").await;
        let deal = || async {
            id(&stage.ok("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": "1000000 KRW" })).await["deal"])
        };
        stage.ok("approvals.remove_policy", json!({ "id": "default", "actor": admin("root") })).await;
        assert_eq!(names(stage).await, Vec::<String>::new());
        stage.bad("approvals.remove_policy", json!({ "id": "default" }), "invalid_request", "id").await;
        stage.ok("escrow.pay", json!({ "deal": deal().await })).await;
        let other = stage.bank.book("elsewhere").unwrap();
        assert_eq!(other.call("approvals.policies", json!({})).await.unwrap()["items"][0]["id"], "default");
        let own = json!({ "id": "default", "operation": "escrow.pay", "threshold": "1000000 KRW", "approvers": 1, "role": "boss", "expires_in": "PT1H" });
        stage.ok("approvals.set_policy", own).await;
        let error = stage.bank.call("escrow.pay", json!({ "deal": deal().await })).await.unwrap_err();
        let approval = error.details()["approval"].clone();
        stage.no("approvals.approve", json!({ "approval": approval, "actor": admin("ann") }), "not_permitted").await;
        let boss = json!({ "id": "ann", "role": "boss" });
        assert_eq!(stage.ok("approvals.approve", json!({ "approval": approval, "actor": boss })).await["executed"], true);
    }

    /// A policy on what takes no money would never ask: whoever sets it is told.
    async fn a_policy_that_can_never_ask_is_refused(stage) {
        for never in [
            "treasury.set_account", "treasury.usage", "escrow.open", "escrow.ship", "escrow.update", "escrow.extend", "ledger.void",
            "ledger.extend", "jobs.*", "admin.*", "receipts.*", "approvals.*",
        ] {
            let mut policy = large("1.00 USD");
            policy["operation"] = never.into();
            stage.bad("approvals.set_policy", policy, "invalid_request", "operation").await;
        }
        for info in earnest::OPERATIONS {
            let mut policy = large("900.00 USD");
            policy["operation"] = info.effect.into();
            let set = stage.call("approvals.set_policy", policy).await;
            assert_eq!(set.is_ok(), info.takes, "{}: {}", info.name, info.effect);
        }
    }

    /// `treasury.*` asks where money leaves an account that has a tier, whatever the operation.
    async fn what_leaves_a_treasury_can_need_consent(stage) {
        funded(stage).await;
        let policy = json!({ "id": "vault", "operation": "treasury.*", "threshold": "100.00 USD", "approvers": 1 });
        stage.ok("approvals.set_policy", policy).await;
        stage.ok("ledger.transfer", transfer("t-1", "100.00 USD")).await;
        stage.ok("treasury.set_account", json!({ "account": "alice", "currency": "USD", "tier": "cold" })).await;
        stage.ok("ledger.transfer", transfer("t-2", "99.99 USD")).await;
        for (name, args) in [
            ("ledger.transfer", transfer("t-3", "100.00 USD")),
            ("ledger.deduct", json!({ "account": "alice", "amount": "100.00 USD", "key": "d-3" })),
            ("ledger.hold", json!({ "account": "alice", "amount": "100.00 USD", "key": "h-3" })),
        ] {
            let asked = stage.call(name, args.clone()).await.unwrap_err();
            assert_eq!((asked.code().as_str(), &asked.details()["policy"]), ("approval_required", &"vault".into()), "{name}");
            let vote = json!({ "approval": asked.details()["approval"], "actor": admin("ann") });
            assert_eq!(stage.ok("approvals.approve", vote).await["executed"], true, "{name}");
        }
    }

    /// A waiting call needs what the policies ask for when it is to run, and never less than at first.
    async fn stricter_policies_hold_for_what_waits(stage) {
        funded(stage).await;
        let asks = |approvers: u32, role: &str| {
            let mut policy = large("50.00 USD");
            (policy["approvers"], policy["role"]) = (approvers.into(), role.into());
            policy
        };
        let asked = async |key: &str| {
            let error = stage.call("ledger.transfer", transfer(key, "50.00 USD")).await.unwrap_err();
            error.details()["approval"].clone()
        };
        let by = |approval: &Value, who: &str, role: &str| json!({ "approval": approval, "actor": { "id": who, "role": role } });
        stage.ok("approvals.set_policy", asks(1, "admin")).await;
        let (waits, other) = (asked("t-1").await, asked("t-2").await);
        stage.ok("approvals.set_policy", asks(3, "admin")).await;
        for (who, executed) in [("ann", false), ("ben", false)] {
            let voted = stage.ok("approvals.approve", by(&waits, who, "admin")).await;
            assert_eq!((&voted["executed"], &voted["approval"]["required"]), (&executed.into(), &3.into()), "{who}");
            assert_eq!(voted["approval"]["state"], "pending", "{who}");
        }
        // what is made milder, or removed, loosens nothing that waits
        stage.ok("approvals.set_policy", asks(1, "admin")).await;
        stage.ok("approvals.remove_policy", json!({ "id": "large" })).await;
        assert_eq!(stage.ok("approvals.approve", by(&waits, "cho", "admin")).await["executed"], true);
        // the role of the stricter policy
        stage.ok("approvals.set_policy", asks(2, "boss")).await;
        stage.no("approvals.approve", by(&other, "ann", "admin"), "not_permitted").await;
        assert_eq!(stage.ok("approvals.approve", by(&other, "ann", "boss")).await["executed"], false);
        assert_eq!(stage.ok("approvals.approve", by(&other, "ben", "boss")).await["executed"], true);
    }

    /// Consent that was enough once, for a call that could not be made then, is not enough under a stricter
    /// policy.
    async fn consent_of_before_is_not_enough_under_a_stricter_policy(stage) {
        funded(stage).await;
        let mut policy = large("900.00 USD");
        policy["approvers"] = 1.into();
        stage.ok("approvals.set_policy", policy.clone()).await;
        let call = transfer("t-1", "1000.00 USD");
        let approval = stage.call("ledger.transfer", call.clone()).await.unwrap_err().details()["approval"].clone();
        let vote = |who: &str| json!({ "approval": approval, "actor": admin(who) });
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD" })).await;
        assert_eq!(stage.ok("approvals.approve", vote("ann")).await["error"]["code"], "insufficient_balance");
        stage.funded("alice", "1.00 USD").await;
        policy["approvers"] = 2.into();
        stage.ok("approvals.set_policy", policy).await;
        stage.no("ledger.transfer", call.clone(), "approval_required").await;
        stage.no("approvals.approve", vote("ann"), "already_approved").await;
        assert_eq!(stage.ok("approvals.approve", vote("ben")).await["executed"], true);
        assert_eq!(stage.ok("ledger.transfer", call).await["replayed"], true);
    }

    /// `*` covers whatever takes money; what comes in from outside takes it from nobody.
    async fn everything_can_be_covered(stage) {
        funded(stage).await;
        let all = json!({ "id": "all", "operation": "*", "threshold": "0.00 USD", "approvers": 1 });
        stage.ok("approvals.set_policy", all).await;
        stage.funded("alice", "5.00 USD").await;
        stage.ok("ledger.open_account", json!({ "account": "carol", "currency": "USD" })).await;
        let post = json!({ "key": "p-1", "postings": [
            { "account": "alice", "amount": "-30.00 USD" }, { "account": "bob", "amount": "-1.00 USD" }, { "account": "carol", "amount": "31.00 USD" },
        ] });
        for (name, args, account, amount) in [
            ("ledger.transfer", transfer("t-1", "0.01 USD"), "alice", "0.01"),
            ("ledger.post", post, "alice", "31.00"),
            ("ledger.hold", json!({ "account": "alice", "amount": "7.00 USD", "key": "h-1" }), "alice", "7.00"),
        ] {
            let error = stage.bank.call(name, args).await.unwrap_err();
            assert_eq!(error.code().as_str(), "approval_required", "{name}");
            let approval = stage.ok("approvals.get", json!({ "approval": error.details()["approval"] })).await;
            assert_eq!((&approval["account"], &approval["amount"]["amount"]), (&account.into(), &amount.into()), "{name}");
            let vote = json!({ "approval": approval["id"], "actor": admin("ann") });
            assert_eq!(stage.ok("approvals.approve", vote).await["executed"], true, "{name}");
        }
        let balance = stage.ok("ledger.balance", json!({ "account": "alice" })).await;
        assert_eq!(balance["available"]["amount"], "967.99");
        // other money is not covered
        stage.funded("alice", "5000 KRW").await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "5000 KRW" })).await;
    }

    /// Of several policies the strictest asks.
    async fn the_strictest_policy_asks(stage) {
        funded(stage).await;
        for (name, operation, threshold, approvers) in
            [("a", "ledger.transfer", "10.00 USD", 1), ("b", "ledger.*", "20.00 USD", 3), ("c", "*", "30.00 USD", 2)]
        {
            let policy = json!({ "id": name, "operation": operation, "threshold": threshold, "approvers": approvers });
            stage.ok("approvals.set_policy", policy).await;
        }
        for (key, amount, policy) in [("s-1", "10.00 USD", "a"), ("s-2", "20.00 USD", "b"), ("s-3", "30.00 USD", "b")] {
            let error = stage.bank.call("ledger.transfer", transfer(key, amount)).await.unwrap_err();
            assert_eq!(error.details()["policy"], policy, "{amount}");
        }
    }
}

/// A policy that one process sets holds in another with its very next call, and so does its removal.
#[tokio::test(flavor = "multi_thread")]
async fn policies_hold_in_every_process_at_once() {
    for stage in support::stores().await.into_iter().filter(|stage| stage.kind != Kind::Memory) {
        funded(&stage).await;
        let other = stage.again().await;
        for round in 0..5 {
            let key = |what: &str| format!("{what}-{round}");
            other.call("ledger.transfer", transfer(&key("free"), "50.00 USD")).await.unwrap();
            stage.ok("approvals.set_policy", large("50.00 USD")).await;
            let held = other.call("ledger.transfer", transfer(&key("held"), "50.00 USD")).await;
            assert_eq!(code(&held), "approval_required", "{:?}", stage.kind);
            stage.ok("approvals.remove_policy", json!({ "id": "large" })).await;
        }
        other.close().await;
        stage.finish().await;
    }
}

/// They hold whatever else the same call or the calls beside it ask for: accounts that do not exist, and must
/// not.
#[tokio::test(flavor = "multi_thread")]
async fn policies_hold_beside_what_is_not_there() {
    for stage in support::stores().await.into_iter().filter(|stage| stage.kind != Kind::Memory) {
        funded(&stage).await;
        let other = stage.again().await;
        for round in 0..5 {
            let key = |what: &str| format!("{what}-{round}");
            let deal = json!({ "buyer": "alice", "seller": "bob", "price": "50.00 USD", "key": key("deal") });
            let deal = id(&other.call("escrow.open", deal).await.unwrap()["deal"]);
            other.call("ledger.transfer", transfer(&key("free"), "50.00 USD")).await.unwrap();
            stage.ok("approvals.set_policy", large("50.00 USD")).await;
            let ghost = json!({ "from": "ghost", "to": "bob", "amount": "0.01 USD", "key": key("ghost") });
            let batch = json!({ "atomic": false, "ops": [
                { "op": "ledger.transfer", "args": transfer(&key("held"), "50.00 USD") },
                { "op": "ledger.transfer", "args": ghost },
            ] });
            let results = other.call("ledger.batch", batch).await.unwrap();
            let codes = [0, 1].map(|n| results["results"][n]["error"]["code"].clone());
            assert_eq!(codes, ["approval_required", "account_not_found"], "{:?}: {results}", stage.kind);

            let mut paying = large("50.00 USD");
            paying["operation"] = "escrow.pay".into();
            stage.ok("approvals.set_policy", paying).await;
            let pay = json!({ "deal": deal, "actor": "alice", "secure": false, "key": key("pay") });
            let held = other.call("escrow.pay", pay).await;
            assert_eq!(code(&held), "approval_required", "{:?}", stage.kind);
            stage.ok("approvals.remove_policy", json!({ "id": "large" })).await;
        }
        other.close().await;
        stage.finish().await;
    }
}

/// Policies of the options hold in every book, and bad ones do not open.
#[tokio::test(flavor = "multi_thread")]
async fn options_bring_policies() {
    let policies = [SetPolicy::new("staff", "ledger.transfer", "10.00 USD").approvers(1_u32).role("staff")];
    let stage = Stage::with(Kind::Memory, options().policies(policies)).await;
    funded(&stage).await;
    let error = stage.bank.call("ledger.transfer", transfer("t-1", "10.00 USD")).await.unwrap_err();
    assert_eq!(error.details()["policy"], "staff");
    assert_eq!(stage.ok("approvals.policies", json!({})).await["items"][0]["built_in"], true);
    stage.ok("approvals.remove_policy", json!({ "id": "staff" })).await;
    stage.ok("ledger.transfer", transfer("t-2", "10.00 USD")).await;
    stage.finish().await;

    for (policies, field) in [
        (vec![SetPolicy::new("a", "ledger.transfer", "10.00 USD").approvers(0_u32)], "policies[0].approvers"),
        (vec![SetPolicy::new("a", "*", "1 USD"), SetPolicy::new("a", "*", "2 USD")], "policies[1].id"),
    ] {
        let error = earnest::Engine::open_with("memory:", options().policies(policies)).await.unwrap_err();
        assert_eq!((error.code().as_str(), &error.details()["field"]), ("invalid_request", &field.into()));
    }
}
