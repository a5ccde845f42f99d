//! Writes the rules of the options into the engine's own book when it is opened, unless that book has begun.

use super::Engine;
use super::internal::internal;
use super::runner::Runner as _;
use crate::error::{Error, Result};
use crate::risk::rules::default_rules::Begin;

/// Writes the rules of the options into the engine's own book, in a commit of its own. Otherwise the first
/// call in a host's transaction would write them, and lock the book's rules until that ends. If this fails,
/// the first call does it after all. Options that differ from the rules of a book that has begun are logged:
/// they do not replace its rules.
pub(crate) async fn begin_book(engine: &Engine) {
    if engine.is_read_only() {
        return;
    }
    match begin(engine).await {
        Ok(differing) if differing.is_empty() => {}
        Ok(differing) => {
            let (book, rules) = (engine.book_name().as_str(), differing.join(", "));
            tracing::warn!(book, rules, "the book has other rules than the options: its own hold");
        }
        Err(error) => {
            tracing::warn!(
                code = error.code().as_str(),
                "the book did not begin with the rules of the options"
            );
        }
    }
}

async fn begin(engine: &Engine) -> Result<Vec<String>> {
    let Some(rules) = engine.scope().rules else { return Ok(Vec::new()) };
    let begin = Begin { book: engine.book_name().clone(), rules };
    let (call, receiver) = internal(engine, engine.book_name(), "risk.begin", begin);
    engine.queue(Box::new(call))?;
    receiver.await.map_err(|_| Error::corrupted("the beginning of a book was not answered"))?
}
