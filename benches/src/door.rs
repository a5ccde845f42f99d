//! Calls of a built-in driver to a gateway of this machine: how long a confirmed payment takes until its
//! gateway has the request, and how much memory so many calls take that wait for their answers.
//!
//! The gateway speaks as Toss Payments does, over plain HTTP. It is of this process, so its side of the lines
//! counts in the memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use earnest::keyring::Keyring;
use earnest::{Drive, Engine, Options};
use hdrhistogram::Histogram;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::Done;
use crate::args::DoorOrder;
use crate::bank::{self, code};
use crate::meter;
use crate::output::{self, failed, masked};
use crate::shared::figures::{Real, ratio};
use crate::shared::{Draw, Load, Tally, Work, clock, drive};

/// How many calls of one gateway an engine makes at once.
const PLACES: u64 = 32;
/// Payments that are made at once before they wait at the door.
const MADE_AT_ONCE: usize = 64;
/// The amount of each payment, in won.
const AMOUNT: u64 = 1_000;
/// The states of a payment whose call is under way, in the order in which it may have them.
const LIVE: [&str; 2] = ["authorizing", "unknown"];
const CONNECT: Duration = Duration::from_secs(3);
/// How often it is asked whether all are there.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a call may take to arrive, and all of them to end.
const PATIENCE: Duration = Duration::from_secs(120);

/// The figures of the door.
#[derive(Debug, Serialize)]
struct Report {
    store: String,
    gateways: u64,
    in_flight: u64,
    seconds: Real,
    /// Payments that were confirmed one by one.
    confirmed: u64,
    /// From the call of `payments.confirm` until the gateway has read the request.
    door_p50_ms: Real,
    door_p95_ms: Real,
    door_p99_ms: Real,
    door_max_ms: Real,
    /// Calls that waited for their answers at once.
    open: u64,
    /// Resident memory before them, with them, and after them.
    rss_mb: [Real; 3],
    kb_per_open_call: Real,
    /// Payments that the gateway was asked for more than once.
    doubles: u64,
    errors: u64,
    conservation_ok: bool,
}

/// `door`.
pub(crate) async fn door(order: &DoorOrder) -> Done {
    let stage = Stage::open(order).await?;
    let report = stage.measured().await;
    stage.end().await;
    let report = report?;
    output::print(&report, order.json)?;
    if report.doubles > 0 || !report.conservation_ok {
        return failed("what the books say is not what the gateway has");
    }
    Ok(())
}

/// A store with gateways that a built-in driver talks to, all of them behind one door.
struct Stage<'o> {
    order: &'o DoorOrder,
    bank: Engine,
    behind: Arc<Behind>,
    task: JoinHandle<()>,
    /// Names the gateways and the account of this run.
    run: String,
    gateways: Vec<String>,
}

impl<'o> Stage<'o> {
    async fn open(order: &'o DoorOrder) -> Done<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let behind = Arc::new(Behind::new());
        let task = tokio::spawn(serve(listener, behind.clone()));
        let run = format!("r{:x}", clock::wall());
        let count = order.open.div_ceil(PLACES).max(1);
        let gateways: Vec<String> = (0..count).map(|number| format!("{run}-{number}")).collect();
        let drive = Drive::new().at(&url)?.allow_http(true).allow_private(true).timeouts(CONNECT, PATIENCE);
        let options = Options::new().background(true).keyring(Keyring::for_tests());
        let options = gateways.iter().fold(options, |options, id| options.gateway(id, drive.clone()));
        let bank = Engine::open_with(&order.store, options).await?;
        for id in &gateways {
            let gateway = json!({ "id": id, "driver": "toss", "config": { "client_key": "test_ck_bench" },
                "secrets": { "secret_key": "test_sk_bench" }, "breaker": { "failures": 1_000 } });
            bank.call("payments.set_gateway", gateway).await?;
        }
        Ok(Self { order, bank, behind, task, run, gateways })
    }

    /// Nobody waits any more when the engine is closed.
    async fn end(self) {
        self.behind.answers.send_replace(true);
        self.bank.close().await;
        self.task.abort();
    }

    async fn measured(&self) -> Done<Report> {
        let (tally, took, micros) = self.confirmations().await?;
        let resident = self.opened().await?;
        self.bank.catch_up().await?;
        let at = |share: Real| ratio(took.value_at_quantile(share), 1_000);
        let [before, with, _] = resident;
        Ok(Report {
            store: masked(&self.order.store),
            gateways: u64::try_from(self.gateways.len())?,
            in_flight: self.order.in_flight,
            seconds: ratio(micros, 1_000_000),
            confirmed: took.len(),
            door_p50_ms: at(0.5),
            door_p95_ms: at(0.95),
            door_p99_ms: at(0.99),
            door_max_ms: at(1.0),
            open: self.order.open,
            rss_mb: resident.map(|kib| ratio(kib, 1_024)),
            kb_per_open_call: ratio(with.saturating_sub(before), self.order.open),
            doubles: self.behind.doubles(),
            errors: tally.failed(),
            conservation_ok: bank::conserved(&self.bank, false).await? && self.agrees().await?,
        })
    }

    /// Payments that are confirmed by so many callers, each of whom waits until the gateway has the request.
    async fn confirmations(&self) -> Done<(Tally, Histogram<u64>, u64)> {
        let work = Arc::new(Confirmations {
            bank: self.bank.clone(),
            behind: self.behind.clone(),
            to: self.run.clone(),
            gateways: self.gateways.clone(),
            took: Mutex::new(Tally::new().latencies),
        });
        let load = Load {
            in_flight: self.order.in_flight,
            lasting: self.order.seconds,
            run: format!("{}-confirmed", self.run),
        };
        let began = clock::now();
        let tally = drive(work.clone(), &load, Arc::default()).await;
        let micros = clock::micros_since(began);
        self.are_over().await?;
        let took = work.took.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((tally, took, micros))
    }

    /// So many calls that have no answer yet: resident memory before, with and after them, in KiB.
    async fn opened(&self) -> Done<[u64; 3]> {
        let before = meter::resident();
        self.behind.answers.send_replace(false);
        let numbers: Vec<u64> = (0..self.order.open).collect();
        for some in numbers.chunks(MADE_AT_ONCE) {
            let mut made = JoinSet::new();
            for number in some {
                let args = self.sent_at_once(*number);
                let bank = self.bank.clone();
                made.spawn(async move { bank.call("payments.create", args).await.map(drop) });
            }
            while let Some(one) = made.join_next().await {
                one??;
            }
        }
        let began = clock::now();
        while self.behind.open.load(Ordering::Relaxed) < self.order.open {
            waited(began, "not all calls have come to the door")?;
            tokio::time::sleep(PAUSE).await;
        }
        let with = meter::resident();
        self.behind.answers.send_replace(true);
        self.are_over().await?;
        Ok([before, with, meter::resident()])
    }

    fn sent_at_once(&self, number: u64) -> Value {
        let place = usize::try_from(number).unwrap_or_default() % self.gateways.len().max(1);
        let key = format!("{}-open-{number}", self.run);
        json!({ "amount": format!("{AMOUNT} KRW"), "to": self.run, "gateway": self.gateways.get(place),
            "token": format!("pk-{key}"), "key": key })
    }

    /// Waits until the books know what came of every call.
    async fn are_over(&self) -> Done {
        let began = clock::now();
        for state in LIVE {
            let some = json!({ "to": self.run, "state": state, "limit": 1 });
            loop {
                let page = self.bank.call("payments.list", some.clone()).await?;
                if page["items"].as_array().is_none_or(Vec::is_empty) {
                    break;
                }
                waited(began, "payments do not end")?;
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// Whether the account has what the gateway has taken.
    async fn agrees(&self) -> Done<bool> {
        let asked = json!({ "account": self.run, "currency": "KRW" });
        let balance = self.bank.call("ledger.balance", asked).await?;
        let taken = self.behind.taken() * AMOUNT;
        Ok(balance["posted"]["amount"].as_str() == Some(taken.to_string().as_str()))
    }
}

/// Gives up what takes too long.
fn waited(began: Instant, what: &str) -> Done {
    if clock::now().duration_since(began) > PATIENCE { failed(what) } else { Ok(()) }
}

/// Payments that are confirmed, one after the other by each caller.
struct Confirmations {
    bank: Engine,
    behind: Arc<Behind>,
    to: String,
    gateways: Vec<String>,
    /// Microseconds until the gateway had each of them.
    took: Mutex<Histogram<u64>>,
}

impl Work for Confirmations {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        let place = usize::try_from(draw.below(self.gateways.len() as u64)).unwrap_or_default();
        let args = json!({ "amount": format!("{AMOUNT} KRW"), "to": self.to, "gateway": self.gateways.get(place),
            "key": key });
        let reply = self.bank.call("payments.create", args).await.map_err(|error| code(&error))?;
        let payment = &reply["payment"]["id"];
        let arrival = self.behind.await_one(payment.as_str().unwrap_or_default());
        let began = clock::now();
        let confirm = json!({ "payment": payment, "token": format!("pk-{key}") });
        self.bank.call("payments.confirm", confirm).await.map_err(|error| code(&error))?;
        let Ok(Ok(arrived)) = tokio::time::timeout(PATIENCE, arrival).await else {
            return Err("it did not arrive".to_owned());
        };
        let micros = u64::try_from(arrived.duration_since(began).as_micros()).unwrap_or(u64::MAX);
        self.took.lock().unwrap_or_else(PoisonError::into_inner).saturating_record(micros.max(1));
        Ok(())
    }
}

/// The gateway behind the door.
struct Behind {
    books: Mutex<Books>,
    /// Whether it answers.
    answers: watch::Sender<bool>,
    /// Requests that wait for their answers.
    open: AtomicU64,
}

#[derive(Default)]
struct Books {
    /// Confirmed payments, by our id of the payment.
    taken: HashMap<String, TakenPayment>,
    /// Callers who wait for a payment to arrive.
    awaited: HashMap<String, oneshot::Sender<Instant>>,
}

struct TakenPayment {
    order: String,
    key: String,
    amount: i64,
    /// How often it was asked for.
    times: u64,
}

impl TakenPayment {
    fn shown(&self) -> Value {
        json!({ "version": "2022-11-16", "paymentKey": self.key, "orderId": self.order, "status": "DONE",
            "currency": "KRW", "totalAmount": self.amount, "balanceAmount": self.amount,
            "approvedAt": "2026-01-01T00:00:00+09:00", "cancels": null, "virtualAccount": null, "failure": null })
    }
}

impl Behind {
    fn new() -> Self {
        Self { books: Mutex::default(), answers: watch::channel(true).0, open: AtomicU64::new(0) }
    }

    /// Returns a receiver for a payment's arrival.
    fn await_one(&self, payment: &str) -> oneshot::Receiver<Instant> {
        let (tell, told) = oneshot::channel();
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.awaited.insert(payment.to_owned(), tell);
        told
    }

    fn taken(&self) -> u64 {
        let books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.taken.len() as u64
    }

    fn doubles(&self) -> u64 {
        let books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.taken.values().filter(|payment| payment.times > 1).count() as u64
    }

    /// Reads a request, and answers it when answers are given.
    async fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let Some(asked) = Asked::read(&mut stream).await? else { return Ok(()) };
        let said = self.said(&asked, clock::now());
        self.open.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.subscribe();
        drop(answers.wait_for(|answers| *answers).await);
        self.open.fetch_sub(1, Ordering::Relaxed);
        let status = if said.get("code").is_some() { "404 Not Found" } else { "200 OK" };
        let body = said.to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        stream.shutdown().await
    }

    /// A payment that is confirmed is taken; a question is answered by what was taken.
    fn said(&self, asked: &Asked, at: Instant) -> Value {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.path.ends_with("/confirm") {
            let named = asked.path.rsplit('/').next().unwrap_or_default();
            let found = books.taken.values().find(|payment| payment.key == named || payment.order == named);
            let none = || json!({ "code": "NOT_FOUND_PAYMENT", "message": "there is none" });
            return found.map_or_else(none, TakenPayment::shown);
        }
        let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let order = text("orderId");
        if let Some(tell) = books.awaited.remove(&order) {
            // who waits no longer need not know
            let _ = tell.send(at);
        }
        let payment = books.taken.entry(order.clone()).or_insert_with(|| TakenPayment {
            order,
            key: text("paymentKey"),
            amount: body["amount"].as_i64().unwrap_or_default(),
            times: 0,
        });
        payment.times += 1;
        payment.shown()
    }
}

/// Answers requests, one a connection.
async fn serve(listener: TcpListener, behind: Arc<Behind>) {
    while let Ok((stream, _)) = listener.accept().await {
        let behind = behind.clone();
        // who hangs up gets no answer
        tokio::spawn(async move { drop(behind.answer(stream).await) });
    }
}

/// A request, as far as it is looked at.
struct Asked {
    path: String,
    body: Vec<u8>,
}

impl Asked {
    async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Self>> {
        let (mut raw, mut chunk) = (Vec::new(), [0; 1_024]);
        loop {
            let count = stream.read(&mut chunk).await?;
            raw.extend_from_slice(chunk.get(..count).unwrap_or_default());
            let asked = Self::of(&raw);
            if asked.is_some() || count == 0 {
                return Ok(asked);
            }
        }
    }

    /// A request; none while it is not all there.
    fn of(raw: &[u8]) -> Option<Self> {
        let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(raw.get(..end)?).ok()?;
        let mut lines = head.split("\r\n");
        let path = lines.next()?.split(' ').nth(1)?.to_owned();
        let length = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let value = value.trim().parse::<usize>().ok()?;
            name.eq_ignore_ascii_case("content-length").then_some(value)
        });
        let body = raw.get(end + 4..)?.get(..length.unwrap_or_default())?.to_vec();
        Some(Self { path, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_when_all_of_it_is_there() {
        let whole = b"POST /v1/payments/confirm HTTP/1.1\r\nhost: a\r\nContent-Length: 2\r\n\r\n{}";
        let asked = Asked::of(whole).unwrap();
        assert_eq!((asked.path.as_str(), asked.body.as_slice()), ("/v1/payments/confirm", b"{}".as_slice()));
        assert!(Asked::of(&whole[..whole.len() - 1]).is_none());
        assert!(Asked::of(b"GET / HTTP/1.1\r\n\r\n").unwrap().body.is_empty());
    }

    #[test]
    fn a_payment_that_is_asked_for_twice_is_a_double() {
        let behind = Behind::new();
        let body = json!({ "orderId": "py_1", "paymentKey": "pk", "amount": 1_000 }).to_string();
        let confirm = Asked { path: "/v1/payments/confirm".to_owned(), body: body.into_bytes() };
        assert_eq!(behind.said(&confirm, clock::now())["status"], "DONE");
        assert_eq!((behind.taken(), behind.doubles()), (1, 0));
        behind.said(&confirm, clock::now());
        assert_eq!((behind.taken(), behind.doubles()), (1, 1));
        let question = |path: &str| Asked { path: path.to_owned(), body: Vec::new() };
        assert_eq!(behind.said(&question("/v1/payments/orders/py_1"), clock::now())["paymentKey"], "pk");
        assert_eq!(behind.said(&question("/v1/payments/none"), clock::now())["code"], "NOT_FOUND_PAYMENT");
    }
}
