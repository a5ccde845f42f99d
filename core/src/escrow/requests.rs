//! Requests of the escrow service: deals between a buyer and a seller.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::currency::Currencies;
use crate::error::Result;
use crate::escrow::model::{Ruling, Side, State};
use crate::money::Amount;
use crate::request::bounds::{
    ACCOUNT, Bound, CENTURY, ID, LINE, NAME, REASON, WITHIN, WORD, bounds, spans, whole, word_of,
};
use crate::request::declare::request;
use crate::request::normal::Normal;
use crate::time::{Span, SpanInput, Time};

/// Declares a part of a price: a record with `amount` or `bps`.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident {
        $(#[$fdoc:meta])* $first:ident [$fbound:expr]; $($(#[$odoc:meta])* $opt:ident: $oty:ty [$obound:expr],)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(transform = crate::request::bounds::show::<$name>)]
        #[non_exhaustive]
        pub struct $name {
            $(#[$fdoc])*
            pub $first: String,
            /// A fixed amount; either this or `bps`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub amount: Option<Amount>,
            /// Hundredths of a percent of the price, at most 10,000.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub bps: Option<u32>,
            $($(#[$odoc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $opt: Option<$oty>,)*
        }

        impl $name {
            /// A fixed amount.
            #[must_use]
            pub fn amount($first: impl Into<String>, amount: impl Into<Amount>) -> Self {
                Self { $first: $first.into(), amount: Some(amount.into()), bps: None, $($opt: None,)* }
            }

            /// Hundredths of a percent of the price.
            #[must_use]
            pub fn bps($first: impl Into<String>, bps: u32) -> Self {
                Self { $first: $first.into(), amount: None, bps: Some(bps), $($opt: None,)* }
            }
        }

        bounds! { $name {
            $first: $fbound, amount: Bound::NONE, bps: whole(0, 10_000).of_amount(), $($opt: $obound,)*
        } }

        impl Normal for $name {
            fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
                self.amount.normalise(&format!("{field}.amount"), currencies)
            }
        }
    };
}

part! {
    /// A fee. It is `floor(price * bps / 10,000)`, or a fixed amount. Where fees and splits are the whole
    /// price, the largest of them, of equals the last, gets what rounding leaves over.
    FeeTerm {
        /// The account that gets it; opened if there is none.
        to [ACCOUNT];
        /// The party that bears it: the `seller`, out of what the deal brings (the default), or the `buyer`,
        /// on top of the price.
        from: String [word_of::<Side>()],
    }
}

impl FeeTerm {
    /// The buyer bears it, on top of the price.
    #[must_use]
    pub fn from_buyer(mut self) -> Self {
        self.from = Some("buyer".to_owned());
        self
    }
}

part! {
    /// A third party's share of what the seller gets. Where fees and splits are the whole price, the largest
    /// of them, of equals the last, gets what rounding leaves over.
    SplitTerm {
        /// The account that gets it; opened if there is none.
        to [ACCOUNT];
    }
}

part! {
    /// A part of the price that `release_part` releases by its name.
    MilestoneTerm {
        /// Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
        name [NAME];
    }
}

request! {
    /// Opens a deal; it waits for the buyer's money.
    write OpenDeal<K> {
        /// The buyer's account.
        buyer: String [ACCOUNT],
        /// The seller's account; opened if there is none.
        seller: String [ACCOUNT],
        /// The price.
        price: Amount,
        ;
        /// Fees: who gets them, how much, and from whom.
        fees: Option<Vec<FeeTerm>> [Bound::NONE.items(50)],
        /// Others who share in what the seller gets.
        splits: Option<Vec<SplitTerm>> [Bound::NONE.items(50)],
        /// Parts of the price that are released by name.
        milestones: Option<Vec<MilestoneTerm>> [Bound::NONE.items(50)],
        /// The item sold, for people: at most 1,000 characters.
        item: Option<String> [REASON],
        /// How long the buyer may take to pay; without it the deal waits.
        pay_within: Option<SpanInput> [WITHIN],
        /// How long the seller may take to ship, counted from the state that awaits it; without it the deal
        /// waits.
        ship_within: Option<SpanInput> [WITHIN],
        /// How long it may be on its way before it counts as delivered; without it the deal waits.
        deliver_within: Option<SpanInput> [WITHIN],
        /// How long the other side may take to answer a dispute.
        respond_within: Option<SpanInput> [WITHIN] = crate::escrow::facts::RESPONSE,
        /// How long the buyer may look at what arrived before the seller is paid.
        inspection: Option<SpanInput> [spans(Span::ZERO, CENTURY)] = crate::escrow::facts::INSPECTION,
        /// The seller must accept before the deal continues.
        require_acceptance: Option<bool> = false,
        /// Something is shipped; otherwise a paid deal counts as delivered.
        shipping: Option<bool> = true,
    }

    /// Asks what a deal would cost and bring.
    read QuoteDeal {
        /// The price.
        price: Amount,
        ;
        /// Fees: who gets them, how much, and from whom.
        fees: Option<Vec<FeeTerm>> [Bound::NONE.items(50)],
        /// Others who share in what the seller gets.
        splits: Option<Vec<SplitTerm>> [Bound::NONE.items(50)],
    }

    /// Pays a deal from the buyer's balance.
    write PayDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// Go on into the deal's own account; `false` stops at the hold.
        secure: Option<bool> = true,
        /// Why, where an admin acts in the place of a party.
        reason: Option<String> [REASON],
    }

    /// Secures held money in the deal's own account.
    write SecureDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String> [REASON],
    }

    /// The seller accepts.
    write AcceptDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// Why, where an admin acts in the place of the seller.
        reason: Option<String> [REASON],
    }

    /// The seller ships.
    write ShipDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// The carrier.
        carrier: Option<String> [LINE],
        /// The carrier's number for it.
        tracking: Option<String> [LINE],
        /// Why, where an admin acts in the place of a party.
        reason: Option<String> [REASON],
    }

    /// It was delivered: the time to look at it begins.
    write DeliverDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String> [REASON],
    }

    /// The buyer is content: the seller is paid.
    write ConfirmDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// Why, where an admin acts in the place of the buyer.
        reason: Option<String> [REASON],
    }

    /// Calls a deal off; the buyer has the money back.
    write CancelDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// Why; events carry its salted hash only.
        reason: Option<String> [REASON],
    }

    /// The buyer asks for the money back, all of it or a part.
    write RequestRefund<K> object deal {
        /// The deal.
        deal: String [ID],
        /// Why; events carry its salted hash only.
        reason: String [REASON],
        ;
        /// How much of the price; all that the deal holds when absent.
        amount: Option<Amount>,
    }

    /// The seller gives back what the buyer asked for.
    write ApproveRefund<K> object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// Why; events carry its salted hash only.
        reason: Option<String> [REASON],
    }

    /// The seller does not give it back: the deal continues where it stood.
    write RefuseRefund<K> object deal {
        /// The deal.
        deal: String [ID],
        /// Why; events carry its salted hash only.
        reason: String [REASON],
    }

    /// Releases a part of the price, without a change of state.
    write ReleasePart<K> object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// How much of the price; either this or `milestone`.
        amount: Option<Amount>,
        /// The milestone that was reached.
        milestone: Option<String> [NAME],
        /// Why, where an admin acts in the place of the buyer.
        reason: Option<String> [REASON],
    }

    /// Puts off the deadline that is in force.
    write ExtendDeal object deal {
        /// The deal.
        deal: String [ID],
        ;
        /// The buyer must have paid.
        pay_by: Option<Time>,
        /// The seller must have shipped.
        ship_by: Option<Time>,
        /// It counts as delivered.
        deliver_by: Option<Time>,
        /// The seller is paid without further ado.
        release_at: Option<Time>,
        /// Why; events carry its salted hash only.
        reason: Option<String> [REASON],
    }

    /// Changes the caller's own metadata or reference of a deal.
    write UpdateDeal object deal {
        /// The deal.
        deal: String [ID],
    }

    /// Asks for one deal, by its id or by the caller's reference: the newest that has it and that the caller
    /// may read, unless these differ in buyer, seller or price.
    read GetDeal {
        ;
        /// The deal.
        deal: Option<String> [ID],
        /// The caller's own id.
        reference: Option<String> [LINE],
    }

    /// Lists deals, newest first.
    read Deals pages {
        ;
        /// Only in this state.
        state: Option<String> [word_of::<State>()],
        /// Only of this buyer's account.
        buyer: Option<String> [ACCOUNT],
        /// Only of this seller's account.
        seller: Option<String> [ACCOUNT],
        /// Only with this reference.
        reference: Option<String> [LINE],
        /// Only changed at or after this time.
        updated_since: Option<Time>,
        /// Only with a deadline in force before this time.
        due_before: Option<Time>,
    }

    /// Lists the events of a deal, oldest first.
    read DealHistory pages {
        /// The deal.
        deal: String [ID],
    }

    /// Asks whether the actor could pull a trigger now; nothing is written.
    read ValidateDeal {
        /// The deal.
        deal: String [ID],
        /// The trigger, such as `ship`.
        trigger: String [WORD],
        ;
        /// Why, where an admin would act in the place of a party.
        reason: Option<String> [REASON],
        /// How much, for `request_refund`, `release_part`, and `resolve` with a split.
        amount: Option<Amount>,
        /// The ruling, for `resolve`: `release` (the default), `refund` or `split`.
        outcome: Option<String> [word_of::<Ruling>()],
        /// The reason for people in this language, `ko` or `en`; for developers when absent.
        locale: Option<String> [WORD],
    }

    /// Asks what the actor could do with a deal now.
    read AllowedActions {
        /// The deal.
        deal: String [ID],
    }

    /// Asks for a picture of everything that a deal can do.
    read DrawDiagram {
        ;
        /// `mermaid` (the default) or `svg`.
        format: Option<String> [WORD] = "mermaid",
    }
}
