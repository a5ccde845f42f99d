//! A receipt for people: a text for a terminal or a letter, and a page that needs no other files.

use askama::Template;
use serde_json::Value;

use super::look::Look;
use super::words::Words;
use crate::error::{Error, Result};
use crate::readable;
use crate::receipt::views::RenderedReceipt;

/// The forms of a receipt for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// A whole HTML page, for light and dark screens and for paper.
    Html,
}

impl Format {
    /// Reads the request field `field`.
    ///
    /// # Errors
    /// `invalid_request` naming `field`.
    pub fn request(field: &str, text: &str) -> Result<Self> {
        match text {
            "text" => Ok(Self::Text),
            "html" => Ok(Self::Html),
            _ => Err(Error::invalid(field, "must be `text` or `html`")),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
        }
    }
}

struct Posting {
    account: String,
    amount: String,
}

struct Signed {
    alg: String,
    kid: String,
    value: String,
}

/// The contents of the page.
struct Sheet {
    kind: String,
    number: String,
    amount: Option<String>,
    issued: String,
    /// Lines of a label and its value.
    parties: Vec<(&'static str, String)>,
    ids: Vec<(&'static str, String)>,
    postings: Vec<Posting>,
    hash: String,
    link: String,
    signatures: Vec<Signed>,
}

fn text(value: &Value) -> String {
    readable::line(value.as_str().unwrap_or_default()).into_owned()
}

impl Sheet {
    fn of(receipt: &Value, look: &Look) -> Self {
        let (words, payload) = (look.words(), &receipt["payload"]);
        let line = |label: &'static str, value: &Value| value.as_str().map(|_| (label, text(value)));
        let party = |label, value: &Value| value.as_str().map(|account| (label, look.party(account)));
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let posting = |posting: &Value| Posting {
            account: look.party(posting["account"].as_str().unwrap_or_default()),
            amount: look.money(&posting["amount"]),
        };
        let signed = |signed: &Value| Signed {
            alg: text(&signed["alg"]),
            kid: text(&signed["kid"]),
            value: text(&signed["value"]),
        };
        let number = payload["number"].to_string();
        let zone = if look.zone() == "UTC" { String::new() } else { format!(" ({})", look.zone()) };
        Self {
            kind: words.kind(payload["kind"].as_str().unwrap_or_default()).to_owned(),
            number: if words.locale == "ko" { format!("제{number}호") } else { format!("No. {number}") },
            amount: payload.get("amount").filter(|amount| !amount.is_null()).map(|amount| look.money(amount)),
            issued: look.time(payload["issued_at"].as_str().unwrap_or_default()) + &zone,
            parties: [party(words.from, &payload["from"]), party(words.to, &payload["to"])]
                .into_iter()
                .flatten()
                .collect(),
            ids: [
                line(words.reference, &payload["reference"]),
                line(words.deal, &payload["deal"]),
                line(words.original, &payload["original"]),
                line(words.transfer, &payload["transfer"]),
                line(words.receipt, &payload["id"]),
            ]
            .into_iter()
            .flatten()
            .collect(),
            postings: if payload["amount"].is_null() {
                list(&payload["postings"]).iter().map(posting).collect()
            } else {
                Vec::new()
            },
            hash: text(&receipt["integrity_hash"]),
            link: text(&payload["link"]),
            signatures: list(&receipt["signatures"]).iter().map(signed).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct HtmlPage {
    sheet: Sheet,
    words: &'static Words,
    style: &'static str,
}

#[derive(Template)]
#[template(path = "receipt.txt")]
struct Letter {
    sheet: Sheet,
    words: &'static Words,
}

/// The style of every page: light and dark screens, and paper.
pub const STYLE: &str = include_str!("../../templates/style.css");

/// A receipt as its JSON, for people. It is not checked here.
///
/// # Errors
/// `corrupted` when a template fails, which it does not.
pub fn rendered(receipt: &Value, format: Format, look: &Look) -> Result<RenderedReceipt> {
    let (sheet, words) = (Sheet::of(receipt, look), look.words());
    let content = match format {
        Format::Html => HtmlPage { sheet, words, style: STYLE }.render(),
        Format::Text => Letter { sheet, words }.render(),
    };
    let content = content.map_err(|_| Error::corrupted("a template"))?;
    Ok(RenderedReceipt { format: format.as_str().to_owned(), locale: words.locale.to_owned(), content })
}
