//! A book with a row in every table, calls that write its rows again, and work on other rows that goes on.

use sqlx::{AssertSqlSafe, Connection as _};

use super::scene::Scene;
use crate::support::{Kind, START, Stage, json};

/// The row that a change is of, by table and label; the first one by key where none is named. A label is how
/// the page calls such rows.
const ROWS: [(&str, &str, &str); 20] = [
    ("account", "", "id = 'alice'"),
    ("account", "streaming", "id = 'shop'"),
    ("account", "without texts", "id = 'bob' AND currency = 'USD'"),
    ("counter", "", "rule = 'account'"),
    ("counter", "without an image", "rule = 'ip'"),
    ("currency", "", "code = 'USDC'"),
    ("currency", "unused", "code = 'POL'"),
    ("hold", "", "reference = 'room'"),
    ("hold", "without texts", "reference IS NULL AND account = 'bob'"),
    ("idempotency", "", "key = 'day'"),
    ("job", "", "kind = 'mail'"),
    ("rank", "", "account = 'alice'"),
    ("record", "", "state = 'awaiting_shipment'"),
    ("record", "without texts", "kind = 'treasury'"),
    ("record", "risk", "kind = 'risk'"),
    ("sink", "", "name = 'mail' AND object = ''"),
    ("sink", "left behind", "name = 'late' AND object <> ''"),
    ("sink", "the reader of the rank", "name = '@rank'"),
    ("transfer", "", "reference = 'order-7'"),
    ("transfer", "without texts", "reference = 'later'"),
];

/// Rows that no call writes again.
const UNUSED: [&str; 2] = ["transfer, without texts", "record, without texts"];

/// One row of a table: that of a label, or the first one.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) table: String,
    pub(super) label: &'static str,
    only: &'static str,
    pub(super) columns: Vec<String>,
    pub(super) key: Vec<String>,
}

impl Sample {
    /// The table and the label as the page writes them.
    pub(super) fn name(&self) -> String {
        let comma = if self.label.is_empty() { "" } else { ", " };
        format!("{}{comma}{}", self.table, self.label)
    }

    /// A query for the row: the one whose column has something, where no row is named.
    fn one(&self, what: &str, column: &str) -> String {
        let (table, key, only) = (&self.table, self.key.join(", "), self.only);
        format!("SELECT {what} FROM {{p}}{table} WHERE {only} ORDER BY {column} IS NULL, {key} LIMIT 1")
    }

    /// Whether calls write rows of this table again.
    pub(super) fn is_used(&self) -> bool {
        self.columns.iter().any(|column| column == "version")
            && !["event", "migration"].contains(&&*self.table)
            || self.table == "idempotency"
    }
}

pub(super) struct Wide {
    scene: Scene,
    sql: Sql,
    pub(super) samples: Vec<Sample>,
    tables: Vec<String>,
}

/// A connection that changes rows.
enum Sql {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection, String),
}

impl Sql {
    async fn of(stage: &Stage) -> Self {
        match stage.kind {
            Kind::Sqlite => {
                let mut conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
                // what is put back need not outlive the machine
                sqlx::raw_sql("PRAGMA synchronous = OFF").execute(&mut conn).await.unwrap();
                Self::Sqlite(conn)
            }
            _ => Self::Postgres(
                sqlx::PgConnection::connect(&stage.url).await.unwrap(),
                stage.options.schema.clone(),
            ),
        }
    }

    /// Runs statements; answers how many rows the last one changed, or that the database refuses it.
    async fn run(&mut self, statement: &str) -> Result<u64, sqlx::Error> {
        match self {
            Self::Sqlite(conn) => {
                let text = AssertSqlSafe(statement.replace("{p}", "earnest_"));
                sqlx::raw_sql(text).execute(conn).await.map(|done| done.rows_affected())
            }
            Self::Postgres(conn, schema) => {
                let text = AssertSqlSafe(statement.replace("{p}", &format!("\"{schema}\".")));
                sqlx::raw_sql(text).execute(conn).await.map(|done| done.rows_affected())
            }
        }
    }

    async fn texts(&mut self, query: &str) -> Vec<Vec<String>> {
        fn texts<R: sqlx::Row>(row: &R) -> Vec<String>
        where
            usize: sqlx::ColumnIndex<R>,
            for<'r> Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
        {
            (0..row.len()).map(|n| row.get::<Option<String>, _>(n).unwrap_or_default()).collect()
        }
        match self {
            Self::Sqlite(conn) => {
                let text = AssertSqlSafe(query.replace("{p}", "earnest_"));
                sqlx::raw_sql(text).fetch_all(conn).await.unwrap().iter().map(texts).collect()
            }
            Self::Postgres(conn, schema) => {
                let text = AssertSqlSafe(query.replace("{p}", &format!("\"{schema}\".")));
                sqlx::raw_sql(text).fetch_all(conn).await.unwrap().iter().map(texts).collect()
            }
        }
    }

    /// Every table with its columns, and which of these are in its key.
    async fn tables(&mut self) -> Vec<[String; 3]> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT substr(m.name, 9), c.name, CASE WHEN c.pk > 0 THEN 'key' END FROM sqlite_master AS m, \
                 pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name LIKE '{p}%' \
                 AND m.name NOT LIKE '{p}keep%' ORDER BY m.name, c.cid"
                    .to_owned()
            }
            Self::Postgres(_, schema) => format!(
                "SELECT CAST(c.relname AS text), CAST(a.attname AS text), CASE WHEN \
                 a.attnum = ANY(i.indkey) OR i.indrelid IS NULL AND a.attnotnull THEN 'key' END \
                 FROM pg_class AS c INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 \
                 LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary \
                 WHERE c.relnamespace = CAST('\"{schema}\"' AS regnamespace) AND c.relkind = 'r' \
                 AND c.relname NOT LIKE 'keep%' AND NOT a.attisdropped ORDER BY c.relname, a.attnum"
            ),
        };
        let rows = self.texts(&query).await;
        rows.into_iter().map(|row| row.try_into().unwrap()).collect()
    }
}

impl Wide {
    pub(super) async fn open(kind: Kind) -> Self {
        let mut scene = Scene::open(kind).await;
        let names = more(&scene.stage).await;
        scene.names.extend(names);
        let mut sql = Sql::of(&scene.stage).await;
        let (mut samples, mut tables) = (Vec::<Sample>::new(), Vec::new());
        for [table, column, key] in sql.tables().await {
            if tables.last() != Some(&table) {
                tables.push(table.clone());
                let mut of: Vec<_> = ROWS.iter().filter(|(of, ..)| *of == table).collect();
                if of.is_empty() {
                    of.push(&("", "", "1 = 1"));
                }
                samples.extend(of.into_iter().map(|(_, label, only)| {
                    let (columns, key) = (Vec::new(), Vec::new());
                    Sample { table: table.clone(), label, only, columns, key }
                }));
            }
            for sample in samples.iter_mut().filter(|sample| sample.table == table) {
                sample.columns.push(column.clone());
                sample.key.extend((key == "key").then(|| column.clone()));
            }
        }
        for table in &tables {
            sql.run(&format!("DROP TABLE IF EXISTS {{p}}keep_{table}")).await.unwrap();
            sql.run(&format!("CREATE TABLE {{p}}keep_{table} AS SELECT * FROM {{p}}{table}")).await.unwrap();
        }
        Self { scene, sql, samples, tables }
    }

    pub(super) fn stage(&self) -> &Stage {
        &self.scene.stage
    }

    /// Puts every row back.
    pub(super) async fn restore(&mut self) {
        let back = |table: &String| {
            format!("DELETE FROM {{p}}{table}; INSERT INTO {{p}}{table} SELECT * FROM {{p}}keep_{table}; ")
        };
        let all: String = self.tables.iter().map(back).collect();
        self.sql.run(&format!("BEGIN; {all} COMMIT")).await.unwrap();
    }

    /// The key of a sample's row, as texts; `None` where the table is empty.
    pub(super) async fn key_of(&mut self, sample: &Sample, column: &str) -> Option<Vec<String>> {
        let cells: Vec<String> = sample.key.iter().map(|key| format!("CAST({key} AS text)")).collect();
        self.sql.texts(&sample.one(&cells.join(", "), column)).await.into_iter().next()
    }

    /// Gives a column of the row another value; whether the database takes it, and it is another.
    pub(super) async fn change(&mut self, sample: &Sample, column: &str, value: &str) -> bool {
        let (table, key) = (&sample.table, sample.key.join(", "));
        let differs = match self.sql {
            Sql::Sqlite(_) => "IS NOT",
            Sql::Postgres(..) => "IS DISTINCT FROM",
        };
        let statement = format!(
            "UPDATE {{p}}{table} AS x SET {column} = {value} WHERE ({key}) IN ({}) AND {column} {differs} {value}",
            sample.one(&key, column)
        );
        self.sql.run(&statement).await.is_ok_and(|count| count == 1)
    }

    /// The version of each row that calls write, or what stands for it.
    async fn versions(&mut self) -> Vec<(String, Vec<Vec<String>>)> {
        let mut all = Vec::new();
        for sample in self.samples.clone().iter().filter(|sample| sample.is_used()) {
            let version = if sample.table == "idempotency" { "stamp" } else { "version" };
            let query = sample.one(&format!("CAST({version} AS text)"), version);
            all.push((sample.name(), self.sql.texts(&query).await));
        }
        all
    }

    /// Every sample of a table that calls write is written by [`Self::used`], and other rows are worked on.
    pub(super) async fn uses_its_rows(&mut self) {
        let before = self.versions().await;
        assert_eq!(self.used(true, 0).await, [""; 0]);
        let after = self.versions().await;
        let same = before.into_iter().zip(after).filter(|(before, after)| before == after);
        let same: Vec<_> = same.filter(|((name, _), _)| !UNUSED.contains(&&**name)).collect();
        assert!(same.is_empty(), "no call has written {same:?}");
        self.restore().await;
    }

    /// Calls that write the rows again, as another process makes them, and then work on other rows; answers
    /// what of that work was not done. A call may be refused because its row was changed, and none is where
    /// `whole`.
    pub(super) async fn used(&mut self, whole: bool, seed: u64) -> Vec<String> {
        let options = self.stage().options.clone();
        let env = earnest::env::Env::test(START.parse().unwrap(), 1_000 + seed);
        let bank = match earnest::Engine::open_with(&self.stage().url, options.env(env.clone())).await {
            Ok(bank) => bank,
            Err(error) => return vec![format!("the store is refused: {error}")],
        };
        env.clock.advance("PT1H".parse().unwrap());
        let calls = [
            ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": "u1" })),
            ("ledger.top_up", json!({ "account": "shop", "amount": "1.00 USD", "key": "u2" })),
            ("ledger.update_account", json!({ "account": "alice", "kind": "shop", "key": "u3" })),
            ("ledger.update_account", json!({ "account": "shop", "kind": "shop", "key": "u4" })),
            ("ledger.refund", json!({ "transfer": "{transfer}", "amount": "1.00 USD", "key": "u5" })),
            (
                "ledger.capture",
                json!({ "hold": "{hold}", "to": "bob", "amount": "1.00 USD", "final": false, "key": "u6" }),
            ),
            ("ledger.void", json!({ "hold": "{open}", "key": "u7" })),
            (
                "escrow.ship",
                json!({ "deal": "{deal}", "actor": "bob", "key": "u8", "carrier": "Post", "tracking": "RR-1" }),
            ),
            (
                "risk.set_rule",
                json!({ "id": "more", "action": "ledger.deduct", "subject": "account",
                "metric": "count", "window": "P1D", "limit": 90, "outcome": "block", "key": "u9" }),
            ),
            (
                "ledger.deduct",
                json!({ "account": "alice", "amount": "1.00 USD", "key": "u10",
                "context": { "ip": "203.0.113.7" } }),
            ),
            ("ledger.deduct", json!({ "account": "bob", "amount": "1.00 USD", "key": "u13" })),
            ("jobs.lease", json!({ "kinds": ["mail"], "limit": 1, "for": "PT1M" })),
            ("events.take", json!({ "sink": "mail", "limit": 9, "for": "PT1M" })),
            (
                "events.unpark",
                json!({ "sink": "late", "object": "{object}", "object_id": "{object_id}", "key": "u12" }),
            ),
            ("ledger.accounts", json!({ "order": "balance", "currency": "USD" })),
        ];
        for (name, args) in calls {
            let args = serde_json::from_str(&self.scene.named(&args.to_string())).unwrap();
            let outcome = bank.call(name, args).await;
            assert!(!whole || outcome.is_ok(), "{name}: {outcome:?}");
        }
        // the key was kept for a day
        env.clock.advance("P2D".parse().unwrap());
        let again = json!({ "account": "carol", "kind": "shop", "key": "day" });
        let outcome = bank.call("ledger.update_account", again).await;
        assert!(!whole || outcome.is_ok(), "{outcome:?}");
        let mut stuck = Vec::new();
        let wanted = json!({ "kinds": ["other"], "limit": 1, "for": "PT1M" });
        match bank.call("jobs.lease", wanted).await {
            Ok(leased) if leased["jobs"].as_array().is_some_and(|jobs| jobs.len() == 1) => {}
            other => stuck.push(format!("no other job is leased: {other:?}")),
        }
        match bank.call("jobs.run_due", json!({})).await {
            Ok(_) => {}
            other => stuck.push(format!("timers: {other:?}")),
        }
        match bank.call("ledger.holds", json!({ "account": "aaron" })).await {
            Ok(holds) if holds["items"].as_array().unwrap().iter().any(|hold| hold["state"] == "expired") => {
            }
            other => stuck.push(format!("no other hold has expired: {other:?}")),
        }
        bank.close().await;
        stuck
    }

    /// Whether a row of the table stops what stands on it: each book has one head, and all have one schema.
    pub(super) fn is_shared(sample: &Sample) -> bool {
        ["book", "currency", "event", "event_pending", "event_seq", "head", "meta", "migration"]
            .contains(&&*sample.table)
    }
}

/// Rows of the tables that [`Scene`] has none in, and rows that are worked on beside the changed one.
async fn more(stage: &Stage) -> Vec<(&'static str, String)> {
    stage.ok("events.subscribe", json!({ "sink": "mail", "types": ["deal.*"] })).await;
    stage.ok("events.subscribe", json!({ "sink": "late", "from": "first", "types": ["hold.*"] })).await;
    let shop = json!({ "account": "shop", "currency": "USD", "streaming": true });
    stage.ok("ledger.open_account", shop).await;
    stage.funded("shop", "7.00 USD").await;
    stage.funded("carol", "7.00 USD").await;
    let kind = json!({ "account": "carol", "kind": "person", "key": "day" });
    stage.ok("ledger.update_account", kind).await;
    stage.funded("aaron", "7.00 USD").await;
    let hold = json!({ "account": "aaron", "amount": "1.00 USD", "expires_in": "P1D" });
    stage.ok("ledger.hold", hold).await;
    let open = stage.held("bob", "2.00 USD").await;
    for (id, subject) in [("often", "account"), ("near", "ip")] {
        let rule = json!({ "id": id, "action": "ledger.deduct", "subject": subject, "metric": "count",
            "window": "P1D", "limit": 9, "outcome": "block" });
        stage.ok("risk.set_rule", rule).await;
    }
    for account in ["alice", "bob"] {
        let context = json!({ "ip": "203.0.113.7" });
        let args = json!({ "account": account, "amount": "1.00 USD", "context": context });
        stage.ok("ledger.deduct", args).await;
    }
    let later = json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "reference": "later" });
    stage.ok("ledger.transfer", later).await;
    for kind in ["mail", "other"] {
        stage.ok("jobs.enqueue", json!({ "kind": kind, "payload": { "to": "alice" } })).await;
    }
    let taken = stage.ok("events.take", json!({ "sink": "late", "limit": 9, "for": "PT1M" })).await;
    let event = &taken["events"][0];
    let failed = json!([{ "seq": event["seq"], "error": "no", "permanent": true }]);
    let report = json!({ "sink": "late", "fence": taken["fence"], "seq": taken["seq"], "failed": failed });
    stage.ok("events.settle", report).await;
    stage.ok("ledger.accounts", json!({ "order": "balance", "currency": "USD" })).await;
    // on PostgreSQL its events wait for their places
    stage.funded("carol", "1.00 USD").await;
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    [("open", open), ("object", text("object")), ("object_id", text("object_id"))].into()
}
