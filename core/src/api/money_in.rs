//! The rows of the services for money from outside in the table of operations: payments, the purchases that
//! they pay, and the webhooks that tell of them.

/// The whole table: the services before these, these, and those after them.
macro_rules! money_in {
    ({ $($before:tt)* } { $($after:tt)* }) => {
        money_out! {
            {
            $($before)*

    /// Payments: money from outside through gateways, and back. What may have been sent is asked about, and
    /// never sent again.
    service payments Payments {
        writes {
            /// Makes a gateway, or changes one: what is left out stays as it is. Its calls are jobs of the
            /// kind `gateway.ID`, which a worker of the application's own leases, or a driver that is built
            /// in does.
            set_gateway(rq::SetGateway) -> vy::GatewayReply, key Optional, kept day, host Joins, effect "payments.setup", actor false, who Staff,
                codes [currency key_not_found decryption_failed version_conflict];
            /// Makes a route, or changes one: which gateways are tried for which payments, in their order.
            set_route(rq::SetRoute) -> vy::RouteReply, key Optional, kept day, host Joins, effect "payments.setup", actor false, who Staff,
                codes [amounts currency_mismatch gateway version_conflict];
            /// Removes a route. Payments that have been made keep their gateways.
            remove_route(rq::RemoveRoute) -> vy::RouteRemoved, key Optional, kept day, host Joins, effect "payments.setup", actor false, who Staff,
                codes [version_conflict];
            /// Begins a payment into an account, or of a deal that its buyer may pay now, in `created`, or
            /// with a token on to `authorizing`. Without a gateway the route that fits and has the highest
            /// priority says which are tried. Of a deal it is judged as `escrow.pay`, and nobody pays the
            /// deal beside it.
            create(rq::CreatePayment) -> vy::PaymentReply, key Required, kept forever, host Joins, effect "payments.create", risk opens, actor false, who Party,
                codes [amounts invalid_account account_locked account_closed currency_mismatch deal condition_not_met approval_required already_approved gateway gateway_unavailable key_not_found decryption_failed overflow];
            /// Sends a payment to its gateway with the payer's means: the gateway's own token, never a card
            /// number.
            confirm(rq::ConfirmPayment) -> vy::PaymentReply, key Derived, kept forever, host Joins, effect "payments.confirm", risk settles, actor false, who Deal,
                codes [payment condition_not_met gateway gateway_unavailable key_not_found decryption_failed];
            /// Takes the money of an authorized payment, once; what is left over is released.
            capture(rq::CapturePayment) -> vy::PaymentReply, key Required, kept forever, host Joins, effect "payments.capture", risk settles, actor false, who Deal,
                codes [payment amounts currency_mismatch capture_exceeds_authorized condition_not_met];
            /// Gives a payment up. One that a gateway may have is only marked (`cancel_requested`): it is
            /// voided, or refunded whole, as soon as the gateway has said what became of it.
            void(rq::VoidPayment) -> vy::PaymentReply, key Derived, kept forever, host Joins, effect "payments.void", risk settles, actor false, who Deal,
                codes [payment condition_not_met];
            /// Asks the gateway what it knows of a payment; one question is open at a time.
            sync(rq::SyncPayment) -> vy::PaymentReply, key Optional, kept day, host Joins, effect "payments.sync", actor false, who Staff,
                codes [payment condition_not_met];
            /// Gives captured money back: it leaves the account at once, and comes back to it if the gateway
            /// refuses.
            refund(rq::RefundPayment) -> vy::RefundReply, key Required, kept forever, host Joins, effect "payments.refund" takes, risk settles, actor false, who Deal,
                codes [payment amounts currency_mismatch refund_exceeds_captured condition_not_met moves];
            /// Says what an admin has found out about a payment that is `unknown` or `mismatched`.
            settle(rq::SettlePayment) -> vy::PaymentReply, key Required, kept forever, host Joins, effect "payments.settle" takes, risk settles, actor true, who Admin,
                codes [payment amounts currency_mismatch condition_not_met moves];
            /// Tells what a gateway has said, for hosts that verify its webhooks themselves. The same event
            /// again is a replay, whatever else it carries.
            report(rq::ReportPayment) -> vy::Reported, key Derived, kept month, host Joins, effect "payments.report" takes, risk settles, actor false, who Staff,
                codes [payment gateway amounts currency_mismatch condition_not_met overflow];
            /// Tells that the payer's bank takes a payment back, or how that ended. What its account does not
            /// have is a debt.
            chargeback(rq::ChargebackPayment) -> vy::PaymentReply, key Optional, kept day, host Joins, effect "payments.chargeback" takes, risk settles, actor false, who Staff,
                codes [payment amounts currency_mismatch condition_not_met overflow];
            /// Takes what a debtor owes from what the debtor has.
            recover(rq::RecoverDebt) -> vy::DebtReply, key Required, kept forever, host Joins, effect "payments.recover" takes, risk settles, actor false, who Owner,
                codes [debt amounts currency_mismatch condition_not_met moves];
            /// Gives a debt up: the loss stays where it is.
            write_off(rq::WriteOffDebt) -> vy::DebtReply, key Optional, kept day, host Joins, effect "payments.write_off", actor true, who Admin,
                codes [debt];
        }
        reads {
            /// The gateways, by name, and whether they answer.
            gateways(rq::ListGateways) -> Page<vy::Gateway> = crate::payment::queries::gateways, sequenced false, who Staff;
            /// The routes, by name.
            routes(rq::ListRoutes) -> Page<vy::Route> = crate::payment::queries::routes, sequenced false, who Staff;
            /// Debts, newest first.
            debts(rq::ListDebts) -> Page<vy::Debt> = crate::payment::queries::debts, sequenced false, who Listed,
                codes [invalid_account];
            /// One payment, by its id or the caller's own reference.
            get(rq::GetPayment) -> vy::Payment = crate::payment::queries::get, sequenced false, who Party,
                codes [payment_not_found];
            /// Returns the fields that the client's widget needs to collect the payer's means, of a payment
            /// that waits for them. A gateway that a worker of the application's own talks to is
            /// `not_supported`.
            checkout(rq::CheckoutPayment) -> vy::Checkout = crate::payment::checkout::checkout, sequenced false, who Deal,
                codes [payment_not_found transition_not_allowed gateway gateway_unavailable key_not_found decryption_failed];
            /// Payments, newest first.
            list(rq::ListPayments) -> Page<vy::Payment> = crate::payment::queries::list, sequenced false, who Listed,
                codes [invalid_account];
            /// The events of a payment, oldest first.
            history(rq::PaymentHistory) -> Page<va::Event> = crate::payment::queries::history, sequenced true, who Party,
                codes [payment_not_found];
            /// The actions that the actor could take on a payment now.
            allowed_actions(rq::PaymentActions) -> vy::PaymentChoices = crate::payment::actions::allowed_actions, sequenced false, who Deal,
                codes [payment_not_found];
            /// The states and transitions of a payment as a picture, drawn from the table that runs them.
            diagram(rq::PaymentDiagram) -> ve::Diagram = crate::payment::queries::draw, sequenced false, who Anybody;
        }
    }

    /// Purchases: limited offers, each of whose units is sold once, at the price that its buyer saw.
    service purchases Purchases {
        writes {
            /// Makes an offer, or changes one: what is left out stays as it is. Purchases that have begun
            /// keep their price.
            set_offer(rq::SetOffer) -> vb::OfferReply, key Optional, kept day, host Joins, effect "purchases.setup", actor false, who Owner,
                codes [amounts invalid_account currency_mismatch condition_not_met version_conflict];
            /// Makes a promo, or changes one: what is left out stays as it is. One that is for all offers is
            /// set by staff alone.
            set_promo(rq::SetPromo) -> vb::PromoReply, key Optional, kept day, host Joins, effect "purchases.setup", actor false, who Owner,
                codes [amounts offer_not_found version_conflict];
            /// Takes units of an offer for a buyer, who pays later: the price is fixed now, and the units are
            /// held until `hold_until`. Rules count the total as if it were paid.
            reserve(rq::ReservePurchase) -> vb::PurchaseReply, key Required, kept forever, host Joins, effect "purchases.reserve" takes, risk opens, actor false, who Deal,
                codes [amounts invalid_account currency_mismatch offer_not_found promo_not_found condition_not_met purchase_limit_exceeded out_of_stock promo_not_applicable version_conflict overflow];
            /// Pays a purchase that is held: from the buyer's balance at once, or through a gateway, whose
            /// answer completes it. Where it is sold by a deal, that is opened and paid, which is the effect
            /// `escrow.pay`. To try again with the same token give a key.
            pay(rq::PayPurchase) -> vb::PurchaseReply, key Derived, kept forever, host Joins, effect "purchases.buy" takes, risk settles, actor false, who Deal,
                codes [purchase condition_not_met account_not_found moves gateway gateway_unavailable key_not_found decryption_failed];
            /// Takes units of an offer for a buyer, and pays them in the same commit, as `pay` does.
            buy(rq::BuyOffer) -> vb::PurchaseReply, key Required, kept forever, host Joins, effect "purchases.buy" takes, risk opens, actor false, who Deal,
                codes [amounts account currency_mismatch offer_not_found promo_not_found condition_not_met purchase_limit_exceeded out_of_stock promo_not_applicable version_conflict moves gateway gateway_unavailable key_not_found decryption_failed];
            /// Gives a purchase up that is not paid: its units and its promo use come back. Where a payment
            /// is under way, once that is surely over; one that a gateway may have is not given up.
            cancel(rq::CancelPurchase) -> vb::PurchaseReply, key Derived, kept forever, host Joins, effect "purchases.cancel", risk settles, actor false, who Deal,
                codes [purchase condition_not_met];
            /// Gives units of a purchase back: the money goes to where it came from, and what was given with
            /// them is taken back. What is sold by a deal goes back through the deal alone.
            refund(rq::RefundPurchase) -> vb::PurchaseRefunded, key Required, kept forever, host Joins, effect "purchases.refund" takes, risk settles, actor false, who Deal,
                codes [purchase condition_not_met account_not_found refund_exceeds_captured moves];
        }
        reads {
            /// One offer, and how much of it is left.
            get_offer(rq::GetOffer) -> vb::Offer = crate::purchase::queries::get_offer, sequenced false, who Anybody,
                codes [offer_not_found];
            /// Offers, newest first.
            offers(rq::ListOffers) -> Page<vb::Offer> = crate::purchase::queries::offers, sequenced false, who Anybody,
                codes [invalid_account];
            /// Promos, newest first.
            promos(rq::ListPromos) -> Page<vb::Promo> = crate::purchase::queries::promos, sequenced false, who Listed,
                codes [offer_not_found];
            /// Quotes units of an offer, and says whether they could be bought now.
            quote(rq::QuotePurchase) -> vb::PurchaseQuote = crate::purchase::queries::quote, sequenced false, who Anybody,
                codes [invalid_account offer_not_found promo_not_found overflow];
            /// One purchase, by its id or the caller's own reference.
            get(rq::GetPurchase) -> vb::Purchase = crate::purchase::queries::get, sequenced false, who Party,
                codes [purchase_not_found];
            /// Purchases, newest first.
            list(rq::ListPurchases) -> Page<vb::Purchase> = crate::purchase::queries::list, sequenced false, who Listed,
                codes [invalid_account offer_not_found];
            /// The events of a purchase, oldest first.
            history(rq::PurchaseHistory) -> Page<va::Event> = crate::purchase::queries::history, sequenced true, who Party,
                codes [purchase_not_found];
            /// The actions that the actor could take on a purchase now.
            allowed_actions(rq::PurchaseActions) -> vb::PurchaseChoices = crate::purchase::actions::allowed_actions, sequenced false, who Deal,
                codes [purchase_not_found];
        }
    }

    /// Webhooks that others send to us: verified, and done once. Those that we send are jobs
    /// `webhook.deliver`.
    service webhooks Webhooks {
        writes {
            /// Makes a source of webhooks, or changes one: what is left out stays as it is.
            set_source(rq::SetSource) -> vw::SourceReply, key Optional, kept day, host Joins, effect "webhooks.setup", actor false, who Staff,
                codes [gateway key_not_found decryption_failed version_conflict];
            /// Gives a source a new secret. The old one is good for a while, because the sender changes
            /// later.
            rotate_secret(rq::RotateSecret) -> vw::SourceReply, key Optional, kept day, host Joins, effect "webhooks.setup", actor false, who Staff,
                codes [source_not_found key_not_found decryption_failed version_conflict];
            /// Takes what a source has sent, as it came over the line: verifies it, and does what it says.
            /// `reply` is what to answer the sender with, whatever came of it; a refusal is answered with its
            /// status. One that is not genuine is refused and leaves nothing, not even an event. The same
            /// event again is a replay, whatever else it carries. What nobody signed is only a hint: the
            /// gateway is asked.
            receive(rq::ReceiveWebhook) -> vw::WebhookReceived, key Derived, kept seen, host Joins, effect "payments.report" takes, risk settles, actor false, who Staff,
                codes [source_not_found signature_invalid key_not_found decryption_failed payment gateway amounts currency_mismatch condition_not_met overflow];
        }
        reads {
            /// The sources, by name.
            sources(rq::ListSources) -> Page<vw::Source> = crate::webhook::queries::sources, sequenced false, who Staff;
            /// Lists the events received from sources, newest first. Bodies are not kept.
            list(rq::ListWebhooks) -> Page<vw::SeenWebhook> = crate::webhook::queries::list, sequenced false, who Staff;
        }
    }
            }
            { $($after)* }
        }
    };
}
