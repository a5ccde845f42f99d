//! The background gives the events of all books their places, however busy some of them are.

use earnest::Engine;
use earnest::pipeline::sequencer::{PAGE, Rounds};
use earnest::rows::listing::Listing;

use crate::support::{Kind, Stage, json, options};

/// A page of books always has pending events: the sequencer reaches the book behind them all the same.
#[tokio::test(flavor = "multi_thread")]
async fn books_with_steady_work_do_not_hide_the_others() {
    let stage = Stage::with(Kind::Postgres, options().background(false)).await;
    let bank = &stage.bank;
    let books: Vec<Engine> = (0..=PAGE).map(|n| bank.book(&format!("b-{n:03}")).unwrap()).collect();
    let (last, busy) = books.split_last().unwrap();
    let key = |round| json!({ "account": "a", "amount": "1.00 USD", "key": format!("k-{round}") });
    last.call("ledger.top_up", key(0)).await.unwrap();
    let waits = async || {
        let listing = Listing::Pending { book: last.book_name().clone(), limit: 1 };
        !last.look(&listing).await.unwrap().pending.is_empty()
    };
    let mut rounds = Rounds::default();
    for round in 0..2 {
        for book in busy {
            book.call("ledger.top_up", key(round)).await.unwrap();
        }
        assert!(waits().await);
        let step = rounds.step(bank.store(), &bank.options().env).await.unwrap();
        assert_eq!((step.disturbed, step.more), (false, round == 0));
    }
    assert!(!waits().await);
    stage.finish().await;
}
