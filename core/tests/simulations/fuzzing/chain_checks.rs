//! The invariants of all that a node of a chain answers: shared by the mutation runner and by the target of
//! cargo-fuzz.
//!
//! An input is `KIND BODY`. `answer` and `answers` are what comes over the line, to one call and to a batch;
//! `receipt` and `transaction` are results of calls; `facts`, `simulate`, `broadcast` and `observe` are
//! reports of several endpoints. An input that begins with no kind is taken for each of them.

use earnest::chain::endpoint::Endpoint;
use earnest::chain::raw::encoded;
use earnest::chain::receipts::{ReceiptAnswer, receipt_of};
use earnest::chain::rpc::{self, RpcFault, Unanswered};
use earnest::withdrawal::judge::broadcast::Broadcast;
use earnest::withdrawal::judge::num::Num;
use earnest::withdrawal::judge::observe::{
    ExpectedTransfer, FinalityRule, Observation, PlannedCall, WatchedHash, WatchedLane, WatchedSlot,
};
use earnest::withdrawal::judge::quorum::Endpoints;
use earnest::withdrawal::judge::simulate::{Needed, Simulated};
use earnest::withdrawal::judge::texts::{NodeErrorClass, class, is_revert, revert_reason};
use earnest::withdrawal::judge::views::{
    BroadcastView, EndpointView, FactsView, JobView, NodeError, ObserveView, SimulateView, read_text,
    read_views,
};
use earnest::withdrawal::judge::{broadcast, facts, observe, simulate};
use earnest_evm::Transaction;
use serde_json::{Value, json};

const KINDS: [&str; 8] =
    ["answer", "answers", "receipt", "transaction", "facts", "simulate", "broadcast", "observe"];
/// The hash that is asked for, and who has sent it.
const ASKED: &str = "0xabababababababababababababababababababababababababababababababab";
const SENDER: &str = "0x00000000000000000000000000000000000000aa";
/// A key of a provider, in an address.
const MARK: &str = "0123456789abcdef";
/// The longest text of a node that is passed on.
const LONGEST: usize = 1_024;

/// Checks that a node's answer is read as it should be, or not at all. Answers how much of it was read.
pub(crate) fn chain_reply(input: &[u8]) -> usize {
    let mut parts = input.splitn(2, |byte| *byte == b' ');
    let kind = parts.next().and_then(|word| std::str::from_utf8(word).ok());
    match (kind.filter(|kind| KINDS.contains(kind)), parts.next()) {
        (Some(kind), Some(body)) => usize::from(is_read(kind, body)),
        _ => KINDS.iter().filter(|kind| is_read(kind, input)).count(),
    }
}

fn is_read(kind: &str, body: &[u8]) -> bool {
    let json = || serde_json::from_slice::<Value>(body).unwrap_or_default();
    match kind {
        "answer" => answers(body, 1, false),
        "answers" => answers(body, 3, true),
        "receipt" => receipt(&json()),
        "transaction" => transaction(&json()),
        "facts" => reported(body, of_facts),
        "simulate" => reported(body, of_simulate),
        "broadcast" => reported(body, of_broadcast),
        _ => reported(body, of_observe),
    }
}

/// Each call has an answer or a fault, which names no more than a code.
fn answers(body: &[u8], count: usize, is_batch: bool) -> bool {
    match rpc::read(body, count, is_batch) {
        Ok(answers) => {
            assert_eq!(answers.len(), count, "{}", String::from_utf8_lossy(body));
            for answer in &answers {
                match answer {
                    Ok(result) => {
                        receipt(result);
                        transaction(result);
                    }
                    Err(fault) => is_kept_short(fault),
                }
            }
            answers.iter().any(Result::is_ok)
        }
        Err(Unanswered::Unbatched(fault)) => {
            assert!(is_batch, "{}", String::from_utf8_lossy(body));
            is_kept_short(&fault);
            false
        }
        Err(Unanswered::Malformed) => false,
    }
}

/// A fault: its texts have a bound, are shown by nobody, and mean the same in capital letters.
fn is_kept_short(fault: &RpcFault) {
    assert_eq!(format!("{fault:?}"), format!("RpcFault {{ code: {:?}, .. }}", fault.code));
    let data = fault.data.as_ref().map(|data| data.as_str().unwrap().to_owned());
    for text in [Some(&fault.message), data.as_ref()].into_iter().flatten() {
        assert!(text.chars().count() <= LONGEST, "{text}");
        let endpoint = Endpoint::new("main", &format!("https://node.example/v3/{MARK}")).unwrap();
        assert!(!endpoint.scrubbed(text).contains(MARK), "{text}");
    }
    let code = fault.code.as_str().map_or_else(|| fault.code.to_string(), ToOwned::to_owned);
    let error = NodeError { code, message: fault.message.clone(), data: data.unwrap_or_default() };
    assert_eq!(format!("{error:?}"), format!("NodeError {{ code: {:?}, .. }}", error.code));
    let meant = class(&error);
    assert!(meant == NodeErrorClass::Unknown || !error.message.trim().is_empty());
    let loud = NodeError { message: error.message.to_ascii_uppercase(), ..error.clone() };
    assert_eq!((class(&loud), is_revert(&loud)), (meant, is_revert(&error)), "{}", error.message);
    let reason = revert_reason(&error).unwrap_or_default();
    assert!(reason.chars().count() <= LONGEST, "{reason}");
}

/// A receipt is that of the hash that was asked for, and what is reported of it is read as it was written.
fn receipt(answer: &Value) -> bool {
    let read = match receipt_of(answer, ASKED, SENDER) {
        ReceiptAnswer::InBlock(read) => read,
        ReceiptAnswer::Absent => {
            let is_pending = answer.get("blockHash").is_some_and(Value::is_null);
            assert!(answer.is_null() || is_pending, "{answer}");
            return false;
        }
        ReceiptAnswer::Malformed => return false,
    };
    let report = read.report();
    let shown = answer["transactionHash"].as_str();
    assert!(
        report["hash"] == ASKED && shown.is_some_and(|hash| hash.eq_ignore_ascii_case(ASKED)),
        "{answer}"
    );
    let status = answer["status"].as_str().and_then(|status| status.strip_prefix("0x"));
    let status = status.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    assert!(matches!(status, Some(0 | 1)) && report["status"].as_u64() == status, "{answer}");
    let transfers = report["transfers"].as_array().unwrap();
    let logs = answer["logs"].as_array().unwrap();
    assert!(transfers.len() <= logs.len() && transfers.len() <= 16, "{answer}");
    assert!(transfers.iter().all(|transfer| transfer["from"] == SENDER), "{answer}");
    let views = json!({ "views": [{ "endpoint": "a", "chain_id": "137", "receipts": [report] }] });
    let read = read_views::<ObserveView>(&views);
    assert!(read.is_ok(), "{read:?}: {answer}");
    true
}

/// The bytes of a transaction are by the sender that is shown.
fn transaction(shown: &Value) -> bool {
    let Some(raw) = encoded(shown) else { return false };
    let bytes = hex::decode(raw.strip_prefix("0x").unwrap()).unwrap();
    if let Ok(read) = Transaction::decode(&bytes) {
        let from = shown["from"].as_str().unwrap();
        assert!(from.eq_ignore_ascii_case(&read.from().to_string()), "{shown}");
    }
    true
}

/// A report is refused by its member, or judged; fewer endpoints than a quorum end nothing.
fn reported<T: JobView>(body: &[u8], judge: fn(&Endpoints, &[EndpointView<T>])) -> bool {
    let text = String::from_utf8_lossy(body);
    match read_text::<T>(&text) {
        Ok(views) => {
            let names = ["a", "b", "c"].map(str::to_owned);
            judge(&Endpoints::new(&names, Num::of(137), 2), &views);
            true
        }
        Err(refusal) => {
            assert!(refusal.field.starts_with("result") && refusal.field.len() < 400, "{refusal}: {text}");
            false
        }
    }
}

/// How many endpoints are believed.
fn good<T>(endpoints: &Endpoints, views: &[EndpointView<T>]) -> usize {
    endpoints.good(views).good.len()
}

fn of_facts(endpoints: &Endpoints, views: &[EndpointView<FactsView>]) {
    let verdict = facts::judge(endpoints, views);
    if !endpoints.suffice(good(endpoints, views)) {
        assert_eq!(verdict.head, None, "{views:?}");
        let mut lanes = verdict.lanes.values();
        assert!(lanes.all(|lane| lane.nonce.is_none() && lane.native.is_none()), "{views:?}");
    }
}

fn of_simulate(endpoints: &Endpoints, views: &[EndpointView<SimulateView>]) {
    let needed = Needed { native: Num::of(21_000), balance: Num::of(1_000_000), most_gas: 500_000 };
    let simulated = simulate::judge(endpoints, views, &needed);
    if !endpoints.suffice(good(endpoints, views)) {
        assert!(matches!(simulated, Simulated::Yes { .. } | Simulated::Nobody), "{views:?}");
    }
    if let Simulated::Yes { gas } = simulated {
        assert!(gas <= needed.most_gas, "{views:?}");
    }
}

fn of_broadcast(endpoints: &Endpoints, views: &[EndpointView<BroadcastView>]) {
    let verdict = broadcast::judge(endpoints, views);
    let refused = views.iter().filter(|view| endpoints.why_not(view).is_none() && view.said.is_err());
    if !endpoints.suffice(refused.count()) {
        assert!(matches!(verdict.broadcast, Broadcast::Taken | Broadcast::Unknown), "{views:?}");
    }
}

fn of_observe(endpoints: &Endpoints, views: &[EndpointView<ObserveView>]) {
    let lane = WatchedLane {
        finality: FinalityRule::Tag,
        address: SENDER.to_owned(),
        next_nonce: 8,
        slots: vec![WatchedSlot {
            nonce: 7,
            attempts: vec![WatchedHash { hash: ASKED.to_owned(), pays: true }],
            payment: ExpectedTransfer {
                token: Some("0x00000000000000000000000000000000000000cc".to_owned()),
                from: SENDER.to_owned(),
                to: "0x00000000000000000000000000000000000000bb".to_owned(),
                value: Num::of(1_000_000),
            },
            plan: PlannedCall {
                to: "0x00000000000000000000000000000000000000cc".to_owned(),
                value: Num::of(0),
                data: "0x".to_owned(),
            },
            seen: None,
        }],
    };
    let verdict = observe::judge(endpoints, views, &lane, &|_| None);
    assert_eq!(verdict.slots.len(), 1);
    if !endpoints.suffice(good(endpoints, views)) {
        assert!(!verdict.foreign && verdict.latest.is_none(), "{views:?}");
        assert!(
            verdict.slots.iter().all(|slot| slot.sight == Observation::Unknown && !slot.is_free),
            "{views:?}"
        );
    }
}
