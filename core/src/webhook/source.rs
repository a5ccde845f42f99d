//! Sources: who sends webhooks for which gateway, how they are signed, and by which secrets.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::scheme::Scheme;
use crate::error::{Detail, Error};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::secret::Secret;
use crate::rows::codec::text_enum;
use crate::rows::object::{Stored, members, object};
use crate::time::{Span, Time};
use crate::vault::sealer::Seal;

/// The kind of a source's record, and the object of its events.
pub const KIND: &str = "source";
/// The domain in the names of what is sealed for sources.
pub const DOMAIN: &str = "webhooks";
/// How far the time of a message may be from now, where nothing else is set.
pub const TOLERANCE: Span = Span::from_mins(5);
/// How long an old secret is good beside a new one, where nothing else is said.
pub const KEEP_OLD_FOR: Span = Span::from_hours(24);
/// How many secrets a source has at most, old ones included.
pub const MOST_SECRETS: usize = 8;

text_enum! {
    /// Whether a source is heard.
    pub enum SourceState {
        /// It is.
        Active = "active",
    }
}

/// A secret of a source: the text `secret.NAME` has it, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSecret {
    /// Its name: a number that no other secret of the source had.
    pub name: String,
    /// Until when it is good; until another one comes if `None`.
    #[serde(default)]
    pub until: Option<Time>,
}

/// The facts of a source that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// Its name.
    pub id: String,
    /// How it signs.
    pub scheme: Scheme,
    /// The gateway that it speaks for.
    pub gateway: String,
    /// How far the time of a message may be from now.
    pub tolerance: Span,
    /// Its secrets, in the order in which they came.
    #[serde(default)]
    pub secrets: Vec<SourceSecret>,
    /// How many secrets it ever had.
    #[serde(default)]
    pub numbered: u64,
}

/// A source, read from its record. Its texts are the sealed secrets.
pub type Source = Stored<SourceFacts>;

object! { SourceFacts: KIND, SourceState, Uuid as &'n str {
    fn not_found(source: &str) -> Error {
        Detail::SourceNotFound { source: source.to_owned() }.into()
    }

    /// An old secret is wiped when its time has passed.
    fn due_at(&self, _: SourceState) -> Option<Time> {
        self.secrets.iter().filter_map(|secret| secret.until).min()
    }
} }

impl SourceSecret {
    /// Whether it is good at a time.
    pub fn is_good(&self, now: Time) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// The name of the text that has a sealed secret.
pub fn text_of(name: &str) -> String {
    format!("secret.{name}")
}

impl Source {
    /// Wipes the secrets that are good no longer; whether there were any.
    pub(crate) fn drop_old(&mut self, now: Time) -> bool {
        let before = self.facts.secrets.len();
        let old = self.facts.secrets.iter().filter(|secret| !secret.is_good(now));
        for name in old.map(|secret| text_of(&secret.name)).collect::<Vec<_>>() {
            self.texts.remove(&name);
        }
        self.facts.secrets.retain(|secret| secret.is_good(now));
        self.facts.secrets.len() < before
    }

    /// The secrets that are good at a time, opened; all that there are without one.
    pub(crate) fn open(&self, seal: &Seal, seen: &Snapshot, now: Option<Time>) -> Decided<Vec<Secret>> {
        let good = self.facts.secrets.iter().filter(|secret| now.is_none_or(|now| secret.is_good(now)));
        let mut all = Vec::with_capacity(self.facts.secrets.len());
        for secret in good {
            let broken = || Error::corrupted(format!("a secret of source {}", self.facts.id));
            let sealed: &Arc<str> = self.text(&text_of(&secret.name)).ok_or_else(broken)?;
            all.push(seal.open(seen, &self.facts.id, &secret.name, sealed)?.ok_or_else(broken)?);
        }
        Ok(all)
    }

    /// Writes it with its event.
    pub(crate) fn put(self, draft: &mut Draft<'_>, event: &'static str) -> Decided<()> {
        let data = members! {
            "source": self.facts.id.clone(), "scheme": self.facts.scheme.as_str(),
            "gateway": self.facts.gateway.clone(), "secrets": self.facts.secrets.len(),
        };
        draft.write(self, event, &data)
    }
}
