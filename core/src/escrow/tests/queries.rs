//! Queries on a store in memory; and the diagrams.

use std::sync::LazyLock;

use super::*;
use crate::api::operations::CATALOGUE;
use crate::env::Clock;
use crate::escrow::requests::{
    AllowedActions, DealHistory, Deals, DrawDiagram, GetDeal, QuoteDeal, ValidateDeal,
};
use crate::escrow::transitions::TRANSITIONS;
use crate::escrow::{diagram, queries};
use crate::request::domain::Domains;
use crate::request::reading::Reading;
use crate::store::memory::MemoryStore;
use crate::store::{Session, Store, Written};

/// Puts what happened in the world into a store.
async fn stored(world: World) -> MemoryStore {
    let store = MemoryStore::new(Clock::test(world.fold.now()));
    let mut session = store.writer().await.unwrap();
    session.begin().await.unwrap();
    assert_eq!(session.write(&world.into_writes()).await.unwrap(), Written::All);
    session.commit().await.unwrap();
    store
}

/// A reading of an engine without settings, for an actor whom nothing has judged yet.
fn reading(session: &mut dyn Session, actor: Actor, now: Time) -> Reading<'_> {
    static CURRENCIES: LazyLock<Currencies> = LazyLock::new(Currencies::iso);
    static DOMAINS: LazyLock<Domains> = LazyLock::new(Domains::default);
    Reading {
        session,
        book: Book::main(),
        actor,
        who: Who::Anybody,
        judged: false,
        currencies: &CURRENCIES,
        now,
        keyring: None,
        policies: &[],
        rules: None,
        catalogue: &CATALOGUE,
        domains: &DOMAINS,
        host: false,
        unreadable: None,
    }
}

macro_rules! ask {
    ($store:expr, $actor:expr, $query:ident, $request:expr) => {{
        let mut session = $store.reader().await.unwrap();
        let mut reading = reading(session.as_mut(), $actor, START);
        queries::$query(&mut reading, &$request).await
    }};
}

#[tokio::test]
async fn deals_are_found() {
    let mut world = world();
    let first = world.open(&order().reference("ord-1"));
    let shipped = world.deal_in(State::Shipped);
    let again = world.open(&order().reference("ord-1"));
    let store = stored(world).await;
    let by_id = ask!(store, system(), get, GetDeal::new().deal(first.to_string())).unwrap();
    assert_eq!((by_id.id, by_id.reference.as_deref()), (first, Some("ord-1")));
    assert_eq!(
        ask!(store, system(), get, GetDeal::new().reference("ord-1")).unwrap().id,
        again,
        "the newest"
    );
    for (request, refusal) in [
        (GetDeal::new(), "invalid_request"),
        (GetDeal::new().deal(first.to_string()).reference("ord-1"), "invalid_request"),
        (GetDeal::new().deal("7"), "invalid_request"),
        (GetDeal::new().reference("ord-2"), "deal_not_found"),
        (GetDeal::new().deal(DealId::from_uuid(uuid::Uuid::nil()).to_string()), "deal_not_found"),
    ] {
        assert_eq!(code(&ask!(store, system(), get, request).unwrap_err()), refusal);
    }
    let page = ask!(store, system(), list, Deals::new().limit(2_u32)).unwrap();
    let ids: Vec<_> = page.items.iter().map(|deal| deal.id).collect();
    assert_eq!(ids, [again, shipped]);
    let rest = ask!(store, system(), list, Deals::new().limit(2_u32).after(page.next.unwrap())).unwrap();
    assert_eq!((rest.items[0].id, rest.items.len(), rest.next), (first, 1, None));
    let only =
        ask!(store, system(), list, Deals::new().state("shipped").buyer("alice").seller("bob")).unwrap();
    assert_eq!((only.items[0].id, only.items.len()), (shipped, 1));
    assert!(ask!(store, system(), list, Deals::new().seller("alice")).unwrap().items.is_empty());
    let error = ask!(store, system(), list, Deals::new().state("lost")).unwrap_err();
    assert_eq!((code(&error), &error.details()["field"]), ("invalid_request", &"state".into()));
}

#[tokio::test]
async fn history_is_the_events_of_the_deal() {
    let mut world = world();
    let other = world.deal_in(State::Shipped);
    let deal = world.deal_in(State::Released);
    let store = stored(world).await;
    let request = || DealHistory::new(deal.to_string());
    let page = ask!(store, system(), history, request()).unwrap();
    let kinds: Vec<&str> = page.items.iter().map(|event| event.r#type.as_str()).collect();
    let expected =
        ["deal.opened", "deal.paid", "deal.secured", "deal.accepted", "deal.shipped", "deal.released"];
    assert_eq!((kinds.as_slice(), page.next), (expected.as_slice(), None));
    assert!(
        page.items
            .iter()
            .all(|event| event.object_id == deal.to_string() && event.hash != event.previous_hash)
    );
    let first = ask!(store, system(), history, request().limit(4_u32)).unwrap();
    let rest = ask!(store, system(), history, request().limit(4_u32).after(first.next.unwrap())).unwrap();
    let both: Vec<_> = first.items.into_iter().chain(rest.items).collect();
    assert_eq!(both, page.items);
    assert!(!ask!(store, system(), history, DealHistory::new(other.to_string())).unwrap().items.is_empty());
    let nobody = DealHistory::new(DealId::from_uuid(uuid::Uuid::nil()).to_string());
    assert_eq!(code(&ask!(store, system(), history, nobody).unwrap_err()), "deal_not_found");
}

#[tokio::test]
async fn a_dry_run_says_what_the_call_would() {
    let mut world = world();
    let pending = world.deal_in(State::Pending);
    let shipped = world.deal_in(State::Shipped);
    let dear = world.open(&OpenDeal::new("alice", "bob", "5000.00 USD").key("k"));
    let store = stored(world).await;
    for (deal, trigger, actor, verdict) in [
        (pending, "pay", alice(), Ok(State::AwaitingShipment)),
        (pending, "pay", bob(), Err("not_permitted")),
        (pending, "ship", bob(), Err("transition_not_allowed")),
        (pending, "pay_by", system(), Err("condition_not_met")),
        (shipped, "confirm", alice(), Ok(State::Released)),
        (shipped, "confirm", system(), Err("not_permitted")),
        (shipped, "confirm", admin(), Err("not_permitted")),
        (dear, "pay", alice(), Err("insufficient_balance")),
    ] {
        let answer =
            ask!(store, actor.clone(), validate, ValidateDeal::new(deal.to_string(), trigger)).unwrap();
        let given = match &answer.reason {
            Some(reason) => Err(reason.code.as_str()),
            None => Ok(answer.to.unwrap()),
        };
        assert_eq!((given, answer.allowed), (verdict, verdict.is_ok()), "{trigger} {actor:?}");
    }
    let with_reason = ValidateDeal::new(shipped.to_string(), "confirm").reason("by letter");
    assert!(ask!(store, admin(), validate, with_reason).unwrap().allowed);
    let korean = ValidateDeal::new(shipped.to_string(), "pay").locale("ko");
    let reason = ask!(store, alice(), validate, korean).unwrap().reason.unwrap();
    assert_eq!(
        (reason.code.as_str(), reason.message.as_str()),
        ("transition_not_allowed", "현재 상태에서는 진행할 수 없습니다")
    );
    let unknown =
        ask!(store, alice(), validate, ValidateDeal::new(pending.to_string(), "steal")).unwrap_err();
    assert_eq!((code(&unknown), &unknown.details()["field"]), ("invalid_request", &"trigger".into()));
    let after = ask!(store, system(), get, GetDeal::new().deal(shipped.to_string())).unwrap();
    assert_eq!(after.state, State::Shipped, "a dry run writes nothing");
}

#[tokio::test]
async fn actions_are_those_that_would_be_allowed() {
    let mut world = world();
    let (pending, shipped) = (world.deal_in(State::Pending), world.deal_in(State::Shipped));
    let done = world.deal_in(State::Released);
    let (asked, disputed) = (world.deal_in(State::RefundPending), world.deal_in(State::Disputed));
    let overdue = world.deal_in(State::Pending);
    world.wait(Span::from_days(1));
    let (fresh, now) = (world.open(&order()), world.fold.now());
    let store = stored(world).await;
    for (deal, actor, expected) in [
        (fresh, alice(), "pay>awaiting_shipment cancel>cancelled"),
        (fresh, bob(), "cancel>cancelled extend>pending pay_by"),
        (fresh, Actor::new("mallory"), ""),
        (overdue, alice(), "cancel>cancelled"),
        (pending, system(), "cancel>cancelled"),
        (
            shipped,
            alice(),
            "deliver>delivered confirm>released request_refund>refund_pending reason dispute>disputed type \
             statement release_part>shipped amount",
        ),
        (
            shipped,
            admin(),
            "deliver>delivered confirm>released reason request_refund>refund_pending reason dispute>disputed type \
             statement reason release_part>shipped amount extend>shipped deliver_by",
        ),
        (shipped, system(), "deliver>delivered release_part>shipped amount extend>shipped deliver_by"),
        (
            asked,
            bob(),
            "approve_refund>refunded refuse_refund>shipped reason dispute>disputed type statement",
        ),
        (asked, alice(), "dispute>disputed type statement"),
        (disputed, alice(), "withdraw>shipped dispute"),
        (disputed, bob(), ""),
        (disputed, admin(), "withdraw>shipped dispute reason resolve>released dispute outcome resolution"),
        (done, alice(), ""),
    ] {
        let mut session = store.reader().await.unwrap();
        let mut reading = reading(session.as_mut(), actor.clone(), now);
        let answer =
            queries::allowed_actions(&mut reading, &AllowedActions::new(deal.to_string())).await.unwrap();
        let word = |action: &crate::escrow::views::Action| {
            format!("{}>{} {}", action.trigger, action.to, action.needs.join(" ")).trim().to_owned()
        };
        let words: Vec<String> = answer.actions.iter().map(word).collect();
        assert_eq!(words.join(" "), expected, "{actor:?}");
    }
    let posed = Actor::new("mallory").with_role("buyer");
    let refused = ask!(store, posed, allowed_actions, AllowedActions::new(fresh.to_string())).unwrap_err();
    assert_eq!(code(&refused), "not_permitted");
}

#[tokio::test]
async fn quotes_and_checks() {
    let mut world = world();
    let deals: Vec<_> =
        [State::Paid, State::Shipped, State::Refunded].map(|state| world.deal_in(state)).into();
    let broken = world.deal_in(State::Shipped);
    let mut record = world.record(broken);
    record.body = record.body.replace(r#""funded":"4000""#, r#""funded":"3000""#).into();
    world.fold.seen.records.put(record);
    let store = stored(world).await;
    let quote = ask!(store, system(), quote, QuoteDeal::new("40.00 USD")).unwrap();
    assert_eq!((quote.buyer_pays, quote.seller_gets, quote.fees.len()), (quote.price, quote.price, 0));
    assert_eq!(code(&ask!(store, system(), quote, QuoteDeal::new("0 USD")).unwrap_err()), "invalid_amount");
    let mut session = store.reader().await.unwrap();
    let mut reading = reading(session.as_mut(), system(), START);
    let (mut good, mut bad) = (0, Vec::new());
    crate::escrow::check::verify(&mut reading, false, &mut |_, holds, what| {
        if holds { good += 1 } else { bad.push(what) }
    })
    .await
    .unwrap();
    assert_eq!((good, bad.len()), (deals.len(), 1), "{bad:?}");
    assert!(bad[0].contains(&broken.to_string()));
}

#[tokio::test]
async fn pictures_show_the_whole_table() {
    let mermaid = diagram::mermaid();
    let svg = diagram::svg();
    assert!(mermaid.starts_with("stateDiagram-v2\n"));
    for row in TRANSITIONS {
        assert!(svg.contains(&format!(">{}</text>", row.from)) && mermaid.contains(row.from.as_str()));
        let drawn = |line: &str| {
            line.trim().starts_with(&format!("{} --> ", row.from)) && line.contains(row.trigger.as_str())
        };
        assert!(mermaid.lines().any(drawn), "{} {}", row.from, row.trigger);
        assert!(svg.contains(row.trigger.as_str()));
    }
    for must in ["role=\"img\"", "<title id=", "<desc id=", "prefers-color-scheme:dark"] {
        assert!(svg.contains(must), "{must}");
    }
    assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    let store = MemoryStore::default();
    assert_eq!(ask!(store, system(), draw, DrawDiagram::new()).unwrap().content, mermaid);
    assert_eq!(ask!(store, system(), draw, DrawDiagram::new().format("svg")).unwrap().content, svg);
    assert_eq!(
        code(&ask!(store, system(), draw, DrawDiagram::new().format("gif")).unwrap_err()),
        "invalid_request"
    );
}
