//! The views of endpoints: the results of a chain's jobs, read strictly.
//!
//! A result is `{"views": [{"endpoint", "chain_id", ...}]}`, with one view for each endpoint that was asked.
//! A view leaves out the members that its endpoint could not answer. A failed endpoint is left out, or is
//! `{"endpoint", "error": {"code", "message", "data"?}}`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

use super::num::Num;
pub use super::read::Misshapen;
use super::read::{self, Fields};

/// The most views in a result: more than any chain has endpoints.
const MOST_VIEWS: usize = 64;
/// The longest text of a node that is read.
const LONGEST_TEXT: usize = 2_048;

/// The view of one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointView<T> {
    /// The endpoint, by its name in the chain's settings.
    pub endpoint: String,
    /// The chain that it claims.
    pub chain_id: Option<Num>,
    /// Its answer, or its failure.
    pub said: Result<T, NodeError>,
}

/// The failure of an endpoint. `Debug` hides its texts: the text of a worker may name an address with a
/// password.
#[derive(Clone, PartialEq, Eq)]
pub struct NodeError {
    /// Its code, as text; empty if it gave none.
    pub code: String,
    /// Its message.
    pub message: String,
    /// Its data: bytes of a revert as hex, or JSON; empty if there was none.
    pub data: String,
}

impl fmt::Debug for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeError").field("code", &self.code).finish_non_exhaustive()
    }
}

/// A block, by number and hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockId {
    /// Its number.
    pub number: u64,
    /// Its hash, in lower case.
    pub hash: String,
}

/// The answer of one endpoint to a kind of job.
pub trait JobView: Sized {
    /// The members of a view except `endpoint`, `chain_id` and `error`.
    const MEMBERS: &'static [&'static str];
    /// Whether a view must name its chain.
    const NAMES_CHAIN: bool = true;
    /// Whether `error` is part of an answer with these members.
    const HAS_ERROR: bool = false;

    /// Reads the view at `path`.
    ///
    /// # Errors
    /// For another shape, naming the member.
    fn read(view: &Map<String, Value>, path: &str) -> Result<Self, Misshapen>;
}

/// Reads a result, as text.
///
/// # Errors
/// For another shape, naming the member below `result`.
pub fn read_text<T: JobView>(result: &str) -> Result<Vec<EndpointView<T>>, Misshapen> {
    let value: Value = serde_json::from_str(result).map_err(|_| Misshapen::new("result", "must be JSON"))?;
    read_views(&value)
}

/// Reads a result: a view for each endpoint, and no endpoint twice.
///
/// # Errors
/// For another shape, naming the member below `result`.
pub fn read_views<T: JobView>(result: &Value) -> Result<Vec<EndpointView<T>>, Misshapen> {
    let fields = Fields::of(result, "result", &["views"])?;
    let views =
        fields.list("views", read_view::<T>)?.ok_or_else(|| Misshapen::new("result.views", "is missing"))?;
    if views.len() > MOST_VIEWS {
        return Err(Misshapen::new("result.views", "must have at most 64 views"));
    }
    let twice = {
        let mut seen = BTreeSet::new();
        views.iter().position(|view| !seen.insert(view.endpoint.as_str()))
    };
    match twice {
        // if it counted twice, a single endpoint could be a quorum
        Some(at) => Err(Misshapen::new(format!("result.views[{at}].endpoint"), "is there twice")),
        None => Ok(views),
    }
}

fn read_view<T: JobView>(value: &Value, path: &str) -> Result<EndpointView<T>, Misshapen> {
    let mut known = vec!["endpoint", "chain_id", "error"];
    known.extend_from_slice(T::MEMBERS);
    let fields = Fields::of(value, path, &known)?;
    let endpoint = fields.of_needed("endpoint", read::name)?;
    let chain_id = fields.of_given("chain_id", read::num)?;
    let answers = T::MEMBERS.iter().any(|member| fields.get(member).is_some());
    if let (Some(error), false) = (fields.get("error"), answers && T::HAS_ERROR) {
        if answers {
            return Err(Misshapen::new(fields.path("error"), "must not stand beside an answer"));
        }
        return Ok(EndpointView { endpoint, chain_id, said: Err(node_error(error, &fields.path("error"))?) });
    }
    if T::NAMES_CHAIN && chain_id.is_none() {
        return Err(Misshapen::new(fields.path("chain_id"), "is missing"));
    }
    let view = value.as_object().ok_or_else(|| Misshapen::new(path, "must be an object"))?;
    Ok(EndpointView { endpoint, chain_id, said: Ok(T::read(view, path)?) })
}

fn node_error(value: &Value, path: &str) -> Result<NodeError, Misshapen> {
    let fields = Fields::of(value, path, &["code", "message", "data"])?;
    let code = match fields.get("code") {
        None => String::new(),
        Some(Value::String(code)) => cut(code),
        Some(Value::Number(code)) if code.is_i64() || code.is_u64() => code.to_string(),
        Some(_) => return Err(Misshapen::new(fields.path("code"), "must be an integer or a text")),
    };
    let message = cut(fields.of_given("message", read::text)?.unwrap_or_default());
    let data = match fields.get("data") {
        None => String::new(),
        Some(Value::String(data)) => cut(data),
        Some(other) => cut(&other.to_string()),
    };
    Ok(NodeError { code, message, data })
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

fn block(value: &Value, path: &str) -> Result<BlockId, Misshapen> {
    let fields = Fields::of(value, path, &["number", "hash"])?;
    Ok(BlockId {
        number: fields.of_needed("number", read::small)?,
        hash: fields.of_needed("hash", read::hash)?,
    })
}

/// An answer to `chain.facts`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactsView {
    /// The newest block.
    pub head: Option<BlockId>,
    /// The newest final block.
    pub finalized: Option<BlockId>,
    /// The price of gas.
    pub fees: Option<FeesView>,
    /// Its lanes.
    pub lanes: Vec<LaneView>,
    /// Its assets.
    pub assets: Vec<AssetView>,
}

/// The price of gas by one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeesView {
    /// The base fee of the next block, in wei.
    pub base_fee: Num,
    /// The priority fee that others pay, in wei.
    pub priority_fee: Num,
}

/// A lane by one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneView {
    /// The id of the lane.
    pub lane: String,
    /// The number of transactions of its address: in blocks, and with those in memory.
    pub nonce: Option<NonceView>,
    /// Whether there is code at its address.
    pub code: Option<bool>,
    /// Its coins, in wei.
    pub native: Option<Num>,
    /// Its tokens, by currency, in their units.
    pub tokens: BTreeMap<String, Num>,
}

/// The next nonce of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NonceView {
    /// By the newest block.
    pub latest: u64,
    /// By the memory of the node.
    pub pending: u64,
}

/// An asset by one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetView {
    /// Its currency.
    pub currency: String,
    /// Whether there is code at the address of its token.
    pub code: Option<bool>,
    /// The decimals that its token states.
    pub decimals: Option<u32>,
}

impl JobView for FactsView {
    const MEMBERS: &'static [&'static str] = &["head", "finalized", "fees", "lanes", "assets"];

    fn read(view: &Map<String, Value>, path: &str) -> Result<FactsView, Misshapen> {
        let fields = Fields::checked(view, path);
        Ok(FactsView {
            head: fields.of_given("head", block)?,
            finalized: fields.of_given("finalized", block)?,
            fees: fields.of_given("fees", fees)?,
            lanes: fields.list("lanes", lane)?.unwrap_or_default(),
            assets: fields.list("assets", asset)?.unwrap_or_default(),
        })
    }
}

fn fees(value: &Value, path: &str) -> Result<FeesView, Misshapen> {
    let fields = Fields::of(value, path, &["base_fee", "priority_fee"])?;
    Ok(FeesView {
        base_fee: fields.of_needed("base_fee", read::num)?,
        priority_fee: fields.of_needed("priority_fee", read::num)?,
    })
}

fn lane(value: &Value, path: &str) -> Result<LaneView, Misshapen> {
    let fields = Fields::of(value, path, &["lane", "nonce", "code", "native", "tokens"])?;
    Ok(LaneView {
        lane: fields.of_needed("lane", read::name)?,
        nonce: fields.of_given("nonce", nonce)?,
        code: fields.of_given("code", read::code)?,
        native: fields.of_given("native", read::num)?,
        tokens: fields.of_given("tokens", tokens)?.unwrap_or_default(),
    })
}

fn nonce(value: &Value, path: &str) -> Result<NonceView, Misshapen> {
    let fields = Fields::of(value, path, &["latest", "pending"])?;
    Ok(NonceView {
        latest: fields.of_needed("latest", read::small)?,
        pending: fields.of_needed("pending", read::small)?,
    })
}

fn tokens(value: &Value, path: &str) -> Result<BTreeMap<String, Num>, Misshapen> {
    let map = value.as_object().ok_or_else(|| Misshapen::new(path, "must be an object"))?;
    let given = map.iter().filter(|(_, units)| !units.is_null());
    given
        .map(|(currency, units)| {
            let shown: String = currency.chars().take(16).collect();
            Ok((currency.clone(), read::num(units, &format!("{path}.{shown}"))?))
        })
        .collect()
}

fn asset(value: &Value, path: &str) -> Result<AssetView, Misshapen> {
    let fields = Fields::of(value, path, &["currency", "code", "decimals"])?;
    Ok(AssetView {
        currency: fields.of_needed("currency", read::name)?,
        code: fields.of_given("code", read::code)?,
        decimals: fields.of_given("decimals", read::decimals)?,
    })
}

/// An answer to `chain.simulate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimulateView {
    /// Call and estimate ran, and the call returned nothing or true.
    Ran {
        /// The estimated gas.
        gas: u64,
    },
    /// It does not run.
    Fails {
        /// The error.
        error: NodeError,
        /// The coins of the sender, in wei.
        native: Option<Num>,
        /// The sender's balance of the asset, in its units.
        balance: Option<Num>,
    },
}

impl JobView for SimulateView {
    const MEMBERS: &'static [&'static str] = &["ok", "gas", "native", "balance"];
    const HAS_ERROR: bool = true;

    fn read(view: &Map<String, Value>, path: &str) -> Result<SimulateView, Misshapen> {
        let fields = Fields::checked(view, path);
        if fields.of_needed("ok", read::flag)? {
            if fields.get("error").is_some() {
                return Err(Misshapen::new(fields.path("error"), "must not stand beside `ok: true`"));
            }
            return Ok(SimulateView::Ran { gas: fields.of_needed("gas", read::small)? });
        }
        Ok(SimulateView::Fails {
            error: fields.of_needed("error", node_error)?,
            native: fields.of_given("native", read::num)?,
            balance: fields.of_given("balance", read::num)?,
        })
    }
}

/// An answer to `chain.broadcast`: the node took the bytes. Any other answer is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroadcastView;

impl JobView for BroadcastView {
    const MEMBERS: &'static [&'static str] = &["accepted"];
    const NAMES_CHAIN: bool = false;

    fn read(view: &Map<String, Value>, path: &str) -> Result<BroadcastView, Misshapen> {
        let fields = Fields::checked(view, path);
        match fields.of_needed("accepted", read::flag)? {
            true => Ok(BroadcastView),
            false => Err(Misshapen::new(fields.path("accepted"), "must be true, or else give `error`")),
        }
    }
}

/// An answer to `chain.observe`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObserveView {
    /// The newest block.
    pub head: Option<BlockId>,
    /// The newest final block.
    pub finalized: Option<BlockId>,
    /// The next nonce of the address by the newest block.
    pub nonce_latest: Option<u64>,
    /// The next nonce of the address by the newest final block.
    pub nonce_finalized: Option<u64>,
    /// The receipts of the asked hashes that it has in a block; `None` if it was not asked.
    pub receipts: Option<Vec<ReceiptView>>,
    /// Transactions of the address under a watched nonce with another hash than the asked ones.
    pub foreign: Vec<ForeignView>,
    /// The nonces that it could not read this time. A missing receipt of theirs does not count as absent.
    pub unreadable: Vec<u64>,
}

/// A receipt by one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptView {
    /// The hash of the transaction, in lower case.
    pub hash: String,
    /// The block that it is in.
    pub block: BlockId,
    /// Whether it succeeded.
    pub success: bool,
    /// The gas that it used.
    pub gas_used: Num,
    /// The price of a unit of gas, in wei.
    pub gas_price: Num,
    /// Tokens that it moved, in order.
    pub transfers: Vec<TokenTransfer>,
}

/// A `Transfer` that a token logged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenTransfer {
    /// The address of the token, in lower case.
    pub token: String,
    /// From whom, in lower case.
    pub from: String,
    /// To whom, in lower case.
    pub to: String,
    /// How much, in its units.
    pub value: Num,
}

/// A foreign transaction by one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignView {
    /// Its signed bytes as hex, in lower case.
    pub raw: String,
    /// The block that it is in.
    pub block: BlockId,
    /// Whether it succeeded.
    pub success: bool,
}

impl JobView for ObserveView {
    const MEMBERS: &'static [&'static str] =
        &["head", "finalized", "nonce", "receipts", "foreign", "unreadable"];

    fn read(view: &Map<String, Value>, path: &str) -> Result<ObserveView, Misshapen> {
        let fields = Fields::checked(view, path);
        let nonce = fields.of_given("nonce", observed_nonce)?.unwrap_or_default();
        Ok(ObserveView {
            head: fields.of_given("head", block)?,
            finalized: fields.of_given("finalized", block)?,
            nonce_latest: nonce.latest,
            nonce_finalized: nonce.finalized,
            receipts: fields.list("receipts", receipt)?,
            foreign: fields.list("foreign", foreign)?.unwrap_or_default(),
            unreadable: fields.list("unreadable", read::small)?.unwrap_or_default(),
        })
    }
}

#[derive(Default)]
struct ObservedNonce {
    latest: Option<u64>,
    finalized: Option<u64>,
}

fn observed_nonce(value: &Value, path: &str) -> Result<ObservedNonce, Misshapen> {
    let fields = Fields::of(value, path, &["latest", "finalized"])?;
    Ok(ObservedNonce {
        latest: fields.of_given("latest", read::small)?,
        finalized: fields.of_given("finalized", read::small)?,
    })
}

fn receipt(value: &Value, path: &str) -> Result<ReceiptView, Misshapen> {
    let members = ["hash", "block", "status", "gas_used", "gas_price", "transfers"];
    let fields = Fields::of(value, path, &members)?;
    Ok(ReceiptView {
        hash: fields.of_needed("hash", read::hash)?,
        block: fields.of_needed("block", block)?,
        success: fields.of_needed("status", read::status)?,
        gas_used: fields.of_needed("gas_used", read::num)?,
        gas_price: fields.of_needed("gas_price", read::num)?,
        transfers: fields.list("transfers", transfer)?.unwrap_or_default(),
    })
}

fn transfer(value: &Value, path: &str) -> Result<TokenTransfer, Misshapen> {
    let fields = Fields::of(value, path, &["token", "from", "to", "value"])?;
    Ok(TokenTransfer {
        token: fields.of_needed("token", read::address)?,
        from: fields.of_needed("from", read::address)?,
        to: fields.of_needed("to", read::address)?,
        value: fields.of_needed("value", read::num)?,
    })
}

fn foreign(value: &Value, path: &str) -> Result<ForeignView, Misshapen> {
    let fields = Fields::of(value, path, &["raw", "block", "status"])?;
    Ok(ForeignView {
        raw: fields.of_needed("raw", read::bytes)?,
        block: fields.of_needed("block", block)?,
        success: fields.of_needed("status", read::status)?,
    })
}

#[cfg(test)]
mod tests;
