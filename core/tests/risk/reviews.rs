//! Reviews: a call is parked, nothing of it is done, and it takes place once.

use crate::support::{Kind, Stage, Value, all_at_once, code, every_store, json, tally};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";

fn large(key: &str) -> Value {
    deduct(
        "alice",
        json!({ "amount": "50.00 USD", "key": key, "actor": { "id": "clerk", "role": "system" } }),
    )
}

fn by(review: &Value, who: &str) -> Value {
    json!({ "review": review, "actor": { "id": who, "role": "admin" } })
}

/// Anything above ten dollars is looked at.
async fn looked_at(stage: &Stage) {
    stage.funded("alice", "100.00 USD").await;
    let given = json!({ "id": "large", "metric": "amount", "window": null, "limit": "10.00 USD",
        "outcome": "review", "expires_in": "PT1H", "message": "we look at it" });
    rule(stage, given).await;
}

async fn parked(stage: &Stage, key: &str) -> Value {
    stage.no_matter(DEDUCT, large(key), "review_required").await["review"].clone()
}

/// Looks up a key: its outcome, and the ids.
async fn looked_up(stage: &Stage, key: &str) -> (Value, Value) {
    let found = stage.ok("admin.lookup_key", json!({ "key": key })).await;
    (found["outcome"].clone(), found["made"].clone())
}

/// A member of each review of a page.
fn each(page: &Value, member: &str) -> Vec<Value> {
    page["items"].as_array().unwrap().iter().map(|review| review[member].clone()).collect()
}

every_store! {
    /// Its key was said to wait for an approval, under an id that nobody has, and to wait still when people
    /// had decided.
    async fn the_key_of_a_parked_call_names_its_review(stage) {
        looked_at(stage).await;
        let review = parked(stage, "d-1").await;
        assert_eq!(looked_up(stage, "d-1").await, (json!("review_required"), json!([review])));
        let done = stage.ok("risk.approve_review", by(&review, "kim")).await;
        assert_eq!(looked_up(stage, "d-1").await, (json!("accepted"), json!([done["reply"]["transfer"]["id"]])));
        let rejected = parked(stage, "d-2").await;
        let mut no = by(&rejected, "kim");
        no["reason"] = "nobody knows him".into();
        stage.ok("risk.reject_review", no).await;
        assert_eq!(looked_up(stage, "d-2").await, (json!("rejected"), json!([rejected])));
        let late = parked(stage, "d-3").await;
        stage.advance("PT1H");
        let ended = (json!("expired"), json!([late]));
        assert_eq!(looked_up(stage, "d-3").await, ended);
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1);
        assert_eq!(looked_up(stage, "d-3").await, ended);
        assert_eq!(parked(stage, "d-3").await, late);
        assert_eq!(looked_up(stage, "d-3").await, (json!("review_required"), json!([late])));
    }

    /// The refusal of a call that people have rejected left no decision.
    async fn the_refusal_of_a_rejected_call_is_a_decision(stage) {
        looked_at(stage).await;
        let review = parked(stage, "d-1").await;
        let mut no = by(&review, "kim");
        no["reason"] = "nobody knows him".into();
        stage.ok("risk.reject_review", no).await;
        let before = each(&stage.ok("risk.decisions", json!({})).await, "id").len();
        stage.no_matter(DEDUCT, large("d-1"), "blocked").await;
        let page = stage.ok("risk.decisions", json!({})).await;
        assert_eq!(each(&page, "id").len(), before + 1, "{page}");
        assert_eq!((&page["items"][0]["action"], &page["items"][0]["outcome"]), (&json!(DEDUCT), &json!("block")));
    }

    /// It was shown as waiting until its timer ran, although nobody could decide on it any more.
    async fn a_review_past_its_time_is_shown_as_expired(stage) {
        looked_at(stage).await;
        let late = parked(stage, "d-1").await;
        stage.advance("PT59M");
        let open = parked(stage, "d-2").await;
        stage.advance("PT1M");
        for timers in [0, 1] {
            if timers > 0 {
                assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], timers);
            }
            let all = stage.ok("risk.reviews", json!({})).await;
            assert_eq!(each(&all, "state"), ["pending", "expired"]);
            for (state, review) in [("pending", &open), ("expired", &late)] {
                let page = stage.ok("risk.reviews", json!({ "state": state })).await;
                assert_eq!((each(&page, "id"), each(&page, "state")), (vec![review.clone()], vec![json!(state)]));
            }
        }
    }

    /// A call that waited changes nothing that somebody else has changed meanwhile, if it asked for that.
    async fn a_parked_call_expects_its_version_when_it_takes_place(stage) {
        looked_at(stage).await;
        for (key, changed) in [("d-1", false), ("d-2", true)] {
            let mut args = large(key);
            args["amount"] = "11.00 USD".into();
            let now = stage.ok("ledger.account", json!({ "account": "alice" })).await["version"].clone();
            args["expected_version"] = now;
            let review = stage.no_matter(DEDUCT, args.clone(), "review_required").await["review"].clone();
            if changed {
                stage.funded("alice", "5.00 USD").await;
            }
            let done = stage.ok("risk.approve_review", by(&review, "kim")).await;
            assert_eq!(done["executed"], !changed, "{done}");
            if changed {
                assert_eq!(done["error"]["code"], "version_conflict", "{done}");
                assert_eq!(stage.balance("alice").await, "94.00 0.00 94.00");
            }
        }
    }

    /// Parked, agreed to, and done once; the call itself is answered from then on.
    async fn a_parked_call_takes_place_once(stage) {
        looked_at(stage).await;
        rule(stage, json!({ "limit": 1 })).await;
        let told = stage.no_matter(DEDUCT, large("d-1"), "review_required").await;
        assert_eq!((&told["rule"], &told["message"]), (&json!("large"), &json!("we look at it")));
        let review = told["review"].clone();
        assert_eq!(parked(stage, "d-1").await, review, "a repeat asks for the same");
        let mut other = large("d-1");
        other["amount"] = "60.00 USD".into();
        stage.no(DEDUCT, other, "idempotency_mismatch").await;
        assert_eq!(stage.balance("alice").await, "100.00 0.00 100.00", "nothing is held");
        let page = stage.ok("risk.reviews", json!({ "state": "pending" })).await;
        assert_eq!((&page["items"][0]["id"], &page["items"][0]["rules"]), (&review, &json!(["large"])));
        assert_eq!(page["items"][0]["amount"], json!({ "amount": "50.00", "currency": "USD" }));
        stage.no("risk.approve_review", by(&review, "clerk"), "self_approval").await;
        let plain = json!({ "review": review, "actor": "somebody" });
        stage.no_matter("risk.approve_review", plain, "not_permitted").await;
        let done = stage.ok("risk.approve_review", by(&review, "kim")).await;
        assert_eq!((&done["executed"], &done["review"]["state"], &done["error"]), (&json!(true), &json!("executed"), &Value::Null));
        assert_eq!(done["reply"]["balance"]["available"]["amount"], "50.00");
        assert_eq!(stage.ok(DEDUCT, large("d-1")).await["replayed"], true);
        stage.no("risk.approve_review", by(&review, "kim"), "already_approved").await;
        stage.no("risk.reject_review", { let mut no = by(&review, "kim"); no["reason"] = "x".into(); no }, "transition_not_allowed").await;
        assert_eq!(stage.balance("alice").await, "50.00 0.00 50.00");
        // it was counted when it took place, and not before
        let told = stage.no_matter(DEDUCT, deduct("alice", json!({})), "velocity_blocked").await;
        assert_eq!(told["used"], 1);
    }

    /// A rejected call stays refused; an undecided review ends, and may be asked for again.
    async fn reviews_are_rejected_and_end(stage) {
        looked_at(stage).await;
        let review = parked(stage, "d-1").await;
        let mut no = by(&review, "kim");
        no["reason"] = "nobody knows him".into();
        let rejected = stage.ok("risk.reject_review", no).await;
        assert_eq!((&rejected["review"]["state"], &rejected["review"]["decided_by"]), (&json!("rejected"), &json!("kim")));
        let told = stage.no_matter(DEDUCT, large("d-1"), "blocked").await;
        assert_eq!((&told["review"], &told["reason"]), (&review, &json!("nobody knows him")));
        let late = parked(stage, "d-2").await;
        stage.advance("PT1H");
        stage.no("risk.approve_review", by(&late, "kim"), "approval_expired").await;
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1);
        assert_eq!(parked(stage, "d-2").await, late);
        assert_eq!(stage.ok("risk.approve_review", by(&late, "kim")).await["executed"], true);
        // a rule that is removed leaves its reviews
        let last = parked(stage, "d-3").await;
        stage.ok("risk.remove_rule", json!({ "id": "large" })).await;
        let done = stage.ok("risk.approve_review", by(&last, "kim")).await;
        assert_eq!(done["executed"], true);
        assert_eq!(stage.balance("alice").await, "0.00 0.00 0.00");
    }

    /// A list of what is pending has what people have agreed to in vain, each once and on its page.
    async fn pending_is_what_people_agreed_to_in_vain_too(stage) {
        looked_at(stage).await;
        let mut reviews = Vec::new();
        for n in 0..5 {
            reviews.insert(0, parked(stage, &format!("d-{n}")).await);
            stage.advance("PT1S");
        }
        stage.ok("ledger.lock_account", json!({ "account": "alice" })).await;
        for place in [0, 2, 3] {
            assert_eq!(stage.ok("risk.approve_review", by(&reviews[place], "kim")).await["executed"], false);
        }
        let (mut listed, mut asked) = (Vec::new(), json!({ "state": "pending", "limit": 2 }));
        loop {
            let page = stage.ok("risk.reviews", asked.clone()).await;
            let items = page["items"].as_array().unwrap();
            assert!(items.iter().all(|review| review["state"] == "pending"), "{page}");
            listed.extend(items.iter().map(|review| review["id"].clone()));
            if page["next"].is_null() {
                break;
            }
            asked["after"] = page["next"].clone();
        }
        assert_eq!(listed, reviews);
    }

    /// A call that is refused when it should run is told why, and the consent stays.
    async fn a_refusal_is_told_and_may_be_repeated(stage) {
        looked_at(stage).await;
        let review = parked(stage, "d-1").await;
        stage.ok("ledger.lock_account", json!({ "account": "alice" })).await;
        let tried = stage.ok("risk.approve_review", by(&review, "kim")).await;
        assert_eq!((&tried["executed"], &tried["error"]["code"]), (&json!(false), &json!("account_locked")));
        // it waits as before, and shows who agreed and why it was refused
        let (state, by_whom) = (&tried["review"]["state"], &tried["review"]["decided_by"]);
        assert_eq!((state, by_whom), (&json!("pending"), &json!("kim")));
        assert_eq!(tried["review"]["result"]["error"], "account_locked");
        stage.bad("risk.reviews", json!({ "state": "approved" }), "invalid_request", "state").await;
        stage.ok("ledger.unlock_account", json!({ "account": "alice" })).await;
        rule(stage, json!({ "limit": 0 })).await;
        let tried = stage.ok("risk.approve_review", by(&review, "lee")).await;
        assert_eq!(tried["error"]["code"], "velocity_blocked", "all else is judged as of now");
        stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        // large sums need the consent of others too, who are asked once people have looked at it
        let policy = json!({ "id": "p", "operation": DEDUCT, "threshold": "1.00 USD", "approvers": 1 });
        stage.ok("approvals.set_policy", policy).await;
        let tried = stage.ok("risk.approve_review", by(&review, "kim")).await;
        assert_eq!(tried["error"]["code"], "approval_required");
        let approval = tried["error"]["details"]["approval"].clone();
        let vote = json!({ "approval": approval, "actor": { "id": "kim", "role": "admin" } });
        assert_eq!(stage.ok("approvals.approve", vote).await["executed"], true);
        assert_eq!(stage.ok("risk.reviews", json!({ "state": "executed" })).await["items"].as_array().unwrap().len(), 1);
        assert_eq!(stage.ok(DEDUCT, large("d-1")).await["replayed"], true);
    }
}

/// Sixty-four admins agree at once: the call takes place once.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_agree_at_once() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        looked_at(&stage).await;
        let review = parked(&stage, "d-1").await;
        let calls = (0..64).map(|n| {
            let (bank, args) = (stage.bank.clone(), by(&review, &format!("admin-{n}")));
            async move { bank.call("risk.approve_review", args).await }
        });
        let outcomes = all_at_once(calls).await;
        let executed = outcomes.iter().flatten().filter(|reply| reply["executed"] == true).count();
        assert_eq!(executed, 1, "{kind:?} {:?}", tally(&outcomes));
        assert!(
            outcomes.iter().all(|one| ["ok", "already_approved"].contains(&code(one))),
            "{kind:?} {:?}",
            tally(&outcomes)
        );
        assert_eq!(stage.balance("alice").await, "50.00 0.00 50.00");
        stage.finish().await;
    }
}
