//! A whole run with marked secrets: they are in the replies that show them and nowhere else. Not in other
//! output, not in the log, not in the database or the log of its server, and once a call has ended not in the
//! memory of the program.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use earnest::credential::totp::{Algorithm, Totp, step_of};
use earnest::env::Env;
use earnest::keyring::{Keyring, Purpose};
use earnest_evm::Key;
use serde_json::{Value, json};

use crate::cli;
use crate::key_rotation::Place;
use crate::searched::{Left, Memory, Search, Secret};
use crate::servers::{Server, Stop};

/// A text that is no secret: if the search misses it, it would miss everything.
const CONTROL: &str = "control-3f9c2e71";

const VALUE: &str = "marked value 7c1e0d, Elm Street 4";
const FIRST_PIN: &str = "830174926518";
const SECOND_PIN: &str = "205817394061";
const THIRD_PIN: &str = "691730482957";
const WRONG_PIN: &str = "830174926519";
const TAKEN_OVER: &str = "marked-otp-secret-51e7";
const PRIVATE_KEY: &str = "0x3f1c8ea57b02d946c3a1559ed07f6b284c9912e6ad5503b78f40c61be27da935";
/// An example of BIP-39.
const WORDS: &str = "scheme spot photo card baby mountain device kick cradle pact join borrow";
const PASSPHRASE: &str = "marked passphrase 6d20";
const PATH: &str = "m/44'/60'/0'/0/0";
const PASSWORD: &str = "testpassword";

/// Which replies show secrets.
const SHOWN: [(&str, &str); 8] = [
    ("vault.reveal", "value"),
    ("vault.export", "value"),
    ("credentials.enrol_totp", "drawn secret"),
    ("credentials.enrol_totp", "taken over"),
    ("credentials.enrol_totp", "recovery code"),
    ("credentials.verify_pin", "proof"),
    ("credentials.verify_totp", "proof"),
    ("credentials.verify_totp", "second proof"),
];

/// A run that is talked to line by line, and what it was told and has said.
struct Talk {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    secrets: Vec<Secret>,
    replies: Vec<(String, String)>,
    /// Secrets left in memory after a call, each with the name of the call.
    left: Vec<(String, Left)>,
}

impl Talk {
    fn begin(command: &mut Command, log: &Path) -> Self {
        command.args(["run", "-", "--json", "--log", "trace"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(File::create(log).unwrap());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output, secrets: Vec::new(), replies: Vec::new(), left: Vec::new() }
    }

    fn says(&mut self, line: &Value) -> Value {
        writeln!(self.input, "{line}").unwrap();
        let mut said = String::new();
        self.output.read_line(&mut said).unwrap();
        let reply: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{said}: {error}"));
        self.replies.push((line["op"].as_str().unwrap().to_owned(), said));
        reply
    }

    fn ok(&mut self, op: &str, args: Value) -> Value {
        let mut line = json!({ "op": op });
        line["args"] = args;
        let mut told = self.says(&line);
        assert_eq!(told["ok"], true, "{op}: {told}");
        self.look(op);
        told["reply"].take()
    }

    /// Looks for what the call before has left: the next one may write over it.
    fn look(&mut self, op: &str) {
        let left = Search::of(&self.secrets).in_memory(&Memory::at_rest(self.child.id()));
        self.left.extend(left.into_iter().map(|left| (op.to_owned(), left)));
    }

    fn no(&mut self, op: &str, args: Value, code: &str) {
        let mut line = json!({ "op": op, "expect": code });
        line["args"] = args;
        let told = self.says(&line);
        assert_eq!(told["error"]["code"], code, "{op}: {told}");
        self.look(op);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.secrets.push(Secret::text(name, text));
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.secrets.push(Secret::bytes(name, bytes));
    }

    /// A proof has the letter of its kind, the id of what it proves, and its secret.
    fn proof(&mut self, name: &str, reply: &Value) -> String {
        let proof = reply["proof"].as_str().unwrap().to_owned();
        self.text(name, proof.rsplit('.').next().unwrap());
        proof
    }
}

fn values(run: &mut Talk) {
    run.text("value", VALUE);
    let put =
        json!({ "subject": "u-1", "name": "address", "value": VALUE, "searchable": true, "key": "v-1" });
    run.ok("vault.put", put.clone());
    assert_eq!(run.ok("vault.put", put.clone())["replayed"], true);
    let mut other = put;
    other["name"] = "street".into();
    run.no("vault.put", other, "idempotency_mismatch");
    run.no("vault.put", json!({ "subject": "u-1", "name": "address", "value": [VALUE] }), "invalid_request");
    run.no("vault.put", json!({ "subject": VALUE, "name": "address", "value": VALUE }), "invalid_request");
    let found = run.ok("vault.find", json!({ "name": "address", "value": VALUE }));
    assert_eq!(found["subjects"], json!(["u-1"]));
    let of = json!({ "subject": "u-1", "name": "address" });
    assert_eq!(run.ok("vault.reveal", of)["value"], VALUE);
    run.ok("vault.export", json!({ "subject": "u-1", "actor": { "id": "kim", "role": "admin" } }));
    run.ok("vault.rotate", json!({}));
}

fn pins(run: &mut Talk) {
    for (name, pin) in [
        ("first PIN", FIRST_PIN),
        ("second PIN", SECOND_PIN),
        ("third PIN", THIRD_PIN),
        ("wrong PIN", WRONG_PIN),
    ] {
        run.text(name, pin);
    }
    let pin = |pin: &str| json!({ "subject": "u-1", "pin": pin });
    run.ok("credentials.set_pin", pin(FIRST_PIN));
    run.no("credentials.verify_pin", pin(WRONG_PIN), "pin_invalid");
    run.no("credentials.verify_pin", pin(&format!("{WRONG_PIN} ")), "invalid_request");
    run.no("credentials.set_pin", pin(SECOND_PIN), "factor_required");
    let mut change = pin(SECOND_PIN);
    change["current"] = FIRST_PIN.into();
    run.ok("credentials.set_pin", change);
    let verified = run.ok("credentials.verify_pin", pin(SECOND_PIN));
    run.proof("proof", &verified);
}

fn codes(run: &mut Talk) {
    let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "u-1", "digits": 8 });
    let enrolled = run.ok("credentials.enrol_totp", enrol.clone());
    let totp = Totp::request(enrolled["secret"].as_str().unwrap(), 8, Algorithm::Sha1).unwrap();
    run.text("drawn secret", enrolled["secret"].as_str().unwrap());
    run.bytes("drawn secret", totp.secret());
    let recovery = enrolled["recovery_codes"][0].as_str().unwrap().to_owned();
    let letters = recovery.replace('-', "");
    for text in [&recovery, &letters, &letters.to_lowercase()] {
        run.text("recovery code", text);
    }
    run.bytes("recovery code", &data_encoding::BASE32_NOPAD.decode(letters.as_bytes()).unwrap());

    let step = step_of(Env::default().clock.now());
    let code = |step: u64| totp.code(step).to_string();
    for (name, code) in [("code", code(step)), ("next code", code(step + 1)), ("wrong code", code(step + 99))]
    {
        run.text(name, &code);
    }
    let tried = |code: &str| json!({ "subject": "u-1", "code": code });
    run.no("credentials.confirm_totp", tried(&code(step + 99)), "otp_invalid");
    run.no("credentials.confirm_totp", tried(&code(step)), "factor_required");
    let known = run.ok("credentials.verify_pin", json!({ "subject": "u-1", "pin": SECOND_PIN }));
    let mut confirm = tried(&code(step));
    confirm["proofs"] = json!([run.proof("proof", &known)]);
    run.ok("credentials.confirm_totp", confirm);
    let verified = run.ok("credentials.verify_totp", tried(&code(step + 1)));
    let proof = run.proof("proof", &verified);
    run.ok("credentials.set_pin", json!({ "subject": "u-1", "pin": THIRD_PIN, "proofs": [proof] }));
    let verified = run.ok("credentials.verify_totp", tried(&recovery));
    run.proof("second proof", &verified);

    let theirs = Totp::new(TAKEN_OVER.as_bytes(), 8, Algorithm::Sha1).unwrap();
    let mut taken_over = enrol;
    taken_over["subject"] = "u-2".into();
    taken_over["secret"] = theirs.base32().as_str().into();
    run.text("taken over", &theirs.base32());
    run.bytes("taken over", TAKEN_OVER.as_bytes());
    run.ok("credentials.enrol_totp", taken_over);
}

/// The example with PBKDF2 of the definition of keystores.
fn keystore() -> Value {
    let examples: Value =
        serde_json::from_str(include_str!("../../../evm/tests/vectors/keystores.json")).unwrap();
    examples["pbkdf2"].clone()
}

fn keys(run: &mut Talk) {
    run.text("private key", &PRIVATE_KEY[2..]);
    run.text("mnemonic", WORDS);
    run.text("passphrase", PASSPHRASE);
    run.text("password", PASSWORD);
    let words = json!({ "mnemonic": WORDS, "passphrase": PASSPHRASE, "path": PATH });
    let file = json!({ "keystore": keystore(), "password": PASSWORD });
    for (name, key, import) in [
        ("private key", Key::from_hex(PRIVATE_KEY).unwrap(), json!({ "private_key": PRIVATE_KEY })),
        ("key of the mnemonic", Key::from_mnemonic(WORDS, PASSPHRASE, PATH).unwrap(), words),
        ("key of the keystore", Key::from_keystore(&keystore(), PASSWORD).unwrap(), file),
    ] {
        run.bytes(name, key.to_sealed_bytes().as_slice());
        let key = run.ok("signing.import_key", import)["key"].take();
        let to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let policy = json!({ "key": key, "chain_ids": ["137"], "recipients": [to], "messages": true });
        run.ok("signing.set_key_policy", policy);
        run.ok("signing.sign_message", json!({ "key": key, "message": "Log in to the shop" }));
        let tx = json!({ "chain_id": "137", "nonce": "0", "to": to, "value": "0", "gas_limit": "21000",
            "max_fee_per_gas": "30", "max_priority_fee_per_gas": "1" });
        run.ok("signing.sign_transaction", json!({ "key": key, "tx": tx }));
    }
    let wrong = json!({ "private_key": &PRIVATE_KEY[2..] });
    run.no("signing.import_key", wrong, "invalid_request");
}

/// The keyring's secrets as texts. As bytes they are in memory while the program runs: it works with them.
fn keyring(run: &mut Talk, ring: &Path) -> Vec<Secret> {
    let written: Value = serde_json::from_str(&std::fs::read_to_string(ring).unwrap()).unwrap();
    for key in written["keys"].as_array().unwrap() {
        run.text("keyring", key["secret"].as_str().unwrap());
    }
    let ring = Keyring::of_file("keyring", ring).unwrap();
    let kept = ring.newest(Purpose::Vault).unwrap().secret();
    vec![Secret::text("control", CONTROL), Secret::bytes("control key", kept)]
}

/// Names the secrets in replies that must not show them.
fn astray_in_replies(search: &Search, replies: &[(String, String)]) -> Vec<String> {
    let mut astray = Vec::new();
    let mut shown = BTreeSet::new();
    for (op, line) in replies {
        for name in search.names_in(line.as_bytes()) {
            match SHOWN.iter().position(|known| *known == (op, &name)) {
                Some(place) => drop(shown.insert(place)),
                None => astray.push(format!("the reply of {op}: {name}")),
            }
        }
    }
    assert_eq!(shown.len(), SHOWN.len(), "each is looked for where it is");
    astray
}

/// The whole run; `after` says what is left where it is kept, once nobody has it open, and whether the
/// control is there.
fn nowhere(place: &Place, begun: &mut Command, after: impl FnOnce(&Search, &Search) -> (Vec<String>, bool)) {
    let log = place.file("log");
    let mut run = Talk::begin(begun, &log);
    let controls = keyring(&mut run, &place.file("keys.json"));
    let funds = json!({ "account": CONTROL, "amount": "1.00 USD", "key": "t-1" });
    let told = run.says(&json!({ "op": "ledger.top_up", "args": funds, "as": "control" }));
    assert_eq!(told["ok"], true, "{told}");
    for part in [values, pins, codes, keys] {
        part(&mut run);
    }
    let (search, control) = (Search::of(&run.secrets), Search::of(&controls));
    let memory = Memory::at_rest(run.child.id());
    let seen: BTreeSet<_> = control.in_memory(&memory).into_iter().map(|left| left.name).collect();
    drop(run.input);
    assert!(run.child.wait().unwrap().success());

    let mut astray = astray_in_replies(&search, &run.replies);
    let said = std::fs::read(&log).unwrap();
    assert!(String::from_utf8_lossy(&said).contains("pin_invalid"), "the log is one of everything");
    astray.extend(search.names_in(&said).into_iter().map(|name| format!("the log: {name}")));
    let (kept, found) = after(&search, &control);
    astray.extend(kept);
    println!(
        "{} secrets in {} MiB of memory, {} replies and {} bytes of the log",
        run.secrets.len(),
        memory.size() >> 20,
        run.replies.len(),
        said.len()
    );
    assert!(astray.is_empty(), "{astray:#?}");
    assert!(run.left.is_empty(), "{:#?}", run.left);
    assert_eq!(seen.len(), controls.len(), "{seen:?}: what is in memory is found");
    assert!(found, "what is kept is found");
}

fn with_keyring(place: &Place) {
    let ran = cli::earnest(&["keygen", "--out", place.file("keys.json").to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_marked_secret_is_nowhere_on_sqlite() {
    let place = Place::sqlite();
    with_keyring(&place);
    let folder = place.file("store");
    std::fs::create_dir(&folder).unwrap();
    let url = format!("sqlite:{}", folder.join("money.db").display());
    let mut command = cli::command(&["--store", &url]);
    command.env("EARNEST_KEYRING", format!("file:{}", place.file("keys.json").display()));
    nowhere(&place, &mut command, |search, control| {
        (search.in_files(&folder), !control.in_files(&folder).is_empty())
    });
}

/// The server logs every statement with its values, and the keyring comes from a program.
#[test]
fn a_marked_secret_is_nowhere_on_postgres() {
    let place = Place::sqlite();
    with_keyring(&place);
    let server = Server::logging_everything();
    let mut command = cli::command(&["--store", &server.database("till")]);
    command.env("EARNEST_KEYRING_COMMAND", format!("cat {}", place.file("keys.json").display()));
    nowhere(&place, &mut command, |search, control| {
        let rows = server.dump("till");
        let log = std::fs::read(server.folder().join("log")).unwrap();
        let is_there = [rows.as_bytes(), &log].iter().all(|text| !control.names_in(text).is_empty());
        server.stop(Stop::Fast);
        let mut left = search.in_files(server.folder());
        left.extend(search.names_in(rows.as_bytes()).into_iter().map(|name| format!("a row: {name}")));
        (left, is_there && !control.in_files(&server.folder().join("data/base")).is_empty())
    });
}
