//! Requests of the ledger: prepaid balances, transfers, holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::currency::Currencies;
use crate::error::Result;
use crate::ids::{Book, HoldId};
use crate::ledger::model::Payee;
use crate::money::{Amount, Money};
use crate::request::bounds::{
    ACCOUNT, Bound, CURRENCY, CURSOR, DEPTH, ID, LINE, NAME, REASON, WITHIN, WORD, bounds, document, show,
    whole, word_of,
};
use crate::request::declare::request;
use crate::request::normal::Normal;
use crate::rows::tables::HoldState;
use crate::time::{SpanInput, Time};

request! {
    /// Opens an account in one currency.
    write OpenAccount {
        /// The caller's own name for it: 1 to 128 of `A-Z a-z 0-9 . _ : -`.
        account: String [ACCOUNT],
        /// Its currency.
        currency: String [CURRENCY],
        ;
        /// A label of the caller's, such as `customer`.
        kind: Option<String> [LINE],
        /// How far below zero it may go.
        overdraft_limit: Option<Amount>,
        /// Credits append instead of locking the row: for accounts that everybody pays into. Fixed at birth.
        streaming: Option<bool> = false,
        /// Name for people; `search` finds it by prefix.
        display_name: Option<String> [LINE],
        /// Its owner's id.
        owner: Option<String> [LINE],
    }

    /// Changes what may change of an account.
    write UpdateAccount {
        /// The account.
        account: String [ACCOUNT],
        ;
        /// Its currency; when absent the default one of the engine, else the only one that the account has.
        currency: Option<String> [CURRENCY],
        /// A label of the caller's.
        kind: Option<String> [LINE],
        /// How far below zero it may go; never below what is used already.
        overdraft_limit: Option<Amount>,
        /// Name for people.
        display_name: Option<String> [LINE],
        /// Its owner's id.
        owner: Option<String> [LINE],
    }
}

/// Requests that set the status of an account have the same fields.
macro_rules! status_request {
    ($(#[$doc:meta])* $name:ident) => {
        request! {
            $(#[$doc])*
            write $name {
                /// The account.
                account: String [ACCOUNT],
                ;
                /// Its currency; when absent the default one of the engine, else the only one that the
                /// account has.
                currency: Option<String> [CURRENCY],
                /// Why; kept with the event as a salted hash.
                reason: Option<String> [REASON],
            }
        }
    };
}
status_request! {
    /// Locks an account: it takes no new debit, credit or hold.
    LockAccount
}
status_request! {
    /// Unlocks an account, or opens a closed one again that was paid what it was owed.
    UnlockAccount
}
status_request! {
    /// Closes an empty account for good.
    CloseAccount
}

request! {
    /// Credits an account from outside; opens the account if there is none.
    write TopUp<K> {
        /// The account.
        account: String [ACCOUNT],
        /// How much.
        amount: Amount,
        ;
        /// Where the money comes from.
        source: Option<String> [ACCOUNT] = "@world",
    }

    /// Takes money out of an account.
    write Deduct<K> {
        /// The account.
        account: String [ACCOUNT],
        /// How much.
        amount: Amount,
        ;
        /// Where the money goes.
        to: Option<String> [ACCOUNT] = "@world",
    }

    /// Moves money between two accounts.
    write Transfer<K> {
        /// The payer.
        from: String [ACCOUNT],
        /// The payee.
        to: String [ACCOUNT],
        /// How much.
        amount: Amount,
    }
}

/// One leg of a posting.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<Leg>)]
pub struct Leg {
    /// The account.
    pub account: String,
    /// Signed: positive credits the account.
    pub amount: Amount,
}

bounds! { Leg { account: ACCOUNT, amount: Bound::NONE } }

impl Leg {
    /// A leg.
    #[must_use]
    pub fn new(account: impl Into<String>, amount: impl Into<Amount>) -> Self {
        Self { account: account.into(), amount: amount.into() }
    }
}

impl Normal for Leg {
    fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
        self.amount.normalise(&format!("{field}.amount"), currencies)
    }
}

request! {
    mod operations;

    /// Posts n legs that sum to zero per currency, at most 100.
    write Post<K> {
        /// The legs.
        postings: Vec<Leg> [Bound::NONE.items(100)],
    }

    /// Reverses a transfer whole, once.
    write CancelTransfer<K> {
        /// The transfer.
        transfer: String [ID],
        ;
        /// Why; kept with the event as a salted hash.
        reason: Option<String> [REASON],
    }

    /// Returns part of a transfer of two legs, or what is left of it.
    write RefundTransfer<K> {
        /// The transfer.
        transfer: String [ID],
        ;
        /// How much; what is left when absent.
        amount: Option<Amount>,
    }

    /// Holds money: it stays in the account but is no longer available.
    write Hold<K> {
        /// The account.
        account: String [ACCOUNT],
        /// How much.
        amount: Amount,
        ;
        /// Ends after this time.
        expires_in: Option<SpanInput> [WITHIN],
        /// Ends at this time.
        expires_at: Option<Time>,
    }

    /// Captures a hold: its money moves.
    write Capture<K> parses CaptureHold {
        /// The hold.
        hold: String as (Book, HoldId),
        /// The payee; opened if there is no such account.
        to: String as Payee [ACCOUNT],
        ;
        /// How much; what remains when absent.
        amount: Option<Amount as Money>,
        /// Releases what is left, so that the hold ends.
        r#final: Option<bool> = true,
    }

    /// Releases a hold.
    write VoidHold parses Void object hold {
        /// The hold.
        hold: String as (Book, HoldId),
    }

    /// Moves the expiry of a hold.
    write ExtendHold<K> parses Extend {
        /// The hold.
        hold: String as (Book, HoldId),
        /// The new end.
        expires_at: Time,
    }

    /// Takes row locks ahead of several calls in one host transaction.
    write LockAccounts {
        /// The accounts, each in every currency that it has.
        accounts: Vec<String> [ACCOUNT.items(500)],
    }
}

/// One call of a batch.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<BatchOp>)]
pub struct BatchOp {
    /// Name of the operation, such as `ledger.transfer`.
    pub op: String,
    /// Its request.
    #[serde(default)]
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub args: Value,
}

// what is in the arguments has the bounds of the operation that they are for
bounds! { BatchOp { op: NAME, args: document(256 * 1024).levels(DEPTH + 8) } }

impl BatchOp {
    /// A call of a batch.
    #[must_use]
    pub fn new(op: impl Into<String>, args: Value) -> Self {
        Self { op: op.into(), args }
    }
}

/// Its arguments may have a secret: any operation can be called.
impl std::fmt::Debug for BatchOp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchOp").field("op", &self.op).finish_non_exhaustive()
    }
}

impl Normal for BatchOp {}

request! {
    /// Runs several calls as one group: all or none, or each for itself.
    read Batch {
        /// The calls, at most 1,000.
        ops: Vec<BatchOp> [Bound::NONE.items(1_000)],
        ;
        /// All or none (the default), or each for itself.
        atomic: Option<bool> = true,
    }

    /// Asks for one account.
    read GetAccount {
        /// The account.
        account: String [ACCOUNT],
        ;
        /// Its currency; when absent the default one of the engine, else the only one that the account has.
        currency: Option<String> [CURRENCY],
    }

    /// Lists accounts.
    read Accounts pages {
        ;
        /// Only with this owner.
        owner: Option<String> [LINE],
        /// Only whose name begins so, when both are lower-cased.
        search: Option<String> [LINE],
        /// `created` (the default; with `search` it is `name`), `name`, or `balance`: greatest first within a
        /// currency.
        order: Option<String> [WORD],
        /// With `order: "balance"`: only accounts in this currency, read page by page from a rank that
        /// follows the log. Without `currency`, or with `search`, every account that fits is read.
        currency: Option<String> [CURRENCY],
    }

    /// Asks for a balance.
    read GetBalance {
        /// The account.
        account: String [ACCOUNT],
        ;
        /// Its currency; when absent the default one of the engine, else the only one that the account has.
        currency: Option<String> [CURRENCY],
        /// As it was at this time: of what was posted before it, as in a statement that ends there. Holds of
        /// the past are not kept, so `held` is zero.
        at: Option<Time>,
    }

    /// Asks for many balances in one round trip.
    read GetBalances {
        ;
        /// These accounts, at most 500.
        accounts: Option<Vec<String>> [ACCOUNT.items(500)],
        /// All accounts of this owner.
        owner: Option<String> [LINE],
    }

    /// Asks for one transfer.
    read GetTransfer {
        /// The transfer.
        transfer: String [ID],
    }

    /// Lists transfers, newest first.
    read Transfers pages {
        ;
        /// Only with a leg on this account.
        account: Option<String> [ACCOUNT],
        /// Only with this reference.
        reference: Option<String> [LINE],
        /// From this time on.
        from_time: Option<Time>,
        /// Before this time.
        to_time: Option<Time>,
    }

    /// Lists the entries of an account, newest first.
    read Entries pages {
        /// The account.
        account: String [ACCOUNT],
        ;
        /// Its currency; when absent the default one of the engine, else the only one that the account has.
        currency: Option<String> [CURRENCY],
        /// From this time on.
        from_time: Option<Time>,
        /// Before this time.
        to_time: Option<Time>,
    }

    /// Asks for a statement of an account: opening and closing balance, and every entry between.
    read GetStatement {
        /// The account.
        account: String [ACCOUNT],
        /// From this time on.
        from_time: Time,
        /// Before this time.
        to_time: Time,
        ;
        /// Its currency; when absent the default one of the engine, else the only one that the account has.
        currency: Option<String> [CURRENCY],
        /// `json` (the default) or `csv`: then the reply has the text in `csv`.
        format: Option<String> [WORD] = "json",
        /// Entries of a page, at most 100,000, which is what there is when absent.
        limit: Option<u32> [whole(1, 100_000)] = 100_000,
        /// The `next` of the page before.
        after: Option<String> [CURSOR],
    }

    /// Asks for one hold.
    read GetHold {
        /// The hold.
        hold: String [ID],
    }

    /// Lists holds, newest first.
    read Holds pages {
        ;
        /// Only of this account.
        account: Option<String> [ACCOUNT],
        /// Only in this state.
        state: Option<String> [word_of::<HoldState>()],
    }

    /// A request without fields of its own.
    read Empty {}

    /// Asks for the trial balance of a book.
    read GetTrialBalance {}
}
