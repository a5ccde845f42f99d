//! The queries of approvals and policies.

use super::model::{Approval, KIND, State};
use super::policy::Policies;
use crate::approval::requests::{GetApproval, ListApprovals, ListPolicies};
use crate::approval::views::{Approval as ApprovalView, Policy as PolicyView};
use crate::error::Result;
use crate::ids::ApprovalId;
use crate::kernel::permit::Tie;
use crate::parked::not_found;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::shape::one_of;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs};
use crate::settings::config::{self, Config};

/// `approvals.policies`: all of them on one page.
///
/// # Errors
/// Any failure of the store.
pub async fn policies(reading: &mut Reading<'_>, _: &ListPolicies) -> Result<Page<PolicyView>> {
    let mut needs = Needs::default();
    needs.record(config::key(&reading.book), Access::Read);
    let row = reading.load(&needs).await?.records.into_iter().next();
    let config = row.as_ref().map(Config::of).transpose()?;
    let in_force = Policies::in_force(reading.policies, config.as_ref());
    let items = in_force.all.iter().map(|(policy, built_in)| PolicyView::of(policy, *built_in)).collect();
    Ok(Page { items, next: None, lag: None })
}

/// `approvals.get`.
///
/// # Errors
/// `approval_not_found`.
pub async fn get(reading: &mut Reading<'_>, request: &GetApproval) -> Result<ApprovalView> {
    let id = ApprovalId::request("approval", &request.approval)?;
    let mut needs = Needs::default();
    needs.record(Approval::key(&reading.book, id), Access::Read);
    let row = reading.load(&needs).await?.records.into_iter().next();
    let approval = Approval::of(&row.ok_or_else(|| not_found(id))?)?;
    let facts = &approval.facts;
    reading.permit(&[Tie::Id(facts.call.requested_by.id()), Tie::Role(&facts.role)])?;
    ApprovalView::of(&approval)
}

/// `approvals.list`.
///
/// # Errors
/// `invalid_request` naming `state`, `limit` or `after`.
pub async fn list(reading: &mut Reading<'_>, request: &ListApprovals) -> Result<Page<ApprovalView>> {
    let size = limit_of(request.limit);
    let state = |text: &String| {
        text.parse::<State>().map_err(|_| one_of("state", State::ALL.iter().map(|state| state.as_str())))
    };
    reading.permit(request.requested_by.as_deref().map(Tie::Id).as_slice())?;
    let listing = Listing::Records(Records {
        book: reading.book.clone(),
        kind: KIND.into(),
        state: request.state.as_ref().map(state).transpose()?.map(|state| state.as_str().into()),
        owner: request.requested_by.as_deref().map(Into::into),
        peer: request.operation.as_deref().map(Into::into),
        reference: None,
        updated_since: None,
        due_before: None,
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
    });
    let records = reading.list(&listing).await?.records;
    let approvals: Vec<Approval> = records.iter().map(Approval::of).collect::<Result<_>>()?;
    page(approvals, size, ApprovalView::of, |approval| (approval.row.created_at, approval.row.id))
}
