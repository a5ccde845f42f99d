//! The names of what a merchant sets for Stripe.

/// The setting that the client's widget begins with.
pub(super) const PUBLISHABLE_KEY: &str = "publishable_key";
/// The setting with the page that payers come back to.
pub(super) const RETURN_URL: &str = "return_url";
/// The secret with the merchant's key of the API.
pub(super) const SECRET_KEY: &str = "secret_key";
