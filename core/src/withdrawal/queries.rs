//! The queries of withdrawals: one, many, their history, quotes, and their chains, assets and lanes.

use std::collections::HashMap;

use uuid::Uuid;

use super::asset::{self, Asset};
use super::chain::{self, Chain};
use super::choice::{PaymentUnits, choose};
use super::judge::fees::NOOP_GAS;
use super::judge::num::Num;
use super::lane::{self, Lane, LaneState};
use super::model::{self, AttentionCode, State, Waiting, Withdrawal, WithdrawalFacts};
use super::requests::{
    GetLane, GetWithdrawal, GetWithdrawalStats, ListAssets, ListChains, ListLanes, ListWithdrawals,
    QuoteWithdrawal, WithdrawalActions, WithdrawalDiagram, WithdrawalHistory,
};
use super::slot::Slot;
use super::statistics::WithdrawalTally;
use super::transitions::{TRANSITIONS, WithdrawalRole, WithdrawalTrigger};
use super::views::{
    Asset as AssetView, Chain as ChainView, Lane as LaneView, Withdrawal as WithdrawalView, WithdrawalAction,
    WithdrawalChoices, WithdrawalQuote, WithdrawalStats,
};
use crate::error::{Detail, Error, Result};
use crate::history::views::Event;
use crate::ids::{AccountId, LaneId, WithdrawalId};
use crate::kernel::permit::Tie;
use crate::kernel::transitions::roles;
use crate::money::Money;
use crate::request::diagram::Diagram;
use crate::request::lists::{all, sift};
use crate::request::page::Page;
use crate::request::pages::Pages;
use crate::request::reading::{Reading, cursor, limit_of};
use crate::request::record::text;
use crate::request::referred::{newest, referred};
use crate::request::shape::{filter_of, one_named};
use crate::request::texts::name_of;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::tables::AccountRow;
use crate::time::{Span, Time};

/// The gas for the transfer of a token, before it was simulated.
const TOKEN_GAS: u64 = 65_000;

/// `withdrawals.chains`.
pub async fn chains(reading: &mut Reading<'_>, request: &ListChains) -> Result<Page<ChainView>> {
    let all = Records::of(&reading.book, chain::KIND);
    let view = |chain: &Chain| Ok(ChainView::of(chain));
    reading.named(all, request.limit, request.after.as_ref(), |chain| chain.facts.id.clone(), view).await
}

/// `withdrawals.assets`.
pub async fn assets(reading: &mut Reading<'_>, request: &ListAssets) -> Result<Page<AssetView>> {
    let chain = request.chain.as_ref().map(|id| name_of("chain", id)).transpose()?;
    let owner = chain.map(Into::into);
    let records = Records { owner, ..Records::of(&reading.book, asset::KIND) };
    let name = |asset: &Asset| (asset.facts.chain.clone(), asset.facts.currency.clone());
    let currencies = reading.currencies;
    let view = |asset: &Asset| AssetView::of(asset, currencies);
    reading.named(records, request.limit, request.after.as_ref(), name, view).await
}

/// `withdrawals.lanes`.
pub async fn lanes(reading: &mut Reading<'_>, request: &ListLanes) -> Result<Page<LaneView>> {
    let chain = request.chain.as_ref().map(|id| name_of("chain", id)).transpose()?;
    let records = Records {
        state: filter_of::<LaneState>("state", request.state.as_ref())?,
        owner: chain.map(Into::into),
        ..Records::of(&reading.book, lane::KIND)
    };
    let view = |lane: &Lane| Ok(LaneView::of(lane));
    reading.objects(records, request.limit, request.after.as_ref(), view).await
}

/// `withdrawals.lane`.
pub async fn lane(reading: &mut Reading<'_>, request: &GetLane) -> Result<LaneView> {
    let id = LaneId::request("lane", &request.lane)?;
    let row = reading.record(Lane::key(&reading.book, id)).await?.ok_or_else(|| Lane::not_found(id))?;
    Ok(LaneView::of(&Lane::of(&row)?))
}

/// Reads the slots of withdrawals, in one round trip.
async fn slots(reading: &mut Reading<'_>, withdrawals: &[Withdrawal]) -> Result<HashMap<WithdrawalId, Slot>> {
    let mut needs = Needs::default();
    for withdrawal in withdrawals {
        if let (Some(lane), Some(nonce)) = (withdrawal.facts.lane, withdrawal.facts.nonce) {
            needs.record(Slot::key(&reading.book, (lane, nonce)), Access::Read);
        }
    }
    let rows = reading.load_any(&needs).await?.records;
    let slots = rows.iter().map(|row| Slot::of(row).map(|slot| (slot.facts.withdrawal, slot)));
    slots.collect()
}

async fn view(reading: &mut Reading<'_>, withdrawal: Withdrawal) -> Result<WithdrawalView> {
    let slots = slots(reading, std::slice::from_ref(&withdrawal)).await?;
    WithdrawalView::of(&withdrawal, slots.get(&withdrawal.id()))
}

/// Reads the accounts that pay, as far as they exist, in one round trip.
async fn payers(reading: &mut Reading<'_>, withdrawals: &[Withdrawal]) -> Result<Vec<AccountRow>> {
    let mut needs = Needs::default();
    for withdrawal in withdrawals {
        let account = withdrawal.facts.account.clone();
        needs.account(AccountKey::new(reading.book.clone(), account, withdrawal.currency), Access::Read);
    }
    Ok(reading.load_any(&needs).await?.accounts)
}

/// The account that pays a withdrawal, as a tie.
fn ties<'a>(withdrawal: &Withdrawal, payers: &'a [AccountRow]) -> Vec<Tie<'a>> {
    let pays = |row: &&AccountRow| row.id == withdrawal.facts.account && row.currency == withdrawal.currency;
    payers.iter().filter(pays).map(Tie::Account).collect()
}

/// Permits the holder and the owner of the account that pays.
async fn permit(reading: &mut Reading<'_>, withdrawal: &Withdrawal) -> Result<()> {
    let one = std::slice::from_ref(withdrawal);
    let rows = if reading.is_plain() { payers(reading, one).await? } else { Vec::new() };
    reading.permit(&ties(withdrawal, &rows))
}

async fn known(reading: &mut Reading<'_>, id: WithdrawalId) -> Result<Withdrawal> {
    let row = reading.record(Withdrawal::key(&reading.book, id)).await?;
    Withdrawal::of(&row.ok_or_else(|| Withdrawal::not_found(id))?)
}

/// Whether two withdrawals with one reference may be for the same payout.
fn are_of_one_payout(one: &WithdrawalFacts, other: &WithdrawalFacts) -> bool {
    one.account == other.account
        && one.to == other.to
        && one.chain == other.chain
        && one.amount == other.amount
}

/// `withdrawals.get`.
pub async fn get(reading: &mut Reading<'_>, request: &GetWithdrawal) -> Result<WithdrawalView> {
    let reason = "is that of withdrawals that differ in account, payee, chain or amount: name `withdrawal`";
    let withdrawals: Vec<Withdrawal> = match (&request.withdrawal, &request.reference) {
        (Some(id), None) => vec![known(reading, WithdrawalId::request("withdrawal", id)?).await?],
        (None, Some(reference)) => referred(reading, &text("reference", reference)?, reason).await?,
        _ => return Err(Error::invalid("withdrawal", "must be given, or else `reference`")),
    };
    let rows = if reading.is_plain() { payers(reading, &withdrawals).await? } else { Vec::new() };
    let permit = |withdrawal: &Withdrawal| reading.permit(&ties(withdrawal, &rows));
    let found = newest(&withdrawals, permit, are_of_one_payout, reason)?.cloned();
    let reference = request.reference.clone().unwrap_or_default();
    let missing = || Detail::WithdrawalNotFound { withdrawal: reference };
    view(reading, found.ok_or_else(missing)?).await
}

/// The filters of a list that have no index.
struct WantedWithdrawals {
    chain: Option<String>,
    lane: Option<LaneId>,
    waiting: Option<Waiting>,
    attention: Option<AttentionCode>,
    cancelling: Option<bool>,
    to: Option<String>,
    from_time: Option<Time>,
    to_time: Option<Time>,
}

impl WantedWithdrawals {
    fn of(request: &ListWithdrawals) -> Result<Self> {
        let waiting = |name: &String| one_named::<Waiting>("waiting", name);
        let attention = |name: &String| one_named::<AttentionCode>("attention", name);
        Ok(Self {
            chain: request.chain.as_ref().map(|id| name_of("chain", id)).transpose()?,
            lane: request.lane.as_ref().map(|id| LaneId::request("lane", id)).transpose()?,
            waiting: request.waiting.as_ref().map(waiting).transpose()?,
            attention: request.attention.as_ref().map(attention).transpose()?,
            cancelling: request.cancelling,
            to: request.to.as_ref().map(|to| to.to_ascii_lowercase()),
            from_time: request.from_time,
            to_time: request.to_time,
        })
    }

    fn fits(&self, withdrawal: &Withdrawal) -> bool {
        let (facts, at) = (&withdrawal.facts, withdrawal.row.created_at);
        let attention = facts.attention.as_ref().map(|attention| attention.code);
        self.chain.as_ref().is_none_or(|chain| facts.chain == *chain)
            && self.lane.is_none_or(|lane| facts.lane == Some(lane))
            && self.waiting.is_none_or(|waiting| facts.waiting == Some(waiting))
            && self.attention.is_none_or(|code| attention == Some(code))
            && self.cancelling.is_none_or(|cancelling| facts.cancelling == cancelling)
            && self.to.as_ref().is_none_or(|to| facts.to.eq_ignore_ascii_case(to))
            && self.from_time.is_none_or(|from| at >= from)
            && self.to_time.is_none_or(|to| at < to)
    }
}

/// `withdrawals.list`.
pub async fn list(reading: &mut Reading<'_>, request: &ListWithdrawals) -> Result<Page<WithdrawalView>> {
    let limit = limit_of(request.limit);
    let wanted = WantedWithdrawals::of(request)?;
    let account = request.account.as_ref().map(|id| AccountId::request("account", id)).transpose()?;
    let own = reading.permit_account(account.as_ref()).await?;
    let records = Records {
        state: filter_of::<State>("state", request.state.as_ref())?,
        peer: wanted.to.as_deref().filter(|_| account.is_none()).map(Into::into),
        owner: account.map(|id| id.as_str().into()),
        after: cursor(request.after.as_deref())?,
        ..Records::of(&reading.book, model::KIND)
    };
    let fits = |withdrawal: &Withdrawal| wanted.fits(withdrawal);
    let sifted = sift(records, limit, wanted.from_time, fits, reading).await?;
    let slots = slots(reading, &sifted.found).await?;
    let shown = |withdrawal: &Withdrawal| WithdrawalView::of(withdrawal, slots.get(&withdrawal.id()));
    let mut page = sifted.page(limit, shown)?;
    page.items.retain(|withdrawal| own.has(withdrawal.amount.currency()));
    Ok(page)
}

/// `withdrawals.history`: the events of a withdrawal, oldest first. The engine runs a pass of the sequencer
/// before.
pub async fn history(reading: &mut Reading<'_>, request: &WithdrawalHistory) -> Result<Page<Event>> {
    let id = WithdrawalId::request("withdrawal", &request.withdrawal)?;
    let limit = limit_of(request.limit);
    let after_seq = cursor::<i64>(request.after.as_deref())?.unwrap_or(0);
    let withdrawal = known(reading, id).await?;
    permit(reading, &withdrawal).await?;
    let object = Some((model::KIND.into(), id.to_string().into()));
    crate::history::proof::page_of(reading, after_seq, Vec::new(), object, limit).await
}

/// `withdrawals.allowed_actions`: an actor who may do nothing gets an empty list.
pub async fn allowed_actions(
    reading: &mut Reading<'_>,
    request: &WithdrawalActions,
) -> Result<WithdrawalChoices> {
    let id = WithdrawalId::request("withdrawal", &request.withdrawal)?;
    let withdrawal = known(reading, id).await?;
    let rows = payers(reading, std::slice::from_ref(&withdrawal)).await?;
    let roles = roles(&reading.actor, &[(WithdrawalRole::Owner, &ties(&withdrawal, &rows))]);
    reading.judged = true;
    let rows = TRANSITIONS.callable(withdrawal.state).filter(|row| row.lets(&roles));
    let actions = rows.filter_map(|row| action(&withdrawal, row.trigger, row.only_state())).collect();
    Ok(WithdrawalChoices { actions })
}

/// An action, if the withdrawal is in need of it.
fn action(
    withdrawal: &Withdrawal,
    trigger: WithdrawalTrigger,
    to: Option<State>,
) -> Option<WithdrawalAction> {
    let attention = withdrawal.facts.attention.as_ref().map(|attention| attention.code);
    let unproved = [Some(AttentionCode::NotProved), Some(AttentionCode::NonceTaken)];
    let (fits, needs): (bool, &[&str]) = match trigger {
        WithdrawalTrigger::Retry => (attention == Some(AttentionCode::RetriesExhausted), &[]),
        WithdrawalTrigger::Settle => (unproved.contains(&attention), &["paid", "reason"]),
        _ => (true, &[]),
    };
    let needs = needs.iter().map(|field| (*field).to_owned()).collect();
    fits.then(|| WithdrawalAction { trigger: trigger.to_string(), to, needs })
}

/// `withdrawals.diagram`: nothing is read.
pub async fn draw(_: &mut Reading<'_>, request: &WithdrawalDiagram) -> Result<Diagram> {
    Diagram::mermaid(request.format.as_deref(), || TRANSITIONS.mermaid(State::ALL, State::is_terminal))
}

/// `withdrawals.stats`.
pub async fn stats(reading: &mut Reading<'_>, request: &GetWithdrawalStats) -> Result<WithdrawalStats> {
    let week_ago = reading.now.checked_sub(Span::from_days(7)).unwrap_or(Time::MIN);
    let since = request.since.unwrap_or(week_ago);
    let mut tally = WithdrawalTally::default();
    for state in State::ALL {
        let records = Records {
            state: Some(state.as_str().into()),
            updated_since: state.is_terminal().then_some(since),
            ..Records::of(&reading.book, model::KIND)
        };
        let mut pages = Pages::of(records);
        while let Some(page) = pages.next(reading).await? {
            for row in &page.records {
                tally.add(&Withdrawal::of(row)?);
            }
        }
    }
    Ok(tally.finish())
}

/// `withdrawals.quote`: nothing is written, and no node is asked.
pub async fn quote(reading: &mut Reading<'_>, request: &QuoteWithdrawal) -> Result<WithdrawalQuote> {
    let id = name_of("chain", &request.chain)?;
    let amount = request.amount.resolve_positive("amount", reading.currencies)?;
    let code = amount.currency().code().to_owned();
    let row = reading.record(Chain::key(&reading.book, &id)).await?;
    let chain = Chain::of(&row.ok_or_else(|| Chain::not_found(&id))?)?;
    let row = reading.record(Asset::key(&reading.book, [&id, &code])).await?;
    let asset = Asset::of(&row.ok_or_else(|| Asset::not_found([&id, &code]))?)?;
    let owner = Some(id.as_str().into());
    let records = Records { owner, ..Records::of(&reading.book, lane::KIND) };
    let mut lanes: Vec<Lane> = all(records, reading).await?;
    let timeline = timeline(reading).await?;
    lanes.retain(|lane| lane.binds(timeline));
    let beyond = || Error::invalid("amount", "must be within the bounds of money with its fee");
    let fee = Money::new(asset.facts.fee.unwrap_or(0), amount.currency()).ok_or_else(beyond)?;
    let held = amount.checked_add(fee).ok_or_else(beyond)?;
    let units = Num::try_from(amount.minor_units()).unwrap_or(Num::MAX);
    let gas = if asset.facts.token.is_some() { TOKEN_GAS } else { NOOP_GAS };
    let payment = PaymentUnits::of(&asset.facts, units, gas);
    let waiting = match choose(&chain.facts, lanes, &payment, reading.now) {
        Ok(chosen) => chain.facts.kept_for(chosen.free, reading.now).map(|older| older.waiting),
        Err(in_the_way) => Some(in_the_way.waiting()),
    };
    let terms = chain.facts.fee_terms();
    let gas_price = chain.facts.price().map(|now| now.base_fee.saturating_add(terms.priority(&now)));
    let network_fee =
        gas_price.zip(payment.gas_limit()).and_then(|(price, limit)| price.checked_mul(Num::of(limit)));
    Ok(WithdrawalQuote {
        amount,
        fee,
        held,
        gas_price: gas_price.map(|price| price.to_string()),
        network_fee: network_fee.map(|fee| fee.to_string()),
        waiting,
    })
}

/// The timeline of the store.
async fn timeline(reading: &mut Reading<'_>) -> Result<Option<Uuid>> {
    let mut needs = Needs::default();
    needs.heads.insert((reading.book.clone(),));
    Ok(reading.load(&needs).await?.heads.first().and_then(|head| head.timeline))
}
