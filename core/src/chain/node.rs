//! A node: one endpoint, asked by many jobs at once, whose calls share requests.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::endpoint::Endpoint;
use super::receipts::ShownReceipt;
use super::rpc::{self, RpcAnswer, RpcCall, RpcFault, Unanswered};
use crate::http::client::Client;
use crate::http::outcome::{Body, Outcome, Response};
use crate::kernel::tally::{CallTally, Tallies};
use crate::time::{Span, Time};

/// How long a call waits for others that go with it.
const GATHER: Duration = Duration::from_millis(3);
/// How many calls a batch has at most: what providers without a contract take.
const MOST_CALLS: usize = 50;
/// How many requests at once where calls go one by one.
const AT_ONCE: usize = 8;
/// How long a node rests that wants to be asked less often, and does not say how long.
const REST: Span = Span::from_secs(1);
/// The longest rest that a node is given.
const LONGEST_REST: Span = Span::from_mins(5);
/// How long a receipt is good whose block is not final, and one whose block is.
const GOOD_FOR: Span = Span::from_mins(1);
const FINAL_GOOD_FOR: Span = Span::from_mins(5);
/// How many receipts are kept.
const MOST_RECEIPTS: usize = 20_000;

pub struct ChainNode {
    endpoint: Endpoint,
    client: Client,
    tallies: Arc<Tallies>,
    queue: Mutex<Vec<WaitingCall>>,
    manners: Mutex<NodeManners>,
    memory: Mutex<NodeMemory>,
}

/// A call that is not sent yet.
struct WaitingCall {
    call: RpcCall,
    answer: oneshot::Sender<RpcAnswer>,
}

/// How a node wants to be asked.
#[derive(Default)]
struct NodeManners {
    /// It takes no batches.
    singly: bool,
    /// When it may be asked again.
    rests_until: Option<Time>,
    /// The time of the newest call.
    now: Option<Time>,
    /// How many requests in a row had no answer.
    failures: u64,
}

/// The kept answers of a node, which need not be asked for again.
#[derive(Default)]
pub(super) struct NodeMemory {
    pub(super) chain_id: Option<String>,
    /// The price of gas, and when the node said it.
    pub(super) fees: Option<KeptFees>,
    /// The decimals of tokens that have code, by address in lower case.
    pub(super) decimals: BTreeMap<String, u64>,
    /// Receipts by the hash of the transaction.
    pub(super) receipts: HashMap<String, KeptReceipt>,
    /// Hashes whose receipts are longer than an answer may be, and when they were asked for.
    too_long: HashMap<String, Time>,
    /// Whether it finds a transaction by its sender and its nonce.
    pub(super) by_sender_and_nonce: Option<bool>,
}

/// The price of gas, by one node.
#[derive(Clone)]
pub(super) struct KeptFees {
    pub(super) fees: Value,
    pub(super) at: Time,
}

/// A receipt that a node has shown: it holds for as long as its block is the node's, and not for ever,
/// because a node may have been wrong.
#[derive(Clone)]
pub(super) struct KeptReceipt {
    pub(super) receipt: ShownReceipt,
    pub(super) at: Time,
    /// Whether its block was final then.
    pub(super) was_final: bool,
}

impl KeptReceipt {
    /// Whether it need not be asked for again. What has become final is asked for once more.
    pub(super) fn is_good(&self, now: Time, is_final: bool) -> bool {
        let good_for = if self.was_final { FINAL_GOOD_FOR } else { GOOD_FOR };
        self.was_final == is_final && self.at <= now && now.since(self.at) < good_for
    }
}

/// Why a request has no answers.
enum NoExchange {
    /// The node takes no batch, or the answer to this one is too long.
    Unbatched { for_ever: bool },
    /// There was none.
    Failed(RpcFault),
}

impl fmt::Debug for ChainNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainNode").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ChainNode {
    /// A node at an endpoint, of which nothing is known yet.
    pub fn new(endpoint: Endpoint, client: Client, tallies: Arc<Tallies>) -> Arc<Self> {
        Arc::new(Self {
            endpoint,
            client,
            tallies,
            queue: Mutex::default(),
            manners: Mutex::default(),
            memory: Mutex::default(),
        })
    }

    /// The name of its endpoint.
    pub fn name(&self) -> &str {
        self.endpoint.name()
    }

    /// Whether it has refused batches: its calls go one by one.
    pub fn is_asked_singly(&self) -> bool {
        locked(&self.manners).singly
    }

    /// Locks its kept answers.
    pub(super) fn memory(&self) -> MutexGuard<'_, NodeMemory> {
        locked(&self.memory)
    }

    /// Keeps a receipt.
    pub(super) fn keep(&self, hash: String, receipt: KeptReceipt) {
        let mut memory = self.memory();
        if memory.receipts.len() >= MOST_RECEIPTS {
            memory.receipts.clear();
        }
        memory.receipts.insert(hash, receipt);
    }

    /// Notes that a receipt is longer than an answer may be: nobody asks for it with every block.
    pub(super) fn note_too_long(&self, hash: &str, at: Time) {
        tracing::warn!(endpoint = self.name(), hash, "a receipt is too long: its nonce is not looked at");
        let mut memory = self.memory();
        if memory.too_long.len() >= MOST_RECEIPTS {
            memory.too_long.clear();
        }
        memory.too_long.insert(hash.to_owned(), at);
    }

    /// Whether a receipt was too long when it was asked for a short while ago.
    pub(super) fn was_too_long(&self, hash: &str, now: Time) -> bool {
        let at = self.memory().too_long.get(hash).copied();
        at.is_some_and(|at| at <= now && now.since(at) < GOOD_FOR)
    }

    /// Asks it. Calls of jobs that run at the same moment go in one request. A node that rests is not asked.
    pub async fn ask(self: &Arc<Self>, now: Time, calls: Vec<RpcCall>) -> Vec<RpcAnswer> {
        if calls.is_empty() {
            return Vec::new();
        }
        if self.is_resting(now) {
            return calls.iter().map(|_| Err(too_many())).collect();
        }
        let mut receivers = Vec::with_capacity(calls.len());
        let is_first = {
            let mut queue = locked(&self.queue);
            let is_first = queue.is_empty();
            for call in calls {
                let (answer, receiver) = oneshot::channel();
                queue.push(WaitingCall { call, answer });
                receivers.push(receiver);
            }
            is_first
        };
        if is_first {
            // whoever began may stop waiting; the calls of others go on
            tokio::spawn(flush(Arc::clone(self)));
        }
        let lost = || Err(RpcFault::unsaid("lost", "the request was dropped"));
        join_all(receivers).await.into_iter().map(|answer| answer.unwrap_or_else(|_| lost())).collect()
    }

    fn is_resting(&self, now: Time) -> bool {
        let mut manners = locked(&self.manners);
        manners.now = Some(now);
        manners.rests_until.is_some_and(|until| until > now)
    }

    /// Lets it rest: it wants to be asked less often.
    fn rest(&self, span: Span) {
        let mut manners = locked(&self.manners);
        manners.rests_until = manners.now.and_then(|now| now.checked_add(span));
    }

    async fn answered(&self, waiting: Vec<WaitingCall>) {
        let (mut calls, mut senders) = (Vec::new(), Vec::new());
        for WaitingCall { call, answer } in waiting {
            calls.push(call);
            senders.push(answer);
        }
        let answers = self.post(&calls).await;
        for ((call, answer), sender) in calls.iter().zip(answers).zip(senders) {
            self.count(call, &answer);
            // whoever has asked may be gone
            let _ = sender.send(answer);
        }
    }

    /// Sends calls, in one request where the node takes that.
    async fn post(&self, calls: &[RpcCall]) -> Vec<RpcAnswer> {
        if calls.len() > 1 && !self.is_asked_singly() {
            match self.exchange(calls, true).await {
                Ok(answers) => return self.with_crowded_out(calls, answers).await,
                Err(NoExchange::Failed(fault)) => return vec![Err(fault); calls.len()],
                Err(NoExchange::Unbatched { for_ever }) => locked(&self.manners).singly |= for_ever,
            }
        }
        let mut answers = Vec::with_capacity(calls.len());
        for some in calls.chunks(AT_ONCE) {
            answers.extend(join_all(some.iter().map(|call| self.single(call))).await);
        }
        answers
    }

    /// Asks alone for what had no room beside a long answer of the same batch.
    async fn with_crowded_out(&self, calls: &[RpcCall], mut answers: Vec<RpcAnswer>) -> Vec<RpcAnswer> {
        let is_out = |place: &usize| matches!(answers.get(*place), Some(Err(fault)) if fault.is_too_long());
        let out: Vec<usize> = (0..answers.len()).filter(is_out).collect();
        for some in out.chunks(AT_ONCE) {
            let alone = some.iter().filter_map(|place| calls.get(*place)).map(|call| self.single(call));
            for (place, answer) in some.iter().zip(join_all(alone).await) {
                if let Some(known) = answers.get_mut(*place) {
                    *known = answer;
                }
            }
        }
        answers
    }

    async fn single(&self, call: &RpcCall) -> RpcAnswer {
        match self.exchange(std::slice::from_ref(call), false).await {
            Ok(answers) => {
                answers.into_iter().next().unwrap_or_else(|| Err(RpcFault::malformed("no answer")))
            }
            Err(NoExchange::Failed(fault)) => Err(fault),
            Err(NoExchange::Unbatched { .. }) => Err(RpcFault::too_long()),
        }
    }

    /// One request, and what it was answered with.
    async fn exchange(&self, calls: &[RpcCall], is_batch: bool) -> Result<Vec<RpcAnswer>, NoExchange> {
        let request = self.endpoint.request(rpc::body_of(calls, is_batch));
        let read = match self.client.send(&request).await {
            Outcome::NotSent(fault) | Outcome::Unknown(fault) => {
                Err(NoExchange::Failed(RpcFault::of_line(&fault)))
            }
            Outcome::Answered(response) => self.read(&response, calls.len(), is_batch),
        };
        self.note(!matches!(read, Err(NoExchange::Failed(_))));
        let mut answers = read?;
        for fault in answers.iter_mut().filter_map(|answer| answer.as_mut().err()) {
            if fault.is_too_many() {
                self.rest(REST);
            }
            fault.message = self.endpoint.scrubbed(&fault.message);
            if let Some(Value::String(data)) = &mut fault.data {
                *data = self.endpoint.scrubbed(data);
            }
        }
        Ok(answers)
    }

    fn read(&self, response: &Response, count: usize, is_batch: bool) -> Result<Vec<RpcAnswer>, NoExchange> {
        let status = response.status.as_u16();
        let after = response.header("retry-after");
        if status == 429 || (status == 503 && after.is_some()) {
            self.rest(self.rest_of(after));
            return Err(NoExchange::Failed(too_many()));
        }
        let body = match &response.body {
            Body::Whole(body) => body,
            Body::TooLong => return Err(NoExchange::Unbatched { for_ever: false }),
            Body::CutShort => {
                return Err(NoExchange::Failed(RpcFault::unsaid("lost", "the answer was not all there")));
            }
        };
        match rpc::read(body, count, is_batch) {
            Ok(answers) => Ok(answers),
            Err(Unanswered::Unbatched(fault)) if fault.is_too_many() => {
                self.rest(REST);
                Err(NoExchange::Failed(too_many()))
            }
            Err(Unanswered::Unbatched(_)) => Err(NoExchange::Unbatched { for_ever: true }),
            Err(Unanswered::Malformed) if is_batch && (400..500).contains(&status) => {
                Err(NoExchange::Unbatched { for_ever: true })
            }
            Err(Unanswered::Malformed) if response.status.is_success() => {
                Err(NoExchange::Failed(RpcFault::malformed("the answer is no JSON-RPC")))
            }
            Err(Unanswered::Malformed) => {
                let code = format!("http_{status}");
                Err(NoExchange::Failed(RpcFault::unsaid(&code, &format!("HTTP status {status}"))))
            }
        }
    }

    /// How long it wants to rest (RFC 9110, 10.2.3): seconds, or a time.
    fn rest_of(&self, after: Option<&str>) -> Span {
        let now = locked(&self.manners).now;
        after.and_then(|after| rest_asked(after.trim(), now)).unwrap_or(REST).min(LONGEST_REST)
    }

    /// Counts a call by how it ended.
    fn count(&self, call: &RpcCall, answer: &RpcAnswer) {
        let outcome = match answer {
            Ok(_) => "ok",
            Err(fault) if fault.is_said => "error",
            Err(_) => "failed",
        };
        let labels = [("endpoint", self.name()), ("method", call.method), ("outcome", outcome)];
        self.tallies.add(CallTally::of("earnest_rpc_total", labels));
    }

    /// Notes whether a request had an answer.
    fn note(&self, had_answer: bool) {
        let failures = {
            let mut manners = locked(&self.manners);
            manners.failures = if had_answer { 0 } else { manners.failures.saturating_add(1) };
            manners.failures
        };
        let gauge = CallTally::of("earnest_rpc_failures_in_a_row", [("endpoint", self.name())]);
        self.tallies.set(gauge, failures);
    }
}

/// Sends what has gathered.
async fn flush(node: Arc<ChainNode>) {
    sleep(GATHER).await;
    let mut waiting = std::mem::take(&mut *locked(&node.queue));
    let mut requests = Vec::new();
    while !waiting.is_empty() {
        let rest = waiting.split_off(waiting.len().min(MOST_CALLS));
        requests.push(node.answered(std::mem::replace(&mut waiting, rest)));
    }
    join_all(requests).await;
}

fn too_many() -> RpcFault {
    RpcFault::unsaid("429", "the node wants to be asked less often")
}

/// The rest that a header asks for.
fn rest_asked(after: &str, now: Option<Time>) -> Option<Span> {
    if let Ok(seconds) = after.parse::<u32>() {
        return Some(Span::from_secs(seconds));
    }
    let at = DateTimeParser::new().parse_timestamp(after).ok()?;
    let at = Time::try_from_micros(at.as_microsecond())?;
    now.filter(|now| *now <= at).map(|now| at.since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_rests_as_long_as_it_says() {
        let now = Time::request("now", "1994-11-06T08:49:30Z").unwrap();
        for (after, rest) in [
            ("7", Some(Span::from_secs(7))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(Span::from_secs(7))),
            ("Sun, 06 Nov 1994 08:49:00 GMT", None),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(rest_asked(after, Some(now)), rest, "{after}");
        }
        let url = "http://127.0.0.1:1/0123456789abcdef";
        let endpoint = Endpoint::new("main", url).unwrap();
        let node = ChainNode::new(endpoint, Client::new(Default::default()), Arc::default());
        assert_eq!(node.rest_of(Some("86400")), LONGEST_REST);
        assert_eq!(node.rest_of(None), REST);
        assert!(!node.is_resting(now));
        node.rest(REST);
        assert!(node.is_resting(now));
        assert!(!node.is_resting(now.checked_add(REST).unwrap()));
        assert!(!format!("{node:?}").contains("0123456789abcdef"));
    }

    /// A receipt that is too long to be read is asked for once a minute, and not with every block.
    #[test]
    fn a_receipt_that_is_too_long_is_left_alone_for_a_minute() {
        let endpoint = Endpoint::new("main", "http://127.0.0.1:1/0123456789abcdef").unwrap();
        let node = ChainNode::new(endpoint, Client::new(Default::default()), Arc::default());
        let at = |micros| Time::from_micros(micros);
        assert!(!node.was_too_long("0xab", at(0)));
        node.note_too_long("0xab", at(0));
        assert!(node.was_too_long("0xab", at(0)) && node.was_too_long("0xab", at(59_999_999)));
        assert!(!node.was_too_long("0xab", at(60_000_000)) && !node.was_too_long("0xcd", at(0)));
    }

    /// A node on this machine was only called `failing`, and nothing named what lets it be asked.
    #[tokio::test]
    async fn a_private_node_is_told_of_the_flag() {
        for (url, why) in [("http://127.0.0.1:1/", "`https:`"), ("https://127.0.0.1:1/", "not public")] {
            let endpoint = Endpoint::new("main", url).unwrap();
            let node = ChainNode::new(endpoint, Client::new(Default::default()), Arc::default());
            let call = RpcCall { method: "eth_chainId", params: Value::Array(Vec::new()) };
            let mut answers = node.ask(Time::from_micros(0), vec![call]).await;
            let fault = answers.pop().unwrap().unwrap_err();
            assert!(!fault.is_said && fault.message.contains(why), "{url}: {}", fault.message);
            assert!(fault.message.contains("--private-nodes"), "{url}: {}", fault.message);
        }
    }

    #[tokio::test]
    async fn a_node_that_is_not_there_says_nothing_and_is_counted() {
        let tallies = Arc::new(Tallies::default());
        let endpoint = Endpoint::new("main", "http://127.0.0.1:1/0123456789abcdef").unwrap();
        let node = ChainNode::new(endpoint, Client::new(Default::default()), tallies.clone());
        let call = RpcCall { method: "eth_chainId", params: Value::Array(Vec::new()) };
        let answers = node.ask(Time::from_micros(0), vec![call.clone(), call]).await;
        assert_eq!(answers.len(), 2);
        for answer in answers {
            let fault = answer.unwrap_err();
            assert!(!fault.is_said && !fault.message.contains("0123456789abcdef"), "{}", fault.message);
        }
        let counted = tallies.all();
        assert_eq!(counted.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2]);
        assert_eq!(tallies.gauges().iter().map(|(_, value)| *value).collect::<Vec<_>>(), [1]);
    }
}
