//! The domains of the library, each registered once.

use std::sync::Arc;

use crate::request::domain::Domain;

/// In the order in which `verify` checks them.
#[must_use]
pub(super) fn domains() -> [Arc<dyn Domain>; 13] {
    [
        Arc::new(crate::escrow::Deals),
        Arc::new(crate::dispute::Disputes),
        Arc::new(crate::treasury::Treasuries),
        Arc::new(crate::payment::Payments),
        Arc::new(crate::purchase::Purchases),
        Arc::new(crate::webhook::IncomingWebhooks),
        Arc::new(crate::withdrawal::Withdrawals),
        Arc::new(crate::jobs::Jobs),
        Arc::new(crate::sinks::Sinks),
        Arc::new(crate::approval::Consent),
        Arc::new(crate::vault::Vault),
        Arc::new(crate::signing::Signing),
        Arc::new(crate::risk::Rules),
    ]
}
