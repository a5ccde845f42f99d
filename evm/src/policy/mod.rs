//! Judges what a key may sign by what moves, not by where it is sent.
//!
//! Once a key has a policy, whatever the policy does not name is refused. A limit of N lets exactly N
//! through.

mod permits;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, U256};
use serde_json::{Value, json};

use crate::erc20::Call;
use crate::json::hex_text;
use crate::{Error, Limit, Message, Reason, Refusal, Transaction, TypedData, address};

/// The signing policy of a key.
///
/// ```
/// use earnest_evm::{Policy, Transaction, Used};
/// use serde_json::json;
///
/// let policy = Policy::from_json(&json!({
///     "chain_ids": ["137"], "recipients": ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"], "max_value": "1000",
/// }))?;
/// let pay = |value: &str| {
///     let to = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
///     Transaction::from_json(&json!({ "chain_id": "137", "nonce": "0", "to": to, "value": value,
///                                     "gas_limit": "21000", "gas_price": "1" }))
/// };
/// assert!(policy.judge_transaction(&pay("1000")?, &Used::default()).is_ok());
/// assert_eq!(policy.judge_transaction(&pay("1001")?, &Used::default()).unwrap_err().code(), "limit_exceeded");
/// # Ok::<(), earnest_evm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    chain_ids: BTreeSet<u64>,
    recipients: BTreeSet<Address>,
    native: Limits,
    /// Of one transaction, and in a day.
    fees: Limits,
    tokens: BTreeMap<Address, Limits>,
    calls: BTreeSet<(Address, [u8; 4])>,
    typed_data: BTreeSet<(Address, String)>,
    messages: bool,
    deploy: bool,
    priority_above_cap: bool,
}

/// Limits of one asset; one that is left out does not limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Limits {
    max_value: Option<U256>,
    daily_value: Option<U256>,
}

/// Amounts that move: of the chain's own currency, in fees, and of each token, over all chains of the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// In wei, without fees.
    pub native: U256,
    /// The most that may be paid for gas, in wei. It counts without a limit too: one may be set later.
    pub fees: U256,
    /// By the address of the token, in its smallest unit.
    pub tokens: BTreeMap<Address, U256>,
}

impl Moved {
    fn is_nothing(&self) -> bool {
        self.native.is_zero() && self.fees.is_zero() && self.tokens.values().all(|amount| amount.is_zero())
    }

    fn of_token(&self, token: &Address) -> U256 {
        self.tokens.get(token).copied().unwrap_or_default()
    }

    fn add_token(&mut self, token: Address, amount: U256) {
        let sum = self.tokens.entry(token).or_default();
        // an amount that no number holds is above every limit
        *sum = sum.saturating_add(amount);
    }

    /// Returns the excess of each asset over `before`: zero where there was as much.
    #[must_use]
    pub fn beyond(&self, before: &Self) -> Self {
        let more =
            |(token, amount): (&Address, &U256)| (*token, amount.saturating_sub(before.of_token(token)));
        Self {
            native: self.native.saturating_sub(before.native),
            fees: self.fees.saturating_sub(before.fees),
            tokens: self.tokens.iter().map(more).collect(),
        }
    }

    /// The more of both, of each asset: of transactions with one nonce only one can be mined.
    #[must_use]
    pub fn or_more(mut self, other: &Self) -> Self {
        self.native = self.native.max(other.native);
        self.fees = self.fees.max(other.fees);
        for (token, amount) in &other.tokens {
            let known = self.tokens.entry(*token).or_default();
            *known = (*known).max(*amount);
        }
        self
    }
}

/// The amounts that count already when something is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// All that was counted in the 24 hours before now (half-open: what is exactly 24 hours old has left).
    pub in_a_day: Moved,
    /// The part of it that was counted for the same chain and nonce: only one of those transactions can be
    /// mined.
    pub same_nonce: Moved,
}

/// A yes, with what it costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The amounts that move, or that others may take from now on.
    pub moves: Moved,
    /// The amounts to count: less than moves where the same nonce was signed before.
    pub counts: Moved,
}

impl Policy {
    /// Reads the fields of `set_key_policy`: `{chain_ids, recipients?, max_value?, daily_value?, max_fee?,
    /// daily_fee?, tokens?, calls?, typed_data?, messages?, deploy?, priority_above_cap?}`.
    ///
    /// A limit that is left out does not limit; a list that is left out is empty, and lets nothing through.
    /// Fees go to whoever builds the block, and are not part of values: without `max_fee` and `daily_fee` a
    /// key can be emptied by the price of gas.
    ///
    /// # Errors
    ///
    /// `invalid_request` that names the field: no chain, entries that stand there twice, a token's own calls
    /// in `calls`.
    pub fn from_json(policy: &Value) -> Result<Self, Error> {
        read::read(policy)
    }

    /// The fields, as [`Policy::from_json`] reads them.
    pub fn to_json(&self) -> Value {
        let number = |number: Option<U256>| number.map(|number| number.to_string());
        let token = |(token, limits): (&Address, &Limits)| {
            json!({ "token": address::to_text(token), "max_value": number(limits.max_value),
                    "daily_value": number(limits.daily_value) })
        };
        let call = |(to, selector): &(Address, [u8; 4])| json!({ "to": address::to_text(to), "selector": hex_text(selector) });
        let typed = |(contract, name): &(Address, String)| json!({ "verifying_contract": address::to_text(contract), "primary_type": name });
        let mut fields = json!({
            "chain_ids": self.chain_ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "recipients": self.recipients.iter().map(address::to_text).collect::<Vec<_>>(),
            "max_value": number(self.native.max_value),
            "daily_value": number(self.native.daily_value),
            "max_fee": number(self.fees.max_value),
            "tokens": self.tokens.iter().map(token).collect::<Vec<_>>(),
            "calls": self.calls.iter().map(call).collect::<Vec<_>>(),
            "typed_data": self.typed_data.iter().map(typed).collect::<Vec<_>>(),
            "messages": self.messages,
            "deploy": self.deploy,
        });
        if let Some(limit) = self.fees.daily_value {
            fields["daily_fee"] = json!(limit.to_string());
        }
        if self.priority_above_cap {
            fields["priority_above_cap"] = json!(true);
        }
        fields
    }

    /// Whether a transaction may be signed, and what it costs.
    ///
    /// # Errors
    ///
    /// `not_permitted` with the [`Refusal`], `limit_exceeded` with the [`Limit`]; `invalid_request` for a
    /// priority fee above the cap, where that is not allowed.
    pub fn judge_transaction(&self, tx: &Transaction, used: &Used) -> Result<Allowed, Error> {
        if !self.priority_above_cap {
            tx.within_its_cap()?;
        }
        if tx.chain_id().is_none_or(|id| !self.chain_ids.contains(&id)) {
            return Err(Error::refused(Refusal::Chain, "tx.chain_id", "is not a chain of the key's policy"));
        }
        let moves = self.moves(tx);
        if self.fees.max_value.is_some_and(|limit| moves.fees > limit) {
            let message = "times the price of gas is above the key's limit";
            return Err(Error::new(Reason::LimitExceeded(Limit::MaxFee), "tx.gas_limit", message));
        }
        let Some(to) = tx.to() else {
            return self.judge_deployment(tx, moves, used);
        };
        let listed = self.recipients.contains(&to);
        if !listed && (!tx.value().is_zero() || tx.data().is_empty()) {
            return Err(Error::refused(
                Refusal::Recipient,
                "tx.to",
                "is not a recipient of the key's policy",
            ));
        }
        if !tx.data().is_empty() {
            self.judge_call(to, tx.data())?;
        }
        self.within(moves, used)
    }

    /// Returns the amounts that a transaction moves, whether or not it may be signed. Tokens that the policy
    /// does not name are left out.
    #[must_use]
    pub fn moves(&self, tx: &Transaction) -> Moved {
        let mut moves = Moved { native: tx.value(), fees: tx.max_fee(), ..Moved::default() };
        let token = tx.to().filter(|to| self.tokens.contains_key(to));
        if let Some((token, call)) = token.zip(Call::from_data(tx.data())) {
            moves.add_token(token, call.amount());
        }
        moves
    }

    /// A new contract may do anything with the value that it gets: so it gets none.
    fn judge_deployment(&self, tx: &Transaction, moves: Moved, used: &Used) -> Result<Allowed, Error> {
        if !self.deploy {
            return Err(Error::refused(
                Refusal::Deploy,
                "tx.to",
                "is missing, and the key may create no contract",
            ));
        }
        if !tx.value().is_zero() {
            return Err(Error::refused(Refusal::Recipient, "tx.value", "must be 0 for a new contract"));
        }
        self.within(moves, used)
    }

    fn judge_call(&self, to: Address, data: &[u8]) -> Result<(), Error> {
        let selector = data.get(..4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
        let Some(selector) = selector else {
            return Err(Error::refused(Refusal::Data, "tx.data", "is too short to name a function"));
        };
        if Call::is_named_by(selector) && self.tokens.contains_key(&to) {
            let wrong = || Error::refused(Refusal::Data, "tx.data", "is not exactly a call of a token");
            let call = Call::from_data(data).ok_or_else(wrong)?;
            if !self.recipients.contains(&call.recipient()) {
                let message = "moves tokens to, or for, an address that is not in the key's policy";
                return Err(Error::refused(Refusal::Recipient, "tx.data", message));
            }
            return Ok(());
        }
        if self.calls.contains(&(to, selector)) {
            return Ok(());
        }
        if Call::is_named_by(selector) {
            return Err(Error::refused(Refusal::Token, "tx.to", "is not a token of the key's policy"));
        }
        Err(Error::refused(Refusal::Selector, "tx.data", "calls a function that is not in the key's policy"))
    }

    /// Whether typed data may be signed, and what it lets others take.
    ///
    /// Permits (EIP-2612, DAI), Permit2 and authorizations (EIP-3009) are known by their type and fields, and
    /// count like the transfers that they allow. `used.same_nonce` is of no use here: nonces of permits are
    /// not those of accounts.
    ///
    /// # Errors
    ///
    /// As [`Policy::judge_transaction`].
    pub fn judge_typed_data(&self, data: &TypedData, used: &Used) -> Result<Allowed, Error> {
        let chain = data.chain_id().and_then(|id| u64::try_from(id).ok());
        if chain.is_none_or(|id| !self.chain_ids.contains(&id)) {
            let path = "typed_data.domain.chainId";
            return Err(Error::refused(Refusal::Chain, path, "is not a chain of the key's policy"));
        }
        let used = Used { in_a_day: used.in_a_day.clone(), same_nonce: Moved::default() };
        let listed = data
            .verifying_contract()
            .is_some_and(|contract| self.typed_data.contains(&(contract, data.primary_type().to_owned())));
        let unlisted = || {
            let message = "and its contract are not in the key's policy";
            Error::refused(Refusal::TypedData, "typed_data.primaryType", message)
        };
        let mut moves = Moved::default();
        if let Some(permit) = permits::read(data) {
            if permit.of_permit2 && !listed {
                return Err(unlisted());
            }
            for (token, amount) in permit.amounts {
                if token.is_none_or(|token| !self.tokens.contains_key(&token)) {
                    let message = "lets others take a token that is not in the key's policy";
                    return Err(Error::refused(Refusal::Token, "typed_data", message));
                }
                moves.add_token(token.unwrap_or_default(), amount);
            }
            if permit.recipient.is_none_or(|recipient| !self.recipients.contains(&recipient)) {
                let message = "lets an address take tokens that is not in the key's policy";
                return Err(Error::refused(Refusal::Recipient, "typed_data", message));
            }
            return self.within(moves, &used);
        }
        let of_token = data.verifying_contract().is_some_and(|contract| self.tokens.contains_key(&contract));
        if !listed || (of_token && permits::is_name(data.primary_type())) {
            return Err(unlisted());
        }
        self.within(moves, &used)
    }

    /// Whether a message may be signed. One of 32 bytes never is: it could be the digest of anything.
    ///
    /// # Errors
    ///
    /// `not_permitted` with [`Refusal::Message`].
    pub fn judge_message(&self, message: &Message) -> Result<Allowed, Error> {
        if !self.messages {
            return Err(Error::refused(Refusal::Message, "message", "is not allowed by the key's policy"));
        }
        if message.as_bytes().len() == 32 {
            return Err(Error::refused(Refusal::Message, "message", "of 32 bytes could be a digest"));
        }
        Ok(Allowed::default())
    }

    fn within(&self, moves: Moved, used: &Used) -> Result<Allowed, Error> {
        let mut counts = moves.beyond(&used.same_nonce);
        check(&self.native, "tx.value", moves.native, counts.native, used.in_a_day.native)?;
        if is_above(self.fees.daily_value, counts.fees, used.in_a_day.fees) {
            let message = "times the price of gas is above what is left of the key's limit of the day";
            return Err(Error::new(Reason::LimitExceeded(Limit::DailyFee), "tx.gas_limit", message));
        }
        for (token, amount) in &moves.tokens {
            let limits = self.tokens.get(token).copied().unwrap_or_default();
            check(&limits, "amount", *amount, counts.of_token(token), used.in_a_day.of_token(token))?;
        }
        if counts.is_nothing() {
            counts.tokens.clear();
        }
        Ok(Allowed { moves, counts })
    }
}

fn check(limits: &Limits, field: &str, amount: U256, counted: U256, used: U256) -> Result<(), Error> {
    let above = |limit| Error::new(Reason::LimitExceeded(limit), field, "is above the key's limit");
    if limits.max_value.is_some_and(|limit| amount > limit) {
        return Err(above(Limit::MaxValue));
    }
    if is_above(limits.daily_value, counted, used) { Err(above(Limit::DailyValue)) } else { Ok(()) }
}

/// Whether one more amount exceeds a daily limit. Zero never does, as the limit may have been lowered since.
fn is_above(daily: Option<U256>, counted: U256, used: U256) -> bool {
    daily.is_some_and(|limit| !counted.is_zero() && used.saturating_add(counted) > limit)
}
