//! Every statement that the engine sends to PostgreSQL keeps to the book in its `$1`: so says PostgreSQL
//! itself of what a recorder took down while the contract suite ran.

use earnest::Engine;
use earnest::store::sql::Flavour;

use crate::support::proof::{Verdict, judge, wrong};
use crate::support::router::Router;
use crate::support::{options, postgres};

/// Judges everything that went through a recorder.
pub(super) async fn keep_to_their_books(recorder: &Router, flavour: Flavour, at_least: usize) {
    let texts = recorder.seen().texts;
    let judged = judge(&judges().await, texts.iter(), flavour);
    println!("{} statements", judged.len());
    assert_eq!(wrong(&judged), "");
    assert!(judged.len() >= at_least, "only {} statements were taken down", judged.len());
}

/// A database with the tables, to judge statements in.
async fn judges() -> String {
    let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
    Engine::open_with(&url, options()).await.unwrap().close().await;
    url
}

/// A statement that a server with only some of the books cannot run is found, whoever routes it.
#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_its_book_is_found() {
    let planted = [
        (
            "a join",
            "SELECT x.id FROM \"earnest\".hold AS x INNER JOIN \"earnest\".account AS y ON y.book = x.book \
          AND y.id = x.account WHERE x.book = $1",
        ),
        (
            "a correlated subquery",
            "SELECT x.id FROM \"earnest\".hold AS x WHERE x.book = $1 AND EXISTS \
          (SELECT 1 FROM \"earnest\".account AS y WHERE y.book = x.book AND y.id = x.account)",
        ),
        (
            "a lateral",
            "SELECT y.id FROM (SELECT CAST($1 AS text) AS book) AS u CROSS JOIN LATERAL \
          (SELECT x.id FROM \"earnest\".hold AS x WHERE x.book = u.book) AS y",
        ),
        ("an array", "SELECT x.id FROM \"earnest\".hold AS x WHERE x.book = ANY(CAST($1 AS text[]))"),
        ("another parameter", "SELECT x.id FROM \"earnest\".hold AS x WHERE x.book = $2 AND x.state = $1"),
        ("an alternative", "SELECT x.id FROM \"earnest\".hold AS x WHERE x.book = $1 OR x.state = 'open'"),
        (
            "an outer join",
            "SELECT x.id FROM \"earnest\".hold AS x LEFT JOIN (SELECT 1 AS one) AS u ON x.book = $1",
        ),
        ("a constant", "SELECT x.id FROM \"earnest\".hold AS x WHERE x.book = 'shop' AND x.state = $1"),
        ("an alias", "INSERT INTO \"earnest\".book AS x (book, created_at) SELECT CAST($1 AS text), 1"),
        (
            "another book",
            "INSERT INTO \"earnest\".book (book, created_at) SELECT u.book, 1 FROM (SELECT \
          CAST($1 AS text) || '' AS book) AS u",
        ),
        ("a moved row", "UPDATE \"earnest\".book SET book = $1 WHERE book = $1"),
        (
            "a loop",
            "WITH RECURSIVE e(book) AS (SELECT x.book FROM \"earnest\".book AS x WHERE x.book = $1 UNION ALL \
          SELECT x.book FROM \"earnest\".book AS x CROSS JOIN e WHERE x.book = $1) SELECT e.book FROM e",
        ),
        ("a lock", "SELECT x.book FROM \"earnest\".job AS x WHERE x.due_at < 1 LIMIT 5 FOR UPDATE"),
        ("no bound", "SELECT x.book FROM \"earnest\".job AS x WHERE x.due_at < 1"),
        ("a delete", "DELETE FROM \"earnest\".job AS x WHERE x.due_at < 1"),
        (
            "a hidden write",
            "WITH p0 AS (DELETE FROM \"earnest\".job AS x WHERE x.due_at < 1 RETURNING 1) \
          SELECT count(*) FROM p0 LIMIT 1",
        ),
        ("a scan of accounts", "SELECT x.book FROM \"earnest\".account AS x LIMIT 5"),
    ];
    let texts: Vec<String> = planted.iter().map(|(_, text)| (*text).to_owned()).collect();
    let judged = judge(&judges().await, texts.iter(), Flavour::Plain);
    for (what, text) in planted {
        let verdict = judged.get(text);
        assert!(matches!(verdict, Some(Verdict::Wrong(_))), "{what}: {verdict:?}");
    }
}

/// A statement that an engine with books on several servers cannot run is found, though it keeps to its
/// book.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_one_server_can_run_is_found() {
    let planted = [
        (
            "a place",
            "DELETE FROM \"earnest\".job AS x USING (SELECT y.ctid AS place FROM \"earnest\".job AS y \
             WHERE y.book = $1 OFFSET 0) AS l WHERE x.book = $1 AND x.ctid = l.place",
        ),
        ("a hidden book", "SELECT x.id FROM \"earnest\".job AS x WHERE (x.book = $1) IS TRUE"),
        (
            "a look that is recursive",
            "WITH RECURSIVE e(book) AS (SELECT min(x.book) FROM \"earnest\".book AS x UNION ALL SELECT (SELECT min(x.book) \
             FROM \"earnest\".book AS x WHERE x.book > e.book) FROM e WHERE e.book IS NOT NULL) \
             SELECT e.book FROM e LIMIT 5",
        ),
    ];
    let texts: Vec<String> = planted.iter().map(|(_, text)| (*text).to_owned()).collect();
    let url = judges().await;
    let plain = judge(&url, texts.iter(), Flavour::Plain);
    assert_eq!(wrong(&plain), "");
    let spread = judge(&url, texts.iter(), Flavour::Spread);
    for (what, text) in planted {
        assert!(matches!(spread.get(text), Some(Verdict::Wrong(_))), "{what}");
    }
}
