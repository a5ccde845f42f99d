//! The queries of webhooks: sources, and what was seen of them.

use super::event::{self, WebhookFacts};
use super::requests::{ListSources, ListWebhooks};
use super::source::{self, SourceFacts};
use super::views::{SeenWebhook, Source as SourceView};
use crate::error::Result;
use crate::ids::PaymentId;
use crate::payment::apply_report::Heard;
use crate::request::lists::{all, page_of, some};
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::shape::filter_of;
use crate::request::texts::name_of;
use crate::rows::listing::Records;

/// `webhooks.sources`.
pub async fn sources(reading: &mut Reading<'_>, request: &ListSources) -> Result<Page<SourceView>> {
    let limit = limit_of(request.limit);
    let after = cursor::<String>(request.after.as_deref())?;
    let mut all = all::<SourceFacts>(Records::of(&reading.book, source::KIND), reading).await?;
    // there are few, and people look for them by name
    all.retain(|source| after.as_ref().is_none_or(|after| source.facts.id > *after));
    all.sort_by(|one, other| one.facts.id.cmp(&other.facts.id));
    let now = reading.now;
    page(all, limit, |source| Ok(SourceView::of(source, Some(now))), |source| source.facts.id.clone())
}

/// `webhooks.list`.
pub async fn list(reading: &mut Reading<'_>, request: &ListWebhooks) -> Result<Page<SeenWebhook>> {
    let limit = limit_of(request.limit);
    let source = request.source.as_ref().map(|id| name_of("source", id)).transpose()?;
    let payment = request.payment.as_ref().map(|id| PaymentId::request("payment", id)).transpose()?;
    let records = Records {
        state: filter_of::<Heard>("result", request.result.as_ref())?,
        owner: source.map(Into::into),
        peer: payment.map(|id| id.to_string().into()),
        after: cursor(request.after.as_deref())?,
        ..Records::of(&reading.book, event::KIND)
    };
    let all = some::<WebhookFacts>(records, limit, reading).await?;
    page_of(all, limit, |event| Ok(SeenWebhook::of(event)))
}
