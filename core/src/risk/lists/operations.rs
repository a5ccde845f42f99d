//! The operations on lists: block, allow and take off.

use std::sync::Arc;

use serde_json::json;

use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::address::Network;
use crate::request::note::Note;
use crate::request::record::{Common, Parse, Request as _, WriteRequest, text};
use crate::risk::judging::subjects::{Parties, listed};
use crate::risk::lists::{Entry, EntryFacts, Listed, key};
use crate::risk::model::{self, RuleBook};
use crate::risk::requests::{AllowSubject, BlockSubject, UnlistSubject};
use crate::risk::rules::parse::subject;
use crate::risk::rules::rule::Subject;
use crate::risk::views;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::ListedBy;
use crate::sorting::Sorting;
use crate::time::Time;

/// The party that an entry is about.
#[derive(Clone, Debug)]
struct EntrySubject {
    book: Book,
    begins: Option<Arc<str>>,
    subject: Subject,
    value: Arc<str>,
    /// For an address: its network, if that is larger than one customer's.
    wide: Option<Network>,
    note: Note,
}

impl EntrySubject {
    fn parse(part: &str, value: &str, common: &Common<'_>, parse: &Parse<'_>) -> Result<Self> {
        let subject = subject("subject", part)?;
        let value: Arc<str> = listed("value", &subject, value)?.into();
        let network = (subject == Subject::Ip).then(|| Network::request("value", &value)).transpose()?;
        let wide = network.filter(|network| network.is_wide());
        let (book, note) = (parse.book.clone(), Note::parse(common)?);
        Ok(Self { book, begins: parse.rules.cloned(), subject, value, wide, note })
    }

    fn key(&self, salt: &[u8]) -> RecordKey {
        key(&self.book, Parties::hash(salt, &self.subject, &self.value))
    }

    /// Adds the rows. The rules have the salt of the entry's key, so they are read first.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let rules = model::key(&self.book);
        needs.incomplete |= !seen.records.knows(&rules);
        if let Some(Ok(salt)) = seen.records.row(&rules).map(model::salt) {
            needs.record(self.key(&salt), Access::Write);
        }
        needs.record(rules, Access::Write);
    }

    /// The entry as it is, and its key.
    fn known(&self, draft: &Draft<'_>, rules: &RuleBook) -> Decided<(RecordKey, Option<Entry>)> {
        let key = self.key(&model::salt(&rules.row)?);
        let known = Entry::at(draft, &key)?;
        let version = known.as_ref().map_or(0, |entry| entry.row.version);
        self.note.check_version(&format!("{}:{}", self.subject, key.id), version)?;
        Ok((key, known))
    }

    fn view(&self, seen: &Snapshot) -> Decided<views::ListEntry> {
        let salt = model::salt(seen.record(&model::key(&self.book))?)?;
        Ok(views::ListEntry::of(&Entry::of(seen.record(&self.key(&salt))?)?))
    }
}

/// Blocks or allows.
#[derive(Clone, Debug)]
pub struct List {
    named: EntrySubject,
    state: Listed,
    reason: Arc<str>,
    until: Option<Time>,
}

impl WriteRequest for BlockSubject {
    type Operation = List;
    fn parse(&self, parse: &Parse<'_>) -> Result<List> {
        let named = EntrySubject::parse(&self.subject, &self.value, &self.common(), parse)?;
        Ok(List { named, state: Listed::Blocked, reason: text("reason", &self.reason)?, until: self.until })
    }
}

impl WriteRequest for AllowSubject {
    type Operation = List;
    fn parse(&self, parse: &Parse<'_>) -> Result<List> {
        let named = EntrySubject::parse(&self.subject, &self.value, &self.common(), parse)?;
        Ok(List { named, state: Listed::Allowed, reason: text("reason", &self.reason)?, until: self.until })
    }
}

impl Operation for List {
    type Reply = views::ListReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.named.needs(seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let (book, part) = (&self.named.book, self.named.subject.to_string());
        let mut rules = RuleBook::for_change(draft, book, self.named.begins.as_deref())?;
        let (key, known) = self.named.known(draft, &rules)?;
        let facts = EntryFacts { subject: part.clone(), until: self.until };
        let mut entry = match known {
            Some(mut entry) => {
                (entry.state, entry.facts) = (self.state, facts);
                entry
            }
            None => Entry::begin(key, ListedBy::default(), self.state, facts, draft.ctx.time())?,
        };
        for (name, said) in [("value", &self.named.value), ("reason", &self.reason)] {
            entry.texts.insert(name.to_owned(), Text::new(said, draft.ids.salt()));
        }
        let data = json!({ "state": self.state, "subject": part, "until": self.until });
        draft.write(entry, "listed.set", &data.as_object().cloned().unwrap_or_default())?;
        // calls look up entries only under subjects and prefix lengths that ever had one
        let is_wider = self.named.wide.is_some_and(|network| rules.facts.networks.note(network));
        let is_first = !rules.facts.listed.contains(&part);
        if is_first {
            rules.facts.listed.push(part);
            rules.facts.listed.order();
        }
        if is_first || is_wider {
            let version = rules.row.version + 1;
            draft.event("rules.extended", ("rules", "lists"), version, &json!({}))?;
            draft.put_changed(rules)?;
        }
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<views::ListReply> {
        Ok(views::ListReply { entry: self.named.view(seen)?, replayed })
    }
}

/// Takes somebody off the lists.
#[derive(Clone, Debug)]
pub struct Unlist {
    named: EntrySubject,
}

impl WriteRequest for UnlistSubject {
    type Operation = Unlist;
    fn parse(&self, parse: &Parse<'_>) -> Result<Unlist> {
        Ok(Unlist { named: EntrySubject::parse(&self.subject, &self.value, &self.common(), parse)? })
    }
}

impl Operation for Unlist {
    type Reply = views::ListReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.named.needs(seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let rules = RuleBook::for_change(draft, &self.named.book, self.named.begins.as_deref())?;
        let (_, known) = self.named.known(draft, &rules)?;
        let Some(mut entry) = known.filter(|entry| entry.state != Listed::Removed) else {
            return Err(Error::invalid("value", "must be on a list: it is on none").into());
        };
        entry.state = Listed::Removed;
        draft.write(entry, "listed.removed", &serde_json::Map::new())?;
        Ok(CreatedIds::default())
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<views::ListReply> {
        Ok(views::ListReply { entry: self.named.view(seen)?, replayed })
    }
}
