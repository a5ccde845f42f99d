//! Debts: an account owes for a payment or a grant of a purchase that was taken back after it had been spent.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::{Detail, Error};
use crate::ids::{AccountId, Book, DebtId, PaymentId, PurchaseId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::money::Money;
use crate::rows::codec::text_enum;
use crate::rows::object::{ListedBy, Stored, members, object};

/// The kind of a debt's record, and the object of its events.
pub const KIND: &str = "debt";

text_enum! {
    /// The state of a debt in its life cycle.
    pub enum State {
        /// Some of it is owed.
        Open = "open",
        /// All of it came back.
        Recovered = "recovered",
        /// The rest was given up.
        WrittenOff = "written_off",
    }
}

/// The facts of a debt that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtFacts {
    /// The debtor's account.
    pub account: AccountId,
    /// How much.
    pub amount: Money,
    /// How much of it came back.
    pub recovered: Money,
    /// The payment, if there was one.
    #[serde(default)]
    pub payment: Option<PaymentId>,
    /// The purchase, for a grant that was taken back.
    #[serde(default)]
    pub purchase: Option<PurchaseId>,
    /// The case of the chargeback, or `refund` for grants of a purchase that was given back.
    pub case: String,
}

/// A debt, read from its record.
pub type Debt = Stored<DebtFacts>;

object! { DebtFacts: KIND, State, DebtId, amount {
    fn not_found(debt: DebtId) -> Error {
        Detail::DebtNotFound { debt: debt.to_string() }.into()
    }
} }

impl DebtFacts {
    /// Returns the amount still owed, in minor units.
    pub const fn owed(&self) -> i128 {
        self.amount.minor_units() - self.recovered.minor_units()
    }
}

/// The debtor, and the reason of the debt.
pub struct Owed<'a> {
    /// The payment, if there was one.
    pub payment: Option<PaymentId>,
    /// The purchase, for a grant that was taken back.
    pub purchase: Option<PurchaseId>,
    /// The case of the chargeback, or `refund` for grants of a purchase that was given back.
    pub case: &'a str,
    /// The debtor.
    pub account: AccountId,
}

pub(super) fn put(draft: &mut Draft<'_>, debt: Debt, event: &'static str, minor: i128) -> Decided<()> {
    let mut data = members! {
        "account": debt.facts.account.as_str(), "amount": minor.to_string(), "currency": debt.currency.code(),
    };
    if let Some(payment) = debt.facts.payment {
        data.insert("payment".to_owned(), json!(payment));
    }
    if let Some(purchase) = debt.facts.purchase {
        data.insert("purchase".to_owned(), json!(purchase));
    }
    draft.write(debt, event, &data)
}

/// Opens a debt.
pub fn open(draft: &mut Draft<'_>, book: &Book, owed: Owed<'_>, amount: Money) -> Decided<DebtId> {
    let id = DebtId::from_uuid(draft.ids.uuid());
    let listed_by = ListedBy { owner: Some(owed.account.as_str().into()), ..ListedBy::default() };
    let facts = DebtFacts {
        account: owed.account,
        amount,
        recovered: Money::zero(amount.currency()),
        payment: owed.payment,
        purchase: owed.purchase,
        case: owed.case.to_owned(),
    };
    let debt = Debt::begin(Debt::key(book, id), listed_by, State::Open, facts, draft.ctx.time())?;
    put(draft, debt, "debt.opened", amount.minor_units())?;
    Ok(id)
}

/// The bank gave back the money that the debt is for. Returns how much of it was still owed or given up.
pub fn settled(draft: &mut Draft<'_>, book: &Book, id: DebtId) -> Decided<i128> {
    settled_by(draft, book, id, i128::MAX)
}

/// As [`settled`], for at most this many minor units. The rest is still owed.
pub fn settled_by(draft: &mut Draft<'_>, book: &Book, id: DebtId, most: i128) -> Decided<i128> {
    let mut debt = Debt::known(draft, book, id)?;
    let owed = debt.facts.owed().min(most);
    if owed > 0 {
        let recovered = Money::new(debt.facts.recovered.minor_units() + owed, debt.currency);
        let bound = || Error::corrupted(format!("the amounts of debt {id}"));
        debt.facts.recovered = recovered.ok_or_else(bound)?;
        if debt.facts.owed() == 0 {
            debt.state = State::Recovered;
        }
        put(draft, debt, "debt.recovered", owed)?;
    }
    Ok(owed)
}
