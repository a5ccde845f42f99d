//! How a gateway is reached: what sends, and with which limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use super::answer::DriverReply;
use super::call::GatewayRequest;
use super::merchant::Merchant;
use super::pause::asked_pause;
use crate::error::{Error, Result};
use crate::http::client::{Client, Settings, reaches};
use crate::http::outcome::Outcome;
use crate::http::request::HttpRequest;
use crate::time::{Span, Time};

/// The longest answer of a gateway that is read.
const MOST_ANSWER: usize = 1024 * 1024;

/// The part of a built-in driver that sends.
#[async_trait]
pub(crate) trait Caller: Send + Sync {
    /// Sends one call, never twice while the first may still do something. That nobody knows what became of
    /// it is an outcome, never an error.
    async fn send(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply;

    /// Answers a question: what became of a call, or what the gateway knows of a payment.
    async fn settle(&self, at: &Door<'_>, call: &GatewayRequest) -> DriverReply;
}

/// How a gateway is reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door<'a> {
    /// The HTTP client.
    pub client: &'a Client,
    pub account: &'a Merchant,
    /// Another address than the driver's own.
    pub base: Option<&'a Url>,
    pub now: Time,
    /// The pause that the gateway asks for.
    pub pause: &'a AskedPause,
}

impl Door<'_> {
    /// Sends a request, and notes the pause that its answer asks for.
    pub(crate) async fn send(&self, request: &HttpRequest) -> Outcome {
        let outcome = self.client.send(request).await;
        if let Outcome::Answered(response) = &outcome
            && matches!(response.status.as_u16(), 429 | 503)
            && let Some(pause) = response.header("retry-after").and_then(|text| asked_pause(text, self.now))
        {
            self.pause.0.fetch_max(pause.micros(), Ordering::Relaxed);
        }
        outcome
    }
}

/// The longest pause that a gateway has asked for during one call.
#[derive(Debug, Default)]
pub(crate) struct AskedPause(AtomicI64);

impl AskedPause {
    /// The pause; `None` where none was asked for.
    pub(crate) fn get(&self) -> Option<Span> {
        Span::from_micros(self.0.load(Ordering::Relaxed)).filter(|pause| pause.micros() > 0)
    }
}

/// Runs the calls of a gateway in this process, by a built-in driver: see
/// [`Options::gateway`](crate::Options::gateway).
///
/// The driver calls its gateway's public address over TLS, connects within 3 s and waits 30 s for an answer
/// of at most 1 MiB. Which driver it is, the gateway's record says (`payments.set_gateway`).
///
/// ```
/// use earnest::{Drive, Options};
///
/// let options = Options::new().gateway("cards", Drive::new());
/// // against a double of the gateway's on this machine
/// let tested = Drive::new().at("http://127.0.0.1:12111")?.allow_http(true).allow_private(true);
/// let options = options.gateway("tested", tested);
/// # Ok::<(), earnest::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Drive {
    base: Option<Url>,
    book: Option<Arc<str>>,
    settings: Settings,
}

impl Default for Drive {
    fn default() -> Self {
        Self::new()
    }
}

impl Drive {
    /// A driver that calls its gateway's public address.
    #[must_use]
    pub fn new() -> Self {
        let mut settings = Settings::default();
        settings.limits.body = MOST_ANSWER;
        Self { base: None, book: None, settings }
    }

    /// Calls another address than the driver's own, such as a proxy or a double in tests.
    ///
    /// # Errors
    /// `invalid_request` naming `url` for one that is not of `https:` or `http:` with a server, or that has a
    /// user or a password.
    pub fn at(mut self, url: &str) -> Result<Self> {
        let bad = |reason: &str| Error::invalid("url", reason);
        let url = Url::parse(url).map_err(|_| bad("must be a URL"))?;
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return Err(bad("must be a URL of `https:` with a server"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("must not have a user or a password"));
        }
        self.base = Some(url);
        Ok(self)
    }

    /// Makes the calls of this book alone. Otherwise it makes those of every book that has a gateway of the
    /// name, each with the secrets of its own: to one address all the same, where [`at`](Self::at) names one.
    #[must_use]
    pub fn in_book(mut self, book: &str) -> Self {
        self.book = Some(book.into());
        self
    }

    reaches!();

    /// How long connecting may take, and how long a whole request.
    #[must_use]
    pub const fn timeouts(mut self, connect: Duration, whole: Duration) -> Self {
        self.settings.limits.connect = connect;
        self.settings.limits.whole = whole;
        self
    }

    /// Another address than the driver's own.
    pub(crate) const fn base(&self) -> Option<&Url> {
        self.base.as_ref()
    }

    /// The only book whose calls it makes.
    pub(crate) fn book(&self) -> Option<&str> {
        self.book.as_deref()
    }

    /// Builds the HTTP client.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.settings.clone())
    }
}
