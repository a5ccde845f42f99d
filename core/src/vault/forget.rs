//! Forgets a subject: its data key, its values and its credentials are removed, in one commit.
//!
//! The records stay, empty: the log names them, so that nobody can remove one by hand unnoticed.

use serde_json::{Map, json};

use super::credentials::{Credential, PIN, PinFacts, TOTP, TotpFacts, emptied};
use super::model::{SUBJECT, State, Subject, Value};
use super::requests::ForgetSubject;
use super::reveal::{all_of, names_of};
use super::safe::{Safe, Whom};
use super::views::SubjectForgotten;
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::record::{Parse, WriteRequest};
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;

/// Forgets a subject.
pub struct Forget {
    safe: Safe,
    whom: Whom,
}

impl WriteRequest for ForgetSubject {
    type Operation = Forget;
    fn parse(&self, parse: &Parse<'_>) -> Result<Forget> {
        let safe = Safe::parse(parse)?;
        let whom = safe.whom(&self.subject)?;
        Ok(Forget { safe, whom })
    }
}

impl Forget {
    /// Removes a credential; whether there was one.
    fn credential<F: Credential>(&self, draft: &mut Draft<'_>, kind: &'static str) -> Decided<bool> {
        let known = Stored::<F>::at(draft, &self.safe.of_kind(kind, &self.whom))?;
        let Some(mut record) = known else { return Ok(false) };
        let was = emptied(&mut record);
        if was {
            draft.put_changed(record)?;
        }
        Ok(was)
    }
}

impl Operation for Forget {
    type Reply = SubjectForgotten;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        all_of(&self.safe, &self.whom, seen, Access::Write, needs);
        needs.record(self.safe.of_kind(PIN, &self.whom), Access::Write);
        needs.record(self.safe.of_kind(TOTP, &self.whom), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let known = Subject::at(draft, &self.whom.key)?;
        let had_pin = self.credential::<PinFacts>(draft, PIN)?;
        let had_codes = self.credential::<TotpFacts>(draft, TOTP)?;
        let Some(mut subject) = known.filter(Subject::is_active) else {
            if had_pin || had_codes {
                let id = self.whom.key.id;
                draft.event(
                    "vault_subject.forgotten",
                    (SUBJECT, &id.to_string()),
                    0,
                    &json!({ "values": 0 }),
                )?;
                return Ok(CreatedIds::of(id));
            }
            return Ok(CreatedIds::default());
        };
        let named = names_of(&self.safe, &self.whom, Some(Ok(subject.clone())));
        for named in &named {
            let Some(mut value) = Value::at(draft, &named.key)? else { continue };
            value.texts.clear();
            (value.row.reference, value.row.salt) = (None, None);
            (value.facts.version, value.facts.key, value.state) = (0, None, State::Forgotten);
            draft.put_changed(value)?;
        }
        subject.texts.clear();
        (subject.row.peer, subject.facts.key, subject.facts.wrapped_by) = (None, None, None);
        (subject.facts.values, subject.state) = (0, State::Forgotten);
        let mut data = Map::new();
        data.insert("values".to_owned(), json!(named.len()));
        draft.write(subject, "vault_subject.forgotten", &data)?;
        Ok(CreatedIds::of(self.whom.key.id))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, replayed: bool) -> Decided<SubjectForgotten> {
        let (subject, forgotten) = (self.whom.subject.to_string(), !made.is_empty());
        Ok(SubjectForgotten { subject, forgotten, replayed })
    }
}
