//! The queries of disputes: one with everything around it, many, and counts of them.

use super::model::{Dispute, State, Type};
use crate::dispute::requests::{Disputes, GetDispute, GetDisputeStats};
use crate::dispute::views::{BothParties, Dispute as DisputeView, DisputeFile, DisputeStats, Party};
use crate::error::Result;
use crate::escrow::facts::{DISPUTE, dispute_key};
use crate::escrow::model::{Deal, KIND as DEAL};
use crate::escrow::queries::{account, parties};
use crate::escrow::views::Deal as DealView;
use crate::history::views::Event;
use crate::ids::{DealId, DisputeId};
use crate::kernel::permit::Tie;
use crate::request::lists;
use crate::request::page::Page;
use crate::request::reading::Reading;
use crate::request::shape::word;
use crate::rows::listing::Records;
use crate::sorting::Sorting;
use crate::time::{Span, Time};

/// Rows read at once.
pub(super) const PAGE: usize = 500;

/// `escrow.get_dispute`. The engine runs a pass of the sequencer before.
pub async fn get(reading: &mut Reading<'_>, request: &GetDispute) -> Result<DisputeFile> {
    let id = DisputeId::request("dispute", &request.dispute)?;
    let row = reading.record(dispute_key(&reading.book, id)).await?;
    let dispute = Dispute::of(&row.ok_or_else(|| Dispute::not_found(id))?)?;
    let deal_id = dispute.facts.deal;
    let row = reading.record(Deal::key(&reading.book, deal_id)).await?;
    let deal = Deal::of(&row.ok_or_else(|| Deal::not_found(deal_id))?)?;
    let accounts = parties(reading, std::slice::from_ref(&deal)).await?;
    let (buyer, seller) = (account(&accounts, &deal.buyer())?, account(&accounts, &deal.seller())?);
    reading.permit(&[Tie::Account(buyer), Tie::Account(seller)])?;
    let view = DealView::of(&deal, buyer, seller)?;
    let shipments = view.shipment.shipped_at.map(|_| view.shipment.clone()).into_iter().collect();
    let mut history = events(reading, DEAL, &deal_id.to_string()).await?;
    history.extend(events(reading, DISPUTE, &id.to_string()).await?);
    history.order_by_key(|event| event.seq);
    Ok(DisputeFile {
        dispute: DisputeView::with(&dispute, view)?,
        parties: BothParties { buyer: Party::of(buyer), seller: Party::of(seller) },
        shipments,
        history,
    })
}

/// All events of an object.
async fn events(reading: &mut Reading<'_>, kind: &str, id: &str) -> Result<Vec<Event>> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let object = Some((kind.into(), id.into()));
        let page = crate::history::proof::page_of(reading, after, Vec::new(), object, PAGE).await?;
        after = page.items.last().map_or(after, |event| event.seq);
        all.extend(page.items);
        if page.next.is_none() {
            return Ok(all);
        }
    }
}

/// `escrow.disputes`.
pub async fn list(reading: &mut Reading<'_>, request: &Disputes) -> Result<Page<DisputeView>> {
    let deal = request.deal.as_ref().map(|deal| DealId::request("deal", deal)).transpose()?;
    match deal.filter(|_| reading.is_plain()) {
        Some(deal) => crate::escrow::queries::permit(reading, deal).await?,
        None => reading.permit(&[])?,
    }
    let kind = request.r#type.as_ref().map(|kind| Type::request(kind)).transpose()?;
    let wanted = Records {
        state: word::<State>("state", request.state.as_ref())?.map(|state| state.as_str().into()),
        owner: deal.map(|deal| deal.to_string().into()),
        peer: kind.map(|kind| kind.as_str().into()),
        ..Records::of(&reading.book, DISPUTE)
    };
    reading.objects(wanted, request.limit, request.after.as_ref(), DisputeView::of).await
}

/// `escrow.dispute_stats`.
pub async fn stats(reading: &mut Reading<'_>, request: &GetDisputeStats) -> Result<DisputeStats> {
    let week_ago = reading.now.checked_sub(Span::from_days(7)).unwrap_or(Time::MIN);
    let since = request.since.unwrap_or(week_ago);
    let mut stats = DisputeStats::default();
    for dispute in all(reading, State::Open, None).await? {
        stats.open += 1;
        stats.by_type.count(dispute.facts.kind);
    }
    for dispute in all(reading, State::Investigating, None).await? {
        stats.investigating += 1;
        stats.by_type.count(dispute.facts.kind);
    }
    let mut micros = 0_i64;
    for dispute in all(reading, State::Resolved, Some(since)).await? {
        let times = &dispute.facts.times;
        if let Some(at) = times.resolved_at.filter(|at| *at >= since) {
            stats.resolved_in_period += 1;
            micros = micros.saturating_add(at.since(times.opened_at).micros());
        }
    }
    stats.mean_resolution_seconds = (micros / 1_000_000).checked_div(stats.resolved_in_period);
    Ok(stats)
}

/// The disputes in a state that were changed since then.
async fn all(reading: &mut Reading<'_>, state: State, since: Option<Time>) -> Result<Vec<Dispute>> {
    let records = Records {
        state: Some(state.as_str().into()),
        updated_since: since,
        ..Records::of(&reading.book, DISPUTE)
    };
    lists::all(records, reading).await
}
