//! Refunds of deposits: to an account that the payer names, which nobody else reads.

use super::{Shop, Then, get, order, pass, run};
use crate::support::{Kind, Value, json};

const NUMBER: &str = "110-123-456789";

fn account() -> Value {
    json!({ "bank": "20", "number": NUMBER, "holder": "Kim Marked" })
}

impl Shop {
    /// A payment that was paid into a virtual account.
    async fn deposited(&self, token: &'static str) -> Value {
        let payment = self.pay(token).await;
        self.happens(token, |held| (held.status, held.approved, held.charges) = ("DONE", true, 1));
        assert_eq!(self.hint(&payment, "DONE").await, "queried");
        get(&self.stage, &payment).await
    }

    async fn refused(&self, payment: &Value, account: Option<Value>) -> Value {
        let mut args = json!({ "payment": payment["id"], "amount": "5000 KRW", "key": self.stage.key() });
        if let Some(account) = account {
            args["refund_account"] = account;
        }
        let error = self.stage.call("payments.refund", args).await.unwrap_err();
        let said = format!("{error} {:?} {}", error, json!(error.details()));
        assert!(!said.contains("456789") && !said.contains("Marked"), "{said}");
        json!([error.code().as_str(), error.details()["field"]])
    }

    fn refunded_to(&self) -> Option<Value> {
        self.books.lock().unwrap().refunded_to.clone()
    }
}

with_toss! {
    /// Toss Payments refuses a refund of a deposit that names no account: it is asked for at once.
    async fn a_deposit_goes_back_to_an_account(shop) {
        let payment = shop.deposited("pk_account").await;
        assert_eq!(shop.refused(&payment, None).await, json!(["invalid_request", "refund_account"]));
        for (part, given) in [("bank", ""), ("number", "12x"), ("holder", " ")] {
            let mut wrong = account();
            wrong[part] = given.into();
            let field = format!("refund_account.{part}");
            assert_eq!(shop.refused(&payment, Some(wrong)).await, json!(["invalid_request", field]));
        }
        assert_eq!(get(&shop.stage, &payment).await["refunds"], json!([]));
        let after = order(&shop.stage, "refund", &payment, json!({ "amount": "5000 KRW", "refund_account": account() })).await;
        assert_eq!(after["refunds"][0]["state"], "done", "{after}");
        let sent = json!({ "bank": "20", "accountNumber": "110123456789", "holderName": "Kim Marked" });
        assert_eq!((shop.refunded_to(), shop.posted().await.as_str()), (Some(sent), "10000"));
    }

    /// An answer that is lost: the account is kept until the refund is over, and then it is nowhere.
    async fn the_account_is_kept_sealed_until_the_refund_is_over(shop) {
        let payment = shop.deposited("pk_account").await;
        shop.fault("cancel", false, Then::Cut);
        order(&shop.stage, "refund", &payment, json!({ "refund_account": account() })).await;
        pass(&shop.stage, "PT3M").await;
        let after = shop.settled(&payment).await;
        assert_eq!((&after["refunds"][0]["state"], shop.kept("pk_account")), (&json!("done"), 0), "{after}");
        assert_eq!(shop.refunded_to().unwrap()["accountNumber"], "110123456789");
        for name in ["payments.get", "payments.history"] {
            let shown = shop.stage.ok(name, json!({ "payment": payment["id"] })).await.to_string();
            assert!(!shown.contains("456789") && !shown.contains("Marked"), "{name}: {shown}");
        }
        let jobs = shop.stage.ok("jobs.list", json!({})).await.to_string();
        assert!(!jobs.contains("456789") && !jobs.contains("Marked"), "{jobs}");
    }

    /// Money of a card goes back to the card: nobody has it sent to an account.
    async fn a_card_takes_no_account(shop) {
        let payment = shop.pay("pk_card").await;
        assert_eq!(shop.refused(&payment, Some(account())).await, json!(["invalid_request", "refund_account"]));
        run(&shop.stage).await;
        assert_eq!((shop.kept("pk_card"), shop.refunded_to()), (15_000, None));
    }

    /// The answer that asked for the deposit was lost, and the payer has paid: it is a deposit all the same.
    async fn a_deposit_that_was_never_asked_for_is_one(shop) {
        shop.fault("confirm", true, Then::Cut);
        shop.fault("order", false, Then::Cut);
        let payment = shop.pay("pk_account").await;
        shop.happens("pk_account", |held| (held.status, held.approved, held.charges) = ("DONE", true, 1));
        let after = shop.settled(&payment).await;
        assert_eq!(after["state"], "captured", "{after}");
        assert_eq!(shop.refused(&payment, None).await, json!(["invalid_request", "refund_account"]));
        let after = order(&shop.stage, "refund", &payment, json!({ "refund_account": account() })).await;
        assert_eq!(after["state"], "refunded", "{after}");
    }
}
