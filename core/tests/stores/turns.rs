//! Many books over few connections: each has its turn. What is compared is counted in calls, so that a busy
//! machine changes nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use earnest::{Engine, Options};

use crate::support::json;
use crate::support::soak::rounds;

/// Books, with one caller each: many more than connections.
const BOOKS: usize = 64;

/// Calls of one book: how many others were made during each.
type Overtaken = Vec<usize>;

async fn top_up(book: &Engine, key: &str) {
    let args = json!({ "account": "a", "amount": "1.00 USD", "key": key });
    book.call("ledger.top_up", args).await.unwrap();
}

/// One caller for each book, each with its next call as soon as it has an answer, until they have made so
/// many calls of each on average.
async fn raced(bank: &Engine, rounds: usize) -> Vec<Overtaken> {
    let done = Arc::new(AtomicUsize::new(0));
    let callers = (0..BOOKS).map(|n| {
        let (book, done) = (bank.book(&format!("book-{n}")).unwrap(), done.clone());
        tokio::spawn(async move {
            // the book is made
            top_up(&book, "first").await;
            done.fetch_add(1, Ordering::SeqCst);
            while done.load(Ordering::SeqCst) < BOOKS {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            let mut overtaken = Overtaken::new();
            loop {
                let before = done.load(Ordering::SeqCst);
                if before >= BOOKS * (rounds + 1) {
                    return overtaken;
                }
                top_up(&book, &format!("c-{}", overtaken.len())).await;
                overtaken.push(done.fetch_add(1, Ordering::SeqCst) - before);
            }
        })
    });
    let mut all = Vec::with_capacity(BOOKS);
    for caller in callers.collect::<Vec<_>>() {
        all.push(caller.await.unwrap());
    }
    all
}

/// The slowest book has at least half of the mean, and no call waits ten times as long as half of all do.
async fn is_fair(bank: &Engine) {
    let rounds = rounds(12, 200) as usize;
    let books = raced(bank, rounds).await;
    let calls: Vec<usize> = books.iter().map(Vec::len).collect();
    let mut overtaken: Overtaken = books.into_iter().flatten().collect();
    overtaken.sort_unstable();
    let (median, most) = (overtaken[overtaken.len() / 2], overtaken[overtaken.len() - 1]);
    let mean = overtaken.len() / BOOKS;
    let slowest = *calls.iter().min().unwrap();
    assert!(
        slowest * 2 >= mean,
        "the slowest of {BOOKS} books made {slowest} calls, the mean is {mean}: {calls:?}"
    );
    assert!(most <= 10 * median.max(1), "a call was overtaken by {most}, half of them by {median} or fewer");
    println!("mean {mean}, slowest book {slowest}; overtaken: median {median}, most {most}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_every_book_has_its_turn_on_each_store() {
    let memory = Engine::open("memory:").await.unwrap();
    is_fair(&memory).await;
    memory.close().await;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("books.db").display());
    let bank = Engine::open_with(&url, Options::new()).await.unwrap();
    is_fair(&bank).await;
    bank.close().await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_every_book_has_its_turn_on_postgres() {
    let url = tokio::task::spawn_blocking(crate::support::postgres::database).await.unwrap();
    let bank = Engine::open_with(&url, Options::new()).await.unwrap();
    is_fair(&bank).await;
    bank.close().await;
}

/// Two servers have them.
#[cfg(all(feature = "postgres", feature = "sqlite", feature = "host-sqlx"))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_every_book_has_its_turn_behind_a_router() {
    let place = crate::spread::Place::routed(crate::support::router::Mode::Sound).await;
    let bank = Engine::open_with(&place.url, Options::new()).await.unwrap();
    is_fair(&bank).await;
    bank.close().await;
}

#[cfg(all(feature = "postgres", feature = "sqlite", feature = "host-sqlx"))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak_every_book_has_its_turn_on_a_pool_of_the_application() {
    let url = tokio::task::spawn_blocking(crate::support::postgres::database).await.unwrap();
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(8).connect(&url).await.unwrap();
    let bank = Engine::attach(pool, Options::new()).await.unwrap();
    is_fair(&bank).await;
    bank.close().await;
    let folder = tempfile::tempdir().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("books.db"))
        .create_if_missing(true);
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
    let bank = Engine::attach(pool, Options::new()).await.unwrap();
    is_fair(&bank).await;
    bank.close().await;
}
