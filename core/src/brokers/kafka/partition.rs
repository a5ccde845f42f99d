//! One partition: what is sent to it, and what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rskafka::chrono::DateTime;
use rskafka::client::error::{Error, ProtocolError};
use rskafka::client::partition::{Compression, OffsetAt, PartitionClient};
use rskafka::record::Record;

use super::super::message::{CONTENT_TYPE, Message};
use super::super::plan::Fate;
use super::answer::{readable, within};

/// The header that has the id of the event.
const ID: &str = "ce_id";
/// Bytes and messages of a request: servers take a million bytes unless they are told otherwise.
const REQUEST: (usize, usize) = (900_000, 500);
/// How far back a partition is read when it is first written to: what an earlier process may have sent.
const TAIL: i64 = 1_000;
/// Bytes that are read at once.
const READ: Range<i32> = 1..2_000_000;
/// How long the server may wait for more when it is read from, in milliseconds.
const READ_WAIT: i32 = 100;

/// A message with its place in its batch.
type Placed<'m> = (usize, &'m Message);

/// A partition of a topic.
pub(super) struct Partition {
    client: PartitionClient,
    /// The offset from which on it must be read before anything is sent; `None` when all is known.
    doubt: Option<Doubt>,
    /// The offset behind what is known.
    end: i64,
    /// Where it ended when the batch began.
    began: i64,
}

/// From where on a partition is read.
#[derive(Clone, Copy)]
enum Doubt {
    /// Its end: nothing was written to it by this process.
    Tail,
    /// An offset: an answer was lost.
    Offset(i64),
}

impl Partition {
    /// Nothing is known of it yet.
    pub(super) fn new(client: PartitionClient) -> Self {
        Self { client, doubt: Some(Doubt::Tail), end: 0, began: 0 }
    }

    /// A batch begins: what is sent of it may come again.
    pub(super) const fn begin(&mut self) {
        self.began = self.end;
    }

    /// The batch ended early: what was taken of it comes again behind what was not, so it is read back then.
    pub(super) fn look_again(&mut self) {
        self.doubt = Some(match self.doubt {
            Some(Doubt::Tail) => Doubt::Tail,
            Some(Doubt::Offset(offset)) => Doubt::Offset(offset.min(self.began)),
            None => Doubt::Offset(self.began),
        });
    }

    /// Sends messages that are not there yet, in their order; says what became of each that was decided, and
    /// why it ended before all were.
    pub(super) async fn send(&mut self, part: &[Placed<'_>]) -> (Vec<(usize, Fate)>, Option<String>) {
        let mut fates = Vec::new();
        let error = self.sent(part, &mut fates).await.err();
        (fates, error)
    }

    async fn sent(&mut self, part: &[Placed<'_>], fates: &mut Vec<(usize, Fate)>) -> Result<(), String> {
        if part.is_empty() {
            return Ok(());
        }
        let there = self.read_back().await?;
        let (known, new): (Vec<_>, Vec<_>) =
            part.iter().copied().partition(|(_, message)| there.contains(&message.id));
        fates.extend(known.iter().map(|(at, _)| (*at, Fate::Taken)));
        let mut left: Vec<Vec<Placed<'_>>> = requests(&new);
        left.reverse();
        let mut refused = BTreeSet::new();
        while let Some(mut request) = left.pop() {
            request.retain(|(_, message)| !refused.contains(&object(message)));
            if self.produce(&request).await? {
                fates.extend(request.iter().map(|(at, _)| (*at, Fate::Taken)));
                continue;
            }
            if let [(at, message)] = request[..] {
                refused.insert(object(message));
                fates.push((at, Fate::Refused("it is larger than the servers take".to_owned())));
                continue;
            }
            // one of them is too large, or all of them together
            let behind = request.split_off(request.len() / 2);
            left.extend([behind, request]);
        }
        Ok(())
    }

    /// The ids of messages that may have been sent without an answer.
    async fn read_back(&mut self) -> Result<BTreeSet<String>, String> {
        let mut there = BTreeSet::new();
        let Some(doubt) = self.doubt else { return Ok(there) };
        let (first, end) = (
            within(self.client.get_offset(OffsetAt::Earliest)).await?,
            within(self.client.get_offset(OffsetAt::Latest)).await?,
        );
        let from = match doubt {
            Doubt::Tail => end - TAIL,
            Doubt::Offset(offset) => offset,
        };
        let mut at = from.max(first);
        while at < end {
            let read = readable(self.client.fetch_records(at, READ, READ_WAIT)).await?;
            let Some((records, _)) = read else {
                tracing::warn!("the end of a partition is compressed: what is in it may be sent again");
                break;
            };
            let Some(last) = records.last() else { break };
            at = last.offset + 1;
            let ids = records.iter().filter_map(|read| read.record.headers.get(ID));
            there.extend(ids.map(|id| String::from_utf8_lossy(id).into_owned()));
        }
        if matches!(doubt, Doubt::Tail) {
            self.began = end;
        }
        (self.doubt, self.end) = (None, end);
        Ok(there)
    }

    /// Writes messages, all or none; `false` when they are too large.
    async fn produce(&mut self, request: &[Placed<'_>]) -> Result<bool, String> {
        if request.is_empty() {
            return Ok(true);
        }
        let records = request.iter().map(|(_, message)| record(message)).collect();
        // until there is an answer, also if nobody waits for it any more
        self.doubt = Some(Doubt::Offset(self.end));
        let sent = self.client.produce(records, Compression::NoCompression);
        let mut too_large = false;
        let written = within(async {
            match sent.await {
                Err(Error::ServerError {
                    protocol_error: ProtocolError::MessageTooLarge | ProtocolError::RecordListTooLarge,
                    ..
                }) => {
                    too_large = true;
                    Ok(Vec::new())
                }
                other => other,
            }
        })
        .await?;
        self.doubt = None;
        self.end = written.last().map_or(self.end, |last| last + 1);
        Ok(!too_large)
    }
}

fn object(message: &Message) -> (&str, &str) {
    (&message.object, &message.object_id)
}

/// Messages in requests that servers take, in their order.
fn requests<'m>(new: &[Placed<'m>]) -> Vec<Vec<Placed<'m>>> {
    let (mut requests, mut bytes) = (Vec::<Vec<Placed<'m>>>::new(), 0);
    for placed in new {
        let size = placed.1.body.len();
        bytes += size;
        match requests.last_mut() {
            Some(last) if bytes <= REQUEST.0 && last.len() < REQUEST.1 => last.push(*placed),
            _ => {
                requests.push(vec![*placed]);
                bytes = size;
            }
        }
    }
    requests
}

fn record(message: &Message) -> Record {
    let headers = [(ID, message.id.as_str()), ("content-type", CONTENT_TYPE)];
    Record {
        key: Some(message.object_id.as_bytes().to_vec()),
        value: Some(message.body.to_vec()),
        headers: BTreeMap::from(headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))),
        timestamp: DateTime::from_timestamp_micros(message.at.micros()).unwrap_or_default(),
    }
}

/// The partition of a key, as the clients of Kafka itself choose it: by its 32-bit murmur2 hash.
pub(super) fn partition_of(key: &[u8], partitions: usize) -> usize {
    const MIX: u32 = 0x5bd1_e995;
    let mixed = |word: u32| {
        let word = word.wrapping_mul(MIX);
        (word ^ (word >> 24)).wrapping_mul(MIX)
    };
    let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
    let mut words = key.chunks_exact(4);
    let mut hash = words.by_ref().fold(0x9747_b28c ^ length, |hash, word| {
        let word = word.iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte));
        hash.wrapping_mul(MIX) ^ mixed(word)
    });
    let rest = words.remainder();
    if !rest.is_empty() {
        let rest = rest.iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte));
        hash = (hash ^ rest).wrapping_mul(MIX);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(MIX);
    hash ^= hash >> 15;
    usize::try_from(hash & 0x7fff_ffff).unwrap_or_default() % partitions.max(1)
}

#[cfg(test)]
mod tests {
    use super::super::super::message::tests::message;
    use super::*;

    /// Hashes that `org.apache.kafka.common.utils.Utils.murmur2` gives in its own tests.
    #[test]
    fn a_key_is_in_the_partition_that_other_clients_choose() {
        for (key, hash) in [
            ("21", -973_932_308_i32),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ] {
            let expected = usize::try_from(hash & 0x7fff_ffff).unwrap();
            assert_eq!(partition_of(key.as_bytes(), usize::MAX), expected, "{key}");
            assert_eq!(partition_of(key.as_bytes(), 7), expected % 7, "{key}");
        }
    }

    #[test]
    fn requests_keep_the_order_and_their_bounds() {
        let messages: Vec<Message> = (0..1_201).map(|seq| message(seq, "a")).collect();
        let placed: Vec<_> = messages.iter().enumerate().collect();
        let made = requests(&placed);
        assert_eq!(made.iter().map(Vec::len).collect::<Vec<_>>(), [500, 500, 201]);
        let order: Vec<usize> = made.concat().iter().map(|(at, _)| *at).collect();
        assert_eq!(order, (0..1_201).collect::<Vec<_>>());
        let large: Vec<Message> =
            (0..3).map(|seq| Message { body: vec![0; 500_000].into(), ..message(seq, "a") }).collect();
        let placed: Vec<_> = large.iter().enumerate().collect();
        assert_eq!(requests(&placed).len(), 3);
    }
}
