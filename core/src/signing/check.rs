//! Checks the keys: each opens, for its own address, where this process has the keys of the vault.

use super::model::{self, KeyRecord};
use crate::error::{Code, Result};
use crate::kernel::snapshot::Snapshot;
use crate::request::check::SMALL_PAGE;
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs};
use crate::vault::model::Subject;
use crate::vault::safe::Safe;

/// Checks every key of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, examine: Examine<'_>) -> Result<()> {
    let safe = Safe::checking(reading).await?;
    // a process without the keys of the vault finds only what it cannot read
    let examine: Examine<'_> = &mut |name, right, what| {
        if safe.is_some() || !right {
            examine(name, right, what);
        }
    };
    let needs = |key: &KeyRecord, needs: &mut Needs| {
        if let Some(safe) = &safe {
            needs.record(model::owner(safe, key.id()).key, Access::Read);
        }
    };
    let wrong = |key: &KeyRecord, beside: &Snapshot| {
        let safe = safe.as_ref()?;
        wrong(key, beside.object(&model::owner(safe, key.id()).key).as_ref(), safe)
    };
    reading.check("signing", SMALL_PAGE, examine, needs, wrong).await
}

/// Returns the first error in a key.
fn wrong(key: &KeyRecord, subject: Option<&Subject>, safe: &Safe) -> Option<&'static str> {
    if key.id() != model::id_of(&safe.book, &key.facts.address) {
        return Some("its id is not that of its address");
    }
    if model::vouched(safe, key).is_err() {
        return Some("its policy or its day was altered");
    }
    if key.facts.custody == model::Custody::Host {
        return None;
    }
    let Some(subject) = subject.filter(|subject| subject.is_active()) else {
        return Some("it has no data key");
    };
    let owner = model::owner(safe, key.id());
    let data_key = match safe.unwrap(subject, &owner.subject) {
        // a process without the key cannot tell
        Err(error) if error.code() == Code::KeyNotFound => return None,
        Err(_) => return Some("its data key does not open"),
        Ok(data_key) => data_key,
    };
    let place = model::place(safe, &owner, &key.facts.address);
    let Some(secret) = Safe::open_at(&data_key, &place, key.text("sealed")) else {
        return Some("it does not open");
    };
    (!is_of(&secret, &key.facts.address)).then_some("it is the key of another address")
}

#[cfg(feature = "signing")]
fn is_of(secret: &str, address: &str) -> bool {
    let key = earnest_evm::Key::from_hex(secret);
    key.is_ok_and(|key| earnest_evm::address::to_text(&key.address()) == address)
}

#[cfg(not(feature = "signing"))]
fn is_of(_: &str, _: &str) -> bool {
    // it opened for this address; this build computes none
    true
}
