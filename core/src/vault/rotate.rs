//! Gives data keys another key that wraps them, and subjects another data key, a few in each commit.
//!
//! First the store says which key wraps from now on: from that commit on no process wraps with another one.
//! Then what is wrapped with others is wrapped anew. Whoever stops in between leaves what was done; the next
//! call continues.

use serde_json::Map;

use super::credentials::{CODES, TOTP, TotpRecord, sealed_codes};
use super::model::{Keys, State, Subject, Value, failed, keys_of};
use super::put;
use super::reveal::{all_of, names_of};
use super::safe::{Safe, Whom};
use super::seal::SealingKey;
use crate::error::{Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs, RecordKey};

/// Makes the current key of this process's keyring the one that wraps. Its reply names all that are in use,
/// that one first.
pub struct Choose {
    /// The keys of the book.
    pub safe: Safe,
}

impl Operation for Choose {
    type Reply = Vec<String>;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(mut keys) = Keys::at(draft, &keys_of(&self.safe.book))? else {
            return Ok(CreatedIds::default());
        };
        let current = self.safe.current()?;
        if keys.facts.primary == current {
            return Ok(CreatedIds::default());
        }
        // a process with an old keyring must not take the store back
        self.safe.has(&keys.facts.primary)?;
        keys.facts.primary = current.to_owned();
        if !keys.facts.in_use.iter().any(|kid| kid == current) {
            keys.facts.in_use.insert(0, current.to_owned());
        }
        draft.write(keys, "vault_keys.chosen", &Map::new())?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<Vec<String>> {
        let Some(row) = seen.records.row(&keys_of(&self.safe.book)) else { return Ok(Vec::new()) };
        let facts = Keys::of(row)?.facts;
        let others = facts.in_use.into_iter().filter(|kid| *kid != facts.primary);
        Ok(std::iter::once(facts.primary.clone()).chain(others).collect())
    }
}

/// Wraps the data keys of some subjects with the primary key. Its reply counts those that changed.
pub struct Rewrap {
    /// The keys of the book.
    pub safe: Safe,
    pub subjects: Vec<RecordKey>,
}

impl Operation for Rewrap {
    type Reply = ();

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Share);
        for key in &self.subjects {
            needs.record(key.clone(), Access::Write);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let primary = put::primary(draft, &self.safe)?;
        for key in &self.subjects {
            let known = Subject::at(draft, key)?;
            let Some(mut subject) = known.filter(Subject::is_active) else { continue };
            if subject.facts.wrapped_by.as_deref() == Some(primary.as_str()) {
                continue;
            }
            let whom = whom_of(&subject)?;
            let data_key = self.safe.unwrap(&subject, &whom)?;
            self.safe.wrap(&mut subject, &whom, &data_key, &primary, draft.ids.salt())?;
            draft.write(subject, "vault_subject.rewrapped", &Map::new())?;
        }
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}

/// The id of a subject, as its record has it.
pub(super) fn whom_of(subject: &Subject) -> Result<String> {
    let whom = subject.text("subject").map(ToString::to_string);
    whom.ok_or_else(|| Error::corrupted(format!("vault_subject {} has no name", subject.id())))
}

/// Notes that nothing is wrapped with any key but the primary one.
pub struct Settle {
    /// The keys of the book.
    pub safe: Safe,
}

impl Operation for Settle {
    type Reply = ();

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(mut keys) = Keys::at(draft, &keys_of(&self.safe.book))? else {
            return Ok(CreatedIds::default());
        };
        // somebody may have chosen another one in the meantime
        if keys.facts.primary == self.safe.current()? && keys.facts.in_use.len() > 1 {
            keys.facts.in_use = vec![keys.facts.primary.clone()];
            draft.write(keys, "vault_keys.rotated", &Map::new())?;
        }
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, _: &Snapshot, _: bool) -> Decided<()> {
        Ok(())
    }
}

/// Gives a subject a new data key, and seals its values and the secrets of its one-time codes anew. Its reply
/// says whether there is such a subject.
pub struct Renew {
    /// The keys of the book.
    pub safe: Safe,
    /// The subject.
    pub whom: Whom,
}

impl Renew {
    /// Seals the secrets of the subject's one-time codes anew: they would not open with the new data key.
    fn seal_codes(&self, draft: &mut Draft<'_>, old: &SealingKey, new: &SealingKey) -> Decided<()> {
        let key = self.safe.of_kind(TOTP, &self.whom);
        let known = TotpRecord::at(draft, &key)?;
        let Some(mut codes) = known.filter(|codes| codes.state == State::Active) else { return Ok(()) };
        for (text, enrolment) in sealed_codes(&codes.facts) {
            let Some(sealed) = codes.text(text) else { continue };
            let place = self.safe.place(TOTP, &self.whom.subject, CODES, enrolment);
            let opened = Safe::open_at(old, &place, Some(sealed)).ok_or_else(|| failed(TOTP, codes.id()))?;
            let sealed = self.safe.seal_at(new, &place, &opened)?;
            codes.texts.insert(text.to_owned(), Text::new(&sealed, draft.ids.salt()));
        }
        draft.put_changed(codes)
    }
}

impl Operation for Renew {
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Share);
        all_of(&self.safe, &self.whom, seen, Access::Write, needs);
        needs.record(self.safe.of_kind(TOTP, &self.whom), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = Subject::at(draft, &self.whom.key)?;
        let Some(mut subject) = known.filter(Subject::is_active) else { return Ok(CreatedIds::default()) };
        let (safe, whom) = (&self.safe, &*self.whom.subject);
        let primary = put::primary(draft, safe)?;
        let old = safe.unwrap(&subject, whom)?;
        let new = safe.draw(draft.ids.uuid())?;
        for named in names_of(safe, &self.whom, Some(Ok(subject.clone()))) {
            let Some(mut value) = Value::at(draft, &named.key)? else { continue };
            let opened = safe.open(&old, &value, whom, &named.name)?;
            let sealed = safe.seal(&new, whom, &named.name, value.facts.version, &opened)?;
            value.facts.key = Some(new.id().to_owned());
            value.texts.insert("sealed".to_owned(), Text::new(&sealed, draft.ids.salt()));
            draft.put_changed(value)?;
        }
        self.seal_codes(draft, &old, &new)?;
        safe.wrap(&mut subject, whom, &new, &primary, draft.ids.salt())?;
        draft.write(subject, "vault_subject.renewed", &Map::new())?;
        Ok(CreatedIds::of(self.whom.key.id))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
