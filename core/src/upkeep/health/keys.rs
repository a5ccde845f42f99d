//! Whether this process's keyring has the keys with which the vaults of the books are wrapped, and PINs of
//! its own book hashed.

use super::{CRITICAL, HEALTHY, check};
use crate::engine::Engine;
use crate::error::Result;
use crate::ids::Book;
use crate::rows::listing::Listing;
use crate::upkeep::key_uses::{missing_in, missing_pepper_in};
use crate::upkeep::views::HealthCheck;

/// How many books are looked at beside the engine's own: one row of each is read.
const LOOKED_AT: usize = 100;

/// A key that is in use and missing here is critical: what is sealed with it opens nowhere but in others.
pub(super) async fn keys(engine: &Engine) -> HealthCheck {
    match missing(engine).await {
        Ok(Looked { pepper: Some(kid), .. }) => {
            let book = engine.book_name();
            check(
                "keyring",
                CRITICAL,
                format!("it lacks `{kid}`, with which PINs of book `{book}` are hashed"),
            )
        }
        Ok(Looked { missing: None, books, .. }) => {
            let them = if books == 1 { "the book".to_owned() } else { format!("{books} books") };
            check("keyring", HEALTHY, format!("it has every key that wraps in {them} looked at"))
        }
        Ok(Looked { missing: Some((book, kid)), .. }) => check(
            "keyring",
            CRITICAL,
            format!("it lacks `{kid}`, with which data keys of book `{book}` are wrapped"),
        ),
        Err(error) => check("keyring", CRITICAL, error.message()),
    }
}

struct Looked {
    pepper: Option<String>,
    missing: Option<(Book, String)>,
    books: usize,
}

/// The first key that is missing: in the engine's own book, then in the first ones by name.
async fn missing(engine: &Engine) -> Result<Looked> {
    let own = engine.book_name();
    let pepper = missing_pepper_in(engine, own).await?;
    let mut books = engine.look(&Listing::Books { after: None, limit: LOOKED_AT }).await?.books;
    books.retain(|book| book != own);
    books.insert(0, own.clone());
    for (place, book) in books.iter().enumerate() {
        if let Some(kid) = missing_in(engine, book).await? {
            return Ok(Looked { pepper: None, missing: Some((book.clone(), kid)), books: place + 1 });
        }
    }
    Ok(Looked { pepper, missing: None, books: books.len() })
}
