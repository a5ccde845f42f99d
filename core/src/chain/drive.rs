//! How the nodes of chains are reached: over which lines, and with which limits.

use std::time::Duration;

use crate::http::client::{Client, Settings, reaches};

/// The longest answer of a node that is read: a batch of receipts, or a block with its transactions.
const MOST_ANSWER: usize = 8 * 1024 * 1024;
/// How long a node may take.
const WHOLE: Duration = Duration::from_secs(10);

/// Has this process ask the nodes of chains that have addresses: see
/// [`Options::chain`](crate::Options::chain).
///
/// Nodes are called at public addresses over TLS, connect within 3 s and answer within 10 s, with at most 8
/// MiB. Where they are, and who of them must agree, the chain's record says (`withdrawals.set_chain`).
///
/// ```
/// use earnest::{DriveChains, Options};
///
/// let options = Options::new().chain(DriveChains::new());
/// // with a node on this machine
/// let options = Options::new().chain(DriveChains::new().allow_http(true).allow_private(true));
/// ```
#[derive(Clone, Debug)]
pub struct DriveChains {
    settings: Settings,
}

impl Default for DriveChains {
    fn default() -> Self {
        Self::new()
    }
}

impl DriveChains {
    /// Public nodes, over TLS.
    #[must_use]
    pub fn new() -> Self {
        let mut settings = Settings::default();
        settings.limits.body = MOST_ANSWER;
        settings.limits.whole = WHOLE;
        Self { settings }
    }

    reaches!();

    /// How long connecting may take, and how long a whole request.
    #[must_use]
    pub const fn timeouts(mut self, connect: Duration, whole: Duration) -> Self {
        self.settings.limits.connect = connect;
        self.settings.limits.whole = whole;
        self
    }

    /// How long an answer of a node may be, in bytes: 8 MiB by itself.
    ///
    /// A receipt is longer where the code of a payee logs some 25,000 times, for which it takes more than 8
    /// million gas (`max_gas` of `withdrawals.set_asset`). Of its nonce nothing is seen until it is read; the
    /// others go on.
    #[must_use]
    pub const fn most_answer(mut self, bytes: usize) -> Self {
        self.settings.limits.body = bytes;
        self
    }

    /// Builds the HTTP client.
    pub(crate) fn client(self) -> Client {
        Client::new(self.settings)
    }
}
