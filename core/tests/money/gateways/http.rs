//! Servers that a test speaks for: each request is handed to it, and it says what goes back, or that nothing
//! does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request, as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) form: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    headers: BTreeMap<String, String>,
    raw: Vec<u8>,
}

/// The reply to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A whole answer.
    Whole { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// The head of an answer and the beginning of its body, and then the line is cut.
    CutShort,
    /// The line is cut.
    Cut,
    /// Nothing, for ever.
    Hang,
    /// The same, later.
    Late(Duration, Box<Self>),
}

/// A server on loopback; it is gone when this is dropped.
pub(crate) struct Server {
    /// Where it is.
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Asked {
    /// A header, named in lower case.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// A field of the form.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self::Whole { status, headers, body: body.to_string().into_bytes() }
    }

    pub(crate) fn with(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Whole { status, mut headers, body } => {
                headers.push((name, value.to_owned()));
                Self::Whole { status, headers, body }
            }
            other => other,
        }
    }
}

/// Serves requests, one a connection, by what `handle` says.
pub(crate) async fn serve(handle: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let handle = Arc::new(handle);
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let handle = handle.clone();
            tokio::spawn(async move {
                let Some(asked) = read(&mut stream).await else { return };
                let reply = handle(&asked);
                say(&mut stream, reply).await;
            });
        }
    });
    Server { url, task }
}

/// Passes requests on to another server that speaks JSON. `heard` is told of each request, and of the status
/// and the body of its answer, and says which body goes back, if one does.
pub(crate) async fn relay(
    port: u16,
    heard: impl Fn(&Asked, u16, Value) -> Option<Value> + Send + Sync + 'static,
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::new(heard);
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let heard = heard.clone();
            tokio::spawn(async move {
                let Some(asked) = read(&mut stream).await else { return };
                let (status, body) = passed_on(port, &asked).await;
                let reply = heard(&asked, status, body).map(|body| Reply::json(status, &body));
                say(&mut stream, reply.unwrap_or(Reply::Cut)).await;
            });
        }
    });
    Server { url, task }
}

/// Asks another server, and reads all that it says.
async fn passed_on(port: u16, asked: &Asked) -> (u16, Value) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let first = asked.raw.windows(2).position(|pair| pair == b"\r\n").unwrap();
    let (line, rest) = asked.raw.split_at(first);
    // by HTTP/1.0 an answer ends with its line, and is in one piece
    let line = [line.strip_suffix(b"1.1").unwrap(), b"1.0"].concat();
    stream.write_all(&[&line, rest].concat()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap())
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let (mut raw, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(raw[..end].to_vec()).unwrap();
            let asked = head_of(&head);
            let length: usize = asked.header("content-length").parse().unwrap_or(0);
            while raw.len() < end + 4 + length {
                let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
                raw.extend_from_slice(&chunk[..count]);
            }
            let body = raw[end + 4..end + 4 + length].to_vec();
            return Some(Asked { form: fields(&body), body, raw, ..asked });
        }
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        raw.extend_from_slice(&chunk[..count]);
    }
}

fn head_of(head: &str) -> Asked {
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Asked {
        method,
        path: path.to_owned(),
        query: fields(query.as_bytes()),
        form: BTreeMap::new(),
        body: Vec::new(),
        headers: headers.collect(),
        raw: Vec::new(),
    }
}

fn fields(text: &[u8]) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// Writes what goes back. Whoever does not wait for it is gone.
async fn say(stream: &mut TcpStream, mut reply: Reply) {
    while let Reply::Late(span, later) = reply {
        tokio::time::sleep(span).await;
        reply = *later;
    }
    match reply {
        Reply::Whole { status, headers, body } => {
            let mut head = format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            let _ = stream.write_all(format!("{head}\r\n").as_bytes()).await;
            let _ = stream.write_all(&body).await;
            let _ = stream.shutdown().await;
        }
        Reply::CutShort => {
            let begun = b"HTTP/1.1 200 Said\r\ncontent-length: 4000\r\n\r\n{\"id\":";
            let _ = stream.write_all(begun).await;
            let _ = stream.shutdown().await;
        }
        Reply::Hang => tokio::time::sleep(Duration::from_secs(600)).await,
        Reply::Cut | Reply::Late(..) => {}
    }
}
