//! `earnest dossier`: one page about a deal that a dispute officer can read, print and hand over.

use askama::Template;
use earnest::Engine;
use earnest::for_cli::{STYLE, readable};
use earnest::keyring::Keyring;
use serde_json::{Value, json};

use super::Context;
use super::args;
use super::evidence::{Evidence, Moment, Reader, paragraphs, text};
use super::out;
use super::output::Failure;
use super::words::Tongue;

/// The head of every dossier, by which `--force` recognises one.
const HEAD: &str = "<!DOCTYPE html>\n<!-- earnest dossier -->\n";

/// A label and its value.
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
    tongue: Tongue,
    id: String,
    state: String,
    item: String,
    drawn_up: String,
    zone: String,
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

pub(super) async fn dossier(context: &Context, order: &args::Dossier) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let drawn = Box::pin(draw_up(&engine, order)).await;
    engine.close().await;
    let page = drawn?;
    let html = page.render().map_err(|error| Failure::failed(format!("the dossier: {error}")))?;
    out::Page { what: "dossier", head: Some(HEAD), content: &html }.write(&order.out, order.force)?;
    let (path, receipts) = (order.out.display().to_string(), page.receipts.len());
    let signed = page.receipts.iter().all(|receipt| !receipt.signatures.is_empty());
    let document = json!({
        "written": path, "deal": page.id, "events": page.timeline.len(), "disputes": page.disputes.len(),
        "receipts": receipts, "signed": signed, "chain_ok": page.proof.ok,
    });
    let mut told = format!("wrote {}", readable::line(&path));
    if !signed {
        told.push_str("; its receipts are not signed: set EARNEST_KEYRING to what `earnest keygen` makes");
    }
    Ok(context.say.either(&document, told)?)
}

async fn draw_up(engine: &Engine, order: &args::Dossier) -> Result<Page, Failure> {
    let found = Evidence::gather(engine, &order.deal).await?;
    let reader = found.reader(engine, &order.locale, &order.time_zone).await?;
    let chain = engine.call("events.verify_chain", json!({})).await?;
    let keys = engine.keyring().as_ref().map(Keyring::public_keys);
    let deal = &found.deal;
    let receipts: Vec<String> = found.receipts.iter().map(readable::json).collect();
    Ok(Page {
        style: STYLE,
        tongue: reader.tongue,
        id: found.id(),
        state: reader.tongue.name(&text(&deal["state"])),
        item: text(&deal["item"]),
        drawn_up: reader.look.time(&engine.now().to_string()),
        zone: reader.look.zone().to_owned(),
        book: engine.book_name().to_string(),
        parties: reader.parties(deal),
        money: reader.sums(deal),
        terms: reader.terms(deal),
        timeline: found.timeline(&reader),
        disputes: found.disputes.iter().map(|dispute| reader.dispute(dispute)).collect(),
        receipts: found.receipts.iter().map(|receipt| reader.paper(receipt)).collect(),
        keys: keys.into_iter().flat_map(|keys| keys.keys).map(|key| (key.kid, key.public_key)).collect(),
        proof: Proof {
            ok: chain["ok"] == true,
            events: chain["events"].to_string(),
            head: chain["head"]["seq"].to_string(),
            hash: text(&chain["head"]["hash"]),
        },
        data: format!("[\n{}\n]", receipts.join(",\n")),
    })
}

/// Lines that say something.
fn told(lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

impl Reader {
    fn parties(&self, deal: &Value) -> Vec<Line> {
        let say = |label| self.tongue.say(label);
        let party = |name: &str, owner: &str| match deal[owner].as_str() {
            Some(_) => {
                format!("{} ({} {})", self.party(&deal[name]), self.tongue.say("owner"), text(&deal[owner]))
            }
            None => self.party(&deal[name]),
        };
        told(vec![
            (say("Buyer"), party("buyer", "buyer_owner")),
            (say("Seller"), party("seller", "seller_owner")),
            (say("Reference"), text(&deal["reference"])),
            (say("Opened"), self.time(&deal["created_at"])),
            (say("Last change"), self.time(&deal["updated_at"])),
        ])
    }

    fn sums(&self, deal: &Value) -> Vec<Line> {
        let say = |label| self.tongue.say(label);
        let mut lines = vec![
            (say("Price"), self.amount(&deal["price"])),
            (say("Buyer pays"), self.amount(&deal["buyer_pays"])),
            (say("Seller gets, if all goes well"), self.amount(&deal["seller_gets"])),
        ];
        let share = |share: &Value| {
            let (amount, to) = (self.amount(&share["amount"]), self.party(&share["to"]));
            self.tongue.share(&amount, &to, share["from"].as_str())
        };
        for (label, list) in [(say("Fee"), &deal["fees"]), (say("Split"), &deal["splits"])] {
            lines.extend(list.as_array().into_iter().flatten().map(|line| (label, share(line))));
        }
        lines.extend([
            (say("Paid in"), self.amount(&deal["funded"])),
            (say("Released"), self.amount(&deal["released"])),
            (say("Refunded"), self.amount(&deal["refunded"])),
            (say("Fees taken"), self.amount(&deal["fees_taken"])),
            (say("Held now"), self.amount(&deal["held"])),
        ]);
        lines
    }

    fn terms(&self, deal: &Value) -> Vec<Line> {
        let say = |label| self.tongue.say(label);
        let (terms, shipment, deadlines) = (&deal["terms"], &deal["shipment"], &deal["deadlines"]);
        let long = |value: &Value| value.as_str().map(|span| self.tongue.duration(span)).unwrap_or_default();
        told(vec![
            (say("Time to pay"), long(&terms["pay_within"])),
            (say("Time to ship"), long(&terms["ship_within"])),
            (say("Time to inspect"), long(&terms["inspection"])),
            (say("Carrier"), text(&shipment["carrier"])),
            (say("Tracking"), text(&shipment["tracking"])),
            (say("Shipped"), self.time(&shipment["shipped_at"])),
            (say("Delivered"), self.time(&shipment["delivered_at"])),
            (say("Pay by"), self.time(&deadlines["pay_by"])),
            (say("Ship by"), self.time(&deadlines["ship_by"])),
            (say("Release at"), self.time(&deadlines["release_at"])),
        ])
    }

    fn piece(&self, piece: &Value) -> Piece {
        Piece {
            number: piece["number"].to_string(),
            kind: text(&piece["kind"]),
            by: format!("{} ({})", self.party(&piece["added_by"]), self.tongue.name(&text(&piece["role"]))),
            at: self.time(&piece["added_at"]),
            statement: paragraphs(&piece["statement"]),
            sha256: text(&piece["sha256"]),
            uri: text(&piece["uri"]),
        }
    }

    fn dispute(&self, dispute: &Value) -> Dispute {
        let say = |label| self.tongue.say(label);
        let name = |value: &Value| value.as_str().map(|name| self.tongue.name(name)).unwrap_or_default();
        let by = |name: &str| {
            let value = &dispute[name];
            if value.is_null() { String::new() } else { self.actor(value) }
        };
        Dispute {
            title: format!("{}, {}", name(&dispute["type"]), name(&dispute["state"])),
            lines: told(vec![
                (say("Dispute"), text(&dispute["id"])),
                (say("Opened by"), by("opened_by")),
                (say("Opened"), self.time(&dispute["opened_at"])),
                (say("Answer due"), self.time(&dispute["respond_by"])),
                (say("Ruling"), name(&dispute["outcome"])),
                (say("Refund"), self.amount(&dispute["refund"])),
                (say("Resolved by"), by("resolved_by")),
                (say("Resolved"), self.time(&dispute["resolved_at"])),
            ]),
            statement: paragraphs(&dispute["statement"]),
            resolution: paragraphs(&dispute["resolution"]),
            pieces: dispute["evidence"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|piece| self.piece(piece))
                .collect(),
        }
    }

    fn paper(&self, receipt: &Value) -> Paper {
        let signature = |shown: &Value| (text(&shown["alg"]), text(&shown["kid"]), text(&shown["value"]));
        Paper {
            number: receipt["number"].to_string(),
            id: text(&receipt["id"]),
            kind: self.look.kind(receipt["kind"].as_str().unwrap_or_default()).to_owned(),
            moved: self.moved(receipt),
            at: self.time(&receipt["issued_at"]),
            hash: text(&receipt["integrity_hash"]),
            signatures: receipt["signatures"].as_array().into_iter().flatten().map(signature).collect(),
        }
    }
}
