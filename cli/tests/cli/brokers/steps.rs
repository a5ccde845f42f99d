//! A worker that is killed at each step of a delivery, on each database: when it has taken events and sent
//! none (D1), when it has sent some and read no answer (D2), and when it has reported (D3).

use std::collections::BTreeSet;
use std::time::Instant;

use super::gate::Gate;
use super::{PATIENCE, Shop, in_order, runtime};
use crate::postgres;
use crate::rabbit::Rabbit;
use crate::soak::rounds;

/// Answers arrive until so many bytes were sent: a connection is opened with fewer, and a batch is more.
pub(super) const ANSWERED: u64 = 3_000;
/// Bytes of a batch that is under way, and not all of it.
pub(super) const UNDER_WAY: u64 = 12_000;

/// One server for all of it, and three workers for each database: each starts in a part of a second, and the
/// server in seconds.
#[test]
fn soak_a_worker_that_is_killed_at_each_step_loses_nothing() {
    let rabbit = Rabbit::start();
    for (n, shop) in [Shop::new(), Shop::on(postgres::database())].iter().enumerate() {
        let queue = format!("steps-{n}");
        runtime().block_on(async { rabbit.plain_queue(&queue).await });
        let mut steps =
            Steps { shop, rabbit: &rabbit, queue, arrived: Vec::new(), reported: BTreeSet::new() };
        for round in 0..rounds(1, 200) {
            shop.post(round, 60);
            steps.taken();
            steps.sent();
            steps.reported();
        }
        in_order(&shop.events(), &steps.arrived);
        shop.verify();
    }
}

struct Steps<'s> {
    shop: &'s Shop,
    rabbit: &'s Rabbit,
    queue: String,
    arrived: Vec<String>,
    /// Events on which a worker has reported.
    reported: BTreeSet<String>,
}

impl Steps<'_> {
    fn url(&self) -> String {
        self.rabbit.url(&format!("routing_key={}", self.queue))
    }

    /// D1: a worker that connects has taken a batch, and none of it arrives.
    fn taken(&mut self) {
        let before = self.place();
        let gate = Gate::new(self.rabbit.port(), 0);
        let worker = self.shop.worker(&["--deliver", &format!("orders={}", gate.url(&self.url()))]);
        gate.wait_for(1);
        worker.kill();
        assert!(self.shop.sink()["sink"]["leased_until"].is_string(), "{}", self.shop.sink());
        assert_eq!(self.place(), before);
        assert_eq!(self.drain(), 0, "nothing was sent");
        self.shop.free();
    }

    /// D2: messages are with the server, and the worker knows nothing of it.
    fn sent(&mut self) {
        let before = self.place();
        let gate = Gate::new(self.rabbit.port(), ANSWERED);
        let worker = self.shop.worker(&["--deliver", &format!("orders={}", gate.url(&self.url()))]);
        gate.wait_for(UNDER_WAY);
        worker.kill();
        assert_eq!(self.place(), before, "nothing was reported on");
        let since = Instant::now();
        while self.drain() == 0 {
            assert!(since.elapsed() < PATIENCE, "nothing has arrived");
        }
        self.shop.free();
    }

    /// D3: everything was sent, what the two before it had taken too, and reported on: it never comes again.
    fn reported(&mut self) {
        let worker = self.shop.worker(&["--deliver", &format!("orders={}", self.url())]);
        self.shop.is_at_the_end();
        worker.kill();
        self.drain();
        self.reported.extend(self.arrived.iter().cloned());
    }

    fn place(&self) -> i64 {
        self.shop.sink()["sink"]["seq"].as_i64().unwrap()
    }

    /// Takes what has arrived: how many messages there were, none of which had been reported on before.
    fn drain(&mut self) -> usize {
        let queue = &self.queue;
        let got = runtime().block_on(async { self.rabbit.channel().await.drain(queue).await });
        for (id, _) in &got {
            assert!(!self.reported.contains(id), "{id} was reported on, and came again");
        }
        let count = got.len();
        self.arrived.extend(got.into_iter().map(|(id, _)| id));
        count
    }
}
