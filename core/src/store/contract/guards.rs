//! Guards: what a group relied on and did not lock must still hold when the group is written.

use super::samples::{
    account, at, book, far, hold, job, key, one_of_each, record, transfer, usd, uuid, writes,
};
use super::{Bench, Checked, Wrong, same};
use crate::ids::AccountId;
use crate::rows::kinds::each_kind;
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, HoldRow, JobRow, RecordRow, TransferRow};
use crate::rows::writes::{Guard, Guards, Writes};
use crate::store::{Fault, Written};

fn guard<R: Row>(row: &R, seen: Option<&R>, lock: bool) -> Vec<Guard<R>> {
    vec![Guard { key: row.key(), seen: seen.map(Row::seen), lock }]
}

/// A write of one new key, which relies on something.
fn relying(number: usize, guards: Guards) -> Writes {
    let mut writes = writes();
    writes.keys.insert.push(key(&book("main"), &format!("relies-{number}"), Some(far())));
    writes.guards = guards;
    writes
}

/// Guards on one row of each table, in pairs: one that holds, and one that differs in a single field and
/// fails.
fn each(lock: bool) -> Vec<(&'static str, Guards, Guards)> {
    let main = book("main");
    let deal = record(&main, "deal", 1);
    let moved = transfer(&main, 1, 1);
    let held = hold(&main, 1, "a", 1);
    let alice = account(&main, "a", usd(), 5);
    let fees = AccountRow { streaming: true, ..account(&main, "fees", usd(), 5) };
    let mail = job(&main, 1, "mail", 1);
    let record = |row: &RecordRow, seen| Guards { records: guard(row, seen, lock), ..Guards::default() };
    let transfer = |seen| Guards { transfers: guard(&moved, seen, lock), ..Guards::default() };
    let hold = |seen| Guards { holds: guard(&held, seen, lock), ..Guards::default() };
    let account = |row: &AccountRow, seen| Guards { accounts: guard(row, seen, lock), ..Guards::default() };
    let job = |seen| Guards { jobs: guard(&mail, seen, lock), ..Guards::default() };
    let nobody = AccountRow { id: AccountId::stored("nobody"), ..alice.clone() };
    let nothing = RecordRow { id: uuid(99), ..deal.clone() };
    let right = account(&alice, Some(&alice));
    // an append to a streaming account leaves its image as it was
    let appended = AccountRow { version: 9, posted: 9, headroom: 9, ..fees.clone() };
    vec![
        (
            "a record",
            record(&deal, Some(&deal)),
            record(&deal, Some(&RecordRow { version: 9, ..deal.clone() })),
        ),
        (
            "its stamp",
            record(&deal, Some(&deal)),
            record(&deal, Some(&RecordRow { stamp: far(), ..deal.clone() })),
        ),
        ("a record that was not there", record(&nothing, None), record(&deal, None)),
        ("a transfer", transfer(Some(&moved)), transfer(Some(&TransferRow { version: 0, ..moved.clone() }))),
        (
            "its refunds",
            transfer(Some(&moved)),
            transfer(Some(&TransferRow { refunded: 1, ..moved.clone() })),
        ),
        ("a hold", hold(Some(&held)), hold(None)),
        ("its stamp", hold(Some(&held)), hold(Some(&HoldRow { stamp: far(), ..held.clone() }))),
        ("an account", right.clone(), account(&alice, Some(&AccountRow { version: 9, ..alice.clone() }))),
        ("its stamp", right.clone(), account(&alice, Some(&AccountRow { stamp: at(9), ..alice.clone() }))),
        ("its balance", right, account(&alice, Some(&AccountRow { posted: 9, ..alice.clone() }))),
        (
            "a streaming account",
            account(&fees, Some(&appended)),
            account(&fees, Some(&AccountRow { stamp: at(9), ..fees.clone() })),
        ),
        ("an account that was not there", account(&nobody, None), account(&alice, None)),
        ("an account that is gone", account(&nobody, None), account(&nobody, Some(&alice))),
        ("a job", job(Some(&mail)), job(Some(&JobRow { stamp: far(), ..mail.clone() }))),
    ]
}

async fn alone(bench: &Bench, writes: &Writes) -> Result<Written, Fault> {
    bench.store.writer().await?.write_autocommit(writes).await
}

async fn begun(bench: &Bench) -> Checked {
    let main = book("main");
    let mut rows = one_of_each(&main);
    rows.accounts.insert.push(AccountRow { streaming: true, ..account(&main, "fees", usd(), 5) });
    bench.write(&rows).await
}

/// How many of the keys `relies-0` to `relies-299` were written.
async fn claimed(bench: &Bench) -> Result<usize, Wrong> {
    let mut needs = Needs::default();
    let name = |number: usize| crate::ids::Key::stored(format!("relies-{number}"));
    needs.keys.extend((0..300).map(|number| (book("main"), name(number))));
    Ok(bench.load(&needs).await?.keys.len())
}

pub(super) async fn a_write_alone_is_durable_or_nothing(bench: &Bench) -> Checked {
    begun(bench).await?;
    same("a write alone", &alone(bench, &relying(1, Guards::default())).await?, &Written::All)?;
    same("keys of it", &claimed(bench).await?, &1)?;
    let mut twice = relying(2, Guards::default());
    twice.keys.insert.extend(relying(1, Guards::default()).keys.insert);
    twice.keys.insert.sort_by_cached_key(Row::key);
    same("a write alone of which a part is taken", &alone(bench, &twice).await?, &Written::Stale)?;
    same("keys of both", &claimed(bench).await?, &1)
}

pub(super) async fn what_was_relied_on_must_still_be_so(bench: &Bench) -> Checked {
    begun(bench).await?;
    let mut count = 0;
    for lock in [false, true] {
        for (what, holds, fails) in each(lock) {
            same(what, &alone(bench, &relying(count, fails.clone())).await?, &Written::Stale)?;
            bench.stale(what, &relying(count, fails)).await?;
            same("keys after it", &claimed(bench).await?, &count)?;
            same(what, &alone(bench, &relying(count, holds.clone())).await?, &Written::All)?;
            bench.write(&relying(count + 1, holds)).await?;
            count += 2;
        }
    }
    same("keys of all", &claimed(bench).await?, &count)
}

/// Both, in the order of keys.
fn both(mut one: Guards, other: &Guards) -> Guards {
    fn join<R: Row>(one: &mut Vec<Guard<R>>, other: &[Guard<R>]) {
        one.extend_from_slice(other);
        one.sort_by(|a, b| a.key.cmp(&b.key));
        one.dedup_by(|later, first| later.key == first.key);
    }
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(join(&mut one.$rows, &other.$rows);)*
    } }
    one
}

pub(super) async fn what_holds_hides_nothing_that_does_not(bench: &Bench) -> Checked {
    begun(bench).await?;
    let mut count = 0;
    for (what, first_holds, fails) in each(false) {
        for (beside, holds, _) in each(false).into_iter().filter(|(beside, ..)| *beside != what) {
            let what = format!("{what}, beside {beside}");
            // `both` keeps the first of two guards on one row, which is the failing one
            let spoilt = relying(count, both(fails.clone(), &holds));
            same(&what, &alone(bench, &spoilt).await?, &Written::Stale)?;
            bench.stale(&what, &spoilt).await?;
            same("keys after it", &claimed(bench).await?, &count)?;
            let right = relying(count, both(first_holds.clone(), &holds));
            same(&what, &alone(bench, &right).await?, &Written::All)?;
            count += 1;
        }
    }
    same("keys of all", &claimed(bench).await?, &count)
}

pub(super) async fn who_relies_on_a_row_that_is_changed_waits_for_it(bench: &Bench) -> Checked {
    begun(bench).await?;
    let alice = account(&book("main"), "a", usd(), 5);
    let mut needs = Needs::default();
    needs.account(alice.key(), Access::Write);
    let mut other = bench.store.writer().await?;
    other.begin().await?;
    other.lock(&needs, crate::store::Wait::Block).await?;
    let locked = Guards { accounts: guard(&alice, Some(&alice), true), ..Guards::default() };
    let outcome = alone(bench, &relying(1, locked)).await.map_err(|fault| fault.kind);
    same("relying on a row that is locked", &outcome, &Err(crate::store::FaultKind::LockTimeout))?;
    other.rollback().await?;
    same("keys", &claimed(bench).await?, &0)
}
