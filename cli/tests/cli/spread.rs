//! The commands on two real servers, each of which has some of the books: the recorded scenario is answered
//! as ever, the demo and the example of every operation run, and nothing is refused on the way.

use crate::cli::{command, run};
use crate::golden;
use crate::proof::{judge, wrong};
use crate::router::{Router, home};
use crate::servers::Server;
use crate::statements::examples;
use earnest::store::sql::Flavour;

/// A name of a book that a server has.
fn book_of(server: usize) -> String {
    (0..).map(|n| format!("shop-{n}")).find(|book| home(book, 2) == server).unwrap()
}

/// Rows of a book in the tables of a server.
fn rows(server: &Server, book: &str) -> u64 {
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM earnest.{table} WHERE book = '{book}'");
        server.sql_in("demo", &sql).parse::<u64>().unwrap()
    };
    ["account", "transfer", "entry", "event", "event_seq", "idempotency", "record", "head"]
        .map(count)
        .iter()
        .sum()
}

/// A day on stores that are empty: the demo in every book, with processes killed at work, then the recorded
/// scenario and the example of every operation. Each store is a URL and a schema.
fn a_day(on: [(String, String); 3], books: &[String]) {
    let [demo, golden, story] = on;
    let at = |(url, schema): &(String, String), arguments: &[&str]| {
        command(&[arguments, &["--store", url, "--schema", schema]].concat())
    };
    for book in books {
        let ran = run(&mut at(&demo, &["demo", "--book", book]), "");
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
    let killed = run(&mut at(&demo, &["torture", "--seconds", "5", "--json"]), "");
    assert_eq!(killed.code, 0, "{}{}", killed.out, killed.err);
    let found: serde_json::Value = serde_json::from_str(&killed.out).unwrap();
    println!("{} kills, {} torn, {} lost", found["kills"], found["torn"], found["lost"]);
    assert_eq!((&found["torn"], &found["lost"], &found["doubled"]), (&0.into(), &0.into(), &0.into()));
    golden::replays_in(&golden.0, &golden.1);
    let told = run(&mut at(&story, &["run", "-", "--test-clock", "--json"]), &examples());
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    let verified = run(&mut at(&demo, &["verify"]), "");
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
}

/// The same on the cluster that `EARNEST_TEST_CLUSTER` names, in schemas of this run.
fn a_day_on_a_cluster(url: &str) {
    let began = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let schema = |name: &str| (url.to_owned(), format!("c{:x}_{name}", began.as_micros()));
    let stores = ["demo", "golden", "story"].map(schema);
    for (url, schema) in &stores {
        let made = run(&mut command(&["migrate", "--distribute", "--store", url, "--schema", schema]), "");
        assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    }
    a_day(stores, &[book_of(0), book_of(1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_answer_as_one() {
    if let Ok(url) = std::env::var("EARNEST_TEST_CLUSTER") {
        return tokio::task::spawn_blocking(move || a_day_on_a_cluster(&url)).await.unwrap();
    }
    let started = tokio::task::spawn_blocking(|| [Server::primary(), Server::primary()]);
    let servers = started.await.unwrap();
    let router = Router::before(&servers.each_ref().map(Server::address)).await;
    let through = |name: &str| {
        let urls = servers.each_ref().map(|server| server.database(name));
        (format!("{}?books=spread", router.url(&urls[0])), "earnest".to_owned())
    };
    let stores = ["demo", "golden", "story"].map(through);
    let books = [book_of(0), book_of(1)];
    let ran = tokio::task::spawn_blocking({
        let books = books.clone();
        move || a_day(stores, &books)
    });
    ran.await.unwrap();
    let seen = router.seen();
    assert_eq!(seen.refused, Vec::<String>::new());
    for (place, server) in servers.iter().enumerate() {
        assert!(rows(server, &books[place]) > 100, "{}", rows(server, &books[place]));
        assert_eq!(rows(server, &books[1 - place]), 0, "a book is on two servers");
    }
    println!(
        "0 refused; statements of one book: {:?}, answered by all: {}, given to all: {}",
        seen.routed, seen.across, seen.broadcast
    );
    let first = servers[0].url("demo");
    let judged =
        tokio::task::spawn_blocking(move || judge(&first, seen.texts.iter(), Flavour::Spread)).await.unwrap();
    assert_eq!(wrong(&judged), "");
}
