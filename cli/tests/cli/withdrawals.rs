//! Withdrawals by workers that are killed: real processes, a chain of anvil's, and a gate between them.

mod gate;
#[allow(dead_code, reason = "it is the node of the program `chain`, which uses more of it")]
#[path = "../../../core/tests/chain/node.rs"]
mod node;
#[allow(dead_code, reason = "of the endpoint of the program `chain` the gate has what reads and says")]
#[path = "../../../core/tests/chain/proxy.rs"]
mod proxy;
mod steps;
mod world;

use std::time::Duration;

use crate::soak::rounds;
use world::{OWN, Place, World};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

// Some twenty workers one after the other, each of which looks for jobs once a second and waits a second for
// the lease of the one before it: 40 s, of which most is waiting. A kill at a step shows nothing of another.
#[test]
fn soak_a_withdrawal_whose_workers_are_killed_is_paid_once_on_sqlite() {
    killed_at_each_step(Place::Sqlite);
}

// see above
#[test]
fn soak_a_withdrawal_whose_workers_are_killed_is_paid_once_on_postgres() {
    killed_at_each_step(Place::Postgres);
}

// Ten seconds, of which most is waiting: two processes start beside that which opens the lanes, look for jobs
// once a second, and more withdrawals than the window of a lane has room for need several blocks.
#[test]
fn two_workers_at_once_pay_nothing_twice_on_sqlite() {
    driven_by_two(Place::Sqlite);
}

// see above
#[test]
fn two_workers_at_once_pay_nothing_twice_on_postgres() {
    driven_by_two(Place::Postgres);
}

/// Both are there before anything is asked for, and until everything is over.
fn driven_by_two(place: Place) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(Box::pin(async {
        let mut world = World::open(place).await;
        let workers = vec![world.worker(&[]), world.worker(&[])];
        let mut all = Vec::new();
        for _ in 0..20 {
            all.push(world.request(OWN).await);
        }
        world.end_by(workers, &all.iter().collect::<Vec<_>>()).await;
        for id in &all {
            let found = world.get(id).await;
            assert_eq!(found["state"], "confirmed", "{found:#}");
            assert_eq!(found["attempts"].as_array().map(Vec::len), Some(1), "{found:#}");
        }
        world.is_over().await;
        world.bank.close().await;
    }));
}

/// Each round has a store and a chain of its own.
fn killed_at_each_step(place: Place) {
    let (all, at_once) = (rounds(1, 200), rounds(1, 4));
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_multi_thread();
                let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
                for _ in 0..all / at_once {
                    runtime.block_on(Box::pin(async {
                        let mut world = World::open(place).await;
                        steps::round(&mut world).await;
                        world.is_over().await;
                        world.bank.close().await;
                    }));
                }
            });
        }
    });
}
