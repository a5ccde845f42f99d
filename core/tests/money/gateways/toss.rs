//! Toss Payments in a test, over HTTP: confirmed, declined, unknown and asked about, refunded, paid into an
//! account, and hinted at.
//!
//! By <https://docs.tosspayments.com/reference>: a key answers with what it answered before, a payment is
//! confirmed once, and errors have codes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::BASE64;
use earnest::Drive;
use earnest::keyring::Keyring;

use super::http::{Asked, Reply, Server, serve};
use super::{figures, get, order, pass, run, with};
use crate::support::{Kind, Stage, Value, json, options};

const SECRET: &str = "test_sk_marked";
const DUE: &str = "2026-01-08T00:00:00";

/// Makes one test per store of each scenario, each with a gateway of its own.
macro_rules! with_toss {
    ($($(#[doc = $doc:literal])* async fn $name:ident($shop:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($shop: &Shop) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn memory() {
                let shop = Shop::open(Kind::Memory).await;
                scenario(&shop).await;
                shop.stage.finish().await;
            }

            #[cfg(feature = "sqlite")]
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let shop = Shop::open(Kind::Sqlite).await;
                scenario(&shop).await;
                shop.stage.finish().await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let shop = Shop::open(Kind::Postgres).await;
                scenario(&shop).await;
                shop.stage.finish().await;
            }
        }
    )*};
}

mod behind;
mod deposits;

/// The faulty reply to one request.
#[derive(Clone, Copy, Debug)]
enum Then {
    Cut,
    CutShort,
    Hang,
    Html,
    Status(u16),
    Code(u16, &'static str),
    /// As [`Then::Code`], and saved under the key.
    Saved(u16, &'static str),
}

/// A fault of the next request of a route, which is carried out or not.
#[derive(Clone, Copy, Debug)]
struct Fault {
    route: &'static str,
    does: bool,
    then: Then,
}

/// A payment at the gateway.
#[derive(Clone, Debug)]
struct Held {
    order: String,
    amount: i64,
    status: &'static str,
    account: bool,
    approved: bool,
    /// How often money was taken.
    charges: u32,
    cancels: Vec<i64>,
}

#[derive(Default)]
struct Books {
    payments: BTreeMap<String, Held>,
    keys: BTreeMap<String, (u16, Value)>,
    faults: Vec<Fault>,
    seen: Vec<String>,
    /// The account that the last cancel named.
    refunded_to: Option<Value>,
}

/// A shop in front of Toss Payments.
struct Shop {
    stage: Stage,
    books: Arc<Mutex<Books>>,
    _server: Server,
}

fn failed(status: u16, code: &str) -> (u16, Value) {
    (status, json!({ "code": code, "message": "it did not work" }))
}

impl Held {
    fn back(&self) -> i64 {
        self.cancels.iter().sum()
    }

    fn to_json(&self, key: &str) -> Value {
        let cancels: Vec<Value> = (1..)
            .zip(&self.cancels)
            .map(|(number, amount)| {
                json!({ "cancelAmount": amount, "cancelReason": "refund",
                "transactionKey": format!("{key}-{number}"), "cancelStatus": "DONE" })
            })
            .collect();
        let account = json!({ "accountNumber": "X6505636518308", "bankCode": "20", "dueDate": DUE });
        json!({
            "version": "2022-11-16", "paymentKey": key, "orderId": self.order, "orderName": "x", "currency": "KRW",
            "status": self.status, "totalAmount": self.amount, "balanceAmount": self.amount - self.back(),
            "approvedAt": self.approved.then_some("2026-01-01T00:00:00+09:00"),
            "lastTransactionKey": format!("{key}-{}", self.cancels.len()),
            "virtualAccount": self.account.then_some(account), "cancels": cancels, "failure": null,
        })
    }
}

impl Books {
    fn answer(&mut self, asked: &Asked) -> Reply {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let (route, name) = match (asked.method.as_str(), parts.as_slice()) {
            ("POST", ["v1", "payments", "confirm"]) => ("confirm", ""),
            ("POST", ["v1", "payments", key, "cancel"]) => ("cancel", *key),
            ("GET", ["v1", "payments", "orders", order]) => ("order", *order),
            ("GET", ["v1", "payments", key]) => ("payment", *key),
            other => panic!("Toss Payments has no {other:?}"),
        };
        let key = asked.header("idempotency-key");
        self.seen.push(format!("{route} {key}"));
        if asked.header("authorization")
            != format!("Basic {}", BASE64.encode(format!("{SECRET}:").as_bytes()))
        {
            let (status, body) = failed(401, "UNAUTHORIZED_KEY");
            return Reply::json(status, &body);
        }
        let place = self.faults.iter().position(|fault| fault.route == route);
        let fault = place.map(|place| self.faults.remove(place));
        if let Some(Fault { then: Then::Saved(status, code), .. }) = fault {
            // where the key has saved something, that is the answer
            let answer = self.keys.entry(key.to_owned()).or_insert_with(|| failed(status, code)).clone();
            return Reply::json(answer.0, &answer.1);
        }
        if fault.is_some_and(|fault| !fault.does) {
            return Self::wrong(fault.unwrap().then);
        }
        let (status, body) = self.keyed(route, name, asked);
        fault.map_or_else(|| Reply::json(status, &body), |fault| Self::wrong(fault.then))
    }

    fn wrong(then: Then) -> Reply {
        match then {
            Then::Cut => Reply::Cut,
            Then::CutShort => Reply::CutShort,
            Then::Hang => Reply::Hang,
            Then::Html => Reply::Whole { status: 200, headers: Vec::new(), body: b"<html></html>".to_vec() },
            Then::Status(status) => Reply::Whole { status, headers: Vec::new(), body: Vec::new() },
            Then::Code(status, code) | Then::Saved(status, code) => {
                let (status, body) = failed(status, code);
                Reply::json(status, &body)
            }
        }
    }

    /// Carries a request out, once for each key.
    fn keyed(&mut self, route: &str, name: &str, asked: &Asked) -> (u16, Value) {
        if asked.method == "GET" {
            let found = self.payments.iter().find(|(key, held)| *key == name || held.order == name);
            return found
                .map_or_else(|| failed(404, "NOT_FOUND_PAYMENT"), |(key, held)| (200, held.to_json(key)));
        }
        let key = asked.header("idempotency-key").to_owned();
        assert!(!key.is_empty() && key.len() <= 300, "no key: {asked:?}");
        if let Some(known) = self.keys.get(&key) {
            return known.clone();
        }
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let answer = if route == "confirm" { self.confirm(&body) } else { self.cancel(name, &body) };
        self.keys.insert(key, answer.clone());
        answer
    }

    fn confirm(&mut self, body: &Value) -> (u16, Value) {
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let (key, order, amount) = (text("paymentKey"), text("orderId"), body["amount"].as_i64().unwrap());
        if key.starts_with("pk_declined") {
            return failed(403, "REJECT_CARD_PAYMENT");
        }
        if self.payments.contains_key(&key) {
            return failed(400, "ALREADY_PROCESSED_PAYMENT");
        }
        let account = key.starts_with("pk_account");
        let status = if account { "WAITING_FOR_DEPOSIT" } else { "DONE" };
        let charges = u32::from(!account);
        let held = Held { order, amount, status, account, approved: !account, charges, cancels: Vec::new() };
        let shown = held.to_json(&key);
        self.payments.insert(key, held);
        (200, shown)
    }

    fn cancel(&mut self, key: &str, body: &Value) -> (u16, Value) {
        assert!(body["cancelReason"].is_string(), "no reason: {body}");
        let Some(held) = self.payments.get_mut(key) else { return failed(404, "NOT_FOUND_PAYMENT") };
        let left = held.amount - held.back();
        let amount = body["cancelAmount"].as_i64().unwrap_or(left);
        if held.status == "CANCELED" {
            return failed(400, "ALREADY_CANCELED_PAYMENT");
        }
        if amount > left {
            return failed(403, "NOT_CANCELABLE_AMOUNT");
        }
        let account = body.get("refundReceiveAccount").cloned();
        if held.approved && account.is_some() != held.account {
            return failed(400, "INVALID_REQUEST");
        }
        if held.approved {
            held.cancels.push(amount);
        }
        self.refunded_to = account;
        held.status = if amount == left { "CANCELED" } else { "PARTIAL_CANCELED" };
        (200, held.to_json(key))
    }
}

impl Shop {
    async fn open(kind: Kind) -> Self {
        let books = Arc::new(Mutex::new(Books::default()));
        let inside = books.clone();
        let server = serve(move |asked| inside.lock().unwrap().answer(asked)).await;
        let drive = Drive::new().at(&server.url).unwrap().allow_http(true).allow_private(true);
        let drive = drive.timeouts(Duration::from_secs(60), Duration::from_secs(5));
        let options = options().keyring(Keyring::for_tests()).gateway("toss", drive);
        let shop = Self { stage: Stage::with(kind, options).await, books, _server: server };
        shop.set_gateway(SECRET).await;
        let account = json!({ "account": "shop", "currency": "KRW", "owner": "olga" });
        shop.stage.ok("ledger.open_account", account).await;
        let source = json!({ "id": "toss", "scheme": "toss", "gateway": "toss" });
        shop.stage.ok("webhooks.set_source", source).await;
        shop
    }

    async fn set_gateway(&self, secret: &str) {
        let gateway = json!({ "id": "toss", "driver": "toss", "currencies": ["KRW"],
            "config": { "client_key": "test_ck_1" }, "secrets": { "secret_key": secret } });
        self.stage.ok("payments.set_gateway", gateway).await;
    }

    /// A payment of 15,000 won, whose calls that are due were made.
    async fn pay(&self, token: &str) -> Value {
        let args = json!({ "amount": "15000 KRW", "to": "shop", "gateway": "toss", "payer": "paul" });
        let args = with(args, &json!({ "token": token }));
        let payment = self.stage.ok("payments.create", args).await["payment"].clone();
        run(&self.stage).await;
        get(&self.stage, &payment).await
    }

    /// Lets minutes pass until whatever is unknown was asked about.
    async fn settled(&self, payment: &Value) -> Value {
        for _ in 0..8 {
            pass(&self.stage, "PT1M").await;
        }
        get(&self.stage, payment).await
    }

    fn fault(&self, route: &'static str, does: bool, then: Then) {
        self.books.lock().unwrap().faults.push(Fault { route, does, then });
    }

    /// Returns the amount taken under a key, less what went back; never taken twice.
    fn kept(&self, key: &str) -> i64 {
        let books = self.books.lock().unwrap();
        let Some(held) = books.payments.get(key) else { return 0 };
        assert!(held.charges <= 1, "charged {} times", held.charges);
        i64::from(held.charges) * held.amount - held.back()
    }

    /// Returns the amount approved under a key and not taken.
    fn reserved(&self, key: &str) -> i64 {
        let books = self.books.lock().unwrap();
        let held = books.payments.get(key).filter(|held| held.approved && held.charges == 0);
        held.map_or(0, |held| held.amount)
    }

    fn count(&self, route: &str) -> usize {
        let books = self.books.lock().unwrap();
        books.seen.iter().filter(|seen| seen.split(' ').next() == Some(route)).count()
    }

    /// Changes a payment at the gateway.
    fn happens(&self, key: &str, what: impl FnOnce(&mut Held)) {
        what(self.books.lock().unwrap().payments.get_mut(key).unwrap());
    }

    /// Receives a webhook about a payment, and returns its result.
    async fn receive(&self, payment: &Value, status: &str) -> Value {
        let body = json!({ "createdAt": "2026-01-01T00:00:00", "secret": "ps_1", "orderId": payment["id"],
            "status": status, "transactionKey": "tx_1" });
        let headers = json!({ "tosspayments-webhook-transmission-id": self.stage.key() });
        let args = json!({ "source": "toss", "headers": headers, "body": body.to_string() });
        let reply = self.stage.ok("webhooks.receive", args).await;
        assert_eq!(reply["reply"], json!({ "status": 200, "body": "" }), "{reply}");
        reply["result"].clone()
    }

    /// The same, after the calls that it leads to were made.
    async fn hint(&self, payment: &Value, status: &str) -> Value {
        let result = self.receive(payment, status).await;
        // hints lead to a question every 15 seconds at most
        pass(&self.stage, "PT15S").await;
        result
    }

    /// The one call of a gateway that is due, for a worker by hand.
    async fn lease(&self, gateway: &str) -> Value {
        let kind = format!("gateway.{gateway}");
        let args = json!({ "kinds": [kind], "limit": 10, "for": "PT1M" });
        let jobs = self.stage.ok("jobs.lease", args).await["jobs"].clone();
        assert_eq!(jobs.as_array().unwrap().len(), 1, "{jobs}");
        jobs[0].clone()
    }

    /// Reports a job's result, as a worker by hand.
    async fn report(&self, job: &Value, result: Value) {
        let args = json!({ "job": job["id"], "fence": job["fence"], "result": result });
        self.stage.ok("jobs.complete", args).await;
    }

    async fn posted(&self) -> String {
        let args = json!({ "account": "shop", "currency": "KRW" });
        self.stage.ok("ledger.balance", args).await["posted"]["amount"].as_str().unwrap().to_owned()
    }
}

with_toss! {
    async fn a_card_is_confirmed_and_given_back_in_parts(shop) {
        let payment = shop.pay("pk_card").await;
        assert_eq!(figures(&payment), "captured 15000 0");
        assert_eq!((&payment["gateway_reference"], shop.kept("pk_card")), (&json!("pk_card"), 15_000));
        let id = payment["id"].as_str().unwrap();
        assert!(shop.books.lock().unwrap().seen.contains(&format!("confirm {id}:authorize:1")));
        let after = order(&shop.stage, "refund", &payment, json!({ "amount": "5000 KRW" })).await;
        assert_eq!((figures(&after).as_str(), shop.kept("pk_card")), ("captured 15000 5000", 10_000));
        assert_eq!(after["refunds"][0]["reference"], "pk_card-1");
        let after = order(&shop.stage, "refund", &payment, json!({})).await;
        assert_eq!((figures(&after).as_str(), shop.kept("pk_card")), ("refunded 15000 15000", 0));
        assert_eq!((shop.count("confirm"), shop.count("cancel"), shop.posted().await.as_str()), (1, 2, "0"));
    }

    async fn a_decline_says_why(shop) {
        let payment = shop.pay("pk_declined").await;
        let failure = json!({ "code": "insufficient_funds", "gateway_code": "REJECT_CARD_PAYMENT", "retry": "other_method" });
        assert_eq!((&payment["state"], &payment["failure"]), (&json!("failed"), &failure));
    }

    /// The widget's fields hold no secret, and what the gateway cannot do is refused before it is asked.
    async fn what_it_cannot_do_is_refused(shop) {
        let args = json!({ "amount": "15000 KRW", "to": "shop", "gateway": "toss", "payer": "paul-1" });
        let payment = shop.stage.ok("payments.create", args.clone()).await["payment"].clone();
        let checkout = shop.stage.ok("payments.checkout", json!({ "payment": payment["id"] })).await;
        let fields = &checkout["fields"];
        assert_eq!((&fields["orderId"], &fields["clientKey"]), (&payment["id"], &json!("test_ck_1")));
        assert_eq!(fields["amount"], json!({ "value": 15_000, "currency": "KRW" }));
        assert!(!checkout.to_string().contains(SECRET));
        let held = with(args, &json!({ "capture": "manual" }));
        shop.stage.no("payments.create", held, "not_supported").await;
        assert_eq!(shop.count("confirm"), 0);
    }

    /// A shop's owner who asks for money is its payer by default, and all who pay him were one customer.
    async fn who_asks_for_money_is_not_the_customer_of_the_widget(shop) {
        let args = json!({ "amount": "15000 KRW", "to": "shop", "gateway": "toss" });
        for (more, key) in [
            (json!({ "payer": "paul-1" }), json!("paul-1")),
            (json!({ "payer": "paul-1", "actor": "paul-1" }), json!("paul-1")),
            (json!({ "actor": "olga@shop", "to": "stall" }), Value::Null),
            (json!({ "actor": "stall-1", "to": "stall-1" }), Value::Null),
        ] {
            let stall = json!({ "account": "stall", "currency": "KRW", "owner": "olga@shop" });
            // it may be there already
            let _ = shop.stage.call("ledger.open_account", stall).await;
            let payment = shop.stage.ok("payments.create", with(args.clone(), &more)).await["payment"].clone();
            let checkout = shop.stage.ok("payments.checkout", json!({ "payment": payment["id"] })).await;
            assert_eq!(checkout["fields"]["customerKey"], key, "{checkout}");
        }
    }

    /// A confirmation takes all of it: there is nothing of which a part could be captured, and nothing is
    /// held back from the payer afterwards.
    async fn nothing_is_held_that_is_not_taken(shop) {
        let manual = json!({ "amount": "15000 KRW", "to": "shop", "gateway": "toss", "token": "pk_held", "capture": "manual" });
        shop.stage.no("payments.create", manual, "not_supported").await;
        assert_eq!((shop.count("confirm"), shop.reserved("pk_held")), (0, 0));
        let payment = shop.pay("pk_card").await;
        assert_eq!((shop.kept("pk_card"), shop.reserved("pk_card")), (15_000, 0));
        let part = json!({ "payment": payment["id"], "amount": "6000 KRW" });
        shop.stage.no("payments.capture", part, "transition_not_allowed").await;
        shop.stage.no("payments.void", json!({ "payment": payment["id"] }), "transition_not_allowed").await;
        assert_eq!((shop.count("confirm"), shop.count("cancel"), shop.posted().await.as_str()), (1, 0, "15000"));
    }

    /// A confirmation that was carried out is found, whatever came back; one that was not fails later.
    /// Nobody pays twice.
    async fn what_is_unknown_is_asked_about(shop) {
        let thens = [
            Then::Cut,
            Then::CutShort,
            Then::Hang,
            Then::Html,
            Then::Status(500),
            Then::Status(302),
            Then::Code(400, "PROVIDER_ERROR"),
            Then::Code(400, "ALREADY_PROCESSED_PAYMENT"),
            Then::Code(500, "FAILED_INTERNAL_SYSTEM_PROCESSING"),
            Then::Code(400, "A_CODE_OF_NEXT_YEAR"),
        ];
        for (number, then) in (1..).zip(thens) {
            let (done, not) = (format!("pk_done_{number}"), format!("pk_not_{number}"));
            shop.fault("confirm", true, then);
            let payment = shop.pay(&done).await;
            let payment = shop.settled(&payment).await;
            assert_eq!((figures(&payment).as_str(), shop.kept(&done)), ("captured 15000 0", 15_000), "{then:?}");
            shop.fault("confirm", false, then);
            let payment = shop.pay(&not).await;
            assert_eq!(payment["state"], "unknown", "{then:?}: {payment}");
            let payment = shop.settled(&payment).await;
            assert_eq!((&payment["state"], &payment["failure"]["code"]), (&json!("failed"), &json!("not_processed")), "{then:?}");
            assert_eq!(shop.kept(&not), 0);
        }
        assert_eq!(shop.count("confirm"), 20, "each once");
        assert_eq!(shop.posted().await, "150000");
    }

    /// A refund goes out again under the same key, and only where the gateway has not got it.
    async fn a_refund_without_an_answer_is_made_once(shop) {
        for (number, (does, then)) in (1..).zip([
            (true, Then::Cut),
            (true, Then::Code(400, "ALREADY_CANCELED_PAYMENT")),
            (true, Then::Status(503)),
            (false, Then::Cut),
            (false, Then::Code(400, "PROVIDER_ERROR")),
        ]) {
            let key = format!("pk_{number}");
            let payment = shop.pay(&key).await;
            shop.fault("cancel", does, then);
            let before = shop.count("cancel");
            order(&shop.stage, "refund", &payment, json!({ "amount": "6000 KRW" })).await;
            let after = shop.settled(&payment).await;
            assert_eq!((figures(&after).as_str(), shop.kept(&key)), ("captured 15000 6000", 9_000), "{then:?} {does}");
            assert_eq!(shop.count("cancel") - before, if does { 1 } else { 2 }, "{then:?} {does}");
        }
        let cancels: Vec<String> = shop.books.lock().unwrap().seen.iter().filter(|seen| seen.starts_with("cancel")).cloned().collect();
        assert_eq!(cancels[3], cancels[4], "under the same key");
    }

    /// A refusal of a refund puts the money back.
    async fn a_refused_refund_is_final(shop) {
        let payment = shop.pay("pk_card").await;
        shop.fault("cancel", false, Then::Code(403, "EXCEED_MAX_REFUND_DUE"));
        let after = order(&shop.stage, "refund", &payment, json!({})).await;
        assert_eq!((figures(&after).as_str(), &after["refunds"][0]["state"]), ("captured 15000 0", &json!("refused")));
        assert_eq!((shop.posted().await.as_str(), shop.kept("pk_card")), ("15000", 15_000));
    }

    /// An account waits for its payer; what comes is hinted at, and asked for.
    async fn a_deposit_is_waited_for(shop) {
        let payment = shop.pay("pk_account").await;
        assert_eq!(figures(&payment), "action_required 0 0");
        let action = json!({ "type": "deposit", "bank": "20", "account": "X6505636518308", "due": DUE });
        assert_eq!(payment["action"], action);
        // of Seoul
        assert_eq!(payment["expires_at"], "2026-01-07T15:00:00.000000Z");
        assert_eq!(shop.hint(&payment, "DONE").await, "queried");
        assert_eq!(figures(&get(&shop.stage, &payment).await), "action_required 0 0", "nothing came: a forged hint");
        shop.happens("pk_account", |held| {
            (held.status, held.approved, held.charges) = ("DONE", true, 1);
        });
        assert_eq!(shop.hint(&payment, "DONE").await, "queried");
        assert_eq!(figures(&get(&shop.stage, &payment).await), "captured 15000 0");
        assert_eq!(shop.posted().await, "15000");
    }

    /// A deposit arrived while an earlier question was on its way. Its hint led to nothing, and the answer of
    /// before it was the last one: nobody asked again, and the payer had paid.
    async fn a_deposit_while_a_question_is_on_its_way_is_found(shop) {
        let payment = shop.pay("pk_account").await;
        assert_eq!(shop.receive(&payment, "WAITING_FOR_DEPOSIT").await, "queried");
        let question = shop.lease("toss").await;
        shop.happens("pk_account", |held| {
            (held.status, held.approved, held.charges) = ("DONE", true, 1);
        });
        assert_eq!(shop.receive(&payment, "DONE").await, "queried");
        shop.report(&question, json!({ "outcome": "action_required", "action": { "type": "deposit" } })).await;
        pass(&shop.stage, "PT15S").await;
        assert_eq!(figures(&get(&shop.stage, &payment).await), "captured 15000 0");
        assert_eq!((shop.posted().await.as_str(), shop.count("confirm")), ("15000", 1));
    }

    /// A confirmation that was believed to be lost took the money after the payment had gone to the next
    /// gateway. Toss Payments only hints at it, and hints of a gateway that was left were ignored: the payer
    /// had paid twice, and nothing went back.
    async fn what_a_gateway_takes_after_it_was_left_goes_back(shop) {
        shop.stage.ok("payments.set_gateway", json!({ "id": "second", "driver": "host" })).await;
        let route = json!({ "id": "all", "gateways": ["toss", "second"] });
        shop.stage.ok("payments.set_route", route).await;
        shop.fault("confirm", false, Then::Cut);
        let args = json!({ "amount": "15000 KRW", "to": "shop", "tokens": { "toss": "pk_left", "second": "pm_1" } });
        let payment = shop.stage.ok("payments.create", args).await["payment"].clone();
        run(&shop.stage).await;
        assert_eq!(shop.settled(&payment).await["gateway"], "second");
        let job = shop.lease("second").await;
        shop.report(&job, json!({ "outcome": "captured", "amount": "15000 KRW" })).await;
        let order = payment["id"].as_str().unwrap().to_owned();
        let held = Held { order, amount: 15_000, status: "DONE", account: false, approved: true, charges: 1, cancels: Vec::new() };
        shop.books.lock().unwrap().payments.insert("pk_left".to_owned(), held);
        assert_eq!(shop.hint(&payment, "DONE").await, "queried");
        let after = shop.settled(&payment).await;
        assert_eq!((figures(&after).as_str(), shop.kept("pk_left")), ("captured 15000 0", 0), "{after}");
        assert_eq!((&after["suspended"]["amount"], shop.posted().await.as_str()), (&json!("0"), "15000"), "{after}");
    }

    /// A bank may take a deposit back: what was captured is charged back by itself.
    async fn an_undone_deposit_is_taken_back(shop) {
        let payment = shop.pay("pk_account").await;
        shop.happens("pk_account", |held| {
            (held.status, held.approved, held.charges) = ("DONE", true, 1);
        });
        shop.hint(&payment, "DONE").await;
        shop.happens("pk_account", |held| {
            (held.status, held.approved, held.charges) = ("WAITING_FOR_DEPOSIT", false, 0);
        });
        assert_eq!(shop.hint(&payment, "WAITING_FOR_DEPOSIT").await, "queried");
        let after = get(&shop.stage, &payment).await;
        assert_eq!((&after["state"], &after["chargebacks"][0]["phase"]), (&json!("charged_back"), &json!("lost")), "{after}");
        assert_eq!((shop.posted().await.as_str(), shop.kept("pk_account")), ("0", 0));
    }

    /// An account that nobody has paid into is given up, by order or when its time has passed.
    async fn an_account_is_given_up(shop) {
        let payment = shop.pay("pk_account_1").await;
        let after = order(&shop.stage, "void", &payment, json!({})).await;
        assert_eq!(after["state"], "voided", "{after}");
        // the answer is lost: it is asked about
        let payment = shop.pay("pk_account_2").await;
        shop.fault("cancel", true, Then::Cut);
        order(&shop.stage, "void", &payment, json!({})).await;
        assert_eq!(shop.settled(&payment).await["state"], "voided");
        let payment = shop.pay("pk_account_3").await;
        pass(&shop.stage, "P8D").await;
        let after = shop.settled(&payment).await;
        assert_eq!((&after["state"], shop.count("cancel")), (&json!("expired"), 3), "{after}");
    }

    /// A refund that somebody made in the gateway's console is hinted at.
    async fn a_refund_of_the_console_is_asked_for(shop) {
        let payment = shop.pay("pk_card").await;
        shop.happens("pk_card", |held| {
            (held.status, held.cancels) = ("PARTIAL_CANCELED", vec![4_000]);
        });
        assert_eq!(shop.hint(&payment, "PARTIAL_CANCELED").await, "queried");
        let after = get(&shop.stage, &payment).await;
        assert_eq!((after["charged_back"]["amount"].as_str(), shop.posted().await.as_str()), (Some("4000"), "11000"), "{after}");
    }

    /// A wrong key does no harm: nothing was sent, and it is sent again when the key is right.
    async fn a_wrong_key_is_no_refusal(shop) {
        shop.set_gateway("test_sk_wrong").await;
        let payment = shop.pay("pk_card").await;
        assert_eq!(payment["state"], "authorizing", "{payment}");
        shop.set_gateway(SECRET).await;
        let after = shop.settled(&payment).await;
        assert_eq!((figures(&after).as_str(), shop.kept("pk_card")), ("captured 15000 0", 15_000));
    }
}
