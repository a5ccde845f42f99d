//! Edges: sums beyond the bound, many accounts, large numbers in metadata, currencies that came later.

use crate::support::{Kind, Stage, Value, every_store, json, options_from};

const MOST: &str = "99999999999999999999.999999999999999999 POL";

every_store! {
    /// In and out again: each balance is within the bound, the sum of all credits is not.
    async fn a_statement_whose_sums_pass_the_bound(stage) {
        for _ in 0..2 {
            stage.funded("alice", MOST).await;
            stage.ok("ledger.deduct", json!({ "account": "alice", "amount": MOST })).await;
        }
        let args = json!({ "account": "alice", "from_time": "2025-01-01T00:00:00Z", "to_time": "2027-01-01T00:00:00Z" });
        stage.no("ledger.statement", args, "overflow").await;
        assert_eq!(stage.balance("alice").await, "0.000000000000000000 0.000000000000000000 0.000000000000000000");
    }

    /// To and fro: `verify` summed the entries in the order of their ids, met sums that no balance ever had,
    /// and said that sound books were not.
    async fn entries_at_the_bound_are_sound(stage) {
        stage.funded("alice", MOST).await;
        stage.ok("ledger.open_account", json!({ "account": "bob", "currency": "POL" })).await;
        for turn in 0..12 {
            let (from, to) = if turn % 2 == 0 { ("alice", "bob") } else { ("bob", "alice") };
            stage.ok("ledger.transfer", json!({ "from": from, "to": to, "amount": MOST })).await;
            stage.verify().await;
        }
    }

    /// Debits of the outside and of an overdraft together pass the bound.
    async fn a_trial_balance_whose_sums_pass_the_bound(stage) {
        stage.ok("ledger.open_account", json!({ "account": "a", "currency": "USD", "overdraft_limit": "999999999999999999999999999999999999.99 USD" })).await;
        stage.ok("ledger.open_account", json!({ "account": "b", "currency": "USD" })).await;
        stage.ok("ledger.transfer", json!({ "from": "a", "to": "b", "amount": "999999999999999999999999999999999999.99 USD" })).await;
        stage.ok("ledger.top_up", json!({ "account": "c", "amount": "1.00 USD" })).await;
        stage.no("ledger.trial_balance", json!({}), "overflow").await;
        // what follows puts it right again, and the books were never wrong
        let back = json!({ "from": "b", "to": "a", "amount": "999999999999999999999999999999999999.99 USD" });
        stage.ok("ledger.transfer", back).await;
    }

    /// Everything that an owner has, however much it is, or a refusal: never a part of it as if it were all.
    async fn balances_of_an_owner_are_all_of_them(stage) {
        let open = |n: usize| json!({ "op": "ledger.open_account", "args": { "account": format!("a{n}"), "currency": "USD", "owner": "o-1" } });
        stage.ok("ledger.batch", json!({ "ops": (0..501).map(open).collect::<Vec<_>>() })).await;
        match stage.call("ledger.balances", json!({ "owner": "o-1" })).await {
            Ok(reply) => assert_eq!(reply["balances"].as_array().unwrap().len(), 501),
            Err(error) => assert_eq!((error.code().as_str(), &error.details()["field"]), ("invalid_request", &"owner".into())),
        }
    }

    /// Numbers in metadata come back as they were given, and different numbers are different requests.
    async fn large_numbers_in_metadata(stage) {
        let with = |number: Value| json!({ "account": "alice", "amount": "1.00 USD", "key": "k", "metadata": { "n": number } });
        let first = json!(9_007_199_254_740_993_i64);
        match stage.call("ledger.top_up", with(first.clone())).await {
            Ok(reply) => {
                assert_eq!(reply["transfer"]["metadata"]["n"], first);
                stage.no("ledger.top_up", with(json!(9_007_199_254_740_992_i64)), "idempotency_mismatch").await;
            }
            // what cannot be kept exactly is refused, never changed
            Err(error) => assert_eq!((error.code().as_str(), &error.details()["field"]), ("invalid_request", &"metadata".into())),
        }
        // nobody can tell 1e21 from the whole number beside it, nor -0 from 0
        for number in [json!(1e21), json!(-0.0)] {
            stage.bad("ledger.top_up", with(number), "invalid_request", "metadata").await;
        }
        for number in [json!(0), json!(-1), json!(1.5), json!(1e-9), json!(9_007_199_254_740_991_i64)] {
            let args = json!({ "account": "alice", "amount": "1.00 USD", "metadata": { "n": number } });
            let reply = stage.ok("ledger.top_up", args).await;
            assert_eq!(reply["transfer"]["metadata"]["n"].as_f64(), number.as_f64());
        }
    }

    /// Many accounts of one id and many legs in one posting.
    async fn a_posting_of_a_hundred_legs(stage) {
        stage.funded("bank", "99.00 USD").await;
        for n in 0..99 {
            stage.ok("ledger.open_account", json!({ "account": format!("a{n}"), "currency": "USD" })).await;
        }
        let mut legs = vec![json!({ "account": "bank", "amount": "-99.00 USD" })];
        legs.extend((0..99).map(|n| json!({ "account": format!("a{n}"), "amount": "1.00 USD" })));
        let reply = stage.ok("ledger.post", json!({ "postings": legs })).await;
        assert_eq!(reply["transfer"]["postings"].as_array().unwrap().len(), 100);
        let order: Vec<&Value> = reply["transfer"]["postings"].as_array().unwrap().iter().map(|leg| &leg["account"]).collect();
        assert_eq!(order, legs.iter().map(|leg| &leg["account"]).collect::<Vec<_>>(), "legs keep their order");
        assert_eq!(stage.ok("ledger.get_transfer", json!({ "transfer": reply["transfer"]["id"] })).await, reply["transfer"]);
    }
}

/// A token that one engine registered is read by all others, those that are open already too.
#[tokio::test(flavor = "multi_thread")]
async fn a_currency_that_came_later() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "1.00 USD").await;
        let with_token =
            options_from(1_000_000).currency("NEWTOKEN", 9).names(stage.options.schema.clone(), "earnest_");
        let other = earnest::Engine::open_with(&stage.url, with_token).await.unwrap();
        let top_up = json!({ "account": "alice", "amount": "0.000000001 NEWTOKEN", "key": "token" });
        other.call("ledger.top_up", top_up).await.unwrap();
        let known = stage.ok("ledger.balance", json!({ "account": "alice", "currency": "USD" })).await;
        assert_eq!(known["posted"]["amount"], "1.00");
        let accounts = stage.ok("ledger.accounts", json!({})).await;
        assert_eq!(accounts["items"].as_array().unwrap().len(), 4, "{kind:?}");
        other.close().await;
        // and by who opens the store without naming the token
        let plain = earnest::Options::new()
            .background(false)
            .env(earnest::env::Env::test(crate::support::START.parse().unwrap(), 2_000_000))
            .names(stage.options.schema.clone(), "earnest_");
        let third = earnest::Engine::open_with(&stage.url, plain).await.unwrap();
        let token = third
            .call("ledger.balance", json!({ "account": "alice", "currency": "NEWTOKEN" }))
            .await
            .unwrap();
        assert_eq!(token["posted"]["amount"], "0.000000001");
        third.close().await;
        stage.finish().await;
    }
}
