//! Sets up chains: their endpoints, when a block is final, and the bounds of gas prices.

use url::Url;
use uuid::Uuid;

use super::chain::{self, Chain, ChainFacts, ChainState, Finality, FinalityTag};
use super::facts;
use super::judge::num::{NOT_A_NUMBER, Num};
use super::requests::{FinalityTerms, SetChain};
use super::views::{Chain as ChainView, ChainReply};
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::secret::SecretMap;
use crate::request::shape::{one_named, span_of};
use crate::request::texts::no_card_in;
use crate::rows::body::Text;
use crate::rows::needs::Needs;
use crate::rows::object::ListedBy;
use crate::time::Span;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The domain of the texts that are sealed for chains.
pub(super) const DOMAIN: &str = "withdrawals";
/// The highest chain number that transactions can name (EIP-2294).
const HIGHEST_ID: u64 = 9_223_372_036_854_775_771;
/// Polygon and its test chain, which refuse transactions with a smaller priority fee.
const POLYGON: [&str; 2] = ["137", "80002"];
/// Their least priority fee, in wei.
const POLYGON_LEAST: u64 = 25_000_000_000;
/// The longest address of an endpoint.
const MOST_URL: usize = 2_000;

/// The settings of a chain in a request.
#[derive(Clone, Debug)]
struct ChainTerms {
    chain_id: Option<String>,
    endpoints: Option<Vec<String>>,
    quorum: Option<u32>,
    finality: Option<Finality>,
    block_time: Option<Span>,
    fee_cap: Option<Num>,
    min_priority_fee: Option<Num>,
    bump_bps: Option<u32>,
    bump_after: Option<Span>,
    resend_after: Option<Span>,
    facts_ttl: Option<Span>,
    watch: Option<Span>,
    urls: Option<SecretMap>,
}

/// Makes or changes a chain.
#[derive(Debug)]
pub struct ChainSetting {
    book: Book,
    id: String,
    given: ChainTerms,
    seal: Option<Seal>,
    note: Note,
}

/// The number of a chain, as decimal text.
fn chain_id(text: Option<&String>) -> Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let number = Num::parse(text).map_err(|_| Error::invalid("chain_id", NOT_A_NUMBER))?;
    if number.is_zero() || number > Num::of(HIGHEST_ID) {
        return Err(Error::invalid("chain_id", format!("must be between 1 and {HIGHEST_ID}")));
    }
    Ok(Some(number.to_string()))
}

fn endpoints(names: Option<&Vec<String>>) -> Result<Option<Vec<String>>> {
    let Some(names) = names else { return Ok(None) };
    let mut all = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let field = format!("endpoints[{place}]");
        let name = chain::name(&field, name)?;
        if all.contains(&name) {
            return Err(Error::invalid(field, "is there twice: one endpoint has one voice"));
        }
        all.push(name);
    }
    if all.is_empty() { Err(Error::invalid("endpoints", "must not be empty")) } else { Ok(Some(all)) }
}

fn finality(terms: Option<&FinalityTerms>) -> Result<Option<Finality>> {
    let Some(terms) = terms else { return Ok(None) };
    match (&terms.tag, terms.depth) {
        (Some(tag), None) => Ok(Some(Finality::Tag(one_named("finality.tag", tag)?))),
        (None, Some(depth)) => Ok(Some(Finality::Depth(depth))),
        _ => Err(Error::invalid("finality", "must have `tag` or else `depth`")),
    }
}

/// The addresses by endpoint. No error repeats an address, which may contain a password.
fn urls(given: Option<&SecretMap>) -> Result<Option<SecretMap>> {
    let Some(urls) = given.filter(|urls| !urls.is_empty()) else { return Ok(None) };
    for (name, url) in urls.iter() {
        chain::name("urls", name)?;
        let read =
            Url::parse(url).ok().filter(|_| url.len() <= MOST_URL && !url.contains(char::is_whitespace));
        if !read.is_some_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host()) {
            let reason = "must be a URL of `https:` or `http:` with a server, of at most 2,000 characters";
            return Err(Error::invalid(format!("urls.{name}"), reason));
        }
    }
    Ok(Some(urls.clone()))
}

impl WriteRequest for SetChain {
    type Operation = ChainSetting;
    fn parse(&self, parse: &Parse<'_>) -> Result<ChainSetting> {
        no_card_in("metadata", self.metadata.as_ref())?;
        let id = chain::name("chain", &self.chain)?;
        let given = ChainTerms {
            chain_id: chain_id(self.chain_id.as_ref())?,
            endpoints: endpoints(self.endpoints.as_ref())?,
            quorum: self.quorum,
            finality: finality(self.finality.as_ref())?,
            block_time: span_of("block_time", self.block_time.as_ref())?,
            fee_cap: chain::fee("fee_cap", self.fee_cap.as_ref())?,
            min_priority_fee: chain::fee("min_priority_fee", self.min_priority_fee.as_ref())?,
            bump_bps: self.bump_bps,
            bump_after: span_of("bump_after", self.bump_after.as_ref())?,
            resend_after: span_of("resend_after", self.resend_after.as_ref())?,
            facts_ttl: span_of("facts_ttl", self.facts_ttl.as_ref())?,
            watch: span_of("watch", self.watch.as_ref())?,
            urls: urls(self.urls.as_ref())?,
        };
        let seal = given.urls.is_some().then(|| seal_of(parse, &id)).transpose()?;
        Ok(ChainSetting { book: parse.book.clone(), id, given, seal, note: Note::parse(&self.common())? })
    }
}

/// The seal for the addresses of a chain's endpoints.
fn seal_of(parse: &Parse<'_>, id: &str) -> Result<Seal> {
    Ok(Seal::within(DOMAIN, Safe::parse(parse)?, id))
}

/// The least number that is more than half of the endpoints.
fn majority(endpoints: &[String]) -> u32 {
    u32::try_from(endpoints.len() / 2 + 1).unwrap_or(u32::MAX)
}

impl ChainSetting {
    fn begin(&self, draft: &Draft<'_>) -> Result<Chain> {
        let needed = |field: &str| Error::invalid(field, "is needed by a new chain");
        let given = &self.given;
        let chain_id = given.chain_id.clone().ok_or_else(|| needed("chain_id"))?;
        let endpoints = given.endpoints.clone().ok_or_else(|| needed("endpoints"))?;
        let fee_cap = given.fee_cap.ok_or_else(|| needed("fee_cap"))?;
        let least = if POLYGON.contains(&chain_id.as_str()) { Num::of(POLYGON_LEAST) } else { Num::ZERO };
        let facts = ChainFacts {
            id: self.id.clone(),
            chain_id,
            quorum: majority(&endpoints),
            endpoints,
            finality: Finality::Tag(FinalityTag::Finalized),
            block_time: Span::from_secs(2),
            fee_cap,
            min_priority_fee: least,
            bump_bps: 1_250,
            bump_after: Span::from_secs(20),
            resend_after: Span::from_secs(30),
            facts_ttl: Span::from_secs(30),
            watch: Span::from_hours(1),
            now: None,
            floor: None,
            endpoints_seen: Vec::new(),
            facts_job: None,
            assets: Vec::new(),
            lanes: Vec::new(),
            oldest: None,
        };
        let listed_by = ListedBy { reference: Some(self.id.as_str().into()), ..ListedBy::default() };
        Chain::begin(chain::key(&self.book, &self.id), listed_by, ChainState::Active, facts, draft.ctx.time())
    }

    /// Applies the settings of the request; the others stay.
    fn apply(&self, draft: &mut Draft<'_>, chain: &mut Chain) -> Decided<()> {
        let (given, facts) = (&self.given, &mut chain.facts);
        if given.chain_id.as_ref().is_some_and(|id| *id != facts.chain_id) {
            return Err(Error::invalid("chain_id", format!("is `{}` for ever", facts.chain_id)).into());
        }
        if let Some(endpoints) = &given.endpoints {
            facts.endpoints.clone_from(endpoints);
            facts.endpoints_seen.retain(|seen| endpoints.contains(&seen.endpoint));
        }
        let kept = given.endpoints.as_ref().map_or(facts.quorum, |endpoints| majority(endpoints));
        facts.quorum = given.quorum.unwrap_or(kept);
        facts.finality = given.finality.unwrap_or(facts.finality);
        facts.block_time = given.block_time.unwrap_or(facts.block_time);
        facts.fee_cap = given.fee_cap.unwrap_or(facts.fee_cap);
        facts.min_priority_fee = given.min_priority_fee.unwrap_or(facts.min_priority_fee);
        facts.bump_bps = given.bump_bps.unwrap_or(facts.bump_bps);
        facts.bump_after = given.bump_after.unwrap_or(facts.bump_after);
        facts.resend_after = given.resend_after.unwrap_or(facts.resend_after);
        facts.facts_ttl = given.facts_ttl.unwrap_or(facts.facts_ttl);
        facts.watch = given.watch.unwrap_or(facts.watch);
        bounded(facts)?;
        self.seal_urls(draft, chain)
    }

    /// Seals the addresses of endpoints, and drops those of removed endpoints.
    fn seal_urls(&self, draft: &mut Draft<'_>, chain: &mut Chain) -> Decided<()> {
        let endpoints = chain.facts.endpoints.clone();
        let speaks = |name: &str| endpoints.iter().any(|endpoint| endpoint == name);
        chain.texts.retain(|name, _| name.strip_prefix(&chain::url_of("")).is_none_or(speaks));
        let (Some(urls), Some(seal)) = (&self.given.urls, &self.seal) else { return Ok(()) };
        for (name, url) in urls.iter() {
            if !speaks(name) {
                return Err(Error::invalid(format!("urls.{name}"), "is no endpoint of the chain").into());
            }
            let sealed = seal.seal(draft, &self.id, name, url)?;
            chain.texts.insert(chain::url_of(name), Text::new(&sealed, draft.ids.salt()));
        }
        Ok(())
    }
}

/// Refuses settings with which no transaction could be sent, or no quorum reached.
fn bounded(facts: &ChainFacts) -> Result<()> {
    let count = facts.endpoints.len();
    if !usize::try_from(facts.quorum).is_ok_and(|quorum| quorum <= count) {
        let reason = format!("must be at most {count}: the endpoints that there are");
        return Err(Error::invalid("quorum", reason));
    }
    if facts.fee_cap.is_zero() || facts.fee_cap < facts.min_priority_fee {
        let least = facts.min_priority_fee.max(Num::ONE);
        let reason = format!("must be at least `{least}`, which is `min_priority_fee`");
        return Err(Error::invalid("fee_cap", reason));
    }
    Ok(())
}

impl Operation for ChainSetting {
    type Reply = ChainReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        facts::needs_of_chain(&self.book, &self.id, seen, needs);
        if let Some(seal) = &self.seal {
            seal.needs(needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let known = draft.record(&chain::key(&self.book, &self.id))?.map(Chain::of).transpose()?;
        self.note.check_version(&self.id, known.as_ref().map_or(0, |chain| chain.row.version))?;
        let before = known.as_ref().map(|chain| (chain.facts.clone(), chain.texts.clone()));
        let mut chain = known.map_or_else(|| self.begin(draft), Ok)?;
        self.apply(draft, &mut chain)?;
        if before == Some((chain.facts.clone(), chain.texts.clone())) {
            return Ok(CreatedIds::default());
        }
        facts::ask_unwritten(draft, &mut chain)?;
        chain::put(draft, &mut chain, "chain.set")?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<ChainReply> {
        let chain = Chain::of(seen.record(&chain::key(&self.book, &self.id))?)?;
        Ok(ChainReply { chain: ChainView::of(&chain), replayed: replayed || made.is_empty() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_an_endpoint_is_one_of_the_web_and_is_not_repeated() {
        let map = |url: &str| SecretMap::from_iter([("node", url)]);
        for right in
            ["https://node.example/v3/key", "http://127.0.0.1:8545", "https://me:secret@node.example"]
        {
            assert!(urls(Some(&map(right))).is_ok(), "{right}");
        }
        for wrong in
            ["ftp://secret.example", "https://", "secret", "https://secret x", "wss://secret.example"]
        {
            let error = urls(Some(&map(wrong))).unwrap_err();
            assert_eq!(error.details()["field"], "urls.node", "{wrong}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    #[test]
    fn more_than_half_must_agree_where_nothing_else_is_said() {
        let named = |count: usize| (0..count).map(|name| name.to_string()).collect::<Vec<_>>();
        let quorums = [1, 2, 3, 4, 5].map(|count| majority(&named(count)));
        assert_eq!(quorums, [1, 2, 2, 3, 3]);
    }

    #[test]
    fn numbers_of_chains_are_those_that_transactions_can_name() {
        let read = |text: &str| chain_id(Some(&text.to_owned()));
        assert_eq!(read("0x7a69").unwrap().as_deref(), Some("31337"));
        for wrong in ["0", "", "-1", "1.5", "9223372036854775772", "polygon"] {
            assert_eq!(read(wrong).unwrap_err().details()["field"], "chain_id", "{wrong}");
        }
    }
}
