//! The way of a withdrawal: through all eight states, with what is shown, told and moved at each.

use super::{CHAIN, Custody, FEE_CAP, World, admin, bid, short, units, usdc, with};
use crate::support::{Kind, Value, code, json};
use crate::withdrawals::chain::{COIN, GWEI};

with_chain! {
    /// One payment of a token, seen at each step.
    async fn a_token_is_paid(world) {
        let asked = world.asks(&json!({ "reference": "order-1", "metadata": { "n": 1 } }));
        let reply = world.stage.ok("withdrawals.request", asked).await;
        let wd = reply["withdrawal"].clone();
        assert_eq!((&wd["state"], &wd["waiting"], &wd["cancelling"]), (&json!("pending"), &Value::Null, &json!(false)), "{wd}");
        assert_eq!((short(&wd["amount"]), short(&wd["fee"])), ("100.00".into(), "0.10".into()));
        assert_eq!((&wd["lane"], &wd["nonce"], &wd["hash"]), (&Value::Null, &Value::Null, &Value::Null), "{wd}");
        assert_eq!((&wd["attempts"], &reply["replayed"]), (&json!([]), &json!(false)), "{reply}");
        assert_eq!(short(&reply["balance"]["available"]), "9899.90", "{reply}");
        assert_eq!(world.alice().await, "10000.00 100.10 9899.90");
        let hold = world.stage.ok("ledger.get_hold", json!({ "hold": wd["hold"] })).await;
        assert_eq!(short(&hold["amount"]), "100.10", "{hold}");

        let job = world.job_of(&wd, "chain.simulate").await;
        let payload = &job["payload"];
        assert_eq!((&payload["v"], &payload["chain"], &payload["chain_id"]), (&json!(1), &json!(CHAIN), &json!("31337")), "{job}");
        assert_eq!((&payload["to"], &payload["value"]), (&json!(crate::withdrawals::TOKEN), &json!("0")), "{job}");
        assert!(payload["data"].as_str().unwrap().starts_with("0xa9059cbb"), "{job}");
        world.answer(&job).await;

        // the engine signs with its key, and the bytes are there before a job to send them
        let job = world.job_of(&wd, "chain.broadcast").await;
        let sending = world.get(&wd).await;
        assert_eq!((&sending["state"], &sending["nonce"]), (&json!("broadcasting"), &json!("0")), "{sending}");
        assert_eq!((&sending["lane"], &sending["hash"]), (&json!(world.lane), &job["payload"]["hash"]), "{sending}");
        let attempt = sending["attempts"][0].clone();
        assert_eq!((&attempt["number"], &attempt["kind"], &attempt["gas_limit"]), (&json!(1), &json!("pay"), &json!("60000")), "{sending}");
        assert_eq!(bid(&attempt), [21 * GWEI, GWEI]);
        assert!(!sending.to_string().contains(job["payload"]["raw"].as_str().unwrap()), "the bytes are in the job alone");
        world.answer(&job).await;
        assert_eq!(world.get(&wd).await["state"], "broadcasted");

        world.block().await;
        let seen = world.until(&wd, "confirming").await;
        let number = world.nodes.ledger.head(0).number.to_string();
        assert!(seen["block"].to_string().contains(&number), "{seen}");
        assert_eq!(world.alice().await, "10000.00 100.10 9899.90", "nothing moves before it is final");
        let paid = world.until(&wd, "confirmed").await;
        assert_eq!((&paid["gas_paid"], &paid["unsettled"]), (&json!((50_000 * 11 * GWEI).to_string()), &json!(false)), "{paid}");
        assert!(paid["confirmed_at"].is_string() && paid["transfer"].is_string(), "{paid}");
        assert_eq!(world.received(&wd), 100_000_000);
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
        assert_eq!(world.posted("@fees", "USDC").await, 100_000);
        let transfer = world.stage.ok("ledger.get_transfer", json!({ "transfer": paid["transfer"] })).await;
        assert_eq!((&transfer["kind"], &transfer["withdrawal"]), (&json!("withdrawal"), &wd["id"]), "{transfer}");

        let told = world.told(&wd).await;
        let names = ["requested", "bound", "signed", "sent", "seen", "confirmed"].map(|name| format!("withdrawal.{name}"));
        let places: Vec<_> = names.iter().map(|name| told.iter().position(|told| told == name)).collect();
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{told:?}");
        let by_reference = world.stage.ok("withdrawals.get", json!({ "reference": "order-1" })).await;
        assert_eq!(by_reference, world.get(&wd).await);
    }

    /// Coins, without a fee.
    async fn coins_are_paid(world) {
        let wd = world.request(json!({ "amount": "2.50 POL" })).await;
        let paid = world.until(&wd, "confirmed").await;
        let to = crate::withdrawals::chain::at(wd["to"].as_str().unwrap());
        assert_eq!(world.nodes.ledger.state().coins(&to), 5 * COIN / 2);
        assert_eq!(paid["attempts"][0]["gas_limit"], "25200", "{paid}");
        assert_eq!(world.posted("alice", "POL").await, 97 * i128::try_from(COIN).unwrap() + i128::try_from(COIN / 2).unwrap());
    }

    /// The same request is one withdrawal, alone and in a batch; and what is derived is done once.
    async fn the_same_call_again_changes_nothing(world) {
        let args = world.asks(&json!({ "key": "once" }));
        let first = world.stage.ok("withdrawals.request", args.clone()).await;
        let before = world.stage.state().await;
        let again = world.stage.ok("withdrawals.request", args.clone()).await;
        assert_eq!((&again["replayed"], &again["withdrawal"]["id"]), (&json!(true), &first["withdrawal"]["id"]));
        let batch = json!({ "ops": [{ "op": "withdrawals.request", "args": args }], "atomic": true });
        let inside = world.stage.ok("ledger.batch", batch).await;
        assert_eq!(inside["results"][0]["ok"], true, "{inside}");
        assert_eq!(world.stage.state().await, before);
        let other = with(args, &json!({ "amount": "99.00 USDC" }));
        world.stage.no("withdrawals.request", other, "idempotency_mismatch").await;
        let cancel = json!({ "withdrawal": first["withdrawal"]["id"], "actor": "alina" });
        assert_eq!(world.stage.ok("withdrawals.cancel", cancel.clone()).await["replayed"], false);
        let before = world.stage.state().await;
        assert_eq!(world.stage.ok("withdrawals.cancel", cancel).await["replayed"], true);
        assert_eq!(world.stage.state().await, before);
    }

    /// The reply has the payee with its checksum. Who had asked in lower case, and asked again with what the
    /// reply says, was told that it was another request.
    async fn a_payee_in_other_letters_is_the_same_request(world) {
        let to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let args = world.asks(&json!({ "key": "once", "to": to.to_lowercase() }));
        let first = world.stage.ok("withdrawals.request", args.clone()).await;
        assert_eq!(first["withdrawal"]["to"], to);
        let again = with(args.clone(), &json!({ "to": first["withdrawal"]["to"] }));
        let before = world.stage.state().await;
        let second = world.stage.ok("withdrawals.request", again.clone()).await;
        assert_eq!((&second["replayed"], &second["withdrawal"]["id"]), (&json!(true), &first["withdrawal"]["id"]));
        let batch = json!({ "ops": [{ "op": "withdrawals.request", "args": again }], "atomic": true });
        assert_eq!(world.stage.ok("ledger.batch", batch).await["results"][0]["ok"], true);
        assert_eq!(world.stage.state().await, before);
        let other = with(args, &json!({ "to": crate::withdrawals::ADDRESSES[1] }));
        let details = world.stage.no("withdrawals.request", other, "idempotency_mismatch").await;
        assert_eq!(details["fields"], json!(["to"]), "{details}");
        for token in [crate::withdrawals::TOKEN.to_lowercase(), crate::withdrawals::TOKEN.to_owned()] {
            let set = usdc(&json!({ "token": token, "max": "4000.00 USDC", "key": "asset" }));
            assert_eq!(world.stage.ok("withdrawals.set_asset", set).await["asset"]["max"]["amount"], "4000.000000");
        }
    }

    /// The blocks on a final payment are counted by the look that finds it final, whether it is the first
    /// look or a later one.
    async fn the_blocks_on_a_final_payment_are_counted(world) {
        for at_once in [true, false] {
            let wd = world.request(json!({})).await;
            world.waits_until(&wd, "broadcasted").await;
            if at_once {
                world.nodes.ledger.mine_many(7);
                world.wait(1).await;
            }
            let paid = world.until(&wd, "confirmed").await;
            let block = crate::withdrawals::nodes::number(&paid["block"]["number"]);
            let on_it = world.nodes.ledger.head(0).number - block + 1;
            assert!(on_it > 3, "{at_once}: {paid:#}");
            assert_eq!(paid["confirmations"], json!(on_it), "{at_once}: {paid:#}");
        }
    }

    /// Money that a withdrawal holds moves through it alone, and more than there is cannot be withdrawn.
    async fn what_is_held_stays_held(world) {
        let wd = world.request(json!({})).await;
        let hold = json!({ "hold": wd["hold"], "actor": admin() });
        let capture = with(hold.clone(), &json!({ "to": "bob" }));
        for (name, args) in [("ledger.void", hold), ("ledger.capture", capture)] {
            world.stage.no_matter(name, args, "not_permitted").await;
        }
        for amount in ["4950.00 USDC", "4949.70 USDC"] {
            let args = world.asks(&json!({ "amount": amount }));
            let outcome = world.stage.call("withdrawals.request", with(args, &json!({ "key": amount }))).await;
            assert_eq!(code(&outcome), "ok", "{amount}: {outcome:?}");
        }
        let args = world.asks(&json!({ "amount": "1.00 USDC" }));
        world.stage.no("withdrawals.request", args, "insufficient_balance").await;
    }

    /// A withdrawal that has no nonce at its deadline fails, and its money is released.
    async fn one_that_nobody_pays_is_given_up(world) {
        world.stage.ok("withdrawals.pause_lane", json!({ "lane": world.lane, "reason": "audit" })).await;
        let wd = world.request(json!({ "give_up_in": "PT10M" })).await;
        world.wait(5).await;
        assert_eq!(world.get(&wd).await["waiting"], "lane");
        world.stage.advance("PT10M");
        world.turn().await;
        let over = world.get(&wd).await;
        assert_eq!((&over["state"], &over["failure"]["code"]), (&json!("failed"), &json!("expired")), "{over}");
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        world.stage.ok("withdrawals.resume_lane", json!({ "lane": world.lane })).await;
        world.blocks(5).await;
        assert_eq!((world.received(&wd), world.used_nonces()), (0, 0), "it is over");
    }

    /// A payment that reverts before it is sent costs nothing, and one that reverts in a block a nonce.
    async fn a_payee_that_takes_nothing(world) {
        let payee = world.payee();
        world.nodes.ledger.closed.insert(crate::withdrawals::chain::at(&payee));
        let wd = world.request(json!({ "amount": "1.00 POL", "to": payee })).await;
        world.turn().await;
        let over = world.get(&wd).await;
        assert_eq!((&over["state"], &over["failure"]["code"]), (&json!("failed"), &json!("simulation_reverted")), "{over}");
        assert_eq!((world.used_nonces(), &over["nonce"]), (0, &Value::Null));

        let late = world.payee();
        let wd = world.request(json!({ "amount": "1.00 POL", "to": late })).await;
        world.waits_until(&wd, "broadcasted").await;
        world.nodes.ledger.closed.insert(crate::withdrawals::chain::at(&late));
        let over = world.until(&wd, "failed").await;
        assert_eq!((&over["failure"]["code"], &over["nonce"]), (&json!("reverted"), &json!("0")), "{over}");
        assert_eq!((world.used_nonces(), world.posted("alice", "POL").await), (1, i128::try_from(100 * COIN).unwrap()));
        let next = world.request(json!({})).await;
        assert_eq!(world.until(&next, "confirmed").await["nonce"], "1");
    }

    /// A quote says what is held; lists, numbers and actions say what there is.
    async fn what_is_asked_about_withdrawals(world) {
        let quote = world.stage.ok("withdrawals.quote", json!({ "chain": CHAIN, "amount": "100.00 USDC" })).await;
        assert_eq!(["amount", "fee", "held"].map(|part| short(&quote[part])).join(" "), "100.00 0.10 100.10", "{quote}");
        let paid = world.request(json!({})).await;
        world.until(&paid, "confirmed").await;
        let open = world.request(json!({})).await;
        for (filter, expected) in [
            (json!({}), 2),
            (json!({ "state": "confirmed" }), 1),
            (json!({ "account": "alice", "actor": "alina" }), 2),
            (json!({ "chain": CHAIN, "lane": world.lane }), 1),
            (json!({ "to": open["to"] }), 1),
            (json!({ "cancelling": true }), 0),
        ] {
            let page = world.stage.ok("withdrawals.list", filter.clone()).await;
            assert_eq!(page["items"].as_array().unwrap().len(), expected, "{filter}: {page}");
        }
        let stats = world.stage.ok("withdrawals.stats", json!({})).await;
        assert_eq!((&stats["confirmed"], &stats["failed"]), (&json!(1), &json!(0)), "{stats}");
        assert_eq!(stats["by_state"]["pending"], 1, "{stats}");
        // what does not occur is a zero
        let none = [&stats["by_state"]["failed"], &stats["waiting"]["fees"], &stats["attention"]["rejected"]];
        assert_eq!(none, [0, 0, 0], "{stats}");
        for (actor, may) in [(json!("alina"), true), (admin(), true), (json!("mallory"), false)] {
            let args = json!({ "withdrawal": open["id"], "actor": actor });
            let actions = world.stage.ok("withdrawals.allowed_actions", args).await["actions"].to_string();
            assert_eq!(actions.contains("cancel"), may, "{actor}: {actions}");
        }
        let diagram = world.stage.ok("withdrawals.diagram", json!({ "format": "mermaid" })).await.to_string();
        assert_eq!(world.stage.ok("withdrawals.diagram", json!({})).await.to_string(), diagram);
        for state in ["pending", "signing", "signed", "broadcasting", "broadcasted", "confirming", "confirmed", "failed"] {
            assert!(diagram.contains(state), "`{state}` is not in {diagram}");
        }
    }

    /// A lane shows its address, its nonces, its balance and what is under way.
    async fn a_lane_says_what_it_has(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        let lane = world.lane().await;
        assert_eq!((&lane["next_nonce"], &lane["in_flight"]), (&json!("1"), &json!(1)), "{lane}");
        assert_eq!((&lane["address"], &lane["window"]), (&json!(crate::withdrawals::ADDRESSES[0]), &json!(16)), "{lane}");
        world.until(&wd, "confirmed").await;
        world.stage.advance("PT31S");
        world.request(json!({})).await;
        world.turn().await;
        let lane = world.lane().await;
        assert_eq!((&lane["final_nonce"], &lane["native"].is_string()), (&json!("0"), &true), "{lane}");
    }
}

/// Without a key of the vault the host signs, with bytes or with a bare signature.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_host_signs() {
    for kind in Kind::all() {
        let mut world = World::with(kind, Custody::Host).await;
        for bare in [false, true] {
            let wd = world.request(json!({})).await;
            let job = world.job_of(&wd, "signer.host").await;
            let payload = &job["payload"];
            assert_eq!(
                (&payload["withdrawal"], &payload["lane"], &payload["kind"]),
                (&wd["id"], &json!(world.lane), &json!("pay"))
            );
            assert_eq!(
                (&payload["attempt"], &payload["tx"]["chain_id"]),
                (&json!(1), &json!("31337")),
                "{job}"
            );
            assert_eq!(world.get(&wd).await["state"], "signing");
            let mut result = world.result(&job);
            if bare {
                let tx = earnest_evm::Transaction::from_json(&payload["tx"]).unwrap();
                let key = &world.keys[&payload["address"].as_str().unwrap().to_lowercase()];
                let signature = tx.sign(key).unwrap().signature().to_bytes();
                result = json!({ "signature": format!("0x{}", hex::encode(signature)) });
            }
            world.report(&job, result).await;
            assert_eq!(world.get(&wd).await["state"], "signed");
            world.until(&wd, "confirmed").await;
            assert_eq!(world.received(&wd), 100_000_000);
        }
        world.finish().await;
    }
}

/// Few calls a withdrawal: a worker is asked no more than it must be.
#[tokio::test(flavor = "multi_thread")]
async fn few_calls_a_withdrawal() {
    let mut world = World::open(Kind::Memory).await;
    world.nodes.asked.clear();
    let wds: Vec<Value> = {
        let mut wds = Vec::new();
        for _ in 0..10 {
            wds.push(world.request(json!({})).await);
        }
        wds
    };
    for wd in &wds {
        world.until(wd, "confirmed").await;
    }
    let calls: u32 = world.nodes.asked.values().sum();
    assert!(calls <= 60, "{:?}", world.nodes.asked);
    assert_eq!((world.nodes.asked["chain.simulate"], world.nodes.asked["chain.broadcast"]), (10, 10));
    world.finish().await;
}

/// Withdrawals join the transaction of a host as every write does, and count towards limits as they are held.
#[tokio::test(flavor = "multi_thread")]
async fn rules_judge_a_request_at_its_hold() {
    for kind in Kind::all() {
        let mut world = World::open(kind).await;
        let rule = json!({ "id": "r", "action": "withdrawals.request", "subject": "account", "metric": "count",
            "window": "P1D", "limit": 2, "outcome": "block" });
        world.stage.ok("risk.set_rule", rule).await;
        for _ in 0..2 {
            world.request(json!({})).await;
        }
        let args = world.asks(&json!({ "key": "third" }));
        let outcome = world.stage.call("withdrawals.request", args).await;
        assert_eq!(code(&outcome), "velocity_blocked", "{outcome:?}");
        let chain = world.stage.ok("withdrawals.chains", json!({})).await["items"][0].clone();
        assert_eq!((&chain["fee_cap"], &chain["quorum"]), (&json!(FEE_CAP), &json!(2)), "{chain}");
        assert!(chain.get("urls").is_none_or(Value::is_null), "{chain}");
        world.blocks(8).await;
        let all = world.stage.ok("withdrawals.list", json!({ "state": "confirmed" })).await;
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        assert_eq!(units(&all["items"][0]["amount"]), 100_000_000);
        world.finish().await;
    }
}
