//! Row-level security hides rows without a word: what a role cannot see is refused by name, and never taken
//! for what is not there.

#![cfg(all(feature = "postgres", feature = "host-sqlx"))]

use earnest::api::operations::call;
use earnest::requests::RunVerify;
use earnest::{Code, Engine, Options};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};

use crate::support::{json, postgres::database};

/// A store with money in the books `main` and `other`, its owner, and the URL of a role that may do
/// everything with the tables.
struct Place {
    bank: Engine,
    owner: PgConnection,
    theirs: String,
    role: String,
}

impl Place {
    async fn open() -> Self {
        let url = tokio::task::spawn_blocking(database).await.unwrap();
        let bank = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
        for book in ["main", "other"] {
            let top_up = json!({ "account": "alice", "amount": "1.00 USD", "key": "t-1" });
            bank.book(book).unwrap().call("ledger.top_up", top_up).await.unwrap();
        }
        let mut owner = PgConnection::connect(&url).await.unwrap();
        let role = format!("tenant_{}", url.rsplit_once('/').unwrap().1);
        let grants = "CREATE ROLE NAME LOGIN; GRANT USAGE ON SCHEMA earnest TO NAME; \
                      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA earnest TO NAME";
        run(&mut owner, &grants.replace("NAME", &role)).await;
        let mut theirs = url::Url::parse(&url).unwrap();
        theirs.set_username(&role).unwrap();
        Self { bank, owner, theirs: theirs.to_string(), role }
    }

    /// From now on the role sees those rows of a table which meet a condition.
    async fn hide(&mut self, table: &str, condition: &str) {
        let sql = format!(
            "ALTER TABLE earnest.{table} ENABLE ROW LEVEL SECURITY; \
             CREATE POLICY tenants ON earnest.{table} USING ({condition}) WITH CHECK (true)"
        );
        run(&mut self.owner, &sql).await;
    }

    async fn pool(&self) -> PgPool {
        PgPoolOptions::new().max_connections(3).connect(&self.theirs).await.unwrap()
    }
}

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

fn options() -> Options {
    Options::new().background(false)
}

/// Refused for good, naming the reason and the table.
fn names(error: &earnest::Error, table: &str) {
    assert_eq!(error.code(), Code::StoreDenied, "{error}");
    assert!(!error.retryable(), "{error}");
    let message = error.message();
    assert!(message.contains("row-level security"), "{message}");
    assert!(message.contains(&format!("`{table}`")), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_sees_one_of_two_books_is_told_so_when_the_store_is_opened() {
    let mut place = Place::open().await;
    for table in ["account", "event", "book"] {
        place.hide(table, "book <> 'other'").await;
    }
    let error = Engine::open_with(&place.theirs, options()).await.expect_err("it was opened");
    names(&error, "account");
    let error = Engine::open_with(&place.theirs, options().read_only(true)).await.expect_err("it was opened");
    names(&error, "event");
    let error = Engine::attach(place.pool().await, options()).await.expect_err("it was attached");
    names(&error, "book");
    // whoever sees everything works on: the owner, and a role that no policy is for
    assert!(place.bank.admin().verify(RunVerify::new()).await.unwrap().ok);
    let bypass = format!("ALTER ROLE {} BYPASSRLS", place.role);
    run(&mut place.owner, &bypass).await;
    let bank = Engine::open_with(&place.theirs, options()).await.unwrap();
    assert!(bank.admin().verify(RunVerify::new()).await.unwrap().ok);
    bank.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_sees_nothing_is_not_told_that_there_are_no_tables() {
    let mut place = Place::open().await;
    for table in ["meta", "migration"] {
        place.hide(table, "false").await;
    }
    let error = Engine::open_with(&place.theirs, options()).await.expect_err("it was opened");
    names(&error, "meta");
    let error = Engine::attach(place.pool().await, options()).await.expect_err("it was attached");
    names(&error, "migration");
    // a joined transaction is on the same store, and not on one without an id
    let pool = place.pool().await;
    let mut tx = pool.begin().await.unwrap();
    let mine = place.bank.using(&mut tx).unwrap();
    let error = call(&mine, "ledger.balance", json!({ "account": "alice" })).await.unwrap_err();
    names(&error, "meta");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_hidden_from_a_running_engine_are_missed() {
    let mut place = Place::open().await;
    let opened = Engine::open_with(&place.theirs, options()).await.unwrap();
    let attached = Engine::attach(place.pool().await, options()).await.unwrap();
    for bank in [&opened, &attached] {
        let balance = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(balance["posted"]["amount"], "1.00");
    }
    place.hide("account", "false").await;
    for bank in [&opened, &attached] {
        let error = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap_err();
        names(&error, "account");
        let error = bank.admin().verify(RunVerify::new()).await.unwrap_err();
        names(&error, "account");
        let top_up = json!({ "account": "carol", "amount": "1.00 USD", "key": "t-2" });
        let error = bank.call("ledger.top_up", top_up).await.unwrap_err();
        names(&error, "account");
    }
    for bank in [opened, attached] {
        bank.close().await;
    }
}

/// The connection of the application has another role than the engine: its rows are counted where the two
/// meet, in the first statement.
#[tokio::test(flavor = "multi_thread")]
async fn a_joined_transaction_that_sees_fewer_rows_is_refused_and_stays_usable() {
    let mut place = Place::open().await;
    place.hide("account", "book <> 'main'").await;
    let pool = place.pool().await;
    let mut tx = pool.begin().await.unwrap();
    let mine = place.bank.using(&mut tx).unwrap();
    let top_up = json!({ "account": "alice", "amount": "1.00 USD", "key": "t-3" });
    for (operation, args) in [("ledger.balance", json!({ "account": "alice" })), ("ledger.top_up", top_up)] {
        let error = call(&mine, operation, args).await.unwrap_err();
        names(&error, "account");
    }
    drop(mine);
    let there: i32 = sqlx::query_scalar("SELECT 1").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(there, 1);
    tx.commit().await.unwrap();
    let bypass = format!("ALTER ROLE {} BYPASSRLS", place.role);
    run(&mut place.owner, &bypass).await;
    // a session keeps the plans that it made as the role was
    let pool = place.pool().await;
    let mut tx = pool.begin().await.unwrap();
    let mine = place.bank.using(&mut tx).unwrap();
    let balance = call(&mine, "ledger.balance", json!({ "account": "alice" })).await.unwrap();
    assert_eq!(balance["posted"]["amount"], "1.00");
}

/// The engine's own tables are its own affair: what the application keeps hidden from itself stays so, in the
/// same transaction.
#[tokio::test(flavor = "multi_thread")]
async fn row_security_of_the_tables_of_the_application_goes_on() {
    let mut place = Place::open().await;
    let sql = "CREATE TABLE public.note (tenant text); INSERT INTO public.note VALUES ('a'), ('b'); \
               ALTER TABLE public.note ENABLE ROW LEVEL SECURITY; \
               CREATE POLICY own ON public.note USING (tenant = current_setting('shop.tenant', true)); \
               GRANT SELECT ON public.note TO PUBLIC";
    run(&mut place.owner, sql).await;
    let pool = place.pool().await;
    let attached = Engine::attach(pool.clone(), options()).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SET LOCAL shop.tenant = 'a'").execute(&mut *tx).await.unwrap();
    let mine = attached.using(&mut tx).unwrap();
    let top_up = json!({ "account": "alice", "amount": "1.00 USD", "key": "t-4" });
    call(&mine, "ledger.top_up", top_up).await.unwrap();
    drop(mine);
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM public.note").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, 1);
    tx.commit().await.unwrap();
    attached.close().await;
}
