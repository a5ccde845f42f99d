//! Checks every withdrawal against its hold, its transfers and its nonce, and every lane against its slots.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::lane::{self, Lane, LaneState};
use super::model::{State, Withdrawal};
use super::slot::{self, AttemptKind, EndKind, Slot, SlotState};
use crate::error::Result;
use crate::ids::{AccountId, LaneId};
use crate::kernel::snapshot::Snapshot;
use crate::request::check::SMALL_PAGE;
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs, RecordKey, TransferKey};
use crate::rows::tables::HoldRow;

/// Checks every withdrawal, slot and lane of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, copy: bool, examine: Examine<'_>) -> Result<()> {
    let wrong = |withdrawal: &Withdrawal, beside: &Snapshot| {
        let timer = !copy && withdrawal.row.due_at != withdrawal.due_at();
        wrong(withdrawal, beside).or(timer.then_some("its timer is not that of its state"))
    };
    reading.check("withdrawals", SMALL_PAGE, examine, needs, wrong).await?;
    let nonces = slots(reading, copy, examine).await?;
    lanes(reading, &nonces, examine).await
}

/// Names the hold, the transfers and the slot of a withdrawal.
fn needs(withdrawal: &Withdrawal, needs: &mut Needs) {
    needs.hold((withdrawal.row.book.clone(), withdrawal.facts.hold), Access::Read);
    transfers_of(withdrawal).for_each(|transfer| needs.transfer(transfer, Access::Read));
    if let Some(slot) = slot_of(withdrawal) {
        needs.record(slot, Access::Read);
    }
}

fn transfers_of(withdrawal: &Withdrawal) -> impl Iterator<Item = TransferKey> {
    withdrawal.facts.transfers.iter().map(|transfer| (withdrawal.row.book.clone(), *transfer))
}

fn slot_of(withdrawal: &Withdrawal) -> Option<RecordKey> {
    let facts = &withdrawal.facts;
    Some(Slot::key(&withdrawal.row.book, (facts.lane?, facts.nonce?)))
}

/// Returns the first error of a withdrawal.
fn wrong(withdrawal: &Withdrawal, beside: &Snapshot) -> Option<&'static str> {
    let hold = beside.holds.row(&(withdrawal.row.book.clone(), withdrawal.facts.hold));
    let slot: Option<Slot> = slot_of(withdrawal).and_then(|key| beside.object(&key));
    let slot = slot.filter(|slot| slot.facts.withdrawal == withdrawal.id());
    let wrong = of_hold(withdrawal, hold).or_else(|| of_nonce(withdrawal, slot.as_ref()));
    wrong.or_else(|| of_money(withdrawal, beside))
}

/// Its transfers have moved the amount and the fee if it is paid, and nothing otherwise.
fn of_money(withdrawal: &Withdrawal, beside: &Snapshot) -> Option<&'static str> {
    let facts = &withdrawal.facts;
    if !transfers_of(withdrawal).all(|key| beside.transfers.row(&key).is_some()) {
        return Some("one of its transfers is not there");
    }
    let moved = |account: &AccountId| {
        let entries = beside.entries.values().flatten();
        let own = entries.filter(|entry| facts.transfers.contains(&entry.transfer));
        own.filter(|entry| entry.account == *account).map(|entry| entry.amount).sum::<i128>()
    };
    let paid = withdrawal.state == State::Confirmed;
    let due = if paid { (facts.amount.minor_units(), facts.fee) } else { (0, 0) };
    if (moved(&AccountId::world()), moved(&AccountId::fees())) != due {
        return Some("what its transfers have moved is not what it is paid");
    }
    None
}

/// The hold of a withdrawal is open as long as it is not over, and holds its amount and its fee.
fn of_hold(withdrawal: &Withdrawal, hold: Option<&HoldRow>) -> Option<&'static str> {
    let facts = &withdrawal.facts;
    let Some(hold) = hold else { return Some("its hold is not there") };
    if hold.amount != facts.amount.minor_units().saturating_add(facts.fee) {
        return Some("its hold is of another amount");
    }
    let is_open = hold.state.is_open();
    if is_open == withdrawal.state.is_terminal() {
        return Some(if is_open {
            "it is over, and holds money"
        } else {
            "it is not over, and holds nothing"
        });
    }
    if is_open && hold.remaining() != hold.amount {
        return Some("a part of its hold is gone");
    }
    None
}

/// A nonce belongs to one withdrawal, and both have the same end.
fn of_nonce(withdrawal: &Withdrawal, slot: Option<&Slot>) -> Option<&'static str> {
    let facts = &withdrawal.facts;
    if facts.lane.is_some() != facts.nonce.is_some() {
        return Some("it has a lane without a nonce, or a nonce without a lane");
    }
    let Some(nonce) = facts.nonce else {
        // a withdrawal that an abandoned history has paid has its nonce there, and an admin has settled it
        let fits = match withdrawal.state {
            State::Pending | State::Failed => true,
            state => state == State::Confirmed && facts.settled,
        };
        return (!fits).then_some("it went on without a nonce");
    };
    let Some(slot) = slot.filter(|slot| slot.facts.nonce == nonce && Some(slot.facts.lane) == facts.lane)
    else {
        return Some("its slot is not there");
    };
    let end = slot.facts.end.as_ref().map(|end| end.what);
    match withdrawal.state {
        State::Pending => Some("it waits for a nonce that it has"),
        // an admin has settled an end without proof
        State::Confirmed if !matches!(end, Some(EndKind::Paid | EndKind::NotProved | EndKind::Taken)) => {
            Some("it is paid, and no payment is final under its nonce")
        }
        State::Failed if matches!(end, None | Some(EndKind::Paid)) => {
            Some("it failed, and nothing else is final under its nonce")
        }
        State::Confirmed | State::Failed => None,
        _ => end.is_some().then_some("it is not over, and something is final under its nonce"),
    }
}

/// The nonces of a lane, each with whether it may still be used.
type Nonces = BTreeMap<u64, bool>;

/// Checks every slot, and returns the nonces of each lane.
async fn slots(
    reading: &mut Reading<'_>,
    copy: bool,
    examine: Examine<'_>,
) -> Result<HashMap<LaneId, Nonces>> {
    let mut nonces: HashMap<LaneId, Nonces> = HashMap::new();
    let wrong = |slot: &Slot, _: &Snapshot| {
        let (lane, nonce) = (slot.facts.lane, slot.facts.nonce);
        let open = slot.state == SlotState::Open;
        let twice = nonces.entry(lane).or_default().insert(nonce, open).is_some();
        let wrong = twice.then_some("it is there twice").or_else(|| of_attempts(slot, copy));
        wrong.map(|wrong| format!("slot {nonce} of lane {lane}: {wrong}"))
    };
    reading.check_as("lanes", SMALL_PAGE, examine, |_, _| {}, wrong).await?;
    Ok(nonces)
}

/// Only a signed attempt is sent, and the payments of a nonce differ only in their fees.
fn of_attempts(slot: &Slot, copy: bool) -> Option<&'static str> {
    for (number, attempt) in (1_u32..).zip(&slot.facts.attempts) {
        if attempt.number != number {
            return Some("its attempts are not numbered one after the other");
        }
        if attempt.kind == AttemptKind::Pay && attempt.gas_limit != slot.facts.plan.gas_limit {
            return Some("one of its payments is another one than its plan");
        }
        if attempt.max_priority_fee_per_gas > attempt.max_fee_per_gas {
            return Some("one of its attempts gives more on top than it pays");
        }
        let is_signed = attempt.hash.is_some();
        if is_signed != attempt.signed_at.is_some() || (attempt.sent_at.is_some() && !is_signed) {
            return Some("one of its attempts was sent before it was signed");
        }
        if !copy && is_signed != slot.texts.contains_key(&slot::raw_of(number)) {
            return Some("the bytes of one of its attempts are not there");
        }
    }
    slot.facts.attempts.is_empty().then_some("it has no attempt")
}

/// Checks every lane against the nonces that it has given.
async fn lanes(
    reading: &mut Reading<'_>,
    nonces: &HashMap<LaneId, Nonces>,
    examine: Examine<'_>,
) -> Result<()> {
    let (mut places, none) = (BTreeSet::new(), Nonces::new());
    let wrong = |lane: &Lane, _: &Snapshot| {
        let twice = !places.insert((lane.facts.chain.clone(), lane.facts.address.clone()));
        let wrong = twice.then_some("its key has another lane on its chain");
        wrong.or_else(|| of_lane(lane, nonces.get(&lane.id()).unwrap_or(&none)))
    };
    reading.check("lanes", SMALL_PAGE, examine, |_, _| {}, wrong).await
}

/// Returns the first error of a lane. Its nonces have no gaps, except the recorded ones of somebody else, and
/// its open nonces are those under way.
fn of_lane(lane: &Lane, nonces: &Nonces) -> Option<&'static str> {
    let facts = &lane.facts;
    let mut expected = facts.first_nonce;
    for nonce in nonces.keys() {
        while expected < *nonce {
            if !facts.is_passed_over(expected) {
                return Some("there is a gap in its nonces");
            }
            expected = expected.saturating_add(1);
        }
        expected = nonce.saturating_add(1);
    }
    let rest_is_passed_over = (expected..facts.next_nonce).all(|nonce| facts.is_passed_over(nonce));
    if expected > facts.next_nonce || !rest_is_passed_over {
        return Some("its counter is not behind its newest nonce");
    }
    let open = nonces.iter().filter(|(_, open)| **open).map(|(nonce, _)| *nonce);
    if !open.eq(facts.in_flight.iter().copied()) {
        return Some("what is under way is not what may still be used");
    }
    if !facts.unseen.iter().all(|nonce| facts.in_flight.contains(nonce)) {
        return Some("one of its nonces waits for a block, and is not under way");
    }
    let is_paused = lane.state == LaneState::Paused && facts.reason.as_deref() == Some(lane::FOREIGN_NONCE);
    if !facts.paused_for.is_empty() && !is_paused {
        return Some("it would resume by itself, and is not paused for its nonces");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;
    use crate::ids::{Book, HoldId, SigningKeyId, WithdrawalId};
    use crate::money::Money;
    use crate::rows::body::Text;
    use crate::rows::object::ListedBy;
    use crate::time::Time;
    use crate::withdrawal::judge::num::Num;
    use crate::withdrawal::lane::{LaneFacts, LaneGap};
    use crate::withdrawal::model::WithdrawalFacts;
    use crate::withdrawal::slot::{AttemptFacts, SlotEnd, SlotFacts, SlotPlan};

    fn lane(next_nonce: u64, in_flight: &[u64]) -> Lane {
        let facts = LaneFacts {
            chain: "local".to_owned(),
            key: SigningKeyId::from_uuid(uuid::Uuid::nil()),
            address: "0x".to_owned(),
            window: 16,
            next_nonce,
            first_nonce: 3,
            gaps: vec![LaneGap { from: 5, until: 7, at: Time::EPOCH, timeline: None }],
            latest: None,
            final_nonce: None,
            in_flight: in_flight.to_vec(),
            unseen: Vec::new(),
            unclear: Vec::new(),
            native: None,
            tokens: BTreeMap::new(),
            promised: BTreeMap::new(),
            reason: None,
            paused_for: BTreeSet::new(),
            observe_job: None,
            watch: None,
            timeline: None,
            resumed: None,
            opened: true,
            retiring: false,
        };
        let key = Lane::key(&Book::main(), LaneId::from_uuid(uuid::Uuid::nil()));
        Lane::begin(key, ListedBy::default(), LaneState::Active, facts, Time::EPOCH).unwrap()
    }

    fn attempt() -> AttemptFacts {
        AttemptFacts {
            number: 1,
            kind: AttemptKind::Pay,
            hash: Some("0x01".to_owned()),
            gas_limit: 60_000,
            max_fee_per_gas: Num::of(30),
            max_priority_fee_per_gas: Num::ONE,
            signed_at: Some(Time::EPOCH),
            sent_at: None,
            taken_at: None,
            outcome: None,
        }
    }

    /// Nonce 3 of a lane, with an end, and with the bytes of its first attempt.
    fn slot(attempts: Vec<AttemptFacts>, end: Option<EndKind>) -> Slot {
        let plan = SlotPlan {
            to: "0x".to_owned(),
            value: Num::ZERO,
            data: "0x".to_owned(),
            gas_limit: 60_000,
            chain_id: "1".to_owned(),
        };
        let end = end.map(|what| SlotEnd { hash: None, block_number: 1, block_hash: "0x".to_owned(), what });
        let facts = SlotFacts {
            lane: LaneId::from_uuid(uuid::Uuid::nil()),
            nonce: 3,
            withdrawal: WithdrawalId::from_uuid(uuid::Uuid::nil()),
            plan,
            attempts,
            end,
            watch_until: None,
            spent: None,
        };
        let key = Slot::key(&Book::main(), (facts.lane, facts.nonce));
        let mut slot = Slot::begin(key, ListedBy::default(), SlotState::Open, facts, Time::EPOCH).unwrap();
        slot.texts.insert(slot::raw_of(1), Text::new("0x", [0; 16]));
        slot
    }

    /// A withdrawal in a state, with this nonce.
    fn withdrawal(state: State, nonce: Option<u64>) -> Withdrawal {
        let amount = Money::new(10_000, Currency::new("USD", 2).unwrap()).unwrap();
        let facts = WithdrawalFacts {
            account: AccountId::stored("alice"),
            amount,
            fee: 10,
            to: "0x".to_owned(),
            chain: "local".to_owned(),
            hold: HoldId::from_uuid(uuid::Uuid::nil()),
            lane: nonce.map(|_| LaneId::from_uuid(uuid::Uuid::nil())),
            nonce,
            hash: None,
            waiting: None,
            look_at: None,
            entered_at: None,
            wait_limit: None,
            told_late: None,
            cancelling: false,
            named_fee: None,
            attention: None,
            failure: None,
            simulation: None,
            job: None,
            transfers: Vec::new(),
            debt: None,
            unsettled: false,
            block: None,
            confirmations: 0,
            gas_paid: None,
            timeline: None,
            settled: false,
            give_up_at: None,
            requested_by: "alina".to_owned(),
            confirmed_at: None,
            updated_at: Time::EPOCH,
        };
        let key = Withdrawal::key(&Book::main(), WithdrawalId::from_uuid(uuid::Uuid::nil()));
        Withdrawal::begin(key, ListedBy::default(), state, facts, Time::EPOCH).unwrap()
    }

    /// Every state with every end of a nonce, and without a nonce.
    #[test]
    fn a_withdrawal_ends_by_what_is_final_under_its_nonce() {
        let ends = [None].into_iter().chain(EndKind::ALL.iter().copied().map(Some));
        for end in ends {
            let slot = slot(vec![attempt()], end);
            for state in State::ALL {
                let is_right = match state {
                    State::Pending => false,
                    State::Confirmed => {
                        matches!(end, Some(EndKind::Paid | EndKind::NotProved | EndKind::Taken))
                    }
                    State::Failed => !matches!(end, None | Some(EndKind::Paid)),
                    _ => end.is_none(),
                };
                let wrong = of_nonce(&withdrawal(*state, Some(3)), Some(&slot));
                assert_eq!(wrong.is_none(), is_right, "{state} {end:?}: {wrong:?}");
                // the slot of another nonce does not count
                let wrong = of_nonce(&withdrawal(*state, Some(4)), Some(&slot));
                assert_eq!(wrong, Some("its slot is not there"), "{state}");
            }
        }
        for state in State::ALL {
            let wrong = of_nonce(&withdrawal(*state, None), None);
            let is_right = matches!(state, State::Pending | State::Failed);
            assert_eq!(wrong.is_none(), is_right, "{state}: {wrong:?}");
        }
        let mut settled = withdrawal(State::Confirmed, None);
        settled.facts.settled = true;
        assert_eq!(of_nonce(&settled, None), None);
        settled.facts.nonce = Some(3);
        assert!(of_nonce(&settled, None).is_some(), "a nonce without a lane");
    }

    #[test]
    fn attempts_are_the_plan_and_are_kept_before_they_are_sent() {
        let wrong_of = |attempts: Vec<AttemptFacts>| of_attempts(&slot(attempts, None), false);
        assert_eq!(wrong_of(vec![attempt()]), None);
        let unsigned = AttemptFacts { number: 2, hash: None, signed_at: None, ..attempt() };
        assert_eq!(wrong_of(vec![attempt(), unsigned.clone()]), None);
        let noop = AttemptFacts { kind: AttemptKind::Noop, gas_limit: 21_000, ..unsigned.clone() };
        assert_eq!(wrong_of(vec![attempt(), noop]), None);
        for (what, wrong) in [
            ("no number of its own", AttemptFacts { number: 1, ..unsigned.clone() }),
            ("another plan", AttemptFacts { gas_limit: 60_001, ..unsigned.clone() }),
            ("too high a tip", AttemptFacts { max_priority_fee_per_gas: Num::of(31), ..unsigned.clone() }),
            ("no hash", AttemptFacts { signed_at: Some(Time::EPOCH), ..unsigned.clone() }),
            ("sent unsigned", AttemptFacts { sent_at: Some(Time::EPOCH), ..unsigned.clone() }),
            ("no bytes", AttemptFacts { number: 2, ..attempt() }),
        ] {
            assert!(wrong_of(vec![attempt(), wrong]).is_some(), "{what}");
        }
        assert!(wrong_of(Vec::new()).is_some(), "no attempt");
        // the bytes are texts, which a copy lacks
        let kept = AttemptFacts { number: 2, ..attempt() };
        assert_eq!(of_attempts(&slot(vec![attempt(), kept], None), true), None);
    }

    #[test]
    fn nonces_have_no_gap_but_those_of_others() {
        let nonces = |given: &[(u64, bool)]| given.iter().copied().collect::<Nonces>();
        for (next, in_flight, given, is_right) in [
            (3, vec![], vec![], true),
            (5, vec![4], vec![(3, false), (4, true)], true),
            (7, vec![], vec![(3, false), (4, false)], true),
            (8, vec![7], vec![(3, false), (4, false), (7, true)], true),
            (8, vec![], vec![(3, false), (4, false), (7, true)], false),
            (8, vec![7], vec![(3, false), (7, true)], false),
            (6, vec![], vec![(3, false)], false),
            (4, vec![], vec![(3, false), (4, false)], false),
        ] {
            let wrong = of_lane(&lane(next, &in_flight), &nonces(&given));
            assert_eq!(wrong.is_none(), is_right, "{next} {given:?}: {wrong:?}");
        }
    }

    /// A pause that receipts may end is one for nonces.
    #[test]
    fn only_a_pause_for_nonces_ends_by_itself() {
        for (state, reason, is_right) in [
            (LaneState::Paused, lane::FOREIGN_NONCE, true),
            (LaneState::Paused, lane::BY_HAND, false),
            (LaneState::Paused, lane::RETIRING, false),
            (LaneState::Active, lane::FOREIGN_NONCE, false),
        ] {
            let mut lane = lane(4, &[3]);
            (lane.state, lane.facts.reason) = (state, Some(reason.to_owned()));
            lane.facts.paused_for.insert(3);
            let wrong = of_lane(&lane, &Nonces::from([(3, true)]));
            assert_eq!(wrong.is_none(), is_right, "{state} {reason}: {wrong:?}");
        }
    }
}
