//! The queries of webhooks: sources, and what was seen of them.

use super::event::{self, WebhookEvent};
use super::requests::{ListSources, ListWebhooks};
use super::source::{self, Source};
use super::views::{SeenWebhook, Source as SourceView};
use crate::error::Result;
use crate::ids::PaymentId;
use crate::payment::gateway::name;
use crate::payment::told::Heard;
use crate::request::page::Page;
use crate::request::pages::Pages;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::shape::one_of;
use crate::rows::listing::{Listing, Records};

/// `webhooks.sources`.
///
/// # Errors
/// `invalid_request` naming `limit` or `after`.
pub async fn sources(reading: &mut Reading<'_>, request: &ListSources) -> Result<Page<SourceView>> {
    let limit = limit_of(request.limit);
    let after = cursor::<String>(request.after.as_deref())?;
    let mut all: Vec<Source> = Vec::new();
    let mut pages = Pages::of(Records::of(&reading.book, source::KIND));
    while let Some(rows) = pages.next(reading).await? {
        for row in &rows {
            all.push(Source::of(row)?);
        }
    }
    // there are few, and people look for them by name
    all.retain(|source| after.as_ref().is_none_or(|after| source.facts.id > *after));
    all.sort_by(|one, other| one.facts.id.cmp(&other.facts.id));
    let now = reading.now;
    page(all, limit, |source| Ok(SourceView::of(source, Some(now))), |source| source.facts.id.clone())
}

/// `webhooks.list`.
///
/// # Errors
/// `invalid_request` naming `source`, `result`, `payment`, `limit` or `after`.
pub async fn list(reading: &mut Reading<'_>, request: &ListWebhooks) -> Result<Page<SeenWebhook>> {
    let limit = limit_of(request.limit);
    let source = request.source.as_ref().map(|id| name("source", id)).transpose()?;
    let payment = request.payment.as_ref().map(|id| PaymentId::request("payment", id)).transpose()?;
    let result = |name: &String| {
        let names = || one_of("result", Heard::ALL.iter().map(|heard| heard.as_str()));
        name.parse::<Heard>().map_err(|_| names()).map(|heard| heard.as_str().into())
    };
    let records = Records {
        state: request.result.as_ref().map(result).transpose()?,
        owner: source.map(Into::into),
        peer: payment.map(|id| id.to_string().into()),
        after: cursor(request.after.as_deref())?,
        limit: limit + 1,
        ..Records::of(&reading.book, event::KIND)
    };
    let rows = reading.list(&Listing::Records(records)).await?.records;
    let all: Vec<WebhookEvent> = rows.iter().map(WebhookEvent::of).collect::<Result<_>>()?;
    page(all, limit, |event| Ok(SeenWebhook::of(event)), |event| (event.row.created_at, event.row.id))
}
