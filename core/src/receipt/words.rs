//! The words of receipts, in each language.

use crate::error::language;

/// The words of one language.
pub(super) struct Words {
    pub(super) locale: &'static str,
    pub(super) title: &'static str,
    pub(super) amount: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) issued: &'static str,
    pub(super) receipt: &'static str,
    pub(super) transfer: &'static str,
    pub(super) original: &'static str,
    pub(super) deal: &'static str,
    pub(super) reference: &'static str,
    pub(super) account: &'static str,
    pub(super) hash: &'static str,
    pub(super) link: &'static str,
    pub(super) signatures: &'static str,
    pub(super) unsigned: &'static str,
    pub(super) note: &'static str,
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
pub(super) fn words(locale: &str) -> &'static Words {
    if language(locale).eq_ignore_ascii_case("ko") { &KOREAN } else { &ENGLISH }
}

impl Words {
    /// A kind of transfer.
    pub(super) fn kind<'k>(&self, kind: &'k str) -> &'k str {
        self.kinds.iter().find(|(known, _)| *known == kind).map_or(kind, |(_, word)| word)
    }

    /// An account: Earnest's own by their purpose.
    pub(super) fn party(&self, account: &str) -> String {
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
