//! Writes the rules of the options into the engine's own book when it is opened, unless that book has begun.

use super::Engine;
use super::internal::internal;
use super::runner::Runner as _;
use crate::error::{Error, Result};
use crate::risk::rules::default_rules::Begin;

/// Begins the engine's own book with the rules of its options, in a commit of its own: so the first call in a
/// host's transaction does not hold the book's rules until that ends. Where it fails, that call begins the
/// book. Options that the book does not have in this form are said in the log: they do not replace its own.
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
