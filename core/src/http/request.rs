//! A request to a server: method, URL, headers and body.

use std::fmt;

use http_body_util::Full;
use hyper::header::{HOST, HeaderValue, USER_AGENT};
pub use hyper::{Method, body::Bytes};
use url::{Position, Url};

use super::outcome::Fault;

/// A request. Its headers and body are not shown by `Debug`: they may be secret.
#[derive(Clone)]
pub struct HttpRequest {
    method: Method,
    url: Url,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

impl HttpRequest {
    /// A request without a body, and with no headers but `Host` and `User-Agent`.
    pub const fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: Vec::new(), body: Bytes::new() }
    }

    /// Adds a header, named in lower case. A value that no header may have is refused when it is sent.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Where it is sent to.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The request as it goes over the line.
    pub(super) fn to_wire(&self) -> Result<hyper::Request<Full<Bytes>>, Fault> {
        let malformed = |part: &'static str| move |_| Fault::Malformed(part);
        let host = &self.url[Position::BeforeHost..Position::AfterPort];
        let mut wire = hyper::Request::new(Full::new(self.body.clone()));
        *wire.method_mut() = self.method.clone();
        let path = &self.url[Position::BeforePath..Position::AfterQuery];
        *wire.uri_mut() = path.parse().map_err(|_| Fault::Malformed("url"))?;
        let headers = wire.headers_mut();
        headers.insert(HOST, HeaderValue::from_str(host).map_err(malformed("url"))?);
        let product = concat!("earnest/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(product));
        for (name, value) in &self.headers {
            headers.append(*name, HeaderValue::from_str(value).map_err(malformed(name))?);
        }
        Ok(wire)
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = &self.url[..Position::BeforePath];
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("server", &server)
            .finish_non_exhaustive()
    }
}
