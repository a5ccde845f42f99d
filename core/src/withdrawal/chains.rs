//! Sets up chains: their endpoints, when a block is final, and the bounds of gas prices.

use uuid::Uuid;

use super::chain::{self, Chain, ChainFacts, ChainState, Finality, FinalityTag};
use super::facts;
use super::judge::num::Num;
use super::requests::operations::ChainSetting;
use super::views::{Chain as ChainView, ChainReply};
use crate::error::{Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::parsed::take_over;
use crate::rows::body::Text;
use crate::rows::needs::Needs;
use crate::rows::object::ListedBy;
use crate::time::Span;

/// Polygon and its test chain, which refuse transactions with a smaller priority fee.
const POLYGON: [&str; 2] = ["137", "80002"];
/// Their least priority fee, in wei.
const POLYGON_LEAST: u64 = 25_000_000_000;

/// The least number that is more than half of the endpoints.
fn majority(endpoints: &[String]) -> u32 {
    u32::try_from(endpoints.len() / 2 + 1).unwrap_or(u32::MAX)
}

impl ChainSetting {
    fn begin(&self, draft: &Draft<'_>) -> Result<Chain> {
        let needed = |field: &str| Error::invalid(field, "is needed by a new chain");
        let chain_id = self.chain_id.clone().ok_or_else(|| needed("chain_id"))?;
        let endpoints = self.endpoints.clone().ok_or_else(|| needed("endpoints"))?;
        let fee_cap = self.fee_cap.ok_or_else(|| needed("fee_cap"))?;
        let least = if POLYGON.contains(&chain_id.as_str()) { Num::of(POLYGON_LEAST) } else { Num::ZERO };
        let facts = ChainFacts {
            id: self.chain.clone(),
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
        let listed_by = ListedBy { reference: Some(self.chain.as_str().into()), ..ListedBy::default() };
        Chain::begin(
            Chain::key(&self.book, &self.chain),
            listed_by,
            ChainState::Active,
            facts,
            draft.ctx.time(),
        )
    }

    /// Applies the settings of the request; the others stay.
    fn apply(&self, draft: &mut Draft<'_>, chain: &mut Chain) -> Decided<()> {
        let facts = &mut chain.facts;
        if self.chain_id.as_ref().is_some_and(|id| *id != facts.chain_id) {
            return Err(Error::invalid("chain_id", format!("is `{}` for ever", facts.chain_id)).into());
        }
        if let Some(endpoints) = &self.endpoints {
            facts.endpoints.clone_from(endpoints);
            facts.endpoints_seen.retain(|seen| endpoints.contains(&seen.endpoint));
        }
        let kept = self.endpoints.as_ref().map_or(facts.quorum, |endpoints| majority(endpoints));
        facts.quorum = self.quorum.unwrap_or(kept);
        take_over!(self => facts: finality, block_time, fee_cap, min_priority_fee, bump_bps, bump_after);
        take_over!(self => facts: resend_after, facts_ttl, watch);
        bounded(facts)?;
        self.seal_urls(draft, chain)
    }

    /// Seals the addresses of endpoints, and drops those of removed endpoints.
    fn seal_urls(&self, draft: &mut Draft<'_>, chain: &mut Chain) -> Decided<()> {
        let endpoints = chain.facts.endpoints.clone();
        let speaks = |name: &str| endpoints.iter().any(|endpoint| endpoint == name);
        chain.texts.retain(|name, _| name.strip_prefix(&chain::url_of("")).is_none_or(speaks));
        let (Some(urls), Some(seal)) = (&self.urls, &self.seal) else { return Ok(()) };
        for (name, url) in urls.iter() {
            if !speaks(name) {
                return Err(Error::invalid(format!("urls.{name}"), "is no endpoint of the chain").into());
            }
            let sealed = seal.seal(draft, &self.chain, name, url)?;
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
        facts::needs_of_chain(&self.book, &self.chain, seen, needs);
        if let Some(seal) = &self.seal {
            seal.needs(needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let known = Chain::find(draft, &self.book, &self.chain)?;
        self.note.check_version(&self.chain, known.as_ref().map_or(0, |chain| chain.row.version))?;
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
        let chain = Chain::shown(seen, &self.book, &self.chain)?;
        Ok(ChainReply { chain: ChainView::of(&chain), replayed: replayed || made.is_empty() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_half_must_agree_where_nothing_else_is_said() {
        let named = |count: usize| (0..count).map(|name| name.to_string()).collect::<Vec<_>>();
        let quorums = [1, 2, 3, 4, 5].map(|count| majority(&named(count)));
        assert_eq!(quorums, [1, 2, 2, 3, 3]);
    }
}
