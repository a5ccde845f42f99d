//! One process of a torture: it calls at random, reports every step, and expects to be killed at any instant.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use earnest::env::{Clock, Env, Seeds};
use earnest::{Book, Engine, Error};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};

use super::super::Context;
use super::super::output::Failure;
use super::plan::{Call, Draw, Message, Orders, TRADERS, trader};

/// Callers at once in one process.
const CALLERS: u64 = 12;
/// Attempts of a call that the store could not serve.
const ATTEMPTS: u32 = 8;

pub(super) async fn run(context: &Context) -> Result<(), Failure> {
    let mut input = tokio::io::BufReader::new(tokio::io::stdin());
    let mut line = String::new();
    input.read_line(&mut line).await?;
    let orders: Orders =
        serde_json::from_str(&line).map_err(|error| Failure::usage("stdin", error.to_string()))?;
    let clock = if orders.jumps { jumping(&orders) } else { Clock::System };
    let options = context.settings.options().book(Book::request("book", &orders.book)?).env(Env {
        clock,
        seeds: Seeds::System,
        ..Env::default()
    });
    let engine = Engine::open_with(&orders.url, options).await?;
    report(&Message::Ready);
    let stop = Arc::new(AtomicBool::new(false));
    let asked = stop.clone();
    tokio::spawn(async move {
        let mut rest = Vec::new();
        // however the input ends: the parent has gone
        let _ = input.read_to_end(&mut rest).await;
        asked.store(true, Ordering::SeqCst);
    });
    let mut callers = Vec::new();
    for number in 0..CALLERS {
        let mut caller = Caller::new(engine.clone(), &orders, number);
        let (stop, of_mine) = (stop.clone(), share(&orders.again, number));
        callers.push(tokio::spawn(Box::pin(async move {
            for call in of_mine {
                caller.call(call).await;
            }
            while !stop.load(Ordering::SeqCst) {
                Box::pin(caller.unit()).await;
            }
        })));
    }
    for caller in callers {
        caller.await.map_err(|error| Failure::failed(format!("a caller ended early: {error}")))?;
    }
    engine.close().await;
    Ok(())
}

fn share(calls: &[Call], number: u64) -> Vec<Call> {
    let step = usize::try_from(CALLERS).unwrap_or(1);
    calls.iter().skip(usize::try_from(number).unwrap_or(0)).step_by(step).cloned().collect()
}

/// A clock that runs, and jumps back and forth by minutes.
fn jumping(orders: &Orders) -> Clock {
    let shown = Arc::new(AtomicI64::new(Clock::System.now().micros()));
    let (clock, mut draw) = (shown.clone(), Draw::new(orders.seed, &orders.name));
    tokio::spawn(async move {
        let mut ahead = 0;
        loop {
            if draw.below(40) == 0 {
                ahead = (i64::from(draw.below(1_200) as u32) - 600) * 1_000_000;
            }
            clock.store(Clock::System.now().micros().saturating_add(ahead), Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    Clock::Test(shown)
}

/// One write a line: a killed process leaves no half of a line that was acknowledged.
fn report(message: &Message) {
    let Ok(line) = serde_json::to_string(message) else { return };
    let mut out = std::io::stdout().lock();
    // if the parent does not listen, it stops this process
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

/// The outcome of a call.
enum Outcome {
    Done(Value),
    Not,
}

struct Caller {
    engine: Engine,
    name: String,
    draw: Draw,
    count: u64,
}

impl Caller {
    fn new(engine: Engine, orders: &Orders, number: u64) -> Self {
        let name = format!("{}-{number}", orders.name);
        let draw = Draw::new(orders.seed, &name);
        Self { engine, name, draw, count: 0 }
    }

    fn key(&mut self) -> String {
        self.count += 1;
        format!("{}-{}", self.name, self.count)
    }

    /// Makes a call and reports it. One caller in sixteen goes away before the reply.
    async fn call(&mut self, call: Call) -> Outcome {
        let id = call.id().to_owned();
        report(&Message::Tries(call.clone()));
        let patience = (self.draw.below(16) == 0).then(|| Duration::from_micros(self.draw.below(3_000)));
        let calling = Box::pin(self.until_answered(&call));
        let answer = match patience {
            None => calling.await,
            Some(patience) => match tokio::time::timeout(patience, calling).await {
                Ok(answer) => answer,
                Err(_) => {
                    report(&Message::Dropped(id));
                    return Outcome::Not;
                }
            },
        };
        match answer {
            Ok(reply) => {
                report(&Message::Acknowledged(id, made(&reply)));
                Outcome::Done(reply)
            }
            Err(error) if error.retryable() => {
                report(&Message::Unserved(id, error.code().as_str().to_owned()));
                Outcome::Not
            }
            Err(error) => {
                report(&Message::Refused(id, error.code().as_str().to_owned()));
                Outcome::Not
            }
        }
    }

    async fn until_answered(&self, call: &Call) -> Result<Value, Error> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.engine.call(&call.op, call.args.clone()).await {
                Err(error) if attempt < ATTEMPTS && error.retryable() => {
                    tokio::time::sleep(Duration::from_millis(2 << attempt)).await;
                }
                answer => return answer,
            }
        }
    }

    /// Calls that belong together.
    async fn unit(&mut self) {
        match self.draw.below(16) {
            0..=4 => self.transfer().await,
            5 => {
                let call = Call::top_up(self.key(), &self.draw.people(1)[0], self.draw.cents(2_000));
                self.call(call).await;
            }
            6 => {
                let call = Call::deduct(self.key(), &self.draw.people(1)[0], self.draw.cents(2_000));
                self.call(call).await;
            }
            7 | 8 => {
                let people = self.draw.people(3);
                let amount = self.draw.cents(1_000);
                let call = Call::post(self.key(), &people[0], &people[1], &people[2], amount);
                self.call(call).await;
            }
            9 | 10 => self.hold().await,
            11 => self.batch().await,
            12..=14 => Box::pin(self.deal()).await,
            _ => {
                let account = trader(self.draw.below(TRADERS));
                let call =
                    Call::dying_hold(self.key(), &account, self.draw.cents(500), 1 + self.draw.below(90));
                self.call(call).await;
                // several processes run due jobs at once; nobody waits for the count
                drop(self.engine.call("jobs.run_due", json!({ "limit": 20 })).await);
            }
        }
    }

    async fn transfer(&mut self) {
        let people = self.draw.people(2);
        let amount = self.draw.cents(3_000);
        let call = Call::transfer(self.key(), &people[0], &people[1], amount);
        let Outcome::Done(reply) = self.call(call).await else { return };
        let transfer = text(&reply, "/transfer/id");
        if self.draw.below(3) == 0 {
            let back = amount.div_euclid(2).max(1);
            let call = Call::refund(self.key(), &transfer, &people[0], &people[1], back);
            self.call(call).await;
        }
    }

    async fn hold(&mut self) {
        let people = self.draw.people(2);
        let whole = self.draw.cents(3_000);
        let call = Call::hold(self.key(), &people[0], whole);
        let Outcome::Done(reply) = self.call(call).await else { return };
        let hold = text(&reply, "/hold/id");
        let call = if self.draw.below(3) == 0 {
            Call::void(self.key(), &hold, &people[0], whole)
        } else {
            let part = whole.div_euclid(2).max(1);
            Call::capture(self.key(), &hold, &people[0], &people[1], part, whole)
        };
        self.call(call).await;
    }

    /// Two transfers, the second of which is sometimes more than anybody has.
    async fn batch(&mut self) {
        let people = self.draw.people(3);
        let much = if self.draw.below(3) == 0 { 1_000_000_000 } else { 0 };
        let first = Call::transfer(self.key(), &people[0], &people[1], self.draw.cents(500));
        let second = Call::transfer(self.key(), &people[1], &people[2], self.draw.cents(500) + much);
        self.call(Call::together(vec![first, second])).await;
    }

    async fn deal(&mut self) {
        let buyer = self.draw.below(TRADERS);
        let (buyer, seller) = (trader(buyer), trader((buyer + 1) % TRADERS));
        let price = format!("{}.00 USD", 1 + self.draw.below(20));
        let args = json!({ "buyer": buyer, "seller": seller, "price": price, "pay_within": "PT5M",
            "ship_within": "PT10M", "fees": [{ "to": "@fees", "bps": 250, "from": "seller" }] });
        let call = Call::deal("open", self.key(), args);
        let Outcome::Done(reply) = self.call(call).await else { return };
        let deal = text(&reply, "/deal/id");
        let steps: &[(&str, &str)] = match self.draw.below(4) {
            0 => &[("pay", &buyer), ("cancel", &seller)],
            1 => &[("pay", &buyer)],
            _ => &[("pay", &buyer), ("ship", &seller), ("confirm", &buyer)],
        };
        for (step, actor) in steps {
            let call = Call::deal(step, self.key(), json!({ "deal": deal, "actor": actor }));
            let Outcome::Done(_) = self.call(call).await else { return };
        }
    }
}

fn text(reply: &Value, pointer: &str) -> String {
    reply.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The ids that a reply names, for each key of its call.
fn made(reply: &Value) -> Vec<String> {
    let one = |reply: &Value| {
        ["/transfer/id", "/hold/id", "/deal/id"]
            .into_iter()
            .find_map(|pointer| reply.pointer(pointer).and_then(Value::as_str))
            .unwrap_or_default()
            .to_owned()
    };
    match reply["results"].as_array() {
        Some(results) => results.iter().map(|result| one(&result["reply"])).collect(),
        None => vec![one(reply)],
    }
}
