//! Tests of the driver without requests: signatures, tokens, answers and notices.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::replies::{Approval, PayWindow, is_undone, of_approval, of_inquiry, of_refund};
use super::signatures::{OfApproval, OfOrder, OfRequest, merchant_key};
use super::token::InicisToken;
use super::*;
use crate::currency::Currencies;
use crate::gateway::answer::{DriverReply, GatewayAnswer};
use crate::gateway::call::GatewayRequest;
use crate::gateway::words::{GatewayCall, GatewayOutcome};
use crate::request::secret::Secret;

/// The merchant that the manual tests with, and its keys: they are public.
const TEST_MID: &str = "INIpayTest";
const TEST_SIGN_KEY: &str = "SU5JTElURV9UUklQTEVERVNfS0VZU1RS";
const TEST_API_KEY: &str = "ItEQKi3rY7uvDS8l";

fn account(config: &Value, hash_key: Option<&str>) -> Merchant {
    let mut secrets = BTreeMap::from([
        (SIGN_KEY.to_owned(), Secret::from(TEST_SIGN_KEY)),
        (API_KEY.to_owned(), Secret::from(TEST_API_KEY)),
    ]);
    if let Some(key) = hash_key {
        secrets.insert(HASH_KEY.to_owned(), Secret::from(key));
    }
    Merchant::new("inicis", config.as_object().unwrap().clone(), secrets)
}

fn order(minor: i128, code: &str) -> CheckoutOrder {
    let (amount, now) = (Money::minor(minor, code).unwrap(), "2026-01-01T00:00:00Z".parse().unwrap());
    CheckoutOrder { payment: "py_1".to_owned(), amount, capture_at_once: true, now, payer: None }
}

fn krw(minor: i128) -> Money {
    Money::minor(minor, "KRW").unwrap()
}

fn call(call: GatewayCall) -> GatewayRequest {
    GatewayRequest {
        call,
        key: format!("py_1:{call}:1"),
        payment: "py_1".to_owned(),
        amount: Some(krw(15_000)),
        capture: true,
        token: None,
        reference: Some("T1".to_owned()),
        refund: None,
        refund_account: None,
        about: None,
        about_key: None,
        since: None,
        again: false,
    }
}

fn with(mut base: Value, more: &Value) -> Vec<u8> {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::to_vec(&base).unwrap()
}

/// An approval on a PC.
fn approved(more: &Value) -> Vec<u8> {
    let base = json!({ "resultCode": "0000", "resultMsg": "ok", "tid": "T1", "mid": TEST_MID, "MOID": "py_1",
        "TotPrice": "15000", "payMethod": "Card", "currency": "WON" });
    with(base, more)
}

/// A payment as `INIAPI` shows it.
fn inquired(status: &str, more: &Value) -> Vec<u8> {
    let base = json!({ "resultCode": "SUCCESS", "mid": TEST_MID, "oid": "py_1", "tid": "T1", "price": "15000",
        "paymethod": "Card", "transactionStatus": status });
    with(base, more)
}

fn asked(about: Option<GatewayCall>, body: &[u8]) -> DriverReply {
    let call = GatewayRequest { about, ..call(GatewayCall::Query) };
    match of_inquiry(&call, TEST_MID, "R404, R405", 200, body) {
        Ok(payment) => DriverReply::Answer(payment.answer(&call)),
        Err(said) => *said,
    }
}

fn answer(said: DriverReply) -> GatewayAnswer {
    match said {
        DriverReply::Answer(answer) => answer,
        DriverReply::Unknown(why) | DriverReply::Lost { why, .. } => panic!("nobody knows: {why}"),
    }
}

/// The first is printed by the manual (<https://manual.inicis.com/stdpay/>), the others were made of its
/// rules and test keys with Python's `hashlib`.
#[test]
fn texts_are_signed_as_the_manual_says() {
    let (oid, price, timestamp) = ("py_1", "15000", "1767225600000");
    assert_eq!(
        merchant_key(TEST_SIGN_KEY),
        "3a9503069192f207491d4b19bd743fc249a761ed94246c8c42fed06c3cd15a33"
    );
    let order = OfOrder { oid, price, timestamp };
    assert_eq!(order.signature(), "d08013fc66779a4e93b539bd85c56520e3a5f8cd449d582078a8859c435c8451");
    let verification = "95bbe96df94d86a028ad679da38faed33ada59ded364ea97352463c774ec1d4a";
    assert_eq!(order.verification(TEST_SIGN_KEY), verification);
    let hashed = "AHapbzS6wEC4TEtrawcK9DtZdSNoiWs1wmFZgrFPQ8cxF62sR5xAWPI/rY7UXUeF7PrNbCi0J6NBwSVpgBqF0g==";
    assert_eq!(order.amount_hash("3CB8183A4BE283555ACC8363C0360223"), hashed);
    let approval = OfApproval { auth_token: "auth-1", timestamp };
    assert_eq!(approval.signature(), "29a7451ebf5868a12fa52334df65e45d599ca0c0934ee29d4f58fbe4347aa529");
    let verification = "8cb698fed409a0a5b789f57e1e12dc0328651865d277e848240121d0de0eb005";
    assert_eq!(approval.verification(TEST_SIGN_KEY), verification);
    let data = r#"{"msg":"refund","tid":"T1"}"#;
    let request = OfRequest { mid: TEST_MID, kind: "refund", timestamp: "20260101090000", data };
    assert_eq!(
        request.hash(TEST_API_KEY),
        "6662dca8c759162c6057c57e663f6a0895bdcb7a67069b01048a5633373cd6c4\
         5dda3ea47df5ab275596a8f22f601ddf8e1c9c36a1ee80bf40175075e02d1b8a"
    );
}

#[test]
fn windows_get_signed_orders_and_no_key() {
    let config =
        json!({ "mid": TEST_MID, "goods_name": "책 한 권", "return_url": "https://shop.example/back" });
    let fields = Inicis.checkout(&account(&config, Some("hash-key")), &order(15_000, "KRW")).unwrap();
    let (pc, mobile) = (&fields["pc"], &fields["mobile"]);
    assert_eq!((&pc["mid"], &pc["oid"], &pc["price"]), (&json!(TEST_MID), &json!("py_1"), &json!("15000")));
    assert_eq!(pc["signature"], "d08013fc66779a4e93b539bd85c56520e3a5f8cd449d582078a8859c435c8451");
    assert_eq!(pc["verification"], "95bbe96df94d86a028ad679da38faed33ada59ded364ea97352463c774ec1d4a");
    assert_eq!(
        (&pc["goodname"], &pc["returnUrl"]),
        (&json!("책 한 권"), &json!("https://shop.example/back"))
    );
    assert_eq!((&mobile["P_AMT"], &mobile["P_RESERVED"]), (&json!("15000"), &json!("centerCd=Y&amt_hash=Y")));
    assert!(mobile["P_CHKFAKE"].is_string());
    let shown = Value::Object(fields).to_string();
    assert!(![TEST_SIGN_KEY, TEST_API_KEY, "hash-key"].iter().any(|key| shown.contains(key)), "{shown}");
    // without a key of amounts, phones get none signed
    let fields = Inicis.checkout(&account(&config, None), &order(15_000, "KRW")).unwrap();
    assert_eq!(
        (&fields["mobile"]["P_CHKFAKE"], &fields["mobile"]["P_RESERVED"]),
        (&json!(null), &json!("centerCd=Y"))
    );
    let error = Inicis.checkout(&account(&config, None), &order(1_250, "USD")).unwrap_err();
    assert_eq!(error.code().as_str(), "not_supported");
    let error = Inicis.checkout(&account(&json!({}), None), &order(15_000, "KRW")).unwrap_err();
    assert_eq!(error.details()["field"], "mid");
    assert_eq!(goods_name(&"책".repeat(20)).len(), 39);
}

#[test]
fn a_token_leads_to_no_other_server() {
    let pc = |idc: &str, approve: &str, undo: &str| {
        json!({ "authToken": "auth-1", "authUrl": approve, "netCancelUrl": undo, "idc_name": idc })
            .to_string()
    };
    let (approve, undo) =
        ("https://fcstdpay.inicis.com/api/payAuth", "https://fcstdpay.inicis.com/api/netCancel");
    let token = InicisToken::of(&pc("fc", approve, undo), false).unwrap();
    assert!(!format!("{token:?}").contains("auth-1"));
    for (idc, approve, undo) in [
        ("ks", approve, undo),
        ("", approve, undo),
        ("evil", "https://evilstdpay.inicis.com/api/payAuth", undo),
        ("fc", "http://fcstdpay.inicis.com/api/payAuth", undo),
        ("fc", "https://fcstdpay.inicis.com.evil.example/api/payAuth", undo),
        ("fc", "https://evil.example/api/payAuth", undo),
        ("fc", "https://fcstdpay.inicis.com@evil.example/api/payAuth", undo),
        ("fc", "https://user:pw@fcstdpay.inicis.com/api/payAuth", undo),
        ("fc", "https://fcstdpay.inicis.com:8443/api/payAuth", undo),
        ("fc", "//fcstdpay.inicis.com/api/payAuth", undo),
        ("fc", "", undo),
        // what has no answer is undone, so nothing else is asked for
        ("fc", "https://fcstdpay.inicis.com/none", undo),
        ("fc", undo, approve),
        ("fc", "https://fcstdpay.inicis.com/api/payAuth?x=1", undo),
        ("fc", approve, approve),
        ("fc", approve, "https://evil.example/api/netCancel"),
        ("stg", "https://stgstdpay.inicis.com/api/payAuth", "https://stgstdpay.inicis.com/api/netCancel"),
    ] {
        assert!(InicisToken::of(&pc(idc, approve, undo), false).is_none(), "{idc} {approve} {undo}");
    }
    let staging =
        pc("stg", "https://stgstdpay.inicis.com/api/payAuth", "https://stgstdpay.inicis.com/api/netCancel");
    assert!(InicisToken::of(&staging, true).is_some(), "for a merchant that tests");
    let mobile = |url: &str| json!({ "P_TID": "tid-1", "P_REQ_URL": url, "idc_name": "ks" }).to_string();
    assert!(InicisToken::of(&mobile("https://ksmobile.inicis.com/smart/payReq.ini"), false).is_some());
    assert!(InicisToken::of(&mobile("https://ksstdpay.inicis.com/smart/payReq.ini"), false).is_none());
    for text in ["", "{}", "[]", "auth-1", r#"{"idc_name":"fc"}"#, r#"{"authToken":1,"idc_name":"fc"}"#] {
        assert!(InicisToken::of(text, false).is_none(), "{text}");
    }
}

#[test]
fn an_approval_is_believed_only_for_what_was_asked() {
    let authorize = call(GatewayCall::Authorize);
    let pc = |status: u16, body: &[u8]| of_approval(&authorize, TEST_MID, PayWindow::Pc, status, body);
    let taken = GatewayAnswer::of(GatewayOutcome::Captured).amount(krw(15_000)).reference("T1");
    assert_eq!(pc(200, &approved(&json!({}))), Approval::Answered(Box::new(taken.clone())));
    assert_eq!(
        pc(200, &approved(&json!({ "TotPrice": 15_000 }))),
        Approval::Answered(Box::new(taken.clone()))
    );
    for other in [
        json!({ "MOID": "py_2" }),
        json!({ "mid": "another000" }),
        json!({ "TotPrice": "1500" }),
        json!({ "TotPrice": "15000.0" }),
        json!({ "TotPrice": 15_000.0 }),
        json!({ "TotPrice": "-15000" }),
        json!({ "currency": "USD" }),
    ] {
        assert_eq!(pc(200, &approved(&other)), Approval::Foreign, "{other}");
    }
    for (status, body) in [
        (500, approved(&json!({}))),
        (302, Vec::new()),
        (200, b"<html>0000</html>".to_vec()),
        (200, b"{}".to_vec()),
        (200, approved(&json!({ "tid": "" }))),
        (200, approved(&json!({ "resultCode": "no code" }))),
        (200, approved(&json!({ "resultCode": 7.5 }))),
        // it was done or cancelled before, and says nothing of the money
        (200, approved(&json!({ "resultCode": "R201" }))),
    ] {
        assert!(
            matches!(pc(status, &body), Approval::Lost(_)),
            "{status} {}",
            String::from_utf8_lossy(&body)
        );
    }
    let Approval::Answered(refused) = pc(200, &approved(&json!({ "resultCode": "8326" }))) else { panic!() };
    assert_eq!(
        (refused.told, refused.failure.unwrap().gateway_code.as_deref()),
        (GatewayOutcome::Refused, Some("8326"))
    );
    let form =
        b"P_STATUS=00&P_MID=INIpayTest&P_OID=py_1&P_AMT=15000&P_TID=T1&P_TYPE=CARD&P_RMESG1=%BC%BA%B0%F8\n";
    let mobile = of_approval(&authorize, TEST_MID, PayWindow::Mobile, 200, form);
    assert_eq!(mobile, Approval::Answered(Box::new(taken)));
}

#[test]
fn an_account_is_an_action_of_the_payers() {
    let authorize = call(GatewayCall::Authorize);
    let body = approved(&json!({ "payMethod": "VBank", "VACT_BankCode": "04", "VACT_Num": "56211109764327",
        "VACT_Date": "20260108", "VACT_Time": "235959" }));
    let Approval::Answered(waits) = of_approval(&authorize, TEST_MID, PayWindow::Pc, 200, &body) else {
        panic!()
    };
    assert_eq!((waits.told, waits.reference.as_deref()), (GatewayOutcome::ActionRequired, Some("T1")));
    let action = waits.action.unwrap();
    assert_eq!((&action["bank"], &action["account"]), (&json!("04"), &json!("56211109764327")));
    assert_eq!(waits.expires_at.unwrap().to_string(), "2026-01-08T14:59:59.000000Z");
    let form = b"P_STATUS=00&P_MID=INIpayTest&P_OID=py_1&P_AMT=15000&P_TID=T1&P_TYPE=VBANK\
        &P_VACT_NUM=1&P_VACT_BANK_CODE=04";
    let Approval::Answered(waits) = of_approval(&authorize, TEST_MID, PayWindow::Mobile, 200, form) else {
        panic!()
    };
    assert_eq!((waits.told, waits.expires_at), (GatewayOutcome::ActionRequired, None));
    let nowhere = approved(&json!({ "payMethod": "VBank" }));
    assert!(matches!(of_approval(&authorize, TEST_MID, PayWindow::Pc, 200, &nowhere), Approval::Lost(_)));
}

#[test]
fn only_a_net_cancel_that_says_so_has_undone_it() {
    assert!(is_undone(PayWindow::Pc, 200, br#"{"resultCode":"0000"}"#));
    assert!(is_undone(PayWindow::Mobile, 200, b"P_STATUS=00"));
    for (window, status, body) in [
        (PayWindow::Pc, 500, br#"{"resultCode":"0000"}"#.as_slice()),
        (PayWindow::Pc, 200, br#"{"resultCode":"R101"}"#.as_slice()),
        (PayWindow::Pc, 200, b"OK".as_slice()),
        (PayWindow::Mobile, 200, b"P_STATUS=01".as_slice()),
        (PayWindow::Mobile, 200, b"".as_slice()),
    ] {
        assert!(!is_undone(window, status, body), "{window:?} {status}");
    }
}

#[test]
fn a_question_is_answered_by_totals() {
    let part = json!({ "availablePartCancelPrice": "10000" });
    let vbank = json!({ "paymethod": "VBank" });
    let authorize = Some(GatewayCall::Authorize);
    for (about, status, more, told, back) in [
        (authorize, "APPROVAL", json!({}), GatewayOutcome::Captured, Some(0)),
        (None, "PART_CANCEL", part, GatewayOutcome::Captured, Some(5_000)),
        (Some(GatewayCall::Refund), "CANCEL", json!({}), GatewayOutcome::Captured, Some(15_000)),
        (None, "REFUND_COMPLETED", vbank.clone(), GatewayOutcome::Captured, Some(15_000)),
        (None, "DEPOSIT_COMPLETED", vbank.clone(), GatewayOutcome::Captured, Some(0)),
        // undone, and nobody has heard of the approval
        (authorize, "CANCEL", json!({}), GatewayOutcome::Nothing, None),
        (Some(GatewayCall::Void), "CANCEL", vbank.clone(), GatewayOutcome::Voided, None),
        (Some(GatewayCall::Void), "NON_DEPOSIT", vbank.clone(), GatewayOutcome::ActionRequired, None),
        (None, "NON_DEPOSIT", vbank.clone(), GatewayOutcome::Pending, None),
        (None, "DEPOSIT_CANCELED", vbank, GatewayOutcome::Pending, None),
    ] {
        let known = answer(asked(about, &inquired(status, &more)));
        assert_eq!((known.told, known.refunded), (told, back.map(krw)), "{status} {about:?}");
        assert_eq!((known.closed, known.reference.as_deref()), (told == GatewayOutcome::Nothing, Some("T1")));
    }
    let nothing = answer(asked(authorize, br#"{"resultCode":"R404"}"#));
    assert_eq!(nothing, GatewayAnswer::of(GatewayOutcome::Nothing));
    for body in [
        br#"{"resultCode":"R999"}"#.to_vec(),
        b"<html></html>".to_vec(),
        inquired("WHAT_NOBODY_KNOWS", &json!({})),
        inquired("APPROVAL", &json!({ "mid": "another000" })),
        inquired("APPROVAL", &json!({ "oid": "py_2" })),
        inquired("APPROVAL", &json!({ "price": 15_000.5 })),
        inquired("PART_CANCEL", &json!({})),
        inquired("PART_CANCEL", &json!({ "availablePartCancelPrice": "15001" })),
    ] {
        assert!(
            matches!(asked(authorize, &body), DriverReply::Unknown(_)),
            "{}",
            String::from_utf8_lossy(&body)
        );
    }
}

#[test]
fn cancelled_before_is_not_refused() {
    let (refund, void) = (call(GatewayCall::Refund), call(GatewayCall::Void));
    let done = answer(of_refund(&refund, 200, br#"{"resultCode":"00","cancelDate":"20260101"}"#));
    assert_eq!(done, GatewayAnswer::of(GatewayOutcome::Refunded).amount(krw(15_000)));
    let part = br#"{"resultCode":"00","tid":"T2","prtcTid":"T1","prtcPrice":"15000","prtcRemains":"0"}"#;
    assert_eq!(answer(of_refund(&refund, 200, part)).reference.as_deref(), Some("T2"));
    assert_eq!(
        answer(of_refund(&void, 200, br#"{"resultCode":"00"}"#)),
        GatewayAnswer::of(GatewayOutcome::Voided)
    );
    let refused = answer(of_refund(&refund, 200, br#"{"resultCode":"01","detailResultCode":"500622"}"#));
    assert_eq!(refused.failure.unwrap().gateway_code.as_deref(), Some("500622"));
    for (status, body) in [
        (200, br#"{"resultCode":"R201"}"#.as_slice()),
        (200, br#"{"resultCode":"01","detailResultCode":"500626"}"#.as_slice()),
        (200, br#"{"resultCode":"00","prtcPrice":"14999"}"#.as_slice()),
        (200, br#"{"resultCode":7}"#.as_slice()),
        (200, b"<html></html>".as_slice()),
        (200, b"".as_slice()),
        (503, br#"{"resultCode":"00"}"#.as_slice()),
    ] {
        assert!(
            matches!(of_refund(&refund, status, body), DriverReply::Unknown(_)),
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

fn read(body: &Value) -> Result<Vec<WebhookItem>> {
    Inicis.read(&Incoming { body, currencies: &Currencies::iso() })
}

#[test]
fn an_answer_of_another_payment_is_none() {
    for (more, is_ours) in [
        (json!({}), true),
        (json!({ "tid": "T9" }), false),
        (json!({ "oid": "py_2" }), false),
        (json!({ "mid": "another" }), false),
    ] {
        let said = asked(None, &inquired("APPROVAL", &more));
        assert_eq!(matches!(said, DriverReply::Answer(_)), is_ours, "{more}: {said:?}");
    }
    for (parent, is_ours) in [("T1", true), ("T9", false)] {
        let part = json!({ "resultCode": "00", "tid": "T2", "prtcTid": parent, "prtcPrice": "15000" });
        let said = of_refund(&call(GatewayCall::Refund), 200, part.to_string().as_bytes());
        assert_eq!(matches!(said, DriverReply::Answer(_)), is_ours, "{parent}: {said:?}");
    }
}

#[test]
fn a_notice_is_a_hint() {
    let hint = |reference: &str| WebhookItem {
        payment: Some("py_1".to_owned()),
        reference: Some(reference.to_owned()),
        says: Some(HintSays::Paid),
        news: WebhookContent::Hint,
        ..WebhookItem::nothing()
    };
    let pc = json!({ "no_tid": "T1", "no_oid": "py_1", "amt_input": "15000", "type_msg": "0200" });
    assert_eq!(read(&pc).unwrap(), [hint("T1")]);
    let mobile =
        json!({ "P_STATUS": "02", "P_TID": "T2", "P_OID": "py_1", "P_TYPE": "VBANK", "P_AMT": "15000" });
    assert_eq!(read(&mobile).unwrap(), [hint("T2")]);
    for (body, field) in [
        (json!([]), "body"),
        (json!({}), "body.no_oid"),
        (json!({ "no_oid": "" }), "body.no_oid"),
        (json!({ "P_OID": 7 }), "body.P_OID"),
        (json!({ "no_tid": {} }), "body.no_tid"),
    ] {
        let error = read(&body).unwrap_err();
        assert_eq!(
            (error.code().as_str(), &error.details()["field"]),
            ("invalid_request", &json!(field)),
            "{body}"
        );
    }
}

fn read_all(status: u16, body: &[u8]) {
    for kind in GatewayCall::ALL {
        let call = call(*kind);
        for window in [PayWindow::Pc, PayWindow::Mobile] {
            let _ = of_approval(&call, TEST_MID, window, status, body);
            let _ = is_undone(window, status, body);
        }
        let _ = of_inquiry(&call, TEST_MID, "R404", status, body).map(|payment| payment.answer(&call));
        let _ = of_refund(&call, status, body);
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_without_a_panic(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(status, &body);
        let _ = InicisToken::of(&String::from_utf8_lossy(&body), true);
    }

    #[test]
    fn whatever_stands_in_a_member_is_read_without_a_panic(
        name in prop::sample::select(vec![
            "mid", "oid", "MOID", "price", "TotPrice", "payMethod", "VACT_Num", "VACT_BankCode", "VACT_Date", "VACT_Time",
            "resultCode", "detailResultCode", "transactionStatus", "availablePartCancelPrice", "prtcPrice",
        ]),
        text in ".{0,30}",
        number in any::<i64>(),
    ) {
        for value in [json!(text), json!(number), json!([text]), json!(null)] {
            let account = json!({ "payMethod": "VBank", "VACT_BankCode": "04", "VACT_Num": "1", "VACT_Date": text, name: value });
            read_all(200, &approved(&account));
            read_all(200, &inquired("PART_CANCEL", &json!({ name: value })));
            let _ = read(&json!({ name: value, "no_oid": text }));
        }
    }
}
