//! The queries of webhooks: sources, and what was seen of them.

use super::event::{self, WebhookEvent};
use super::requests::{ListSources, ListWebhooks};
use super::source::{self, Source};
use super::views::{SeenWebhook, Source as SourceView};
use crate::error::Result;
use crate::ids::PaymentId;
use crate::payment::apply_report::Heard;
use crate::request::page::Page;
use crate::request::reading::Reading;
use crate::request::shape::filter_of;
use crate::request::texts::name_of;
use crate::rows::listing::Records;

/// `webhooks.sources`.
pub async fn sources(reading: &mut Reading<'_>, request: &ListSources) -> Result<Page<SourceView>> {
    let (all, now) = (Records::of(&reading.book, source::KIND), reading.now);
    let (name, view) =
        (|source: &Source| source.facts.id.clone(), |source: &Source| Ok(SourceView::of(source, Some(now))));
    reading.named(all, request.limit, request.after.as_ref(), name, view).await
}

/// `webhooks.list`.
pub async fn list(reading: &mut Reading<'_>, request: &ListWebhooks) -> Result<Page<SeenWebhook>> {
    let source = request.source.as_ref().map(|id| name_of("source", id)).transpose()?;
    let payment = request.payment.as_ref().map(|id| PaymentId::request("payment", id)).transpose()?;
    let records = Records {
        state: filter_of::<Heard>("result", request.result.as_ref())?,
        owner: source.map(Into::into),
        peer: payment.map(|id| id.to_string().into()),
        ..Records::of(&reading.book, event::KIND)
    };
    let view = |event: &WebhookEvent| Ok(SeenWebhook::of(event));
    reading.objects(records, request.limit, request.after.as_ref(), view).await
}
