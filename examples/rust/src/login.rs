//! The user who asks. HERE STANDS YOUR OWN LOGIN: this one believes two headers, which no shop may do.
//!
//! Earnest checks no passwords. It judges by the actor that you bind: who may debit which account, who is a
//! party of which deal, and who may approve.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use earnest::Actor;

use crate::Shop;
use crate::failure::Failure;

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct User(pub(crate) Actor);

impl User {
    pub(crate) fn name(&self) -> &str {
        self.0.id()
    }
}

impl FromRequestParts<Shop> for User {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Shop) -> Result<Self, Failure> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        // in place of these two lines: your session, your token, your roles
        let (id, role) = (header("x-user"), header("x-role"));
        let actor = Actor::request("x-user", id.ok_or(Failure::Stranger)?, role)?;
        // `system` is this program itself, and no user is that
        if actor.is_system() { Err(Failure::Stranger) } else { Ok(Self(actor)) }
    }
}
