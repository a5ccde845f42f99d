//! The words of histories and dossiers, in English and Korean: labels, states, events and durations.

use earnest::Span;

/// A language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    Korean,
}

/// The labels in English and in Korean.
const LABELS: &[(&str, &str)] = &[
    // the page
    ("Dossier of a deal", "거래 기록부"),
    ("Deal", "거래"),
    ("Book", "장부"),
    ("Drawn up", "작성 일시"),
    ("Times", "시간대"),
    ("Parties", "당사자"),
    ("Terms and shipment", "조건과 배송"),
    ("Money", "금액"),
    ("Timeline", "경과"),
    ("Disputes", "분쟁"),
    ("Receipts", "영수증"),
    ("Proof", "증명"),
    // parties
    ("Buyer", "구매자"),
    ("Seller", "판매자"),
    ("Reference", "참조 번호"),
    ("Opened", "개설"),
    ("Last change", "최근 변경"),
    ("owner", "소유자"),
    // money
    ("Price", "가격"),
    ("Buyer pays", "구매자 결제액"),
    ("Seller gets, if all goes well", "판매자 정산 예정액"),
    ("Fee", "수수료"),
    ("Split", "분배"),
    ("Paid in", "입금액"),
    ("Released", "정산액"),
    ("Refunded", "환불액"),
    ("Fees taken", "받은 수수료"),
    ("Held now", "현재 보관액"),
    // terms
    ("Time to pay", "결제 기한"),
    ("Time to ship", "발송 기한"),
    ("Time to inspect", "검수 기간"),
    ("Carrier", "택배사"),
    ("Tracking", "운송장 번호"),
    ("Shipped", "발송"),
    ("Delivered", "배송 완료"),
    ("Pay by", "결제 마감"),
    ("Ship by", "발송 마감"),
    ("Release at", "자동 정산"),
    // tables
    ("No.", "번호"),
    ("When", "일시"),
    ("What", "내용"),
    ("Who", "행위자"),
    ("Detail", "상세"),
    ("Evidence", "증거"),
    ("From", "제출자"),
    ("Added", "제출 일시"),
    ("What it says, where it is, its SHA-256", "내용, 위치, SHA-256"),
    ("Event", "이벤트"),
    ("Link", "링크"),
    // disputes
    ("There was none.", "없습니다."),
    ("Dispute", "분쟁 번호"),
    ("Opened by", "신청인"),
    ("Answer due", "답변 기한"),
    ("Ruling", "결정"),
    ("Refund", "환불"),
    ("Resolved by", "결정한 사람"),
    ("Resolved", "결정 일시"),
    ("Statement", "주장"),
    ("Resolution", "결정 이유"),
    // receipts and proof
    ("No money has moved.", "움직인 돈이 없습니다."),
    ("Receipt", "영수증 번호"),
    ("Date", "일시"),
    ("Signatures", "전자 서명"),
    ("not signed: no keyring was given", "서명 없음: 키링이 지정되지 않았습니다"),
    (
        "Every event of the book is linked to the one before it: a link is the SHA-256 of the link before and of the event's content. The whole chain was recomputed for this page.",
        "장부의 모든 이벤트는 앞의 이벤트와 이어져 있습니다. 링크는 앞 링크와 이벤트 내용의 SHA-256입니다. 이 문서를 위해 체인 전체를 다시 계산했습니다.",
    ),
    ("All events are unchanged and in their places:", "모든 이벤트가 바뀌지 않고 제자리에 있습니다:"),
    ("The chain is broken", "체인이 깨져 있습니다"),
    ("Newest link", "최신 링크"),
    (
        "The signatures cover the canonical JSON (RFC 8785) of each receipt's payload. Public keys (Ed25519):",
        "서명은 각 영수증 내용의 표준 JSON(RFC 8785)에 대한 것입니다. 공개 키(Ed25519):",
    ),
    ("The receipts as JSON, to check them with", "검증용 영수증 JSON"),
];

/// States, event types, types of dispute, rulings and roles, as views name them.
const NAMES: &[(&str, &str, &str)] = &[
    ("pending", "pending", "결제 대기"),
    ("paid", "paid", "결제됨"),
    ("in_escrow", "in escrow", "보관 중"),
    ("awaiting_shipment", "awaiting shipment", "발송 대기"),
    ("shipped", "shipped", "발송됨"),
    ("delivered", "delivered", "배송 완료"),
    ("disputed", "disputed", "분쟁 중"),
    ("refund_pending", "refund pending", "환불 대기"),
    ("released", "released", "정산됨"),
    ("refunded", "refunded", "환불됨"),
    ("split", "split", "분할 정산됨"),
    ("cancelled", "cancelled", "취소됨"),
    ("expired", "expired", "기한 만료"),
    ("deal.opened", "opened", "거래 개설"),
    ("deal.paid", "paid", "결제"),
    ("deal.secured", "secured", "보관 시작"),
    ("deal.accepted", "accepted", "수락"),
    ("deal.shipped", "shipped", "발송"),
    ("deal.delivered", "delivered", "배송 완료"),
    ("deal.disputed", "disputed", "분쟁 시작"),
    ("deal.refund_requested", "refund requested", "환불 요청"),
    ("deal.refund_approved", "refund approved", "환불 승인"),
    ("deal.refund_refused", "refund refused", "환불 거절"),
    ("deal.dispute_withdrawn", "dispute withdrawn", "분쟁 철회에 따른 재개"),
    ("deal.part_released", "part released", "일부 정산"),
    ("deal.extended", "extended", "기한 연장"),
    ("deal.released", "released", "정산"),
    ("deal.refunded", "refunded", "환불"),
    ("deal.split", "split", "분할 정산"),
    ("deal.cancelled", "cancelled", "취소"),
    ("deal.expired", "expired", "기한 만료"),
    ("deal.updated", "updated", "정보 수정"),
    ("deal.payment_begun", "payment begun", "결제 진행"),
    ("deal.payment_ended", "payment ended without money", "결제 없이 종료"),
    ("dispute.opened", "dispute opened", "분쟁 신청"),
    ("dispute.evidence_added", "dispute evidence added", "증거 제출"),
    ("dispute.investigated", "dispute investigated", "조사 시작"),
    ("dispute.resolved", "dispute resolved", "분쟁 결정"),
    ("dispute.withdrawn", "dispute withdrawn", "분쟁 철회"),
    ("dispute.response_overdue", "dispute response overdue", "답변 기한 경과"),
    ("open", "open", "신청됨"),
    ("investigating", "investigating", "조사 중"),
    ("resolved", "resolved", "결정됨"),
    ("withdrawn", "withdrawn", "철회됨"),
    ("quality_issue", "quality issue", "품질 문제"),
    ("non_delivery", "non-delivery", "미배송"),
    ("wrong_item", "wrong item", "다른 물건"),
    ("seller_non_response", "no response of the seller", "판매자 무응답"),
    ("other", "other", "기타"),
    ("release", "release", "판매자에게 정산"),
    ("refund", "refund", "구매자에게 환불"),
    ("buyer", "buyer", "구매자"),
    ("seller", "seller", "판매자"),
    ("admin", "admin", "관리자"),
    ("system", "system", "시스템"),
];

impl Tongue {
    /// The language of a locale; English where there is no other.
    pub(super) fn of(locale: &str) -> Self {
        if locale == "ko" { Self::Korean } else { Self::English }
    }

    pub(super) const fn locale(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// A label, which is its own English.
    pub(super) fn say(self, label: &'static str) -> &'static str {
        let known = LABELS.iter().find(|(english, _)| *english == label);
        match (self, known) {
            (Self::Korean, Some((_, korean))) => korean,
            _ => label,
        }
    }

    /// A state, a type or a role.
    pub(super) fn name(self, name: &str) -> String {
        match (self, NAMES.iter().find(|(known, ..)| *known == name)) {
            (Self::English, Some((_, english, _))) => (*english).to_owned(),
            (Self::Korean, Some((_, _, korean))) => (*korean).to_owned(),
            // of a payment, a purchase or a withdrawal, or of a later version
            (_, None) => {
                let objects = ["deal.", "payment.", "purchase.", "withdrawal."];
                let own = objects.iter().find_map(|object| name.strip_prefix(object));
                own.unwrap_or(name).replace(['.', '_'], " ")
            }
        }
    }

    /// The name of an event of a type. Where the terms asked for no acceptance or no shipment, the name says
    /// that nobody accepted or delivered anything.
    pub(super) fn event(self, kind: &str, trigger: Option<&str>) -> String {
        let by_terms = !matches!(trigger, Some("accept" | "deliver" | "deliver_by") | None);
        match (self, kind, trigger) {
            (Self::English, "deal.accepted", _) if by_terms => "no acceptance needed".to_owned(),
            (Self::Korean, "deal.accepted", _) if by_terms => "수락 불필요".to_owned(),
            (Self::English, "deal.delivered", _) if by_terms => "nothing to ship".to_owned(),
            (Self::Korean, "deal.delivered", _) if by_terms => "배송 불필요".to_owned(),
            (Self::English, "deal.delivered", Some("accept")) => "accepted, nothing to ship".to_owned(),
            (Self::Korean, "deal.delivered", Some("accept")) => "수락, 배송 불필요".to_owned(),
            _ => self.name(kind),
        }
    }

    /// A movement of money: amount, payer and payee.
    pub(super) fn moved(self, amount: &str, from: &str, to: &str) -> String {
        match self {
            Self::English => format!("{amount} from {from} to {to}"),
            Self::Korean => format!("{amount}: {from} → {to}"),
        }
    }

    /// The share of a payee, and who pays it.
    pub(super) fn share(self, amount: &str, to: &str, from: Option<&str>) -> String {
        match (self, from) {
            (Self::English, Some(from)) => format!("{amount} to {to}, borne by the {}", self.name(from)),
            (Self::English, None) => format!("{amount} to {to}"),
            (Self::Korean, Some(from)) => format!("{amount} → {to} ({} 부담)", self.name(from)),
            (Self::Korean, None) => format!("{amount} → {to}"),
        }
    }

    /// A duration such as `P1DT12H`: `1 day 12 hours`.
    pub(super) fn duration(self, text: &str) -> String {
        let Ok(span) = Span::request("duration", text) else { return text.to_owned() };
        let units = [
            (86_400_000_000, "day", "일"),
            (3_600_000_000, "hour", "시간"),
            (60_000_000, "minute", "분"),
            (1_000_000, "second", "초"),
        ];
        let (mut rest, mut parts) = (span.micros(), Vec::new());
        for (micros, english, korean) in units {
            let count = rest / micros;
            rest %= micros;
            match (self, count) {
                (_, 0) => {}
                (Self::Korean, _) => parts.push(format!("{count}{korean}")),
                (Self::English, 1) => parts.push(format!("1 {english}")),
                (Self::English, _) => parts.push(format!("{count} {english}s")),
            }
        }
        // less than a second has no words
        if parts.is_empty() || rest != 0 { text.to_owned() } else { parts.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_words() {
        for (text, english, korean) in [
            ("P3D", "3 days", "3일"),
            ("P1DT12H", "1 day 12 hours", "1일 12시간"),
            ("PT24H", "1 day", "1일"),
            ("PT90S", "1 minute 30 seconds", "1분 30초"),
            ("PT0.5S", "PT0.5S", "PT0.5S"),
            ("whatever", "whatever", "whatever"),
        ] {
            assert_eq!(
                (Tongue::English.duration(text), Tongue::Korean.duration(text)),
                (english.into(), korean.into())
            );
        }
    }

    #[test]
    fn every_state_event_and_type_has_words() {
        use earnest::dispute::model::{State as DisputeState, Type};
        use earnest::escrow::model::{Role, State, Trigger};
        let mut names: Vec<&str> =
            State::ALL.iter().flat_map(|state| [state.as_str(), state.event()]).collect();
        names.extend(
            Trigger::ALL.iter().map(|trigger| trigger.event()).filter(|event| *event != "deal.changed"),
        );
        names.extend(DisputeState::ALL.iter().map(|state| state.as_str()));
        names.extend(Type::ALL.iter().map(|kind| kind.as_str()));
        names.extend(Role::ALL.iter().map(|role| role.as_str()));
        for name in names {
            let known = NAMES.iter().filter(|(known, ..)| *known == name).count();
            assert_eq!(known, 1, "{name}");
        }
    }

    #[test]
    fn every_label_of_the_page_is_translated() {
        let page = include_str!("../templates/dossier.html");
        let code = concat!(include_str!("dossier.rs"), include_str!("evidence.rs"));
        for text in [page, code] {
            for label in text.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let known = LABELS.iter().filter(|(english, _)| *english == label).count();
                assert_eq!(known, 1, "{label}");
            }
        }
    }
}
