//! Requests of the escrow service: deals between a buyer and a seller.

use crate::api::request::request;
use crate::money::Amount;
use crate::time::{Span, Time};

request! {
    /// Opens a deal; it waits for the buyer's money.
    write OpenDeal {
        /// The buyer's account.
        buyer: String,
        /// The seller's account; opened if there is none.
        seller: String,
        /// The price.
        price: Amount,
        ;
        /// What is sold, for people: at most 1,000 characters.
        item: Option<String>,
        /// How long the buyer may take to pay; without it the deal waits.
        pay_within: Option<Span>,
        /// How long the seller may take to ship, counted from the state that awaits it; without it the deal waits.
        ship_within: Option<Span>,
        /// How long the buyer may look at what arrived before the seller is paid.
        inspection: Option<Span> = crate::escrow::open::INSPECTION,
        /// The seller must accept before the deal goes on.
        require_acceptance: Option<bool> = false,
        /// Something is shipped; otherwise a paid deal counts as delivered.
        shipping: Option<bool> = true,
    }
}

request! {
    /// Asks what a deal would cost and bring.
    read QuoteDeal {
        /// The price.
        price: Amount,
    }
}

request! {
    /// Pays a deal from the buyer's balance.
    write PayDeal object deal {
        /// The deal.
        deal: String,
        ;
        /// Go on into the deal's own account; `false` stops at the hold.
        secure: Option<bool> = true,
        /// Why, where an admin acts in the place of a party.
        reason: Option<String>,
    }
}

request! {
    /// Secures held money in the deal's own account.
    write SecureDeal object deal {
        /// The deal.
        deal: String,
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String>,
    }
}

request! {
    /// The seller accepts.
    write AcceptDeal object deal {
        /// The deal.
        deal: String,
        ;
        /// Why, where an admin acts in the place of the seller.
        reason: Option<String>,
    }
}

request! {
    /// The seller ships.
    write ShipDeal object deal {
        /// The deal.
        deal: String,
        ;
        /// Who carries it.
        carrier: Option<String>,
        /// The carrier's number for it.
        tracking: Option<String>,
        /// Why, where an admin acts in the place of a party.
        reason: Option<String>,
    }
}

request! {
    /// It was delivered: the time to look at it begins.
    write DeliverDeal object deal {
        /// The deal.
        deal: String,
        ;
        /// Why, where an admin acts in the place of a party.
        reason: Option<String>,
    }
}

request! {
    /// The buyer is content: the seller is paid.
    write ConfirmDeal object deal {
        /// The deal.
        deal: String,
        ;
        /// Why, where an admin acts in the place of the buyer.
        reason: Option<String>,
    }
}

request! {
    /// Calls a deal off; the buyer has the money back.
    write CancelDeal object deal {
        /// The deal.
        deal: String,
        ;
        /// Why; events carry its salted hash only.
        reason: Option<String>,
    }
}

request! {
    /// Asks for one deal, by its id or by the caller's reference (the newest one that has it).
    read GetDeal {
        ;
        /// The deal.
        deal: Option<String>,
        /// The caller's own id.
        reference: Option<String>,
    }
}

request! {
    /// Lists deals, newest first.
    read Deals {
        ;
        /// Only in this state.
        state: Option<String>,
        /// Only of this buyer's account.
        buyer: Option<String>,
        /// Only of this seller's account.
        seller: Option<String>,
        /// Only with this reference.
        reference: Option<String>,
        /// Only changed at or after this time.
        updated_since: Option<Time>,
        /// Only with a deadline in force before this time.
        due_before: Option<Time>,
        /// Page size, at most 500.
        limit: Option<u32>,
        /// The `next` of the page before.
        after: Option<String>,
    }
}

request! {
    /// Lists the events of a deal, oldest first.
    read DealHistory {
        /// The deal.
        deal: String,
        ;
        /// Page size, at most 500.
        limit: Option<u32>,
        /// The `next` of the page before.
        after: Option<String>,
    }
}

request! {
    /// Asks whether the actor could pull a trigger now; nothing is written.
    read ValidateDeal {
        /// The deal.
        deal: String,
        /// The trigger, such as `ship`.
        trigger: String,
        ;
        /// Why, where an admin would act in the place of a party.
        reason: Option<String>,
    }
}

request! {
    /// Asks what the actor could do with a deal now.
    read AllowedActions {
        /// The deal.
        deal: String,
    }
}

request! {
    /// Asks for a picture of everything that a deal can do.
    read DrawDiagram {
        ;
        /// `mermaid` (the default) or `svg`.
        format: Option<String>,
    }
}
