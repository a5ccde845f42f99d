//! The bytes of a withdrawal. Each attempt is written, then signed, and its bytes are kept before a worker is
//! asked to send them.
//!
//! A signer may answer anything. Code that shares nothing with the encoder decodes the answer and recovers
//! its signer. The answer must equal the attempt, field by field.

use earnest_evm::{Address, Signature, Transaction, U256, address, erc20};
use serde_json::{Value, json};

use super::asset::{AssetFacts, AssetKind};
use super::chain::Chain;
use super::editor::{JobToWrite, SIGNER, WithdrawalEditor};
use super::judge::fees::{Bid, MOST_FEE, NOOP_GAS, Raised};
use super::judge::num::Num;
use super::judge::views::FeesView;
use super::lane::Lane;
use super::model::{AttentionCode, State};
use super::slot::{AttemptFacts, AttemptKind, Slot, SlotPlan, raw_of};
use super::transitions::WithdrawalTrigger;
use super::wallet;
use crate::error::{Detail, Error, Result};
use crate::kernel::draft::MAX_ATTEMPTS;
use crate::kernel::operation::Decided;
use crate::rows::object::members;
use crate::signing::model::{Custody, KeyRecord};

/// The kind of the jobs for keys in the vault.
pub(super) const BY_VAULT: &str = "signer.sign";
/// The kind of the jobs for keys with the host.
pub(super) const BY_HOST: &str = "signer.host";

/// Signed bytes that match the attempt.
pub(super) struct SignedBytes {
    /// As hex.
    pub raw: String,
    /// Their hash, as hex.
    pub hash: String,
}

/// A payment of an asset as its chain sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OnChain {
    /// The address of the transaction: the payee's, or the token's.
    pub to: String,
    /// Coins that move with it, in wei.
    pub value: Num,
    /// The call, as hex.
    pub data: String,
    /// The amount of the asset, in its units.
    pub units: Num,
}

impl OnChain {
    /// The payment of an amount to a payee.
    pub(super) fn of(asset: &AssetFacts, payee: &str, minor: i128) -> Result<Self> {
        let units = Num::try_from(minor).map_err(|_| Error::corrupted("an amount below zero"))?;
        let token = match (asset.kind, &asset.token) {
            (AssetKind::Native, _) => {
                return Ok(Self { to: payee.to_owned(), value: units, data: "0x".to_owned(), units });
            }
            (AssetKind::Erc20, Some(token)) => token.clone(),
            (AssetKind::Erc20, None) => return Err(Error::corrupted("a token without an address")),
        };
        let amount = U256::from_be_bytes(units.to_be_bytes());
        let call = erc20::Call::Transfer { to: known_address(payee)?, amount };
        let data = format!("0x{}", hex::encode(call.to_data()));
        Ok(Self { to: token, value: Num::ZERO, data, units })
    }
}

/// An address that was checked before.
fn known_address(text: &str) -> Result<Address> {
    address::parse(text).map_err(|_| Error::corrupted("an address"))
}

impl AttemptFacts {
    pub(super) fn bid(&self) -> Bid {
        Bid { max_fee: self.max_fee_per_gas, max_priority_fee: self.max_priority_fee_per_gas }
    }
}

/// The transaction of an attempt: the plan at its price, or a transfer of nothing to its own address.
pub(super) fn transaction(lane: &Lane, slot: &Slot, attempt: &AttemptFacts) -> Result<Transaction> {
    let plan = &slot.facts.plan;
    let (to, value, data) = match attempt.kind {
        AttemptKind::Pay => (plan.to.as_str(), plan.value, plan.data.as_str()),
        AttemptKind::Noop => (lane.facts.address.as_str(), Num::ZERO, "0x"),
    };
    let tx = json!({
        "type": "eip1559",
        "chain_id": plan.chain_id.to_string(),
        "nonce": slot.facts.nonce.to_string(),
        "to": to,
        "value": value.to_string(),
        "gas_limit": attempt.gas_limit.to_string(),
        "max_fee_per_gas": attempt.max_fee_per_gas.to_string(),
        "max_priority_fee_per_gas": attempt.max_priority_fee_per_gas.to_string(),
        "data": data,
        "access_list": [],
    });
    let broken = |_| Error::corrupted(format!("the plan of slot {}", slot.facts.nonce));
    Transaction::from_json(&tx).map_err(broken)
}

/// Reads the answer of a signer: signed bytes, or a bare signature if the key is with the host.
pub(super) fn answered(result: Option<&str>, tx: &Transaction, by: &str, host: bool) -> Result<SignedBytes> {
    let shape = if host { "must have `raw`, or else `signature`" } else { "must have `raw`" };
    let wrong = || Error::invalid("result", shape);
    let value: Value = result.and_then(|text| serde_json::from_str(text).ok()).ok_or_else(wrong)?;
    let members = value.as_object().filter(|members| members.len() == 1).ok_or_else(wrong)?;
    let by = known_address(by)?;
    if let Some(raw) = members.get("raw") {
        let raw = bytes("result.raw", raw)?;
        let read = Transaction::decode(&raw).map_err(|error| refused("result.raw", &error))?;
        if read.transaction() != tx {
            return Err(Error::invalid("result.raw", "must be the transaction that was asked for"));
        }
        if read.from() != by {
            let reason = "it was made by another key than that of the lane".to_owned();
            return Err(Detail::SignatureInvalid { reason }.into());
        }
        return Ok(SignedBytes { raw: text_of(&raw), hash: read.hash().to_string() });
    }
    let signature = members.get("signature").filter(|_| host).ok_or_else(wrong)?;
    let answer = bytes("result.signature", signature)?;
    let wrong = |error: earnest_evm::Error| refused("result.signature", &error);
    let digest = tx.signing_hash().map_err(wrong)?;
    let signature = Signature::from_external_answer(&answer, &digest, &by).map_err(wrong)?;
    let signed = tx.with_signature(signature, by).map_err(wrong)?;
    Ok(SignedBytes { raw: text_of(signed.raw()), hash: signed.hash().to_string() })
}

fn bytes(field: &str, value: &Value) -> Result<Vec<u8>> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).filter(|digits| !digits.is_empty());
    let bytes = digits.and_then(|digits| hex::decode(digits).ok());
    bytes.ok_or_else(|| Error::invalid(field, "must be `0x` and pairs of hex digits"))
}

fn text_of(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// The refusal of signed bytes, which it does not repeat.
fn refused(field: &str, error: &earnest_evm::Error) -> Error {
    match error.reason() {
        earnest_evm::Reason::SignatureInvalid => {
            Detail::SignatureInvalid { reason: format!("it {}", error.message()) }.into()
        }
        _ => Error::invalid(field, "must be one signed transaction in its canonical form"),
    }
}

/// A wish for a higher price of a nonce.
#[derive(Clone, Copy, Debug)]
pub(super) struct PriceWanted {
    pub kind: AttemptKind,
    /// The fee that an admin names, which may pass the cap.
    pub named: Option<Num>,
    /// Whether a named fee that is too low is refused. Otherwise it is ignored.
    pub insists: bool,
}

impl WithdrawalEditor<'_, '_> {
    /// Writes the next attempt of a nonce at a higher price, and has it signed. Returns `None`, and signs
    /// nothing, if the cap forbids it. An unsigned attempt of the same kind is signed first.
    pub(super) fn raise(
        &mut self,
        chain: &Chain,
        lane: &mut Lane,
        slot: &mut Slot,
        wanted: PriceWanted,
    ) -> Decided<Option<()>> {
        let terms = chain.facts.fee_terms();
        let Some(newest) = slot.facts.attempts.last() else {
            return Err(self.broken("has a nonce without an attempt").into());
        };
        let last = newest.bid();
        let waits = newest.hash.is_none() && newest.kind == wanted.kind;
        if waits && wanted.named.is_none() {
            return self.have_signed(chain, lane, slot).map(Some);
        }
        // without a reported price, the price of the last attempt counts
        let bare = FeesView { base_fee: Num::ZERO, priority_fee: last.max_priority_fee };
        let price = chain.facts.price().unwrap_or(bare);
        let bid = match terms.raise(&last, &price, wanted.named) {
            Raised::To(bid) => bid,
            // no attempt was sent, so there is nothing to send again: it bids as much as it may
            Raised::AboveCap if slot.facts.attempts.iter().all(|attempt| attempt.sent_at.is_none()) => {
                let max_fee = terms.cap.max(last.max_fee);
                Bid { max_fee, max_priority_fee: last.max_priority_fee.min(max_fee) }
            }
            Raised::AboveCap => return Ok(None),
            Raised::TooLow { .. } if !wanted.insists => {
                return self.raise(chain, lane, slot, PriceWanted { named: None, ..wanted });
            }
            Raised::TooLow { least } => {
                let reason = format!("must be at least `{least}`, which replaces what was sent");
                return Err(Error::invalid("max_fee_per_gas", reason).into());
            }
        };
        let gas_limit = match wanted.kind {
            AttemptKind::Pay => slot.facts.plan.gas_limit,
            AttemptKind::Noop => NOOP_GAS,
        };
        self.attempt(chain, lane, slot, &NextAttempt { kind: wanted.kind, bid, gas_limit })?;
        Ok(Some(()))
    }

    /// Has a no-op signed that uses up the nonce, at the fee that an admin names or has named before. Returns
    /// `false` if the cap forbids it.
    pub(super) fn give_up_nonce(
        &mut self,
        chain: &Chain,
        lane: &mut Lane,
        slot: &mut Slot,
        named: Option<Num>,
    ) -> Decided<bool> {
        // a fee that no transaction can have was once kept: it is as if nobody had named one
        let kept = self.object.facts.named_fee.filter(|fee| *fee <= MOST_FEE);
        let insists = named.is_some();
        let wanted = PriceWanted { kind: AttemptKind::Noop, named: named.or(kept), insists };
        let signs = self.raise(chain, lane, slot, wanted)?.is_some();
        if signs {
            self.object.facts.named_fee = None;
        }
        Ok(signs)
    }

    /// Writes an attempt, counts it for the day of its key, and writes the job that has it signed.
    pub(super) fn attempt(
        &mut self,
        chain: &Chain,
        lane: &mut Lane,
        slot: &mut Slot,
        next: &NextAttempt,
    ) -> Decided<()> {
        let before = wallet::promise(slot, &self.object);
        let last = slot.facts.attempts.last().map_or(0, |attempt| attempt.number);
        slot.facts.attempts.push(next.facts(last.saturating_add(1)));
        if lane.facts.unseen.contains(&slot.facts.nonce) {
            wallet::release(lane, &before);
            wallet::give(lane, &wallet::promise(slot, &self.object));
        }
        self.count_attempt(lane, slot)?;
        self.have_signed(chain, lane, slot)
    }

    /// Writes the job that has the newest attempt signed.
    pub(super) fn have_signed(&mut self, chain: &Chain, lane: &Lane, slot: &Slot) -> Decided<()> {
        let Some(attempt) = slot.facts.attempts.last() else {
            return Err(self.broken("has nothing to sign").into());
        };
        let tx = transaction(lane, slot, attempt)?;
        let digest = tx.signing_hash().map_err(|_| self.broken("has a plan without a chain"))?;
        let mut payload = self.about(chain);
        payload.insert("lane".to_owned(), json!(lane.id()));
        payload.insert("address".to_owned(), lane.facts.address.as_str().into());
        payload.insert("attempt".to_owned(), attempt.number.into());
        payload.insert("kind".to_owned(), json!(attempt.kind));
        payload.insert("tx".to_owned(), tx.to_json());
        payload.insert("digest".to_owned(), digest.to_string().into());
        let kind = if self.is_with_host(lane)? { BY_HOST } else { BY_VAULT };
        let call = format!("sign.{}", attempt.number);
        self.write_job(JobToWrite {
            kind,
            call: &call,
            attempts: MAX_ATTEMPTS,
            not_before: self.now(),
            payload: payload.into(),
        })
        .map(drop)
    }

    /// Whether the private key of a lane is with the host.
    fn is_with_host(&self, lane: &Lane) -> Decided<bool> {
        let key = KeyRecord::find(self.draft, &self.object.row.book, lane.facts.key)?;
        let missing = || Error::corrupted(format!("the key of lane {}", lane.id()));
        Ok(key.ok_or_else(missing)?.facts.custody == Custody::Host)
    }

    /// Takes the answer of a signer and keeps the bytes; only then may a job send them. The bytes of a
    /// payment that is given up are watched, and not sent.
    pub(super) fn signed(&mut self, lane: &Lane, slot: &mut Slot, answer: &SignerAnswer<'_>) -> Decided<()> {
        let number = answer.attempt;
        let place = slot.facts.attempts.iter().position(|attempt| attempt.number == number);
        let known = place.and_then(|place| slot.facts.attempts.get(place));
        let known = known.ok_or_else(|| self.broken("was never to be signed so"))?;
        let tx = transaction(lane, slot, known)?;
        let host = answer.kind == BY_HOST;
        let SignedBytes { raw, hash } = answered(answer.result, &tx, &lane.facts.address, host)?;
        let now = self.draft.ctx.time();
        let salt = self.draft.ids.salt();
        if let Some(attempt) = place.and_then(|place| slot.facts.attempts.get_mut(place)) {
            (attempt.hash, attempt.signed_at) = (Some(hash.clone()), Some(now));
        }
        slot.texts.insert(raw_of(number), crate::rows::body::Text::new(&raw, salt));
        self.attended(&[AttentionCode::RetriesExhausted]);
        let data = members!("attempt": number, "hash": hash, "nonce": slot.facts.nonce.to_string());
        if self.object.state == State::Signing {
            return self.enter(State::Signed, WithdrawalTrigger::Signed, data);
        }
        self.emit("withdrawal.signed", data)
    }
}

/// An attempt to write.
pub(super) struct NextAttempt {
    pub kind: AttemptKind,
    pub bid: Bid,
    pub gas_limit: u64,
}

impl NextAttempt {
    /// The unsigned attempt, under a number.
    pub(super) fn facts(&self, number: u32) -> AttemptFacts {
        AttemptFacts {
            number,
            kind: self.kind,
            hash: None,
            gas_limit: self.gas_limit,
            max_fee_per_gas: self.bid.max_fee,
            max_priority_fee_per_gas: self.bid.max_priority_fee,
            signed_at: None,
            sent_at: None,
            taken_at: None,
            outcome: None,
        }
    }
}

/// The report of a signer.
pub(super) struct SignerAnswer<'a> {
    /// The kind of its job.
    pub kind: &'a str,
    /// The attempt that it signed.
    pub attempt: u32,
    pub result: Option<&'a str>,
}

/// Whether a kind of jobs signs.
pub(super) fn is_signer(kind: &str) -> bool {
    kind.starts_with(SIGNER)
}

/// The plan of a payment.
pub(super) fn plan(chain: &Chain, on_chain: &OnChain, gas_limit: u64) -> SlotPlan {
    SlotPlan {
        to: on_chain.to.clone(),
        value: on_chain.value,
        data: on_chain.data.clone(),
        gas_limit,
        chain_id: chain.facts.chain_id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use earnest_evm::Key;

    use super::*;
    use crate::error::Code;

    const OURS: &str = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
    const THEIRS: &str = "0x4646464646464646464646464646464646464646464646464646464646464646";

    fn tx(nonce: &str) -> Transaction {
        let to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        Transaction::from_json(&json!({
            "type": "eip1559", "chain_id": "1", "nonce": nonce, "to": to, "value": "7", "gas_limit": "21000",
            "max_fee_per_gas": "30", "max_priority_fee_per_gas": "1",
        }))
        .unwrap()
    }

    fn raw(key: &str, nonce: &str) -> Value {
        json!({ "raw": tx(nonce).sign(&Key::from_hex(key).unwrap()).unwrap().to_json()["raw"] })
    }

    fn code(result: &Value, host: bool) -> Option<Code> {
        let by = address::to_text(&Key::from_hex(OURS).unwrap().address());
        let text = result.to_string();
        answered(Some(&text), &tx("3"), &by, host).err().map(|error| error.code())
    }

    #[test]
    fn only_the_transaction_that_was_asked_for_is_taken() {
        assert_eq!(code(&raw(OURS, "3"), false), None);
        assert_eq!(code(&raw(OURS, "4"), false), Some(Code::InvalidRequest));
        assert_eq!(code(&raw(THEIRS, "3"), false), Some(Code::SignatureInvalid));
        for wrong in
            [json!({}), json!([]), json!({ "raw": "0x" }), json!({ "raw": "0x0" }), json!({ "raw": 1 })]
        {
            assert_eq!(code(&wrong, true), Some(Code::InvalidRequest), "{wrong}");
        }
        let mut both = raw(OURS, "3");
        both["signature"] = "0x00".into();
        assert_eq!(code(&both, true), Some(Code::InvalidRequest));
    }

    #[test]
    fn a_bare_signature_is_that_of_a_host() {
        let signed = tx("3").sign(&Key::from_hex(OURS).unwrap()).unwrap();
        let bare = json!({ "signature": format!("0x{}", hex::encode(signed.signature().to_bytes())) });
        assert_eq!(code(&bare, true), None);
        assert_eq!(code(&bare, false), Some(Code::InvalidRequest));
        let other = tx("4").sign(&Key::from_hex(OURS).unwrap()).unwrap();
        let bare = json!({ "signature": format!("0x{}", hex::encode(other.signature().to_bytes())) });
        assert_eq!(code(&bare, true), Some(Code::SignatureInvalid));
    }
}
