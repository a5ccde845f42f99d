//! Requests to Stripe: forms out, JSON back, at one version of the API.

use url::Url;
use url::form_urlencoded::Serializer;

use super::faults::{Upshot, judge};
use super::settings::SECRET_KEY;
use crate::gateway::answer::DriverReply;
use crate::gateway::drive::Door;
use crate::gateway::merchant::{Lacking, Merchant};
use crate::http::request::{HttpRequest, Method};
use crate::request::secret::Secret;

/// Where Stripe is.
const PUBLIC: &str = "https://api.stripe.com";
/// The version of the API that requests and answers are of. Which refunds are listed after a capture of a
/// part depends on it.
const VERSION: &str = "2024-06-20";

/// So many keys of one call are tried at most, where all of them repeat failures.
const MOST_KEYS: u32 = 16;

/// A field of a form or a query: its name and value.
pub(super) type Field = (&'static str, String);
/// A form or a query.
pub(super) type Fields = Vec<Field>;

/// A way to Stripe for one merchant.
pub(super) struct StripeApi<'a> {
    /// The merchant.
    pub account: &'a Merchant,
    at: Door<'a>,
    base: Url,
    secret: &'a Secret,
}

impl<'a> StripeApi<'a> {
    /// A way to Stripe.
    ///
    /// # Errors
    /// [`Lacking`] without an API key.
    pub(super) fn open(at: &Door<'a>) -> Result<Self, Lacking> {
        let secret = at.account.secret(SECRET_KEY)?;
        let base = match at.base {
            Some(base) => base.clone(),
            None => Url::parse(PUBLIC).map_err(|_| Lacking("url"))?,
        };
        Ok(Self { account: at.account, at: *at, base, secret })
    }

    /// Asks for something.
    pub(super) async fn get(&self, path: &str, query: &[Field]) -> Upshot {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        judge(self.at.send(&self.request(Method::GET, url)).await)
    }

    /// Has something done, once for each key.
    pub(super) async fn post(&self, path: &str, key: &str, form: &[Field]) -> Upshot {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .request(Method::POST, self.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("idempotency-key", key)
            .body(body);
        judge(self.at.send(&request).await)
    }

    /// Has something done under a key, and where that only repeats a failure, under the next one that does
    /// not: Stripe saves what a key was answered first, a status 500 too, so that this key does nothing any
    /// more (<https://docs.stripe.com/api/idempotent_requests>). Before another one is used `look` says what
    /// is there: where it was done after all, or nobody can say, that is the answer.
    ///
    /// # Errors
    /// What `look` says.
    pub(super) async fn post_anew<L>(
        &self,
        path: &str,
        key: &str,
        form: &[Field],
        look: impl Fn() -> L + Send + Sync,
    ) -> Result<Upshot, Box<DriverReply>>
    where
        L: Future<Output = Result<(), Box<DriverReply>>> + Send,
    {
        let mut upshot = self.post(path, key, form).await;
        for number in 2..=MOST_KEYS {
            if !matches!(&upshot, Upshot::Unknown(doubt) if doubt.saved) {
                break;
            }
            look().await?;
            upshot = self.post(path, &format!("{key}:{number}"), form).await;
        }
        Ok(upshot)
    }

    fn request(&self, method: Method, url: Url) -> HttpRequest {
        HttpRequest::new(method, url)
            .header("authorization", format!("Bearer {}", &**self.secret))
            .header("stripe-version", VERSION)
            .header("accept", "application/json")
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let path = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        url
    }
}
