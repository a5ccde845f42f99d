//! The meaning of a currency is in the store: a program with another table neither loses money nor reads it
//! at another scale.

use earnest::currency::Currencies;
use earnest::requests::{GetBalance, TopUp};
use earnest::{Code, Engine, Error, Options};

use crate::support::{Kind, Stage, Value, every_store, id, json, verify};

/// The options of a stage for a program whose table has these codes and no others.
fn edition(stage: &Stage, table: &[(&str, u8)]) -> Options {
    let mut options = stage.options.clone();
    options.built_in = Currencies::none();
    for (code, scale) in table {
        options.built_in.register(code, *scale).unwrap();
    }
    options
}

/// Another program on the same store.
async fn beside(stage: &Stage, options: Options) -> Result<Engine, Error> {
    match stage.kind {
        Kind::Memory => Engine::over(stage.bank.store().clone(), options).await,
        Kind::Sqlite | Kind::Postgres => Engine::open_with(&stage.url, options).await,
    }
}

/// Closes an engine that was opened beside a stage; the memory of a stage is closed with it.
async fn leave(stage: &Stage, engine: Engine) {
    if stage.kind != Kind::Memory {
        engine.close().await;
    }
}

/// A refusal that names the currency and both numbers of places.
fn names_both(error: &Error, known: &str, stored: &str) {
    assert_eq!(error.code(), Code::StoreMismatch, "{error}");
    assert_eq!(error.details(), json!({ "expected": known, "actual": stored }));
}

const LEFT: &[(&str, u8)] = &[("USD", 2), ("KRW", 0)];
const RESCALED: &[(&str, u8)] = &[("USD", 2), ("KRW", 0), ("EUR", 0)];
const NO_PLACES: &str = "EUR with 0 decimal places";
const TWO_PLACES: &str = "EUR with 2 decimal places";

every_store! {
    async fn a_code_that_left_the_table_stays_readable_and_usable(stage) {
        let paid = stage.funded("alice", "100.00 EUR").await;
        let taken = stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "10.00 EUR" })).await;
        let hold = json!({ "account": "alice", "amount": "5.00 EUR", "expires_in": "PT1H" });
        stage.ok("ledger.hold", hold).await;
        stage.ok("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": "20.00 EUR" })).await;

        let later = beside(stage, edition(stage, LEFT)).await.unwrap();
        let balance = later.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(balance["posted"]["amount"], "90.00", "{balance}");
        let accounts = later.call("ledger.accounts", json!({})).await.unwrap();
        assert!(accounts.to_string().contains(r#""amount":"90.00","currency":"EUR""#), "{accounts}");
        later.call("ledger.get_transfer", json!({ "transfer": paid })).await.unwrap();
        stage.advance("PT2H");
        later.call("jobs.run_due", json!({})).await.unwrap();
        let cancelled = json!({ "transfer": id(&taken["transfer"]), "key": "c" });
        later.call("ledger.cancel", cancelled).await.unwrap();
        // usable as before: in amounts, as a code alone, by an account that is new
        let args = json!({ "account": "carol", "amount": "1.00 EUR", "key": "t" });
        later.call("ledger.top_up", args).await.unwrap();
        let balance = later.call("ledger.balance", json!({ "account": "alice", "currency": "EUR" })).await.unwrap();
        assert_eq!(balance["available"]["amount"], "100.00", "{balance}");
        verify(&later).await;
        leave(stage, later).await;
    }

    async fn other_decimal_places_are_refused_when_the_store_is_opened(stage) {
        stage.funded("alice", "100.00 EUR").await;
        let before = stage.state().await;
        for read_only in [false, true] {
            let options = edition(stage, RESCALED).read_only(read_only);
            let refused = beside(stage, options).await.unwrap_err();
            names_both(&refused, NO_PLACES, TWO_PLACES);
        }
        let refused = beside(stage, edition(stage, LEFT).currency("EUR", 3)).await.unwrap_err();
        names_both(&refused, "EUR with 3 decimal places", TWO_PLACES);
        assert_eq!(stage.state().await, before);
        // what nobody has used means nothing yet
        let other = beside(stage, edition(stage, &[("USD", 2), ("JPY", 3)])).await.unwrap();
        leave(stage, other).await;
    }

    async fn what_is_used_first_is_compared_by_those_who_have_the_store_open(stage) {
        let other = beside(stage, edition(stage, RESCALED)).await.unwrap();
        stage.funded("alice", "100.00 EUR").await;
        let refused = |name: &'static str, args: Value| {
            let other = other.clone();
            async move { names_both(&other.call(name, args).await.unwrap_err(), NO_PLACES, TWO_PLACES) }
        };
        // rows that it reads, amounts that it is given, and names of currencies
        if stage.kind == Kind::Memory {
            // whose rows have their scale with them
            let balance = other.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
            assert_eq!(balance["posted"]["amount"], "100.00", "{balance}");
        } else {
            refused("ledger.balance", json!({ "account": "alice" })).await;
            refused("ledger.accounts", json!({})).await;
        }
        let batch = json!({ "ops": [{ "op": "ledger.top_up", "args": { "account": "x", "amount": "5 EUR", "key": "b" } }] });
        refused("ledger.batch", batch).await;
        refused("ledger.top_up", json!({ "account": "zoe", "amount": "5 EUR", "key": "k" })).await;
        refused("ledger.open_account", json!({ "account": "zoe", "currency": "EUR", "key": "o" })).await;
        let args = json!({ "account": "zoe", "amount": "5.00 USD", "key": "u" });
        other.call("ledger.top_up", args).await.unwrap();
        assert_eq!(stage.balance("alice").await, "100.00 0.00 100.00");
        leave(stage, other).await;
    }

    async fn what_another_process_registered_is_looked_up_before_it_is_unknown(stage) {
        let other = beside(stage, stage.options.clone()).await.unwrap();
        let unknown = other.ledger().top_up(TopUp::new("bob", "1.000 GOLD").key("g-0")).await.unwrap_err();
        assert_eq!(unknown.code(), Code::InvalidCurrency, "{unknown}");
        let registering = beside(stage, stage.options.clone().currency("GOLD", 3)).await.unwrap();
        other.ledger().top_up(TopUp::new("bob", "1.000 GOLD").key("g-1")).await.unwrap();
        leave(stage, registering).await;
        let registering = beside(stage, stage.options.clone().currency("IRON", 1)).await.unwrap();
        let op = json!({ "op": "ledger.top_up", "args": { "account": "bob", "amount": "2.0 IRON", "key": "i" } });
        other.call("ledger.batch", json!({ "ops": [op] })).await.unwrap();
        leave(stage, registering).await;
        let registering = beside(stage, stage.options.clone().currency("CLAY", 0)).await.unwrap();
        let asked = other.ledger().balance(GetBalance::new("bob").currency("CLAY")).await.unwrap_err();
        assert_eq!(asked.code(), Code::AccountNotFound, "{asked}");
        let balance = stage.bank.ledger().balance(GetBalance::new("bob").currency("GOLD")).await.unwrap();
        assert_eq!(balance.available.to_string(), "1.000 GOLD");
        leave(stage, registering).await;
        leave(stage, other).await;
    }

    async fn the_background_learns_what_another_process_registered(stage) {
        let other = beside(stage, stage.options.clone().background(true)).await.unwrap();
        let registering = beside(stage, stage.options.clone().currency("GOLD", 3)).await.unwrap();
        let knows = |engine: &Engine| engine.currencies().iter().any(|currency| currency.code() == "GOLD");
        for _ in 0..600 {
            if knows(&other) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(knows(&other));
        leave(stage, registering).await;
        leave(stage, other).await;
    }

    async fn an_engine_that_only_reads_writes_nothing_down(stage) {
        let reading = stage.options.clone().currency("GOLD", 3).default_currency("EUR").read_only(true);
        let reading = beside(stage, reading).await.unwrap();
        let none = reading.ledger().balance(GetBalance::new("bob").currency("GOLD")).await.unwrap_err();
        assert_eq!(none.code(), Code::AccountNotFound, "{none}");
        leave(stage, reading).await;
        let other = beside(stage, edition(stage, &[("USD", 2), ("EUR", 3)]).currency("GOLD", 4)).await.unwrap();
        leave(stage, other).await;
    }
}

/// Both have it, and neither has used it.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_programs_the_first_who_uses_a_currency_says_what_it_means() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        let other = beside(&stage, edition(&stage, RESCALED)).await.unwrap();
        let args = |amount: &str, key: &str| json!({ "account": "alice", "amount": amount, "key": key });
        let (mine, theirs) = tokio::join!(
            stage.bank.call("ledger.top_up", args("5.00 EUR", "m")),
            other.call("ledger.top_up", args("5 EUR", "t"))
        );
        assert!(mine.is_ok() != theirs.is_ok(), "{kind:?}: {mine:?} {theirs:?}");
        let (winner, posted) = if mine.is_ok() { (&stage.bank, "5.00") } else { (&other, "5") };
        let error = mine.as_ref().err().or(theirs.as_ref().err()).unwrap();
        assert_eq!(error.code(), Code::StoreMismatch, "{kind:?}: {error}");
        let balance = winner.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(balance["posted"]["amount"], posted, "{kind:?}");
        verify(winner).await;
        leave(&stage, other).await;
        stage.bank.close().await;
    }
}

/// The meaning goes with the books: into copies of the log, backups and forks.
#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn copies_mean_what_their_originals_meant() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "100.00 EUR").await;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let url = |name: &str| format!("sqlite:{}", at(name));
        stage.ok("events.replay", json!({ "into": url("copy.db") })).await;
        let mut copies = vec!["copy.db"];
        if kind == Kind::Sqlite {
            stage.ok("admin.backup", json!({ "path": at("backup.db") })).await;
            let fork = Engine::open_with(&url("backup.db"), edition(&stage, LEFT)).await.unwrap();
            fork.call("admin.fork", json!({})).await.unwrap();
            fork.close().await;
            copies.push("backup.db");
        }
        for copy in copies {
            let later = Engine::open_with(&url(copy), edition(&stage, LEFT)).await.unwrap();
            let balance = later.ledger().balance(GetBalance::new("alice")).await.unwrap();
            assert_eq!(balance.posted.to_string(), "100.00 EUR", "{kind:?} {copy}");
            later.close().await;
            let refused = Engine::open_with(&url(copy), edition(&stage, RESCALED)).await.unwrap_err();
            names_both(&refused, NO_PLACES, TWO_PLACES);
        }
        if kind == Kind::Sqlite {
            let empty = Engine::open_with(&url("empty.db"), edition(&stage, RESCALED)).await.unwrap();
            let refused = empty.call("admin.restore", json!({ "path": at("backup.db") })).await.unwrap_err();
            names_both(&refused, NO_PLACES, TWO_PLACES);
            let none = empty.ledger().balance(GetBalance::new("alice")).await.unwrap_err();
            assert_eq!(none.code(), Code::AccountNotFound, "{none}");
            empty.close().await;
            let restored = Engine::open_with(&url("empty.db"), edition(&stage, LEFT)).await.unwrap();
            restored.call("admin.restore", json!({ "path": at("backup.db") })).await.unwrap();
            restored.ledger().top_up(TopUp::new("alice", "1.00 EUR").key("r")).await.unwrap();
            verify(&restored).await;
            restored.close().await;
        }
        stage.finish().await;
    }
}

#[cfg(all(feature = "host-sqlx", feature = "sqlite", feature = "postgres"))]
mod in_transactions_of_the_host {
    use earnest::api::operations::call;

    use super::*;

    /// Calls one after the other in one transaction of the host, on an engine opened by URL or attached.
    async fn within(
        stage: &Stage,
        bank: &Engine,
        calls: &[(&str, Value)],
        commit: bool,
    ) -> Vec<Result<Value, Error>> {
        let mut outcomes = Vec::new();
        if stage.kind == Kind::Sqlite {
            let pool = sqlite(stage).await;
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
            for (name, args) in calls {
                outcomes.push(call(&bank.using(&mut tx).unwrap(), name, args.clone()).await);
            }
            if commit { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
        } else {
            let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
            let mut tx = pool.begin().await.unwrap();
            for (name, args) in calls {
                outcomes.push(call(&bank.using(&mut tx).unwrap(), name, args.clone()).await);
            }
            if commit { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
        }
        outcomes
    }

    async fn sqlite(stage: &Stage) -> sqlx::SqlitePool {
        let file = stage.url.trim_start_matches("sqlite:").to_owned();
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        sqlx::SqlitePool::connect_with(options).await.unwrap()
    }

    async fn attached(stage: &Stage, options: Options) -> Result<Engine, Error> {
        match stage.kind {
            Kind::Sqlite => Engine::attach(sqlite(stage).await, options).await,
            _ => Engine::attach(sqlx::PgPool::connect(&stage.url).await.unwrap(), options).await,
        }
    }

    fn paid(account: &str, amount: &str) -> (&'static str, Value) {
        let key = format!("{account}-{amount}");
        ("ledger.top_up", json!({ "account": account, "amount": amount, "key": key }))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_same_holds() {
        for (kind, attach) in
            [(Kind::Sqlite, false), (Kind::Postgres, false), (Kind::Sqlite, true), (Kind::Postgres, true)]
        {
            let stage = Stage::open(kind).await;
            let bank = if attach {
                Box::pin(attached(&stage, stage.options.clone())).await.unwrap()
            } else {
                stage.bank.clone()
            };
            let other = beside(&stage, edition(&stage, RESCALED)).await.unwrap();
            // rolled back: nothing of it is needed, and the next one writes it anew
            within(&stage, &bank, &[paid("alice", "7.00 EUR")], false).await.remove(0).unwrap();
            let twice = [paid("alice", "60.00 EUR"), paid("alice", "40.00 EUR")];
            for outcome in within(&stage, &bank, &twice, true).await {
                outcome.unwrap();
            }
            // another table: refused by name, and the transaction goes on
            let calls = [
                paid("zoe", "5 EUR"),
                ("ledger.balance", json!({ "account": "alice" })),
                paid("zoe", "5.00 USD"),
            ];
            let mut outcomes = within(&stage, &other, &calls, true).await.into_iter();
            names_both(&outcomes.next().unwrap().unwrap_err(), NO_PLACES, TWO_PLACES);
            names_both(&outcomes.next().unwrap().unwrap_err(), NO_PLACES, TWO_PLACES);
            outcomes.next().unwrap().unwrap();
            other.close().await;
            // a table that lacks the code, opened later
            let open = if attach {
                Box::pin(attached(&stage, edition(&stage, LEFT))).await
            } else {
                beside(&stage, edition(&stage, LEFT)).await
            };
            let later = open.unwrap();
            let calls = [paid("alice", "1.00 EUR"), ("ledger.balance", json!({ "account": "alice" }))];
            let outcomes = within(&stage, &later, &calls, true).await;
            let balance = outcomes.into_iter().next_back().unwrap().unwrap();
            assert_eq!(balance["posted"]["amount"], "101.00", "{kind:?} {attach} {balance}");
            later.close().await;
            let refused = if attach {
                Box::pin(attached(&stage, edition(&stage, RESCALED))).await
            } else {
                beside(&stage, edition(&stage, RESCALED)).await
            };
            names_both(&refused.unwrap_err(), NO_PLACES, TWO_PLACES);
            if attach {
                bank.close().await;
            }
            stage.finish().await;
        }
    }
}
