//! A list shows a plain actor what its `get` answers him, item by item: for strangers, parties, former
//! parties and staff. The lists are those of the table of operations; one without a comparison fails.

use std::collections::{BTreeMap, BTreeSet};

use earnest::OPERATIONS;
use earnest::for_cli::STORY;
use earnest::ids::Actor;
use earnest::kernel::permit::Who;
use earnest::keyring::Keyring;
use earnest::request::scope::OperationInfo;

use crate::support::{Kind, Stage, Value, code, json, options};

/// The measure of an item of a list, or of the arguments of a list of events.
enum Comparison {
    /// The item is what this operation answers for this argument.
    Get(&'static str, &'static str),
    /// The item is an account, or part of one, which has a currency too.
    Account,
    /// The list is of one object, named by this argument, and this operation answers it.
    Object(&'static str, &'static str),
    /// Nothing answers the item alone: it names the actor, or an account or an offer of his.
    Names(&'static [&'static str]),
}

/// Every list that judges plain actors by what they name.
const COMPARED: &[(&str, Comparison)] = &[
    ("ledger.accounts", Comparison::Account),
    ("ledger.transfers", Comparison::Get("ledger.get_transfer", "transfer")),
    ("ledger.entries", Comparison::Account),
    ("ledger.holds", Comparison::Get("ledger.get_hold", "hold")),
    ("escrow.list", Comparison::Get("escrow.get", "deal")),
    ("escrow.history", Comparison::Object("escrow.get", "deal")),
    ("escrow.disputes", Comparison::Get("escrow.get_dispute", "dispute")),
    ("receipts.list", Comparison::Get("receipts.get", "receipt")),
    ("admin.audit", Comparison::Names(&["/actor/id"])),
    ("approvals.list", Comparison::Get("approvals.get", "approval")),
    ("vault.list", Comparison::Names(&["/subject"])),
    ("payments.list", Comparison::Get("payments.get", "payment")),
    ("payments.history", Comparison::Object("payments.get", "payment")),
    ("payments.debts", Comparison::Names(&["/account"])),
    ("purchases.promos", Comparison::Names(&["/offers"])),
    ("purchases.list", Comparison::Get("purchases.get", "purchase")),
    ("purchases.history", Comparison::Object("purchases.get", "purchase")),
    ("withdrawals.list", Comparison::Get("withdrawals.get", "withdrawal")),
    ("withdrawals.history", Comparison::Object("withdrawals.get", "withdrawal")),
];

/// Arguments of lists that name nobody and nothing.
const NAMELESS: [&str; 9] =
    ["after", "state", "order", "currency", "type", "from_time", "to_time", "updated_since", "due_before"];

/// The people beside staff: strangers, parties, owners, and who was one of these before.
const PEOPLE: [&str; 14] = [
    "mallory", "alice", "u-1", "bob", "shop", "u-7", "zoe", "olga", "nina", "stall", "s1", "s2", "eve",
    "mint",
];

fn members(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

fn lists() -> impl Iterator<Item = &'static OperationInfo> {
    OPERATIONS.iter().filter(|info| {
        let reply = (info.reply)().to_value();
        let has = |name: &str| members(&reply).any(|(member, _)| member == name);
        has("items") && has("next")
    })
}

/// The arguments of a list that can name somebody or something.
fn filters(info: &OperationInfo) -> Vec<String> {
    let request = (info.request)().to_value();
    let is_text = |schema: &Value| schema.to_string().contains(r#""string""#);
    // elsewhere it is who asks, and he is bound
    let is_sought = |name: &str| name == "actor" && info.name == "admin.audit";
    let named = members(&request)
        .filter(|(name, schema)| is_sought(name) || is_text(schema) && !NAMELESS.contains(&name.as_str()));
    named.map(|(name, _)| name.clone()).collect()
}

/// A text that begins with `$` is the id in an earlier reply.
fn filled(value: &Value, replies: &BTreeMap<String, Value>) -> Option<Value> {
    Some(match value {
        Value::String(text) if text.starts_with('$') => {
            let (name, path) = text[1..].split_once('.').unwrap_or((&text[1..], ""));
            let pointer =
                if path.is_empty() { String::new() } else { format!("/{}", path.replace('.', "/")) };
            replies.get(name)?.pointer(&pointer)?.clone()
        }
        Value::Array(items) => items.iter().map(|item| filled(item, replies)).collect::<Option<_>>()?,
        Value::Object(all) => {
            let each = all.iter().map(|(name, value)| Some((name.clone(), filled(value, replies)?)));
            Value::Object(each.collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}

/// Everything that the examples make, and what changed hands since.
async fn set_the_scene(stage: &Stage) {
    let mut replies = BTreeMap::new();
    for (_, line) in STORY {
        let line: Value = serde_json::from_str(line).unwrap();
        let name = line["op"].as_str().unwrap();
        let args = if line["args"].is_null() { json!({}) } else { line["args"].clone() };
        // these change the whole store, or take away what is looked for
        let args = filled(&args, &replies).filter(|_| !name.starts_with("admin.") && name != "vault.forget");
        let Some(args) = args else { continue };
        let reply = match stage.call(name, args).await {
            Ok(reply) => reply,
            Err(error) => error.details(),
        };
        replies.extend(line["as"].as_str().map(|known_as| (known_as.to_owned(), reply)));
    }
    let open = |account: &str, owner: &str, currency: &str| json!({ "account": account, "currency": currency, "owner": owner });
    // of one name in two currencies, with two owners
    stage.ok("ledger.open_account", open("stall", "olga", "USD")).await;
    stage.ok("ledger.open_account", open("stall", "eve", "EUR")).await;
    for (account, amount) in [
        ("stall", "50.00 USD"),
        ("stall", "50.00 EUR"),
        ("zoe", "90.00 USD"),
        ("bob", "9.00 EUR"),
        ("mint", "1.00 USD"),
        ("mint", "1.00 EUR"),
    ] {
        stage.funded(account, amount).await;
    }
    stage.ok("payments.set_gateway", json!({ "id": "till", "driver": "host" })).await;
    for amount in ["1.00 USD", "1.00 EUR"] {
        stage.held("stall", amount).await;
        stage.ok("ledger.transfer", json!({ "from": "stall", "to": "mint", "amount": amount })).await;
        stage
            .ok(
                "payments.create",
                json!({ "amount": amount, "to": "stall", "payer": "zoe", "gateway": "till" }),
            )
            .await;
        stage.ok("escrow.open", json!({ "buyer": "bob", "seller": "stall", "price": amount })).await;
    }
    for (offer, seller, price) in
        [("vase", "s1", "10.00 USD"), ("urn", "stall", "10.00 USD"), ("jar", "stall", "3.00 EUR")]
    {
        stage.ok("purchases.set_offer", json!({ "id": offer, "seller": seller, "price": price })).await;
        let buyer = if price.ends_with("EUR") { "bob" } else { "zoe" };
        let metadata = json!({ "gift": "yes" });
        stage.ok("purchases.buy", json!({ "offer": offer, "buyer": buyer, "metadata": metadata })).await;
    }
    // handed over: the account, and the offers
    stage
        .ok("ledger.update_account", json!({ "account": "stall", "currency": "USD", "owner": "nina" }))
        .await;
    for (offer, seller) in [("vase", "s2"), ("jar", "s2"), ("urn", "s1")] {
        stage.ok("purchases.set_offer", json!({ "id": offer, "seller": seller })).await;
    }
    stage.ok("purchases.buy", json!({ "offer": "vase", "buyer": "zoe" })).await;
    let promo = json!({ "id": "VS", "off": { "bps": 10 }, "offers": ["vase"], "actor": "s2" });
    stage.ok("purchases.set_promo", promo).await;
}

/// Every text in the items of the lists that staff sees, which may be a name or an id.
async fn values(stage: &Stage) -> BTreeSet<String> {
    let mut values: BTreeSet<String> = PEOPLE.map(str::to_owned).into();
    for (name, _) in COMPARED {
        let Ok(page) = stage.call(name, json!({ "limit": 500 })).await else { continue };
        for item in page["items"].as_array().unwrap() {
            let texts = item.as_object().unwrap().values().filter_map(Value::as_str);
            values.extend(texts.filter(|text| text.len() <= 64 && !text.contains(' ')).map(str::to_owned));
        }
    }
    values
}

struct Audit<'s> {
    stage: &'s Stage,
    /// The answer of each `get` to each of them.
    answers: BTreeMap<(String, String), &'static str>,
    /// Items that plain actors were shown, by list.
    shown: BTreeMap<&'static str, usize>,
    wrong: BTreeSet<String>,
}

impl Audit<'_> {
    async fn ask(&self, who: &str, name: &str, args: Value) -> Result<Value, earnest::Error> {
        self.stage.bank.acting(Actor::new(who)).call(name, args).await
    }

    async fn answer(&mut self, who: &str, name: &str, args: Value) -> &'static str {
        let place = (who.to_owned(), format!("{name} {args}"));
        if let Some(known) = self.answers.get(&place) {
            return known;
        }
        let answer = code(&self.ask(who, name, args).await);
        self.answers.insert(place, answer);
        answer
    }

    /// Whether a text is the actor, or an account or an offer of his.
    async fn is_his(&mut self, who: &str, text: &str) -> bool {
        if text == who || self.answer(who, "ledger.account", json!({ "account": text })).await == "ok" {
            return true;
        }
        let offer = self.stage.call("purchases.get_offer", json!({ "offer": text })).await;
        match offer.ok().and_then(|offer| offer["seller"].as_str().map(str::to_owned)) {
            Some(seller) => {
                seller == who
                    || self.answer(who, "ledger.account", json!({ "account": seller })).await == "ok"
            }
            None => false,
        }
    }

    async fn holds(&mut self, who: &str, by: &Comparison, args: &Value, item: &Value) -> bool {
        match by {
            Comparison::Get(get, arg) => self.answer(who, get, json!({ (*arg): item["id"] })).await == "ok",
            Comparison::Account => {
                let name = if item["account"].is_null() { &item["id"] } else { &item["account"] };
                let args = json!({ "account": name, "currency": item["currency"] });
                self.answer(who, "ledger.account", args).await == "ok"
            }
            Comparison::Object(get, arg) => self.answer(who, get, json!({ (*arg): args[arg] })).await == "ok",
            Comparison::Names(pointers) => {
                for pointer in *pointers {
                    // what the item leaves out stands in the arguments
                    let found = item.pointer(pointer).or_else(|| args.pointer(pointer)).cloned();
                    let found = found.unwrap_or(Value::Null);
                    if found.is_null() && *pointer == "/offers" {
                        return true;
                    }
                    let texts = found.as_array().cloned().unwrap_or_else(|| vec![found.clone()]);
                    for text in texts.iter().filter_map(Value::as_str) {
                        if self.is_his(who, text).await {
                            return true;
                        }
                    }
                }
                false
            }
        }
    }

    async fn alone(&mut self, list: &'static str, by: &Comparison, args: Value) {
        for who in PEOPLE {
            self.look(who, list, by, args.clone()).await;
        }
    }

    async fn look(&mut self, who: &str, list: &'static str, by: &Comparison, args: Value) {
        let Ok(page) = self.ask(who, list, args.clone()).await else { return };
        for item in page["items"].as_array().unwrap() {
            *self.shown.entry(list).or_default() += 1;
            if !self.holds(who, by, &args, item).await {
                self.wrong.insert(format!("{list} {args} shows {who}: {item}"));
            }
        }
    }
}

#[test]
fn every_list_has_a_comparison_or_is_for_staff_or_for_everybody() {
    let judged: Vec<&str> =
        lists().filter(|info| !matches!(info.who, Who::Staff | Who::Anybody)).map(|info| info.name).collect();
    let compared: BTreeSet<&str> = COMPARED.iter().map(|(name, _)| *name).collect();
    assert_eq!(judged.iter().copied().collect::<BTreeSet<_>>(), compared);
    assert!(lists().count() > judged.len(), "no list is for staff");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_a_plain_actor_what_get_answers_him() {
    let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests())).await;
    set_the_scene(&stage).await;
    let values = values(&stage).await;
    let mut audit =
        Audit { stage: &stage, answers: BTreeMap::new(), shown: BTreeMap::new(), wrong: BTreeSet::new() };
    for (list, by) in COMPARED {
        let info = lists().find(|info| info.name == *list).unwrap();
        let filters = filters(info);
        audit.alone(list, by, json!({})).await;
        for filter in &filters {
            for value in &values {
                let args = json!({ filter: value });
                // what finds nothing for staff finds nothing for anybody
                let found = stage.call(list, args.clone()).await;
                if !found.is_ok_and(|page| page["items"].as_array().is_some_and(|items| !items.is_empty())) {
                    continue;
                }
                audit.alone(list, by, args.clone()).await;
                // an own name opens the list, and another filter goes with it
                for other in filters.iter().filter(|other| *other != filter) {
                    for who in PEOPLE {
                        let mut both = args.clone();
                        both[other] = who.into();
                        audit.look(who, list, by, both).await;
                    }
                }
            }
        }
    }
    let bare = |list: &&&str| !audit.shown.contains_key(**list);
    let bare: Vec<_> = COMPARED.iter().map(|(list, _)| list).filter(bare).collect();
    assert!(bare.is_empty(), "nothing was shown, and nothing compared: {bare:?}");
    let wrong: Vec<_> = audit.wrong.iter().take(20).collect();
    assert!(wrong.is_empty(), "{} items: {wrong:#?}", audit.wrong.len());
    stage.finish().await;
}

/// Staff is shown what `get` answers staff, and a list for staff shows nobody else anything.
#[tokio::test(flavor = "multi_thread")]
async fn staff_reads_all_of_a_list_and_of_its_items() {
    let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests())).await;
    set_the_scene(&stage).await;
    for info in lists().filter(|info| info.who == Who::Staff) {
        let outcome = stage.bank.acting(Actor::new("alice")).call(info.name, json!({})).await;
        assert!(matches!(code(&outcome), "not_permitted" | "invalid_request"), "{}", info.name);
    }
    for staff in [Actor::admin("anna"), Actor::new("checkout").with_role("system")] {
        let bank = stage.bank.acting(staff);
        for (list, by) in COMPARED {
            let Comparison::Get(get, arg) = by else { continue };
            let page = bank.call(list, json!({ "limit": 500 })).await.unwrap();
            let items = page["items"].as_array().unwrap();
            assert!(!items.is_empty(), "{list}");
            for item in items {
                let got = bank.call(get, json!({ (*arg): item["id"] })).await;
                assert_eq!(code(&got), "ok", "{get} {item}");
            }
        }
    }
    stage.finish().await;
}
