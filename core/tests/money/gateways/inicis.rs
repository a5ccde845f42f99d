//! KG Inicis in a test, over HTTP: approved on PCs and phones, undone by a net cancel where no answer came,
//! asked about, refunded, and hinted at.
//!
//! By <https://manual.inicis.com/>: texts are signed, approvals have no keys, and a net cancel undoes the
//! approval of one token. `R404` is the code of this double for an order that it has not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::Drive;
use earnest::keyring::Keyring;
use sha2::{Digest as _, Sha256, Sha512};

use super::http::{Asked, Reply, Server, serve};
use super::{figures, get, order, pass, run, with};
use crate::support::{Kind, Stage, Value, json, options};

const MID: &str = "INIpayTest";
const SIGN_KEY: &str = "marked-sign-key";
const API_KEY: &str = "marked-api-key";

/// Makes one test per store of each scenario, each with a gateway of its own.
macro_rules! with_inicis {
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

mod ends;

/// The faulty reply to one request.
#[derive(Clone, Copy, Debug)]
enum Then {
    Cut,
    CutShort,
    Html,
    Status(u16),
    /// It is busy, and wants a pause.
    Busy(&'static str),
    Code(&'static str),
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
    token: String,
    amount: i64,
    back: i64,
    status: &'static str,
    account: bool,
}

#[derive(Default)]
struct Books {
    payments: BTreeMap<String, Held>,
    faults: Vec<Fault>,
    seen: Vec<String>,
}

/// A shop in front of KG Inicis.
struct Shop {
    stage: Stage,
    books: Arc<Mutex<Books>>,
    _server: Server,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads the payer's consent from a token of this double's windows: kind, order and amount.
fn agreed(token: &str) -> (&str, String, i64) {
    let parts: Vec<&str> = token.split('|').collect();
    (parts[0], parts[1].to_owned(), parts[2].parse().unwrap())
}

impl Books {
    fn answer(&mut self, asked: &Asked) -> Reply {
        assert_eq!(asked.method, "POST");
        let route = asked.path.rsplit('/').next().unwrap().to_owned();
        self.seen.push(route.clone());
        let place = self.faults.iter().position(|fault| fault.route == route);
        let fault = place.map(|place| self.faults.remove(place));
        let reply = match fault {
            Some(Fault { does: false, .. }) => Reply::Cut,
            _ => self.act(&route, asked),
        };
        match fault.map(|fault| fault.then) {
            None => reply,
            Some(Then::Cut) => Reply::Cut,
            Some(Then::CutShort) => Reply::CutShort,
            Some(Then::Html) => {
                Reply::Whole { status: 200, headers: Vec::new(), body: b"<html></html>".to_vec() }
            }
            Some(Then::Status(status)) => Reply::Whole { status, headers: Vec::new(), body: Vec::new() },
            Some(Then::Busy(pause)) => Reply::json(503, &json!({})).with("retry-after", pause),
            Some(Then::Code(code)) => Reply::json(200, &json!({ "resultCode": code, "resultMsg": "no" })),
        }
    }

    fn act(&mut self, route: &str, asked: &Asked) -> Reply {
        match route {
            "payAuth" | "netCancel" => self.on_pc(route, asked),
            "payReq.ini" | "payNetCancel.ini" => self.on_a_phone(route, asked),
            _ => Reply::json(200, &self.api(route, asked)),
        }
    }

    fn on_pc(&mut self, route: &str, asked: &Asked) -> Reply {
        let (token, timestamp) = (asked.field("authToken"), asked.field("timestamp"));
        let signed = hex(&Sha256::digest(format!("authToken={token}&timestamp={timestamp}")));
        let text = format!("authToken={token}&signKey={SIGN_KEY}&timestamp={timestamp}");
        assert_eq!((asked.field("signature"), asked.field("mid")), (signed.as_str(), MID));
        assert_eq!(asked.field("verification"), hex(&Sha256::digest(text)));
        if route == "netCancel" {
            self.undo(token);
            return Reply::json(200, &json!({ "resultCode": "0000" }));
        }
        let Some(tid) = self.approve(token) else {
            return Reply::json(200, &json!({ "resultCode": "8326" }));
        };
        let held = &self.payments[&tid];
        let method = if held.account { "VBank" } else { "Card" };
        let answer = json!({ "resultCode": "0000", "tid": tid, "mid": MID, "MOID": held.order, "currency": "WON",
            "TotPrice": held.amount.to_string(), "payMethod": method, "VACT_BankCode": "04",
            "VACT_Num": "56211109764327", "VACT_Date": "20260108", "VACT_Time": "235959" });
        Reply::json(200, &answer)
    }

    fn on_a_phone(&mut self, route: &str, asked: &Asked) -> Reply {
        let form = |text: String| Reply::Whole { status: 200, headers: Vec::new(), body: text.into_bytes() };
        let token = asked.field("P_TID");
        assert_eq!(asked.field("P_MID"), MID);
        if route == "payNetCancel.ini" {
            assert!(!asked.field("P_OID").is_empty() && asked.field("P_AMT") == "15000", "{asked:?}");
            self.undo(token);
            return form("P_STATUS=00".to_owned());
        }
        let Some(tid) = self.approve(token) else { return form("P_STATUS=8326&P_RMESG1=no".to_owned()) };
        let held = &self.payments[&tid];
        form(format!(
            "P_STATUS=00&P_TID={tid}&P_MID={MID}&P_OID={}&P_AMT={}&P_TYPE=CARD",
            held.order, held.amount
        ))
    }

    /// Takes what a payer has agreed to; nothing where his bank says no.
    fn approve(&mut self, token: &str) -> Option<String> {
        assert!(self.payments.values().all(|held| held.token != token), "approved twice: {token}");
        let (kind, order, amount) = agreed(token);
        if kind == "declined" {
            return None;
        }
        let account = kind == "account";
        let status = if account { "NON_DEPOSIT" } else { "APPROVAL" };
        let tid = format!("T{}", self.payments.len() + 1);
        let held = Held { order, token: token.to_owned(), amount, back: 0, status, account };
        self.payments.insert(tid.clone(), held);
        Some(tid)
    }

    fn undo(&mut self, token: &str) {
        if let Some(held) = self.payments.values_mut().find(|held| held.token == token) {
            (held.status, held.back) = ("CANCEL", held.amount);
        }
    }

    fn api(&mut self, route: &str, asked: &Asked) -> Value {
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let text = |name: &str| body[name].as_str().unwrap();
        let (timestamp, data) = (text("timestamp"), &body["data"]);
        assert_eq!((text("mid"), text("type"), timestamp.len()), (MID, route, 14));
        let signed = format!("{API_KEY}{MID}{route}{timestamp}{data}");
        assert_eq!(text("hashData"), hex(&Sha512::digest(signed)));
        let found = self
            .payments
            .iter_mut()
            .find(|(tid, held)| data["tid"] == tid.as_str() || data["oid"] == held.order.as_str());
        let Some((tid, held)) = found else { return json!({ "resultCode": "R404" }) };
        if route == "inquiry" {
            return json!({ "resultCode": "SUCCESS", "mid": MID, "oid": held.order, "tid": tid,
                "price": held.amount.to_string(), "paymethod": if held.account { "VBank" } else { "Card" },
                "transactionStatus": held.status,
                "availablePartCancelPrice": (held.amount - held.back).to_string() });
        }
        if held.status == "CANCEL" {
            return json!({ "resultCode": "R201" });
        }
        let whole = |name: &str| data[name].as_str().unwrap().parse::<i64>().unwrap();
        let left = held.amount - held.back;
        let amount = if route == "partialRefund" { whole("price") } else { left };
        if amount > left || route == "partialRefund" && whole("confirmPrice") != left - amount {
            return json!({ "resultCode": "01", "detailResultCode": "500622" });
        }
        held.back += amount;
        held.status = if held.back == held.amount { "CANCEL" } else { "PART_CANCEL" };
        match route {
            "refund" => json!({ "resultCode": "00", "cancelDate": "20260101" }),
            _ => json!({ "resultCode": "00", "tid": format!("{tid}P{}", held.back), "prtcTid": tid,
                "prtcPrice": amount.to_string(), "prtcRemains": (left - amount).to_string() }),
        }
    }
}

/// Builds the result of a payment window on a PC.
fn on_pc(token: &str) -> Value {
    json!({ "authToken": token, "authUrl": "https://fcstdpay.inicis.com/api/payAuth",
        "netCancelUrl": "https://fcstdpay.inicis.com/api/netCancel", "idc_name": "fc" })
}

/// Builds the result of a payment window on a phone.
fn on_a_phone(token: &str) -> Value {
    json!({ "P_TID": token, "P_REQ_URL": "https://ksmobile.inicis.com/smart/payReq.ini", "idc_name": "ks" })
}

impl Shop {
    async fn open(kind: Kind) -> Self {
        let books = Arc::new(Mutex::new(Books::default()));
        let inside = books.clone();
        let server = serve(move |asked| inside.lock().unwrap().answer(asked)).await;
        let drive = Drive::new().at(&server.url).unwrap().allow_http(true).allow_private(true);
        // nothing hangs there, so that this costs nothing: a busy machine may stand still for seconds
        let drive = drive.timeouts(Duration::from_secs(60), Duration::from_secs(60));
        let options = options().keyring(Keyring::for_tests()).gateway("inicis", drive);
        let shop = Self { stage: Stage::with(kind, options).await, books, _server: server };
        shop.set_gateway(&json!({ "mid": MID, "nothing_codes": "R404" })).await;
        let account = json!({ "account": "shop", "currency": "KRW", "owner": "olga" });
        shop.stage.ok("ledger.open_account", account).await;
        let source = json!({ "id": "inicis", "scheme": "inicis", "gateway": "inicis" });
        shop.stage.ok("webhooks.set_source", source).await;
        shop
    }

    async fn set_gateway(&self, config: &Value) {
        let gateway = json!({ "id": "inicis", "driver": "inicis", "currencies": ["KRW"], "config": config,
            "secrets": { "sign_key": SIGN_KEY, "api_key": API_KEY, "hash_key": "marked-hash-key" } });
        self.stage.ok("payments.set_gateway", gateway).await;
    }

    async fn create(&self) -> Value {
        let args = json!({ "amount": "15000 KRW", "to": "shop", "gateway": "inicis", "payer": "paul" });
        self.stage.ok("payments.create", args).await["payment"].clone()
    }

    /// A payment is confirmed with what a window handed back, and the calls that are due are made.
    async fn confirm(&self, payment: &Value, token: &Value) -> Value {
        let args = json!({ "payment": payment["id"], "token": token.to_string() });
        self.stage.ok("payments.confirm", args).await;
        run(&self.stage).await;
        get(&self.stage, payment).await
    }

    /// A payment of 15,000 won by this kind of means.
    async fn pay(&self, kind: &str, window: fn(&str) -> Value) -> Value {
        let payment = self.create().await;
        let token = window(&format!("{kind}|{}|15000", payment["id"].as_str().unwrap()));
        self.confirm(&payment, &token).await
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

    /// Returns the amount kept of a payment; never taken twice.
    fn kept(&self, payment: &Value) -> i64 {
        let books = self.books.lock().unwrap();
        let of_it: Vec<&Held> =
            books.payments.values().filter(|held| payment["id"] == held.order.as_str()).collect();
        assert!(of_it.len() <= 1, "taken more than once: {of_it:?}");
        of_it.iter().filter(|held| held.status != "NON_DEPOSIT").map(|held| held.amount - held.back).sum()
    }

    fn count(&self, route: &str) -> usize {
        self.books.lock().unwrap().seen.iter().filter(|seen| *seen == route).count()
    }

    /// Something happens to the account of a payment.
    fn deposit(&self, payment: &Value, status: &'static str) {
        let mut books = self.books.lock().unwrap();
        let mut all = books.payments.values_mut();
        all.find(|held| payment["id"] == held.order.as_str()).unwrap().status = status;
    }

    /// Somebody gives money back at the gateway itself.
    fn give_back(&self, payment: &Value, amount: i64) {
        let mut books = self.books.lock().unwrap();
        let held = books.payments.values_mut().find(|held| payment["id"] == held.order.as_str()).unwrap();
        (held.back, held.status) = (held.back + amount, "PART_CANCEL");
    }

    /// Receives a notice about a payment, makes the calls that it leads to, and returns its result.
    async fn notice(&self, payment: &Value) -> Value {
        let body =
            format!("no_tid=T1&no_oid={}&id_merchant={}", payment["id"].as_str().unwrap(), self.stage.key());
        let args = json!({ "source": "inicis", "headers": {}, "body": body });
        let reply = self.stage.ok("webhooks.receive", args.clone()).await;
        assert_eq!(reply["reply"], json!({ "status": 200, "body": "OK" }), "{reply}");
        let again = self.stage.ok("webhooks.receive", args).await;
        assert_eq!(again["reply"], reply["reply"], "{again}");
        run(&self.stage).await;
        reply["result"].clone()
    }

    async fn posted(&self) -> String {
        let args = json!({ "account": "shop", "currency": "KRW" });
        self.stage.ok("ledger.balance", args).await["posted"]["amount"].as_str().unwrap().to_owned()
    }
}

fn not_processed(payment: &Value) -> bool {
    payment["state"] == "failed" && payment["failure"]["code"] == "not_processed"
}

with_inicis! {
    async fn cards_are_approved_and_given_back(shop) {
        for window in [on_pc as fn(&str) -> Value, on_a_phone] {
            let payment = shop.pay("card", window).await;
            assert_eq!((figures(&payment).as_str(), shop.kept(&payment)), ("captured 15000 0", 15_000));
            let after = order(&shop.stage, "refund", &payment, json!({ "amount": "4000 KRW" })).await;
            assert_eq!((figures(&after).as_str(), shop.kept(&payment)), ("captured 15000 4000", 11_000), "{after}");
            let after = order(&shop.stage, "refund", &payment, json!({ "amount": "1000 KRW" })).await;
            assert_eq!((figures(&after).as_str(), shop.kept(&payment)), ("captured 15000 5000", 10_000), "{after}");
            let after = order(&shop.stage, "refund", &payment, json!({})).await;
            assert_eq!((figures(&after).as_str(), shop.kept(&payment)), ("refunded 15000 15000", 0), "{after}");
        }
        let payment = shop.pay("card", on_pc).await;
        let after = order(&shop.stage, "refund", &payment, json!({})).await;
        assert_eq!((figures(&after).as_str(), shop.kept(&payment)), ("refunded 15000 15000", 0), "{after}");
        assert_eq!((shop.count("partialRefund"), shop.count("refund")), (6, 1));
        assert_eq!((shop.count("netCancel"), shop.posted().await.as_str()), (0, "0"));
    }

    async fn a_decline_says_why(shop) {
        for window in [on_pc as fn(&str) -> Value, on_a_phone] {
            let payment = shop.pay("declined", window).await;
            let failure = json!({ "code": "declined", "gateway_code": "8326", "retry": "other_method" });
            assert_eq!((&payment["state"], &payment["failure"]), (&json!("failed"), &failure));
        }
        assert_eq!(shop.count("netCancel") + shop.count("payNetCancel.ini"), 0, "nothing is to be undone");
    }

    /// The windows' fields are signed, and hold no key.
    async fn windows_get_signed_fields(shop) {
        let payment = shop.create().await;
        let checkout = shop.stage.ok("payments.checkout", json!({ "payment": payment["id"] })).await;
        let (pc, mobile) = (&checkout["fields"]["pc"], &checkout["fields"]["mobile"]);
        assert_eq!((&pc["oid"], &pc["price"], &mobile["P_OID"]), (&payment["id"], &json!("15000"), &payment["id"]));
        let text = format!("oid={}&price=15000&timestamp={}", payment["id"].as_str().unwrap(), pc["timestamp"].as_str().unwrap());
        assert_eq!(pc["signature"], hex(&Sha256::digest(text)));
        assert!(!checkout.to_string().contains("marked-"), "{checkout}");
    }

    /// A token from the payer's browser leads to no other server, and nothing is sent.
    async fn a_token_leads_nowhere_else(shop) {
        let elsewhere = [
            json!({ "authUrl": "https://evil.example/api/payAuth" }),
            json!({ "authUrl": "http://fcstdpay.inicis.com/api/payAuth" }),
            json!({ "netCancelUrl": "https://fcstdpay.inicis.com.evil.example/api/netCancel" }),
            json!({ "idc_name": "ks" }),
            json!({ "idc_name": "stg", "authUrl": "https://stgstdpay.inicis.com/api/payAuth",
                "netCancelUrl": "https://stgstdpay.inicis.com/api/netCancel" }),
            json!({ "authToken": null }),
        ];
        for more in elsewhere {
            let payment = shop.create().await;
            let token = on_pc(&format!("card|{}|15000", payment["id"].as_str().unwrap()));
            let payment = shop.confirm(&payment, &with(token, &more)).await;
            assert_eq!((&payment["state"], &payment["failure"]["code"]), (&json!("failed"), &json!("invalid_method")), "{more}");
        }
        let payment = shop.create().await;
        let payment = shop.confirm(&payment, &json!("no object")).await;
        assert_eq!(payment["failure"]["code"], "invalid_method");
        assert!(shop.books.lock().unwrap().seen.is_empty());
    }

    /// Whoever has a token of one payment cannot send another one with it: where that had no answer, the
    /// first would be undone.
    async fn a_token_is_of_one_payment(shop) {
        let first = shop.create().await;
        let token = on_pc(&format!("card|{}|15000", first["id"].as_str().unwrap()));
        let paid = shop.confirm(&first, &token).await;
        assert_eq!(paid["state"], "captured", "{paid}");
        let second = shop.create().await;
        let more = with(token, &json!({ "idc_name": "fc", "note": "other text, same token" }));
        let args = json!({ "payment": second["id"], "token": more.to_string() });
        let details = shop.stage.no("payments.confirm", args, "invalid_request").await;
        assert_eq!(details["field"], "token", "{details}");
        assert_eq!(get(&shop.stage, &second).await["state"], "created");
    }

    /// An approval without an answer is undone at once, by its token.
    async fn a_cut_answer_is_undone(shop) {
        for (approve, undo, window) in [
            ("payAuth", "netCancel", on_pc as fn(&str) -> Value),
            ("payReq.ini", "payNetCancel.ini", on_a_phone as fn(&str) -> Value),
        ] {
            for then in [Then::Cut, Then::CutShort, Then::Html, Then::Status(500), Then::Status(404)] {
                for does in [true, false] {
                    let before = shop.count(undo);
                    shop.fault(approve, does, then);
                    let payment = shop.pay("card", window).await;
                    assert!(not_processed(&payment), "{then:?} {does}: {payment}");
                    assert_eq!((shop.kept(&payment), shop.count(undo) - before), (0, 1), "{then:?} {does}");
                }
            }
        }
        assert_eq!((shop.count("inquiry"), shop.posted().await.as_str()), (0, "0"));
    }

    /// The gateway wants a pause: it is not asked before.
    async fn a_pause_that_is_asked_for_is_made(shop) {
        for (asked, early, late) in [("600", "PT9M59S", "PT2S"), ("99999999999", "PT59M59S", "PT2S")] {
            let before = shop.count("inquiry");
            shop.fault("payAuth", false, Then::Busy(asked));
            shop.fault("netCancel", false, Then::Busy("junk"));
            let payment = shop.pay("card", on_pc).await;
            assert_eq!(payment["state"], "unknown", "{payment}");
            pass(&shop.stage, early).await;
            assert_eq!(shop.count("inquiry"), before, "{asked}");
            pass(&shop.stage, late).await;
            assert!(shop.count("inquiry") > before, "{asked}");
            let payment = shop.settled(&payment).await;
            assert!(not_processed(&payment), "{payment}");
        }
    }

    /// Where the net cancel has no answer either, the gateway is asked by our id of the payment.
    async fn what_could_not_be_undone_is_asked_about(shop) {
        // approved, and the net cancel did not arrive
        shop.fault("payAuth", true, Then::Cut);
        shop.fault("netCancel", false, Then::Cut);
        let payment = shop.pay("card", on_pc).await;
        let payment = shop.settled(&payment).await;
        assert_eq!((figures(&payment).as_str(), shop.kept(&payment)), ("captured 15000 0", 15_000), "{payment}");
        // undone, and nobody has heard of it
        shop.fault("payAuth", true, Then::Cut);
        shop.fault("netCancel", true, Then::Cut);
        let payment = shop.pay("card", on_pc).await;
        let payment = shop.settled(&payment).await;
        assert!(not_processed(&payment) && shop.kept(&payment) == 0, "{payment}");
        // neither arrived
        shop.fault("payReq.ini", false, Then::Cut);
        shop.fault("payNetCancel.ini", false, Then::Status(500));
        let payment = shop.pay("card", on_a_phone).await;
        assert_eq!(payment["state"], "unknown", "{payment}");
        let payment = shop.settled(&payment).await;
        assert!(not_processed(&payment) && shop.kept(&payment) == 0, "{payment}");
        assert_eq!((shop.count("payAuth"), shop.count("netCancel"), shop.count("payReq.ini")), (2, 2, 1), "each once");
        assert_eq!(shop.posted().await, "15000");
    }

    /// A code that nobody has named is no answer: the payment stays unknown until somebody looks.
    async fn a_strange_code_is_no_answer(shop) {
        shop.set_gateway(&json!({ "mid": MID, "nothing_codes": "R405" })).await;
        shop.fault("payAuth", false, Then::Cut);
        shop.fault("netCancel", false, Then::Cut);
        let payment = shop.pay("card", on_pc).await;
        assert_eq!(shop.settled(&payment).await["state"], "unknown");
        let found = json!({ "payment": payment["id"], "outcome": "refused", "reason": "not in its console",
            "actor": { "id": "adm-1", "role": "admin" } });
        shop.stage.ok("payments.settle", found).await;
        assert_eq!(get(&shop.stage, &payment).await["state"], "failed");
        let gateway = |config: Value| json!({ "id": "inicis", "driver": "inicis", "config": config });
        // without a code nothing would end such a payment, and another merchant's secrets would be asked for
        for (config, field) in [
            (json!({ "mid": MID }), "config.nothing_codes"),
            (json!({ "mid": "another000", "nothing_codes": "R404" }), "config.mid"),
        ] {
            shop.stage.bad("payments.set_gateway", gateway(config), "invalid_request", field).await;
        }
    }

    /// A payer who pays for another order, or less, has paid for nothing.
    async fn another_order_is_undone(shop) {
        for window in [on_pc as fn(&str) -> Value, on_a_phone as fn(&str) -> Value] {
            for is_less in [true, false] {
                let (payment, other) = (shop.create().await, shop.create().await);
                let (id, other) = (payment["id"].as_str().unwrap(), other["id"].as_str().unwrap());
                let token = if is_less { format!("card|{id}|1000") } else { format!("card|{other}|15000") };
                let payment = shop.confirm(&payment, &window(&token)).await;
                assert_eq!((&payment["state"], &payment["failure"]["code"]), (&json!("failed"), &json!("invalid_method")));
                assert_eq!((shop.kept(&payment), shop.posted().await.as_str()), (0, "0"), "{payment}");
            }
        }
        assert_eq!((shop.count("netCancel"), shop.count("payNetCancel.ini")), (2, 2));
    }

    /// The answer that a refund was made before is no refusal: the gateway is asked whether it was this.
    async fn cancelled_before_is_asked_about(shop) {
        for (number, (does, then)) in (1..).zip([
            (true, Then::Code("R201")),
            (true, Then::Cut),
            (true, Then::Status(500)),
            (false, Then::Cut),
            (false, Then::Code("R201")),
        ]) {
            let payment = shop.pay("card", on_pc).await;
            for (route, amount) in [("partialRefund", json!({ "amount": "6000 KRW" })), ("partialRefund", json!({}))] {
                shop.fault(route, does, then);
                let before = shop.count(route);
                order(&shop.stage, "refund", &payment, amount).await;
                shop.settled(&payment).await;
                assert_eq!(shop.count(route) - before, if does { 1 } else { 2 }, "{number}: {then:?} {does}");
            }
            let after = get(&shop.stage, &payment).await;
            assert_eq!((figures(&after).as_str(), shop.kept(&payment)), ("refunded 15000 15000", 0), "{number}: {after}");
        }
        assert_eq!(shop.posted().await, "0");
    }

    /// A refund that the gateway refuses puts the money back.
    async fn a_refused_refund_is_final(shop) {
        let payment = shop.pay("card", on_pc).await;
        shop.fault("refund", false, Then::Code("500622"));
        let after = order(&shop.stage, "refund", &payment, json!({})).await;
        assert_eq!((figures(&after).as_str(), &after["refunds"][0]["state"]), ("captured 15000 0", &json!("refused")));
        assert_eq!((shop.posted().await.as_str(), shop.kept(&payment)), ("15000", 15_000));
    }

    /// An account waits for its payer; a notice of a deposit is a hint, and a forged one does no harm.
    async fn a_deposit_is_waited_for(shop) {
        let payment = shop.pay("account", on_pc).await;
        assert_eq!(figures(&payment), "action_required 0 0");
        let action = json!({ "type": "deposit", "bank": "04", "account": "56211109764327", "due": "2026-01-08T14:59:59.000000Z" });
        assert_eq!((&payment["action"], &payment["expires_at"]), (&action, &action["due"]));
        assert_eq!(shop.notice(&payment).await, "queried");
        // one that is about nothing of ours is not told again either
        assert_eq!(shop.notice(&json!({ "id": "another-shop-1" })).await, "ignored");
        let waits = get(&shop.stage, &payment).await;
        assert_eq!((figures(&waits).as_str(), &waits["action"]), ("action_required 0 0", &action), "nothing came");
        // anybody may send notices: they lead to a question every 15 seconds, and none is lost
        shop.deposit(&payment, "DEPOSIT_COMPLETED");
        for _ in 0..20 {
            assert_eq!(shop.notice(&payment).await, "queried");
        }
        assert_eq!((shop.count("inquiry"), figures(&get(&shop.stage, &payment).await).as_str()), (1, "action_required 0 0"));
        pass(&shop.stage, "PT15S").await;
        assert_eq!(figures(&get(&shop.stage, &payment).await), "captured 15000 0");
        assert_eq!((shop.count("inquiry"), shop.posted().await.as_str()), (2, "15000"));
    }

    /// An account that nobody has paid into is given up.
    async fn an_account_is_given_up(shop) {
        let payment = shop.pay("account", on_pc).await;
        let after = order(&shop.stage, "void", &payment, json!({})).await;
        assert_eq!((&after["state"], shop.count("refund")), (&json!("voided"), 1), "{after}");
        let payment = shop.pay("account", on_pc).await;
        shop.fault("refund", true, Then::Cut);
        order(&shop.stage, "void", &payment, json!({})).await;
        assert_eq!(shop.settled(&payment).await["state"], "voided");
        assert_eq!(shop.count("refund"), 2);
    }
}
