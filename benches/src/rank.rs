//! Accounts by balance: what the first list costs, which follows the whole log, and what a page costs behind
//! it, while nothing moves and while money does.

use std::time::Instant;

use earnest::requests::{Accounts, Batch, BatchOp};
use earnest::views::Page;
use earnest::views::ledger::Account;
use earnest::{Engine, Options};
use serde::Serialize;
use serde_json::json;

use crate::Done;
use crate::args::RankOrder;
use crate::bank;
use crate::output::{self, failed, masked};
use crate::shared::figures::{Real, ratio};
use crate::shared::{Draw, Figures, Tally, clock};

/// Accounts that one call of the setup funds.
const FUNDED_AT_ONCE: usize = 500;
/// Accounts of a page.
const LIMIT: u32 = 50;
/// Accounts of a page of the whole list that is checked.
const WHOLE: u32 = 500;
/// Pages by name, each of which reads every account.
const SEARCHED: u64 = 3;

/// The figures of the lists.
#[derive(Debug, Serialize)]
struct Report {
    store: String,
    accounts: u64,
    events: u64,
    first: First,
    /// Pages of 50 from the greatest balance on, while nothing moves.
    still: Pages,
    /// The first page, each after so many transfers.
    moving: Pages,
    moves: u64,
    /// The same page with a text that names have, for which every account is read.
    searched: Pages,
    /// Accounts of the whole list.
    listed: u64,
    /// Whether the whole list is there and in order, and says that it is not behind.
    in_order: bool,
    conservation_ok: bool,
}

/// The lists that are asked for until the rank has followed the log for the first time.
#[derive(Debug, Serialize)]
struct First {
    lists: u64,
    seconds: Real,
    longest_s: Real,
    statements: u64,
    events_per_s: Real,
}

/// Pages of one sort.
#[derive(Debug, Serialize)]
struct Pages {
    pages: u64,
    p50_ms: Real,
    p99_ms: Real,
    statements_per_page: Real,
}

/// `rank`.
pub(crate) async fn rank(order: &RankOrder) -> Done {
    // the background would follow the log too, once a minute
    let bank = Engine::open_with(&order.store, Options::new().background(false)).await?;
    let (run, mut draw) = (format!("r{:x}", clock::wall()), Draw::new(order.accounts));
    fund(&bank, order.accounts, &run, &mut draw).await?;
    bank.catch_up().await?;
    let (first, events) = first(&bank).await?;
    let still = still(&bank, order.pages).await?;
    let moving = moving(&bank, order, &run, &mut draw).await?;
    let searched = searched(&bank).await?;
    let (listed, in_order) = whole(&bank, order.accounts).await?;
    let conservation_ok = bank::conserved(&bank, false).await?;
    bank.close().await;
    let report = Report {
        store: masked(&order.store),
        accounts: order.accounts,
        events,
        first,
        still,
        moving,
        moves: order.moves,
        searched,
        listed,
        in_order,
        conservation_ok,
    };
    output::print(&report, order.json)?;
    if in_order && conservation_ok { Ok(()) } else { failed("the list is not in the order of the balances") }
}

/// Opens the accounts, each with another balance.
async fn fund(bank: &Engine, accounts: u64, run: &str, draw: &mut Draw) -> Done {
    let numbers: Vec<u64> = (0..accounts).collect();
    for chunk in numbers.chunks(FUNDED_AT_ONCE) {
        let calls = chunk.iter().map(|number| {
            let (account, amount) = (bank::account(*number), bank::amount(100_000 + draw.below(10_000_000)));
            let args = json!({ "account": account, "amount": amount, "key": format!("{run}-fund-{number}") });
            BatchOp::new("ledger.top_up", args)
        });
        bank.ledger().batch(Batch::new(calls.collect::<Vec<_>>())).await?;
    }
    Ok(())
}

fn ordered() -> Accounts {
    Accounts::new().order("balance").currency("USD")
}

/// Asks for the list until it is not behind, and says how many events there are.
async fn first(bank: &Engine) -> Done<(First, u64)> {
    let (began, before) = (clock::now(), statements(bank));
    let (mut lists, mut longest) = (0, 0);
    loop {
        let since = clock::now();
        let page = bank.ledger().accounts(ordered().limit(LIMIT)).await?;
        (lists, longest) = (lists + 1, longest.max(clock::micros_since(since)));
        if page.lag == Some(0) {
            break;
        }
    }
    let (micros, statements) = (clock::micros_since(began), statements(bank) - before);
    let events = bank.call("events.verify_chain", json!({})).await?["events"].as_u64().unwrap_or_default();
    let first = First {
        lists,
        seconds: ratio(micros, 1_000_000),
        longest_s: ratio(longest, 1_000_000),
        statements,
        events_per_s: ratio(events * 1_000_000, micros),
    };
    Ok((first, events))
}

/// One page after the other, and from the greatest balance again when there is none.
async fn still(bank: &Engine, pages: u64) -> Done<Pages> {
    let (mut counted, mut after) = (Counted::begin(bank), None);
    for _ in 0..pages {
        let mut asked = ordered().limit(LIMIT);
        asked.after = after;
        after = counted.page(bank, asked).await?.next;
    }
    Ok(counted.end(bank))
}

/// The first page, each after a few transfers.
async fn moving(bank: &Engine, order: &RankOrder, run: &str, draw: &mut Draw) -> Done<Pages> {
    let mut counted = Counted::begin(bank);
    for page in 0..order.pages {
        let before = statements(bank);
        let calls = (0..order.moves).map(|number| {
            let (from, to) = draw.pair(order.accounts);
            let (from, to, amount) = (bank::account(from), bank::account(to), bank::amount(draw.minor()));
            let key = format!("{run}-{page}-{number}");
            BatchOp::new("ledger.transfer", json!({ "from": from, "to": to, "amount": amount, "key": key }))
        });
        bank.ledger().batch(Batch::new(calls.collect::<Vec<_>>())).await?;
        counted.before += statements(bank) - before;
        counted.page(bank, ordered().limit(LIMIT)).await?;
    }
    Ok(counted.end(bank))
}

/// A page for which every account is read.
async fn searched(bank: &Engine) -> Done<Pages> {
    let mut counted = Counted::begin(bank);
    for _ in 0..SEARCHED {
        counted.page(bank, ordered().search("bench").limit(LIMIT)).await?;
    }
    Ok(counted.end(bank))
}

/// Goes through the whole list: how many accounts it has, and whether it is one of this order.
async fn whole(bank: &Engine, accounts: u64) -> Done<(u64, bool)> {
    let (mut listed, mut in_order, mut after, mut last) = (0, true, None, None::<Account>);
    loop {
        let mut asked = ordered().limit(WHOLE);
        asked.after = after;
        let page = bank.ledger().accounts(asked).await?;
        in_order &= page.lag == Some(0);
        for account in page.items {
            let place = |account: &Account| (-account.posted.minor_units(), account.account.to_string());
            in_order &= last.is_none_or(|last| place(&last) < place(&account));
            (listed, last) = (listed + 1, Some(account));
        }
        after = page.next;
        if after.is_none() {
            return Ok((listed, in_order && listed >= accounts));
        }
    }
}

fn statements(bank: &Engine) -> u64 {
    bank.store().counted().statements
}

/// The latencies and statements of pages.
struct Counted {
    tally: Tally,
    began: Instant,
    before: u64,
}

impl Counted {
    fn begin(bank: &Engine) -> Self {
        Self { tally: Tally::new(), began: clock::now(), before: statements(bank) }
    }

    async fn page(&mut self, bank: &Engine, asked: Accounts) -> Done<Page<Account>> {
        let since = clock::now();
        let page = bank.ledger().accounts(asked).await?;
        self.tally.latencies.saturating_record(clock::micros_since(since));
        Ok(page)
    }

    fn end(self, bank: &Engine) -> Pages {
        let figures = Figures::of_units(&self.tally, 1, clock::micros_since(self.began), true);
        Pages {
            pages: figures.ops,
            p50_ms: figures.p50_ms,
            p99_ms: figures.p99_ms,
            statements_per_page: ratio(statements(bank) - self.before, figures.ops),
        }
    }
}
