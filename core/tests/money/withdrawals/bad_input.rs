//! Requests that withdrawals refuse, naming the field: nothing is written, and no secret is repeated.

use super::{ADDRESSES, CHAIN, TOKEN, World, admin, chain_args, json, usdc, with};
use crate::support::log::Log;
use crate::support::{Kind, Value};

const MARK: &str = "MARK-OF-A-PASSWORD";
/// 2^128.
const TOO_HIGH: &str = "340282366920938463463374607431768211456";

with_chain! {
    /// An address that cannot be paid is refused with the reason.
    async fn addresses_that_are_wrong(world) {
        let broken = ADDRESSES[1].replace("C51812", "c51812");
        for (to, reason) in [
            (broken.as_str(), "checksum"),
            ("0x0000000000000000000000000000000000000000", "zero"),
            (ADDRESSES[0], "own"),
            (TOKEN, "token"),
            ("0x00", "malformed"),
            ("bob", "malformed"),
            (&TOKEN[2..], "malformed"),
        ] {
            let args = world.asks(&json!({ "to": to }));
            let details = world.stage.no("withdrawals.request", args, "invalid_address").await;
            assert_eq!((&details["field"], &details["reason"]), (&json!("to"), &json!(reason)), "{to}: {details}");
        }
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
    }

    /// Amounts, chains and currencies that do not fit.
    async fn what_cannot_be_asked_for(world) {
        let chain = json!({ "chain": "other", "chain_id": "31338", "endpoints": ["a"], "fee_cap": crate::withdrawals::FEE_CAP });
        world.stage.ok("withdrawals.set_chain", chain).await;
        world.stage.funded("alice", "50.00 USD").await;
        for (more, refusal) in [
            (json!({ "amount": "0.99 USDC" }), "invalid_amount"),
            (json!({ "amount": "5000.01 USDC" }), "invalid_amount"),
            (json!({ "amount": "1.0000001 USDC" }), "invalid_amount"),
            (json!({ "amount": "0.00 USDC" }), "invalid_amount"),
            (json!({ "amount": "-1.00 USDC" }), "invalid_amount"),
            (json!({ "amount": "10.00 XXQ" }), "invalid_currency"),
            (json!({ "chain": "nowhere" }), "chain_not_found"),
            (json!({ "chain": "other" }), "asset_not_found"),
            (json!({ "amount": "10.00 USD" }), "asset_not_found"),
            (json!({ "account": "nobody" }), "account_not_found"),
            (json!({ "give_up_in": "soon" }), "invalid_request"),
            (json!({ "chain": "a b" }), "invalid_request"),
            (json!({ "gas": "1" }), "invalid_request"),
            (json!({ "actor": "mallory" }), "not_permitted"),
        ] {
            let args = world.asks(&more);
            world.stage.no("withdrawals.request", args, refusal).await;
        }
        for (name, args) in [
            ("list", json!({ "state": "paid" })),
            ("list", json!({ "waiting": "rain" })),
            ("diagram", json!({ "format": "oil" })),
            ("get", json!({})),
        ] {
            world.stage.no(&format!("withdrawals.{name}"), args, "invalid_request").await;
        }
    }

    /// Chains whose numbers would lose money, and assets that are not what they say.
    async fn what_cannot_be_set(world) {
        let chain = |more: Value| chain_args(&with(json!({ "chain": "other", "chain_id": "5" }), &more));
        for (wrong, field) in [
            (json!({ "quorum": 4 }), "quorum"),
            (json!({ "quorum": 0 }), "quorum"),
            (json!({ "bump_bps": 1_249 }), "bump_bps"),
            (json!({ "fee_cap": "0" }), "fee_cap"),
            (json!({ "fee_cap": "1000", "min_priority_fee": "2000" }), "fee_cap"),
            (json!({ "fee_cap": "x" }), "fee_cap"),
            (json!({ "fee_cap": format!("0x1{}", "0".repeat(64)) }), "fee_cap"),
            // no transaction can have such a fee
            (json!({ "fee_cap": TOO_HIGH }), "fee_cap"),
            (json!({ "min_priority_fee": TOO_HIGH }), "min_priority_fee"),
            (json!({ "endpoints": [] }), "endpoints"),
            (json!({ "endpoints": ["a", "a"] }), "endpoints"),
            (json!({ "chain_id": "0" }), "chain_id"),
            (json!({ "chain_id": "" }), "chain_id"),
            (json!({ "block_time": "PT0S" }), "block_time"),
            (json!({ "finality": { "tag": "latest" } }), "finality"),
            (json!({ "finality": { "depth": 0 } }), "finality"),
            (json!({ "urls": { "nobody": "https://node.example" } }), "urls"),
            (json!({ "chain": "a b" }), "chain"),
        ] {
            named(world, "withdrawals.set_chain", chain(wrong), field).await;
        }
        let dollars = |more: Value| {
            with(json!({ "currency": "USD", "decimals": 2, "min": null, "max": null, "fee": null }), &more)
        };
        for (wrong, field) in [
            (json!({ "decimals": 8 }), "decimals"),
            (dollars(json!({ "currency": "KRW", "decimals": 6 })), "decimals"),
            (dollars(json!({ "token": null })), "token"),
            (dollars(json!({ "kind": "erc721" })), "kind"),
            (dollars(json!({ "kind": "native" })), "token"),
            (json!({ "min": "5.00 USDC", "max": "4.00 USDC" }), "max"),
            (json!({ "token": ADDRESSES[1] }), "token"),
        ] {
            named(world, "withdrawals.set_asset", usdc(&wrong), field).await;
        }
        let broken = TOKEN.replace("A0b8", "a0b8");
        for (token, reason) in [
            (broken.as_str(), "checksum"),
            ("0x0000000000000000000000000000000000000000", "zero"),
            ("0x00", "malformed"),
        ] {
            let wrong = usdc(&dollars(json!({ "token": token, "actor": admin() })));
            let details = world.stage.no("withdrawals.set_asset", wrong, "invalid_address").await;
            assert_eq!((&details["field"], &details["reason"]), (&json!("token"), &json!(reason)), "{details}");
        }
        let nowhere = usdc(&json!({ "chain": "nowhere" }));
        world.stage.no("withdrawals.set_asset", nowhere, "chain_not_found").await;
        let key = world.lane().await["key"].clone();
        named(world, "withdrawals.open_lane", json!({ "chain": CHAIN, "key": key, "window": 0 }), "window").await;
        let nobody = "ky_019b76da-a800-7000-8000-000000000000";
        world.stage.no("withdrawals.open_lane", json!({ "chain": CHAIN, "key": nobody }), "key_not_found").await;
        world.stage.no("withdrawals.open_lane", json!({ "chain": "nowhere", "key": key }), "chain_not_found").await;
    }

    /// A fee of 2^128 was taken while a worker had the bytes. From then on each report of the lane was
    /// `corrupted`.
    async fn a_fee_that_no_transaction_can_have(world) {
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.broadcast").await;
        for name in ["withdrawals.cancel", "withdrawals.speed_up"] {
            let args = json!({ "withdrawal": wd["id"], "max_fee_per_gas": TOO_HIGH, "actor": admin() });
            world.stage.bad(name, args, "invalid_request", "max_fee_per_gas").await;
        }
        world.answer(&job).await;
        world.until(&wd, "confirmed").await;
        assert_eq!(world.received(&wd), 100_000_000);
    }

    /// Setting up is for admins and the system; owners ask and look.
    async fn who_may_set_up(world) {
        let wd = world.request(json!({})).await;
        // its state is judged before who asks: one that may be sped up
        world.waits_until(&wd, "broadcasted").await;
        for (name, args) in [
            ("set_chain", chain_args(&json!({}))),
            ("set_asset", usdc(&json!({}))),
            ("pause_lane", json!({ "lane": world.lane, "reason": "x" })),
            ("resume_lane", json!({ "lane": world.lane })),
            ("retire_lane", json!({ "lane": world.lane })),
            ("speed_up", json!({ "withdrawal": wd["id"] })),
            ("stats", json!({})),
        ] {
            let args = with(args, &json!({ "actor": "alina" }));
            world.stage.no_matter(&format!("withdrawals.{name}"), args, "not_permitted").await;
        }
        for (who, refusal) in [("alina", None), ("mallory", Some("not_permitted"))] {
            for name in ["get", "history"] {
                let args = json!({ "withdrawal": wd["id"], "actor": who });
                match refusal {
                    None => drop(world.stage.ok(&format!("withdrawals.{name}"), args).await),
                    Some(code) => drop(world.stage.no(&format!("withdrawals.{name}"), args, code).await),
                }
            }
        }
    }

    /// The named lane or chain is judged before the caller: a stranger is told that there is no such lane.
    async fn what_is_named_is_judged_before_who_asks(world) {
        let orders = [
            ("pause_lane", json!({ "reason": "x" })),
            ("resume_lane", json!({})),
            ("retire_lane", json!({})),
        ];
        for (name, more) in &orders {
            let name = format!("withdrawals.{name}");
            let by_stranger = |lane: &str| with(more.clone(), &json!({ "lane": lane, "actor": "mallory" }));
            let nowhere = by_stranger("ln_019b76da-a800-7000-8000-000000000000");
            world.stage.no(&name, nowhere, "lane_not_found").await;
            world.stage.no(&name, by_stranger(&world.lane), "not_permitted").await;
        }
        for (chain, refusal) in [("nowhere", "chain_not_found"), (CHAIN, "not_permitted")] {
            let args = usdc(&json!({ "chain": chain, "actor": "mallory" }));
            world.stage.no("withdrawals.set_asset", args, refusal).await;
        }
        world.stage.ok("withdrawals.retire_lane", json!({ "lane": world.lane })).await;
        for (name, more) in &orders[..2] {
            let args = with(more.clone(), &json!({ "lane": world.lane, "actor": "mallory" }));
            world.stage.no(&format!("withdrawals.{name}"), args, "transition_not_allowed").await;
        }
    }

    /// The caller is judged before the amount and the payee: a stranger learns no bounds of an asset.
    async fn who_asks_is_judged_before_the_amount(world) {
        for (more, refusal) in [
            (json!({ "amount": "0.99 USDC" }), "invalid_amount"),
            (json!({ "amount": "5000.01 USDC" }), "invalid_amount"),
            (json!({ "to": TOKEN }), "invalid_address"),
            (json!({ "to": ADDRESSES[0] }), "invalid_address"),
        ] {
            for (who, code) in [
                (json!({ "account": "nobody" }), "account_not_found"),
                (json!({ "actor": "mallory" }), "not_permitted"),
                (json!({ "actor": "alina" }), refusal),
            ] {
                let args = world.asks(&with(more.clone(), &who));
                world.stage.no("withdrawals.request", args, code).await;
            }
        }
    }

    /// A stranger gave a withdrawal of his own the reference of another's, which was then taken for paid.
    async fn a_stranger_pays_no_withdrawal_with_his_own(world) {
        let first = world.request(json!({ "reference": "out-9" })).await;
        world.stage.advance("PT1S");
        let again = world.request(json!({ "reference": "out-9", "to": first["to"] })).await;
        let asked = |who: Value| json!({ "reference": "out-9", "actor": who });
        assert_eq!(world.stage.ok("withdrawals.get", asked(admin())).await["id"], again["id"], "the newest");
        world.stage.funded("mallory", "200.00 USDC").await;
        world.stage.advance("PT1S");
        let own = world.request(json!({ "reference": "out-9", "account": "mallory", "amount": "1.00 USDC" })).await;
        for (who, found) in [("alina", &again), ("mallory", &own)] {
            assert_eq!(world.stage.ok("withdrawals.get", asked(json!(who))).await["id"], found["id"], "{who}");
        }
        world.stage.no("withdrawals.get", asked(json!("carol")), "not_permitted").await;
        for who in [admin(), json!({ "id": "host", "role": "system" })] {
            world.stage.bad("withdrawals.get", asked(who), "invalid_request", "reference").await;
        }
    }

    /// Nobody ends or drives the jobs of a withdrawal but that, and nobody writes one.
    async fn jobs_of_withdrawals_are_theirs(world) {
        let wd = world.request(json!({})).await;
        world.waits_until(&wd, "broadcasted").await;
        world.stage.advance("PT2S");
        world.stage.ok("jobs.run_due", json!({})).await;
        let jobs = world.stage.ok("jobs.list", json!({ "kind": "chain.observe", "state": "queued" })).await;
        let job = jobs["items"][0]["id"].clone();
        for name in ["jobs.discard", "jobs.retry"] {
            world.stage.no(name, json!({ "job": job, "actor": admin() }), "not_permitted").await;
        }
        for kind in crate::withdrawals::KINDS {
            let own = json!({ "kind": kind, "payload": {} });
            world.stage.bad("jobs.enqueue", own, "invalid_request", "kind").await;
        }
    }
}

/// Refused as malformed, naming the field or what is in it.
async fn named(world: &World, name: &str, args: Value, field: &str) {
    let args = with(args, &json!({ "actor": admin() }));
    let details = world.stage.no(name, args.clone(), "invalid_request").await;
    let named = details["field"].as_str().unwrap_or_default();
    let inside = [format!("{field}."), format!("{field}[")];
    let fits = named == field || inside.iter().any(|inside| named.starts_with(inside.as_str()));
    assert!(fits, "{name} {args}: {details}, expected `{field}`");
}

/// URLs have passwords in them: they are sealed, and shown to nobody.
#[tokio::test]
async fn urls_are_shown_to_nobody() {
    let log = Log::begin();
    for kind in [Kind::Memory, Kind::Sqlite] {
        if !Kind::all().contains(&kind) {
            continue;
        }
        let mut world = World::open(kind).await;
        let url = format!("https://user:{MARK}@node.example/v3/{MARK}");
        let sealed = chain_args(&json!({ "chain": "sealed", "chain_id": "5", "urls": { "north": url } }));
        let mut said = world.stage.ok("withdrawals.set_chain", sealed).await.to_string();
        for wrong in [format!("ftp://user:{MARK}@node.example"), format!("https://{MARK} x"), MARK.to_owned()]
        {
            let args = chain_args(&json!({ "chain": "wrong", "chain_id": "6", "urls": { "north": wrong } }));
            let error = world.stage.call("withdrawals.set_chain", args).await.unwrap_err();
            assert_eq!(error.code().as_str(), "invalid_request", "{error}");
            said.push_str(&format!("{error} {error:?} {} {}", error.details(), error.envelope("en")));
        }
        let wd = world.request(json!({})).await;
        world.until(&wd, "confirmed").await;
        for (name, args) in [
            ("events.list", json!({ "limit": 500 })),
            ("admin.audit", json!({ "limit": 500 })),
            ("jobs.list", json!({ "limit": 500 })),
            ("withdrawals.chains", json!({})),
            ("admin.health", json!({})),
        ] {
            said.push_str(&world.stage.ok(name, args).await.to_string());
        }
        world.finish().await;
        assert!(!said.contains(MARK), "{kind:?}: a password is shown");
    }
    assert!(!log.end().contains(MARK), "a password was logged");
}
