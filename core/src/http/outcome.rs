//! The outcome of a request: nothing was sent, it may have been sent, or there is a response.

use std::fmt;
use std::io;

use hyper::header::HeaderMap;
pub use hyper::{StatusCode, body::Bytes};

/// The outcome of a request.
#[derive(Debug)]
pub enum Outcome {
    /// The server has seen nothing of it.
    NotSent(Fault),
    /// The server may have seen all of it and done what it asks for: ask before it is sent again.
    Unknown(Fault),
    /// The server has answered, whatever it says.
    Answered(Response),
}

/// The response of a server.
#[derive(Debug)]
pub struct Response {
    /// Its status, a redirect too: none is followed.
    pub status: StatusCode,
    /// Its body, or why it is not whole.
    pub body: Body,
    pub(super) headers: HeaderMap,
}

impl Response {
    /// The first header of a name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The body of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    Whole(Bytes),
    /// It is longer than the limit, and was not kept.
    TooLong,
    /// The connection ended before it did.
    CutShort,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A URL or a header, by its name, cannot be written.
    Malformed(&'static str),
    /// The URL is not of `https:`, and nothing else is allowed.
    NotEncrypted,
    /// The URL names no server, or no port.
    Incomplete(&'static str),
    /// A name leads to no server; none is told if it leads to nothing at all.
    Unresolved(Option<String>),
    /// The server is on a private network or on this machine, and that is not allowed.
    NotPublic,
    /// Nobody takes connections there.
    Unreachable(io::ErrorKind),
    /// No certificate can be for a server of this name.
    Unnamed,
    /// The certificate is not one that is trusted, or not that of the server.
    Certificate,
    /// Encryption could not be set up in this process.
    NoEncryption,
    /// The connection ended without a response.
    Lost,
    /// A limit of time has passed.
    Late,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(part) => write!(f, "`{part}` cannot be sent"),
            Self::NotEncrypted => f.write_str("the URL is not of `https:`"),
            Self::Incomplete(part) => write!(f, "the URL has no {part}"),
            Self::Unresolved(Some(name)) => write!(f, "the name `{name}` leads to no server"),
            Self::Unresolved(None) => f.write_str("the name leads to no server"),
            Self::NotPublic => f.write_str("the server is not public"),
            Self::Unreachable(kind) => write!(f, "no connection: {kind}"),
            Self::Unnamed => f.write_str("the server has no valid name"),
            Self::Certificate => f.write_str("the server's certificate is not valid"),
            Self::NoEncryption => f.write_str("encryption could not be set up"),
            Self::Lost => f.write_str("the connection was lost"),
            Self::Late => f.write_str("no answer in time"),
        }
    }
}
