//! Replies as callers see them, in the words of the reference.

use earnest::Error;
use serde_json::Value;

use super::calls::Ids;
use crate::support;

/// Brings replies and refusals to the form in which the reference answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    /// The ids seen so far: a place in it stands for an id.
    pub(crate) ids: Ids,
    /// Where the clock stood when the history began, in minutes since the beginning of all histories.
    pub(crate) began: i64,
}

pub(crate) fn minutes(time: &Value) -> i64 {
    let start: earnest::Time = support::START.parse().unwrap();
    let time: earnest::Time = time.as_str().unwrap().parse().unwrap();
    let micros = time.micros() - start.micros();
    assert_eq!(micros % 60_000_000, 0);
    micros / 60_000_000
}

pub(crate) fn cents(money: &Value) -> i64 {
    assert_eq!(money["currency"], "USD");
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// The place of an id, which becomes the next one when it is new.
pub(crate) fn place(ids: &mut Vec<String>, id: &Value) -> usize {
    let id = id.as_str().unwrap();
    ids.iter().position(|known| known == id).unwrap_or_else(|| {
        ids.push(id.to_owned());
        ids.len() - 1
    })
}

impl Lines {
    pub(crate) fn transfer_line(&mut self, view: &Value) -> String {
        let place_of = place(&mut self.ids.transfers, &view["id"]);
        let leg = |leg: &Value| match &leg["balance_before"] {
            Value::Null => "-".to_owned(),
            before => format!("{}#{}", cents(before), leg["number"]),
        };
        let legs = (leg(&view["postings"][0]), leg(&view["postings"][1]));
        let mut index = |mark: char, id: &Value| match (id, mark) {
            (Value::Null, _) => "-".to_owned(),
            (id, 'T') => format!("T{}", place(&mut self.ids.transfers, id)),
            (id, _) => format!("H{}", place(&mut self.ids.holds, id)),
        };
        format!(
            "T{place_of} {} {}>{} {} refunded {} reverses {} hold {} legs {} {}",
            view["kind"].as_str().unwrap(),
            view["from"].as_str().unwrap(),
            view["to"].as_str().unwrap(),
            cents(&view["amount"]),
            cents(&view["refunded"]),
            index('T', &view["reverses"]),
            index('H', &view["hold"]),
            legs.0,
            legs.1,
        )
    }

    pub(crate) fn hold_line(&mut self, view: &Value) -> String {
        let expires = if view["expires_at"].is_null() {
            "-".to_owned()
        } else {
            (minutes(&view["expires_at"]) - self.began).to_string()
        };
        let left = cents(&view["amount"]) - cents(&view["captured"]) - cents(&view["released"]);
        assert_eq!(cents(&view["remaining"]), left);
        format!(
            "H{} {} {} captured {} released {} {} until {expires} v{}",
            place(&mut self.ids.holds, &view["id"]),
            view["account"].as_str().unwrap(),
            cents(&view["amount"]),
            cents(&view["captured"]),
            cents(&view["released"]),
            view["state"].as_str().unwrap(),
            view["version"],
        )
    }

    pub(crate) fn reply(&mut self, reply: &Value) -> String {
        let mut parts = vec![format!("ok replayed={}", reply["replayed"])];
        if reply.get("transfer").is_some() {
            parts.push(self.transfer_line(&reply["transfer"]));
        }
        if reply.get("hold").is_some() {
            parts.push(self.hold_line(&reply["hold"]));
        }
        if reply.get("balance").is_some() {
            parts.push(balance_line(&reply["balance"]));
        }
        if reply.get("account").is_some() {
            parts.push(account_line(&reply["account"]));
        }
        parts.join(" | ")
    }

    pub(crate) fn refusal(&mut self, error: &Error) -> String {
        let (code, details) = (error.code().as_str(), error.details());
        let text = |name: &str| details[name].as_str().unwrap_or_default().to_owned();
        let mut transfer = |name: &str| format!("T{}", place(&mut self.ids.transfers, &details[name]));
        match code {
            "insufficient_balance" => {
                format!(
                    "{code} {} available {} required {}",
                    text("account"),
                    cents(&details["available"]),
                    cents(&details["required"])
                )
            }
            "account_exists" | "account_not_found" | "account_locked" | "account_closed" => {
                format!("{code} {}", text("account"))
            }
            "already_reversed" => format!("{code} {} by {}", transfer("transfer"), transfer("reversed_by")),
            "refund_exceeds_original" => {
                format!("{code} {} refunded {}", transfer("transfer"), cents(&details["refunded"]))
            }
            "hold_expired" => format!("{code} H{}", place(&mut self.ids.holds, &details["hold"])),
            "hold_closed" => {
                format!("{code} H{} {}", place(&mut self.ids.holds, &details["hold"]), text("state"))
            }
            "capture_exceeds_hold" => {
                let hold = place(&mut self.ids.holds, &details["hold"]);
                format!(
                    "{code} H{hold} remaining {} requested {}",
                    cents(&details["remaining"]),
                    cents(&details["requested"])
                )
            }
            "invalid_request" | "invalid_amount" => format!("{code} {}", text("field")),
            "condition_not_met" => format!("{code} {}", text("condition")),
            "idempotency_mismatch" => {
                let fields =
                    details["fields"].as_array().unwrap().iter().map(|field| field.as_str().unwrap());
                format!("{code} {}", fields.collect::<Vec<_>>().join(","))
            }
            _ => code.to_owned(),
        }
    }
}

pub(crate) fn balance_line(view: &Value) -> String {
    let part = |name: &str| cents(&view[name]);
    format!("{} {} {} {}", view["account"].as_str().unwrap(), part("posted"), part("held"), part("available"))
}

pub(crate) fn account_line(view: &Value) -> String {
    format!("{} {}", balance_line(view), view["status"].as_str().unwrap())
}
