//! Webhooks of operators: the worker sends them by the keyring, and the secrets of a receiver are shown on
//! request alone.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use earnest::Time;
use earnest::jobs::webhooks::{Headers, WebhookSecret, verify_webhook};
use earnest::keyring::{Keyring, Purpose};
use serde_json::{Value, json};

use crate::cli::{self, Ran};
use crate::key_rotation::{Place, has, newest, refused};

/// A message that arrived: its headers and its body.
struct Got {
    headers: Vec<(String, String)>,
    body: String,
}

impl Got {
    /// The id of the message, if it is by this secret.
    fn by(&self, secret: &str) -> Option<String> {
        let all: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let headers = Headers::of(&all).unwrap();
        let sent = Time::from_micros(headers.timestamp.parse::<i64>().unwrap() * 1_000_000);
        let secrets = [WebhookSecret::parse("secret", secret).unwrap()];
        verify_webhook(self.body.as_bytes(), headers, &secrets, sent).ok().map(ToOwned::to_owned)
    }
}

/// Takes one message and answers it with success.
fn take(receiver: &TcpListener) -> Got {
    let (stream, _) = receiver.accept().unwrap();
    let mut read = BufReader::new(stream);
    let (mut headers, mut line) = (Vec::new(), String::new());
    loop {
        line.clear();
        read.read_line(&mut line).unwrap();
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").unwrap().1.parse().unwrap();
    let mut body = vec![0; length];
    read.read_exact(&mut body).unwrap();
    read.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    Got { headers, body: String::from_utf8(body).unwrap() }
}

fn made(place: &Place) -> std::path::PathBuf {
    let ring = place.file("keys.json");
    assert_eq!(cli::earnest(&["keygen", "--out", ring.to_str().unwrap()]).code, 0);
    ring
}

fn with(ring: &Path, args: &[&str]) -> Ran {
    let mut command = cli::command(args);
    command.env("EARNEST_KEYRING", format!("file:{}", ring.display()));
    cli::run(&mut command, "")
}

/// The secrets that the command prints for a receiver.
fn secrets(ring: &Path, url: &str) -> Vec<String> {
    let ran = with(ring, &["webhook-secrets", url]);
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.out.lines().map(ToOwned::to_owned).collect()
}

/// The worker sends one job and is ended; answers what arrived, and all that it printed.
fn sent(place: &Place, ring: &Path, receiver: &TcpListener, key: &str) -> (Got, String) {
    let url = format!("http://{}/hook?n=1", receiver.local_addr().unwrap());
    let args = json!({ "kind": "webhook.deliver", "payload": { "url": url, "body": {} }, "key": key });
    place.replies(ring, "main", &[json!({ "op": "jobs.enqueue", "args": args })]);
    let mut command = place.command(
        ring,
        &["worker", "--json", "--webhooks", "--allow-private", "--allow-http", "--log", "debug"],
    );
    let mut worker = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let got = take(receiver);
    // a worker that is told to stop reports on what it began
    let kill = Command::new("kill").args(["-TERM", &worker.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let (mut out, mut err) = (String::new(), String::new());
    worker.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    worker.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(worker.wait().unwrap().success(), "{out}{err}");
    (got, out + &err)
}

#[test]
fn the_worker_sends_by_the_keyring_and_what_is_dropped_signs_no_more() {
    let place = Place::sqlite();
    let ring = made(&place);
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", receiver.local_addr().unwrap());
    let old = newest(&ring, Purpose::Webhooks);
    let before = secrets(&ring, &url);
    assert!(before.len() == 1 && before[0].starts_with("whsec_"), "{before:?}");
    let (got, said) = sent(&place, &ring, &receiver, "w-1");
    let ask = json!({ "op": "jobs.list", "args": {} });
    let job = place.replies(&ring, "main", &[ask])[0]["items"][0].clone();
    assert_eq!((&job["state"], &job["result"]), (&json!("done"), &json!({ "status": 204 })), "{said}");
    assert_eq!(got.by(&before[0]).as_deref(), job["key"].as_str());

    // its current key cannot be dropped; a rotation adds one, and both sign
    refused(&with(&ring, &["keygen", "--drop", &old]), 2, &["--drop", "current key"]);
    assert_eq!(cli::earnest(&["keygen", "--rotate", ring.to_str().unwrap()]).code, 0);
    let both = secrets(&ring, &url);
    assert_eq!((both.len(), &both[1]), (2, &before[0]));
    let shown = with(&ring, &["webhook-secrets", &url, "--json"]).document();
    assert_eq!(shown, json!({ "url": url, "secrets": both }));
    let (got, more) = sent(&place, &ring, &receiver, "w-2");
    assert!(got.by(&both[0]).is_some() && got.by(&both[1]).is_some());

    // no store is named, and none is asked
    let ran = with(&ring, &["keygen", "--drop", &old]);
    assert!(ran.code == 0 && ran.out.contains("no store was asked") && !has(&ring, &old), "{ran:?}");
    assert_eq!(secrets(&ring, &url), both[..1]);
    let (got, rest) = sent(&place, &ring, &receiver, "w-3");
    assert!(got.by(&both[0]).is_some() && got.by(&both[1]).is_none());
    for secret in &both {
        assert!(!format!("{said}{more}{rest}").contains(&secret["whsec_".len()..]), "a secret was shown");
    }
}

/// A worker that runs takes up the keyring that was rotated, and none that is older.
#[test]
fn a_worker_takes_up_a_changed_keyring_by_a_signal() {
    let place = Place::sqlite();
    assert_eq!(cli::earnest(&["migrate", "--store", &place.url]).code, 0);
    let ring = made(&place);
    let before = std::fs::read_to_string(&ring).unwrap();
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", receiver.local_addr().unwrap());
    let mut command =
        place.command(&ring, &["worker", "--json", "--webhooks", "--allow-private", "--allow-http"]);
    let mut worker = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(worker.stdout.take().unwrap()).lines();
    let mut says = |wanted: &str| {
        let lines = said.by_ref().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        lines.into_iter().find(|line| line["worker"] == wanted).unwrap()
    };
    let signal = |name: &str| {
        let id = worker.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    };
    says("started");
    signal("-HUP");
    assert_eq!(says("keyring")["changed"], false);
    assert_eq!(cli::earnest(&["keygen", "--rotate", ring.to_str().unwrap()]).code, 0);
    signal("-HUP");
    assert_eq!(says("keyring")["changed"], true);
    let both = secrets(&ring, &url);
    let args = json!({ "kind": "webhook.deliver", "payload": { "url": url, "body": {} }, "key": "w-1" });
    place.replies(&ring, "main", &[json!({ "op": "jobs.enqueue", "args": args })]);
    let got = take(&receiver);
    assert!(both.len() == 2 && both.iter().all(|secret| got.by(secret).is_some()));
    // one of a backup
    std::fs::write(&ring, &before).unwrap();
    signal("-HUP");
    let refused = says("keyring")["error"].clone();
    assert_eq!(
        (&refused["code"], &refused["details"]["field"]),
        (&json!("invalid_request"), &json!("keyring"))
    );
    signal("-TERM");
    says("stopped");
    assert!(worker.wait().unwrap().success());
}

#[test]
fn without_a_key_for_webhooks_what_is_missing_is_named() {
    let place = Place::sqlite();
    assert_eq!(cli::earnest(&["migrate", "--store", &place.url]).code, 0);
    let none = cli::earnest(&["worker", "--webhooks", "--store", &place.url]);
    refused(&none, 1, &["`webhooks/current`", "earnest keygen", "EARNEST_KEYRING"]);
    refused(&cli::earnest(&["webhook-secrets", "https://shop.example"]), 1, &["`webhooks/current`"]);
    // a keyring of before there were keys for webhooks opens, and a rotation adds one
    let ring = made(&place);
    let text = std::fs::read_to_string(&ring).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains("\"webhooks\"")).collect();
    std::fs::write(&ring, lines.join("\n").replace(",\n]}", "\n]}")).unwrap();
    assert_eq!(place.earnest(&ring, &["health"]).code, 0);
    for args in [&["worker", "--webhooks"][..], &["webhook-secrets", "https://shop.example"]] {
        refused(&place.earnest(&ring, args), 1, &["`webhooks/current`", "earnest keygen --rotate"]);
    }
    assert_eq!(cli::earnest(&["keygen", "--rotate", ring.to_str().unwrap()]).code, 0);
    assert_eq!(secrets(&ring, "https://shop.example").len(), 1);
    let kept = Keyring::of_file("keyring", &ring).unwrap();
    assert!(kept.newest(Purpose::Webhooks).is_ok());

    refused(&with(&ring, &["webhook-secrets", "ftp://shop.example"]), 2, &["URL", "https:"]);
    refused(&with(&ring, &["worker", "--allow-private"]), 2, &["--webhooks"]);
    let twice = ["worker", "--webhooks", "--print", "webhook.deliver"];
    refused(&place.earnest(&ring, &twice), 2, &["webhook.deliver", "twice"]);
}

/// The program of a secrets manager is asked too.
#[test]
fn secrets_are_those_of_the_keyring_that_a_program_prints() {
    let place = Place::sqlite();
    let ring = made(&place);
    let mut command = cli::command(&["webhook-secrets", "https://shop.example/hook", "--json"]);
    command.env("EARNEST_KEYRING_COMMAND", format!("cat {}", ring.display()));
    let ran = cli::run(&mut command, "");
    let shown: Value = ran.document();
    assert_eq!(shown["secrets"], json!(secrets(&ring, "https://shop.example/hook")));
}
