//! What a call moves, as its request and the objects that it names say: whom rules count a call by that was
//! refused, or that is only asked about. It is what the call would write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::error::Result;
use crate::escrow::facts::dispute_key;
use crate::escrow::model::{self, Deal, Ruling, Trigger};
use crate::escrow::move_args::MoveArgs;
use crate::escrow::moves::Moves;
use crate::ids::{Book, DisputeId};
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::rows::needs::{Access, HoldKey, Needs, RecordKey, TransferKey};
use crate::rows::tables::{EntryRow, HoldRow, RecordRow, TransferRow};

/// What leaves accounts, by account.
pub(super) type Sums = BTreeMap<String, Vec<Money>>;

/// Where an operation says whose money it moves.
#[derive(Clone, Copy, Debug)]
enum How {
    /// No money moves.
    Nothing,
    /// In these fields: who pays, and who is paid.
    Named(&'static str, Option<&'static str>),
    /// A deal begins between those whom it names, and no money moves.
    Begins,
    /// In its legs.
    Legs,
    /// The account of a hold pays `to`.
    Captures,
    /// Who was paid by a transfer gives it back.
    GivesBack,
    /// The trigger of the deal that it names.
    Pulls(Trigger),
    /// The trigger of the deal whose dispute it names.
    Ends(Trigger),
}

/// All operations that open or settle something.
const TABLE: &[(&str, How)] = &[
    ("ledger.top_up", How::Named("source", Some("account"))),
    ("ledger.deduct", How::Named("account", Some("to"))),
    ("ledger.transfer", How::Named("from", Some("to"))),
    ("ledger.post", How::Legs),
    ("ledger.cancel", How::GivesBack),
    ("ledger.refund", How::GivesBack),
    ("ledger.hold", How::Named("account", None)),
    ("ledger.capture", How::Captures),
    ("ledger.void", How::Nothing),
    ("ledger.extend", How::Nothing),
    ("escrow.open", How::Begins),
    ("escrow.pay", How::Pulls(Trigger::Pay)),
    ("escrow.secure", How::Pulls(Trigger::Secure)),
    ("escrow.accept", How::Pulls(Trigger::Accept)),
    ("escrow.ship", How::Pulls(Trigger::Ship)),
    ("escrow.deliver", How::Pulls(Trigger::Deliver)),
    ("escrow.confirm", How::Pulls(Trigger::Confirm)),
    ("escrow.cancel", How::Pulls(Trigger::Cancel)),
    ("escrow.request_refund", How::Pulls(Trigger::RequestRefund)),
    ("escrow.approve_refund", How::Pulls(Trigger::ApproveRefund)),
    ("escrow.refuse_refund", How::Pulls(Trigger::RefuseRefund)),
    ("escrow.release_part", How::Pulls(Trigger::ReleasePart)),
    ("escrow.dispute", How::Pulls(Trigger::Dispute)),
    ("escrow.investigate", How::Nothing),
    ("escrow.withdraw", How::Ends(Trigger::Withdraw)),
    ("escrow.resolve", How::Ends(Trigger::Resolve)),
    ("credentials.verify_pin", How::Nothing),
    ("credentials.verify_totp", How::Nothing),
];

fn how(action: &str) -> How {
    TABLE.iter().find(|(name, _)| *name == action).map_or(How::Nothing, |(_, how)| *how)
}

/// The field of a request in which what settles names somebody whom nothing has judged before: a hold has no
/// payee until it is captured.
pub(super) fn names_payee(action: &str) -> Option<&'static str> {
    matches!(how(action), How::Captures).then_some("to")
}

/// The names of the operations whose moves are known.
#[cfg(test)]
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// The objects that a request names, as far as they are known and exist.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// The deal.
    pub(super) deal: Option<RecordRow>,
    hold: Option<HoldRow>,
    transfer: Option<(TransferRow, Vec<EntryRow>)>,
}

impl Objects {
    /// Those that were read.
    pub(super) fn of((action, request): (&str, &Value), book: &Book, seen: &Snapshot) -> Self {
        let deal = deal_of((action, request), book, seen).and_then(|key| seen.records.row(&key));
        let hold = hold_of(action, request, book).and_then(|key| seen.holds.row(&key));
        let transfer = transfer_of(action, request, book).and_then(|key| {
            let entries = seen.entries.get(&key).cloned().unwrap_or_default();
            Some((seen.transfers.row(&key)?.clone(), entries))
        });
        Self { deal: deal.cloned(), hold: hold.cloned(), transfer }
    }

    /// A deal alone.
    pub(super) fn of_deal(deal: Option<RecordRow>) -> Self {
        Self { deal, ..Self::default() }
    }

    /// Names them, as far as `seen` lets them be named.
    pub(super) fn needs((action, request): (&str, &Value), book: &Book, seen: &Snapshot, needs: &mut Needs) {
        if let Some(dispute) = dispute_of(action, request, book) {
            needs.record(dispute, Access::Read);
        }
        if let Some(deal) = deal_of((action, request), book, seen) {
            needs.record(deal, Access::Read);
        }
        if let Some(hold) = hold_of(action, request, book) {
            needs.hold(hold, Access::Read);
        }
        if let Some(transfer) = transfer_of(action, request, book) {
            needs.transfer(transfer, Access::Read);
        }
    }
}

fn named<I: std::str::FromStr>(request: &Value, field: &str) -> Option<I> {
    request[field].as_str()?.parse().ok()
}

fn hold_of(action: &str, request: &Value, book: &Book) -> Option<HoldKey> {
    matches!(how(action), How::Captures).then(|| Some((book.clone(), named(request, "hold")?))).flatten()
}

fn transfer_of(action: &str, request: &Value, book: &Book) -> Option<TransferKey> {
    matches!(how(action), How::GivesBack).then(|| Some((book.clone(), named(request, "transfer")?))).flatten()
}

fn dispute_of(action: &str, request: &Value, book: &Book) -> Option<RecordKey> {
    let dispute = |id: DisputeId| dispute_key(book, id);
    matches!(how(action), How::Ends(_)).then(|| named(request, "dispute").map(dispute)).flatten()
}

/// The deal that a call changes: the one that it names, or the one that its dispute is listed by.
pub(super) fn deal_of((action, request): (&str, &Value), book: &Book, seen: &Snapshot) -> Option<RecordKey> {
    let id = match how(action) {
        How::Pulls(_) => named(request, "deal")?,
        How::Ends(_) => {
            let dispute = seen.records.row(&dispute_of(action, request, book)?)?;
            dispute.owner.as_deref()?.parse().ok()?
        }
        _ => return None,
    };
    Some(model::key(book, id))
}

/// What a call moves.
#[derive(Clone, Debug, Default)]
pub(super) struct Moved {
    /// What leaves accounts or is newly held there.
    pub(super) paying: Sums,
    /// The accounts that get something.
    pub(super) paid: BTreeSet<String>,
}

impl Moved {
    /// What a call moves that makes this request about these objects. `amount` reads a field of the request,
    /// where amounts are asked for.
    ///
    /// # Errors
    /// Those of `amount`; `corrupted` when an object cannot be read.
    pub(super) fn of(
        (action, request): (&str, &Value),
        objects: &Objects,
        amount: impl Fn(&Value, &str) -> Result<Option<Money>>,
    ) -> Result<Self> {
        let mut moved = Self::default();
        let text = |field: &str| request[field].as_str();
        let sum = |field: &str| amount(&request[field], field);
        match (how(action), objects) {
            (How::Named(pays, gets), _) => {
                moved.pays(text(pays), sum("amount")?);
                moved.gets(gets.and_then(text));
            }
            (How::Begins, _) => {
                moved.pays(text("buyer"), None);
                moved.gets(text("seller"));
            }
            (How::Legs, _) => {
                for (place, leg) in request["postings"].as_array().into_iter().flatten().enumerate() {
                    let account = leg["account"].as_str();
                    if is_debit(leg) {
                        let sum = amount(&leg["amount"], &format!("postings[{place}].amount"))?;
                        moved.pays(account, sum.and_then(negated));
                    } else {
                        moved.gets(account);
                    }
                }
            }
            (How::Captures, Objects { hold: Some(hold), .. }) => {
                let all = Money::new(hold.remaining(), hold.currency);
                moved.pays(Some(hold.account.as_str()), sum("amount")?.or(all));
                moved.gets(text("to"));
            }
            (How::GivesBack, Objects { transfer: Some((transfer, entries)), .. }) => {
                let asked = sum("amount")?;
                for entry in entries {
                    let back = match asked {
                        _ if entries.len() > 2 => entry.amount,
                        Some(asked) => asked.minor_units(),
                        None => entry.amount - transfer.refunded,
                    };
                    let account = Some(entry.account.as_str());
                    match entry.amount > 0 {
                        true => moved.pays(account, Money::new(back, entry.currency)),
                        false => moved.gets(account),
                    }
                }
            }
            (How::Pulls(trigger) | How::Ends(trigger), Objects { deal: Some(deal), .. }) => {
                let field = if trigger == Trigger::Resolve { "refund" } else { "amount" };
                moved.by(&Deal::of(deal)?, trigger, request, sum(field)?)?;
            }
            _ => {}
        }
        Ok(moved)
    }

    /// What a trigger moves.
    fn by(&mut self, deal: &Deal, trigger: Trigger, request: &Value, amount: Option<Money>) -> Result<()> {
        let args = MoveArgs {
            secure: request["secure"].as_bool().unwrap_or(true),
            amount,
            milestone: request["milestone"].as_str().map(Arc::from),
            ruling: named(request, "outcome").unwrap_or(Ruling::Release),
            ..MoveArgs::default()
        };
        let moves = Moves::of(deal, trigger, &args)?;
        if moves.buyer_pays > 0 {
            self.pays(Some(deal.facts.buyer.as_str()), Money::new(moves.buyer_pays, deal.currency));
        }
        for account in &moves.paid {
            self.gets(Some(account.as_str()));
        }
        Ok(())
    }

    /// The library's own accounts are nobody.
    fn pays(&mut self, account: Option<&str>, amount: Option<Money>) {
        if let Some(account) = account.filter(|account| !account.starts_with('@')) {
            self.paying.entry(account.to_owned()).or_default().extend(amount);
        }
    }

    fn gets(&mut self, account: Option<&str>) {
        self.paid.extend(account.filter(|account| !account.starts_with('@')).map(str::to_owned));
    }
}

fn negated(amount: Money) -> Option<Money> {
    Money::new(amount.minor_units().checked_neg()?, amount.currency())
}

/// Whether the account of a leg pays.
fn is_debit(leg: &Value) -> bool {
    let amount = leg["amount"].as_str().or_else(|| leg["amount"]["amount"].as_str());
    amount.is_some_and(|amount| amount.starts_with('-'))
}
