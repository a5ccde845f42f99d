//! Webhooks: signed, sent to a real server over TLS, tried again until it takes them, and to public servers
//! only.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::env::Env;
use earnest::jobs::webhooks::send::Webhooks;
use earnest::jobs::webhooks::{Headers, WebhookSecret, verify_webhook};
use earnest::keyring::{Keyring, Purpose};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::log::Log;
use crate::support::{Kind, Stage, Value, json, options};

const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::parse("secret", text).unwrap()
}

/// A message as it came over the line.
#[derive(Clone, Debug)]
struct Got {
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        &self.headers.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}: {self:?}")).1
    }

    /// The id of the message, if it is genuine.
    fn checked(&self, text: &str) -> Result<String, earnest::Error> {
        let all: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let now = Env::default().clock.now();
        verify_webhook(&self.body, Headers::of(&all)?, &[secret(text)], now).map(ToOwned::to_owned)
    }
}

/// A server that gives these answers in turn, and then the last one for ever.
struct Receiver {
    port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    certificate: Vec<u8>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A certificate for this machine, and its key.
fn certificate() -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let config = "[req]\ndistinguished_name = dn\nx509_extensions = ext\nprompt = no\n[dn]\nCN = localhost\n\
                  [ext]\nsubjectAltName = DNS:localhost, IP:127.0.0.1\nbasicConstraints = CA:FALSE\n";
    std::fs::write(path("config"), config).unwrap();
    let (config, key, der) = (path("config"), path("key"), path("key.der"));
    let cert = path("cert");
    let make = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-config",
        &config,
        "-keyout",
        &key,
        "-out",
        &cert,
        "-outform",
        "DER",
    ];
    let plain = ["pkcs8", "-topk8", "-nocrypt", "-in", &key, "-outform", "DER", "-out", &der];
    for arguments in [make.as_slice(), &plain] {
        let output = std::process::Command::new("openssl").args(arguments).output().expect("openssl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    (std::fs::read(cert).unwrap(), std::fs::read(der).unwrap())
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, answer: &str, got: &Mutex<Vec<Got>>) {
    let (mut read, mut chunk) = (Vec::new(), [0; 4096]);
    let (head, mut body, length) = loop {
        let Ok(count @ 1..) = stream.read(&mut chunk).await else { return };
        read.extend_from_slice(&chunk[..count]);
        let Some(end) = read.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(read[..end].to_vec()).unwrap();
        let length = head.lines().find_map(|line| {
            line.to_lowercase().strip_prefix("content-length: ").map(|n| n.parse().unwrap())
        });
        break (head, read[end + 4..].to_vec(), length.unwrap_or(0_usize));
    };
    while body.len() < length {
        let Ok(count @ 1..) = stream.read(&mut chunk).await else { return };
        body.extend_from_slice(&chunk[..count]);
    }
    let mut lines = head.lines();
    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    got.lock().unwrap().push(Got { path, headers, body });
    match answer {
        "silence" => tokio::time::sleep(Duration::from_secs(60)).await,
        "endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
            while stream.write_all(b"400\r\n").await.is_ok() && stream.write_all(&[b'x'; 0x400]).await.is_ok()
            {
                if stream.write_all(b"\r\n").await.is_err() {
                    return;
                }
            }
        }
        answer => {
            let _ =
                stream.write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    }
}

impl Receiver {
    async fn new(encrypted: bool, answers: &'static [&'static str]) -> Self {
        let (certificate, key) = tokio::task::spawn_blocking(certificate).await.unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key.into());
        let config =
            config.with_no_client_auth().with_single_cert(vec![certificate.clone().into()], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, got) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let kept = got.clone();
        let task = tokio::spawn(async move {
            let mut place = 0;
            while let Ok((stream, _)) = listener.accept().await {
                if encrypted {
                    let Ok(stream) = acceptor.accept(stream).await else { continue };
                    serve(stream, answers[place.min(answers.len() - 1)], &kept).await;
                } else {
                    serve(stream, answers[place.min(answers.len() - 1)], &kept).await;
                }
                place += 1;
            }
        });
        Self { port, got, certificate, task }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}/hooks/shop?a=b", self.port)
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// A sender that may call this machine and trusts the receiver.
    fn trusted(&self, secrets: &[&str]) -> Webhooks {
        self.reached(Webhooks::new(secrets.iter().map(|text| secret(text))).unwrap())
    }

    /// A sender that reaches this receiver.
    fn reached(&self, webhooks: Webhooks) -> Webhooks {
        webhooks.allow_private(true).trust(self.certificate.clone()).unwrap()
    }

    /// The secrets of this receiver that a keyring makes.
    fn secrets(&self, keyring: &Keyring) -> Vec<String> {
        let secrets = keyring.webhook_secrets("url", &self.url()).unwrap();
        secrets.iter().map(|secret| secret.to_text().to_string()).collect()
    }
}

async fn sender(webhooks: Webhooks) -> Stage {
    Stage::with(Kind::Memory, options().webhooks(webhooks)).await
}

/// Writes a job, runs it as long as it is due, and answers it.
async fn delivered(stage: &Stage, url: &str, max_attempts: u32, more: Value) -> Value {
    let mut payload = json!({ "url": url, "body": { "deal": "dl_1", "won": "\u{20a9}" } });
    payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let job = json!({ "kind": "webhook.deliver", "payload": payload, "max_attempts": max_attempts });
    let made = stage.ok("jobs.enqueue", job).await;
    for _ in 0..max_attempts {
        stage.ok("jobs.run_due", json!({})).await;
        stage.advance("PT6H");
    }
    let jobs = stage.ok("jobs.list", json!({})).await;
    jobs["items"].as_array().unwrap().iter().find(|job| job["id"] == made["job"]["id"]).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_arrives_signed_with_both_secrets() {
    let receiver = Receiver::new(true, &["204 No Content"]).await;
    let stage = sender(receiver.trusted(&[NEW, OLD])).await;
    let job = delivered(&stage, &receiver.url(), 1, json!({ "event": "deal.paid" })).await;
    assert_eq!((&job["state"], &job["result"]), (&json!("done"), &json!({ "status": 204 })));
    let [got] = &receiver.got()[..] else { panic!("one message") };
    assert_eq!((got.path.as_str(), got.header("content-type")), ("/hooks/shop?a=b", "application/json"));
    assert_eq!(got.header("host"), format!("localhost:{}", receiver.port));
    for text in [NEW, OLD] {
        assert_eq!(got.checked(text).unwrap(), job["key"].as_str().unwrap());
    }
    let other = got.checked("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap_err();
    assert_eq!(other.code().as_str(), "signature_invalid");
    let body: Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!((&body["type"], &body["timestamp"]), (&json!("deal.paid"), &job["created_at"]));
    assert_eq!(body["data"], json!({ "deal": "dl_1", "won": "\u{20a9}" }));
    let mut changed = got.clone();
    changed.body[10] ^= 1;
    assert!(changed.checked(NEW).is_err());
    // no row has a secret
    let rows = format!("{job} {}", stage.ok("events.list", json!({ "limit": 500 })).await);
    assert!(
        !rows.contains("whsec_")
            && !rows.contains(&NEW[6..])
            && !format!("{:?}", stage.bank.options()).contains(&NEW[6..])
    );
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_tried_again_until_it_is_taken_or_dead() {
    let receiver = Receiver::new(true, &["500 Oops", "429 Slow down\r\nRetry-After: 3600", "200 OK"]).await;
    let stage = sender(receiver.trusted(&[NEW])).await;
    let job = delivered(&stage, &receiver.url(), 5, json!({})).await;
    assert_eq!((&job["state"], &job["attempts"]), (&json!("done"), &json!(3)));
    let got = receiver.got();
    let ids: Vec<String> = got.iter().map(|got| got.checked(NEW).unwrap()).collect();
    assert_eq!(ids, vec![job["key"].as_str().unwrap(); 3], "the same id at every attempt");
    assert!(got.iter().all(|one| one.body == got[0].body));
    let gone = Receiver::new(true, &["410 Gone"]).await;
    let stage = sender(gone.trusted(&[NEW])).await;
    let job = delivered(&stage, &gone.url(), 2, json!({})).await;
    assert_eq!(
        (&job["state"], &job["attempts"], &job["last_error"]),
        (&json!("dead"), &json!(2), &json!("the answer was 410"))
    );
    assert_eq!(gone.got().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_what_was_asked_for_is_called() {
    let receiver = Receiver::new(true, &["200 OK"]).await;
    let plain = Receiver::new(false, &["200 OK"]).await;
    let public = |secrets: &[&str]| Webhooks::new(secrets.iter().map(|text| secret(text))).unwrap();
    let port = receiver.port;
    // this machine, however it is written
    let stage = sender(public(&[NEW]).trust(receiver.certificate.clone()).unwrap().allow_http(true)).await;
    for host in [
        "localhost",
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
    ] {
        let job = delivered(&stage, &format!("https://{host}:{port}/"), 1, json!({})).await;
        assert_eq!(
            (&job["state"], &job["last_error"]),
            (&json!("dead"), &json!("the server is not public")),
            "{host}"
        );
    }
    // without encryption
    let stage = sender(receiver.trusted(&[NEW])).await;
    let url = format!("http://localhost:{}/", plain.port);
    assert_eq!(delivered(&stage, &url, 1, json!({})).await["last_error"], "the URL is not of `https:`");
    // a certificate that nobody trusts
    let stage = sender(public(&[NEW]).allow_private(true)).await;
    let job = delivered(&stage, &receiver.url(), 1, json!({})).await;
    assert_eq!(job["last_error"], "the server's certificate is not valid");
    assert_eq!((receiver.got().len(), plain.got().len()), (0, 0));
    // what is allowed is called
    let stage = sender(public(&[NEW]).allow_private(true).allow_http(true)).await;
    assert_eq!(delivered(&stage, &url, 1, json!({})).await["state"], "done");
    assert_eq!(plain.got().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_cannot_lead_elsewhere_or_keep_the_sender() {
    let elsewhere = Receiver::new(false, &["200 OK"]).await;
    let location: &'static str =
        Box::leak(format!("302 Found\r\nLocation: http://localhost:{}/", elsewhere.port).into_boxed_str());
    let answers: &'static [&'static str] = Box::leak(vec![location].into_boxed_slice());
    let redirects = Receiver::new(true, answers).await;
    let stage = sender(redirects.trusted(&[NEW]).allow_http(true)).await;
    assert_eq!(delivered(&stage, &redirects.url(), 1, json!({})).await["last_error"], "the answer was 302");
    assert_eq!(elsewhere.got().len(), 0);
    let silent = Receiver::new(true, &["silence"]).await;
    let stage = sender(silent.trusted(&[NEW]).timeout(Duration::from_millis(300))).await;
    assert_eq!(delivered(&stage, &silent.url(), 1, json!({})).await["last_error"], "no answer within 0 s");
    let endless = Receiver::new(true, &["endless"]).await;
    let stage = sender(endless.trusted(&[NEW])).await;
    assert_eq!(delivered(&stage, &endless.url(), 1, json!({})).await["state"], "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_message_is_named_before_it_is_written() {
    let stage = Stage::open(Kind::Memory).await;
    for (field, payload) in [
        ("payload.url", json!({ "url": "ftp://shop.example", "body": {} })),
        ("payload.url", json!({ "url": "https://me:pw@shop.example", "body": {} })),
        ("payload.body", json!({ "url": "https://shop.example" })),
        ("payload.headers", json!({ "url": "https://shop.example", "body": {}, "headers": {} })),
        ("payload", json!("x")),
    ] {
        stage
            .bad(
                "jobs.enqueue",
                json!({ "kind": "webhook.deliver", "payload": payload }),
                "invalid_request",
                field,
            )
            .await;
    }
    stage.finish().await;
    let three = Webhooks::new([NEW, OLD, NEW].map(secret)).unwrap_err();
    assert_eq!(three.details()["field"], "secrets");
}

/// A keyring in a file, as operators have it.
fn write(path: &std::path::Path, keyring: &Keyring) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, keyring.to_text().as_bytes()).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
}

/// Writes a job that waits.
async fn enqueued(stage: &Stage, url: &str) -> Value {
    let payload = json!({ "url": url, "body": { "deal": "dl_1" } });
    let job = json!({ "kind": "webhook.deliver", "payload": payload, "max_attempts": 5 });
    stage.ok("jobs.enqueue", job).await["job"]["key"].clone()
}

/// The signatures that a message came with.
fn signatures(got: &Got) -> usize {
    got.header("webhook-signature").split(' ').count()
}

#[tokio::test]
async fn the_keyring_signs_and_what_was_rotated_meanwhile_signs_too() {
    let log = Log::begin();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let first = Keyring::generate(&Env::default());
    write(&path, &first);
    let receiver = Receiver::new(true, &["500 Oops", "200 OK"]).await;
    let webhooks = receiver.reached(Webhooks::by_keyring());
    let keyring = Keyring::of_file("keyring", &path).unwrap();
    let stage = Stage::with(Kind::Sqlite, options().keyring(keyring).webhooks(webhooks)).await;
    let due = async || {
        stage.advance("PT6H");
        stage.ok("jobs.run_due", json!({})).await;
        receiver.got().last().unwrap().clone()
    };

    let key = enqueued(&stage, &receiver.url()).await;
    let got = due().await;
    let [old] = &receiver.secrets(&first)[..] else { panic!("one") };
    assert_eq!((got.checked(old).unwrap().as_str(), signatures(&got)), (key.as_str().unwrap(), 1));
    // the job waits for its next attempt while the keyring is rotated and taken up
    let second = first.rotate(&Env::default());
    write(&path, &second);
    assert!(stage.bank.reload_keyring().await.unwrap());
    let got = due().await;
    let [new, same] = &receiver.secrets(&second)[..] else { panic!("two") };
    assert_eq!((same, signatures(&got)), (old, 2));
    for secret in [new, old] {
        assert_eq!(got.checked(secret).unwrap().as_str(), key.as_str().unwrap());
    }
    let leading = got.header("webhook-signature").split(' ').next().unwrap().to_owned();
    let sent: i64 = got.header("webhook-timestamp").parse().unwrap();
    assert_eq!(leading, secret(new).sign(key.as_str().unwrap(), sent, &got.body).unwrap());
    // dropped, it signs no more
    let kid = first.newest(Purpose::Webhooks).unwrap().kid();
    let third = second.without("drop", kid).unwrap();
    write(&path, &third);
    assert!(stage.bank.reload_keyring().await.unwrap());
    let key = enqueued(&stage, &receiver.url()).await;
    let got = due().await;
    assert_eq!((got.checked(new).unwrap().as_str(), signatures(&got)), (key.as_str().unwrap(), 1));
    assert_eq!(got.checked(old).unwrap_err().code().as_str(), "signature_invalid");

    let rows = stage.ok("jobs.list", json!({})).await.to_string();
    let events = stage.ok("events.list", json!({ "limit": 500 })).await;
    let shown = format!("{rows} {events} {:?} {:?}", stage.bank.options(), stage.bank.keyring());
    stage.finish().await;
    let shown = format!("{shown} {}", log.end());
    assert!(shown.contains("the keyring is another one"), "the log is there");
    for ring in [&first, &second] {
        for secret in receiver.secrets(ring) {
            assert!(!shown.contains(&secret["whsec_".len()..]), "{shown}");
        }
        for secret in ring.to_text().split("\"secret\":\"").skip(1) {
            assert!(!shown.contains(&secret[..64]), "{shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_receiver_has_a_secret_of_its_own() {
    let keyring = Keyring::generate(&Env::default());
    let (one, other) = (Receiver::new(true, &["200 OK"]).await, Receiver::new(true, &["200 OK"]).await);
    let webhooks = other.reached(one.reached(Webhooks::by_keyring()));
    let stage = Stage::with(Kind::Memory, options().keyring(keyring.clone()).webhooks(webhooks)).await;
    for (receiver, stranger) in [(&one, &other), (&other, &one)] {
        assert_eq!(delivered(&stage, &receiver.url(), 1, json!({})).await["state"], "done");
        let [got] = &receiver.got()[..] else { panic!("one message") };
        assert!(got.checked(&receiver.secrets(&keyring)[0]).is_ok());
        let forged = got.checked(&stranger.secrets(&keyring)[0]).unwrap_err();
        assert_eq!(forged.code().as_str(), "signature_invalid");
    }
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_a_job_says_what_is_missing_and_is_done_later() {
    let receiver = Receiver::new(true, &["200 OK"]).await;
    let now = Keyring::generate(&Env::default());
    let text = now.to_text();
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains("\"webhooks\"")).collect();
    let before = Keyring::parse("keyring", &lines.join("\n").replace(",\n]}", "\n]}")).unwrap();
    for (given, hint) in [(None, "make a keyring"), (Some(before), "earnest keygen --rotate")] {
        let mut options = options().webhooks(receiver.reached(Webhooks::by_keyring()));
        options.keyring = given;
        let stage = Stage::with(Kind::Memory, options).await;
        let key = enqueued(&stage, &receiver.url()).await;
        stage.ok("jobs.run_due", json!({})).await;
        let jobs = stage.ok("jobs.list", json!({})).await;
        let job = &jobs["items"][0];
        let error = job["last_error"].as_str().unwrap();
        assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(1)), "{job}");
        assert!(error.contains("`webhooks/current`") && error.contains(hint), "{error}");
        assert_eq!(receiver.got().len(), 0);
        // the same job, after the keyring was rotated
        stage.bank.replace_keyring(now.clone()).await.unwrap();
        stage.advance("PT6H");
        stage.ok("jobs.run_due", json!({})).await;
        let got = std::mem::take(&mut *receiver.got.lock().unwrap());
        assert_eq!(got[0].checked(&receiver.secrets(&now)[0]).unwrap().as_str(), key.as_str().unwrap());
        stage.finish().await;
    }
}

/// A receiver that takes messages and never answers keeps its own alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_hangs_keeps_no_other() {
    let silent = Receiver::new(true, &["silence"]).await;
    let sound = Receiver::new(true, &["200 OK"]).await;
    let keyring = Keyring::for_tests();
    let webhooks = sound.reached(silent.reached(Webhooks::by_keyring()));
    let stage = Stage::with(Kind::Memory, earnest::Options::new().keyring(keyring).webhooks(webhooks)).await;
    for url in std::iter::repeat_n(silent.url(), 80).chain([sound.url()]) {
        enqueued(&stage, &url).await;
    }
    for _ in 0..1_000 {
        if !sound.got().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(sound.got().len(), 1, "it waits for another receiver");
    let stats = stage.ok("jobs.stats", json!({})).await;
    assert!(stats["queued"].as_i64() > Some(0), "it has no more than its places: {stats}");
    stage.bank.close().await;
}
