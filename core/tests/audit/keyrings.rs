//! Keyrings that a host fetches, and that change while an engine is open: what fails is named and shows no
//! secret, and what is taken up loses nothing.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::collections::VecDeque;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use earnest::api::operations::call;
use earnest::env::Env;
use earnest::keyring::{KeySource, Keyring, Purpose};
use earnest::{Code, Engine, Options};
use zeroize::Zeroizing;

use crate::support::log::Log;
use crate::support::{Kind, Stage, Value, code, json, options, options_from};

/// A text that no error, log line or `Debug` may show.
const MARKED: &str = "5ec4e7a1";

type Answer = Result<String, &'static str>;

/// A secrets manager whose next answers are known; the last one stays.
#[derive(Default)]
struct Manager {
    answers: Mutex<VecDeque<Answer>>,
    asked: AtomicU64,
    /// It does not answer.
    hangs: AtomicBool,
}

impl Manager {
    fn with(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        let manager = Self::default();
        manager.answers.lock().unwrap().extend(answers);
        Arc::new(manager)
    }

    fn of(keyring: &Keyring) -> Arc<Self> {
        Self::with([Ok(keyring.to_text().to_string())])
    }

    fn now(&self, answer: Answer) {
        *self.answers.lock().unwrap() = VecDeque::from([answer]);
    }

    fn has(&self, keyring: &Keyring) {
        self.now(Ok(keyring.to_text().to_string()));
    }
}

#[async_trait]
impl KeySource for Manager {
    async fn fetch(&self) -> Result<Zeroizing<String>, &'static str> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if self.hangs.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
        let mut answers = self.answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        next.unwrap().map(Zeroizing::new)
    }
}

/// One that never answers, and notes that nobody waits for it any more.
struct Silent(Arc<AtomicBool>);

#[async_trait]
impl KeySource for Silent {
    async fn fetch(&self) -> Result<Zeroizing<String>, &'static str> {
        struct Gone(Arc<AtomicBool>);
        impl Drop for Gone {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let _gone = Gone(self.0.clone());
        pending().await
    }
}

fn rotated(keyring: &Keyring) -> Keyring {
    keyring.rotate(&Env::default())
}

fn put(subject: &str) -> Value {
    json!({ "subject": subject, "name": "email", "value": "alice@example.com", "searchable": true })
}

fn of(subject: &str) -> Value {
    json!({ "subject": subject, "name": "email" })
}

fn pin(subject: &str) -> Value {
    json!({ "subject": subject, "pin": "4711" })
}

fn key_of(keyring: &Keyring) -> String {
    keyring.newest(Purpose::Vault).unwrap().kid().to_owned()
}

/// Refused, naming the keyring; answers all that is shown of it.
fn refused<T>(outcome: earnest::Result<T>) -> String {
    let Err(error) = outcome else { panic!("must be refused") };
    assert_eq!(error.code(), Code::InvalidRequest, "{error}");
    assert_eq!(error.details()["field"], "keyring");
    let shown = format!("{error} {error:?} {}", error.details());
    assert!(!shown.contains(MARKED), "{shown}");
    shown
}

/// Another engine on the store of a stage, as another process has it.
async fn process(stage: &Stage, options: Options) -> Engine {
    static SEEDS: AtomicU64 = AtomicU64::new(1);
    let seed = SEEDS.fetch_add(1, Ordering::SeqCst) * 1_000_000;
    let env = Env::test(crate::support::START.parse().unwrap(), seed);
    let names = (stage.options.schema.clone(), stage.options.table_prefix.clone());
    Engine::open_with(&stage.url, options.names(names.0, names.1).env(env)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_says_is_named_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let url = format!("sqlite:{}", path.display());
    let good = Keyring::for_tests().to_text().to_string();
    let cut = good.replacen("\"secret\":\"", &format!("\"secret\":\"{MARKED}"), 1);
    for (answer, expected) in [
        (Err("AccessDenied"), "was not fetched: AccessDenied"),
        (Ok(String::new()), "must be a keyring"),
        (Ok(MARKED.to_owned()), "must be a keyring"),
        (Ok(format!("{{\"{MARKED}\":")), "is broken at line 1"),
        (Ok(format!("{{\"earnest_keyring\":1,\"keys\":[{{\"purpose\":\"{MARKED}")), "is broken at line 1"),
        (Ok(cut), "keys[0].secret must be 64"),
        // what is fetched is a keyring and names none: a file of this machine is not asked for
        (Ok("file:/etc/hostname".to_owned()), "must be a keyring"),
    ] {
        let options = options().keyring_from(Manager::with([answer]));
        assert!(!format!("{options:?}").contains(MARKED));
        let shown = refused(Engine::open_with(&url, options).await);
        assert!(shown.contains(expected), "{shown}: {expected}");
        assert!(!path.exists(), "the store is opened after the keyring is there");
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_given_up_and_one_that_nobody_waits_for_ends() {
    let gone = Arc::new(AtomicBool::new(false));
    let silent = Arc::new(Silent(gone.clone()));
    let begun = tokio::time::Instant::now();
    let shown = refused(Engine::open_with("memory:", options().keyring_from(silent.clone())).await);
    assert!(shown.contains("within 30 s") && begun.elapsed() == Duration::from_secs(30), "{shown}");
    assert!(gone.swap(false, Ordering::SeqCst));
    let opening = Engine::open_with("memory:", options().keyring_from(silent));
    assert!(tokio::time::timeout(Duration::from_secs(1), opening).await.is_err());
    assert!(gone.load(Ordering::SeqCst), "whoever stops waiting ends it");
}

#[tokio::test(start_paused = true)]
async fn a_reload_that_hangs_or_is_given_up_changes_nothing_and_holds_up_nobody() {
    let (first, second) = (Keyring::for_tests(), rotated(&Keyring::for_tests()));
    let manager = Manager::of(&first);
    let bank = Engine::open_with("memory:", options().keyring_from(manager.clone())).await.unwrap();
    manager.has(&second);
    manager.hangs.store(true, Ordering::SeqCst);
    let short = Duration::from_secs(1);
    assert!(tokio::time::timeout(short, bank.reload_keyring()).await.is_err());
    let waiting = tokio::spawn({
        let bank = bank.clone();
        async move { bank.reload_keyring().await }
    });
    tokio::time::sleep(short).await;
    bank.call("vault.put", put("u-1")).await.unwrap();
    assert_eq!(bank.keyring().unwrap().public_keys(), first.public_keys());
    manager.hangs.store(false, Ordering::SeqCst);
    assert!(bank.reload_keyring().await.unwrap(), "another one need not wait for it");
    assert!(refused(waiting.await.unwrap()).contains("within 30 s"));
    assert_eq!(bank.keyring().unwrap().public_keys(), second.public_keys());
    bank.close().await;
}

#[tokio::test]
async fn no_key_is_ever_in_the_log() {
    let log = Log::begin();
    let first = Keyring::generate(&Env::default());
    let (manager, second) = (Manager::of(&first), rotated(&first));
    let bank = Engine::open_with("memory:", options().keyring_from(manager.clone())).await.unwrap();
    bank.call("vault.put", put("u-1")).await.unwrap();
    manager.has(&second);
    assert!(bank.reload_keyring().await.unwrap());
    manager.has(&first);
    refused(bank.reload_keyring().await);
    manager.now(Ok(format!("{{\"earnest_keyring\":1,\"keys\":[\"{MARKED}")));
    refused(bank.reload_keyring().await);
    bank.close().await;
    let said = log.end();
    assert!(said.contains("the keyring is another one") && said.contains(&key_of(&second)), "{said}");
    assert!(!said.contains(MARKED));
    for text in [first.to_text(), second.to_text()] {
        for secret in text.split("\"secret\":\"").skip(1) {
            assert!(!said.contains(&secret[..64]), "{said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_open_at_once_ask_for_themselves() {
    let manager = Manager::of(&Keyring::for_tests());
    let open = |seed| Engine::open_with("memory:", options_from(seed).keyring_from(manager.clone()));
    let (one, other) = tokio::join!(open(1), open(2));
    assert_eq!(manager.asked.load(Ordering::SeqCst), 2);
    for bank in [one.unwrap(), other.unwrap()] {
        bank.call("vault.put", put("u-1")).await.unwrap();
        bank.close().await;
    }
}

#[tokio::test]
async fn the_keyring_that_is_set_last_counts() {
    let (first, second) = (Keyring::for_tests(), Keyring::generate(&Env::default()));
    let manager = Manager::of(&second);
    let asked = options().keyring(first.clone()).keyring_from(manager.clone());
    let given = options().keyring_from(manager.clone()).keyring(first.clone());
    for (options, expected) in [(asked, &second), (given, &first)] {
        let bank = Engine::open_with("memory:", options).await.unwrap();
        assert_eq!(bank.keyring().unwrap().public_keys(), expected.public_keys());
        bank.close().await;
    }
    assert_eq!(manager.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_keyring_is_taken_up_from_its_source_or_its_file() {
    let first = Keyring::for_tests();
    let second = rotated(&first);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let write = |keyring: &Keyring| {
        std::fs::write(&path, keyring.to_text().as_bytes()).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    };
    write(&first);
    let manager = Manager::of(&first);
    let file = Keyring::request("keyring", &format!("file:{}", path.display())).unwrap();
    for options in [options().keyring_from(manager.clone()), options().keyring(file)] {
        manager.has(&first);
        write(&first);
        let bank = Engine::open_with("memory:", options).await.unwrap();
        let view = bank.book("main").unwrap();
        bank.call("vault.put", put("u-1")).await.unwrap();
        assert!(!bank.reload_keyring().await.unwrap());
        manager.has(&second);
        write(&second);
        assert!(bank.reload_keyring().await.unwrap());
        assert!(!view.reload_keyring().await.unwrap(), "views have the keyring of their engine");
        // the store says what wraps, until it is told otherwise
        let kept = view.call("vault.put", put("u-2")).await.unwrap();
        assert_eq!(kept["key_id"], key_of(&first));
        let paid = json!({ "account": "alice", "amount": "5.00 USD", "key": "k-1" });
        let paid = view.call("ledger.top_up", paid).await.unwrap();
        let receipt = view.call("receipts.get", json!({ "receipt": paid["transfer"]["id"] })).await.unwrap();
        assert!(receipt["signatures"].to_string().contains(&second.public_keys().keys[0].kid), "{receipt}");
        view.call("vault.rotate", json!({})).await.unwrap();
        assert_eq!(view.call("vault.put", put("u-3")).await.unwrap()["key_id"], key_of(&second));
        assert_eq!(view.call("vault.reveal", of("u-1")).await.unwrap()["value"], "alice@example.com");
        // the old key was dropped elsewhere, and nothing needs it
        let dropped = second.without("keyring", &key_of(&first)).unwrap();
        manager.has(&dropped);
        write(&dropped);
        assert!(bank.reload_keyring().await.unwrap());
        assert_eq!(view.call("vault.reveal", of("u-2")).await.unwrap()["value"], "alice@example.com");
        bank.close().await;
    }
    let bank = Engine::open_with("memory:", options().keyring(first)).await.unwrap();
    assert_eq!(code(&bank.reload_keyring().await), "not_supported");
    assert!(bank.replace_keyring(second).await.unwrap());
    bank.close().await;
    let bank = Engine::open_with("memory:", options()).await.unwrap();
    assert_eq!(code(&bank.reload_keyring().await), "not_supported");
    assert!(bank.replace_keyring(Keyring::for_tests()).await.unwrap());
    bank.call("vault.put", put("u-1")).await.unwrap();
    bank.close().await;
}

/// A fetched text may be anything. If it is refused, the engine keeps the keyring that it had.
#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_loses_something_is_refused_and_nothing_changes() {
    let first = rotated(&Keyring::for_tests());
    let old = key_of(&Keyring::for_tests());
    let second = rotated(&first);
    for kind in Kind::all() {
        let manager = Manager::of(&Keyring::for_tests());
        let stage = Stage::with(kind, options().keyring_from(manager.clone())).await;
        stage.ok("vault.put", put("u-1")).await;
        // a PIN that is given is hashed anew with the newest key; that of u-2 is not
        for subject in ["u-1", "u-2"] {
            stage.ok("credentials.set_pin", pin(subject)).await;
        }
        manager.has(&first);
        assert!(stage.bank.reload_keyring().await.unwrap());
        let newest = first.public_keys().keys[0].kid.clone();
        let needed = first.without("keyring", &old).unwrap();
        let pepper = Keyring::for_tests().newest(Purpose::Pins).unwrap().kid().to_owned();
        for (answer, expected) in [
            (Err("Throttling"), "was not fetched: Throttling".to_owned()),
            (Ok(format!("{MARKED} ")), "must be a keyring".to_owned()),
            (Ok(Keyring::for_tests().to_text().to_string()), newest),
            (Ok(Keyring::generate(&Env::default()).to_text().to_string()), "another installation".to_owned()),
            (Ok(needed.to_text().to_string()), format!("lacks `{old}`, which book `main` still needs")),
            (
                Ok(first.without("keyring", &pepper).unwrap().to_text().to_string()),
                format!("lacks `{pepper}`, which book `main` still needs"),
            ),
        ] {
            manager.now(answer);
            let shown = refused(stage.bank.reload_keyring().await);
            assert!(
                shown.contains(&expected) || shown.contains("which checks"),
                "{kind:?} {shown}: {expected}"
            );
            assert_eq!(stage.bank.keyring().unwrap().public_keys(), first.public_keys());
            assert_eq!(stage.ok("vault.reveal", of("u-1")).await["value"], "alice@example.com");
            stage.ok("credentials.verify_pin", pin("u-1")).await;
        }
        manager.has(&second);
        assert!(stage.bank.reload_keyring().await.unwrap());
        stage.finish().await;
    }
}

/// A process without the pepper of newer ones refuses every PIN: its health says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_pepper_is_critical() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (first, second) = (Keyring::for_tests(), rotated(&Keyring::for_tests()));
        let stage = Stage::with(kind, options().keyring(second)).await;
        let other = process(&stage, options().keyring(first)).await;
        let keyring = async || {
            let checks = other.health().await.unwrap().checks;
            let check = checks.into_iter().find(|check| check.name == "keyring").unwrap();
            (check.status.clone(), check.detail)
        };
        assert_eq!(keyring().await.0, "healthy");
        let pin = json!({ "subject": "u-1", "pin": "4711" });
        stage.ok("credentials.set_pin", pin.clone()).await;
        let error = other.call("credentials.verify_pin", pin).await.unwrap_err();
        assert_eq!(error.code(), Code::KeyNotFound);
        let (status, detail) = keyring().await;
        assert!(status == "critical" && detail.contains("PINs of book `main`"), "{detail}");
        other.close().await;
        stage.finish().await;
    }
}

/// Two processes, one of which has taken up the new keyring: the other reads what it can, its writes fail and
/// name the key, and a reload mends it.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_has_not_reloaded_fails_by_name_until_it_does() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (first, second) = (Keyring::for_tests(), rotated(&Keyring::for_tests()));
        let manager = Manager::of(&first);
        let stage = Stage::with(kind, options().keyring_from(manager.clone())).await;
        let other = process(&stage, options().keyring_from(manager.clone())).await;
        stage.ok("vault.put", put("u-1")).await;
        manager.has(&second);
        assert!(stage.bank.reload_keyring().await.unwrap());
        // until the store is told, both write
        other.call("vault.put", put("u-2")).await.unwrap();
        stage.ok("vault.rotate", json!({})).await;
        for (name, args) in [("vault.put", put("u-3")), ("vault.reveal", of("u-1"))] {
            let error = other.call(name, args).await.unwrap_err();
            assert_eq!(error.code(), Code::KeyNotFound, "{name}");
            assert_eq!(error.details()["key"], format!("vault/{}", key_of(&second)));
        }
        let critical = |health: earnest::views::admin::Health| {
            health.checks.into_iter().any(|check| check.name == "keyring" && check.status == "critical")
        };
        assert!(critical(other.health().await.unwrap()));
        let found = other.call("vault.find", json!({ "name": "email", "value": "alice@example.com" })).await;
        assert_eq!(found.unwrap()["subjects"], json!(["u-1", "u-2"]));
        // a source that is behind changes nothing, and takes nothing away
        manager.has(&first);
        assert!(!other.reload_keyring().await.unwrap());
        manager.has(&second);
        assert!(other.reload_keyring().await.unwrap());
        assert!(!critical(other.health().await.unwrap()));
        other.call("vault.put", put("u-3")).await.unwrap();
        for subject in ["u-1", "u-2", "u-3"] {
            assert_eq!(other.call("vault.reveal", of(subject)).await.unwrap()["value"], "alice@example.com");
        }
        other.close().await;
        stage.finish().await;
    }
}

/// Values are put and revealed, PINs set and checked, receipts signed, on the engine and in transactions of
/// the host, while the keyring is rotated four times, taken up by many at once, and the store told at once.
/// Nothing fails but calls that began before, as those of another process would: called again they succeed.
#[tokio::test(flavor = "multi_thread")]
async fn calls_in_flight_go_on_while_the_keyring_is_replaced() {
    for kind in Kind::all() {
        let manager = Manager::of(&Keyring::for_tests());
        let stage = Stage::with(kind, options().keyring_from(manager.clone())).await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut workers = tokio::task::JoinSet::new();
        for who in 0..4 {
            let (bank, stop, url) = (stage.bank.clone(), stop.clone(), stage.url.clone());
            workers.spawn(async move {
                let mut subjects = Vec::new();
                for n in 0.. {
                    if stop.load(Ordering::SeqCst) && n > 2 {
                        break;
                    }
                    let subject = format!("w{who}-{n}");
                    match (who, kind) {
                        (0, Kind::Sqlite) => hosted_sqlite(&bank, &url, &subject).await,
                        (0, Kind::Postgres) => hosted_postgres(&bank, &url, &subject).await,
                        (1, _) => checked(&bank, &subject).await,
                        (2, _) => signed(&bank, &subject).await,
                        _ => drop(now_or_again(|| bank.call("vault.put", put(&subject))).await),
                    }
                    subjects.push(subject);
                }
                (who, subjects)
            });
        }
        let mut keyring = Keyring::for_tests();
        for _ in 0..4 {
            keyring = rotated(&keyring);
            manager.has(&keyring);
            let reloads: Vec<_> = (0..4)
                .map(|_| {
                    let bank = stage.bank.clone();
                    tokio::spawn(async move { bank.reload_keyring().await.unwrap() })
                })
                .collect();
            let mut changed = 0;
            for reload in reloads {
                changed += u32::from(reload.await.unwrap());
            }
            assert_eq!(changed, 1, "one of them took it up");
            stage.ok("vault.rotate", json!({})).await;
        }
        stop.store(true, Ordering::SeqCst);
        while let Some(done) = workers.join_next().await {
            let (who, subjects) = done.unwrap();
            for subject in subjects {
                match who {
                    1 => drop(stage.ok("credentials.verify_pin", pin(&subject)).await),
                    2 => assert_eq!(stage.balance(&subject).await, "1.00 0.00 1.00"),
                    _ => assert_eq!(
                        stage.ok("vault.reveal", of(&subject)).await["value"],
                        "alice@example.com",
                        "{kind:?} {subject}"
                    ),
                }
            }
        }
        // with the newest keyring alone, and its old keys of the vault gone
        stage.ok("vault.rotate", json!({})).await;
        let keys = stage.ok("vault.keys", json!({})).await;
        assert_eq!(
            (&keys["items"][0]["key_id"], &keys["items"][1]["purpose"], &keys["items"][2]),
            (&json!(key_of(&keyring)), &json!("index"), &Value::Null)
        );
        stage.finish().await;
    }
}

async fn checked(bank: &Engine, subject: &str) {
    bank.call("credentials.set_pin", pin(subject)).await.unwrap();
    bank.call("credentials.verify_pin", pin(subject)).await.unwrap();
}

async fn signed(bank: &Engine, account: &str) {
    let paid = json!({ "account": account, "amount": "1.00 USD", "key": account });
    let paid = bank.call("ledger.top_up", paid).await.unwrap();
    let receipt = bank.call("receipts.get", json!({ "receipt": paid["transfer"]["id"] })).await.unwrap();
    let found = bank.call("receipts.verify", json!({ "receipt": receipt })).await.unwrap();
    assert_eq!(found["valid"], true, "{found}");
}

/// A call that began with the earlier keyring does not have the key that the store names since.
async fn now_or_again<T, F: Future<Output = earnest::Result<T>>>(call: impl Fn() -> F) -> T {
    match call().await {
        Ok(reply) => reply,
        Err(error) if error.code() == Code::KeyNotFound => call().await.unwrap(),
        Err(error) => panic!("{error}"),
    }
}

async fn hosted_sqlite(bank: &Engine, url: &str, subject: &str) {
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(url.trim_start_matches("sqlite:"));
    let pool = sqlx::SqlitePool::connect_with(file.busy_timeout(Duration::from_secs(30))).await.unwrap();
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let bound = bank.using(&mut tx).unwrap();
    now_or_again(|| call(&bound, "vault.put", put(subject))).await;
    drop(bound);
    tx.commit().await.unwrap();
    pool.close().await;
}

async fn hosted_postgres(bank: &Engine, url: &str, subject: &str) {
    // another transaction may have rotated what this one has read: the host runs it again, as its docs say
    loop {
        let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
        let mut tx = sqlx::Connection::begin(&mut connection).await.unwrap();
        let outcome = call(&bank.using(&mut tx).unwrap(), "vault.put", put(subject)).await;
        match outcome {
            Ok(_) => return tx.commit().await.unwrap(),
            Err(error) => assert!([Code::Contention, Code::KeyNotFound].contains(&error.code()), "{error}"),
        }
    }
}

/// A key service: it opens what it wrapped under its own key, and lets whom it likes.
struct Service {
    texts: Arc<Manager>,
    wrapped: Vec<u8>,
    opens: Mutex<Result<Vec<u8>, &'static str>>,
    opened: AtomicU64,
}

#[async_trait]
impl KeySource for Service {
    async fn fetch(&self) -> Result<Zeroizing<String>, &'static str> {
        self.texts.fetch().await
    }

    async fn unwrap(&self, by: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        assert_eq!((by, wrapped), (SERVICE, self.wrapped.as_slice()));
        self.opened.fetch_add(1, Ordering::SeqCst);
        self.opens.lock().unwrap().clone().map(Zeroizing::new)
    }
}

const SERVICE: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";

/// A sealed keyring opens by its service, at open and at each reload; what the service refuses is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_keyring_is_opened_by_its_service() {
    let (first, second) = (Keyring::for_tests(), rotated(&Keyring::for_tests()));
    let sealed = |keyring: &Keyring| keyring.seal(&Env::default(), SERVICE, b"wrapped", &[7; 32]).unwrap();
    let service = Arc::new(Service {
        texts: Manager::with([Ok(sealed(&first))]),
        wrapped: b"wrapped".to_vec(),
        opens: Mutex::new(Ok(vec![7; 32])),
        opened: AtomicU64::new(0),
    });
    let bank = Engine::open_with("memory:", options().keyring_from(service.clone())).await.unwrap();
    bank.call("vault.put", put("u-1")).await.unwrap();
    service.texts.now(Ok(sealed(&second)));
    for (answer, expected) in [
        (Err("AccessDenied"), "did not open it: AccessDenied"),
        (Ok(vec![8; 32]), "did not open: the value, its place or its key was altered"),
        (Ok(MARKED.as_bytes().to_vec()), "a data key of 32 bytes"),
    ] {
        *service.opens.lock().unwrap() = answer;
        let shown = refused(bank.reload_keyring().await);
        assert!(shown.contains(expected), "{shown}: {expected}");
        assert_eq!(bank.keyring().unwrap().public_keys(), first.public_keys());
    }
    *service.opens.lock().unwrap() = Ok(vec![7; 32]);
    assert!(bank.reload_keyring().await.unwrap());
    assert_eq!(bank.call("vault.reveal", of("u-1")).await.unwrap()["value"], "alice@example.com");
    // one that is not sealed is no matter of the service
    let asked = service.opened.load(Ordering::SeqCst);
    service.texts.has(&second);
    assert!(!bank.reload_keyring().await.unwrap());
    assert_eq!((asked, service.opened.load(Ordering::SeqCst)), (5, 5));
    bank.close().await;
    let manager = Manager::with([Ok(sealed(&first))]);
    let shown = refused(Engine::open_with("memory:", options().keyring_from(manager)).await);
    assert!(shown.contains("this source unwraps nothing"), "{shown}");
}
