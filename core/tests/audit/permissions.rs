//! Permissions to call: every operation of the table, called by everybody who may turn up, in every way
//! that it can be called. An operation without a sample fails the test.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

mod samples;

use earnest::api::operations::call;
use earnest::ids::Actor;
use earnest::kernel::permit::Who;
use earnest::keyring::Keyring;
use earnest::request::scope::OperationInfo;
use earnest::request::scope::{HostRule, KeyRule};
use earnest::{Detail, Engine, Error, OPERATIONS};
use samples::{Sample, sample};

use crate::support::{Kind, Stage, Value, code, declared, json, options};

/// The callers. The buyer owns the account `w-N`, the seller is the account `s-N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cast {
    Nobody,
    Stranger,
    Buyer,
    Seller,
    Admin,
    System,
}

const CAST: [Cast; 6] = [Cast::Nobody, Cast::Stranger, Cast::Buyer, Cast::Seller, Cast::Admin, Cast::System];

impl Cast {
    /// The actor, in the cell of this number.
    fn actor(self, n: usize) -> Option<Actor> {
        match self {
            Self::Nobody => None,
            Self::Stranger => Some(Actor::new(format!("m-{n}"))),
            Self::Buyer => Some(Actor::new(format!("o-{n}"))),
            Self::Seller => Some(Actor::new(format!("s-{n}"))),
            Self::Admin => Some(Actor::admin("anna")),
            Self::System => Some(Actor::new("checkout").with_role("system")),
        }
    }
}

/// By which way a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The actor is bound.
    Bound,
    /// The request names the actor.
    Named,
    /// As a member of a batch.
    Batch,
    /// Inside a host's transaction, which is rolled back.
    Host,
}

/// The answer that a cell must give: `ok`, or the code of the refusal.
fn expected(info: &OperationInfo, sample: &Sample, cast: Cast, way: Way, kind: Kind) -> &'static str {
    if way == Way::Host && info.host == HostRule::Refused {
        return "not_supported";
    }
    if cast == Cast::Nobody && info.needs_actor {
        return "invalid_request";
    }
    let letter = match cast {
        Cast::Nobody => 'n',
        Cast::Stranger => 'm',
        Cast::Buyer => 'b',
        Cast::Seller => 's',
        Cast::Admin => 'a',
        Cast::System => 'h',
    };
    match sample.may.contains(letter) {
        // servers have tools of their own for it
        true if kind != Kind::Sqlite && matches!(info.name, "admin.backup" | "admin.restore") => {
            "not_supported"
        }
        true => "ok",
        false => "not_permitted",
    }
}

/// Whether the letters of a sample are what its rule in the table says of it.
fn agrees(info: &OperationInfo, may: &str) -> bool {
    let has = |letters: &str| letters.chars().all(|letter| may.contains(letter));
    let none = |letters: &str| !letters.chars().any(|letter| may.contains(letter));
    match info.who {
        Who::Anybody => has("nmbsah"),
        Who::Staff => has("nah") && none("mbs"),
        Who::Owner | Who::Namesake | Who::Subject | Who::Each => has("nahb") && none("ms"),
        Who::Party => has("nahbs") && none("m"),
        Who::Listed | Who::Asked => has("nahb") && none("m"),
        // the tables of domains of their own: a stranger never, but to be told that he may do nothing
        Who::Deal => has("nmbsah") || none("m"),
        Who::Admin | Who::Approver => has("a") && none("nmbsh"),
    }
}

/// All of them in memory; on a database those whose answer rests on what it keeps, and on whose transaction
/// it is.
fn ways(info: &OperationInfo, cast: Cast, kind: Kind) -> Vec<Way> {
    if kind != Kind::Memory {
        return match cast {
            Cast::Stranger | Cast::Buyer => vec![Way::Bound, Way::Host],
            Cast::Seller | Cast::Admin if info.host == HostRule::Refused => vec![Way::Bound],
            Cast::Seller | Cast::Admin => vec![Way::Host],
            Cast::Nobody | Cast::System => vec![],
        };
    }
    let mut ways = vec![Way::Bound];
    if !matches!(cast, Cast::Stranger | Cast::Buyer | Cast::Admin) {
        return ways;
    }
    // in an audit the field is what is looked for
    if info.name != "admin.audit" {
        ways.push(Way::Named);
    }
    if info.key != KeyRule::None {
        ways.push(Way::Batch);
    }
    ways
}

/// The transactions of a host.
enum Host {
    None,
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Host {
    async fn of(stage: &Stage) -> Self {
        match stage.kind {
            Kind::Memory => Self::None,
            Kind::Sqlite => Self::Sqlite(sqlx::SqlitePool::connect(&stage.url).await.unwrap()),
            Kind::Postgres => Self::Postgres(sqlx::PgPool::connect(&stage.url).await.unwrap()),
        }
    }

    async fn call(
        &self,
        bank: &Engine,
        actor: Option<Actor>,
        name: &str,
        args: Value,
    ) -> Result<Value, Error> {
        macro_rules! inside {
            ($transaction:expr) => {{
                let mut tx = $transaction.await.unwrap();
                let bound = bank.using(&mut tx).unwrap();
                let bound = if let Some(actor) = actor { bound.acting(actor) } else { bound };
                let outcome = call(&bound, name, args).await;
                drop(bound);
                tx.rollback().await.unwrap();
                outcome
            }};
        }
        match self {
            Self::None => panic!("the memory has no transactions of others"),
            Self::Sqlite(pool) => inside!(pool.begin_with("BEGIN IMMEDIATE")),
            Self::Postgres(pool) => inside!(pool.begin()),
        }
    }
}

async fn called(
    stage: &Stage,
    host: &Host,
    cast: Cast,
    way: Way,
    n: usize,
    name: &str,
    args: Value,
) -> Result<Value, Error> {
    let actor = cast.actor(n);
    let named = |mut args: Value| {
        if let Some(actor) = &actor {
            args["actor"] = json!(actor);
        }
        args
    };
    let bound = actor.clone().map_or_else(|| stage.bank.clone(), |actor| stage.bank.acting(actor));
    let outcome = match way {
        Way::Bound => bound.call(name, args).await,
        Way::Named => stage.call(name, named(args)).await,
        Way::Batch => bound.call("ledger.batch", json!({ "ops": [{ "op": name, "args": args }] })).await,
        Way::Host => host.call(&stage.bank, actor, name, args).await,
    };
    declared(if way == Way::Batch { "ledger.batch" } else { name }, outcome)
}

/// Calls every operation as everybody, and tells each cell that is not as it should be.
async fn matrix(kind: Kind) {
    let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
    let (host, mut wrong, mut n) = (Host::of(&stage).await, Vec::new(), 0);
    samples::gate(&stage).await;
    for info in OPERATIONS {
        for cast in CAST {
            for way in ways(info, cast, kind) {
                n += 1;
                let sample = sample(&stage, info.name, n).await;
                assert!(
                    agrees(info, &sample.may),
                    "{}: `{}` is not `{}`",
                    info.name,
                    sample.may,
                    info.who.name()
                );
                let outcome = called(&stage, &host, cast, way, n, info.name, sample.args.clone()).await;
                let (got, expected) = (code(&outcome), expected(info, &sample, cast, way, kind));
                if let ("invalid_request", Err(error)) = (expected, &outcome) {
                    // nothing is wrong but that the program has named no actor
                    assert_eq!((&error.details()["field"], error.http_status()), (&json!("actor"), 500));
                }
                if got != expected {
                    let told = outcome.err().map(|error| error.to_string());
                    wrong.push(format!(
                        "{} as {cast:?}, {way:?}: {got}, not {expected} ({told:?})",
                        info.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells of {n} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    eprintln!("{kind:?}: {n} cells");
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_call_what_the_table_says_in_memory() {
    Box::pin(matrix(Kind::Memory)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_call_what_the_table_says_on_sqlite() {
    Box::pin(matrix(Kind::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_call_what_the_table_says_on_postgres() {
    Box::pin(matrix(Kind::Postgres)).await;
}

/// The administrative calls that a stranger tries.
const ADMINISTRATION: [&str; 6] = [
    "admin.restore",
    "admin.fork",
    "admin.erase_context",
    "admin.confirm_clock",
    "jobs.run_due",
    "jobs.lease",
];

/// Whoever is refused what changes something stands in the log, also where it changes the whole store.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_administration_leaves_its_event() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        for name in ADMINISTRATION {
            let args = match name {
                "admin.restore" => json!({ "path": "/nowhere" }),
                "admin.erase_context" => json!({ "subject": "anna" }),
                "jobs.lease" => json!({ "kinds": ["notify.admins"], "limit": 1, "for": "PT1M" }),
                _ => json!({}),
            };
            let bound = stage.bank.acting(Actor::new("mallory")).call(name, args.clone()).await;
            let mut named = args;
            named["actor"] = json!("oscar");
            let named = stage.call(name, named).await;
            assert_eq!([code(&bound), code(&named)], ["not_permitted"; 2], "{kind:?} {name}");
            let events = stage.ok("events.list", json!({ "types": ["call.refused"], "limit": 100 })).await;
            let all = events["items"].as_array().unwrap();
            let of_it = all.iter().filter(|event| event["object_id"] == *name);
            let mut who: Vec<&str> = of_it.map(|event| event["actor"]["id"].as_str().unwrap()).collect();
            who.sort_unstable();
            assert_eq!(who, ["mallory", "oscar"], "{kind:?} {name}: {all:#?}");
        }
        // what only reads leaves nothing
        let before = stage.event_types().await.len();
        let read = json!({ "actor": "mallory" });
        assert_eq!(code(&stage.call("admin.verify", read).await), "not_permitted");
        assert_eq!(stage.event_types().await.len(), before);
        stage.finish().await;
    }
}

/// The check that all scenarios make: a refusal has a code that the table declares.
#[test]
#[should_panic(expected = "`ledger.trial_balance` does not declare")]
fn a_code_that_the_table_does_not_declare_is_found() {
    let exists = Detail::AccountExists { account: "a".to_owned(), currency: "USD".to_owned() };
    let _ = declared::<()>("ledger.open_account", Err(exists.clone().into()));
    let _ = declared::<()>("ledger.trial_balance", Err(exists.into()));
}
