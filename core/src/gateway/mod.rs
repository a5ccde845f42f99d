//! Built-in drivers: how the gateways of Stripe, Toss Payments and KG Inicis are spoken to.
//!
//! A driver turns a [`call::GatewayRequest`] into requests and what comes back into an
//! [`answer::GatewayAnswer`]. What it knows without sending anything is a [`wire::Driver`]: its abilities,
//! what the client's widget needs, and what a webhook says. What sends is behind the feature `gateways`. A
//! driver never sends a request twice that may still do something, and where nobody knows what became of one,
//! that is what it answers.

pub mod answer;
pub mod call;
#[cfg(feature = "gateways")]
pub mod drive;
pub mod identity;
pub mod incoming;
pub mod inicis;
pub mod merchant;
pub mod pause;
pub mod stripe;
pub mod toss;
pub mod wire;
pub mod words;

use words::GatewayDriver;

/// The built-in driver of this name; none for `host`.
pub fn driver_of(driver: GatewayDriver) -> Option<&'static dyn wire::Driver> {
    match driver {
        GatewayDriver::Host => None,
        GatewayDriver::Stripe => Some(&stripe::Stripe),
        GatewayDriver::Toss => Some(&toss::Toss),
        GatewayDriver::Inicis => Some(&inicis::Inicis),
    }
}

/// Returns the caller of the built-in driver of this name; none for `host`.
#[cfg(feature = "gateways")]
pub(crate) fn caller_of(driver: GatewayDriver) -> Option<&'static dyn drive::Caller> {
    match driver {
        GatewayDriver::Host => None,
        GatewayDriver::Stripe => Some(&stripe::Stripe),
        GatewayDriver::Toss => Some(&toss::Toss),
        GatewayDriver::Inicis => Some(&inicis::Inicis),
    }
}
