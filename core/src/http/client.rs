//! The client: looks a server up, judges its addresses, and sends one request over one connection.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use url::Url;

use super::address::addresses;
use super::outcome::{Body, Fault, Outcome, Response};
use super::request::{Bytes, HttpRequest};
use crate::error::{Error, Result};

/// How long a request may take, and how much of its response is kept.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the look-up of the name to the connection, encrypted.
    pub connect: Duration,
    /// From the look-up of the name to the end of the response.
    pub whole: Duration,
    /// Bytes of the response's body.
    pub body: usize,
}

impl Default for Limits {
    /// 3 s, 30 s and 64 KiB.
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), whole: Duration::from_secs(30), body: 64 * 1024 }
    }
}

/// Which servers a client calls, and whom it trusts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether servers of private networks are called too, and this machine.
    pub allow_private: bool,
    /// Whether requests are sent without encryption too.
    pub allow_http: bool,
    /// The limits of each request.
    pub limits: Limits,
    pub(super) roots: RootCertStore,
}

impl Default for Settings {
    /// Public servers, encrypted, certified by a public authority, within [`Limits::default`].
    fn default() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self { allow_private: false, allow_http: false, limits: Limits::default(), roots }
    }
}

impl Settings {
    /// Trusts this certificate too (DER), in addition to the public authorities.
    pub fn trust(&mut self, certificate: Vec<u8>) -> Result<()> {
        let bad = |_| Error::invalid("certificate", "must be X.509, as DER");
        self.roots.add(CertificateDer::from(certificate)).map_err(bad)
    }
}

/// The builders of what has [`Settings`] as `settings`: gateways, nodes and receivers of webhooks are reached
/// in one way.
macro_rules! reaches {
    () => {
        /// Whether requests may be sent without encryption.
        pub const fn allow_http(mut self, allow: bool) -> Self {
            self.settings.allow_http = allow;
            self
        }

        /// Whether servers of private networks are called too, and this machine.
        pub const fn allow_private(mut self, allow: bool) -> Self {
            self.settings.allow_private = allow;
            self
        }

        /// Trusts this certificate too (DER), in addition to the public authorities.
        pub fn trust(mut self, certificate: Vec<u8>) -> $crate::error::Result<Self> {
            self.settings.trust(certificate)?;
            Ok(self)
        }
    };
}
pub(crate) use reaches;

/// Sends requests to servers of others.
#[derive(Clone, Debug)]
pub struct Client {
    settings: Settings,
    tls: Option<Arc<ClientConfig>>,
}

impl Client {
    /// A client with these settings.
    pub fn new(settings: Settings) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let roots = settings.roots.clone();
        let tls =
            config.map(|config| Arc::new(config.with_root_certificates(roots).with_no_client_auth())).ok();
        Self { settings, tls }
    }

    /// Sends a request once. Whoever stops waiting stops it, and knows nothing of its outcome.
    pub async fn send(&self, request: &HttpRequest) -> Outcome {
        let limits = self.settings.limits;
        let wire = match self.allowed(request.url()).and_then(|()| request.to_wire()) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        // one limit for both halves: what connecting took is not given to the exchange again
        let mut whole = pin!(sleep(limits.whole));
        let connected = tokio::select! {
            biased;
            connected = timeout(limits.connect, self.connected(request.url())) => connected,
            () = &mut whole => Ok(Err(Fault::Late)),
        };
        let mut sender = match connected.unwrap_or(Err(Fault::Late)) {
            Ok(sender) => sender,
            Err(fault) => return Outcome::NotSent(fault),
        };
        tokio::select! {
            biased;
            outcome = exchange(&mut sender, wire, limits.body) => outcome,
            () = &mut whole => Outcome::Unknown(Fault::Late),
        }
    }

    fn allowed(&self, url: &Url) -> std::result::Result<(), Fault> {
        let is_allowed = url.scheme() == "https" || self.settings.allow_http;
        is_allowed.then_some(()).ok_or(Fault::NotEncrypted)
    }

    async fn connected(&self, url: &Url) -> std::result::Result<SendRequest<Full<Bytes>>, Fault> {
        let found = addresses(url, self.settings.allow_private).await?;
        let stream = TcpStream::connect(found.as_slice()).await;
        let stream = stream.map_err(|error| Fault::Unreachable(error.kind()))?;
        if url.scheme() != "https" {
            return opened(stream).await;
        }
        // the name that the certificate must have is that of the URL, wherever it led
        let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(name).map_err(|_| Fault::Unnamed)?;
        let tls = self.tls.clone().ok_or(Fault::NoEncryption)?;
        let stream = TlsConnector::from(tls).connect(name, stream).await;
        opened(stream.map_err(|_| Fault::Certificate)?).await
    }
}

/// Makes a connection ready for one request.
async fn opened<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
) -> std::result::Result<SendRequest<Full<Bytes>>, Fault> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| Fault::Lost)?;
    // it ends with the response's body; errors show there
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

/// Sends a request over a connection that is used once, and reads the response.
async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    request: hyper::Request<Full<Bytes>>,
    limit: usize,
) -> Outcome {
    match sender.try_send_request(request).await {
        Ok(response) => {
            let (head, body) = response.into_parts();
            let body = read(body, limit).await;
            Outcome::Answered(Response { status: head.status, headers: head.headers, body })
        }
        // who gets the request back knows that no byte of it was written
        Err(mut error) => match error.take_message() {
            Some(_) => Outcome::NotSent(Fault::Lost),
            None => Outcome::Unknown(Fault::Lost),
        },
    }
}

async fn read(body: Incoming, limit: usize) -> Body {
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Body::Whole(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Body::TooLong,
        Err(_) => Body::CutShort,
    }
}
