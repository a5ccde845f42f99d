//! The crate `doubleentry`: wallets that cannot be overdrawn, one `record` a transfer, its own defaults.

use std::sync::Arc;

use doubleentry::AccountSpec;
use doubleentry::prelude::*;
use doubleentry::store::{MemoryStore, Postgres, SqlOptions, SqlStore, Sqlite, Store};

use crate::shared::{Draw, Figures, Work};
use crate::{Failure, Order, figures, measure};

const START: Date = date!("2026-01-01");
const TODAY: Date = date!("2026-06-15");
const BANK: &str = "Assets:Bank";

pub(crate) async fn run(order: &Order) -> Result<Figures, Failure> {
    let options = SqlOptions { schema: "peer_doubleentry".to_owned(), ..SqlOptions::default() };
    if order.url.starts_with("memory") {
        on(MemoryStore::new(), order).await
    } else if let Some(path) = order.url.strip_prefix("sqlite:") {
        let url = format!("sqlite://{path}?mode=rwc");
        on(SqlStore::<Sqlite>::sqlite_with(&url, options).await?, order).await
    } else {
        let options = SqlOptions { max_connections: order.pool, ..options };
        on(SqlStore::<Postgres>::postgres_with(&order.url, options).await?, order).await
    }
}

async fn on<S>(store: S, order: &Order) -> Result<Figures, Failure>
where
    S: Store<2> + Clone + Send + Sync + 'static,
{
    let books = Ledger::new(store, LedgerId::new("example.com/bench")?).await?;
    fund(&books, order).await?;
    let work = Arc::new(Records { books, accounts: order.accounts });
    let (tally, micros) = measure(work.clone(), order).await;
    let balanced = work.books.trial_balance(&BalanceQuery::all()).await?.is_balanced();
    Ok(figures(&tally, micros, balanced))
}

/// Opens what is not open yet, and gives every wallet more than the run can spend.
async fn fund<S: Store<2> + Clone>(books: &Ledger<S>, order: &Order) -> Result<(), Failure> {
    books.declare_currency(USD, 2, START).await?;
    books.define_months(2026, 1..=12).await?;
    books.open(BANK, AccountKind::Asset, START).await?;
    for number in 0..order.accounts {
        if books.account(wallet(number).as_str()).await?.is_none() {
            let spec = AccountSpec::new(wallet(number).as_str(), AccountKind::Liability, START);
            books.register(spec.limit(BalanceLimit::NoDebitBalance)).await?;
        }
    }
    let plenty: Amount = amount!("10000000.00");
    let numbers: Vec<u64> = (0..order.accounts).collect();
    for chunk in numbers.chunks(500) {
        let entry = |number: &u64| {
            let key = format!("{}-fund-{number}", order.load.run);
            Entry::new(key, TODAY).debit(BANK, plenty, USD).credit(wallet(*number).as_str(), plenty, USD)
        };
        books.record_batch(chunk.iter().map(entry)).await?;
    }
    Ok(())
}

fn wallet(number: u64) -> String {
    format!("Liabilities:Wallets:bench-{number}")
}

struct Records<S: Store<2>> {
    books: Ledger<S>,
    accounts: u64,
}

impl<S: Store<2> + Clone + Send + Sync + 'static> Work for Records<S> {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        let (from, to) = draw.pair(self.accounts);
        let minor = i128::from(draw.minor());
        let amount = Amount::from_minor(minor).map_err(|error| error.to_string())?;
        let entry = Entry::new(key, TODAY).debit(wallet(from).as_str(), amount, USD).credit(
            wallet(to).as_str(),
            amount,
            USD,
        );
        // its own benchmark repeats a transient failure, such as a busy file, at once
        loop {
            match self.books.record(entry.clone()).await {
                Ok(_) => return Ok(()),
                Err(error) if error.is_transient() => tokio::task::yield_now().await,
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}
