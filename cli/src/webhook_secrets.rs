//! `earnest webhook-secrets`: what a receiver of webhooks needs to check them.

use earnest::Error;
use earnest::jobs::webhooks::WebhookSecret;
use earnest::keyring::{Purpose, none};
use serde_json::json;

use super::Context;
use super::output::Failure;

/// Prints the secrets of a receiver, that of the current key first.
pub(super) async fn webhook_secrets(context: &Context, url: &str) -> Result<(), Failure> {
    // a keyring of a program is fetched where engines are opened
    let settings = &context.settings;
    let engine = settings.engine("memory:", settings.options().background(false)).await?;
    let keyring = engine.keyring();
    engine.close().await;
    let secrets = keyring.ok_or_else(|| none(Purpose::Webhooks))?.webhook_secrets("URL", url);
    let usage = |error: Error| match error.details()["field"].as_str() {
        Some(_) => Failure::Usage(error),
        None => Failure::Refused(error),
    };
    let texts: Vec<_> = secrets.map_err(usage)?.iter().map(WebhookSecret::to_text).collect();
    let shown: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
    Ok(context.say.either(&json!({ "url": url, "secrets": shown }), shown.join("\n"))?)
}
