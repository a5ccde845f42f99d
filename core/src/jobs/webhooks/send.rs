//! Sends webhooks: signs the message of a job, and judges the answer of its receiver.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use url::Url;

use super::receiver::secrets_of;
use super::{Message, WebhookSecret};
use crate::env::Clock;
use crate::error::{Error, Result};
use crate::http::client::{Client, Settings, reaches};
use crate::http::outcome::{Fault, Outcome, Response, StatusCode};
use crate::http::request::{HttpRequest, Method};
use crate::jobs::handler::{Failed, Handler, Inside};
use crate::jobs::views::Job;
use crate::keyring::{Keyring, Purpose, none};
use crate::time::Span;

/// How long a delivery may take, from the look-up of the name to the answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long a server may ask to be left alone.
const LONGEST_REST: Span = Span::from_hours(24);

/// How this process sends webhooks. Give it to [`Options::webhooks`](crate::Options::webhooks).
///
/// Only `https` and public servers are called, unless it is said otherwise: whoever may write jobs could
/// otherwise make this process call what only it can reach.
///
/// ```
/// use earnest::Options;
/// use earnest::jobs::webhooks::send::Webhooks;
/// use earnest::keyring::Keyring;
///
/// # let text = Keyring::for_tests().to_text();
/// let keyring = Keyring::request("keyring", &text)?;
/// // what the receiver needs to check what is sent to him
/// let secrets = keyring.webhook_secrets("url", "https://shop.example/hook")?;
/// assert!(secrets[0].to_text().starts_with("whsec_"));
/// let options = Options::new().keyring(keyring).webhooks(Webhooks::by_keyring());
/// # assert!(options.handlers.get("webhook.deliver").is_some());
/// # Ok::<(), earnest::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// Given ones; otherwise those of the keyring.
    secrets: Option<Vec<WebhookSecret>>,
    settings: Settings,
}

impl Webhooks {
    /// Signs with the secrets that the engine's keyring makes, one for each receiver
    /// ([`Keyring::webhook_secrets`]): those of the keyring that the engine has when a message is sent, so
    /// what [`Engine::reload_keyring`](crate::Engine::reload_keyring) has taken up signs from then on.
    /// Without a keyring, or with one of before there were keys for webhooks, a job fails with the message of
    /// `key_not_found`, and is tried again.
    #[must_use]
    pub fn by_keyring() -> Self {
        Self::with(None)
    }

    /// Signs with one secret, or with two while one is rotated: the first is the new one. They are the same
    /// for all receivers, each of which can then sign to the others: for secrets that receivers have already.
    ///
    /// # Errors
    /// `invalid_request` naming `secrets` when there are none, or more than two.
    pub fn new(secrets: impl IntoIterator<Item = WebhookSecret>) -> Result<Self> {
        let secrets: Vec<WebhookSecret> = secrets.into_iter().collect();
        if !(1..=2).contains(&secrets.len()) {
            return Err(Error::invalid("secrets", "must be one, or two while one is rotated"));
        }
        Ok(Self::with(Some(secrets)))
    }

    fn with(secrets: Option<Vec<WebhookSecret>>) -> Self {
        Self { secrets, settings: Settings::default() }.timeout(TIMEOUT)
    }

    reaches!();

    /// Sets how long a delivery may take; 20 seconds by default.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.limits.connect = timeout;
        self.settings.limits.whole = timeout;
        self
    }

    /// The handler of jobs of the kind [`DELIVER`](super::DELIVER), which
    /// [`Options::webhooks`](crate::Options::webhooks) registers.
    #[must_use]
    pub fn handler(self) -> Arc<dyn Handler> {
        let timeout = self.settings.limits.whole;
        let client = Client::new(self.settings);
        Arc::new(Deliverer { secrets: self.secrets, client, timeout, clock: Clock::default() })
    }
}

struct Deliverer {
    secrets: Option<Vec<WebhookSecret>>,
    client: Client,
    timeout: Duration,
    clock: Clock,
}

#[async_trait]
impl Handler for Deliverer {
    async fn run(&self, job: &Job) -> std::result::Result<Value, Failed> {
        self.deliver(job, None).await
    }

    async fn run_inside(&self, job: &Job, inside: &Inside) -> std::result::Result<Value, Failed> {
        self.deliver(job, inside.keyring.as_ref()).await
    }

    fn has_counterparties(&self) -> bool {
        true
    }

    /// The receiver's server, whatever the book.
    fn counterparty(&self, _: &str, payload: &Value) -> Option<String> {
        let url = Url::parse(payload.get("url")?.as_str()?).ok()?;
        Some(format!("{} {}", url.host_str()?, url.port_or_known_default()?))
    }
}

impl Deliverer {
    async fn deliver(&self, job: &Job, keyring: Option<&Keyring>) -> std::result::Result<Value, Failed> {
        let failed = |error: Error| Failed::new(error.message());
        let message = Message::of(job).map_err(failed)?;
        let secrets = match (&self.secrets, keyring) {
            (Some(given), _) => given.clone(),
            (None, Some(keyring)) => secrets_of(keyring, &message.url).map_err(failed)?,
            (None, None) => return Err(failed(none(Purpose::Webhooks))),
        };
        let request = self.request(&job.key, message, &secrets).map_err(failed)?;
        match self.client.send(&request).await {
            // a message that may have arrived is sent again: the receiver recognises it by its id
            Outcome::NotSent(fault) | Outcome::Unknown(fault) => Err(Failed::new(self.told(&fault))),
            Outcome::Answered(response) => {
                judge(&response, job).map(|status| json!({ "status": status.as_u16() }))
            }
        }
    }

    fn request(&self, id: &str, message: Message, secrets: &[WebhookSecret]) -> Result<HttpRequest> {
        let sent = self.clock.now().micros() / 1_000_000;
        let sign = |secret: &WebhookSecret| secret.sign(id, sent, message.body.as_bytes());
        let signatures: Vec<String> = secrets.iter().map(sign).collect::<Result<_>>()?;
        let request = HttpRequest::new(Method::POST, message.url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", sent.to_string())
            .header("webhook-signature", signatures.join(" "));
        Ok(request.body(message.body))
    }

    /// A fault in the words of a job's `last_error`.
    fn told(&self, fault: &Fault) -> String {
        match fault {
            Fault::Malformed(_) => Error::invalid("payload.url", "cannot be sent").message(),
            Fault::Late => format!("no answer within {} s", self.timeout.as_secs()),
            other => other.to_string(),
        }
    }
}

/// Success is an answer of 200 to 299. A redirect is none: it could lead anywhere.
fn judge(response: &Response, job: &Job) -> std::result::Result<StatusCode, Failed> {
    let status = response.status;
    if status.is_success() {
        return Ok(status);
    }
    let failed = Failed::new(format!("the answer was {}", status.as_u16()));
    let busy = status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE;
    let rest = busy.then(|| rest(response)).flatten();
    // counted from the lease's end, which is by the store's clock and less than a minute off
    let at = rest.zip(job.leased_until).and_then(|(rest, leased)| leased.checked_add(rest));
    Err(match at {
        Some(at) => failed.retry_at(at),
        None => failed,
    })
}

/// How long the server asks to be left alone (`retry-after` in seconds).
fn rest(response: &Response) -> Option<Span> {
    let seconds: u32 = response.header("retry-after")?.trim().parse().ok()?;
    Some(Span::from_secs(seconds)).filter(|span| !span.is_zero() && *span <= LONGEST_REST)
}
