//! Kafka: one batch on its way to each partition, and after a lost answer a look at what is there.
//!
//! The key of a message is the id of its object, so the messages of an object are in one partition, in their
//! order. The client has no idempotent producer: whether a batch whose answer was lost has arrived is read
//! from the end of the partition, and so is what an earlier process may have sent.

mod address;
mod answer;
mod partition;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use rskafka::BackoffConfig;
use rskafka::client::partition::UnknownTopicHandling;
use rskafka::client::{Client, ClientBuilder};
use tokio::time::timeout;

pub(super) use address::Address;
use answer::within;
use partition::{Partition, partition_of};

use super::line::{Connect, Line};
use super::message::Message;
use super::plan::{Fate, Plan};

/// How long a batch may take; what is not sent then comes again.
const BATCH: Duration = Duration::from_secs(30);

impl Connect for Address {
    fn line(&self) -> Box<dyn Line> {
        let (address, topics, missing) = (self.clone(), BTreeMap::new(), BTreeSet::new());
        Box::new(Producer { address, client: None, topics, missing })
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

/// A client that connects when something is sent.
struct Producer {
    address: Address,
    client: Option<Client>,
    /// The partitions of each topic that was written to.
    topics: BTreeMap<String, Vec<Partition>>,
    /// Topics that the servers did not know when they were last asked.
    missing: BTreeSet<String>,
}

#[async_trait]
impl Line for Producer {
    async fn send(&mut self, batch: &[Message]) -> Vec<Fate> {
        let mut plan = Plan::new(batch);
        self.partitions().for_each(Partition::begin);
        let sent = timeout(BATCH, self.waves(&mut plan)).await;
        let reason = sent.unwrap_or_else(|_| Err("the batch took too long".to_owned())).err();
        if reason.is_some() {
            // servers and leaders may be others when they are back
            self.client = None;
            self.partitions().for_each(Partition::look_again);
        }
        plan.end(reason.as_deref().unwrap_or("it was not sent"))
    }
}

impl Producer {
    /// The partitions that were written to.
    fn partitions(&mut self) -> impl Iterator<Item = &mut Partition> {
        self.topics.values_mut().flatten()
    }

    /// Sends what waits. Where the topics of an object's messages differ, one of each object at a time.
    async fn waves(&mut self, plan: &mut Plan<'_>) -> Result<(), String> {
        loop {
            let wave = if self.address.topic.varies() { plan.wave() } else { plan.all() };
            if wave.is_empty() {
                return Ok(());
            }
            let mut topics = BTreeMap::<String, Vec<usize>>::new();
            for at in wave {
                topics.entry(self.address.topic.fill(plan.message(at))).or_default().push(at);
            }
            for (topic, messages) in topics {
                self.topic(plan, &topic, &messages).await?;
            }
        }
    }

    /// Sends the messages of a topic, to all partitions at once.
    async fn topic(&mut self, plan: &mut Plan<'_>, topic: &str, wave: &[usize]) -> Result<(), String> {
        self.prepare(topic).await?;
        let Some(partitions) = self.topics.get_mut(topic) else {
            for at in wave {
                // those behind the first of an object have their fates by then
                if plan.waits(*at) {
                    plan.settle(*at, Fate::Refused(format!("there is no topic `{topic}`")));
                }
            }
            return Ok(());
        };
        let mut parts = vec![Vec::new(); partitions.len()];
        for at in wave {
            let number = partition_of(plan.message(*at).object_id.as_bytes(), parts.len());
            if let Some(part) = parts.get_mut(number) {
                part.push((*at, plan.message(*at)));
            }
        }
        let sent = partitions.iter_mut().zip(&parts).map(|(partition, part)| partition.send(part));
        let mut away = None;
        for (fates, error) in join_all(sent).await {
            for (at, fate) in fates {
                if plan.waits(at) {
                    plan.settle(at, fate);
                }
            }
            away = away.or(error);
        }
        away.map_or(Ok(()), Err)
    }

    /// Connects, and finds out which partitions a topic has. One that is not there has none: servers that
    /// have just begun may not know all, so it must be missing twice.
    async fn prepare(&mut self, topic: &str) -> Result<(), String> {
        if self.client.is_none() {
            let client = within(connected(&self.address)).await?;
            let found = within(client.list_topics()).await?;
            // a topic that was removed meanwhile, or has other partitions, is found anew
            let is_same = |name: &str, parts: usize| {
                found.iter().any(|topic| topic.name == name && topic.partitions.len() == parts)
            };
            self.topics.retain(|name, parts| is_same(name, parts.len()));
            self.client = Some(client);
        }
        if self.topics.contains_key(topic) {
            return Ok(());
        }
        let Some(client) = &self.client else { return Ok(()) };
        let found = within(client.list_topics()).await?;
        let Some(found) = found.into_iter().find(|found| found.name == topic) else {
            let is_new = self.missing.insert(topic.to_owned());
            return if is_new { Err("the servers do not know the topic yet".to_owned()) } else { Ok(()) };
        };
        self.missing.remove(topic);
        let mut partitions = Vec::new();
        // they are numbered from 0
        for number in found.partitions {
            let opened = client.partition_client(topic, number, UnknownTopicHandling::Error);
            partitions.push(Partition::new(within(opened).await?));
        }
        if partitions.is_empty() {
            return Err("the servers do not know the partitions yet".to_owned());
        }
        self.topics.insert(topic.to_owned(), partitions);
        Ok(())
    }
}

async fn connected(address: &Address) -> rskafka::client::error::Result<Client> {
    // no attempts of its own: whether a batch has arrived is found out before it is sent again
    let once = BackoffConfig { deadline: Some(Duration::from_millis(1)), ..BackoffConfig::default() };
    ClientBuilder::new(address.servers.clone()).client_id("earnest").backoff_config(once).build().await
}
