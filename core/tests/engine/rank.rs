//! Accounts by balance: the rank is a sort of the balances, whoever moved them and whoever followed the log.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod kills;

use earnest::Engine;
use futures_util::future::join_all;

use crate::support::{Kind, Stage, Value, every_store, json};

/// Accounts of a scenario.
const ACCOUNTS: u64 = 24;
/// Movements of a scenario.
const MOVES: u64 = 240;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn name(n: u64) -> String {
    format!("a-{n:02}")
}

/// All pages of a list, and the lag of each.
async fn listed(bank: &Engine, mut args: Value) -> (Vec<Value>, Vec<Value>) {
    let (mut items, mut lags) = (Vec::new(), Vec::new());
    loop {
        let page = bank.call("ledger.accounts", args.clone()).await.unwrap();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        lags.push(page["lag"].clone());
        if page["next"].is_null() {
            return (items, lags);
        }
        args["after"] = page["next"].clone();
    }
}

fn minor(account: &Value) -> i128 {
    account["posted"]["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

fn place(account: &Value) -> (std::cmp::Reverse<i128>, String) {
    (std::cmp::Reverse(minor(account)), account["account"].as_str().unwrap().to_owned())
}

/// Returns the list as it must be: every account, read by name, and sorted here.
async fn sorted(bank: &Engine, currency: &str, owner: Option<&str>) -> Vec<Value> {
    let (mut all, lags) = listed(bank, json!({ "order": "name", "limit": 500 })).await;
    assert!(lags.iter().all(Value::is_null), "a list by name has no lag");
    all.retain(|account| {
        account["currency"] == currency && owner.is_none_or(|owner| account["owner"] == owner)
    });
    all.sort_by_key(place);
    all
}

/// Compares the rank with the model, in pages of several sizes.
async fn is_sorted(bank: &Engine, currency: &str, owner: Option<&str>) {
    let expected = sorted(bank, currency, owner).await;
    for limit in [3, 7, 500] {
        let mut args = json!({ "order": "balance", "currency": currency, "limit": limit });
        if let Some(owner) = owner {
            args["owner"] = owner.into();
        }
        let (found, lags) = listed(bank, args).await;
        assert_eq!(found, expected, "{currency} {owner:?} in pages of {limit}");
        assert!(lags.iter().all(|lag| lag == 0), "{lags:?}");
    }
}

async fn open(stage: &Stage) {
    for n in 0..ACCOUNTS {
        let owner = format!("shop-{}", n % 3);
        let args =
            json!({ "account": name(n), "currency": "USD", "owner": owner, "overdraft_limit": "50.00 USD" });
        stage.ok("ledger.open_account", args).await;
        if n % 4 == 0 {
            stage.ok("ledger.open_account", json!({ "account": name(n), "currency": "KRW" })).await;
        }
    }
    stage.ok("ledger.open_account", json!({ "account": "many", "currency": "USD", "streaming": true })).await;
}

/// One movement of money, or of what an account is. Refusals are part of it.
async fn move_one(stage: &Stage, bank: &Engine, dice: &mut Dice) {
    let (one, other) = (name(dice.next(ACCOUNTS)), name(dice.next(ACCOUNTS)));
    // few amounts, so that many balances are equal
    let amount = format!("{}.00 USD", 1 + dice.next(4));
    let (op, mut args) = match dice.next(8) {
        0 | 1 => ("ledger.top_up", json!({ "account": one, "amount": amount })),
        2 | 3 => ("ledger.transfer", json!({ "from": one, "to": other, "amount": amount })),
        4 => ("ledger.deduct", json!({ "account": one, "amount": amount })),
        5 => ("ledger.transfer", json!({ "from": one, "to": "many", "amount": amount })),
        6 => ("ledger.hold", json!({ "account": one, "amount": amount })),
        _ => ("ledger.top_up", json!({ "account": one, "amount": format!("{} KRW", dice.next(9) + 1) })),
    };
    args["key"] = stage.key().into();
    let _ = bank.call(op, args).await;
}

every_store! {
    async fn the_order_is_that_of_the_balances(stage) {
        open(stage).await;
        let mut dice = Dice(7);
        for round in 0..6 {
            for _ in 0..MOVES / 6 {
                move_one(stage, &stage.bank, &mut dice).await;
            }
            if round == 3 {
                stage.ok("ledger.lock_account", json!({ "account": "a-01" })).await;
                stage.ok("ledger.update_account", json!({ "account": "a-02", "currency": "USD", "owner": "shop-0" })).await;
                stage.ok("ledger.open_account", json!({ "account": "short", "currency": "USD" })).await;
                stage.ok("ledger.close_account", json!({ "account": "short" })).await;
            }
            is_sorted(&stage.bank, "USD", None).await;
            is_sorted(&stage.bank, "KRW", None).await;
            is_sorted(&stage.bank, "USD", Some("shop-0")).await;
            is_sorted(&stage.bank, "USD", Some("shop-2")).await;
        }
        // nothing is there of what is not asked for
        assert_eq!(listed(&stage.bank, json!({ "order": "balance", "currency": "EUR" })).await.0, Vec::<Value>::new());
    }

    /// A page is read while balances move: no account is listed twice by an order that stands still.
    async fn equal_balances_are_in_the_order_of_their_names(stage) {
        for n in (0..40).rev() {
            stage.funded(&name(n), "5.00 USD").await;
        }
        let (found, _) = listed(&stage.bank, json!({ "order": "balance", "currency": "USD", "limit": 9 })).await;
        let names: Vec<String> = found.iter().map(|account| place(account).1).collect();
        let mut expected: Vec<String> = (0..40).map(name).collect();
        expected.push("@world".to_owned());
        assert_eq!(names, expected);
    }

    async fn a_list_by_balance_is_asked_for_in_its_words(stage) {
        stage.funded("alice", "5.00 USD").await;
        stage.bad("ledger.accounts", json!({ "currency": "USD" }), "invalid_request", "currency").await;
        stage.bad("ledger.accounts", json!({ "currency": "USD", "order": "name" }), "invalid_request", "currency").await;
        stage.bad("ledger.accounts", json!({ "currency": "dollars", "order": "balance" }), "invalid_currency", "currency").await;
        for forged in [json!(["x"]), json!([1, 2]), json!({})] {
            let args = json!({ "currency": "USD", "order": "balance", "after": hex::encode(forged.to_string()) });
            stage.bad("ledger.accounts", args, "invalid_request", "after").await;
        }
        // only who owns them lists them
        let by = |owner: &str| json!({ "currency": "USD", "order": "balance", "owner": owner, "actor": "u-1" });
        stage.no_matter("ledger.accounts", by("u-2"), "not_permitted").await;
        assert_eq!(stage.ok("ledger.accounts", by("u-1")).await["items"], json!([]));
        stage.ok("ledger.update_account", json!({ "account": "alice", "owner": "u-1" })).await;
        assert_eq!(stage.ok("ledger.accounts", by("u-1")).await["items"][0]["account"], "alice");
        // with a name every account is read, and the order is the same
        let named = json!({ "currency": "USD", "order": "balance", "search": "nobody" });
        let page = stage.ok("ledger.accounts", named).await;
        assert!(page["items"] == json!([]) && page["lag"].is_null(), "{page}");
    }

    /// Two processes move money, list, and are restarted in mid-run.
    async fn whoever_follows_the_log_the_rank_is_the_same(stage) {
        open(stage).await;
        let mut dice = Dice(11);
        for _ in 0..4 {
            let other = if stage.kind == Kind::Memory { None } else { Some(stage.again().await) };
            let banks = [&stage.bank, other.as_ref().unwrap_or(&stage.bank)];
            for n in 0..usize::try_from(MOVES / 4).unwrap() {
                move_one(stage, banks[n % 2], &mut dice).await;
                if n % 20 == 0 {
                    // some of these lose the race for the place of the reader
                    let args = json!({ "order": "balance", "currency": "USD", "limit": 5 });
                    let lists = banks.iter().cycle().take(6).map(|bank| bank.call("ledger.accounts", args.clone()));
                    for page in join_all(lists).await {
                        assert_eq!(page.unwrap()["items"].as_array().unwrap().len(), 5);
                    }
                }
                if n == 30 {
                    // given up in the middle of a step
                    let args = json!({ "order": "balance", "currency": "USD" });
                    let list = banks[1].call("ledger.accounts", args);
                    let _ = tokio::time::timeout(std::time::Duration::from_micros(300), list).await;
                }
            }
            if let Some(other) = other {
                is_sorted(&other, "USD", None).await;
                other.close().await;
            }
            is_sorted(&stage.bank, "USD", None).await;
            is_sorted(&stage.bank, "USD", Some("shop-1")).await;
        }
        stage.verify().await;
    }
}

/// In a transaction of the application nothing is followed: its list says how far it is behind.
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]
mod in_a_transaction_of_the_application {
    use earnest::requests::{Accounts, TopUp};
    use earnest::{Engine, Options};
    use sqlx::{Connection as _, PgConnection, SqliteConnection};

    use crate::support::{json, postgres};

    async fn prepared(url: &str) -> Engine {
        let bank = Engine::open_with(url, Options::new().background(false)).await.unwrap();
        for (n, amount) in ["5.00 USD", "7.00 USD"].into_iter().enumerate() {
            bank.ledger().top_up(TopUp::new(format!("a-{n}"), amount).key(format!("t-{n}"))).await.unwrap();
        }
        bank
    }

    macro_rules! says_its_lag {
        ($bank:expr, $conn:expr, $begin:ident($($how:expr)?)) => {
            let asked = || Accounts::new().order("balance").currency("USD");
            // before anybody has asked for the rank every account is read
            for lag in [None, Some(0), Some(1)] {
                let mut tx = $conn.$begin($($how)?).await.unwrap();
                let page = $bank.using(&mut tx).unwrap().ledger().accounts(asked()).await.unwrap();
                let names: Vec<&str> = page.items.iter().map(|account| account.account.as_str()).collect();
                assert_eq!((names, page.lag.map(i64::signum)), (vec!["a-1", "a-0", "@world"], lag));
                tx.rollback().await.unwrap();
                if lag.is_none() {
                    let page = $bank.call("ledger.accounts", json!({ "order": "balance", "currency": "USD" })).await;
                    assert_eq!(page.unwrap()["lag"], 0);
                }
                if lag == Some(0) {
                    // it has its place in the log when somebody reads that
                    $bank.ledger().top_up(TopUp::new("a-0", "9.00 USD").key("t-9")).await.unwrap();
                    $bank.call("events.list", json!({})).await.unwrap();
                }
            }
            let page = $bank.ledger().accounts(asked()).await.unwrap();
            assert_eq!((page.items[0].account.as_str(), page.lag), ("a-0", Some(0)));
            $bank.close().await;
        };
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_postgres() {
        let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
        let bank = prepared(&url).await;
        let mut conn = PgConnection::connect(&url).await.unwrap();
        says_its_lag!(bank, conn, begin());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db").display().to_string();
        let bank = prepared(&format!("sqlite:{path}")).await;
        let mut conn = SqliteConnection::connect(&path).await.unwrap();
        says_its_lag!(bank, conn, begin_with("BEGIN IMMEDIATE"));
    }
}
