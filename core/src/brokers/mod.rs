//! Brokers: the events of a sink as messages of RabbitMQ or Kafka.
//!
//! A driver takes batches of a sink and reports on them, as any host can with `events.take` and
//! `events.settle`; this room is the other half, from events to a broker's answers. Every message is a
//! [CloudEvent](https://cloudevents.io) 1.0 in JSON, whose id is that of the event at every attempt.
//!
//! | answer | what follows |
//! | --- | --- |
//! | it was taken | the sink moves on |
//! | there is no route, no topic, or it is too large | the object is parked at once, and the others go on |
//! | everything else, and none at all | the sink rests, and nothing is used up |

#[cfg(feature = "kafka")]
mod kafka;
mod line;
mod message;
mod plan;
#[cfg(feature = "rabbitmq")]
mod rabbitmq;
mod template;

use std::fmt;
use std::sync::Arc;

#[doc(hidden)]
pub use line::{Connect, Line};
#[doc(hidden)]
pub use message::{Message, Provenance};
#[doc(hidden)]
pub use plan::{DeliveryReport, Fate};

use crate::error::{Detail, Error, Result};

/// A broker that the events of a sink are sent to. Give it to
/// [`Options::deliver`](crate::Options::deliver) or [`Engine::deliver`](crate::Engine::deliver).
///
/// | URL | broker |
/// | --- | --- |
/// | `amqp://USER:PASSWORD@HOST:PORT/VHOST?exchange=E&routing_key=K`, or `amqps://` | RabbitMQ, feature `rabbitmq` |
/// | `kafka://HOST:PORT,HOST:PORT/TOPIC` | Kafka, feature `kafka` |
///
/// In `exchange`, `routing_key` and the topic, `{book}`, `{type}` and `{object}` (the kind of object) are
/// filled in for each event. Without an exchange the routing key is the name of a queue. Exchanges, queues
/// and topics are not made.
///
/// Its `Debug` form has neither user nor password.
#[derive(Clone)]
pub struct Broker(Arc<dyn Connect>);

impl Broker {
    /// The broker with this URL.
    ///
    /// ```
    /// use earnest::brokers::Broker;
    /// # #[cfg(feature = "rabbitmq")] {
    /// let broker = Broker::request("deliver", "amqp://shop:secret@mq.example/?routing_key=orders")?;
    /// assert_eq!(format!("{broker:?}"), "Broker(amqp://mq.example:5672/%2F?routing_key=orders)");
    /// # }
    /// # Ok::<(), earnest::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_request` naming `field`, without repeating the URL; `not_supported` where this build has no
    /// driver for it.
    pub fn request(field: &str, url: &str) -> Result<Self> {
        match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("amqp" | "amqps") => rabbitmq(field, url),
            Some("kafka") => kafka(field, url),
            _ => Err(Error::invalid(field, "must be a URL of `amqp:`, `amqps:` or `kafka:`")),
        }
    }

    /// A broker of one's own.
    #[doc(hidden)]
    #[must_use]
    pub fn by(connect: Arc<dyn Connect>) -> Self {
        Self(connect)
    }

    /// A line to it.
    #[must_use]
    pub fn line(&self) -> Box<dyn Line> {
        self.0.line()
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Broker({})", self.0.shown())
    }
}

impl fmt::Display for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.shown())
    }
}

#[cfg(feature = "rabbitmq")]
fn rabbitmq(field: &str, url: &str) -> Result<Broker> {
    Ok(Broker(Arc::new(rabbitmq::Address::request(field, url)?)))
}

#[cfg(not(feature = "rabbitmq"))]
fn rabbitmq(_: &str, _: &str) -> Result<Broker> {
    Err(absent("rabbitmq"))
}

#[cfg(feature = "kafka")]
fn kafka(field: &str, url: &str) -> Result<Broker> {
    Ok(Broker(Arc::new(kafka::Address::request(field, url)?)))
}

#[cfg(not(feature = "kafka"))]
fn kafka(_: &str, _: &str) -> Result<Broker> {
    Err(absent("kafka"))
}

/// Why a URL has no driver here.
#[cfg_attr(all(feature = "rabbitmq", feature = "kafka"), expect(dead_code, reason = "all drivers are here"))]
fn absent(feature: &str) -> Error {
    let reason = format!("this build was made without the feature `{feature}`");
    Detail::NotSupported { operation: "deliver".to_owned(), reason }.into()
}
