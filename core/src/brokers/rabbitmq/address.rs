//! The address of a RabbitMQ server: a URL of `amqp:` or `amqps:`.

use std::fmt;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use url::Url;
use zeroize::Zeroizing;

use super::super::template::Template;
use crate::error::{Error, Result};

/// The longest name in the protocol, in bytes.
pub(super) const MOST_NAME: usize = 255;

/// Where a server is, who connects, and where its messages go.
#[derive(Clone)]
pub(in crate::brokers) struct Address {
    pub(super) encrypted: bool,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: Arc<Zeroizing<String>>,
    pub(super) password: Arc<Zeroizing<String>>,
    pub(super) vhost: String,
    pub(super) exchange: Template,
    pub(super) routing_key: Template,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// `invalid_request` naming `field`, without repeating anything of the URL.
    pub(in crate::brokers) fn request(field: &str, text: &str) -> Result<Self> {
        let bad = |reason: &str| Error::invalid(field, reason);
        let url = Url::parse(text).map_err(|_| bad("must be a URL"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| bad("must name a server"))?;
        let encrypted = url.scheme() == "amqps";
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(|text| text.into_owned()).map_err(|_| bad("must be UTF-8"))
        };
        let user = if url.username().is_empty() { "guest" } else { url.username() };
        let path = url.path().strip_prefix('/').unwrap_or_default();
        if path.contains('/') || url.fragment().is_some() {
            return Err(bad("must end in one virtual host, in which `/` is written as `%2F`"));
        }
        let vhost = if path.is_empty() { "/".to_owned() } else { decoded(path)? };
        let (mut exchange, mut routing_key) = (String::new(), String::new());
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "exchange" => exchange = value.into_owned(),
                "routing_key" => routing_key = value.into_owned(),
                _ => return Err(bad("may say `exchange` and `routing_key`, and nothing else")),
            }
        }
        if exchange.is_empty() && routing_key.is_empty() {
            return Err(bad(
                "must say `exchange`, or `routing_key`: without an exchange the name of a queue",
            ));
        }
        if vhost.len().max(exchange.len()).max(routing_key.len()) > MOST_NAME {
            return Err(bad("must have names of at most 255 bytes"));
        }
        Ok(Self {
            encrypted,
            host: host.to_owned(),
            port: url.port().unwrap_or(if encrypted { 5671 } else { 5672 }),
            user: Arc::new(decoded(user)?.into()),
            password: Arc::new(decoded(url.password().unwrap_or("guest"))?.into()),
            vhost,
            exchange: Template::request(field, &exchange)?,
            routing_key: Template::request(field, &routing_key)?,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encrypted { "amqps" } else { "amqp" };
        let vhost = self.vhost.replace('/', "%2F");
        write!(f, "{scheme}://{}:{}/{vhost}", self.host, self.port)?;
        let named = [("exchange", &self.exchange), ("routing_key", &self.routing_key)];
        let named = named.into_iter().filter(|(_, name)| !name.as_str().is_empty());
        for (at, (what, name)) in named.enumerate() {
            write!(f, "{}{what}={}", if at == 0 { '?' } else { '&' }, name.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_who_and_where_and_shows_no_secret() {
        let url = "amqps://sh%40p:se%2Fcret@mq.example/%2Fprod?exchange=events&routing_key={book}.{type}";
        let address = Address::request("deliver", url).unwrap();
        assert_eq!((address.user.as_str(), address.password.as_str()), ("sh@p", "se/cret"));
        assert_eq!((address.vhost.as_str(), address.port, address.encrypted), ("/prod", 5671, true));
        let shown = address.to_string();
        assert_eq!(shown, "amqps://mq.example:5671/%2Fprod?exchange=events&routing_key={book}.{type}");
        let plain = Address::request("deliver", "amqp://localhost:7000?routing_key=orders").unwrap();
        assert_eq!((plain.user.as_str(), plain.vhost.as_str(), plain.port), ("guest", "/", 7000));
        assert_eq!(Address::request("deliver", "amqp://[::1]/?exchange=e").unwrap().host, "[::1]");
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_it() {
        for bad in [
            "amqp://",
            "amqp:orders",
            "amqp://me:hunter2@mq.example",
            "amqp://me:hunter2@mq.example:70000/?exchange=e",
            "amqp://me:hunter2@mq.example/a/b?exchange=e",
            "amqp://me:hunter2@mq.example/?exchange=e#f",
            "amqp://me:hunter2@mq.example/?exchange=e&heartbeat=3",
            "amqp://me:hunter2@mq.example/?exchange={id}",
            "amqp://me:%ff@mq.example/?exchange=e",
            &format!("amqp://me:hunter2@mq.example/?exchange={}", "x".repeat(256)),
        ] {
            let error = Address::request("deliver.orders", bad).err().unwrap();
            assert_eq!(error.details()["field"], "deliver.orders", "{bad}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
