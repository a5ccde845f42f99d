//! Tests of the client, with servers that answer well, badly, and not at all.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use super::client::{Client, Limits, Settings};
use super::outcome::{Body, Fault, Outcome, Response};
use super::request::{Bytes, HttpRequest, Method};

/// Takes one connection, reads until it has seen `until`, writes `answer`, and returns what it has read.
async fn server(until: &'static str, answer: String) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut read, mut chunk) = (String::new(), [0; 1024]);
        while !read.contains(until) {
            let count = stream.read(&mut chunk).await.unwrap();
            if count == 0 {
                break;
            }
            read += std::str::from_utf8(&chunk[..count]).unwrap();
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        read
    });
    (address, task)
}

/// A busy machine may stand still for longer than the defaults, and a name server may be asked twice.
fn patient() -> Limits {
    Limits { connect: Duration::from_secs(60), whole: Duration::from_secs(120), ..Limits::default() }
}

fn settings() -> Settings {
    Settings { allow_private: true, allow_http: true, limits: patient(), ..Settings::default() }
}

fn request(url: &str) -> HttpRequest {
    HttpRequest::new(Method::POST, Url::parse(url).unwrap())
}

/// Sends `body` to a server that gives this answer.
async fn answered(answer: &str, limit: usize) -> Response {
    let (address, _task) = server("body", answer.to_owned()).await;
    let limits = Limits { body: limit, ..patient() };
    let client = Client::new(Settings { limits, ..settings() });
    match client.send(&request(&format!("http://{address}/")).body("body")).await {
        Outcome::Answered(response) => response,
        other => panic!("{other:?}"),
    }
}

/// Whether nothing was sent, and what was wrong.
async fn fault(settings: Settings, url: &str) -> (bool, Fault) {
    match Client::new(settings).send(&request(url).body("body")).await {
        Outcome::NotSent(fault) => (true, fault),
        Outcome::Unknown(fault) => (false, fault),
        Outcome::Answered(response) => panic!("{response:?}"),
    }
}

#[tokio::test]
async fn a_request_arrives_as_it_was_made() {
    let (address, task) =
        server("{}", "HTTP/1.1 202 Accepted\r\nX-Of: a\r\ncontent-length: 2\r\n\r\nok".to_owned()).await;
    let url = Url::parse(&format!("http://{address}/pay/1?a=b#c")).unwrap();
    let request = HttpRequest::new(Method::PUT, url).header("x-key", "k").body("{}");
    let Outcome::Answered(response) = Client::new(settings()).send(&request).await else { panic!() };
    assert_eq!((response.status.as_u16(), response.header("x-of")), (202, Some("a")));
    assert_eq!(response.body, Body::Whole(Bytes::from_static(b"ok")));
    let read = task.await.unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        read,
        format!(
            "PUT /pay/1?a=b HTTP/1.1\r\nhost: {address}\r\nuser-agent: earnest/{version}\r\nx-key: k\r\n\
             content-length: 2\r\n\r\n{{}}"
        )
    );
}

#[tokio::test]
async fn the_status_is_known_whatever_becomes_of_the_body() {
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}", "x".repeat(20));
    assert_eq!(answered(&long, 20).await.body, Body::Whole(Bytes::from("x".repeat(20))));
    let response = answered(&long, 19).await;
    assert_eq!((response.status.as_u16(), response.body), (200, Body::TooLong));
    let response = answered("HTTP/1.1 500 Oops\r\ncontent-length: 20\r\n\r\nx", 20).await;
    assert_eq!((response.status.as_u16(), response.body), (500, Body::CutShort));
    let response = answered("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n", 20).await;
    assert_eq!((response.status.as_u16(), response.header("location")), (302, Some("http://127.0.0.1:1/")));
}

/// A server that reads the request, and then says more and more, each time after a pause.
async fn endless(pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut read, mut chunk) = (String::new(), [0; 1024]);
        while !read.contains("body") {
            let count = stream.read(&mut chunk).await.unwrap();
            read += std::str::from_utf8(&chunk[..count]).unwrap();
        }
        let mut said = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while said.is_ok() {
            said = stream.write_all(&[b'x'; 1024]).await;
            tokio::time::sleep(pause).await;
        }
    });
    url
}

#[tokio::test]
async fn a_stream_without_an_end_is_left() {
    let url = endless(Duration::ZERO).await;
    let Outcome::Answered(response) = Client::new(settings()).send(&request(&url).body("body")).await else {
        panic!("it has answered")
    };
    assert_eq!((response.status.as_u16(), response.body), (200, Body::TooLong));
    // it would be long before there is too much of it
    let limits = Limits { whole: Duration::from_millis(200), ..Limits::default() };
    let late = fault(Settings { limits, ..settings() }, &endless(Duration::from_millis(50)).await).await;
    assert_eq!(late, (false, Fault::Late));
}

#[tokio::test]
async fn what_was_not_sent_is_told_from_what_may_have_been() {
    let is_not_sent = |fault: Fault| (true, fault);
    let not_public = fault(Settings::default(), "https://localhost:1/").await;
    assert_eq!(not_public, is_not_sent(Fault::NotPublic));
    let plain = fault(Settings::default(), "http://localhost:1/").await;
    assert_eq!(plain, is_not_sent(Fault::NotEncrypted));
    let unknown = fault(settings(), "https://no-such-name.invalid/").await;
    assert_eq!(unknown, is_not_sent(Fault::Unresolved(Some("no-such-name.invalid".to_owned()))));
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = fault(settings(), &format!("http://{closed}/")).await;
    assert_eq!(refused, is_not_sent(Fault::Unreachable(std::io::ErrorKind::ConnectionRefused)));
    // a server that does not speak TLS, and one that does not speak
    let (address, _task) = server("", "HTTP/1.1 200 OK\r\n\r\n".to_owned()).await;
    assert_eq!(fault(settings(), &format!("https://{address}/")).await, is_not_sent(Fault::Certificate));
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let brief = Duration::from_millis(200);
    let connect = Limits { connect: brief, ..Limits::default() };
    let url = format!("https://{}/", silent.local_addr().unwrap());
    let late = fault(Settings { limits: connect, ..settings() }, &url).await;
    assert_eq!(late, is_not_sent(Fault::Late));

    // it took the connection: it may have read the request
    let whole = Limits { whole: brief, ..Limits::default() };
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let late = fault(Settings { limits: whole, ..settings() }, &url).await;
    assert_eq!(late, (false, Fault::Late));
    let (address, _task) = server("body", String::new()).await;
    assert_eq!(fault(settings(), &format!("http://{address}/")).await, (false, Fault::Lost));
}

#[tokio::test]
async fn what_cannot_be_a_header_is_named_and_no_header_is_shown() {
    let request = request("http://127.0.0.1:1/token").header("x-key", "secret\n");
    let Outcome::NotSent(fault) = Client::new(settings()).send(&request).await else { panic!() };
    assert_eq!((fault.to_string().as_str(), fault), ("`x-key` cannot be sent", Fault::Malformed("x-key")));
    let shown = format!("{request:?}");
    assert!(!shown.contains("secret") && !shown.contains("token"), "{shown}");
}
