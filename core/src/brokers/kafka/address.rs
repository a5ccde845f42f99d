//! The address of a Kafka cluster: `kafka://HOST:PORT,HOST:PORT/TOPIC`.

use std::fmt;

use super::super::template::Template;
use crate::error::{Error, Result};

/// Servers that know the cluster, and the topic.
#[derive(Clone)]
pub(in crate::brokers) struct Address {
    pub(super) servers: Vec<String>,
    pub(super) topic: Template,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// `invalid_request` naming `field`, without repeating anything of the URL.
    pub(in crate::brokers) fn request(field: &str, text: &str) -> Result<Self> {
        let bad = || Error::invalid(field, "must be `kafka://HOST:PORT,HOST:PORT/TOPIC`");
        let (servers, topic) =
            text.strip_prefix("kafka://").and_then(|rest| rest.split_once('/')).ok_or_else(bad)?;
        let servers: Vec<String> = servers.split(',').map(ToOwned::to_owned).collect();
        let is_server = |server: &String| {
            let (host, port) = server.rsplit_once(':').unwrap_or_default();
            let fits = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
            !host.is_empty() && host.chars().all(fits) && port.parse::<u16>().is_ok_and(|port| port > 0)
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._{}".contains(c);
        if !servers.iter().all(is_server) || topic.is_empty() || !topic.chars().all(fits) {
            return Err(bad());
        }
        Ok(Self { servers, topic: Template::request(field, topic)? })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kafka://{}/{}", self.servers.join(","), self.topic.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_servers_and_a_topic() {
        for good in ["kafka://mq.example:9092/orders", "kafka://a:1,b:2,[::1]:3/{book}.{type}-{object}"] {
            assert_eq!(Address::request("deliver", good).unwrap().to_string(), good);
        }
        for bad in [
            "kafka://mq.example:9092",
            "kafka://mq.example:9092/",
            "kafka://mq.example/orders",
            "kafka://a:1,/orders",
            "kafka://a:0/orders",
            "kafka://me:hunter2@mq.example:9092/orders",
            "kafka://a:1/orders?acks=1",
            "kafka://a:1/{id}",
            "kafka:orders",
        ] {
            let error = Address::request("deliver", bad).err().unwrap();
            assert_eq!(error.details()["field"], "deliver", "{bad}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
