//! A worker and its engine end at each step of a payment, of a cancellation and of a bump: what was leased is
//! never reported, another engine opens the store, and it ends as if nothing had been.

use super::{Custody, World, admin, json, said};
use crate::support::{Kind, Value, verify};

/// Where they end. The steps of a cancellation and of a bump begin when the payment is with the nodes.
const STEPS: [&str; 19] = [
    "requested",
    "simulation leased",
    "bound",
    "signed and not committed",
    "committed",
    "leased",
    "sent and not heard",
    "reported",
    "seen",
    "final and not reported",
    "captured",
    "cancel: asked",
    "cancel: no-op leased",
    "cancel: no-op committed",
    "cancel: no-op sent",
    "bump: asked",
    "bump: leased",
    "bump: committed",
    "bump: sent",
];

/// A withdrawal at the step, and the job that was leased then, with what its worker had to say.
struct Ended {
    withdrawal: Value,
    unheard: Option<(Value, Value)>,
}

/// Goes as far as the step.
async fn up_to(world: &mut World, step: &str) -> Ended {
    let withdrawal = world.request(json!({})).await;
    let (of, step) = step.split_once(": ").unwrap_or(("", step));
    match of {
        "cancel" => {
            world.walks_to(&withdrawal, "broadcasted").await;
            world.order("cancel", &withdrawal, json!({ "actor": admin() })).await;
        }
        "bump" => {
            world.walks_to(&withdrawal, "broadcasted").await;
            world.order("speed_up", &withdrawal, json!({ "actor": admin() })).await;
        }
        _ => {}
    }
    let leased = match step {
        "simulation leased" => Some(world.job_of(&withdrawal, "chain.simulate").await),
        "bound" | "signed and not committed" | "no-op leased" => {
            Some(world.job_of(&withdrawal, "signer.host").await)
        }
        "leased" if of == "bump" => Some(world.job_of(&withdrawal, "signer.host").await),
        "committed" | "no-op committed" => {
            let job = world.job_of(&withdrawal, "signer.host").await;
            world.answer(&job).await;
            None
        }
        "leased" => Some(world.job_of(&withdrawal, "chain.broadcast").await),
        "sent and not heard" | "no-op sent" | "sent" => {
            let job = world.job_of(&withdrawal, "chain.broadcast").await;
            let result = world.result(&job);
            return Ended { withdrawal, unheard: Some((job, result)) };
        }
        "reported" => {
            world.walks_to(&withdrawal, "broadcasted").await;
            None
        }
        "seen" => {
            world.until(&withdrawal, "confirming").await;
            None
        }
        "final and not reported" => {
            world.until(&withdrawal, "confirming").await;
            world.nodes.ledger.mine_many(6);
            Some(world.job_of(&withdrawal, "chain.observe").await)
        }
        "captured" => {
            world.until(&withdrawal, "confirmed").await;
            None
        }
        _ => None,
    };
    let unheard = match leased {
        Some(job) if step != "leased" && step != "simulation leased" => {
            let result = world.result(&job);
            Some((job, result))
        }
        _ => None,
    };
    Ended { withdrawal, unheard }
}

/// The end of both, and what comes of it.
async fn ends_at(world: &mut World, step: &str) {
    println!("{:?}: {step}", world.stage.kind);
    let (used, alice) = (world.used_nonces(), world.posted("alice", "USDC").await);
    let Ended { withdrawal, unheard } = up_to(world, step).await;
    world.reopen().await;
    world.stage.advance("PT2M");
    let over = world.over(&withdrawal).await;
    let paid = over["state"] == "confirmed";
    assert!(paid || step.starts_with("cancel"), "{step}: {over:#}");
    if let Some((job, result)) = unheard {
        // a worker that was only slow: what it says late changes nothing
        let _ = world.stage.call("jobs.complete", said(&job, &json!({ "result": result }))).await;
        world.blocks(2).await;
        assert_eq!(world.get(&withdrawal).await["state"], over["state"], "{step}");
    }
    assert_eq!(world.used_nonces(), used + 1, "{step}: each nonce ends one");
    let taken = alice - world.posted("alice", "USDC").await;
    assert_eq!(taken, if paid { 100_100_000 } else { 0 }, "{step}");
    let lane = world.lane().await;
    assert_eq!(
        (&lane["next_nonce"], &lane["in_flight"]),
        (&json!((used + 1).to_string()), &json!(0)),
        "{step}"
    );
    verify(&world.stage.bank).await;
}

/// It is long because an engine is opened at each step: memory alone would show nothing of what was
/// committed.
#[tokio::test(flavor = "multi_thread")]
async fn every_step_survives() {
    for kind in Kind::all() {
        let mut world = World::with(kind, Custody::Host).await;
        for step in STEPS {
            ends_at(&mut world, step).await;
        }
        world.finish().await;
    }
}

/// The engine signs with its own key: it ends between the bind and the signature, and signs the same again.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_vault_signs_again() {
    for kind in Kind::all() {
        let mut world = World::open(kind).await;
        let wd = world.request(json!({})).await;
        for job in world.lease(&["chain.simulate"]).await {
            world.answer(&job).await;
        }
        // another process of the host leases the signature and dies
        let stolen = world.lease(&["signer.sign"]).await;
        world.reopen().await;
        world.stage.advance("PT2M");
        let over = world.over(&wd).await;
        assert_eq!((&over["state"], world.used_nonces()), (&json!("confirmed"), 1), "{stolen:?} {over:#}");
        world.finish().await;
    }
}

/// Two engines and two workers at once: who answers second changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_and_two_engines() {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let mut world = World::with(kind, Custody::Host).await;
        let mut all = Vec::new();
        for _ in 0..6 {
            all.push(world.request(json!({})).await);
        }
        let other = world.stage.again().await;
        for round in 0..200 {
            for bank in [world.stage.bank.clone(), other.clone()] {
                bank.call("jobs.run_due", json!({})).await.unwrap();
                let lease = json!({ "kinds": super::KINDS, "limit": 3, "for": "PT5S" });
                let jobs = bank.call("jobs.lease", lease).await.unwrap()["jobs"].as_array().unwrap().clone();
                for (n, job) in jobs.iter().enumerate() {
                    let args = said(job, &json!({ "result": world.result(job) }));
                    // every third is answered twice, and by both
                    let outcome = super::insist(&bank, "jobs.complete", args.clone()).await;
                    outcome.unwrap();
                    if (n + round) % 3 == 0 {
                        let _ = super::insist(&other, "jobs.complete", args).await;
                    }
                }
            }
            world.nodes.ledger.mine();
            world.stage.advance("PT2S");
            let page = world.stage.ok("withdrawals.list", json!({ "state": "confirmed" })).await;
            if page["items"].as_array().unwrap().len() == all.len() {
                break;
            }
        }
        for wd in &all {
            assert_eq!(
                (&world.get(wd).await["state"], world.received(wd)),
                (&json!("confirmed"), 100_000_000)
            );
        }
        assert_eq!((world.used_nonces(), world.nodes.ledger.sent.len()), (6, 6));
        other.close().await;
        world.finish().await;
    }
}
