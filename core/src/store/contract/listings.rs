//! Listings of accounts, entries and transfers: their order, their filters, and pages without gaps or
//! doubles.

use super::samples::{
    account, at, begin, book, entry, full, krw, pol, record, text, transfer, usd, uuid, writes,
};
use super::{Bench, Checked, Wrong, ensure, same};
use crate::currency::Currency;
use crate::ids::{AccountId, DealId, PaymentId, TransferId};
use crate::rows::listing::AccountOrder;
use crate::rows::listing::cursor_of;
use crate::rows::listing::{Listed, Listing};
use crate::rows::owner::OwningObject;
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, CounterRow, EntryRow, TransferRow};
use crate::rows::writes::Writes;
use crate::time::Time;

/// Page sizes that make every row the first, the last and the only one of a page.
pub(super) const PAGES: [usize; 4] = [1, 2, 3, 1_000];

/// Names whose order differs between bytes, a language's collation, and UTF-16, or that include separators of
/// the cells of an answer.
const NAMES: [&str; 19] = [
    "",
    "=",
    "\u{1e}",
    "a\u{1f}b",
    "Alice",
    "alice",
    "a_b",
    "a-b",
    "ab",
    "a b",
    "B",
    "Z",
    "_",
    "~",
    "\u{e9}",
    "\u{ac00}",
    "\u{d55c}\u{ae00}",
    "\u{ffff}",
    "\u{1f4b0}",
];

/// Walks a listing page by page, and fails when a page is longer than asked for or the walk does not end.
pub(super) async fn walk<R, C>(
    bench: &Bench,
    limit: usize,
    make: impl Fn(Option<C>) -> Listing,
    take: impl Fn(Listed) -> Vec<R>,
    cursor: impl Fn(&R) -> C,
) -> Result<Vec<R>, Wrong> {
    let mut all: Vec<R> = Vec::new();
    for _ in 0..1_000 {
        let page = take(bench.list(&make(all.last().map(&cursor))).await?);
        ensure(page.len() <= limit, format!("a page of {limit} has {} rows", page.len()))?;
        let last = page.len() < limit;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
    Err(Wrong("a listing does not end".into()))
}

fn ordered(mut rows: Vec<AccountRow>, order: AccountOrder) -> Vec<AccountRow> {
    let last = |row: &AccountRow| (row.id.as_str().as_bytes().to_vec(), row.currency.code().to_owned());
    match order {
        AccountOrder::Id => rows.sort_by_cached_key(last),
        AccountOrder::Name => rows.sort_by_cached_key(|row| (row.search.as_bytes().to_vec(), last(row))),
        AccountOrder::Created => rows.sort_by_cached_key(|row| (row.created_at, last(row))),
    }
    rows
}

/// Accounts whose names, ids, currencies and times are equal and different in all combinations.
fn people() -> Writes {
    let main = book("main");
    let mut written = begin(&main);
    for (n, name) in (0_i64..).zip(NAMES) {
        for (currency, owner) in [(usd(), text("o-1")), (krw(), None)] {
            let ids = ["a", "A", "a-", "a.", "a:", "a_", "Z", "b"];
            let id = format!("{}{}", ids[usize::try_from(n).unwrap_or(0) % ids.len()], n / 8);
            let mut row = account(&main, &id, currency, 1);
            (row.search, row.display_name, row.owner) = (name.into(), text(name), owner);
            row.created_at = at(100 - n / 3);
            written.accounts.insert.push(row);
        }
    }
    written.accounts.insert.sort_by_cached_key(Row::key);
    written
}

async fn listed(
    bench: &Bench,
    limit: usize,
    order: AccountOrder,
    owner: Option<&str>,
    search: Option<&str>,
) -> Result<Vec<AccountRow>, Wrong> {
    let make = |after| Listing::Accounts {
        book: book("main"),
        owner: owner.map(Into::into),
        search: search.map(Into::into),
        order,
        after,
        limit,
    };
    walk(bench, limit, make, |page| page.accounts, cursor_of).await
}

pub(super) async fn accounts_are_listed_in_byte_order(bench: &Bench) -> Checked {
    let written = people();
    bench.write(&written).await?;
    bench.write(&full(&book("maim"))).await?;
    bench.write(&full(&book("main2"))).await?;
    for order in [AccountOrder::Id, AccountOrder::Name, AccountOrder::Created] {
        let expected = ordered(written.accounts.insert.clone(), order);
        for limit in PAGES {
            let found = listed(bench, limit, order, None, None).await?;
            same(&format!("accounts by {order:?}, {limit} a page"), &found, &expected)?;
        }
    }
    Ok(())
}

pub(super) async fn accounts_are_found_by_owner_and_name(bench: &Bench) -> Checked {
    let written = people();
    bench.write(&written).await?;
    let prefixes = [
        "a",
        "A",
        "al",
        "alice",
        "alice ",
        "\u{ac00}",
        "\u{d55c}",
        "_",
        "%",
        "\u{ffff}",
        "\u{1f4b0}",
        "nobody",
    ];
    for owner in [None, Some("o-1"), Some("o"), Some("O-1")] {
        for prefix in [None].into_iter().chain(prefixes.map(Some)) {
            let fits = |row: &&AccountRow| {
                owner.is_none_or(|owner| row.owner.as_deref() == Some(owner))
                    && prefix.is_none_or(|prefix| row.search.starts_with(prefix))
            };
            let rows: Vec<_> = written.accounts.insert.iter().filter(fits).cloned().collect();
            let expected = ordered(rows, AccountOrder::Name);
            for limit in [1, 1_000] {
                let found = listed(bench, limit, AccountOrder::Name, owner, prefix).await?;
                same(&format!("accounts of {owner:?} named {prefix:?}"), &found, &expected)?;
            }
        }
    }
    Ok(())
}

/// Transfers with equal and different stamps, between two accounts, some in two currencies at once.
fn movements() -> Writes {
    let main = book("main");
    let mut written = begin(&main);
    let mut post = |n: u128, stamp: i64, legs: &[(&str, Currency, i128)]| {
        let mut row = transfer(&main, n, stamp);
        row.reference = text(if n.is_multiple_of(2) { "even" } else { "odd" });
        row.owned_by = match n % 3 {
            0 => Some(deal()),
            1 => Some(PaymentId::from_uuid(uuid(7)).into()),
            _ => None,
        };
        for (leg, (account, currency, amount)) in (0..).zip(legs) {
            written.entries.push(entry(&row, leg, account, *currency, *amount));
        }
        written.transfers.insert.push(row);
    };
    for n in 1..=8_u128 {
        // stamps do not rise with ids, and some are equal
        let stamp = [5, 1, 5, 3, 3, 9, 1, 5][usize::try_from(n - 1).unwrap_or(0)];
        post(n, stamp, &[("a", usd(), -1), ("b", usd(), 1)]);
    }
    post(9, 5, &[("a", usd(), -1), ("a", krw(), -2), ("c", usd(), 1), ("c", krw(), 2)]);
    post(10, 3, &[("c", pol(), -1), ("a", pol(), 1)]);
    written
}

/// The deal that some movements are for. Others are for a payment with the same UUID.
fn deal() -> OwningObject {
    DealId::from_uuid(uuid(7)).into()
}

fn account_id(id: &str) -> AccountId {
    AccountId::stored(id)
}

fn within(stamp: Time, from: Option<Time>, to: Option<Time>) -> bool {
    from.is_none_or(|from| stamp >= from) && to.is_none_or(|to| stamp < to)
}

const SPANS: [(Option<Time>, Option<Time>); 5] = [
    (None, None),
    (Some(at(3)), None),
    (None, Some(at(5))),
    (Some(at(3)), Some(at(9))),
    (Some(at(10)), None),
];

pub(super) async fn entries_are_listed_both_ways(bench: &Bench) -> Checked {
    let written = movements();
    bench.write(&written).await?;
    let place = |row: &EntryRow| (row.stamp, row.transfer, row.leg);
    for (id, currency) in [("a", usd()), ("a", krw()), ("c", usd()), ("d", usd())] {
        for (span, newest_first) in SPANS.into_iter().flat_map(|span| [(span, true), (span, false)]) {
            let of = |row: &&EntryRow| {
                row.account.as_str() == id && row.currency == currency && within(row.stamp, span.0, span.1)
            };
            let mut expected: Vec<EntryRow> = written.entries.iter().filter(of).cloned().collect();
            expected.sort_by_key(place);
            if newest_first {
                expected.reverse();
            }
            for limit in PAGES {
                let make = |after| Listing::Entries {
                    book: book("main"),
                    account: account_id(id),
                    currency,
                    from: span.0,
                    to: span.1,
                    newest_first,
                    after,
                    limit,
                };
                let found = walk(bench, limit, make, |page| page.entries, place).await?;
                same(
                    &format!("entries of {id} {currency}, newest first {newest_first}, within {span:?}"),
                    &found,
                    &expected,
                )?;
                let page = bench.list(&make(None)).await?;
                let known =
                    |row: &EntryRow| page.transfers.iter().any(|transfer| transfer.id == row.transfer);
                ensure(page.entries.iter().all(known), "a page of entries has their transfers")?;
            }
        }
    }
    Ok(())
}

/// The expected answer of a listing of transfers.
fn expected(written: &Writes, fits: impl Fn(&TransferRow) -> bool) -> Vec<TransferRow> {
    let mut rows: Vec<TransferRow> =
        written.transfers.insert.iter().filter(|row| fits(row)).cloned().collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.stamp, row.id)));
    rows
}

struct TransferFilter<'a> {
    account: Option<&'a str>,
    reference: Option<&'a str>,
    owned: bool,
    span: (Option<Time>, Option<Time>),
}

async fn transfers_match(bench: &Bench, written: &Writes, asked: &TransferFilter<'_>) -> Checked {
    let TransferFilter { account, reference, owned, span } = *asked;
    let owner = owned.then(deal);
    let touches = |row: &TransferRow, id: &str| {
        written.entries.iter().any(|entry| entry.transfer == row.id && entry.account.as_str() == id)
    };
    let rows = expected(written, |row| {
        account.is_none_or(|id| touches(row, id))
            && reference.is_none_or(|reference| row.reference.as_deref() == Some(reference))
            && (owner.is_none() || row.owned_by == owner)
            && within(row.stamp, span.0, span.1)
    });
    for limit in PAGES {
        let make = |after: Option<(Time, TransferId)>| Listing::Transfers {
            book: book("main"),
            account: account.map(account_id),
            reference: reference.map(Into::into),
            owner,
            from: span.0,
            to: span.1,
            after,
            limit,
        };
        let found = walk(bench, limit, make, |page| page.transfers, |row| (row.stamp, row.id)).await?;
        let what = format!(
            "transfers of {account:?}, reference {reference:?}, owner {owner:?}, {span:?}, {limit} a page"
        );
        same(&what, &found, &rows)?;
        entries_belong(&bench.list(&make(None)).await?, written)?;
    }
    Ok(())
}

/// A page of transfers has all their entries and no others.
fn entries_belong(page: &Listed, written: &Writes) -> Checked {
    let of_page = |entry: &&EntryRow| page.transfers.iter().any(|row| row.id == entry.transfer);
    let mut expected: Vec<EntryRow> = written.entries.iter().filter(of_page).cloned().collect();
    let mut found = page.entries.clone();
    expected.sort_by_cached_key(Row::key);
    found.sort_by_cached_key(Row::key);
    same("entries of a page of transfers", &found, &expected)
}

pub(super) async fn transfers_are_listed_newest_first(bench: &Bench) -> Checked {
    let written = movements();
    bench.write(&written).await?;
    bench.write(&full(&book("main2"))).await?;
    for span in SPANS {
        transfers_match(
            bench,
            &written,
            &TransferFilter { account: None, reference: None, owned: false, span },
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn transfers_are_found_by_what_they_touch(bench: &Bench) -> Checked {
    let mut written = movements();
    // the accounts themselves show which currencies an id has
    for (id, currency) in
        [("a", krw()), ("a", pol()), ("a", usd()), ("b", usd()), ("c", krw()), ("c", pol()), ("c", usd())]
    {
        written.accounts.insert.push(account(&book("main"), id, currency, 1));
    }
    bench.write(&written).await?;
    for account in [None, Some("a"), Some("b"), Some("c"), Some("d")] {
        for reference in [None, Some("even"), Some("Even")] {
            for (owned, span) in [(false, SPANS[0]), (true, SPANS[0]), (false, SPANS[3]), (true, SPANS[3])] {
                transfers_match(bench, &written, &TransferFilter { account, reference, owned, span }).await?;
            }
        }
    }
    Ok(())
}

pub(super) async fn whole_tables_are_walked(bench: &Bench) -> Checked {
    let main = book("main");
    let mut written = movements();
    written.holds.insert = (1..6).map(|n| super::samples::hold(&main, n, "a", 1)).collect();
    written.records.insert =
        vec![record(&main, "deal", 2), record(&main, "deal", 9), record(&main, "dispute", 1)];
    written.keys.insert =
        ["B", "_", "a", "a b", "b", "~"].map(|name| super::samples::key(&main, name, None)).to_vec();
    written.counters.insert = [("B", "a"), ("a", "B"), ("a", "b"), ("a b", "a")]
        .map(|(rule, subject)| super::samples::counter(&main, rule, subject))
        .to_vec();
    bench.write(&written).await?;
    bench.write(&full(&book("main2"))).await?;
    for limit in PAGES {
        let main = || book("main");
        let make = |after| Listing::AllTransfers { book: main(), after, limit };
        let found = walk(bench, limit, make, |page| page.transfers, |row: &TransferRow| row.id).await?;
        same("all transfers by id", &found, &written.transfers.insert)?;
        entries_belong(&bench.list(&make(None)).await?, &written)?;
        let make = |after| Listing::AllHolds { book: main(), after, limit };
        let found = walk(bench, limit, make, |page| page.holds, |row| row.id).await?;
        same("all holds by id", &found, &written.holds.insert)?;
        let make = |after| Listing::AllRecords { book: main(), after, limit };
        let found = walk(bench, limit, make, |page| page.records, |row| (row.kind.clone(), row.id)).await?;
        same("all records by kind and id", &found, &written.records.insert)?;
        let make = |after| Listing::AllKeys { book: main(), after, limit };
        let found = walk(bench, limit, make, |page| page.keys, |row| row.key.clone()).await?;
        same("all keys in byte order", &found, &written.keys.insert)?;
        let make = |after| Listing::Counters { book: main(), after, limit };
        let next = |row: &CounterRow| (row.rule.clone(), row.subject.clone());
        let found = walk(bench, limit, make, |page| page.counters, next).await?;
        same("all counters by rule and subject", &found, &written.counters.insert)?;
    }
    counters_to_add_are_walked(bench).await?;
    // nothing that is written later shifts a page that was read before
    let first =
        bench.list(&Listing::AllTransfers { book: main.clone(), after: None, limit: 2 }).await?.transfers;
    let mut more = writes();
    more.transfers.insert.push(transfer(&main, 11, 0));
    bench.write(&more).await?;
    let after = first.last().map(|row| row.id);
    let second = bench.list(&Listing::AllTransfers { book: main, after, limit: 1 }).await?.transfers;
    same("the page after", &second.first(), &written.transfers.insert.get(2))
}

/// Counters that are still to be added to others, and their books, among counters that are not.
async fn counters_to_add_are_walked(bench: &Bench) -> Checked {
    let names = ["one", "three", "two"].map(book);
    for (place, of) in names.iter().enumerate() {
        let mut written = begin(of);
        let rules = ["*", "+ip", "++", "++device", "++ip", "+,", "ip"];
        let rules = rules.into_iter().filter(|rule| place != 1 || !rule.starts_with("++"));
        let both = |rule| ["a/1", "b/1"].map(|subject| super::samples::counter(of, rule, subject));
        written.counters.insert = rules.flat_map(both).collect();
        written.counters.insert.sort_by_cached_key(Row::key);
        bench.write(&written).await?;
    }
    for limit in PAGES {
        let make = |after| Listing::Deltas { book: names[0].clone(), after, limit };
        let next = |row: &CounterRow| (row.rule.clone(), row.subject.clone());
        let found = walk(bench, limit, make, |page| page.counters, next).await?;
        let found: Vec<String> = found.iter().map(|row| format!("{} {}", row.rule, row.subject)).collect();
        let expected = "++ a/1, ++ b/1, ++device a/1, ++device b/1, ++ip a/1, ++ip b/1".to_owned();
        same("what is to be added", &found.join(", "), &expected)?;
        let make = |after| Listing::BooksWithDeltas { after, limit };
        let found = walk(bench, limit, make, |page| page.books, Clone::clone).await?;
        same("books with something to add", &found, &vec![names[0].clone(), names[2].clone()])?;
    }
    Ok(())
}
