//! Keyrings that several commands change at once, that are links, and that other stores use; and what a key
//! of PINs and recovery codes is needed for.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use earnest::Time;
use earnest::credential::totp::{Algorithm, Totp, step_of};
use earnest::keyring::Purpose;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

use crate::cli::{self, Ran};
use crate::key_rotation::{Place, has, newest, of, put, refused, reveal, rotate};

/// A keyring in a file.
fn made(place: &Place, name: &str) -> std::path::PathBuf {
    let ring = place.file(name);
    assert_eq!(cli::earnest(&["keygen", "--out", ring.to_str().unwrap()]).code, 0);
    ring
}

fn rotated(ring: &Path) {
    let ran = cli::earnest(&["keygen", "--rotate", ring.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// A keyring with two old keys of the vault that nothing needs: its path, and the ids of both.
fn twice_rotated(place: &Place) -> (std::path::PathBuf, [String; 2]) {
    let ring = made(place, "keys.json");
    let first = newest(&ring, Purpose::Vault);
    place.replies(&ring, "main", &[put("alice")]);
    rotated(&ring);
    let second = newest(&ring, Purpose::Vault);
    rotated(&ring);
    assert_eq!(place.replies(&ring, "main", &[rotate()])[0]["remaining"], 0);
    (ring, [first, second])
}

fn begun(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> Ran {
    let done = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: done.status.code().unwrap(), out: text(done.stdout), err: text(done.stderr) }
}

/// Whoever rotates a keyring, root for example, leaves it to the service that it belongs to.
#[test]
fn a_keyring_stays_that_of_its_owner() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let place = Place::sqlite();
    let ring = made(&place, "keys.json");
    // root can give it to anybody, and others to a second group that they are in
    let own = std::fs::metadata(&ring).unwrap();
    let groups = String::from_utf8(Command::new("id").arg("-G").output().unwrap().stdout).unwrap();
    let second = || {
        let groups = groups.split_whitespace().map(|group| group.parse().unwrap());
        groups
            .into_iter()
            .find(|group| *group != own.gid())
            .expect("whoever runs this is root or in two groups")
    };
    let other = if own.uid() == 0 { (12_345, 12_346) } else { (own.uid(), second()) };
    chown(&ring, Some(other.0), Some(other.1)).unwrap();
    // it is the new file that is given away, whatever another user has put under its name meanwhile
    let trace = place.file("trace.txt");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-e", "trace=/chown", "-o", trace.to_str().unwrap()]);
    traced.arg(env!("CARGO_BIN_EXE_earnest")).args(["keygen", "--rotate", ring.to_str().unwrap()]);
    assert_eq!(ended(begun(traced)).code, 0);
    let calls = std::fs::read_to_string(&trace).unwrap();
    assert!(calls.contains("fchown(") && calls.lines().all(|line| line.contains("fchown(")), "{calls}");
    let after = std::fs::metadata(&ring).unwrap();
    assert_ne!(after.ino(), own.ino());
    assert_eq!((after.uid(), after.gid(), after.mode() & 0o7777), (other.0, other.1, 0o600));
}

/// A copy has no data keys: no key is in use there, and none is missing.
#[test]
fn a_copy_of_the_log_needs_no_key() {
    let place = Place::sqlite();
    let ring = made(&place, "keys.json");
    let old = newest(&ring, Purpose::Vault);
    place.replies(&ring, "main", &[put("alice")]);
    let copy = format!("sqlite:{}", place.file("copy.db").display());
    let into = json!({ "op": "events.replay", "args": { "into": copy } });
    place.replies(&ring, "main", &[into]);
    rotated(&ring);
    assert_eq!(place.replies(&ring, "main", &[rotate()])[0]["remaining"], 0);
    let of_copy = |arguments: &[&str]| {
        let mut command = cli::command(arguments);
        command.args(["--store", &copy]).env("EARNEST_KEYRING", format!("file:{}", ring.display()));
        cli::run(&mut command, "")
    };
    refused(&of_copy(&["keygen", "--drop", &old]), 1, &["--unused-here"]);
    assert_eq!(place.earnest(&ring, &["keygen", "--drop", &old]).code, 0);
    let health = of_copy(&["health", "--json"]);
    let checks = health.lines()[0]["checks"].as_array().unwrap().clone();
    let keyring = checks.iter().find(|check| check["name"] == "keyring").unwrap().clone();
    assert_eq!(keyring["status"], "healthy", "{health:?}");
}

/// Three drops, two of the same key, have read the keyring and wait for the store while it is rotated.
#[tokio::test(flavor = "multi_thread")]
async fn a_drop_keeps_what_others_changed_while_it_read_the_store() {
    let place = tokio::task::spawn_blocking(Place::postgres).await.unwrap();
    let (ring, [first, second]) = twice_rotated(&place);
    let mut store = PgConnection::connect(&place.url).await.unwrap();
    let mut busy = store.begin().await.unwrap();
    busy.execute("LOCK TABLE earnest.record IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let drops = [&first, &first, &second].map(|kid| begun(place.command(&ring, &["keygen", "--drop", kid])));
    let waiting = "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_database d ON d.oid = database \
                   WHERE NOT granted AND d.datname = current_database()";
    while busy.fetch_one(waiting).await.unwrap().get::<i64, _>(0) < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let third = newest(&ring, Purpose::Vault);
    rotated(&ring);
    let fourth = newest(&ring, Purpose::Vault);
    busy.commit().await.unwrap();

    let [one, other, second_drop] = drops.map(ended);
    assert_eq!(second_drop.code, 0, "{second_drop:?}");
    let (won, lost) = if one.code == 0 { (one, other) } else { (other, one) };
    assert_eq!(won.code, 0, "{won:?}");
    refused(&lost, 1, &["no key with this id"]);
    assert!(third != fourth && has(&ring, &third) && has(&ring, &fourth), "what was added is there");
    assert!(!has(&ring, &first) && !has(&ring, &second), "what was dropped is not");
    assert_eq!(place.replies(&ring, "main", &[reveal("alice")])[0]["value"], of("alice"));
}

/// A transaction that has written is open, and stays so: what it wrote is in no count.
#[tokio::test(flavor = "multi_thread")]
async fn a_drop_is_refused_while_a_transaction_stays_open() {
    let place = tokio::task::spawn_blocking(Place::postgres).await.unwrap();
    let (ring, [first, _]) = twice_rotated(&place);
    let mut store = PgConnection::connect(&place.url).await.unwrap();
    let mut open = store.begin().await.unwrap();
    open.execute("UPDATE earnest.record SET version = version WHERE false").await.unwrap();
    let command = place.command(&ring, &["keygen", "--drop", &first]);
    let drop = tokio::task::spawn_blocking(move || ended(begun(command))).await.unwrap();
    let shown = [first.as_str(), "cannot tell yet", "transactions that have written are still open"];
    refused(&drop, 1, &shown);
    assert!(has(&ring, &first));
    open.rollback().await.unwrap();
    assert_eq!(place.earnest(&ring, &["keygen", "--drop", &first]).code, 0);
    assert!(!has(&ring, &first));
}

#[test]
fn rotations_at_once_lose_no_key_and_a_killed_one_holds_nobody_up() {
    let place = Place::sqlite();
    let ring = made(&place, "keys.json");
    let shown = ring.to_str().unwrap();
    let mut killed = Command::new("strace");
    killed.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=/^rename",
        "-e",
        "inject=/^rename:signal=KILL",
    ]);
    killed.arg(env!("CARGO_BIN_EXE_earnest")).args(["keygen", "--rotate", shown]);
    let status = begun(killed).wait_with_output().unwrap().status;
    assert_eq!(status.signal(), Some(9), "it was killed while it held the keyring");

    let kept = |text: &str| text.lines().filter(|line| line.contains("\"kek-")).count();
    let keys = kept(&std::fs::read_to_string(&ring).unwrap());
    let rotations: Vec<Child> =
        (0..16).map(|_| begun(cli::command(&["keygen", "--rotate", shown]))).collect();
    for rotation in rotations {
        let ran = ended(rotation);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(kept(&std::fs::read_to_string(&ring).unwrap()), keys + 16);
}

#[test]
fn a_keyring_that_is_a_link_stays_one() {
    let place = Place::sqlite();
    std::fs::create_dir(place.file("secret")).unwrap();
    let real = made(&place, "secret/keys.json");
    let link = place.file("keys.json");
    std::os::unix::fs::symlink("secret/keys.json", &link).unwrap();
    let old = newest(&link, Purpose::Vault);
    place.replies(&link, "main", &[put("alice")]);
    rotated(&link);
    let new = newest(&real, Purpose::Vault);
    assert_ne!(new, old);
    place.replies(&link, "main", &[rotate()]);
    let ran = place.earnest(&link, &["keygen", "--drop", &old]);
    assert!(ran.code == 0 && has(&real, &new) && !has(&real, &old), "{ran:?}");
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::read_dir(place.file("secret")).unwrap().count(), 1, "nothing is left over");
}

/// A store that the keyring was never used with cannot say that a key is not needed.
#[test]
fn a_key_is_not_dropped_on_the_word_of_another_store() {
    let place = Place::sqlite();
    let (ring, [old, _]) = twice_rotated(&place);
    let pin = json!({ "op": "credentials.set_pin", "args": { "subject": "alice", "pin": "470815" } });
    place.replies(&ring, "main", std::slice::from_ref(&pin));
    let pepper = newest(&ring, Purpose::Pins);
    rotated(&ring);

    let fresh = Place::sqlite();
    assert_eq!(cli::earnest(&["migrate", "--store", &fresh.url]).code, 0);
    // with a vault and PINs, of a keyring of its own
    let staging = Place::postgres();
    let own = made(&staging, "keys.json");
    staging.replies(&own, "main", &[put("alice"), pin]);
    for kid in [&old, &pepper] {
        for other in [&fresh, &staging] {
            let ran = other.earnest(&ring, &["keygen", "--drop", kid]);
            refused(&ran, 1, &[kid, "cannot tell", "--unused-here"]);
        }
        for more in [&[][..], &["--unused-here"]] {
            let mut args = vec!["keygen", "--drop", kid];
            args.extend(more);
            let mut command = cli::command(&args);
            command.env("EARNEST_KEYRING", format!("file:{}", ring.display()));
            refused(&cli::run(command.env("EARNEST_STORE", "memory:"), ""), 2, &["EARNEST_STORE", "memory:"]);
        }
        assert!(has(&ring, kid));
    }
    // whoever says so drops it
    let elsewhere = place.file("without.json");
    let args = ["keygen", "--drop", &old, "--unused-here", "--out", elsewhere.to_str().unwrap()];
    let ran = fresh.earnest(&ring, &args);
    assert!(ran.code == 0 && !has(&elsewhere, &old) && has(&ring, &old), "{ran:?}");
    // what is needed is needed whoever says otherwise
    refused(&place.earnest(&ring, &["keygen", "--drop", &pepper, "--unused-here"]), 1, &[&pepper, "1 PINs"]);
    assert_eq!(place.earnest(&ring, &["keygen", "--drop", &old]).code, 0);
    refused(&cli::earnest(&["keygen", "--unused-here"]), 2, &["--drop"]);
}

fn enrol(subject: &str) -> Value {
    let args = json!({ "subject": subject, "issuer": "Shop", "account_name": "alice" });
    json!({ "op": "credentials.enrol_totp", "args": args })
}

fn given(op: &str, subject: &str, code: &str) -> Value {
    json!({ "op": format!("credentials.{op}"), "args": { "subject": subject, "code": code } })
}

/// The code of an enrolment that is right now, and for a while.
fn code_of(enrolled: &Value) -> String {
    let totp = Totp::request(enrolled["secret"].as_str().unwrap(), 6, Algorithm::Sha1).unwrap();
    let micros = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    let now = Time::from_micros(i64::try_from(micros()).unwrap());
    totp.code(step_of(now)).to_string()
}

/// Recovery codes keep a key until their owner has enrolled anew or used the last; an enrolment that nobody
/// confirmed does not, and cannot be confirmed without its key.
#[test]
fn a_pepper_is_needed_while_recovery_codes_are_left() {
    for place in [Place::sqlite(), Place::postgres()] {
        let ring = made(&place, "keys.json");
        let pepper = newest(&ring, Purpose::Pins);
        let made = place.replies(&ring, "main", &[enrol("alice"), enrol("bob"), enrol("carol")]);
        let confirmed = place.replies(
            &ring,
            "main",
            &[
                given("confirm_totp", "alice", &code_of(&made[0])),
                given("confirm_totp", "bob", &code_of(&made[1])),
            ],
        );
        assert!(confirmed.iter().all(|reply| !reply.is_null()), "{confirmed:?}");
        rotated(&ring);
        let drop = || place.earnest(&ring, &["keygen", "--drop", &pepper]);
        refused(&drop(), 1, &["2 sets of recovery codes", "`main`", "credentials.enrol_totp"]);
        assert!(!drop().err.contains("PINs"), "{:?}", drop());

        // alice uses all of them, one as the proof that her new enrolment needs
        let codes: Vec<&str> =
            made[0]["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        let all: Vec<Value> = codes.iter().map(|code| given("verify_totp", "alice", code)).collect();
        let used = place.replies(&ring, "main", &all);
        assert!(used.iter().all(|reply| reply["recovery_code_used"] == true), "{used:?}");
        refused(&drop(), 1, &["1 sets of recovery codes"]);
        // bob enrols anew
        let proof = &place.replies(
            &ring,
            "main",
            &[given("verify_totp", "bob", made[1]["recovery_codes"][0].as_str().unwrap())],
        )[0]["proof"];
        let anew = &place.replies(&ring, "main", &[enrol("bob")])[0];
        let mut confirm = given("confirm_totp", "bob", &code_of(anew));
        confirm["args"]["proofs"] = json!([proof]);
        assert!(!place.replies(&ring, "main", &[confirm])[0].is_null());

        let ran = drop();
        assert!(ran.code == 0 && !has(&ring, &pepper), "{ran:?}");
        let late = given("confirm_totp", "carol", &code_of(&made[2])).to_string();
        let mut command = place.command(&ring, &["run", "-", "--json"]);
        let late = cli::run(&mut command, &late);
        assert_eq!(late.lines()[0]["error"]["code"], "key_not_found", "{late:?}");
        assert!(late.out.contains(&pepper) && late.out.contains("enrol anew"), "{late:?}");
        // alice has none left, and the key of those that she had is gone: what she types is wrong
        let none = given("verify_totp", "alice", codes[0]).to_string();
        let none = cli::run(&mut place.command(&ring, &["run", "-", "--json"]), &none);
        assert_eq!(none.lines()[0]["error"]["code"], "otp_invalid", "{none:?}");
        let anew = &place.replies(&ring, "main", &[enrol("carol")])[0];
        let confirm = given("confirm_totp", "carol", &code_of(anew));
        assert!(!place.replies(&ring, "main", &[confirm])[0].is_null());
    }
}

/// The store refuses the last write of a rotation, as if the process had died before it.
#[tokio::test]
async fn a_rotation_without_its_end_is_named_as_that() {
    let place = Place::sqlite();
    let ring = made(&place, "keys.json");
    let old = newest(&ring, Purpose::Vault);
    place.replies(&ring, "main", &[put("alice")]);
    rotated(&ring);
    let mut store = SqliteConnection::connect(&place.url).await.unwrap();
    let refusal = "CREATE TRIGGER no_end BEFORE UPDATE ON earnest_record WHEN NEW.kind = 'vault_keys' \
                   AND json_array_length(NEW.body, '$.facts.in_use') = 1 BEGIN SELECT RAISE(ABORT, 'no'); END";
    store.execute(refusal).await.unwrap();
    assert!(place.replies(&ring, "main", &[rotate()])[0].is_null(), "its last write was refused");
    let ran = place.earnest(&ring, &["keygen", "--drop", &old]);
    refused(&ran, 1, &[&old, "`main`", "cut off", "vault.rotate"]);
    assert!(!ran.err.contains("0 data keys"), "{ran:?}");
    store.execute("DROP TRIGGER no_end").await.unwrap();
    store.close().await.unwrap();
    assert_eq!(place.replies(&ring, "main", &[rotate()])[0]["remaining"], 0);
    assert_eq!(place.earnest(&ring, &["keygen", "--drop", &old]).code, 0);
}

/// A key that another book of the store needs is missed too, not that of the engine's book alone.
#[test]
fn health_names_a_key_that_any_book_needs() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ring, other) = (made(&place, "keys.json"), made(&place, "other.json"));
        place.replies(&ring, "main", &[put("alice")]);
        place.replies(&other, "shop", &[put("bob")]);
        let kid = newest(&other, Purpose::Index);
        let ran = place.earnest(&ring, &["health"]);
        assert!(ran.code == 1 && ran.out.contains(&kid) && ran.out.contains("`shop`"), "{ran:?}");
        let ran = place.earnest(&other, &["health", "--book", "shop"]);
        let own = newest(&ring, Purpose::Index);
        assert!(ran.code == 1 && ran.out.contains(&own) && ran.out.contains("`main`"), "{ran:?}");
    }
}
