//! The rows of the services for money from outside in the table of operations: payments.

/// The whole table: the services before these, these, and those after them.
macro_rules! money_in {
    ({ $($before:tt)* } { $($after:tt)* }) => {
        guarded! {
            {
            $($before)*

    /// Payments: money from outside through gateways, and back. What may have been sent is asked about, and
    /// never sent again.
    service payments Payments {
        writes {
            /// Makes a gateway, or changes one: what is left out stays as it is. Its calls are jobs of the
            /// kind `gateway.ID`, which a worker of the application's own leases.
            set_gateway(rq::SetGateway) -> vy::GatewayReply, key Optional, kept day, host Joins, effect "payments.setup", actor false, who Staff,
                codes [currency key_not_found decryption_failed version_conflict];
            /// Makes a route, or changes one: which gateways are tried for which payments, in their order.
            set_route(rq::SetRoute) -> vy::RouteReply, key Optional, kept day, host Joins, effect "payments.setup", actor false, who Staff,
                codes [amounts currency_mismatch gateway version_conflict];
            /// Removes a route. Payments that have been made keep their gateways.
            remove_route(rq::RemoveRoute) -> vy::RouteRemoved, key Optional, kept day, host Joins, effect "payments.setup", actor false, who Staff,
                codes [version_conflict];
            /// Begins a payment into an account, in `created`, or with a token on to `authorizing`. Without a
            /// gateway the route that fits and has the highest priority says which are tried.
            create(rq::CreatePayment) -> vy::PaymentReply, key Required, kept forever, host Joins, effect "payments.create", risk opens, actor false, who Party,
                codes [amounts invalid_account account_locked account_closed currency_mismatch gateway gateway_unavailable key_not_found decryption_failed overflow];
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
            gateways(rq::ListGateways) -> Page<vy::Gateway> = crate::payment::queries::gateways, sequenced false, who Staff,
                codes [];
            /// The routes, by name.
            routes(rq::ListRoutes) -> Page<vy::Route> = crate::payment::queries::routes, sequenced false, who Staff,
                codes [];
            /// Debts, newest first.
            debts(rq::ListDebts) -> Page<vy::Debt> = crate::payment::queries::debts, sequenced false, who Listed,
                codes [invalid_account];
            /// One payment, by its id or the caller's own reference.
            get(rq::GetPayment) -> vy::Payment = crate::payment::queries::get, sequenced false, who Party,
                codes [payment_not_found];
            /// Payments, newest first.
            list(rq::ListPayments) -> Page<vy::Payment> = crate::payment::queries::list, sequenced false, who Listed,
                codes [invalid_account];
            /// The events of a payment, oldest first.
            history(rq::PaymentHistory) -> Page<va::Event> = crate::payment::queries::history, sequenced true, who Party,
                codes [payment_not_found];
            /// The states and transitions of a payment as a picture, drawn from the table that runs them.
            diagram(rq::PaymentDiagram) -> ve::Diagram = crate::payment::queries::draw, sequenced false, who Anybody,
                codes [];
        }
        generics {}
        wholes {}
    }
            }
            { $($after)* }
        }
    };
}
