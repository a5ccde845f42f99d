//! A real RabbitMQ: order, routes, sizes, and what becomes of events while it is down or killed.

use std::sync::Arc;
use std::time::Duration;

use earnest::{Book, Time};

use super::{
    Broker, Fate, Message, Stage, all_events, drained, drained_of, in_order, post, status, status_of,
    subscribed, unparked,
};
use crate::support::rabbit::{LARGEST, Rabbit};
use crate::support::soak::rounds;
use crate::support::{Kind, Value, json, stores};

/// The server starts in seconds: its start and its end are outside of the runtime.
async fn blocking<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(act).await.unwrap()
}

async fn started() -> Rabbit {
    blocking(Rabbit::start).await
}

/// A store that is in every build which has files.
async fn on_disk() -> Stage {
    Stage::open(if cfg!(feature = "sqlite") { Kind::Sqlite } else { Kind::Memory }).await
}

/// The ids of a drained queue.
fn ids(drained: &[(String, Vec<u8>)]) -> Vec<String> {
    drained.iter().map(|(id, _)| id.clone()).collect()
}

fn message(seq: i64, kind: &str, object_id: &str, size: usize) -> Message {
    let (kind, object, object_id) = (kind.to_owned(), "account".to_owned(), object_id.to_owned());
    let id = format!("ev-{seq}");
    Message {
        seq,
        id,
        book: Book::main(),
        kind,
        object,
        object_id,
        at: Time::EPOCH,
        body: vec![b'x'; size].into(),
    }
}

/// One server for all of this: each start of one takes seconds of the processor.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_gets_what_it_takes_and_everything_else_is_told() {
    let rabbit = started().await;
    events_arrive_in_their_order_and_a_new_sink_begins_with_the_first(&rabbit).await;
    no_route_and_too_large_are_refused_for_good(&rabbit).await;
    what_is_parked_comes_in_its_order_when_it_is_mended(&rabbit).await;
    whatever_else_is_wrong_is_an_outage(rabbit).await;
}

/// On every store: events arrive as cloud events in their order, and a sink that is made later gets the same
/// from the first one on.
async fn events_arrive_in_their_order_and_a_new_sink_begins_with_the_first(rabbit: &Rabbit) {
    let queues = rabbit.channel().await;
    for (n, stage) in stores().await.into_iter().enumerate() {
        let (queue, later) = (format!("orders-{n}"), format!("later-{n}"));
        queues.queue(&queue).await;
        queues.queue(&later).await;
        post(&stage, 5, 60).await;
        subscribed(&stage.bank).await;
        let to = |queue: &str| Broker::request("url", &rabbit.url(&format!("routing_key={queue}"))).unwrap();
        let delivery = stage.bank.deliver("orders", to(&queue)).await.unwrap();
        drained(&stage).await;
        let got = queues.drain(&queue).await;
        let expected = all_events(&stage.bank).await;
        in_order(&expected, &ids(&got));
        let body: Value = serde_json::from_slice(&got[0].1).unwrap();
        let store = stage.bank.identity().store;
        assert_eq!(body["specversion"], "1.0");
        assert!(body["sequence"].as_str().unwrap().parse::<u32>().is_ok(), "{body}");
        assert_eq!(body["source"], format!("/earnest/{store}/main"));
        assert_eq!((body["id"].as_str(), &body["data"]["images"]), (Some(got[0].0.as_str()), &json!(null)));
        delivery.stop().await;

        stage.ok("events.subscribe", json!({ "sink": "later", "from": "first" })).await;
        let delivery = stage.bank.deliver("later", to(&later)).await.unwrap();
        drained_of(&stage, "later").await;
        delivery.stop().await;
        let again = queues.drain(&later).await;
        in_order(&expected, &ids(&again));
        stage.finish().await;
    }
}

/// A message that no queue is bound for, or that is too large, is refused for good; the others go on, and
/// no later one of its object overtakes it.
async fn no_route_and_too_large_are_refused_for_good(rabbit: &Rabbit) {
    let queues = rabbit.channel().await;
    queues.exchange("money").await;
    queues.queue("all").await;
    queues.bind("all", "money", "main.account.#").await;
    let url = rabbit.url("exchange=money&routing_key={book}.{type}");
    let mut line = Broker::request("url", &url).unwrap().line();
    let taken = || Fate::Taken;
    let batch = [
        message(1, "account.opened", "a", 10),
        message(2, "deal.opened", "b", 10),
        message(3, "account.updated", "a", LARGEST + 1),
        message(4, "account.updated", "b", 10),
        message(5, "account.updated", "c", LARGEST - 1),
        message(6, "account.updated", "a", 10),
        message(7, "account.updated", "c", 10),
        message(8, &"x".repeat(300), "d", 10),
    ];
    let fates = line.send(&batch).await;
    let refused = |at: usize| matches!(&fates[at], Fate::Refused(reason) if !reason.contains("guest"));
    assert!(refused(1) && refused(2) && refused(7), "{fates:?}");
    assert_eq!([&fates[0], &fates[4], &fates[6]], [&taken(), &taken(), &taken()], "{fates:?}");
    assert_eq!([&fates[3], &fates[5]], [&Fate::Held, &Fate::Held]);
    let mut arrived = ids(&queues.drain("all").await);
    arrived.dedup();
    assert_eq!(arrived.iter().filter(|id| *id == "ev-4" || *id == "ev-6").count(), 0, "{arrived:?}");
    assert!(["ev-1", "ev-5", "ev-7"].iter().all(|id| arrived.iter().any(|got| got == id)), "{arrived:?}");
    // the line goes on, many at once, of which every third has no route
    let many: Vec<Message> = (0..300)
        .map(|n| message(100 + n, if n % 3 == 0 { "deal.paid" } else { "account.x" }, &format!("o-{n}"), 10))
        .collect();
    let fates = line.send(&many).await;
    for (n, fate) in fates.iter().enumerate() {
        assert_eq!(matches!(fate, Fate::Refused(_)), n % 3 == 0, "{n}: {fate:?}");
        assert!(n % 3 == 0 || *fate == Fate::Taken, "{n}: {fate:?}");
    }
    let arrived = ids(&queues.drain("all").await);
    assert_eq!(arrived.len(), 200);
}

/// A message without a route, or too large, is parked at once, with the later ones of its object, while all
/// others arrive; when a queue is bound, `events.unpark` sends it in its order.
async fn what_is_parked_comes_in_its_order_when_it_is_mended(rabbit: &Rabbit) {
    let queues = rabbit.channel().await;
    queues.exchange("shop").await;
    queues.queue("shop").await;
    for pattern in ["account.opened", "sink.#"] {
        queues.bind("shop", "shop", pattern).await;
    }
    let stage = on_disk().await;
    subscribed(&stage.bank).await;
    post(&stage, 8, 8).await;
    let change = async |round: u32| {
        for n in 0..3 {
            let args = json!({ "account": format!("p-{n}"), "kind": format!("k-{round}") });
            stage.ok("ledger.update_account", args).await;
        }
    };
    for round in 0..3 {
        change(round).await;
    }
    // its event names all types that another sink wants
    let types: Vec<String> = (0..100).map(|n| format!("{n:064}")).collect();
    stage.ok("events.subscribe", json!({ "sink": "wide", "types": types })).await;
    let url = rabbit.url("exchange=shop&routing_key={type}");
    let delivery = stage.bank.deliver("orders", Broker::request("url", &url).unwrap()).await.unwrap();
    drained(&stage).await;
    let parked = stage.ok("events.parked", json!({ "sink": "orders" })).await;
    let left: Vec<(&str, &Value)> = parked["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|left| (left["object_id"].as_str().unwrap(), &left["last_error"]))
        .collect();
    let (no_route, too_large) =
        (json!("no queue is bound for it"), json!("it is larger than the server takes"));
    let expected = [("p-0", &no_route), ("p-1", &no_route), ("p-2", &no_route), ("wide", &too_large)];
    assert_eq!(left, expected, "{parked}");
    assert!(parked["items"].as_array().unwrap().iter().all(|left| left["attempts"] == 1), "{parked}");
    // while they wait, others arrive, and nothing of theirs overtakes what failed
    stage.ok("ledger.open_account", json!({ "account": "q-0", "currency": "USD" })).await;
    change(3).await;
    drained(&stage).await;
    let mut arrived = ids(&queues.drain("shop").await);
    let all = all_events(&stage.bank).await;
    let of = |object: &str| -> Vec<&String> {
        all.iter().filter(|(found, _)| found == object).map(|(_, id)| id).collect()
    };
    let has = |id: &String| arrived.contains(id);
    assert!(has(of("q-0")[0]) && has(of("p-7")[0]) && has(of("p-1")[0]));
    assert!(of("p-1").len() == 5 && !of("p-1")[1..].iter().any(|id| has(id)), "they wait");
    let wide = json!({ "sink": "orders", "object": "sink", "object_id": "wide", "discard": true });
    stage.ok("events.unpark", wide).await;
    queues.bind("shop", "shop", "account.updated").await;
    assert_eq!(unparked(&stage, "orders").await, 3);
    drained(&stage).await;
    delivery.stop().await;
    arrived.extend(ids(&queues.drain("shop").await));
    in_order(&all, &arrived);
    assert_eq!(status_of(&stage.bank, "orders").await["parked"], 0);
    stage.finish().await;
}

/// A fault of the server, or of its address, is an outage and no verdict on a message.
async fn whatever_else_is_wrong_is_an_outage(mut rabbit: Rabbit) {
    let batch = [message(1, "account.opened", "a", 10)];
    let good = rabbit.url("routing_key=orders");
    rabbit.channel().await.queue("orders").await;
    for wrong in [
        rabbit.url("exchange=nowhere"),
        good.replace("guest:guest", "guest:hunter2"),
        good.replace("%2F", "elsewhere"),
        good.replace("amqp:", "amqps:"),
        good.replace("127.0.0.1", "no-such-name.invalid"),
    ] {
        let fates = Broker::request("url", &wrong).unwrap().line().send(&batch).await;
        assert!(
            matches!(&fates[..], [Fate::Unsent(reason)] if !reason.contains("hunter2")),
            "{wrong}: {fates:?}"
        );
    }
    let mut line = Broker::request("url", &good).unwrap().line();
    assert_eq!(line.send(&batch).await, [Fate::Taken]);
    blocking(move || rabbit.kill()).await;
    assert!(matches!(&line.send(&batch).await[..], [Fate::Unsent(_)]));
}

/// The broker is down for an hour of the test clock, in which 3,600 events happen; for long on every store.
#[tokio::test(flavor = "multi_thread")]
async fn soak_an_hour_without_the_broker_loses_nothing() {
    let hours = rounds(1, 34);
    let mut rabbit = blocking(Rabbit::down).await;
    let stages = if hours == 1 { vec![on_disk().await] } else { stores().await };
    let mut deliveries = Vec::new();
    for (n, stage) in stages.iter().enumerate() {
        subscribed(&stage.bank).await;
        let broker = Broker::request("url", &rabbit.url(&format!("routing_key=hour-{n}"))).unwrap();
        deliveries.push(stage.bank.deliver("orders", broker).await.unwrap());
        post(stage, 60, 60).await;
        for minute in 1..60 * hours {
            let calls = (0..60).map(|n| {
                let args = json!({ "account": format!("p-{n}"), "kind": format!("k-{minute}") });
                async move { stage.ok("ledger.update_account", args).await }
            });
            futures_util::future::join_all(calls).await;
            stage.advance("PT1M");
        }
        let status = status(&stage.bank).await;
        // the first event is the sink's own, of which it hears nothing
        assert_eq!((&status["sink"]["seq"], &status["parked"]), (&json!(1), &json!(0)), "{status}");
    }
    let rabbit = blocking(move || {
        rabbit.up();
        rabbit
    })
    .await;
    let queues = rabbit.channel().await;
    for n in 0..stages.len() {
        queues.queue(&format!("hour-{n}")).await;
    }
    for (n, (stage, delivery)) in stages.into_iter().zip(deliveries).enumerate() {
        // a queue that was made after the server came up: what had no route is parked, and comes again
        drained(&stage).await;
        unparked(&stage, "orders").await;
        drained(&stage).await;
        delivery.stop().await;
        let expected = all_events(&stage.bank).await;
        assert!(expected.len() >= 3_600 * hours as usize);
        in_order(&expected, &ids(&queues.drain(&format!("hour-{n}")).await));
        let parked = stage.ok("events.parked", json!({ "sink": "orders" })).await;
        assert_eq!(parked["items"], json!([]));
        stage.finish().await;
    }
}

/// The broker is killed while events happen and are sent, every second time together with its driver.
#[tokio::test(flavor = "multi_thread")]
async fn soak_kills_of_broker_and_driver_lose_nothing() {
    let mut rabbit = started().await;
    rabbit.plain_queue("kills").await;
    let stage = Arc::new(on_disk().await);
    subscribed(&stage.bank).await;
    post(&stage, 20, 20).await;
    let url = rabbit.url("routing_key=kills");
    let deliver = async || stage.bank.deliver("orders", Broker::request("url", &url).unwrap()).await.unwrap();
    let (mut delivery, mut arrived) = (deliver().await, Vec::new());
    for round in 0..rounds(1, 100) {
        let posting = tokio::spawn(changes(stage.clone(), round));
        tokio::time::sleep(Duration::from_millis(100 * u64::from(round % 5 + 1))).await;
        if round % 2 == 1 {
            // the task of the driver is cut off in the middle of its batch
            drop(std::mem::replace(&mut delivery, deliver().await));
        }
        rabbit = blocking(move || {
            rabbit.kill();
            rabbit
        })
        .await;
        posting.await.unwrap();
        rabbit = blocking(move || {
            rabbit.up();
            rabbit
        })
        .await;
        arrived.extend(ids(&rabbit.channel().await.drain("kills").await));
        stage.advance("PT61S");
    }
    drained(&stage).await;
    delivery.stop().await;
    arrived.extend(ids(&rabbit.channel().await.drain("kills").await));
    in_order(&all_events(&stage.bank).await, &arrived);
    Arc::into_inner(stage).unwrap().finish().await;
}

/// Changes each of 20 accounts ten times.
async fn changes(stage: Arc<Stage>, round: u32) {
    for n in 0..10 {
        let calls = (0..20).map(|of| {
            let args = json!({ "account": format!("p-{of}"), "kind": format!("k-{round}-{n}") });
            stage.bank.call("ledger.update_account", args)
        });
        futures_util::future::join_all(calls).await.into_iter().for_each(|done| drop(done.unwrap()));
    }
}
