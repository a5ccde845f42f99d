//! Opens values for a reader: one of them, or all of a subject. Each call leaves an event that says who read.

use serde_json::json;

use super::model::{self, SUBJECT, Subject, VALUE, Value};
use super::requests::{ExportSubject, RevealValue};
use super::safe::{Named, Safe, Whom};
use super::views::{ExportedValue, SubjectExported, ValueRevealed};
use crate::error::{Detail, Error, Result};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::Tie;
use crate::kernel::snapshot::Snapshot;
use crate::request::record::{Parse, WriteRequest};
use crate::rows::needs::{Access, Needs};

/// Opens one value.
pub struct Reveal {
    safe: Safe,
    whom: Whom,
    named: Named,
}

impl WriteRequest for RevealValue {
    type Operation = Reveal;
    fn parse(&self, parse: &Parse<'_>) -> Result<Reveal> {
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        let named = safe.named(&whom, &self.name)?;
        Ok(Reveal { safe, whom, named })
    }
}

/// A secret reply is shown once: a replay has none.
fn shown_once(operation: &str, replayed: bool) -> Result<()> {
    if replayed { Err(Detail::ReplyNotKept { operation: operation.to_owned() }.into()) } else { Ok(()) }
}

fn version_of(value: &Value) -> i64 {
    i64::try_from(value.facts.version).unwrap_or(i64::MAX)
}

/// The value of a subject, if there is one that opens.
fn open(
    safe: &Safe,
    whom: &Whom,
    rows: (Option<Subject>, Option<Value>),
    name: &str,
) -> Result<ValueRevealed> {
    let (Some(subject), Some(value)) = rows else { return Err(model::nothing()) };
    if !subject.is_active() || !value.is_active() {
        return Err(model::nothing());
    }
    let key = safe.unwrap(&subject, &whom.subject)?;
    let opened = safe.open(&key, &value, &whom.subject, name)?;
    Ok(ValueRevealed { version: version_of(&value), value: opened, replayed: false })
}

impl Operation for Reveal {
    type Reply = ValueRevealed;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.whom.key.clone(), Access::Read);
        needs.record(self.named.key.clone(), Access::Read);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[Tie::Id(&self.whom.subject)])?;
        let subject = Subject::at(draft, &self.whom.key)?;
        let value = Value::at(draft, &self.named.key)?;
        let version = value.as_ref().map_or(0, |value| value.row.version);
        // what does not open leaves no event that says that it was read
        open(&self.safe, &self.whom, (subject, value), &self.named.name)?;
        let id = self.named.key.id;
        draft.event("vault_value.revealed", (VALUE, &id.to_string()), version, &json!({}))?;
        Ok(CreatedIds::of(id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<ValueRevealed> {
        shown_once("vault.reveal", replayed)?;
        let rows =
            (Some(Subject::shown_at(seen, &self.whom.key)?), Some(Value::shown_at(seen, &self.named.key)?));
        Ok(open(&self.safe, &self.whom, rows, &self.named.name)?)
    }
}

/// Opens all values of a subject.
pub struct Export {
    safe: Safe,
    whom: Whom,
}

impl WriteRequest for ExportSubject {
    type Operation = Export;
    fn parse(&self, parse: &Parse<'_>) -> Result<Export> {
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        Ok(Export { safe, whom })
    }
}

/// Names the values of a subject, once the subject is known.
pub(super) fn all_of(safe: &Safe, whom: &Whom, seen: &Snapshot, access: Access, needs: &mut Needs) {
    needs.incomplete |= !seen.records.knows(&whom.key);
    needs.record(whom.key.clone(), access);
    for named in names_of(safe, whom, seen.records.row(&whom.key).map(Subject::of)) {
        needs.record(named.key, access);
    }
}

/// The values of a subject; none where its names cannot be read.
pub(super) fn names_of(safe: &Safe, whom: &Whom, subject: Option<Result<Subject>>) -> Vec<Named> {
    let names = subject.and_then(Result::ok).and_then(|subject| subject.names().ok());
    names.unwrap_or_default().iter().map(|name| safe.known(whom, name)).collect()
}

impl Export {
    fn opened(
        &self,
        subject: &Subject,
        row: impl Fn(&Named) -> Decided<Value>,
    ) -> Decided<Vec<ExportedValue>> {
        let key = self.safe.unwrap(subject, &self.whom.subject)?;
        let mut values = Vec::new();
        for name in subject.names()? {
            let named = self.safe.known(&self.whom, &name);
            let value = row(&named)?;
            let opened = self.safe.open(&key, &value, &self.whom.subject, &name)?;
            values.push(ExportedValue { version: version_of(&value), value: opened, name });
        }
        Ok(values)
    }
}

impl Operation for Export {
    type Reply = SubjectExported;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        all_of(&self.safe, &self.whom, seen, Access::Read, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let known = Subject::at(draft, &self.whom.key)?;
        let subject = known.filter(Subject::is_active).ok_or_else(model::nothing)?;
        let row = |named: &Named| match draft.record(&named.key)? {
            Some(row) => Ok(Value::of(row)?),
            None => Err(Error::corrupted(format!("{VALUE} {} that is listed", named.key.id)).into()),
        };
        let values = self.opened(&subject, row)?.len();
        let (id, version) = (self.whom.key.id, subject.row.version);
        let data = json!({ "values": values });
        draft.event("vault_subject.exported", (SUBJECT, &id.to_string()), version, &data)?;
        Ok(CreatedIds::of(id))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SubjectExported> {
        shown_once("vault.export", replayed)?;
        let subject = Subject::shown_at(seen, &self.whom.key)?;
        let values = self.opened(&subject, |named| Ok(Value::of(seen.record(&named.key)?)?))?;
        Ok(SubjectExported { subject: self.whom.subject.to_string(), values, replayed: false })
    }
}
