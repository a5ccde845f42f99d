//! Sends webhooks: one request to a server that was looked up and judged before, and no redirects.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, RETRY_AFTER, USER_AGENT};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Position;

use super::address::addresses;
use super::receiver::secrets_of;
use super::{Message, WebhookSecret};
use crate::env::Clock;
use crate::error::{Error, Result};
use crate::jobs::handler::{Failed, Handler};
use crate::jobs::views::Job;
use crate::keyring::{Keyring, Purpose, none};
use crate::time::Span;

/// How long a delivery may take, from the look-up of the name to the answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How much of an answer is read.
const MOST_ANSWER: usize = 64 * 1024;
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
    private: bool,
    plain: bool,
    timeout: Duration,
    roots: RootCertStore,
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
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self { secrets, private: false, plain: false, timeout: TIMEOUT, roots }
    }

    /// Calls servers of private networks too, and this machine: for receivers of one's own.
    #[must_use]
    pub const fn allow_private(mut self, allow: bool) -> Self {
        self.private = allow;
        self
    }

    /// Sends without encryption too.
    #[must_use]
    pub const fn allow_http(mut self, allow: bool) -> Self {
        self.plain = allow;
        self
    }

    /// Sets how long a delivery may take; 20 seconds by default.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Trusts this certificate too (DER), in addition to the public authorities: that of an authority of
    /// one's own.
    ///
    /// # Errors
    /// `invalid_request` naming `certificate` when it is none.
    pub fn trust(mut self, certificate: Vec<u8>) -> Result<Self> {
        let certificate = CertificateDer::from(certificate);
        let bad = |_| Error::invalid("certificate", "must be X.509, as DER");
        self.roots.add(certificate).map_err(bad)?;
        Ok(self)
    }

    /// The handler of jobs of the kind [`DELIVER`](super::DELIVER), which
    /// [`Options::webhooks`](crate::Options::webhooks) registers.
    #[must_use]
    pub fn handler(self) -> Arc<dyn Handler> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let roots = self.roots.clone();
        let tls =
            config.map(|config| Arc::new(config.with_root_certificates(roots).with_no_client_auth())).ok();
        Arc::new(Deliverer { webhooks: self, tls, clock: Clock::default() })
    }
}

struct Deliverer {
    webhooks: Webhooks,
    tls: Option<Arc<ClientConfig>>,
    clock: Clock,
}

#[async_trait]
impl Handler for Deliverer {
    async fn run(&self, job: &Job) -> std::result::Result<Value, Failed> {
        self.run_with(job, None).await
    }

    async fn run_with(&self, job: &Job, keyring: Option<Keyring>) -> std::result::Result<Value, Failed> {
        let failed = |error: Error| Failed::new(error.message());
        let message = Message::of(job).map_err(failed)?;
        let secrets = match (&self.webhooks.secrets, keyring) {
            (Some(given), _) => given.clone(),
            (None, Some(keyring)) => secrets_of(&keyring, &message.url).map_err(failed)?,
            (None, None) => return Err(failed(none(Purpose::Webhooks))),
        };
        match tokio::time::timeout(self.webhooks.timeout, self.deliver(job, &message, &secrets)).await {
            Ok(Ok(status)) => Ok(json!({ "status": status.as_u16() })),
            Ok(Err(failed)) => Err(failed),
            Err(_) => Err(Failed::new(format!("no answer within {} s", self.webhooks.timeout.as_secs()))),
        }
    }
}

impl Deliverer {
    async fn deliver(
        &self,
        job: &Job,
        message: &Message,
        secrets: &[WebhookSecret],
    ) -> std::result::Result<StatusCode, Failed> {
        let url = &message.url;
        let encrypted = url.scheme() == "https";
        if !encrypted && !self.webhooks.plain {
            return Err(Failed::new("the URL is not of `https:`"));
        }
        let request =
            self.request(&job.key, message, secrets).map_err(|error| Failed::new(error.message()))?;
        let found = addresses(url, self.webhooks.private).await.map_err(Failed::new)?;
        let stream = TcpStream::connect(found.as_slice()).await;
        let stream = stream.map_err(|error| Failed::new(format!("no connection: {}", error.kind())))?;
        let answer = if encrypted {
            // the name that the certificate must have is that of the URL, wherever it led
            let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let name = ServerName::try_from(name).map_err(|_| Failed::new("the server has no valid name"))?;
            let tls = self.tls.clone().ok_or_else(|| Failed::new("encryption could not be set up"))?;
            let stream = TlsConnector::from(tls).connect(name, stream).await;
            exchange(stream.map_err(|_| Failed::new("the server's certificate is not valid"))?, request)
                .await?
        } else {
            exchange(stream, request).await?
        };
        judge(answer, job).await
    }

    fn request(
        &self,
        id: &str,
        message: &Message,
        secrets: &[WebhookSecret],
    ) -> Result<Request<Full<Bytes>>> {
        let (url, sent) = (&message.url, self.clock.now().micros() / 1_000_000);
        let sign = |secret: &WebhookSecret| secret.sign(id, sent, message.body.as_bytes());
        let signatures: Vec<String> = secrets.iter().map(sign).collect::<Result<_>>()?;
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let request = Request::post(&url[Position::BeforePath..Position::AfterQuery])
            .header(HOST, host)
            .header(USER_AGENT, concat!("earnest/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", sent)
            .header("webhook-signature", signatures.join(" "));
        request
            .body(Full::new(Bytes::from(message.body.clone())))
            .map_err(|_| Error::invalid("payload.url", "cannot be sent"))
    }
}

/// Success is an answer of 200 to 299. A redirect is none: it could lead anywhere.
async fn judge(answer: Response<Incoming>, job: &Job) -> std::result::Result<StatusCode, Failed> {
    let status = answer.status();
    let busy = status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE;
    let rest = busy.then(|| rest(answer.headers())).flatten();
    // the other side may finish its answer; nobody reads it
    drop(Limited::new(answer.into_body(), MOST_ANSWER).collect().await);
    if status.is_success() {
        return Ok(status);
    }
    let failed = Failed::new(format!("the answer was {}", status.as_u16()));
    // by the store's clock, which judges when a job is due; the lease began less than a minute ago
    let at = rest.zip(job.leased_until).and_then(|(rest, leased)| leased.checked_add(rest));
    Err(match at {
        Some(at) => failed.retry_at(at),
        None => failed,
    })
}

/// How long the server asks to be left alone, in seconds.
fn rest(headers: &HeaderMap) -> Option<Span> {
    let seconds: u32 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Span::from_secs(seconds)).filter(|span| !span.is_zero() && *span <= LONGEST_REST)
}

/// Sends a request over a connection that is used once.
async fn exchange<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> std::result::Result<Response<Incoming>, Failed> {
    let lost = |_| Failed::new("the connection was lost");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
    // it ends with the answer's body; errors show there
    tokio::spawn(async move { drop(connection.await) });
    sender.send_request(request).await.map_err(lost)
}
