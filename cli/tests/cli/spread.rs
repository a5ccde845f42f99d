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

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_answer_as_one() {
    let started = tokio::task::spawn_blocking(|| [Server::primary(), Server::primary()]);
    let servers = started.await.unwrap();
    let router = Router::before(&servers.each_ref().map(Server::address)).await;
    let through = |name: &str| {
        let urls = servers.each_ref().map(|server| server.database(name));
        format!("{}?books=spread", router.url(&urls[0]))
    };
    let [demo, golden, story] = ["demo", "golden", "story"].map(through);
    let books = [book_of(0), book_of(1)];
    let ran = tokio::task::spawn_blocking({
        let (demo, books) = (demo.clone(), books.clone());
        move || {
            for book in &books {
                let ran = run(&mut command(&["demo", "--store", &demo, "--book", book]), "");
                assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
            }
            golden::replays(&golden);
            let told =
                run(&mut command(&["run", "-", "--test-clock", "--json", "--store", &story]), &examples());
            assert_eq!((told.code, told.err.as_str()), (0, ""));
            let verified = run(&mut command(&["verify", "--store", &demo]), "");
            assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
        }
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
