//! The queries of approvals and policies.

use super::model::{Approval, ApprovalFacts, KIND, State};
use super::policy::Policies;
use crate::approval::requests::{GetApproval, ListApprovals, ListPolicies};
use crate::approval::views::{Approval as ApprovalView, Policy as PolicyView};
use crate::error::Result;
use crate::ids::ApprovalId;
use crate::kernel::permit::Tie;
use crate::parked::foreseen::{each_foreseen, foreseen};
use crate::parked::not_found;
use crate::request::lists::{page_of, some};
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of};
use crate::request::shape::word;
use crate::rows::listing::Records;
use crate::settings::config::{self, Config};

/// `approvals.policies`: all of them on one page.
pub async fn policies(reading: &mut Reading<'_>, _: &ListPolicies) -> Result<Page<PolicyView>> {
    let row = reading.record(config::key(&reading.book)).await?;
    let config = row.as_ref().map(Config::of).transpose()?;
    let in_force = Policies::in_force(reading.policies, config.as_ref());
    let items = in_force.all.iter().map(|(policy, built_in)| PolicyView::of(policy, *built_in)).collect();
    Ok(Page { items, next: None, lag: None })
}

/// `approvals.get`.
pub async fn get(reading: &mut Reading<'_>, request: &GetApproval) -> Result<ApprovalView> {
    let id = ApprovalId::request("approval", &request.approval)?;
    let row = reading.record(Approval::key(&reading.book, id)).await?;
    let approval = Approval::of(&row.ok_or_else(|| not_found(id))?)?;
    let facts = &approval.facts;
    reading.permit(&[Tie::Id(facts.call.requested_by.id()), Tie::Role(&facts.role)])?;
    Ok(ApprovalView { now: foreseen(reading, &approval).await?, ..ApprovalView::of(&approval)? })
}

/// `approvals.list`.
pub async fn list(reading: &mut Reading<'_>, request: &ListApprovals) -> Result<Page<ApprovalView>> {
    reading.permit(request.requested_by.as_deref().map(Tie::Id).as_slice())?;
    let wanted = Records {
        state: word::<State>("state", request.state.as_ref())?.map(|state| state.as_str().into()),
        owner: request.requested_by.as_deref().map(Into::into),
        peer: request.operation.as_deref().map(Into::into),
        ..Records::of(&reading.book, KIND)
    };
    let limit = limit_of(request.limit);
    let records = Records { after: cursor(request.after.as_deref())?, ..wanted };
    let approvals = some::<ApprovalFacts>(records, limit, reading).await?;
    let now = each_foreseen(reading, approvals.get(..limit).unwrap_or(&approvals)).await?;
    let mut page = page_of(approvals, limit, ApprovalView::of)?;
    page.items.iter_mut().zip(now).for_each(|(approval, now)| approval.now = now);
    Ok(page)
}
