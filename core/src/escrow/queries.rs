//! The queries of deals: one, many, their history, what would be allowed, and what a deal would cost.

use super::allowed;
use super::decide::Move;
use super::model::{Deal, DealFacts, KIND, Ruling, State, Trigger};
use crate::error::{Code, Detail, Error, Result};
use crate::escrow::pricing::PricingArgs;
use crate::escrow::requests::{
    AllowedActions, DealHistory, Deals, DrawDiagram, GetDeal, QuoteDeal, ValidateDeal,
};
use crate::escrow::views::{Actions, Deal as DealView, Quote, Reason, Validation};
use crate::history::views::Event;
use crate::ids::{AccountId, DealId};
use crate::kernel::permit::Tie;
use crate::request::diagram::Diagram;
use crate::request::dry_run::{DryCall, dry_run};
use crate::request::page::Page;
use crate::request::reading::{Own, Reading, cursor, limit_of, page};
use crate::request::record::text;
use crate::request::referred::{newest, referred};
use crate::request::shape::{one_of, word};
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::{AccountRow, RecordRow};

/// `escrow.quote`: nothing is read or written.
pub async fn quote(reading: &mut Reading<'_>, request: &QuoteDeal) -> Result<Quote> {
    quoted(reading, request)
}

fn quoted(reading: &Reading<'_>, request: &QuoteDeal) -> Result<Quote> {
    let (fees, splits) = (request.fees.as_ref(), request.splits.as_ref());
    let terms = PricingArgs { price: &request.price, fees, splits, milestones: None };
    let pricing = terms.read(reading.currencies, &reading.book, &reading.actor)?;
    Quote::of(&pricing)
}

/// The record of a deal.
async fn record(reading: &mut Reading<'_>, id: DealId) -> Result<RecordRow> {
    reading.record(Deal::key(&reading.book, id)).await?.ok_or_else(|| Deal::not_found(id))
}

/// The accounts of the parties of deals, in one round trip.
pub(crate) async fn parties(reading: &mut Reading<'_>, deals: &[Deal]) -> Result<Vec<AccountRow>> {
    let mut needs = Needs::default();
    for deal in deals {
        needs.account(deal.buyer(), Access::Read);
        needs.account(deal.seller(), Access::Read);
    }
    Ok(reading.load_any(&needs).await?.accounts)
}

pub(crate) fn account<'a>(rows: &'a [AccountRow], key: &AccountKey) -> Result<&'a AccountRow> {
    let row = rows.iter().find(|row| row.key() == *key);
    row.ok_or_else(|| Error::corrupted("an account of a deal"))
}

fn view(deal: &Deal, accounts: &[AccountRow]) -> Result<DealView> {
    DealView::of(deal, account(accounts, &deal.buyer())?, account(accounts, &deal.seller())?)
}

/// Whether two deals with one reference may be for the same order.
fn are_of_one_order(one: &DealFacts, other: &DealFacts) -> bool {
    one.buyer == other.buyer && one.seller == other.seller && one.price == other.price
}

/// `escrow.get`.
pub async fn get(reading: &mut Reading<'_>, request: &GetDeal) -> Result<DealView> {
    let reason = "is that of deals that differ in buyer, seller or price: name `deal`";
    let deals: Vec<Deal> = match (&request.deal, &request.reference) {
        (Some(deal), None) => vec![Deal::of(&record(reading, DealId::request("deal", deal)?).await?)?],
        (None, Some(reference)) => referred(reading, &text("reference", reference)?, reason).await?,
        _ => return Err(Error::invalid("deal", "must be given, or else `reference`")),
    };
    let accounts = parties(reading, &deals).await?;
    let permit = |deal: &Deal| {
        let own = [account(&accounts, &deal.buyer())?, account(&accounts, &deal.seller())?];
        reading.permit(&own.map(Tie::Account))
    };
    let found = newest(&deals, permit, are_of_one_order, reason)?;
    let missing = || Detail::DealNotFound { deal: request.reference.clone().unwrap_or_default() };
    view(found.ok_or_else(missing)?, &accounts)
}

/// Judges the caller of a query about a deal: its parties may.
pub(crate) async fn permit(reading: &mut Reading<'_>, id: DealId) -> Result<()> {
    let row = record(reading, id).await?;
    if !reading.is_plain() {
        return Ok(());
    }
    let accounts = parties(reading, &[Deal::of(&row)?]).await?;
    reading.permit(&accounts.iter().map(Tie::Account).collect::<Vec<_>>())
}

fn listing(reading: &Reading<'_>, request: &Deals, limit: usize) -> Result<Listing> {
    let party = |field: &str, name: Option<&String>| -> Result<_> {
        Ok(name.map(|name| AccountId::request(field, name)).transpose()?.map(|id| id.as_str().into()))
    };
    Ok(Listing::Records(Records {
        book: reading.book.clone(),
        kind: KIND.into(),
        state: word::<State>("state", request.state.as_ref())?.map(|state| state.as_str().into()),
        owner: party("buyer", request.buyer.as_ref())?,
        peer: party("seller", request.seller.as_ref())?,
        reference: request.reference.as_ref().map(|value| text("reference", value)).transpose()?,
        updated_since: request.updated_since,
        due_before: request.due_before,
        after: cursor(request.after.as_deref())?,
        limit,
    }))
}

/// Judges the caller of a list of deals: by the buyer named in the filter, or else by the seller.
async fn permit_list(reading: &mut Reading<'_>, request: &Deals) -> Result<Own> {
    let party = |name: &Option<String>| name.as_ref().map(|name| AccountId::stored(name.as_str()));
    let (buyer, seller) = (party(&request.buyer), party(&request.seller));
    let own = reading.permit_account(buyer.as_ref().or(seller.as_ref())).await;
    match own {
        Err(error) if buyer.is_some() && seller.is_some() && error.code() == Code::NotPermitted => {
            reading.permit_account(seller.as_ref()).await
        }
        own => own,
    }
}

/// `escrow.list`.
pub async fn list(reading: &mut Reading<'_>, request: &Deals) -> Result<Page<DealView>> {
    let limit = limit_of(request.limit);
    let listing = listing(reading, request, limit + 1)?;
    let own = permit_list(reading, request).await?;
    let records = reading.list(&listing).await?.records;
    let deals: Vec<Deal> = records.iter().map(Deal::of).collect::<Result<_>>()?;
    let accounts = parties(reading, &deals).await?;
    let mut page =
        page(deals, limit, |deal| view(deal, &accounts), |deal| (deal.row.created_at, deal.row.id))?;
    page.items.retain(|deal| own.has(deal.price.currency()));
    Ok(page)
}

/// `escrow.history`: the events of a deal, oldest first. The engine runs a pass of the sequencer before.
pub async fn history(reading: &mut Reading<'_>, request: &DealHistory) -> Result<Page<Event>> {
    let id = DealId::request("deal", &request.deal)?;
    let limit = limit_of(request.limit);
    let after_seq = cursor::<i64>(request.after.as_deref())?.unwrap_or(0);
    permit(reading, id).await?;
    let object = Some((KIND.into(), id.to_string().into()));
    crate::history::proof::page_of(reading, after_seq, Vec::new(), object, limit).await
}

/// `escrow.validate`: runs the decision on what is read, and throws away what it would write.
pub async fn validate(reading: &mut Reading<'_>, request: &ValidateDeal) -> Result<Validation> {
    let id = DealId::request("deal", &request.deal)?;
    let trigger = Trigger::request(&request.trigger)?;
    let mut operation = Move::new(reading.book.clone(), id, trigger);
    operation.args.amount = match &request.amount {
        Some(amount) => Some(amount.resolve_positive("amount", reading.currencies)?),
        None => None,
    };
    if let Some(outcome) = &request.outcome {
        operation.args.ruling = ruling(outcome)?;
    }
    operation.reason = request.reason.as_ref().map(|reason| text("reason", reason)).transpose()?;
    let refused = |error: &Error| Validation {
        allowed: false,
        to: None,
        reason: Some(Reason {
            code: error.code().as_str().to_owned(),
            message: request
                .locale
                .as_deref()
                .map_or_else(|| error.message(), |locale| error.to_user(locale)),
        }),
    };
    // the verdict itself judges the actor
    reading.judged = true;
    let attempt = DryCall { name: "escrow.validate", actor: reading.actor.clone(), who: reading.who };
    let reached = dry_run(reading, attempt, &operation, |draft| {
        let row = draft.record(&operation.record())?;
        let state = row.map(|row| row.state.parse::<State>()).transpose()?;
        state.ok_or_else(|| Deal::not_found(operation.deal).into())
    });
    match reached.await {
        Ok(to) => Ok(Validation { allowed: true, to: Some(to), reason: None }),
        Err(error) if matches!(error.detail(), Detail::DealNotFound { .. }) => Err(error),
        Err(error) if is_verdict(&error) => Ok(refused(&error)),
        Err(error) => Err(error),
    }
}

/// Reads the request field `outcome`.
pub(crate) fn ruling(text: &str) -> Result<Ruling> {
    text.parse().map_err(|_| one_of("outcome", Ruling::ALL.iter().map(|ruling| ruling.as_str())))
}

/// A refusal by the rules; any failure of the store is none.
fn is_verdict(error: &Error) -> bool {
    use crate::error::Kind;
    !matches!(error.kind(), Kind::Misused | Kind::Unavailable | Kind::Corrupt)
}

/// `escrow.diagram`: a picture of the table of transitions.
pub async fn draw(_: &mut Reading<'_>, request: &DrawDiagram) -> Result<Diagram> {
    diagram(request.format.as_deref().unwrap_or("mermaid"))
}

/// A picture of the table of transitions, as `mermaid` or `svg`.
pub fn diagram(format: &str) -> Result<Diagram> {
    let content = match format {
        "mermaid" => super::diagram::mermaid(),
        "svg" => super::diagram::svg(),
        _ => return Err(one_of("format", ["mermaid", "svg"].into_iter())),
    };
    Ok(Diagram { format: format.to_owned(), content })
}

/// `escrow.allowed_actions`: the rows of the table that the actor could take now.
pub async fn allowed_actions(reading: &mut Reading<'_>, request: &AllowedActions) -> Result<Actions> {
    let id = DealId::request("deal", &request.deal)?;
    let deal = Deal::of(&record(reading, id).await?)?;
    let mut needs = Needs::default();
    needs.account(deal.buyer(), Access::Read);
    needs.account(deal.seller(), Access::Read);
    let loaded = reading.load(&needs).await?;
    let now = loaded.now.unwrap_or(reading.now);
    let shown = view(&deal, &loaded.accounts)?;
    // an actor without a role gets an empty list of actions
    reading.judged = true;
    Ok(Actions { actions: allowed::allowed_actions(&shown, &reading.actor, now)? })
}
