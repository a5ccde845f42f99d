//! `earnest dossier`: one page about a deal that a dispute officer can read, print and hand over.

use std::path::Path;

use askama::Template;
use serde_json::{Value, json};

use super::Context;
use super::evidence::{Evidence, Moment, actor, amount, moved, text};
use super::output::Failure;
use crate::engine::Engine;
use crate::receipt::{STYLE, time, words};

/// A label and what it says.
type Line = (&'static str, String);

/// A piece of evidence.
struct Piece {
    number: String,
    kind: String,
    by: String,
    at: String,
    statement: String,
    sha256: String,
    uri: String,
}

/// A dispute.
struct Dispute {
    title: String,
    lines: Vec<Line>,
    statement: String,
    resolution: String,
    pieces: Vec<Piece>,
}

/// A receipt.
struct Paper {
    number: String,
    id: String,
    kind: String,
    moved: String,
    at: String,
    hash: String,
    /// Algorithm, key and value.
    signatures: Vec<(String, String, String)>,
}

/// The chain of the book, recomputed.
struct Proof {
    ok: bool,
    events: String,
    head: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct Page {
    style: &'static str,
    id: String,
    state: String,
    item: String,
    drawn_up: String,
    book: String,
    parties: Vec<Line>,
    money: Vec<Line>,
    terms: Vec<Line>,
    timeline: Vec<Moment>,
    disputes: Vec<Dispute>,
    receipts: Vec<Paper>,
    /// Ids and texts of the public keys.
    keys: Vec<(String, String)>,
    proof: Proof,
    /// The receipts as JSON, to check them with.
    data: String,
}

pub(super) async fn dossier(context: &Context, deal: &str, out: &Path) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let drawn = Box::pin(draw_up(&engine, deal)).await;
    engine.close().await;
    let page = drawn?;
    let html = page.render().map_err(|error| Failure::Failed(format!("the dossier: {error}")))?;
    std::fs::write(out, html).map_err(|error| Failure::Failed(format!("{}: {error}", out.display())))?;
    let (path, receipts) = (out.display().to_string(), page.receipts.len());
    let signed = page.receipts.iter().all(|receipt| !receipt.signatures.is_empty());
    let document = json!({
        "written": path, "deal": page.id, "events": page.timeline.len(), "disputes": page.disputes.len(),
        "receipts": receipts, "signed": signed, "chain_ok": page.proof.ok,
    });
    let mut told = format!("wrote {path}");
    if !signed {
        told.push_str("; its receipts are not signed: set EARNEST_KEYRING to what `earnest keygen` makes");
    }
    Ok(context.say.either(&document, told)?)
}

async fn draw_up(engine: &Engine, deal: &str) -> Result<Page, Failure> {
    let found = Evidence::gather(engine, deal).await?;
    let chain = engine.call("events.verify_chain", json!({})).await?;
    let keys = engine.options().keyring.as_ref().map(crate::keyring::Keyring::public_keys);
    let deal = &found.deal;
    Ok(Page {
        style: STYLE,
        id: found.id(),
        state: text(&deal["state"]).replace('_', " "),
        item: text(&deal["item"]),
        drawn_up: time(&engine.now().to_string()),
        book: engine.book_name().to_string(),
        parties: parties(deal),
        money: money(deal),
        terms: terms(deal),
        timeline: found.timeline(),
        disputes: found.disputes.iter().map(dispute).collect(),
        receipts: found.receipts.iter().map(paper).collect(),
        keys: keys.into_iter().flat_map(|keys| keys.keys).map(|key| (key.kid, key.public_key)).collect(),
        proof: Proof {
            ok: chain["ok"] == true,
            events: chain["events"].to_string(),
            head: chain["head"]["seq"].to_string(),
            hash: text(&chain["head"]["hash"]),
        },
        data: serde_json::to_string_pretty(&found.receipts).unwrap_or_default(),
    })
}

/// Lines that say something.
fn told(lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn parties(deal: &Value) -> Vec<Line> {
    let party = |name: &str, owner: &str| match deal[owner].as_str() {
        Some(owner) => format!("{} (owner {owner})", text(&deal[name])),
        None => text(&deal[name]),
    };
    told(vec![
        ("Buyer", party("buyer", "buyer_owner")),
        ("Seller", party("seller", "seller_owner")),
        ("Reference", text(&deal["reference"])),
        ("Opened", time(&text(&deal["created_at"]))),
        ("Last change", time(&text(&deal["updated_at"]))),
    ])
}

fn money(deal: &Value) -> Vec<Line> {
    let mut lines = vec![
        ("Price", amount(&deal["price"])),
        ("Buyer pays", amount(&deal["buyer_pays"])),
        ("Seller gets, if all goes well", amount(&deal["seller_gets"])),
    ];
    let share = |share: &Value| {
        let to = words("en").party(share["to"].as_str().unwrap_or_default());
        let by = share["from"].as_str().map(|from| format!(", borne by the {from}")).unwrap_or_default();
        format!("{} to {to}{by}", amount(&share["amount"]))
    };
    for (label, list) in [("Fee", &deal["fees"]), ("Split", &deal["splits"])] {
        lines.extend(list.as_array().into_iter().flatten().map(|line| (label, share(line))));
    }
    lines.extend([
        ("Paid in", amount(&deal["funded"])),
        ("Released", amount(&deal["released"])),
        ("Refunded", amount(&deal["refunded"])),
        ("Fees taken", amount(&deal["fees_taken"])),
        ("Held now", amount(&deal["held"])),
    ]);
    lines
}

fn terms(deal: &Value) -> Vec<Line> {
    let (terms, shipment, deadlines) = (&deal["terms"], &deal["shipment"], &deal["deadlines"]);
    let at = |value: &Value| value.as_str().map(time).unwrap_or_default();
    told(vec![
        ("Time to pay", text(&terms["pay_within"])),
        ("Time to ship", text(&terms["ship_within"])),
        ("Time to inspect", text(&terms["inspection"])),
        ("Carrier", text(&shipment["carrier"])),
        ("Tracking", text(&shipment["tracking"])),
        ("Shipped", at(&shipment["shipped_at"])),
        ("Delivered", at(&shipment["delivered_at"])),
        ("Pay by", at(&deadlines["pay_by"])),
        ("Ship by", at(&deadlines["ship_by"])),
        ("Release at", at(&deadlines["release_at"])),
    ])
}

fn piece(piece: &Value) -> Piece {
    Piece {
        number: piece["number"].to_string(),
        kind: text(&piece["kind"]),
        by: text(&piece["added_by"]),
        at: time(&text(&piece["added_at"])),
        statement: text(&piece["statement"]),
        sha256: text(&piece["sha256"]),
        uri: text(&piece["uri"]),
    }
}

fn dispute(dispute: &Value) -> Dispute {
    let at = |name: &str| dispute[name].as_str().map(time).unwrap_or_default();
    let by = |name: &str| {
        let value = &dispute[name];
        if value.is_object() { actor(value) } else { text(value) }
    };
    Dispute {
        title: format!("{}, {}", text(&dispute["type"]).replace('_', " "), text(&dispute["state"])),
        lines: told(vec![
            ("Dispute", text(&dispute["id"])),
            ("Opened by", by("opened_by")),
            ("Opened", at("opened_at")),
            ("Answer due", at("respond_by")),
            ("Ruling", text(&dispute["outcome"])),
            ("Refund", dispute["refund"].as_object().map(|_| amount(&dispute["refund"])).unwrap_or_default()),
            ("Resolved by", by("resolved_by")),
            ("Resolved", at("resolved_at")),
        ]),
        statement: text(&dispute["statement"]),
        resolution: text(&dispute["resolution"]),
        pieces: dispute["evidence"].as_array().into_iter().flatten().map(piece).collect(),
    }
}

fn paper(receipt: &Value) -> Paper {
    let signature = |shown: &Value| (text(&shown["alg"]), text(&shown["kid"]), text(&shown["value"]));
    Paper {
        number: receipt["number"].to_string(),
        id: text(&receipt["id"]),
        kind: words("en").kind(receipt["kind"].as_str().unwrap_or_default()).to_owned(),
        moved: moved(receipt),
        at: time(&text(&receipt["issued_at"])),
        hash: text(&receipt["integrity_hash"]),
        signatures: receipt["signatures"].as_array().into_iter().flatten().map(signature).collect(),
    }
}
