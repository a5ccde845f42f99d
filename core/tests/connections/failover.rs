//! A database whose newest past is lost under running engines: a standby that lags is promoted, or the server
//! is recovered to an earlier moment. What is acknowledged afterwards is there, and no balance of the lost
//! past is written back. Whatever is lost was acknowledged by the old primary: it is found on its disk.

#![cfg(feature = "postgres")]

mod load;

use std::time::{Duration, Instant};

use earnest::Engine;
use load::{Found, Load};

use crate::support;
use crate::support::relay::Relay;
use crate::support::servers::{Server, Stop};

/// How long the load runs at least before something happens, and after it.
const WHILE: Duration = Duration::from_millis(400);

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// Two engines that know nothing of each other, as two processes have them.
async fn engines(url: &str) -> Vec<Engine> {
    let mut engines = Vec::new();
    for _ in 0..2 {
        engines.push(Engine::open(url).await.unwrap());
    }
    load::fund(&engines[0]).await;
    engines
}

/// The primary is killed while a standby lags behind it, and the standby is promoted in its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_a_standby_that_lags_is_promoted() {
    let rounds = support::soak::rounds(2, 50);
    let mut primary = apart(|| {
        let primary = Server::primary();
        primary.database("shop");
        primary
    })
    .await;
    let relay = Relay::start(&primary.address()).await;
    let banks = engines(&relay.url(&primary.url("shop"))).await;
    let (mut all, began) = (Found::default(), Instant::now());
    for round in 0..rounds {
        // the standby hears the primary through a line of its own
        let replication = Relay::start(&primary.address()).await;
        let port = replication.port;
        let standby = apart(move || Server::standby_of(port)).await;
        let load = Load::start(&banks, &format!("f{round}"));
        load.goes_on(WHILE).await;
        replication.lead_to(None);
        replication.cut();
        load.goes_on(WHILE / 2).await;
        relay.lead_to(None);
        primary.stop(Stop::Immediate);
        relay.cut();
        load.died();
        let standby = apart(move || {
            standby.promote();
            standby
        })
        .await;
        relay.lead_to(Some(&standby.address()));
        load.again();
        let old = std::mem::replace(&mut primary, standby);
        load.goes_on(WHILE * 2).await;
        let old = apart(move || {
            old.start();
            old
        })
        .await;
        all += load.finish(&banks, &primary.url("shop"), Some(&old.url("shop"))).await;
    }
    println!("{rounds} promotions in {:?}: {all:?}", began.elapsed());
    all.is_telling();
    for bank in banks {
        bank.close().await;
    }
}

/// The server is stopped and recovered to an earlier moment by a base backup and its archive.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_a_server_is_recovered_to_an_earlier_moment() {
    let rounds = support::soak::rounds(2, 50);
    let server = apart(|| {
        let server = Server::primary();
        server.database("shop");
        server
    })
    .await;
    let banks = engines(&server.url("shop")).await;
    let (mut all, began) = (Found::default(), Instant::now());
    let mut server = server;
    for round in 0..rounds {
        server = apart(move || {
            server.back_up();
            server
        })
        .await;
        let load = Load::start(&banks, &format!("p{round}"));
        load.goes_on(WHILE).await;
        let point = format!("point_{round}");
        server.sql(&format!("SELECT pg_create_restore_point('{point}')"));
        load.goes_on(WHILE / 2).await;
        server.sql("SELECT pg_switch_wal()");
        server = apart(move || {
            server.stop(Stop::Fast);
            server
        })
        .await;
        server = apart(move || {
            server.recover(&point);
            server
        })
        .await;
        load.again();
        load.goes_on(WHILE * 2).await;
        all += load.finish(&banks, &server.url("shop"), None).await;
    }
    println!("{rounds} recoveries in {:?}: {all:?}", began.elapsed());
    all.is_telling();
    for bank in banks {
        bank.close().await;
    }
}
