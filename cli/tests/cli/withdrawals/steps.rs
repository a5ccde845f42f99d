//! A worker that is killed at each step of a withdrawal, and the next one goes on with it:
//!
//! - of a payment: when it is requested (C1), when its simulation is leased (C2), when it is bound to a nonce
//!   (C3), when it is signed and that is not committed (C4), when that is committed (C5), when its bytes are
//!   leased (C6), when they are sent and the answer is unread (C7), when that is reported (C8), when it is
//!   seen in a block (C9), when it is final and nobody has said so (C10), and when it is captured (C11);
//! - of a bump: when it is written (R1), when it is signed (R2), and when it is sent and the answer is unread
//!   (R3);
//! - of a cancel: when it is accepted (K1), when the no-op is signed (K2), when that is sent and the answer
//!   is unread (K3), and when it is final and nobody has said so (K4).

use earnest_evm::{Key, Transaction};
use serde_json::{Value, json};

use super::gate::Held;
use super::world::{HOSTED, KEYS, OWN, World, newest};

const ESTIMATE: &str = "eth_estimateGas";
const SEND: &str = "eth_sendRawTransaction";
const RECEIPT: &str = "eth_getTransactionReceipt";
const SIMULATE: &str = "chain.simulate";
const BROADCAST: &str = "chain.broadcast";
/// A signer of the host's, which waits for the bytes, and does not say that it has them. Nobody ends it when
/// its worker is killed: it ends by itself, also where no bytes come because the test has failed.
const HAS_SIGNED: &str = "signer.host=cat > part && mv part asked; \
    until [ -s answer ]; do [ -e asked ] || exit 1; sleep 0.05; done; touch told; exec sleep 5";
/// One that says it.
const SIGNS: &str = "signer.host=cat answer";
/// How often a step is tried that passes in a part of a second: keys of the vault sign by themselves.
const TRIES: usize = 20;
/// A worker that signs with the keys of the vault, and asks no node.
const APART: [&str; 1] = ["--no-chain"];

/// All steps once. What C4 and R3 leave behind stays so, while others go on.
pub(super) async fn round(world: &mut World) {
    let hosted = is_signed_outside(world).await;
    let paid = Box::pin(comes_to_a_nonce(world)).await;
    is_sent(world, &paid).await;
    is_captured(world, &paid).await;
    let bumped = world.request(OWN).await;
    let worker = world.worker(&[]);
    // the one that is bumped must be the first of its lane
    world.until(&bumped, |wd| wd["nonce"].is_string()).await;
    let cancelled = world.request(OWN).await;
    for id in [&bumped, &cancelled] {
        world.until(id, |wd| wd["state"] == "broadcasted").await;
    }
    world.kill(worker).await;
    world.free().await;
    is_bumped(world, &bumped).await;
    is_cancelled(world, &cancelled).await;
    world.leave_nothing().await;
    world.end(&["--exec", SIGNS], &[&hosted, &bumped, &cancelled]).await;
    for id in [&hosted, &paid, &bumped] {
        let found = world.get(id).await;
        assert_eq!(found["state"], "confirmed", "{found:#}");
    }
    let found = world.get(&cancelled).await;
    assert_eq!((&found["state"], &found["failure"]["code"]), (&json!("failed"), &json!("cancelled")));
}

/// C4, by a key of the host: there are bytes, and the store knows nothing of them.
async fn is_signed_outside(world: &mut World) -> Value {
    let id = world.request(HOSTED).await;
    let worker = world.worker(&["--exec", HAS_SIGNED]);
    let job: Value = serde_json::from_str(&world.written("asked").await).unwrap();
    let tx = Transaction::from_json(&job["payload"]["tx"]).unwrap();
    let signed = tx.sign(&Key::from_hex(KEYS[1]).unwrap()).unwrap().to_json();
    std::fs::write(world.path("answer"), json!({ "raw": signed["raw"] }).to_string()).unwrap();
    world.written("told").await;
    world.kill(worker).await;
    let found = world.get(&id).await;
    assert_eq!((&found["state"], &newest(&found)["hash"]), (&json!("signing"), &Value::Null), "{found:#}");
    assert_eq!(world.job("signer.host", &id).await, "leased");
    world.leave(&id);
    world.is_sound("C4").await;
    id
}

/// C1 to C3: answers the withdrawal that has a nonce, and nothing is signed.
async fn comes_to_a_nonce(world: &mut World) -> Value {
    // C1: whoever asked has the reply, or asks again
    let reply = world.says("withdrawals.request", &world.asks(OWN)).await;
    let mut id = world.request(OWN).await;
    assert_eq!(reply["withdrawal"]["id"], id, "the same key twice");
    assert_eq!(world.get(&id).await["state"], "pending");
    assert_eq!(world.job(SIMULATE, &id).await, "queued");
    world.is_sound("C1").await;

    world.killed_at(ESTIMATE, Held::Questions).await;
    assert_eq!(world.get(&id).await["state"], "pending");
    assert_eq!(world.job(SIMULATE, &id).await, "leased");
    world.is_sound("C2").await;

    for _ in 0..TRIES {
        let found = world.killed_when(&[], &id, |wd| wd["state"] != "pending").await;
        world.is_sound("C3").await;
        if found["state"] == "signing" {
            assert!(newest(&found)["hash"].is_null(), "{found:#}");
            return id;
        }
        // it was signed before anybody saw it: that comes within a second, and may come at once
        world.end(&[], &[&id]).await;
        id = world.request(OWN).await;
    }
    panic!("{TRIES} times it was signed before anybody saw that it is bound");
}

/// C5 to C8: its bytes are kept, and come to the node once or again.
async fn is_sent(world: &World, id: &Value) {
    let pooled = world.node.pooled().await;
    let found = world.killed_when(&APART, id, |wd| wd["state"] == "signed").await;
    let hash = found["hash"].clone();
    assert!(found["state"] == "signed" && hash.is_string(), "{found:#}");
    assert_eq!(world.job(BROADCAST, id).await, "queued");
    world.is_sound("C5").await;

    world.killed_at(SEND, Held::Questions).await;
    assert_eq!(world.get(id).await["state"], "broadcasting");
    assert_eq!((world.job(BROADCAST, id).await, world.node.pooled().await), (json!("leased"), pooled));
    world.is_sound("C6").await;

    world.killed_at(SEND, Held::Answers).await;
    assert_eq!(world.get(id).await["state"], "broadcasting");
    assert_eq!((world.job(BROADCAST, id).await, world.node.pooled().await), (json!("leased"), pooled + 1));
    world.is_sound("C7").await;

    let found = world.killed_when(&[], id, |wd| wd["state"] == "broadcasted").await;
    assert_eq!((&found["state"], &found["hash"]), (&json!("broadcasted"), &hash), "{found:#}");
    assert_eq!(world.node.pooled().await, pooled + 1, "the same bytes");
    world.is_sound("C8").await;
}

/// C9 to C11: it is in a block, which is final.
async fn is_captured(world: &World, id: &Value) {
    world.node.mine().await;
    let found = world.killed_when(&[], id, |wd| wd["state"] == "confirming").await;
    assert_eq!(found["state"], "confirming", "{found:#}");
    world.is_sound("C9").await;

    world.node.mine_many(2).await;
    world.killed_at(RECEIPT, Held::Answers).await;
    assert_eq!(world.get(id).await["state"], "confirming");
    world.is_sound("C10").await;

    let found = world.killed_when(&[], id, |wd| wd["state"] == "confirmed").await;
    assert_eq!(found["attempts"].as_array().unwrap().len(), 1, "{found:#}");
    world.is_sound("C11").await;
}

/// R1 to R3: the node has it, and more is bid for it. What is sent last stays leased.
async fn is_bumped(world: &mut World, id: &Value) {
    let is_written =
        |wd: &Value| wd["attempts"].as_array().unwrap().len() > 1 && newest(wd)["hash"].is_null();
    bumps_after(world, "PT1S").await;
    let mut tries = 0..TRIES;
    loop {
        let found = world.killed_when(&[], id, is_written).await;
        world.is_sound("R1").await;
        // it may have been signed at once; then it is bumped again
        if is_written(&found) {
            break;
        }
        assert!(tries.next().is_some(), "each time it was signed before its worker was killed: {found:#}");
    }
    let found = world.killed_when(&APART, id, |wd| newest(wd)["hash"].is_string()).await;
    assert_eq!(newest(&found)["kind"], "pay", "{found:#}");
    assert_eq!((world.job(BROADCAST, id).await, &newest(&found)["sent_at"]), (json!("queued"), &Value::Null));
    world.is_sound("R2").await;

    let pooled = world.node.pooled().await;
    world.killed_at(SEND, Held::Answers).await;
    let found = world.get(id).await;
    assert!(newest(&found)["sent_at"].is_string() && newest(&found)["outcome"].is_null(), "{found:#}");
    assert_eq!(world.job(BROADCAST, id).await, "leased");
    assert_eq!(world.node.pooled().await, pooled, "it has replaced the one before it");
    bumps_after(world, "PT1H").await;
    world.leave(id);
    world.is_sound("R3").await;
}

async fn bumps_after(world: &World, span: &str) {
    world.ok("withdrawals.set_chain", json!({ "chain": OWN, "bump_after": span })).await;
}

/// K1 to K4: the node has it, and it is given up.
async fn is_cancelled(world: &World, id: &Value) {
    let kim = json!({ "id": "kim", "role": "admin" });
    world.says("withdrawals.cancel", &json!({ "withdrawal": id, "actor": kim })).await;
    let found = world.get(id).await;
    assert_eq!(found["cancelling"], true, "{found:#}");
    assert_eq!(
        (&newest(&found)["kind"], &newest(&found)["hash"]),
        (&json!("noop"), &Value::Null),
        "{found:#}"
    );
    world.is_sound("K1").await;

    let found = world.killed_when(&APART, id, |wd| newest(wd)["hash"].is_string()).await;
    assert_eq!(newest(&found)["kind"], "noop", "{found:#}");
    assert_eq!((world.job(BROADCAST, id).await, &newest(&found)["sent_at"]), (json!("queued"), &Value::Null));
    world.is_sound("K2").await;

    let pooled = world.node.pooled().await;
    world.killed_at(SEND, Held::Answers).await;
    let found = world.get(id).await;
    assert!(newest(&found)["sent_at"].is_string() && newest(&found)["outcome"].is_null(), "{found:#}");
    assert_eq!(world.node.pooled().await, pooled, "it has replaced the payment");
    world.is_sound("K3").await;

    world.node.mine_many(3).await;
    world.killed_at(RECEIPT, Held::Answers).await;
    let found = world.get(id).await;
    assert_eq!((&found["cancelling"], &found["failure"]), (&json!(true), &Value::Null), "{found:#}");
    assert_ne!(found["state"], "failed", "{found:#}");
    world.is_sound("K4").await;
}
