//! Seals the secrets of a named thing of a domain: a gateway's, a source's, a chain's.

use std::sync::Arc;

use super::model::{Subject, keys_of};
use super::put::opened;
use super::safe::{Safe, Whom};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::secret::Secret;
use crate::rows::needs::{Access, Needs};

/// Seals the secrets of one named thing.
#[derive(Clone)]
pub(crate) struct Seal {
    safe: Safe,
    domain: &'static str,
    whom: Whom,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").field("whom", &self.whom.subject).finish_non_exhaustive()
    }
}

impl Seal {
    /// The seal for a named thing of a domain.
    pub(crate) fn within(domain: &'static str, safe: Safe, name: &str) -> Self {
        let whom = safe.own(domain, name);
        Self { safe, whom, domain }
    }

    /// Names the rows that sealing needs.
    pub(crate) fn needs(&self, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Share);
        needs.record(self.whom.key.clone(), Access::Share);
    }

    /// Whether the rows that opening needs were read.
    pub(crate) fn is_read(&self, seen: &Snapshot) -> bool {
        seen.records.knows(&self.whom.key)
    }

    /// Seals a text for the object `of`, under a name.
    pub(crate) fn seal(
        &self,
        draft: &mut Draft<'_>,
        of: &str,
        name: &str,
        secret: &Secret,
    ) -> Decided<String> {
        let opened = opened(draft, &self.safe, &self.whom)?;
        if opened.is_new {
            draft.put_record(opened.subject.into_row()?);
        }
        Ok(self.safe.seal_at(&opened.key, &self.safe.place(self.domain, of, name, 1), secret)?)
    }

    /// Opens a sealed text.
    pub(crate) fn open(
        &self,
        seen: &Snapshot,
        of: &str,
        name: &str,
        sealed: &Arc<str>,
    ) -> Decided<Option<Secret>> {
        let subject = Subject::shown_at(seen, &self.whom.key)?;
        let key = self.safe.unwrap(&subject, &self.whom.subject)?;
        Ok(Safe::open_at(&key, &self.safe.place(self.domain, of, name, 1), Some(sealed)))
    }
}
