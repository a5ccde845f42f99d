//! The words that all gateways share: what they are asked, what they say, and why they refuse.

use crate::rows::codec::text_enum;

text_enum! {
    /// The driver of a gateway.
    pub enum GatewayDriver {
        /// A worker of the application's own.
        Host = "host",
        /// The built-in driver of Stripe.
        Stripe = "stripe",
        /// The built-in driver of Toss Payments.
        Toss = "toss",
        /// The built-in driver of KG Inicis.
        Inicis = "inicis",
    }

    /// An ability of a gateway.
    pub enum GatewayAbility {
        /// Authorize now and capture later.
        TwoStep = "two_step",
        /// Capture less than was authorized.
        PartialCapture = "partial_capture",
        /// Give back a part.
        PartialRefund = "partial_refund",
        /// Say what it knows of a payment.
        Query = "query",
    }

    /// A kind of call to a gateway.
    pub enum GatewayCall {
        /// To authorize a payment, or to take it at once.
        Authorize = "authorize",
        /// To take what is authorized.
        Capture = "capture",
        /// To let go of what is authorized.
        Void = "void",
        /// To give back what was taken.
        Refund = "refund",
        /// To say what it knows.
        Query = "query",
    }

    /// Why a gateway did not do what it was asked for, in words that all of them share.
    pub enum FailureCode {
        /// The payer's bank said no.
        Declined = "declined",
        /// The payer has not enough.
        InsufficientFunds = "insufficient_funds",
        /// The means of payment are not valid.
        InvalidMethod = "invalid_method",
        /// The payer was not recognised.
        AuthenticationFailed = "authentication_failed",
        /// Somebody suspects fraud.
        FraudSuspected = "fraud_suspected",
        /// A limit of the payer's or of the merchant's.
        Limit = "limit",
        /// The gateway cannot do this.
        NotSupported = "not_supported",
        /// It was never processed.
        NotProcessed = "not_processed",
        /// The gateway failed.
        GatewayError = "gateway_error",
    }

    /// Whether trying again can help.
    pub enum FailureRetry {
        /// It cannot.
        Never = "never",
        /// With other means of payment.
        OtherMethod = "other_method",
        /// At another gateway.
        OtherGateway = "other_gateway",
        /// Later.
        Later = "later",
    }

    /// The outcome of a call to a gateway.
    pub enum GatewayOutcome {
        /// It holds the money for us.
        Authorized = "authorized",
        /// It has taken the money.
        Captured = "captured",
        /// It let go of the money.
        Voided = "voided",
        /// The payer must do something.
        ActionRequired = "action_required",
        /// It has the call, and says more later.
        Pending = "pending",
        /// It will not do it.
        Refused = "refused",
        /// It knows of no such call.
        Nothing = "nothing",
        /// The call surely never reached it.
        Unsent = "unsent",
        /// Nobody knows what became of the call.
        Unknown = "unknown",
        /// It has given money back.
        Refunded = "refunded",
        /// Money that it gave back came back to it.
        RefundFailed = "refund_failed",
    }
}
