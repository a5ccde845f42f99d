//! The payer's means of payment: a token of the gateway, sealed until its call is settled, and never a card
//! number.

use super::gateway::Gateway;
use super::model::Payment;
use super::references::Reference;
use super::tokens::seal_of;
use crate::error::Error;
use crate::gateway::driver_of;
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::secret::Secret;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::RecordRow;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The name of the text that has the sealed token for a gateway.
fn text_of(gateway: &str) -> String {
    format!("token.{gateway}")
}

/// Keeps a token for a gateway, sealed.
pub(crate) fn keep(
    draft: &mut Draft<'_>,
    payment: &mut Payment,
    gateway: &str,
    token: &Secret,
    seal: &Seal,
) -> Decided<()> {
    if let Some(row) = draft.record(&Gateway::key(&payment.row.book, gateway))?
        && let Some(reference) = agreement(row, token)
    {
        let book = payment.row.book.clone();
        let claimed = super::references::claim(draft, &book, gateway, &reference, payment.id())?;
        if claimed.is_none() {
            return Err(Error::invalid("token", "belongs to another payment").into());
        }
    }
    let id = payment.id().to_string();
    let sealed = seal.seal(draft, &id, gateway, token)?;
    payment.texts.insert(text_of(gateway), Text::new(&sealed, draft.ids.salt()));
    Ok(())
}

/// The reference that finds a token which is good for one payment only; `None` for other tokens.
fn agreement(gateway: &RecordRow, token: &Secret) -> Option<String> {
    let driver = driver_of(Gateway::of(gateway).ok()?.facts.driver)?;
    driver.agreed_once(token).map(|agreed| format!("token:{agreed}"))
}

/// Names the record of a token that is good for one payment only.
pub(crate) fn needs_of_token(book: &Book, gateway: &str, token: &Secret, seen: &Snapshot, needs: &mut Needs) {
    let key = Gateway::key(book, gateway);
    needs.incomplete |= !seen.records.knows(&key);
    if let Some(reference) = seen.records.row(&key).and_then(|row| agreement(row, token)) {
        needs.record(Reference::key(book, [gateway, &reference]), Access::Write);
    }
}

/// Whether a payment has a token for a gateway.
pub(crate) fn has(payment: &Payment, gateway: &str) -> bool {
    payment.text(&text_of(gateway)).is_some()
}

/// Forgets all tokens of a payment: no call will need them.
pub(crate) fn forget(payment: &mut Payment) {
    payment.texts.retain(|name, _| !name.starts_with("token."));
}

/// The token of a payment for a gateway, opened.
pub(crate) fn shown(
    payment: &Payment,
    gateway: &str,
    safe: Safe,
    seen: &Snapshot,
) -> Decided<Option<Secret>> {
    let Some(sealed) = payment.text(&text_of(gateway)) else { return Ok(None) };
    seal_of(safe, gateway).open(seen, &payment.id().to_string(), gateway, sealed)
}
