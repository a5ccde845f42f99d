//! Requests that payments refuse, naming the field, and texts that are never written down: card numbers,
//! tokens and secrets.

use earnest::keyring::Keyring;

use super::{
    CARD, SECOND, TOKEN_OF_PAUL, admin, all_of, answer, asked, confirmed, create, figures, get, lease, order,
    paid, pay_authorized, sent, set_gateway, staged, with,
};
use crate::support::log::Log;
use crate::support::{Kind, Stage, Value, code, json, options};

/// Card numbers of test environments, as people write them.
const CARDS: [&str; 8] = [
    "4111111111111111",
    "2223003122003222",
    "4222222222222",
    "6205500000000000004",
    "4242 4242 4242 4242",
    "3782-822463-10005",
    "6011 0009-9013 9424",
    " 5555555555554444 ",
];
/// Texts that are no card number: too short, too long, another beginning, a wrong check digit, or more than
/// a number.
const NO_CARDS: [&str; 7] = [
    "20260715123408",
    "411111111111",
    "41111111111111111111",
    "1234567890123452",
    "4111111111111112",
    "pm_4111111111111111",
    "order 4111111111111111",
];

/// Everything that anybody could be shown of a book, as text.
async fn shown(stage: &Stage) -> String {
    let mut shown = String::new();
    for (name, args) in [
        ("events.list", json!({})),
        ("admin.audit", json!({})),
        ("jobs.list", json!({})),
        ("payments.list", json!({})),
        ("payments.gateways", json!({})),
        ("payments.routes", json!({})),
        ("payments.debts", json!({})),
        ("ledger.transfers", json!({})),
    ] {
        for item in all_of(stage, name, args).await {
            shown.push_str(&item.to_string());
        }
    }
    for payment in all_of(stage, "payments.list", json!({})).await {
        shown.push_str(&get(stage, &payment).await.to_string());
        let history = stage.ok("payments.history", json!({ "payment": payment["id"], "limit": 500 })).await;
        shown.push_str(&history.to_string());
    }
    shown
}

/// The bytes of the store's files, where it has any, with what is not text replaced.
fn stored(stage: &Stage) -> String {
    let file = stage.beside("money.db");
    let mut stored = String::new();
    if let Some(folder) = file.parent().filter(|_| stage.kind == Kind::Sqlite) {
        for entry in std::fs::read_dir(folder).unwrap() {
            stored.push_str(&String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()));
        }
        assert!(stored.contains("payment"), "the store is where it is looked for");
    }
    stored
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A call with a card number in a field is refused, and what it says does not repeat it.
async fn refused(stage: &Stage, name: &str, args: Value, field: &str, card: &str) {
    let before = stage.state().await;
    let args = with(args, &json!({ "key": stage.key() }));
    let error = stage.call(name, args).await.expect_err(name);
    assert_eq!(error.code().as_str(), "invalid_request", "{name} with a card number in `{field}`: {error}");
    let named = error.details()["field"].as_str().unwrap_or_default().to_owned();
    assert!(
        named == field || named.starts_with(&format!("{field}.")),
        "{name}: `{named}` is named, not `{field}`"
    );
    assert_eq!(stage.state().await, before, "{name} with a card number in `{field}` has written something");
    let said = format!("{error} {error:?} {} {}", error.details(), error.envelope("en"));
    assert!(!said.contains(card) && !said.contains(&digits(card)), "{name} repeats what is in `{field}`");
}

#[tokio::test]
async fn card_numbers_are_refused_and_never_written() {
    let log = Log::begin();
    for kind in [Kind::Memory, Kind::Sqlite] {
        if !Kind::all().contains(&kind) {
            continue;
        }
        let stage = staged(kind).await;
        let created = create(&stage, json!({})).await;
        let captured = paid(&stage, "100.00 USD").await;
        let authorized = pay_authorized(&stage).await;
        let of = |payment: &Value, more: &Value| with(json!({ "payment": payment["id"] }), more);
        for card in CARDS {
            for (name, args, field) in [
                ("payments.create", asked(&json!({ "token": card })), "token"),
                (
                    "payments.create",
                    asked(&json!({ "gateway": null, "tokens": { CARD: "pm-1", SECOND: card } })),
                    "tokens",
                ),
                ("payments.create", asked(&json!({ "metadata": { "note": card } })), "metadata"),
                ("payments.create", asked(&json!({ "metadata": { "a": { "b": ["x", card] } } })), "metadata"),
                ("payments.confirm", of(&created, &json!({ "token": card })), "token"),
                ("payments.void", of(&authorized, &json!({ "reason": card })), "reason"),
                ("payments.refund", of(&captured, &json!({ "reason": card })), "reason"),
                ("payments.refund", of(&captured, &json!({ "metadata": { "card": card } })), "metadata"),
                ("payments.chargeback", of(&captured, &json!({ "case": "c-1", "reason": card })), "reason"),
                (
                    "payments.settle",
                    of(&captured, &json!({ "outcome": "captured", "reason": card, "actor": admin() })),
                    "reason",
                ),
            ] {
                refused(&stage, name, args, field, card).await;
            }
        }
        let (shown, stored) = (shown(&stage).await, stored(&stage));
        for card in CARDS {
            for text in [card, &digits(card)] {
                assert!(
                    !shown.contains(text.trim()) && !stored.contains(text.trim()),
                    "{kind:?}: {card} was written"
                );
            }
        }
        stage.finish().await;
    }
    let log = log.end();
    for card in CARDS {
        assert!(!log.contains(card) && !log.contains(&digits(card)), "{card} was logged");
    }
}

/// Setting up, news, questions and debts took metadata with a card number.
#[tokio::test(flavor = "multi_thread")]
async fn no_operation_takes_a_card_number_in_its_metadata() {
    let stage = staged(Kind::Memory).await;
    let payment = pay_authorized(&stage).await;
    let debt = "dt_019b76da-a800-7000-8000-000000000000";
    for (name, args) in [
        ("payments.set_gateway", json!({ "id": "third", "driver": "host" })),
        ("payments.set_route", json!({ "id": "all", "gateways": [CARD] })),
        ("payments.remove_route", json!({ "id": "all" })),
        ("payments.sync", json!({ "payment": payment["id"] })),
        (
            "payments.report",
            json!({ "gateway": CARD, "event": "e-1", "payment": payment["id"], "outcome": "authorized" }),
        ),
        ("payments.write_off", json!({ "debt": debt, "reason": "gone", "actor": admin() })),
    ] {
        for card in CARDS {
            let args = with(args.clone(), &json!({ "metadata": { "a": { "n": card } } }));
            refused(&stage, name, args, "metadata", card).await;
        }
    }
    stage.finish().await;
}

/// A text that only looks like a card number is taken, and gateways' words are never refused: money would
/// strand.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_card_number_is_taken() {
    let stage = staged(Kind::Memory).await;
    for text in NO_CARDS {
        confirmed(&stage, json!({ "token": text, "metadata": { "note": text } })).await;
    }
    let payment = create(&stage, json!({ "metadata": { "number": 7, "on": true, "none": null } })).await;
    assert_eq!(payment["metadata"]["number"], 7);
    let payment = confirmed(&stage, json!({})).await;
    let job = sent(&stage, &payment, "authorize").await;
    let failure =
        json!({ "code": "declined", "gateway_code": "card 4111111111111111 declined", "retry": "never" });
    let after = answer(&stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
    assert_eq!(figures(&after), "failed 0.00 0.00 0.00 0.00");
    assert!(
        !shown(&stage).await.contains("4111111111111111 declined"),
        "a long run of digits is masked: {after}"
    );
    stage.finish().await;
}

/// An operation that would be accepted but for this, what it is refused with, and the field that is named.
struct Malformed {
    name: &'static str,
    wrong: Value,
    refusal: &'static str,
    field: &'static str,
}

fn malformed(name: &'static str, wrong: Value, refusal: &'static str, field: &'static str) -> Malformed {
    Malformed { name, wrong, refusal, field }
}

/// Returns an operation's sound arguments, in which a test sets one field wrong.
fn sound(name: &str, payment: &Value) -> Value {
    match name {
        "create" => asked(&json!({ "key": "k" })),
        "set_gateway" => json!({ "id": "third", "driver": "host" }),
        "set_route" => json!({ "id": "all", "gateways": [CARD] }),
        "report" => json!({ "gateway": CARD, "event": "e", "payment": payment["id"], "outcome": "captured" }),
        "refund" => json!({ "payment": payment["id"] }),
        "chargeback" => json!({ "payment": payment["id"], "case": "c" }),
        _ => json!({}),
    }
}

fn all_malformed() -> Vec<Malformed> {
    let request = "invalid_request";
    let create = |wrong, refusal, field| malformed("create", wrong, refusal, field);
    let gateway = |wrong, field| malformed("set_gateway", wrong, request, field);
    let route = |wrong, field| malformed("set_route", wrong, request, field);
    vec![
        create(json!({ "amount": "0.00 USD" }), "invalid_amount", "amount"),
        create(json!({ "amount": "-1.00 USD" }), "invalid_amount", "amount"),
        create(json!({ "amount": "1.001 USD" }), "invalid_amount", "amount"),
        create(json!({ "amount": 100 }), "invalid_amount", "amount"),
        create(json!({ "amount": "1.00 XXQ" }), "invalid_currency", "amount"),
        create(json!({ "to": "a b" }), "invalid_account", "to"),
        create(json!({ "capture": "later" }), request, "capture"),
        create(json!({ "expires_in": "PT59S" }), request, "expires_in"),
        create(json!({ "expires_in": "P31D" }), request, "expires_in"),
        create(json!({ "authorization_for": "PT59M" }), request, "authorization_for"),
        create(json!({ "gateway": "a b" }), request, "gateway"),
        create(json!({ "card": "x" }), request, "card"),
        gateway(json!({ "driver": "toss" }), "secrets"),
        gateway(json!({ "driver": "stripe" }), "secrets"),
        gateway(json!({ "driver": "stripe", "secrets": { "secret_key": "" } }), "secrets"),
        gateway(json!({ "driver": "stripe", "secrets": { "secret_key": "sk_1" } }), "config"),
        gateway(json!({ "driver": "stripe", "abilities": ["query"] }), "abilities"),
        gateway(json!({ "driver": "inicis" }), "secrets"),
        gateway(json!({ "driver": "abacus" }), "driver"),
        // its calls under way would be asked about elsewhere, and its secrets shown there
        gateway(
            json!({ "id": CARD, "driver": "toss", "secrets": { "secret_key": "sk" }, "config": { "client_key": "ck" } }),
            "driver",
        ),
        gateway(json!({ "id": "a b" }), "id"),
        gateway(json!({ "id": "x".repeat(49) }), "id"),
        gateway(json!({ "abilities": ["query", "fly"] }), "abilities[1]"),
        gateway(json!({ "settle_after": "P2D" }), "settle_after"),
        gateway(json!({ "breaker": { "failures": 0 } }), "breaker.failures"),
        gateway(json!({ "breaker": { "pause": "PT0S" } }), "breaker.pause"),
        route(json!({ "gateways": [] }), "gateways"),
        route(json!({ "min": "9.00 USD", "max": "8.00 USD" }), "max"),
        route(json!({ "id": "" }), "id"),
        malformed("report", json!({ "outcome": "paid" }), request, "outcome"),
        malformed("report", json!({ "event": "x".repeat(600) }), request, "event"),
        malformed("report", json!({ "captured": "x" }), "invalid_amount", "captured"),
        malformed("refund", json!({ "amount": "0.00 USD" }), "invalid_amount", "amount"),
        malformed("refund", json!({ "amount": "1.00 EUR" }), "currency_mismatch", "amount"),
        malformed("chargeback", json!({ "amount": "0.00 USD" }), "invalid_amount", "amount"),
        malformed("chargeback", json!({ "phase": "lost?" }), request, "phase"),
        malformed("list", json!({ "state": "paid" }), request, "state"),
        malformed("debts", json!({ "state": "paid" }), request, "state"),
        malformed("diagram", json!({ "format": "oil" }), request, "format"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_call_is_named() {
    let stage = staged(Kind::Memory).await;
    let payment = paid(&stage, "100.00 USD").await;
    for Malformed { name, wrong, refusal, field } in all_malformed() {
        let args = with(sound(name, &payment), &wrong);
        let details = stage.no(&format!("payments.{name}"), args.clone(), refusal).await;
        let inside = format!("{field}.");
        let fits = details["field"].as_str().is_none_or(|named| named == field || named.starts_with(&inside));
        assert!(fits, "{name} {args}: {details}, expected `{field}`");
    }
    let create = |more: Value| asked(&more);
    for (name, args, refusal) in [
        ("create", create(json!({ "to": null })), "invalid_request"),
        ("create", create(json!({ "token": "pm-1", "tokens": { CARD: "pm-2" } })), "invalid_request"),
        (
            "create",
            create(json!({ "to": null, "deal": "dl_019b76da-a800-7000-8000-000000000000" })),
            "deal_not_found",
        ),
        ("create", create(json!({ "deal": "dl_019b76da-a800-7000-8000-000000000000" })), "invalid_request"),
        ("list", json!({ "deal": "nobody" }), "invalid_request"),
        ("create", create(json!({ "to": "@world" })), "not_permitted"),
        ("create", create(json!({ "gateway": "nobody" })), "gateway_not_found"),
        ("report", json!({ "gateway": CARD, "event": "e", "outcome": "captured" }), "invalid_request"),
        ("get", json!({}), "invalid_request"),
        ("get", json!({ "payment": "py_019b76da-a800-7000-8000-000000000000" }), "payment_not_found"),
        ("get", json!({ "reference": "nobody" }), "payment_not_found"),
    ] {
        stage.no(&format!("payments.{name}"), args, refusal).await;
    }
    set_gateway(&stage, CARD, json!({ "active": false })).await;
    stage.no("payments.create", asked(&json!({ "token": TOKEN_OF_PAUL })), "gateway_not_found").await;
    stage.finish().await;
}

/// A call beyond a gateway's abilities is refused before the gateway is asked; one within them goes on.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_gateway_cannot_do_is_not_supported() {
    let stage = staged(Kind::Memory).await;
    let (authorized, captured) = (pay_authorized(&stage).await, paid(&stage, "100.00 USD").await);
    set_gateway(&stage, CARD, json!({ "abilities": ["query"] })).await;
    let of = |payment: &Value| json!({ "payment": payment["id"], "amount": "60.00 USD" });
    for (name, args) in [
        ("payments.create", asked(&json!({ "capture": "manual", "token": TOKEN_OF_PAUL }))),
        ("payments.capture", of(&authorized)),
        ("payments.refund", of(&captured)),
    ] {
        let details = stage.no(name, args, "not_supported").await;
        assert_eq!(details["operation"], name, "{details}");
    }
    for (name, payment, amount) in [("capture", &authorized, "captured"), ("refund", &captured, "refunded")] {
        order(&stage, name, payment, json!({})).await;
        let job = sent(&stage, payment, name).await;
        let whole = json!({ "outcome": amount, "amount": "100.00 USD" });
        assert_eq!(answer(&stage, &job, whole).await["state"], amount);
    }
    stage.finish().await;
}

/// An account that nobody had opened was opened for the host's own program alone.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_pays_opens_the_account_that_he_pays() {
    let stage = staged(Kind::Memory).await;
    let args = asked(&json!({ "to": "kiosk", "actor": "paul", "token": TOKEN_OF_PAUL }));
    let payment = stage.ok("payments.create", args).await["payment"].clone();
    let job = sent(&stage, &payment, "authorize").await;
    answer(&stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
    let account = stage.ok("ledger.account", json!({ "account": "kiosk" })).await;
    assert_eq!(
        (&account["posted"]["amount"], &account["owner"]),
        (&json!("100.00"), &Value::Null),
        "{account}"
    );
    // who is neither named nor tied to it opens none
    let args = asked(&json!({ "to": "stall", "actor": "mallory" }));
    stage.no("payments.create", args, "not_permitted").await;
    stage.no("ledger.account", json!({ "account": "stall" }), "account_not_found").await;
    stage.finish().await;
}

/// A caller who begins a payment and names no payer is its payer, and may confirm it.
#[tokio::test(flavor = "multi_thread")]
async fn who_begins_a_payment_and_names_nobody_pays_it() {
    let stage = staged(Kind::Memory).await;
    for (to, who) in [("mina", "mina"), ("shop", "olga")] {
        let payment = create(&stage, json!({ "to": to, "payer": null, "actor": who })).await;
        assert_eq!(payment["payer"], who, "{payment}");
        let page = stage.ok("payments.list", json!({ "payer": who, "actor": who })).await;
        assert_eq!(page["items"][0]["id"], payment["id"], "{page}");
        let confirm = |who: &str| json!({ "payment": payment["id"], "token": TOKEN_OF_PAUL, "actor": who });
        stage.no("payments.confirm", confirm("mallory"), "not_permitted").await;
        stage.ok("payments.confirm", confirm(who)).await;
    }
    // the host's own program pays nothing itself
    assert_eq!(create(&stage, json!({ "payer": null })).await["payer"], Value::Null);
    stage.finish().await;
}

/// Plain actors read what they are a party to, and lists name whom.
#[tokio::test(flavor = "multi_thread")]
async fn who_reads_what() {
    let stage = staged(Kind::Memory).await;
    let payment = paid(&stage, "100.00 USD").await;
    let one = json!({ "payment": payment["id"] });
    for (who, name, args, expected) in [
        ("paul", "get", &one, "ok"),
        ("olga", "get", &one, "ok"),
        ("mallory", "get", &one, "not_permitted"),
        ("paul", "history", &one, "ok"),
        ("olga", "history", &one, "ok"),
        ("mallory", "history", &one, "not_permitted"),
        ("paul", "list", &json!({ "payer": "paul" }), "ok"),
        ("olga", "list", &json!({ "to": "shop" }), "ok"),
        ("mallory", "list", &json!({ "to": "shop" }), "not_permitted"),
        ("mallory", "list", &json!({ "payer": "paul" }), "not_permitted"),
        ("olga", "list", &json!({}), "not_permitted"),
    ] {
        let args = with(args.clone(), &json!({ "actor": who }));
        let outcome = stage.call(&format!("payments.{name}"), args.clone()).await;
        assert_eq!(code(&outcome), expected, "{who}: {name} {args}");
    }
    let page = stage.ok("payments.list", json!({ "payer": "paul", "actor": "paul" })).await;
    assert_eq!((&page["items"][0]["id"], page["items"].as_array().unwrap().len()), (&payment["id"], 1));
    stage.finish().await;
}

/// The payment that somebody is told has the reference `order-11`, or the refusal; without a name the host's
/// own program asks.
async fn referred(stage: &Stage, who: &Value) -> Result<Value, String> {
    let mut args = json!({ "reference": "order-11" });
    if !who.is_null() {
        args["actor"] = who.clone();
    }
    let outcome = stage.call("payments.get", args).await;
    outcome.map(|payment| payment["id"].clone()).map_err(|error| {
        assert_eq!(error.details()["field"], "reference", "{who}: {error}");
        error.code().as_str().to_owned()
    })
}

/// A stranger gave a payment of one cent the reference of an order, and the order was taken for paid.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_pays_no_order_with_a_cent() {
    let stage = staged(Kind::Memory).await;
    let (paul, olga, mallory) = (json!("paul"), json!("olga"), json!("mallory"));
    let made = async |more: Value| {
        stage.advance("PT1S");
        create(&stage, with(json!({ "reference": "order-11" }), &more)).await["id"].clone()
    };
    made(json!({})).await;
    // the same order once more, after its first payment was refused
    let order = made(json!({})).await;
    for who in [&paul, &olga, &admin(), &Value::Null] {
        assert_eq!(referred(&stage, who).await, Ok(order.clone()), "{who}");
    }
    let cent = json!({ "amount": "0.01 USD", "payer": "mallory", "actor": "mallory" });
    let refused: Result<Value, String> = Err("invalid_request".to_owned());
    let own = made(with(cent.clone(), &json!({ "to": "mallory" }))).await;
    for (who, told) in [
        (&paul, Ok(order.clone())),
        (&olga, Ok(order.clone())),
        (&mallory, Ok(own)),
        (&admin(), refused.clone()),
        (&Value::Null, refused.clone()),
    ] {
        assert_eq!(referred(&stage, who).await, told, "{who}");
    }
    // to the shop itself, whose owner reads it
    made(cent).await;
    for (who, told) in [(&paul, Ok(order)), (&olga, refused.clone()), (&Value::Null, refused.clone())] {
        assert_eq!(referred(&stage, who).await, told, "{who}");
    }
    // and by the payer of the order
    made(json!({ "amount": "0.01 USD", "actor": "paul" })).await;
    assert_eq!(referred(&stage, &paul).await, refused);
    stage.finish().await;
}

/// Five hundred newer payments of one stranger hid the order.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_hide_no_order() {
    let stage = staged(Kind::Memory).await;
    create(&stage, json!({ "reference": "order-11" })).await;
    stage.advance("PT1S");
    for _ in 0..500 {
        let cent = json!({ "amount": "0.01 USD", "to": "mallory", "payer": "mallory", "actor": "mallory" });
        create(&stage, with(cent, &json!({ "reference": "order-11" }))).await;
    }
    assert_eq!(referred(&stage, &Value::Null).await, Err("invalid_request".to_owned()));
    stage.finish().await;
}

/// Secrets and tokens need a keyring that seals them.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_nothing_secret_is_taken() {
    let stage = Stage::with(Kind::Memory, options()).await;
    let secret = json!({ "id": CARD, "driver": "host", "secrets": { "api_key": "sk-1" } });
    stage.no("payments.set_gateway", secret, "key_not_found").await;
    set_gateway(&stage, CARD, json!({})).await;
    stage.no("payments.create", asked(&json!({ "token": TOKEN_OF_PAUL })), "key_not_found").await;
    let payment = create(&stage, json!({})).await;
    stage
        .no("payments.confirm", json!({ "payment": payment["id"], "token": TOKEN_OF_PAUL }), "key_not_found")
        .await;
    stage.bank.replace_keyring(Keyring::for_tests()).await.unwrap();
    let confirm = json!({ "payment": payment["id"], "token": TOKEN_OF_PAUL });
    assert_eq!(stage.ok("payments.confirm", confirm).await["payment"]["state"], "authorizing");
    stage.finish().await;
}

/// Tokens and secrets with marks go through everything, and nobody finds a mark but the worker who needs it.
#[tokio::test]
async fn tokens_and_secrets_are_shown_to_nobody() {
    let marks = ["MARK-ONE", "MARK-TWO", "MARK-THREE", "MARK-FOUR", "MARK-FIVE", "MARK-SIX"];
    let [one, two, three, four, five, six] = marks;
    let log = Log::begin();
    for kind in [Kind::Memory, Kind::Sqlite] {
        if !Kind::all().contains(&kind) {
            continue;
        }
        let stage = staged(kind).await;
        let made = set_gateway(&stage, CARD, json!({ "secrets": { "api_key": one } })).await;
        assert_eq!(made["secrets"], json!(["api_key"]), "the names alone");
        let create_args = asked(&json!({ "token": two, "key": "first" }));
        let reply = stage.ok("payments.create", create_args.clone()).await;
        let mut said = format!("{made} {reply}");
        let mismatch = with(create_args.clone(), &json!({ "token": three }));
        let error = stage.call("payments.create", mismatch).await.unwrap_err();
        assert_eq!(
            (error.code().as_str(), &error.details()["fields"]),
            ("idempotency_mismatch", &json!(["token"]))
        );
        said.push_str(&format!("{error} {error:?} {}", error.details()));
        assert_eq!(stage.ok("payments.create", create_args).await["replayed"], true);
        let job = lease(&stage, CARD).await;
        assert_eq!(job["payload"]["token"], two, "the worker is told");
        said.push_str(&shown(&stage).await);
        let failure = json!({ "code": "declined", "retry": "never" });
        said.push_str(
            &answer(&stage, &job, json!({ "outcome": "refused", "failure": failure })).await.to_string(),
        );
        let created = create(&stage, json!({})).await;
        said.push_str(&order(&stage, "confirm", &created, json!({ "token": four })).await.to_string());
        stage.ok("payments.set_route", json!({ "id": "all", "gateways": [CARD, SECOND] })).await;
        let by_route = json!({ "gateway": null, "tokens": { CARD: five, SECOND: six } });
        said.push_str(&create(&stage, by_route).await.to_string());
        // refused after the tokens were read
        let nowhere = asked(&json!({ "gateway": "nobody", "token": three }));
        said.push_str(&format!(
            "{:?}",
            stage.call("payments.create", with(nowhere, &json!({ "key": "x" }))).await
        ));
        said.push_str(&shown(&stage).await);
        said.push_str(&stored(&stage));
        stage.finish().await;
        for mark in marks {
            assert!(!said.contains(mark), "{kind:?}: {mark} is shown");
        }
    }
    let log = log.end();
    for mark in marks {
        assert!(!log.contains(mark), "{mark} was logged");
    }
}
