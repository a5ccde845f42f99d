//! The queries of payments: one, many, their history, and their gateways, routes and debts.

use std::sync::Arc;

use super::debts;
use super::gateway::{self, Gateway};
use super::model::{self, Payment, PaymentFacts, State};
use super::requests::{
    GetPayment, ListDebts, ListGateways, ListPayments, ListRoutes, PaymentDiagram, PaymentHistory,
};
use super::route::Routes;
use super::transitions::TRANSITIONS;
use super::views::{Debt as DebtView, Gateway as GatewayView, Payment as PaymentView, Route as RouteView};
use crate::error::{Detail, Error, Result};
use crate::escrow::model::Deal;
use crate::history::views::Event;
use crate::ids::{AccountId, DealId, PaymentId, PurchaseId};
use crate::kernel::permit::Tie;
use crate::request::diagram::Diagram;
use crate::request::lists::sift;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::record::text;
use crate::request::referred;
use crate::request::shape::filter_of;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::{AccountRow, RecordRow};

/// Why a reference stands for no payment.
const SEVERAL: &str = "is that of payments that differ in payee, payer, amount or deal: name `payment`";

/// `payments.gateways`.
pub async fn gateways(reading: &mut Reading<'_>, request: &ListGateways) -> Result<Page<GatewayView>> {
    let all = Records::of(&reading.book, gateway::KIND);
    let view = |gateway: &Gateway| Ok(GatewayView::of(gateway));
    reading.named(all, request.limit, request.after.as_ref(), |gateway| gateway.facts.id.clone(), view).await
}

/// `payments.routes`.
pub async fn routes(reading: &mut Reading<'_>, request: &ListRoutes) -> Result<Page<RouteView>> {
    let limit = limit_of(request.limit);
    let after = cursor::<String>(request.after.as_deref())?;
    let row = reading.record(Routes::key(&reading.book, [])).await?;
    let mut all =
        row.as_ref().map(Routes::of).transpose()?.map_or_else(Vec::new, |routes| routes.facts.routes);
    all.retain(|route| after.as_ref().is_none_or(|after| route.id > *after));
    page(all, limit, |route| Ok(route.view()), |route| route.id.clone())
}

/// The record of a payment.
pub(super) async fn record(reading: &mut Reading<'_>, id: PaymentId) -> Result<RecordRow> {
    reading.record(Payment::key(&reading.book, id)).await?.ok_or_else(|| Payment::not_found(id))
}

/// The accounts that payments pay, in one round trip, if a plain actor asks.
pub(super) async fn payees(reading: &mut Reading<'_>, payments: &[Payment]) -> Result<Vec<AccountRow>> {
    if !reading.is_plain() || payments.is_empty() {
        return Ok(Vec::new());
    }
    let mut needs = Needs::default();
    for payment in payments {
        needs.account(payment.to(), Access::Read);
    }
    Ok(reading.load(&needs).await?.accounts)
}

/// Permits the payer of a payment, and the account's holder or owner.
async fn permit(reading: &mut Reading<'_>, payment: &Payment) -> Result<()> {
    let payees = payees(reading, std::slice::from_ref(payment)).await?;
    permit_by(reading, payment, &payees)
}

/// Permits the payer of a payment. Of a deal or a purchase whose buyer pays it that is the account's holder
/// or owner too.
pub(super) async fn permit_payer(reading: &mut Reading<'_>, payment: &Payment) -> Result<()> {
    let buyers = buyers(reading, payment).await?;
    reading.permit(&payer_ties(payment, &buyers))
}

/// The account of the buyer who pays, if a plain actor asks.
pub(super) async fn buyers(reading: &mut Reading<'_>, payment: &Payment) -> Result<Vec<AccountRow>> {
    let Some(account) = payment.payer_account().filter(|_| reading.is_plain()) else { return Ok(Vec::new()) };
    let mut needs = Needs::default();
    needs.account(account, Access::Read);
    Ok(reading.load(&needs).await?.accounts)
}

/// The ties of the payer: his name, and the account of the buyer who pays.
pub(super) fn payer_ties<'t>(payment: &'t Payment, buyers: &'t [AccountRow]) -> Vec<Tie<'t>> {
    let payer = payment.facts.payer.as_deref().map(Tie::Id);
    buyers.iter().map(Tie::Account).chain(payer).collect()
}

fn permit_by(reading: &mut Reading<'_>, payment: &Payment, payees: &[AccountRow]) -> Result<()> {
    let to = payment.to();
    let is_payee = |row: &&AccountRow| row.id == to.account && row.currency == to.currency;
    let payer = payment.facts.payer.as_deref().map(Tie::Id);
    let ties: Vec<Tie<'_>> = payees.iter().filter(is_payee).map(Tie::Account).chain(payer).collect();
    reading.permit(&ties)
}

/// Whether two payments with one reference may be for the same order. A deal is one order, whoever pays it:
/// the payer by default depends on who began the payment.
fn are_of_one_order(one: &PaymentFacts, other: &PaymentFacts) -> bool {
    let is_same = one.to == other.to && one.price == other.price && one.deal == other.deal;
    is_same && (one.deal.is_some() || one.payer == other.payer)
}

/// Finds the newest payment with a reference that the actor may read. The actor is refused unless all that he
/// may read have the same payee, payer, amount and deal.
async fn referred(reading: &mut Reading<'_>, reference: &Arc<str>) -> Result<Payment> {
    let payments = referred::referred::<PaymentFacts>(reading, reference, SEVERAL).await?;
    let payees = payees(reading, &payments).await?;
    let permit = |payment: &Payment| permit_by(reading, payment, &payees);
    let found = referred::newest(&payments, permit, are_of_one_order, SEVERAL)?;
    found.cloned().ok_or_else(|| Detail::PaymentNotFound { payment: reference.to_string() }.into())
}

/// `payments.get`.
pub async fn get(reading: &mut Reading<'_>, request: &GetPayment) -> Result<PaymentView> {
    let payment = match (&request.payment, &request.reference) {
        (Some(payment), None) => {
            let row = record(reading, PaymentId::request("payment", payment)?).await?;
            let payment = Payment::of(&row)?;
            permit(reading, &payment).await?;
            payment
        }
        (None, Some(reference)) => referred(reading, &text("reference", reference)?).await?,
        _ => return Err(Error::invalid("payment", "must be given, or else `reference`")),
    };
    PaymentView::of(&payment)
}

/// The owners by which payments are listed.
#[derive(Clone, Copy)]
struct PaymentOwners {
    deal: Option<DealId>,
    purchase: Option<PurchaseId>,
}

/// Whether a payment passes the filters that have no index.
fn fits(payment: &Payment, request: &ListPayments, owners: PaymentOwners) -> bool {
    let PaymentOwners { deal, purchase } = owners;
    let gateway = request.gateway.as_deref();
    let facts = &payment.facts;
    let was_at = |name: &str| facts.attempts.iter().any(|attempt| attempt.gateway == name);
    let at = |name: &str| was_at(name) || facts.shown_gateway() == Some(name);
    gateway.is_none_or(at)
        && deal.is_none_or(|deal| facts.deal == Some(deal))
        && purchase.is_none_or(|purchase| facts.purchase == Some(purchase))
        && (!request.unsettled.unwrap_or(false) || facts.doing.is_some())
}

/// The account under which payments of a deal are listed: its buyer; `None` if there is no such deal.
async fn buyer_of(reading: &mut Reading<'_>, deal: DealId) -> Result<Option<AccountId>> {
    let found = reading.record(Deal::key(&reading.book, deal)).await?;
    Ok(found.as_ref().map(Deal::of).transpose()?.map(|deal| deal.facts.buyer))
}

/// `payments.list`.
pub async fn list(reading: &mut Reading<'_>, request: &ListPayments) -> Result<Page<PaymentView>> {
    let limit = limit_of(request.limit);
    let to = request.to.as_ref().map(|to| AccountId::request("to", to)).transpose()?;
    let own = match (&to, &request.payer) {
        (None, Some(payer)) => {
            reading.permit(&[Tie::Id(payer)])?;
            None
        }
        _ => Some(reading.permit_account(to.as_ref()).await?),
    };
    let deal = request.deal.as_ref().map(|deal| DealId::request("deal", deal)).transpose()?;
    let purchase = request.purchase.as_ref().map(|id| PurchaseId::request("purchase", id)).transpose()?;
    let buyer = match deal {
        Some(deal) => buyer_of(reading, deal).await?,
        None => None,
    };
    let records = Records {
        state: filter_of::<State>("state", request.state.as_ref())?,
        owner: to.or(buyer).map(|to| to.as_str().into()),
        peer: request.payer.as_deref().map(Into::into),
        after: cursor(request.after.as_deref())?,
        ..Records::of(&reading.book, model::KIND)
    };
    let fits = |payment: &Payment| fits(payment, request, PaymentOwners { deal, purchase });
    let mut page = sift(records, limit, None, fits, reading).await?.page(limit, PaymentView::of)?;
    page.items.retain(|payment| own.as_ref().is_none_or(|own| own.has(payment.amount.currency())));
    Ok(page)
}

/// `payments.history`: the events of a payment, oldest first. The engine runs a pass of the sequencer before.
pub async fn history(reading: &mut Reading<'_>, request: &PaymentHistory) -> Result<Page<Event>> {
    let id = PaymentId::request("payment", &request.payment)?;
    let limit = limit_of(request.limit);
    let after_seq = cursor::<i64>(request.after.as_deref())?.unwrap_or(0);
    let payment = Payment::of(&record(reading, id).await?)?;
    permit(reading, &payment).await?;
    let object = Some((model::KIND.into(), id.to_string().into()));
    crate::history::proof::page_of(reading, after_seq, Vec::new(), object, limit).await
}

/// `payments.debts`.
pub async fn debts(reading: &mut Reading<'_>, request: &ListDebts) -> Result<Page<DebtView>> {
    let account = request.account.as_ref().map(|id| AccountId::request("account", id)).transpose()?;
    let own = reading.permit_account(account.as_ref()).await?;
    let records = Records {
        state: filter_of::<debts::State>("state", request.state.as_ref())?,
        owner: account.map(|id| id.as_str().into()),
        ..Records::of(&reading.book, debts::KIND)
    };
    let mut page = reading.objects(records, request.limit, request.after.as_ref(), DebtView::of).await?;
    page.items.retain(|debt| own.has(debt.amount.currency()));
    Ok(page)
}

/// `payments.diagram`: nothing is read.
pub async fn draw(_: &mut Reading<'_>, request: &PaymentDiagram) -> Result<Diagram> {
    Diagram::mermaid(request.format.as_deref(), || TRANSITIONS.mermaid(State::ALL, State::ended_unpaid))
}
