//! One withdrawal: what is known of it, its attempts, and what happens next, in words.

use serde_json::Value;

use super::row::why;
use crate::evidence::{Reader, text};
use crate::output::{Failure, Paint, Say};

/// Prints a withdrawal for people.
pub(super) fn print(say: Say, reader: &Reader, withdrawal: &Value) -> Result<(), Failure> {
    let (id, state) = (text(&withdrawal["id"]), text(&withdrawal["state"]));
    let why = why(withdrawal);
    let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
    say.line(say.paint(Paint::Strong, &format!("{id}: {state}{why}")))?;
    let (account, amount) = (reader.party(&withdrawal["account"]), reader.amount(&withdrawal["amount"]));
    let (to, chain) = (text(&withdrawal["to"]), text(&withdrawal["chain"]));
    say.line(say.paint(Paint::Faint, &format!("{account} withdraws {amount} to {to} on {chain}")))?;
    say.line("")?;
    for (name, value) in facts(reader, withdrawal).into_iter().filter(|(_, value)| !value.is_empty()) {
        say.line(format!("  {name:<12}{value}"))?;
    }
    let attempts = withdrawal["attempts"].as_array().map_or(&[][..], Vec::as_slice);
    if !attempts.is_empty() {
        say.line("")?;
        say.line(say.paint(Paint::Faint, "  attempts at its nonce, fees in gwei"))?;
    }
    for attempt in attempts {
        say.line(format!("  {}", of_attempt(reader, attempt)))?;
    }
    say.line("")?;
    Ok(say.line(format!("Next: {}", next(withdrawal)))?)
}

/// Lists the facts of a withdrawal, each with its name; a missing one is empty.
fn facts(reader: &Reader, withdrawal: &Value) -> Vec<(&'static str, String)> {
    let is_there = |name: &str| !withdrawal[name].is_null();
    let asked =
        format!("{} by {}", reader.time(&withdrawal["created_at"]), text(&withdrawal["requested_by"]));
    let nonce = format!("{} of {}", text(&withdrawal["nonce"]), text(&withdrawal["lane"]));
    let block = || {
        let (block, count) = (&withdrawal["block"], &withdrawal["confirmations"]);
        format!("{} {}, {count} blocks from it on", text(&block["number"]), text(&block["hash"]))
    };
    let gas = || format!("{} gwei", gwei(&text(&withdrawal["gas_paid"])));
    let failure = || {
        let (code, message) = (text(&withdrawal["failure"]["code"]), text(&withdrawal["failure"]["message"]));
        if message.is_empty() { code } else { format!("{code}: {message}") }
    };
    let attention = || {
        let (code, kind) = (text(&withdrawal["attention"]["code"]), text(&withdrawal["attention"]["kind"]));
        format!("{code} ({kind}) since {}", reader.time(&withdrawal["attention"]["since"]))
    };
    let when = |is_there: bool, told: &dyn Fn() -> String| if is_there { told() } else { String::new() };
    vec![
        ("asked for", asked),
        ("fee", reader.amount(&withdrawal["fee"])),
        ("reference", text(&withdrawal["reference"])),
        ("hold", text(&withdrawal["hold"])),
        ("nonce", when(is_there("nonce"), &|| nonce.clone())),
        ("hash", text(&withdrawal["hash"])),
        ("block", when(is_there("block"), &block)),
        ("gas paid", when(is_there("gas_paid"), &gas)),
        ("paid", reader.time(&withdrawal["confirmed_at"])),
        ("transfer", text(&withdrawal["transfer"])),
        ("failed", when(is_there("failure"), &failure)),
        ("attention", when(is_there("attention"), &attention)),
        ("given up", reader.time(&withdrawal["give_up_at"])),
        ("changed", reader.time(&withdrawal["updated_at"])),
    ]
}

fn of_attempt(reader: &Reader, attempt: &Value) -> String {
    let fees =
        ["max_fee_per_gas", "max_priority_fee_per_gas"].map(|name| gwei(&text(&attempt[name]))).join(" / ");
    let sent = match attempt["sent_at"].as_str() {
        Some(_) => format!("sent {}", reader.time(&attempt["sent_at"])),
        None if attempt["signed_at"].is_string() => "signed".to_owned(),
        None => "not signed yet".to_owned(),
    };
    let outcome = text(&attempt["outcome"]).replace('_', " ");
    let (kind, hash) = (text(&attempt["kind"]), text(&attempt["hash"]));
    let kind = if kind == "noop" { "no-op".to_owned() } else { kind };
    let said: Vec<String> = [fees, sent, outcome, hash].into_iter().filter(|part| !part.is_empty()).collect();
    format!("#{} {kind:<6}{}", attempt["number"], said.join(", "))
}

/// Wei as gwei: the decimal text of a chain, moved by nine places.
fn gwei(wei: &str) -> String {
    if wei.is_empty() || !wei.bytes().all(|digit| digit.is_ascii_digit()) {
        return wei.to_owned();
    }
    let padded = format!("{wei:0>10}");
    let Some((whole, part)) = padded.split_at_checked(padded.len().saturating_sub(9)) else {
        return wei.to_owned();
    };
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}

/// Says what happens next, and what somebody has to do for it.
pub(super) fn next(withdrawal: &Value) -> String {
    let state = withdrawal["state"].as_str().unwrap_or_default();
    let code = withdrawal["attention"]["code"].as_str();
    let own = match code {
        Some(code) => of_attention(code),
        None => of_state(withdrawal, state),
    };
    let is_over = matches!(state, "confirmed" | "failed");
    if withdrawal["cancelling"] == true && !is_over {
        return format!(
            "{own} It is given up: no payment is signed any more, and the chain says whether the no-op or a \
             payment that was sent before it was first."
        );
    }
    own.to_owned()
}

fn of_attention(code: &str) -> &'static str {
    match code {
        "not_proved" => {
            "nothing by itself. It is final, and the token shows no transfer to the payee: look at an explorer, \
             then call `withdrawals.settle`."
        }
        "nonce_taken" => {
            "nothing by itself. Something else is final under its nonce, and nobody shows what: look at an \
             explorer, then call `withdrawals.settle`."
        }
        "rejected" => {
            "it is sent again. Nodes will not have its bytes: look at its attempts; `speed-up`, `cancel`."
        }
        "retries_exhausted" => {
            "nothing by itself. A job was tried as often as it may be: mend the worker, then `retry`."
        }
        "sign_refused" => {
            "it is asked again every minute. The policy of the key does not let it be signed: change the policy."
        }
        _ => "people should look at it.",
    }
}

fn of_state(withdrawal: &Value, state: &str) -> &'static str {
    match state {
        "pending" => of_waiting(withdrawal["waiting"].as_str()),
        "signing" => "its nonce is fixed; the engine or a worker of `signer.host` signs.",
        "signed" => "a worker of `chain.broadcast` sends its bytes, which are kept.",
        "broadcasting" => {
            "a worker has its bytes, and reports what nodes said. If it died, another one sends them."
        }
        "broadcasted" => {
            "it is seen in a block. Until then the same bytes are sent again, and the first of the lane is bumped."
        }
        "confirming" => {
            "its block becomes final; then it is paid. If the block is gone, the same bytes are sent again."
        }
        "confirmed" if withdrawal["unsettled"] == true => {
            "what was final is gone. The same bytes are sent again, and what is final next counts."
        }
        "confirmed" => "nothing: it is paid.",
        "failed" => "nothing: it is not paid, and what it held is back.",
        _ => "a later version of the engine knows.",
    }
}

fn of_waiting(waiting: Option<&str>) -> &'static str {
    match waiting {
        None => "a worker of `chain.simulate` says whether it runs; then it gets a nonce.",
        Some("chain") => {
            "it gets a nonce once a quorum of endpoints has told fresh facts of the chain. Does a worker run?"
        }
        Some("fees") => "it gets a nonce once gas is below the cap of its chain.",
        Some("wallet") => {
            "it gets a nonce once a lane has the money: send coins for gas, and the asset, to its address."
        }
        Some("window") => "it gets a nonce once one that was sent before it is in a block.",
        Some("lane") => "it gets a nonce once a lane of its chain is active.",
        Some(_) => "a later version of the engine knows.",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wei_are_shown_as_gwei() {
        for (wei, told) in [
            ("0", "0"),
            ("1", "0.000000001"),
            ("1500000000", "1.5"),
            ("21000000000", "21"),
            ("600000000000", "600"),
            ("", ""),
            ("0x1", "0x1"),
        ] {
            assert_eq!(gwei(wei), told, "{wei}");
        }
    }

    #[test]
    fn every_state_says_what_comes_next() {
        for state in super::super::args::STATES {
            let told =
                next(&json!({ "state": state, "waiting": null, "attention": null, "cancelling": true }));
            assert!(!told.contains("later version"), "{state}: {told}");
            let ends = matches!(state, "confirmed" | "failed");
            assert_eq!(told.contains("given up"), !ends, "{state}: {told}");
        }
    }
}
