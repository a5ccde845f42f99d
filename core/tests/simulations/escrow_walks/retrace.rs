//! Goes through what a random history left behind: event by event along the table, transfer by transfer,
//! approval by approval.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use earnest::escrow::model::{Role, State, Trigger};
use earnest::escrow::transitions::{Guard, Place, Target, Transition};
use earnest::{Span, Time};

use super::workers::Yard;
use super::{ACCOUNTS, ENDS, Stage, Value, cents, json};

/// Every item of a listing.
async fn whole(stage: &Stage, name: &str, args: Value) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut args = args.clone();
        args["limit"] = 500.into();
        if !after.is_null() {
            args["after"] = after;
        }
        let page = stage.ok(name, args).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        after = page["next"].clone();
        if after.is_null() {
            return items;
        }
    }
}

/// The history of one deal, as far as it was read.
struct Trace {
    state: Option<State>,
    /// The row under way, and when its first step was.
    row: Option<(&'static Transition, Value)>,
    /// Where the deal came to a standstill, and who opened the dispute.
    asked: Option<State>,
    disputed: Option<(State, Role)>,
    /// How long the deal was in each state since it came there afresh, in microseconds, and in how many
    /// stretches.
    spent: BTreeMap<State, (i64, i64)>,
    since: i64,
    /// No stamp is ahead of the clock by more: so far may the stamps at both ends of a stretch be from the
    /// truth.
    ahead: i64,
    timers: i64,
    extended: bool,
}

fn role_of(event: &Value) -> Role {
    match (event["actor"]["id"].as_str(), event["actor"]["role"].as_str()) {
        (_, Some("admin")) => Role::Admin,
        (_, Some("system")) => Role::System,
        (Some("alice"), _) => Role::Buyer,
        (Some("bob"), _) => Role::Seller,
        other => panic!("{other:?} did something to a deal"),
    }
}

/// The time that a deadline gives, by the terms of all deals here.
fn agreed(state: State) -> Span {
    Span::from_days(match state {
        State::Pending => 5,
        State::AwaitingShipment | State::Delivered => 3,
        State::Shipped => 4,
        other => panic!("{other} has no deadline"),
    })
}

impl Trace {
    fn new(ahead: i64) -> Self {
        let (spent, row, asked) = (BTreeMap::new(), None, None);
        Self { state: None, row, asked, disputed: None, spent, since: 0, ahead, timers: 0, extended: false }
    }

    /// Invariant 18: the event is a step of a row of the table, by somebody who may take it, at a time when
    /// it may be.
    fn step(&mut self, event: &Value) {
        let data = &event["data"];
        let at = event["at"].as_str().unwrap().parse::<Time>().unwrap().micros();
        let to: State = data["to"].as_str().unwrap().parse().unwrap();
        let Some(from) = self.state else {
            assert_eq!((&data["trigger"], to), (&json!("open"), State::Pending), "{event}");
            (self.state, self.since) = (Some(to), at);
            self.spent.insert(to, (0, 0));
            return;
        };
        assert_eq!(data["from"], from.as_str(), "{event}");
        assert!(!from.is_terminal(), "terminal states absorb: {event}");
        // the clock goes back too, and an event has the time that it showed
        assert!(at + self.ahead >= self.since, "{event}");
        let spent = self.spent.entry(from).or_default();
        *spent = (spent.0 + at - self.since, spent.1 + 1);
        self.since = at;
        let trigger: Trigger = data["trigger"].as_str().unwrap().parse().unwrap();
        let row = match Transition::find(from, trigger) {
            Some(row) => {
                self.may(row, event);
                self.row = Some((row, event["at"].clone()));
                row
            }
            // a further step of the row before, in the same call
            None => {
                self.row
                    .as_ref()
                    .filter(|(row, _)| row.trigger == trigger)
                    .unwrap_or_else(|| panic!("{event}"))
                    .0
            }
        };
        self.arrive(row, from, to, event);
    }

    /// Checks who took the step, and when.
    fn may(&mut self, row: &Transition, event: &Value) {
        let role = role_of(event);
        let party = row.who.iter().any(|who| matches!(who, Role::Buyer | Role::Seller));
        let in_place = event["data"]["override"] == true && role == Role::Admin && party;
        let opener = row.guard == Guard::Opener && self.disputed.map(|(_, opener)| opener) == Some(role);
        let listed = row.guard != Guard::Opener && row.who.contains(&role);
        assert!(in_place || opener || listed, "{event}");
        let (spent, stretches) = self.spent.get(&row.from).copied().unwrap_or_default();
        let ahead = self.ahead * stretches;
        let agreed = || agreed(row.from).micros();
        match row.guard {
            Guard::Always | Guard::Opener => {}
            Guard::Passed(_) => {
                self.timers += 1;
                assert!(spent + ahead >= agreed(), "before its time, after {spent}: {event}");
            }
            Guard::Before(_) => {
                assert!(self.extended || spent < agreed() + ahead, "too late, after {spent}: {event}");
            }
        }
        self.extended |= row.trigger == Trigger::Extend;
        match row.trigger {
            Trigger::RequestRefund => self.asked = Some(row.from),
            Trigger::Dispute => self.disputed = Some((row.from, role)),
            _ => {}
        }
    }

    /// Where a step of a row leads.
    fn arrive(&mut self, row: &Transition, from: State, to: State, event: &Value) {
        let Target::Through(steps) = row.to;
        let before = match row.trigger {
            Trigger::Withdraw => self.disputed.map(|(state, _)| state),
            _ => self.asked,
        };
        let leads = |place| match place {
            Place::At(state) => state == to,
            Place::Before => Some(to) == before,
            Place::Here => to == from,
        };
        let step = steps.iter().find(|step| leads(step.place)).unwrap_or_else(|| panic!("{event}"));
        if let Place::At(_) = step.place {
            // a state that is reached afresh has its whole time
            self.spent.insert(to, (0, 0));
            self.extended &= to.is_frozen();
        }
        self.state = Some(to);
    }
}

/// Invariants 18 to 20 of one deal; answers how many timers it had.
async fn deal(stage: &Stage, yard: &Yard, view: &Value, moved: &BTreeMap<&str, i64>) -> i64 {
    let events = whole(stage, "escrow.history", json!({ "deal": view["id"] })).await;
    let mut trace = Trace::new(yard.back.load(Ordering::SeqCst) + 1_000);
    for (place, event) in events.iter().enumerate() {
        assert_eq!(event["version"], place + 1, "one event per change, in order: {event}");
        trace.step(event);
    }
    let state = view["state"].as_str().unwrap();
    assert_eq!(trace.state.map(State::as_str), Some(state), "{view}");
    assert!(ENDS.contains(&state), "it never ended: {view}");
    let [held, funded, released, refunded, fees] =
        ["held", "funded", "released", "refunded", "fees_taken"].map(|name| cents(&view[name]));
    assert_eq!((held, released + refunded + fees), (0, funded), "{view}");
    let of = |kind: &str| moved.get(kind).copied().unwrap_or_default();
    assert_eq!(of("capture"), funded, "{view}");
    assert_eq!(of("refund"), refunded, "{view}");
    assert_eq!(of("settlement") + of("fee"), released + fees, "{view}");
    trace.timers
}

/// Invariant 25: an approval is by others, in the number that the policy asks for, and used up once.
fn approval(view: &Value, yard: &Yard, gated: &mut BTreeMap<String, usize>) {
    let who: Vec<&str> =
        view["approvals"].as_array().unwrap().iter().map(|vote| vote["actor"].as_str().unwrap()).collect();
    let distinct: BTreeSet<&str> = who.iter().copied().collect();
    assert_eq!(distinct.len(), who.len(), "{view}");
    assert!(!distinct.contains(view["requested_by"].as_str().unwrap()), "{view}");
    let by_votes =
        yard.executed.lock().unwrap().get(view["id"].as_str().unwrap()).copied().unwrap_or_default();
    if view["state"] == "executed" {
        assert!(by_votes <= 1, "{by_votes} votes made the call of {view}");
        assert_eq!(who.len(), 2, "{view}");
        *gated.entry(view["request"]["deal"].as_str().unwrap().to_owned()).or_default() += 1;
    } else {
        assert_eq!(by_votes, 0, "{view}");
        assert!(["expired", "rejected"].contains(&view["state"].as_str().unwrap()), "{view}");
    }
}

/// Nothing is in two places: what people have at the end is what came in.
async fn balances(stage: &Stage) {
    let mut sum = 0;
    for account in ACCOUNTS {
        let args = json!({ "account": account, "currency": "USD" });
        if let Ok(balance) = stage.call("ledger.balance", args).await {
            sum += cents(&balance["posted"]);
            assert_eq!(cents(&balance["held"]), 0, "{balance}");
        }
    }
    assert_eq!(sum, 1_000_000);
}

/// Everything that a history left behind. A payment from `gate` minor units up needed an approval.
pub(crate) async fn all(stage: &Stage, yard: &Yard, gate: i64) {
    let transfers = whole(stage, "ledger.transfers", json!({})).await;
    let mut moved: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    for transfer in transfers.iter().filter(|transfer| !transfer["deal"].is_null()) {
        let of = moved.entry(transfer["deal"].as_str().unwrap()).or_default();
        *of.entry(transfer["kind"].as_str().unwrap()).or_default() += cents(&transfer["amount"]);
    }
    let mut gated = BTreeMap::new();
    for view in whole(stage, "approvals.list", json!({})).await {
        approval(&view, yard, &mut gated);
    }
    let (mut timers, none) = (0, BTreeMap::new());
    let deals = whole(stage, "escrow.list", json!({})).await;
    assert_eq!(deals.len(), yard.deals.lock().unwrap().len());
    for view in &deals {
        let name = view["id"].as_str().unwrap();
        timers += deal(stage, yard, view, moved.get(name).unwrap_or(&none)).await;
        // what was held, whether or not it was captured
        let paid = whole(stage, "events.list", json!({ "object": name, "types": ["deal.paid"] })).await.len();
        let asked = usize::from(paid == 1 && cents(&view["buyer_pays"]) >= gate);
        assert!(paid <= 1, "paid {paid} times: {view}");
        assert_eq!(gated.get(name).copied().unwrap_or_default(), asked, "{view}");
    }
    for kind in ["dispute.response_overdue", "approval.expired"] {
        let by_clock = whole(stage, "events.list", json!({ "types": [kind] })).await;
        timers += by_clock.iter().filter(|event| event["actor"]["role"] == "system").count() as i64;
    }
    assert_eq!(yard.timers.load(Ordering::SeqCst), timers, "each timer ran once, and no other");
    let due = stage.ok("jobs.run_due", json!({})).await;
    assert_eq!((&due["timers"], &due["holds"]), (&json!(0), &json!(0)));
    balances(stage).await;
}
