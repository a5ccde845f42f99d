//! A receipt for people: a text for a terminal or a letter, and a page that needs no other files.

use askama::Template;
use serde_json::Value;

use super::look::Look;
use crate::error::{Error, Result, language};
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

/// The words of one language.
pub(crate) struct Words {
    pub(crate) locale: &'static str,
    pub(crate) title: &'static str,
    amount: &'static str,
    from: &'static str,
    to: &'static str,
    issued: &'static str,
    receipt: &'static str,
    transfer: &'static str,
    original: &'static str,
    deal: &'static str,
    reference: &'static str,
    account: &'static str,
    hash: &'static str,
    link: &'static str,
    signatures: &'static str,
    unsigned: &'static str,
    note: &'static str,
    kinds: [(&'static str, &'static str); 16],
    outside: &'static str,
    deal_account: &'static str,
    house: [(&'static str, &'static str); 4],
}

const ENGLISH: Words = Words {
    locale: "en",
    title: "Receipt",
    amount: "Amount",
    from: "Paid by",
    to: "Paid to",
    issued: "Date",
    receipt: "Receipt",
    transfer: "Transfer",
    original: "Concerns",
    deal: "Deal",
    reference: "Reference",
    account: "Account",
    hash: "Integrity (SHA-256)",
    link: "Link of the event chain",
    signatures: "Signatures",
    unsigned: "not signed",
    note: "The signatures cover the canonical JSON (RFC 8785) of the receipt's payload. Anybody can check the Ed25519 signature with the issuer's public key.",
    kinds: [
        ("top_up", "Top-up"),
        ("deduct", "Payment out"),
        ("transfer", "Transfer"),
        ("post", "Posting"),
        ("capture", "Payment"),
        ("reversal", "Reversal"),
        ("refund", "Refund"),
        ("fee", "Fee"),
        ("settlement", "Settlement"),
        ("payment", "Payment"),
        ("purchase", "Purchase"),
        ("grant", "Grant"),
        ("clawback", "Clawback"),
        ("chargeback", "Chargeback"),
        ("recovery", "Recovery"),
        ("withdrawal", "Withdrawal"),
    ],
    outside: "outside",
    deal_account: "escrow",
    house: [("@fees", "fees"), ("@revenue", "revenue"), ("@losses", "losses"), ("@suspense", "suspense")],
};

const KOREAN: Words = Words {
    locale: "ko",
    title: "영수증",
    amount: "금액",
    from: "보낸 분",
    to: "받는 분",
    issued: "일시",
    receipt: "영수증 번호",
    transfer: "이체 번호",
    original: "원거래",
    deal: "거래",
    reference: "참조 번호",
    account: "계정",
    hash: "무결성 해시 (SHA-256)",
    link: "이벤트 체인 링크",
    signatures: "전자 서명",
    unsigned: "서명 없음",
    note: "서명은 영수증 내용의 표준 JSON(RFC 8785)에 대한 것입니다. Ed25519 서명은 발급자의 공개 키로 누구나 확인할 수 있습니다.",
    kinds: [
        ("top_up", "충전"),
        ("deduct", "출금"),
        ("transfer", "이체"),
        ("post", "전표"),
        ("capture", "결제"),
        ("reversal", "취소"),
        ("refund", "환불"),
        ("fee", "수수료"),
        ("settlement", "정산"),
        ("payment", "결제"),
        ("purchase", "구매"),
        ("grant", "지급"),
        ("clawback", "회수"),
        ("chargeback", "지급 거절"),
        ("recovery", "미수금 상환"),
        ("withdrawal", "외부 출금"),
    ],
    outside: "외부",
    deal_account: "거래 보관금",
    house: [("@fees", "수수료"), ("@revenue", "수익"), ("@losses", "손실"), ("@suspense", "미결")],
};

/// The words of a language; English for one that is not known.
pub(crate) fn words(locale: &str) -> &'static Words {
    if language(locale).eq_ignore_ascii_case("ko") { &KOREAN } else { &ENGLISH }
}

impl Words {
    /// A kind of transfer.
    pub(crate) fn kind<'k>(&self, kind: &'k str) -> &'k str {
        self.kinds.iter().find(|(known, _)| *known == kind).map_or(kind, |(_, word)| word)
    }

    /// An account: Earnest's own by their purpose.
    pub(crate) fn party(&self, account: &str) -> String {
        if account == "@world" {
            return self.outside.to_owned();
        }
        if account.starts_with("@deal:") {
            return self.deal_account.to_owned();
        }
        let house = self.house.iter().find(|(known, _)| *known == account);
        house.map_or(account, |(_, word)| word).to_owned()
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
struct Page {
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
        Format::Html => Page { sheet, words, style: STYLE }.render(),
        Format::Text => Letter { sheet, words }.render(),
    };
    let content = content.map_err(|_| Error::corrupted("a template"))?;
    Ok(RenderedReceipt { format: format.as_str().to_owned(), locale: words.locale.to_owned(), content })
}
