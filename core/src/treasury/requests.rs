//! Requests about treasury accounts, their limits, and what deals have paid out.

use crate::money::Amount;
use crate::request::bounds::{ACCOUNT, CURRENCY, ID, NAME, word_of, words_of};
use crate::request::declare::request;
use crate::rows::codec::TextEnum as _;
use crate::rows::tables::{Tier, TransferKind};
use crate::time::Time;

/// The kinds of transfers that settle.
fn settlements() -> Vec<&'static str> {
    vec![TransferKind::Settlement.name(), TransferKind::Refund.name()]
}

request! {
    /// Makes an account hot or cold, with its limits. What is left out is not limited any more.
    write SetTreasuryAccount object account {
        /// The account.
        account: String [ACCOUNT],
        /// Its currency.
        currency: String [CURRENCY],
        /// `hot` or `cold`.
        tier: String [word_of::<Tier>()],
        ;
        /// The most that may leave it in a calendar day.
        daily_limit: Option<Amount>,
        /// The most that may leave it in a calendar month.
        monthly_limit: Option<Amount>,
        /// The most that a hot account should have.
        ceiling: Option<Amount>,
        /// Where its days and months begin, `Asia/Seoul` when absent.
        time_zone: Option<String> [NAME],
    }

    /// Asks how much of its limits an account has used.
    read GetUsage {
        /// The account.
        account: String [ACCOUNT],
        /// Its currency.
        currency: String [CURRENCY],
    }

    /// Lists what deals have paid out, newest first. Fees are not listed.
    read Settlements pages {
        ;
        /// Only of this deal.
        deal: Option<String> [ID],
        /// Only `settlement` (to sellers and other recipients) or `refund` (to buyers).
        r#type: Option<String> [words_of(settlements)],
        /// From this time on.
        from_time: Option<Time>,
        /// Before this time.
        to_time: Option<Time>,
    }
}
