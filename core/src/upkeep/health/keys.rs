//! Checks that this process's keyring has the keys that wrap the books' vaults and hash PINs and recovery
//! codes.
//!
//! There may be many books, and monitoring asks often. So each check does a part of a round through all of
//! them, and the next check continues it. A first round goes as far as its time lasts, later ones a few books
//! at a time. The engine's own book, and findings of missing keys, are checked each time.

use std::time::Duration;

use super::checks::{CRITICAL, HEALTHY, check};
use crate::engine::Engine;
use crate::engine::key_round::{KeyRound, Piece};
use crate::env;
use crate::error::{Error, Kind, Result};
use crate::ids::Book;
use crate::keyring::Purpose;
use crate::rows::listing::Listing;
use crate::upkeep::lacking::Look;
use crate::upkeep::views::HealthCheck;

/// Books that are listed together.
const BOOKS: usize = 100;
/// How long a check may spend on the first round.
const FIRST: Duration = Duration::from_secs(2);
/// How many pieces a check does of later rounds.
const PIECES: usize = 100;
/// How many pieces are checked of a book with a finding, each time.
const FURTHER: usize = 20;

/// A key that is in use but missing here is critical: this process cannot open what it sealed.
pub(super) async fn keys(engine: &Engine) -> HealthCheck {
    let mut round = engine.key_round().await;
    match missing(engine, &mut round).await {
        Ok(Some(said)) => check("keyring", CRITICAL, said),
        Ok(None) => {
            let books = round.whole.unwrap_or(round.looked);
            let them = if books == 1 { "the book".to_owned() } else { format!("{books} books") };
            let so_far = if round.whole.is_some() { "" } else { " looked at so far" };
            check("keyring", HEALTHY, format!("it has every key that is in use in {them}{so_far}"))
        }
        Err(error) => check("keyring", CRITICAL, error.message()),
    }
}

/// The first finding: in the engine's own book, then in others by name.
async fn missing(engine: &Engine, round: &mut KeyRound) -> Result<Option<String>> {
    let kids = kids(engine);
    if round.kids != kids {
        *round = KeyRound { kids, ..KeyRound::default() };
    }
    let own = engine.book_name();
    for piece in [Piece::Keys, Piece::Pins(None), Piece::Codes(None)] {
        if let (Some(lack), _) = Look::of(engine).at(own, piece).await? {
            return Ok(Some(lack.said));
        }
    }
    while let Some((book, (piece, _))) = round.lacking.first_key_value() {
        let (book, piece) = (book.clone(), *piece);
        if let Some(still) = walk(engine, &book, piece).await? {
            round.lacking.insert(book, still);
            break; // one is enough to know
        }
        round.lacking.remove(&book);
    }
    let since = env::monotonic_now();
    let mut pieces = 0;
    while step(engine, round).await? {
        pieces += 1;
        let goes_on = match round.whole {
            None => env::monotonic_now().saturating_duration_since(since) < FIRST,
            Some(_) => pieces < PIECES,
        };
        if !goes_on {
            break;
        }
    }
    Ok(round.lacking.values().next().map(|(_, said)| said.clone()))
}

/// The ids of the keyring's keys by which something may be found, sealed or hashed.
fn kids(engine: &Engine) -> Vec<String> {
    let Some(keyring) = engine.keyring() else { return Vec::new() };
    let of = |purpose| keyring.of_purpose(purpose).map(|key| key.kid().to_owned()).collect::<Vec<_>>();
    [of(Purpose::Index), of(Purpose::Vault), of(Purpose::Pins)].concat()
}

/// Checks whether a book still has a finding, at the same place or a little further on. The round finds what
/// lies beyond.
async fn walk(engine: &Engine, book: &Book, mut at: Piece) -> Result<Option<(Piece, String)>> {
    for _ in 0..FURTHER {
        let (said, next) = lacking_in(engine, book, at).await?;
        if let Some(said) = said {
            return Ok(Some((at, said)));
        }
        let Some(next) = next else { break };
        at = next;
    }
    Ok(None)
}

/// Does the next piece of the round; `false` at its end.
async fn step(engine: &Engine, round: &mut KeyRound) -> Result<bool> {
    let Some(book) = round.next.front().cloned() else {
        let listed =
            engine.look_around(&Listing::Books { after: round.listed.clone(), limit: BOOKS }).await?.books;
        round.listed = listed.last().cloned();
        if listed.is_empty() {
            (round.whole, round.looked) = (Some(round.looked), 0);
            return Ok(false);
        }
        round.next.extend(listed);
        return Ok(true);
    };
    let (said, next) = lacking_in(engine, &book, round.piece).await?;
    let ends = said.is_some() || next.is_none();
    if let Some(said) = said {
        round.lacking.insert(book, (round.piece, said));
    }
    round.piece = next.filter(|_| !ends).unwrap_or_default();
    if ends {
        round.next.pop_front();
        round.looked += 1;
    }
    Ok(true)
}

/// Looks for a missing key in a piece of a book. An unreadable record does not stop the round: it is a
/// finding, and the next book follows.
async fn lacking_in(engine: &Engine, book: &Book, piece: Piece) -> Result<(Option<String>, Option<Piece>)> {
    let broken = |error: Error| match error.kind() {
        Kind::Corrupt => Ok((Some(format!("in book `{book}`: {}", error.message())), None)),
        _ => Err(error),
    };
    let looked = Look::of(engine).at(book, piece).await;
    looked.map(|(lack, next)| (lack.map(|lack| lack.said), next)).or_else(broken)
}
