//! Puts a value into the vault.

use serde_json::Map;

use super::model::{self, Keys, State, Subject, VALUES_MAX, Value, keys_of};
use super::requests::PutValue;
use super::safe::{Named, Safe, Whom};
use super::seal::{SealingKey, VALUE_MAX};
use super::views::ValuePut;
use crate::error::{Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::secret::Secret;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};

/// Seals a value.
pub struct Put {
    safe: Safe,
    whom: Whom,
    named: Named,
    value: Secret,
    entry: Option<String>,
    note: Note,
}

impl WriteRequest for PutValue {
    type Operation = Put;
    fn parse(&self, parse: &Parse<'_>) -> Result<Put> {
        if self.value.len() > VALUE_MAX {
            return Err(Error::invalid("value", format!("must have at most {VALUE_MAX} bytes")));
        }
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        let named = safe.named(&whom, &self.name)?;
        let searchable = self.searchable.unwrap_or(false);
        let entry = searchable.then(|| safe.entry(&self.name, &self.value)).transpose()?;
        let note = Note::parse(&self.common())?;
        Ok(Put { safe, whom, named, value: self.value.clone(), entry, note })
    }
}

/// The key of the keyring that wraps new data keys of a book: what the store says, so that all processes wrap
/// with the same one. The first value of a book makes the current key of its process's keyring that one.
pub(super) fn primary(draft: &mut Draft<'_>, safe: &Safe) -> Decided<String> {
    if let Some(keys) = Keys::at(draft, &keys_of(&safe.book))? {
        safe.has(&keys.facts.primary)?;
        return Ok(keys.facts.primary);
    }
    let primary = safe.current()?.to_owned();
    let keys = Keys::first(&safe.book, &primary, draft.ctx.time())?;
    draft.write(keys, "vault_keys.chosen", &Map::new())?;
    Ok(primary)
}

/// A subject with its data key.
pub struct Opened {
    pub subject: Subject,
    /// Its data key.
    pub key: SealingKey,
    /// It has the key since this call: its record is to be written.
    pub is_new: bool,
}

/// A subject with the data key that it has, or with a new one.
pub fn opened(draft: &mut Draft<'_>, safe: &Safe, whom: &Whom) -> Decided<Opened> {
    let primary = primary(draft, safe)?;
    let known = Subject::at(draft, &whom.key)?;
    if let Some(subject) = known.as_ref().filter(|subject| subject.is_active()) {
        let key = safe.unwrap(subject, &whom.subject)?;
        return Ok(Opened { subject: subject.clone(), key, is_new: false });
    }
    let mut subject = known.map_or_else(|| Subject::new(whom.key.clone(), draft.ctx.time()), Ok)?;
    let key = safe.draw(draft.ids.uuid())?;
    safe.wrap(&mut subject, &whom.subject, &key, &primary, draft.ids.salt())?;
    subject.texts.insert("subject".to_owned(), Text::new(&whom.subject, draft.ids.salt()));
    subject.state = State::Active;
    subject.facts.values = 0;
    draft.emit(&mut subject, "vault_subject.opened", &Map::new())?;
    Ok(Opened { subject, key, is_new: true })
}

/// Adds a name to those of a subject; whether it is new.
fn listed(draft: &mut Draft<'_>, subject: &mut Subject, name: &str) -> Decided<bool> {
    let mut names = subject.names()?;
    let Err(place) = names.binary_search_by(|known| known.as_str().cmp(name)) else { return Ok(false) };
    if names.len() >= VALUES_MAX {
        let what =
            format!("must be one of those that the subject has: it has {VALUES_MAX}, and no room for more");
        return Err(Error::invalid("name", what).into());
    }
    names.insert(place, name.to_owned());
    subject.facts.values = u32::try_from(names.len()).unwrap_or(u32::MAX);
    let text = serde_json::to_string(&names).map_err(|_| Error::corrupted("names have no JSON form"))?;
    subject.texts.insert("names".to_owned(), Text::new(&text, draft.ids.salt()));
    Ok(true)
}

impl Operation for Put {
    type Reply = ValuePut;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(keys_of(&self.safe.book), Access::Share);
        needs.record(self.whom.key.clone(), Access::Write);
        needs.record(self.named.key.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[Tie::Id(&self.whom.subject)])?;
        let (whom, name) = (&self.whom, &self.named.name);
        let known = Value::at(draft, &self.named.key)?;
        let begin = || Value::new(self.named.key.clone(), self.whom.key.id, draft.ctx.time());
        let mut value = known.map_or_else(begin, Ok)?;
        self.note.check_version(name, i64::try_from(value.facts.version).unwrap_or(i64::MAX))?;
        let Opened { mut subject, key, is_new } = opened(draft, &self.safe, whom)?;
        // its own event, or that of the value, says that it changed
        if listed(draft, &mut subject, name)? {
            draft.put_record(if is_new { subject.into_row()? } else { subject.into_changed_row()? });
        }
        let version =
            value.facts.version.checked_add(1).ok_or_else(|| model::failed(model::VALUE, value.row.id))?;
        value.facts.version = version;
        value.facts.key = Some(key.id().to_owned());
        value.state = State::Active;
        value.row.reference = self.entry.as_deref().map(Into::into);
        let sealed = self.safe.seal(&key, &whom.subject, name, value.facts.version, &self.value)?;
        for (text, content) in [("sealed", &*sealed), ("subject", &whom.subject), ("name", name)] {
            value.texts.insert(text.to_owned(), Text::new(content, draft.ids.salt()));
        }
        draft.write(value, "vault_value.put", &Map::new())?;
        Ok(CreatedIds::of(self.named.key.id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<ValuePut> {
        let value = Value::shown_at(seen, &self.named.key)?;
        let subject = Subject::shown_at(seen, &self.whom.key)?;
        if !value.is_active() {
            return Err(model::nothing().into());
        }
        Ok(ValuePut {
            subject: self.whom.subject.to_string(),
            name: self.named.name.to_string(),
            version: i64::try_from(value.facts.version).unwrap_or(i64::MAX),
            key_id: subject.facts.wrapped_by.unwrap_or_default(),
            replayed,
        })
    }
}
