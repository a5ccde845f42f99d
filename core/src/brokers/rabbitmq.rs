//! RabbitMQ: every message persistent and `mandatory`, and each confirmed by the server.
//!
//! The messages of a batch are sent in waves, one of each object at a time: the server may take the second
//! message of an object and not the first. A wave is judged when all of it is confirmed, because the client
//! gives a message that came back to whichever confirmation comes next.

mod address;
mod dial;
mod words;

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ErrorKind};
use tokio::time::timeout;

pub(super) use address::Address;
use address::MOST_NAME;
use dial::CONNECT;
use words::{is_too_large, told};

use super::line::{Connect, Line};
use super::message::{CONTENT_TYPE, Message};
use super::plan::{Fate, Plan};

/// How long the server may take to confirm a message.
const ANSWER: Duration = Duration::from_secs(10);
/// How long a batch may take; what is not sent then comes again.
const BATCH: Duration = Duration::from_secs(30);
/// A message that is kept on disk.
const PERSISTENT: u8 = 2;
/// A message came back because no queue wants it.
const NO_ROUTE: u16 = 312;

impl Connect for Address {
    fn line(&self) -> Box<dyn Line> {
        Box::new(Publisher { address: self.clone(), open: None })
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// A connection that is opened when something is sent, and again after it was lost.
struct Publisher {
    address: Address,
    open: Option<Live>,
}

struct Live {
    /// It ends when it is dropped.
    _connection: Connection,
    channel: Channel,
}

/// The outcome of publishing a message.
enum Reply {
    /// It is confirmed. Ids of messages that came back meanwhile, this one or others.
    Confirmed(Option<(String, u16)>),
    /// It can never be sent.
    Unsendable(String),
    /// The server closed the channel because a message of those under way is too large.
    TooLarge,
    /// There is no answer, or one that says nothing for good.
    Away(String),
}

#[async_trait]
impl Line for Publisher {
    async fn send(&mut self, batch: &[Message]) -> Vec<Fate> {
        let mut plan = Plan::new(batch);
        let sent = timeout(BATCH, self.waves(&mut plan)).await;
        let reason = sent.unwrap_or_else(|_| Err("the batch took too long".to_owned())).err();
        if reason.is_some() {
            // whatever is still under way there must not come behind what is sent next
            self.open = None;
        }
        plan.end(reason.as_deref().unwrap_or("it was not sent"))
    }
}

impl Publisher {
    /// Sends wave after wave, until none is left or the server is away.
    async fn waves(&mut self, plan: &mut Plan<'_>) -> Result<(), String> {
        loop {
            let wave = plan.wave();
            if wave.is_empty() {
                return Ok(());
            }
            if self.wave(plan, &wave).await? {
                continue;
            }
            // one of them is too large, and none of the others is to blame: each by itself
            for at in wave.into_iter().filter(|at| plan.waits(*at)).collect::<Vec<_>>() {
                if !self.wave(plan, &[at]).await? {
                    plan.settle(at, Fate::Refused("it is larger than the server takes".to_owned()));
                }
            }
        }
    }

    /// Sends messages at once; `false` when one of them is too large, and none that has no fate was taken for
    /// sure.
    async fn wave(&mut self, plan: &mut Plan<'_>, wave: &[usize]) -> Result<bool, String> {
        let channel = self.channel().await?;
        let sent = wave.iter().map(|at| publish(&channel, &self.address, plan.message(*at)));
        let answers = join_all(sent).await;
        let returned = |answer: &Reply| match answer {
            Reply::Confirmed(returned) => returned.clone(),
            _ => None,
        };
        let returned: Vec<(String, u16)> = answers.iter().filter_map(returned).collect();
        let back: BTreeSet<&str> = returned.iter().map(|(id, _)| id.as_str()).collect();
        let (mut away, mut too_large) = (None, false);
        for (at, answer) in wave.iter().zip(answers) {
            let came_back = back.contains(plan.message(*at).id.as_str());
            match answer {
                Reply::Confirmed(_) if !came_back => plan.settle(*at, Fate::Taken),
                Reply::Confirmed(_) => {
                    let id = &plan.message(*at).id;
                    let code = returned.iter().find(|(known, _)| known == id).map_or(0, |(_, code)| *code);
                    if code == NO_ROUTE {
                        plan.settle(*at, Fate::Refused("no queue is bound for it".to_owned()));
                    } else {
                        away.get_or_insert_with(|| format!("the server sent it back ({code})"));
                    }
                }
                Reply::Unsendable(reason) => plan.settle(*at, Fate::Refused(reason)),
                Reply::TooLarge => too_large = true,
                Reply::Away(reason) => {
                    away.get_or_insert(reason);
                }
            }
        }
        if too_large {
            self.open = None;
            return Ok(false);
        }
        away.map_or(Ok(true), Err)
    }

    async fn channel(&mut self) -> Result<Channel, String> {
        if let Some(open) = self.open.as_ref().filter(|open| open.channel.status().connected()) {
            return Ok(open.channel.clone());
        }
        self.open = None;
        let open = timeout(CONNECT, opened(&self.address)).await;
        let open = open.map_err(|_| format!("no connection within {} s", CONNECT.as_secs()))??;
        Ok(self.open.insert(open).channel.clone())
    }
}

async fn opened(address: &Address) -> Result<Live, String> {
    let connection = dial::connect(address).await?;
    let channel = connection.create_channel().await.map_err(|error| told(&error))?;
    let confirms = channel.confirm_select(ConfirmSelectOptions::default()).await;
    confirms.map_err(|error| told(&error))?;
    Ok(Live { _connection: connection, channel })
}

async fn publish(channel: &Channel, address: &Address, message: &Message) -> Reply {
    let (exchange, key) = (address.exchange.fill(message), address.routing_key.fill(message));
    if exchange.len().max(key.len()) > MOST_NAME {
        return Reply::Unsendable(format!("its exchange or routing key is over {MOST_NAME} bytes"));
    }
    let properties = BasicProperties::default()
        .with_content_type(CONTENT_TYPE.into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(message.id.as_str().into());
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let sent = async {
        channel.basic_publish(exchange.into(), key.into(), options, &message.body, properties).await?.await
    };
    match timeout(ANSWER, sent).await {
        Ok(Ok(Confirmation::Ack(returned))) => Reply::Confirmed(returned.map(|returned| {
            let id = returned.delivery.properties.message_id().as_ref().map(ToString::to_string);
            (id.unwrap_or_default(), returned.reply_code)
        })),
        Ok(Ok(Confirmation::Nack(_))) => Reply::Away("the server could not keep it".to_owned()),
        Ok(Ok(Confirmation::NotRequested)) => Reply::Away("the server confirms nothing".to_owned()),
        Ok(Err(error)) => match error.kind() {
            ErrorKind::ProtocolError(refusal) if is_too_large(refusal) => Reply::TooLarge,
            _ => Reply::Away(told(&error)),
        },
        Err(_) => Reply::Away(format!("no answer within {} s", ANSWER.as_secs())),
    }
}
