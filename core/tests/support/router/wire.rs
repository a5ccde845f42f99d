//! The messages of PostgreSQL's protocol (version 3; its manual, "Message Formats"), as far as the router
//! reads them.

use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// One message after the first of a connection.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) tag: u8,
    pub(super) body: Vec<u8>,
}

/// The first message of a connection.
pub(super) enum Opening {
    /// It wants to encrypt.
    Encrypt,
    /// It wants to cancel a statement of another connection.
    Cancel,
    /// Its parameters, to be passed on as they are.
    Start(Vec<u8>),
}

impl Message {
    pub(super) fn new(tag: u8, body: impl Into<Vec<u8>>) -> Self {
        Self { tag, body: body.into() }
    }

    /// A text in the simple protocol.
    pub(super) fn query(text: &str) -> Self {
        Self::new(b'Q', [text.as_bytes(), b"\0"].concat())
    }

    /// The end of a statement.
    pub(super) fn complete(tag: &str) -> Self {
        Self::new(b'C', [tag.as_bytes(), b"\0"].concat())
    }

    /// The server takes the next statement; `status` is that of the transaction.
    pub(super) fn ready(status: u8) -> Self {
        Self::new(b'Z', [status])
    }

    /// A refusal.
    pub(super) fn error(state: &str, text: &str) -> Self {
        let field = |code: char, value: &str| format!("{code}{value}\0");
        let fields = [field('S', "ERROR"), field('V', "ERROR"), field('C', state), field('M', text)].concat();
        Self::new(b'E', [fields.as_bytes(), b"\0"].concat())
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        to.push(self.tag);
        to.extend_from_slice(&(self.body.len() as u32 + 4).to_be_bytes());
        to.extend_from_slice(&self.body);
    }

    /// The text that begins at a place, and the place after it.
    pub(super) fn text(&self, from: usize) -> (&str, usize) {
        let rest = self.body.get(from..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
        (std::str::from_utf8(&rest[..end]).unwrap_or_default(), from + end + 1)
    }

    fn number(&self, at: usize, bytes: usize) -> i64 {
        let bytes = self.body.get(at..at + bytes).unwrap_or_default();
        let negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
        bytes.iter().fold(if negative { -1 } else { 0 }, |number, byte| (number << 8) | i64::from(*byte))
    }

    /// The first parameter of a Bind. A text travels as the same bytes in both formats.
    pub(super) fn first_parameter(&self) -> Option<String> {
        let (_, at) = self.text(0);
        let (_, at) = self.text(at);
        let formats = usize::try_from(self.number(at, 2)).ok()?;
        let at = at + 2 + 2 * formats;
        let (count, length) = (self.number(at, 2), self.number(at + 2, 4));
        let length = usize::try_from(length).ok().filter(|_| count > 0)?;
        let value = self.body.get(at + 6..at + 6 + length)?;
        String::from_utf8(value.to_vec()).ok()
    }
}

/// Reads a message.
pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> Result<Message> {
    let tag = from.read_u8().await?;
    Ok(Message { tag, body: body(from).await? })
}

/// Reads the first message.
pub(super) async fn opening(from: &mut (impl AsyncRead + Unpin)) -> Result<Opening> {
    let body = body(from).await?;
    let code = body.get(..4).and_then(|code| code.try_into().ok()).map_or(0, u32::from_be_bytes);
    Ok(match code {
        80_877_103 | 80_877_104 => Opening::Encrypt,
        80_877_102 => Opening::Cancel,
        _ => Opening::Start([&(body.len() as u32 + 4).to_be_bytes()[..], &body].concat()),
    })
}

async fn body(from: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>> {
    let length = from.read_u32().await?.checked_sub(4).filter(|length| *length < 1 << 28);
    let mut body = vec![0; length.ok_or_else(|| Error::from(ErrorKind::InvalidData))? as usize];
    from.read_exact(&mut body).await?;
    Ok(body)
}
