//! Builders take plain values, and judge them where JSON is judged.

use std::time::{Duration, SystemTime};

use earnest::ids::AccountId;
use earnest::keyring::Keyring;
use earnest::requests::{ApproveCall, Batch, GetApproval, SetPolicy};
use earnest::requests::{
    BatchOp, CancelDeal, CancelTransfer, Capture, FeeTerm, GetAccount, GetBalance, GetBalances, GetDeal,
    GetHold, GetReceipt, GetTransfer, Hold, Jobs, LeaseJobs, LockAccounts, OpenDeal, PayDeal, Receipts,
    RenderReceipt, TopUp, Transfers, VoidHold,
};
use earnest::{Actor, Code, Detail, Engine, Error, Money, Options, Span, Time};
use serde_json::{Value, json};

async fn bank() -> Engine {
    let options = Options::new().keyring(Keyring::for_tests()).background(false);
    let bank = Engine::open_with("memory:", options).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await.unwrap();
    bank
}

fn field(error: &Error) -> Value {
    error.details()["field"].clone()
}

#[tokio::test]
async fn listings_take_a_plain_number() {
    let bank = bank().await;
    for number in 2..6 {
        let more = TopUp::new("alice", Money::minor(100, "USD").unwrap());
        bank.ledger().top_up(more.key(format!("t-{number}"))).await.unwrap();
    }
    let page = bank.ledger().transfers(Transfers::new().limit(3)).await.unwrap();
    assert_eq!(page.items.len(), 3);
    let rest = Transfers::new().limit(3).after(page.next.unwrap());
    assert_eq!(bank.ledger().transfers(rest).await.unwrap().items.len(), 2);
    let none = bank.ledger().transfers(Transfers::new().limit(0)).await.unwrap_err();
    assert_eq!((none.code(), field(&none)), (Code::InvalidRequest, "limit".into()));
    assert!(bank.jobs().list(Jobs::new().limit(1)).await.unwrap().items.is_empty());
    let leased = bank.jobs().lease(LeaseJobs::new(["mail"], 10, "PT1M")).await.unwrap();
    assert!(leased.jobs.is_empty());
}

#[tokio::test]
async fn lists_take_anything_iterable() {
    let bank = bank().await;
    bank.ledger().top_up(TopUp::new("bob", "1.00 USD").key("t-2")).await.unwrap();
    let both = bank.ledger().balances(GetBalances::new().accounts(["alice", "bob"])).await.unwrap();
    assert_eq!(both.balances.len(), 2);
    let ids = both.balances.into_iter().map(|balance| balance.account);
    assert_eq!(bank.ledger().lock(LockAccounts::new(ids)).await.unwrap().accounts.len(), 2);
    let fees = [FeeTerm::bps("@fees", 250)];
    let deal = OpenDeal::new("alice", "bob", "40.00 USD").fees(fees).key("d-1");
    assert_eq!(bank.escrow().open(deal).await.unwrap().deal.fees.len(), 1);
}

#[tokio::test]
async fn lengths_of_time_are_written_as_text() {
    let bank = bank().await;
    let asked = OpenDeal::new("alice", "bob", "40.00 USD")
        .inspection("P3D")
        .pay_within("PT36H")
        .ship_within(Duration::from_secs(60))
        .deliver_within(Span::from_days(2))
        .key("d-1");
    let terms = bank.escrow().open(asked.clone()).await.unwrap().deal.terms;
    assert_eq!((terms.inspection, terms.pay_within), (Span::from_days(3), Some(Span::from_hours(36))));
    assert_eq!(
        (terms.ship_within, terms.deliver_within),
        (Some(Span::from_mins(1)), Some(Span::from_days(2)))
    );
    // one length of time is one request, however it was written
    let again = asked.inspection(Span::from_hours(72)).pay_within("P1DT12H".to_owned());
    assert!(bank.escrow().open(again).await.unwrap().replayed);
    let held = Hold::new("alice", "1.00 USD").expires_in("PT5M").key("h-1");
    assert!(bank.ledger().hold(held).await.unwrap().hold.expires_at.is_some());
}

/// One parser: what JSON refuses, a builder refuses with the same words, and nothing is written.
#[tokio::test]
async fn a_length_that_cannot_be_read_is_refused_as_in_json() {
    let bank = bank().await;
    for bad in ["3d", "7 days", "", "P1M", "-P1D", "PT0.0000000001S"] {
        let built = OpenDeal::new("alice", "bob", "40.00 USD").inspection(bad).key("d-1");
        let refused = bank.escrow().open(built.clone()).await.unwrap_err();
        assert_eq!((refused.code(), field(&refused)), (Code::InvalidRequest, "inspection".into()), "{bad}");
        let args = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "inspection": bad, "key": "d-1" });
        let spoken = earnest::api::operations::call(&bank, "escrow.open", args).await.unwrap_err();
        assert_eq!(spoken, refused, "{bad}");
        // nor is it lost on the way through JSON
        let wire = serde_json::to_value(&built).unwrap();
        let op = BatchOp::new("escrow.open", wire);
        let batch = bank.ledger().batch(Batch::new([op]).atomic(false)).await.unwrap();
        assert_eq!(batch.results[0].error.as_ref().unwrap().code(), Code::InvalidRequest, "{bad}");
    }
    for bad in ["", "an hour"] {
        let refused = bank.jobs().lease(LeaseJobs::new(["mail"], 10, bad)).await.unwrap_err();
        assert_eq!((refused.code(), field(&refused)), (Code::InvalidRequest, "for".into()));
        let policy = SetPolicy::new("p", "escrow.pay", "1.00 USD").expires_in(bad);
        assert_eq!(field(&bank.approvals().set_policy(policy).await.unwrap_err()), "expires_in");
    }
    let bounds = OpenDeal::new("alice", "bob", "40.00 USD").pay_within("PT0S").key("d-1");
    assert_eq!(field(&bank.escrow().open(bounds).await.unwrap_err()), "pay_within");
    assert_eq!(bank.escrow().list(earnest::requests::Deals::new()).await.unwrap().items.len(), 0);
}

#[tokio::test]
async fn every_id_is_taken_as_it_comes() {
    let bank = bank().await;
    let paid = bank.ledger().top_up(TopUp::new("alice", "5.00 USD").key("t-2")).await.unwrap();
    let id = paid.transfer.id;
    assert_eq!(bank.ledger().get_transfer(GetTransfer::new(id)).await.unwrap(), paid.transfer);
    let receipt = bank.receipts().get(GetReceipt::new(id)).await.unwrap();
    assert_eq!(bank.receipts().get(GetReceipt::new(receipt.id)).await.unwrap().transfer, id);
    assert_eq!(bank.receipts().list(Receipts::new().transfer(id)).await.unwrap().items.len(), 1);
    for page in [RenderReceipt::new(id, "text"), RenderReceipt::new(receipt.id, "text")] {
        assert!(bank.receipts().render(page).await.unwrap().content.contains("5.00"));
    }
    bank.ledger().cancel(CancelTransfer::new(id).key("c-1")).await.unwrap();

    let held = bank.ledger().hold(Hold::new("alice", "5.00 USD").key("h-1")).await.unwrap().hold.id;
    assert_eq!(bank.ledger().get_hold(GetHold::new(held)).await.unwrap().id, held);
    bank.ledger()
        .capture(Capture::new(held, "bob").amount("1.00 USD").r#final(false).key("p-1"))
        .await
        .unwrap();
    bank.ledger().void(VoidHold::new(held)).await.unwrap();

    let deal =
        bank.escrow().open(OpenDeal::new("alice", "bob", "40.00 USD").key("d-1")).await.unwrap().deal.id;
    assert_eq!(bank.escrow().get(GetDeal::new().deal(deal)).await.unwrap().id, deal);
    bank.escrow().cancel(CancelDeal::new(deal)).await.unwrap();

    let account = AccountId::request("account", "alice").unwrap();
    let balance = bank.ledger().balance(GetBalance::new(account.clone())).await.unwrap();
    let currency = balance.available.currency();
    bank.ledger().account(GetAccount::new(account).currency(currency)).await.unwrap();
    bank.close().await;
}

#[tokio::test]
async fn an_approval_is_named_by_what_the_refusal_says() {
    let bank = bank().await;
    let policy = SetPolicy::new("all", "escrow.pay", "0.00 USD").approvers(1);
    bank.approvals().set_policy(policy).await.unwrap();
    let deal =
        bank.escrow().open(OpenDeal::new("alice", "bob", "40.00 USD").key("d-1")).await.unwrap().deal.id;
    let refused = bank.acting(Actor::new("alice")).escrow().pay(PayDeal::new(deal)).await.unwrap_err();
    let Detail::ApprovalRequired { approval, .. } = refused.detail() else { panic!("{refused}") };
    let asked = bank.approvals().get(GetApproval::new(approval)).await.unwrap();
    let admin = bank.acting(Actor::admin("kim"));
    assert!(admin.approvals().approve(ApproveCall::new(asked.id)).await.unwrap().executed);
}

/// The compiler asks for the key; a program that speaks JSON still hears of it.
#[tokio::test]
async fn a_key_that_is_missing_in_json_is_refused() {
    let bank = bank().await;
    let args = json!({ "account": "alice", "amount": "1.00 USD" });
    let refused = earnest::api::operations::call(&bank, "ledger.top_up", args).await.unwrap_err();
    assert_eq!(refused.code(), Code::IdempotencyKeyMissing);
    // it may be given before or after the other fields
    let early = OpenDeal::new("alice", "bob", "1.00 USD").key("d-1").item("a book");
    let late = OpenDeal::new("alice", "bob", "1.00 USD").item("a book").key("d-1");
    assert!(!bank.escrow().open(early).await.unwrap().replayed);
    assert!(bank.escrow().open(late).await.unwrap().replayed);
}

#[test]
fn money_is_made_of_minor_units() {
    assert_eq!(Money::minor(4000, "USD").unwrap().to_string(), "40.00 USD");
    assert_eq!(Money::minor(-1_i64, "KRW").unwrap().to_string(), "-1 KRW");
    assert_eq!(Money::minor(4000, "USD").unwrap().minor_units(), 4000);
    for unknown in ["usd", "", "USDC", "US\u{7}D"] {
        let refused = Money::minor(1, unknown).unwrap_err();
        assert_eq!((refused.code(), field(&refused)), (Code::InvalidCurrency, "currency".into()));
    }
    for minor in [earnest::money::LIMIT, -earnest::money::LIMIT, i128::MIN] {
        let refused = Money::minor(minor, "USD").unwrap_err();
        assert_eq!((refused.code(), field(&refused)), (Code::InvalidAmount, "amount".into()));
    }
}

#[tokio::test]
async fn times_are_those_of_the_standard_library() {
    let bank = bank().await;
    let soon = SystemTime::try_from(bank.now()).unwrap() + Duration::from_nanos(60_000_000_999);
    let hold = Hold::new("alice", "1.00 USD").expires_at(Time::try_from(soon).unwrap()).key("h-1");
    let expires = bank.ledger().hold(hold).await.unwrap().hold.expires_at.unwrap();
    let apart = soon.duration_since(SystemTime::try_from(expires).unwrap()).unwrap();
    assert_eq!(apart, Duration::from_nanos(999));
}
