//! An endpoint: a name that may be shown, and an address that may not.

use std::fmt;

use data_encoding::BASE64;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::{Error, Result};
use crate::http::request::{HttpRequest, Method};

/// Parts of an address that are shorter are no secrets, and may be words of a text.
const SHORT: usize = 8;

/// An endpoint of a chain. Its address may have a key of a provider in it: neither `Debug` nor a text of an
/// error shows it.
#[derive(Clone)]
pub struct Endpoint {
    name: String,
    url: Url,
    authorization: Option<String>,
    /// The secret parts of the address.
    hidden: Vec<String>,
}

impl Endpoint {
    /// An endpoint by its name and its address.
    pub fn new(name: impl Into<String>, url: &str) -> Result<Self> {
        let name = name.into();
        let read = Url::parse(url).ok();
        let read = read.filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
        let bad = || Error::invalid(format!("urls.{name}"), "must be a URL of `https:` with a server");
        let mut url = read.ok_or_else(bad)?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
        let named = !user.is_empty() || !password.is_empty();
        let authorization =
            named.then(|| format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes())));
        let mut hidden: Vec<String> = url.path_segments().into_iter().flatten().map(decoded).collect();
        hidden.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
        hidden.extend([user, password]);
        hidden.retain(|part| part.len() >= SHORT);
        // what is shown of a request begins with its address
        if named {
            let taken_out = url.set_password(None).and_then(|()| url.set_username(""));
            taken_out.map_err(|()| bad())?;
        }
        Ok(Self { name, url, authorization, hidden })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// A request with this body.
    pub fn request(&self, body: String) -> HttpRequest {
        let request = HttpRequest::new(Method::POST, self.url.clone());
        let request = request.header("content-type", "application/json").header("accept", "application/json");
        let request = match &self.authorization {
            Some(basic) => request.header("authorization", basic.as_str()),
            None => request,
        };
        request.body(body)
    }

    /// A text of a node without the parts of its address that may be secret.
    pub fn scrubbed(&self, text: &str) -> String {
        self.hidden.iter().fold(text.to_owned(), |text, part| text.replace(part.as_str(), "***"))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_nowhere() {
        let url = "https://me:p%40ssword1@node.example/v3/0123456789abcdef?apikey=fedcba9876543210";
        let endpoint = Endpoint::new("main", url).unwrap();
        let shown = format!("{endpoint:?} {:?}", endpoint.request(String::new()));
        for secret in ["p%40ssword1", "p@ssword1", "0123456789abcdef", "fedcba9876543210", "@"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("main"));
        let said = endpoint.scrubbed("project 0123456789abcdef of p@ssword1 may not (fedcba9876543210)");
        assert_eq!(said, "project *** of *** may not (***)");
        // short parts are words
        assert_eq!(endpoint.scrubbed("v3 me"), "v3 me");
    }

    #[test]
    fn an_address_that_is_none_is_refused_and_not_repeated() {
        for wrong in ["secret", "ftp://secret.example", "https://", ""] {
            let error = Endpoint::new("main", wrong).unwrap_err();
            assert_eq!(error.details()["field"], "urls.main");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }
}
