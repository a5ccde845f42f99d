//! Stripe of the tests of gateways.

#[path = "../../../../core/tests/money/gateways/stripe/double.rs"]
pub(super) mod double;
