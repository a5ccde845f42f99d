//! Tests of the driver without requests: its checkout, answers and webhooks.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::replies::{look, of_call, of_question};
use super::*;
use crate::currency::Currencies;
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::words::{FailureCode, GatewayCall, GatewayOutcome};
use crate::time::Time;

fn account(config: &Value) -> Merchant {
    Merchant::new("toss", config.as_object().unwrap().clone(), BTreeMap::new())
}

fn order(minor: i128, code: &str, payer: Option<&str>) -> CheckoutOrder {
    let amount = Money::minor(minor, code).unwrap();
    let payer = payer.map(ToOwned::to_owned);
    CheckoutOrder { payment: "py_1".to_owned(), amount, capture_at_once: true, now: Time::EPOCH, payer }
}

fn won(minor: i128) -> Money {
    Money::minor(minor, "KRW").unwrap()
}

fn call(call: GatewayCall) -> GatewayRequest {
    GatewayRequest {
        call,
        key: format!("py_1:{call}:1"),
        payment: "py_1".to_owned(),
        amount: Some(won(15_000)),
        capture: true,
        token: Some("pk-secret".into()),
        reference: None,
        refund: None,
        refund_account: None,
        about: None,
        about_key: None,
        since: None,
        again: false,
    }
}

fn question(about: GatewayCall) -> GatewayRequest {
    GatewayRequest { about: Some(about), ..call(GatewayCall::Query) }
}

/// A payment as the reference of the API shows it.
fn payment(status: &str, more: &Value) -> Vec<u8> {
    let mut value = json!({
        "version": "2022-11-16", "paymentKey": "pk_1", "orderId": "py_1", "status": status, "currency": "KRW",
        "totalAmount": 15_000, "balanceAmount": 15_000, "approvedAt": "2026-01-01T00:00:00+09:00",
        "cancels": null, "virtualAccount": null, "failure": null,
    });
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::to_vec(&value).unwrap()
}

fn deposit() -> Value {
    json!({
        "approvedAt": null,
        "virtualAccount": { "accountNumber": "X6505636518308", "bankCode": "20", "customerName": "Paul",
            "dueDate": "2026-01-08T10:00:00" },
    })
}

fn error(code: &str) -> Vec<u8> {
    serde_json::to_vec(&json!({ "code": code, "message": "4242424242424242" })).unwrap()
}

fn answer(said: DriverReply) -> GatewayAnswer {
    match said {
        DriverReply::Answer(answer) => answer,
        DriverReply::Unknown(why) | DriverReply::Lost { why, .. } => panic!("nobody knows: {why}"),
    }
}

fn is_unknown(said: &DriverReply) -> bool {
    matches!(said, DriverReply::Unknown(why) if !why.contains("4242") && !why.contains("secret"))
}

#[test]
fn a_widget_gets_what_is_paid_and_who_pays() {
    let account = account(&json!({ "client_key": "test_ck_1", "order_name": "A book" }));
    let fields = Toss.checkout(&account, &order(15_000, "KRW", Some("user-7"))).unwrap();
    assert_eq!(
        Value::Object(fields),
        json!({
            "clientKey": "test_ck_1", "orderId": "py_1", "orderName": "A book", "customerKey": "user-7",
            "amount": { "value": 15_000, "currency": "KRW" },
        })
    );
    // the widget takes no such id
    let fields = Toss.checkout(&account, &order(15_000, "KRW", Some("paul"))).unwrap();
    assert!(!fields.contains_key("customerKey"));
}

#[test]
fn a_secret_key_is_never_given_to_a_widget() {
    for config in [json!({}), json!({ "client_key": "" }), json!({ "client_key": "live_sk_1" })] {
        let error = Toss.checkout(&account(&config), &order(15_000, "KRW", None)).unwrap_err();
        assert_eq!(error.details()["field"], "client_key");
        assert!(!error.message().contains("live_sk_1"));
    }
    let error = Toss
        .checkout(&account(&json!({ "client_key": "live_ck_1" })), &order(1_250, "USD", None))
        .unwrap_err();
    assert_eq!(error.code().as_str(), "not_supported");
}

#[test]
fn a_confirmed_payment_is_taken_and_a_deposit_is_waited_for() {
    let authorize = call(GatewayCall::Authorize);
    let taken = answer(of_call(&authorize, 200, &payment("DONE", &json!({}))));
    assert_eq!(taken, GatewayAnswer::of(GatewayOutcome::Captured).amount(won(15_000)).reference("pk_1"));
    let waits = answer(of_call(&authorize, 200, &payment("WAITING_FOR_DEPOSIT", &deposit())));
    assert_eq!((waits.told, waits.captured), (GatewayOutcome::ActionRequired, Some(won(0))));
    let action = waits.action.unwrap();
    assert_eq!((&action["bank"], &action["account"]), (&json!("20"), &json!("X6505636518308")));
    assert_eq!(waits.expires_at.unwrap().to_string(), "2026-01-08T01:00:00.000000Z");
    let failure = json!({ "failure": { "code": "REJECT_CARD_COMPANY", "message": "no" } });
    let refused = answer(of_call(&authorize, 200, &payment("ABORTED", &failure)));
    assert_eq!(refused.failure.unwrap().code, FailureCode::Declined);
}

#[test]
fn what_may_have_been_done_is_unknown() {
    let authorize = call(GatewayCall::Authorize);
    for code in [
        "ALREADY_PROCESSED_PAYMENT",
        "PROVIDER_ERROR",
        "FAILED_INTERNAL_SYSTEM_PROCESSING",
        "IDEMPOTENT_REQUEST_PROCESSING",
        "WHAT_NOBODY_KNOWS",
    ] {
        assert!(is_unknown(&of_call(&authorize, 400, &error(code))), "{code}");
    }
    for (status, body) in [
        (500, error("REJECT_CARD_PAYMENT")),
        (302, Vec::new()),
        (400, b"<html>4242424242424242</html>".to_vec()),
        (400, b"{}".to_vec()),
        (400, error("no code, but 4242424242424242")),
        (200, b"<html></html>".to_vec()),
        (200, b"[]".to_vec()),
        (200, payment("IN_PROGRESS", &json!({}))),
        (200, payment("DONE", &json!({ "orderId": "py_2" }))),
        (200, payment("DONE", &json!({ "totalAmount": 15_000.5 }))),
        (200, payment("DONE", &json!({ "totalAmount": 15e3 }))),
        (200, payment("DONE", &json!({ "totalAmount": "15000" }))),
        (200, payment("DONE", &json!({ "totalAmount": -15_000 }))),
        (200, payment("DONE", &json!({ "currency": "USD" }))),
        (200, payment("DONE", &json!({ "cancels": "none" }))),
    ] {
        assert!(
            is_unknown(&of_call(&authorize, status, &body)),
            "{status} {}",
            String::from_utf8_lossy(&body)
        );
    }
    // a wrong key does no harm, and may be set right
    assert_eq!(answer(of_call(&authorize, 401, &error("UNAUTHORIZED_KEY"))).told, GatewayOutcome::Unsent);
    for code in ["ALREADY_CANCELED_PAYMENT", "PROVIDER_ERROR"] {
        assert!(is_unknown(&of_call(&call(GatewayCall::Refund), 400, &error(code))), "{code}");
    }
    // a code of tomorrow says nothing of the money
    assert!(is_unknown(&of_call(&call(GatewayCall::Refund), 403, &error("WHAT_NOBODY_KNOWS"))));
}

#[test]
fn an_answer_of_another_payment_is_none() {
    let cancel = json!({ "cancels": [{ "cancelAmount": 15_000, "transactionKey": "tx_1" }], "lastTransactionKey": "tx_1" });
    for (id, order, is_ours) in [("pk_1", "py_1", true), ("pk_2", "py_1", false), ("pk_1", "py_2", false)] {
        let more = json!({ "paymentKey": id, "orderId": order });
        let mut refunded = more.clone();
        refunded.as_object_mut().unwrap().extend(cancel.as_object().unwrap().clone());
        let known = |call: GatewayRequest| GatewayRequest { reference: Some("pk_1".to_owned()), ..call };
        let said = [
            of_call(&known(call(GatewayCall::Refund)), 200, &payment("CANCELED", &refunded)),
            of_question(&known(question(GatewayCall::Refund)), 200, &payment("DONE", &more)),
        ];
        assert!(said.iter().all(|said| is_unknown(said) != is_ours), "{id} {order}: {said:?}");
        assert_eq!(look(&known(call(GatewayCall::Refund)), 200, &payment("DONE", &more)).is_some(), is_ours);
    }
}

#[test]
fn a_refund_is_told_by_its_own_entry() {
    let refund = call(GatewayCall::Refund);
    let cancel = |amount: i64, key: &str, status: &str| json!({ "cancelAmount": amount, "transactionKey": key, "cancelStatus": status });
    let body = |last: &Value| {
        let cancels =
            json!({ "cancels": [cancel(5_000, "tx_1", "DONE"), last], "lastTransactionKey": "tx_2" });
        payment("PARTIAL_CANCELED", &cancels)
    };
    let done = answer(of_call(&refund, 200, &body(&cancel(15_000, "tx_2", "DONE"))));
    assert_eq!(done, GatewayAnswer::of(GatewayOutcome::Refunded).amount(won(15_000)).reference("tx_2"));
    let waits = answer(of_call(&refund, 200, &body(&cancel(15_000, "tx_2", "IN_PROGRESS"))));
    assert_eq!(waits, GatewayAnswer::of(GatewayOutcome::Pending).reference("tx_2"));
    let not = answer(of_call(&refund, 200, &body(&cancel(15_000, "tx_2", "ABORTED"))));
    assert_eq!(not.told, GatewayOutcome::Refused);
    assert!(is_unknown(&of_call(&refund, 200, &body(&cancel(14_999, "tx_2", "DONE")))));
    assert!(is_unknown(&of_call(&refund, 200, &payment("DONE", &json!({})))));
}

#[test]
fn a_question_is_answered_by_totals() {
    let about = question(GatewayCall::Authorize);
    let cancels = json!({ "cancels": [{ "cancelAmount": 5_000 }, { "cancelAmount": 1_000, "cancelStatus": "IN_PROGRESS" }] });
    let known = answer(of_question(&about, 200, &payment("PARTIAL_CANCELED", &cancels)));
    assert_eq!(
        (known.told, known.captured, known.refunded),
        (GatewayOutcome::Captured, Some(won(15_000)), Some(won(5_000)))
    );
    let whole = json!({ "cancels": [{ "cancelAmount": 15_000, "cancelStatus": "DONE" }] });
    let known = answer(of_question(&about, 200, &payment("CANCELED", &whole)));
    assert_eq!((known.told, known.refunded), (GatewayOutcome::Captured, Some(won(15_000))));
    for (status, more, told, closed) in [
        ("READY", json!({}), GatewayOutcome::Nothing, false),
        ("IN_PROGRESS", json!({}), GatewayOutcome::Nothing, false),
        ("EXPIRED", json!({}), GatewayOutcome::Nothing, true),
        ("ABORTED", json!({}), GatewayOutcome::Refused, false),
        ("WAITING_FOR_DEPOSIT", deposit(), GatewayOutcome::ActionRequired, false),
        // nobody had paid into it
        ("CANCELED", deposit(), GatewayOutcome::Voided, false),
    ] {
        let known = answer(of_question(&about, 200, &payment(status, &more)));
        assert_eq!(
            (known.told, known.closed, known.reference.as_deref()),
            (told, closed, Some("pk_1")),
            "{status}"
        );
    }
    let gone = answer(of_question(&question(GatewayCall::Void), 200, &payment("EXPIRED", &json!({}))));
    assert_eq!(gone.told, GatewayOutcome::Voided);
    assert_eq!(
        answer(of_question(&about, 404, &error("NOT_FOUND_PAYMENT"))),
        GatewayAnswer::of(GatewayOutcome::Nothing)
    );
    for (status, body) in [
        (404, error("NOT_FOUND")),
        (404, Vec::new()),
        (500, error("NOT_FOUND_PAYMENT")),
        (401, error("UNAUTHORIZED_KEY")),
    ] {
        assert!(is_unknown(&of_question(&about, status, &body)), "{status}");
    }
}

fn read(body: &Value) -> Result<Vec<WebhookItem>> {
    Toss.read(&Incoming { body, currencies: &Currencies::iso() })
}

#[test]
fn a_webhook_is_a_hint() {
    let hint = |payment: Option<&str>, reference: Option<&str>, says| WebhookItem {
        payment: payment.map(ToOwned::to_owned),
        reference: reference.map(ToOwned::to_owned),
        says,
        news: WebhookContent::Hint,
        ..WebhookItem::nothing()
    };
    let paid = Some(HintSays::Paid);
    let data = json!({ "paymentKey": "pk_1", "orderId": "py_1", "status": "DONE" });
    let changed = json!({ "eventType": "PAYMENT_STATUS_CHANGED", "createdAt": "2026-01-01T00:00:00.000", "data": data });
    assert_eq!(read(&changed).unwrap(), [hint(Some("py_1"), Some("pk_1"), paid)]);
    let deposit = json!({ "createdAt": "2026-01-01T00:00:00", "secret": "ps_1", "orderId": "py_1", "status": "DONE", "transactionKey": "tx_1" });
    assert_eq!(read(&deposit).unwrap(), [hint(Some("py_1"), None, paid)]);
    let cancelled = json!({ "eventType": "CANCEL_STATUS_CHANGED", "data": { "paymentKey": "pk_1", "cancelStatus": "DONE" } });
    assert_eq!(read(&cancelled).unwrap(), [hint(None, Some("pk_1"), None)]);
    for (status, says) in
        [("WAITING_FOR_DEPOSIT", HintSays::Waits), ("PARTIAL_CANCELED", HintSays::Left(9_000))]
    {
        let data = json!({ "orderId": "py_1", "status": status, "balanceAmount": 9_000 });
        let changed = json!({ "eventType": "PAYMENT_STATUS_CHANGED", "data": data });
        assert_eq!(read(&changed).unwrap(), [hint(Some("py_1"), None, Some(says))], "{status}");
    }
    let mut begun = changed;
    begun["data"]["status"] = "IN_PROGRESS".into();
    assert_eq!(read(&begun).unwrap()[0].news, WebhookContent::Nothing);
    assert_eq!(
        read(&json!({ "eventType": "PAYOUT_STATUS_CHANGED", "data": {} })).unwrap(),
        [WebhookItem::nothing()]
    );
}

#[test]
fn a_webhook_of_another_shape_is_refused_by_its_member() {
    for (body, field) in [
        (json!([]), "body"),
        (json!({}), "body.orderId"),
        (json!({ "orderId": 7 }), "body.orderId"),
        (json!({ "eventType": 7 }), "body.eventType"),
        (json!({ "eventType": "PAYMENT_STATUS_CHANGED" }), "body.data"),
        (json!({ "eventType": "PAYMENT_STATUS_CHANGED", "data": { "orderId": "" } }), "body.data.orderId"),
        (
            json!({ "eventType": "PAYMENT_STATUS_CHANGED", "data": { "paymentKey": [] } }),
            "body.data.paymentKey",
        ),
    ] {
        let error = read(&body).unwrap_err();
        assert_eq!(
            (error.code().as_str(), &error.details()["field"]),
            ("invalid_request", &json!(field)),
            "{body}"
        );
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_without_a_panic(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        for kind in GatewayCall::ALL {
            let _ = of_call(&call(*kind), status, &body);
            let _ = of_question(&question(*kind), status, &body);
        }
    }

    #[test]
    fn whatever_stands_in_a_member_is_read_without_a_panic(
        name in prop::sample::select(vec![
            "orderId", "status", "currency", "totalAmount", "cancels", "virtualAccount", "approvedAt", "failure", "code",
        ]),
        text in ".{0,30}",
        number in any::<i64>(),
    ) {
        for value in [json!(text), json!(number), json!([text]), json!({ "cancelAmount": number, "accountNumber": text }), json!(null)] {
            for status in ["DONE", "CANCELED", "WAITING_FOR_DEPOSIT", "ABORTED"] {
                let body = payment(status, &json!({ name: value }));
                for kind in GatewayCall::ALL {
                    let _ = of_call(&call(*kind), 200, &body);
                    let _ = of_question(&question(*kind), 200, &body);
                }
            }
            let _ = read(&json!({ "eventType": text, "data": { name: value } }));
        }
    }
}
