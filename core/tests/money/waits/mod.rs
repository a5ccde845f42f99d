//! The table of waits: every state of every object is in it, or waits for nobody else, and the page shows it.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::path::Path;

use earnest::Runner as _;
use earnest::dispute::model::State as DisputeState;
use earnest::escrow::model::State as DealState;
use earnest::parked::State as ParkedState;
use earnest::payment::debts::State as DebtState;
use earnest::payment::gateway::GatewayStatus;
use earnest::payment::model::{ReferenceState, State as PaymentState};
use earnest::payment::parts::{ChargebackPhase, RefundState};
use earnest::payment::transitions::TRANSITIONS as OF_PAYMENT;
use earnest::purchase::model::State as PurchaseState;
use earnest::purchase::transitions::TRANSITIONS as OF_PURCHASE;
use earnest::rows::sink::SinkState;
use earnest::rows::tables::{HoldState, JobState};
use earnest::waits::{NOT_WAITING, WAITS, wait_of};
use earnest::withdrawal::lane::LaneState;
use earnest::withdrawal::model::State as WithdrawalState;
use earnest::withdrawal::transitions::TRANSITIONS as OF_WITHDRAWAL;

use crate::support::{Kind, Stage, options};

const PAGE: &str = "docs/operating.md";
const BEGIN: &str = "<!-- the table of waits, from core/src/waits.rs -->\n";
const END: &str = "<!-- end of the table of waits -->";

type States = BTreeSet<(&'static str, String)>;

fn add<S: Display>(all: &mut States, object: &'static str, states: &[S]) {
    all.extend(states.iter().map(|state| (object, state.to_string())));
}

/// Every state of every object that has a life.
fn states() -> States {
    let mut all = States::new();
    add(&mut all, "payment", PaymentState::ALL);
    add(&mut all, "refund", RefundState::ALL);
    add(&mut all, "chargeback", ChargebackPhase::ALL);
    add(&mut all, "reference", ReferenceState::ALL);
    add(&mut all, "gateway", GatewayStatus::ALL);
    add(&mut all, "debt", DebtState::ALL);
    add(&mut all, "withdrawal", WithdrawalState::ALL);
    add(&mut all, "lane", LaneState::ALL);
    add(&mut all, "purchase", PurchaseState::ALL);
    add(&mut all, "deal", DealState::ALL);
    add(&mut all, "dispute", DisputeState::ALL);
    add(&mut all, "approval", ParkedState::ALL);
    add(&mut all, "review", ParkedState::ALL);
    add(&mut all, "job", JobState::ALL);
    add(&mut all, "sink", SinkState::ALL);
    add(&mut all, "hold", HoldState::ALL);
    all
}

#[test]
fn every_state_waits_with_a_limit_or_has_a_reason() {
    let waits = WAITS.iter().map(|wait| (wait.object, wait.state.to_owned()));
    let rest = NOT_WAITING.iter().map(|(object, state, _)| (*object, (*state).to_owned()));
    let named: States = waits.chain(rest).collect();
    let (there, missing) = (states(), |one: &States, other: &States| {
        one.difference(other).map(|(object, state)| format!("{object}.{state}")).collect::<Vec<_>>()
    });
    assert_eq!(missing(&there, &named), Vec::<String>::new(), "have neither a limit nor a reason");
    assert_eq!(missing(&named, &there), Vec::<String>::new(), "are in the table, and no state");
}

/// A state that a transition of the engine's alone or of nobody's leaves waits for somebody.
#[test]
fn a_state_that_only_others_end_has_a_limit_or_a_deadline() {
    let mut left = States::new();
    left.extend(OF_PAYMENT.rows.iter().filter_map(|row| Some(("payment", row.from?.to_string()))));
    left.extend(OF_PURCHASE.rows.iter().filter_map(|row| Some(("purchase", row.from?.to_string()))));
    left.extend(OF_WITHDRAWAL.rows.iter().filter_map(|row| Some(("withdrawal", row.from?.to_string()))));
    for (object, state) in left {
        let reason = NOT_WAITING.iter().find(|row| (row.0, row.1) == (object, state.as_str()));
        let is_open = wait_of(object, &state).is_some();
        assert!(is_open != reason.is_some(), "{object}.{state}");
    }
}

/// A new kind of objects is looked at here.
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_object_is_known_here() {
    const WITHOUT_LIFE: [&str; 1] = ["decision"];
    let stage = Stage::with(Kind::Memory, options()).await;
    let known: BTreeSet<&str> = states().iter().map(|(object, _)| *object).collect();
    for (kind, _) in stage.bank.scope().domains.iter().flat_map(|domain| domain.objects()) {
        assert!(known.contains(kind) || WITHOUT_LIFE.contains(kind), "{kind}");
    }
    stage.finish().await;
}

#[test]
fn the_page_shows_the_table() {
    let mut table = String::from(
        "| option | waits for | limit | counted from when | health | `notify.admins` |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for wait in WAITS {
        let parties: Vec<&str> = wait.waits_for.iter().map(|party| party.as_str()).collect();
        let (parties, limit) = (parties.join(", "), wait.limit);
        let (since, check, event) = (wait.since, wait.check, wait.event);
        let _ = writeln!(table, "| `{wait}` | {parties} | {limit} | {since} | `{check}` | `{event}` |");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(PAGE);
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page has the table");
    let (shown, after) = rest.split_once(END).expect("the table has an end");
    if shown != table && std::env::var_os("EARNEST_WRITE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(shown, table, "{PAGE} is out of date: run this test with `EARNEST_WRITE=1`");
}
