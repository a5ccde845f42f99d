//! The setting up of sources, and the rotation of their secrets.

use uuid::Uuid;

use super::requests::SetSource;
use super::requests::operations::SecretRotation;
use super::scheme::Scheme;
use super::source::{
    DOMAIN, MOST_SECRETS, Source, SourceFacts, SourceSecret, SourceState, TOLERANCE, text_of,
};
use super::views::{Source as SourceView, SourceReply};
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::payment::gateway::Gateway;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::secret::Secret;
use crate::request::shape::{one_named, span_of};
use crate::request::texts::name_of;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::ListedBy;
use crate::time::{Span, Time};
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// Makes or changes a source.
pub struct SourceSetting {
    book: Book,
    id: String,
    scheme: Scheme,
    gateway: String,
    tolerance: Option<Span>,
    secrets: Option<Vec<Secret>>,
    seal: Option<Seal>,
    note: Note,
}

impl WriteRequest for SetSource {
    type Operation = SourceSetting;
    fn parse(&self, parse: &Parse<'_>) -> Result<SourceSetting> {
        let id = name_of("id", &self.id)?;
        let scheme: Scheme = one_named("scheme", &self.scheme)?;
        let given = self.secrets.as_deref().filter(|secrets| !secrets.is_empty());
        for (place, secret) in given.unwrap_or_default().iter().enumerate() {
            scheme.takes(&format!("secrets[{place}]"), secret)?;
        }
        let seal = given.map(|_| Safe::parse(parse).map(|safe| Seal::within(DOMAIN, safe, &id)));
        Ok(SourceSetting {
            book: parse.book.clone(),
            id,
            scheme,
            gateway: name_of("gateway", &self.gateway)?,
            tolerance: span_of("tolerance", self.tolerance.as_ref())?,
            secrets: given.map(<[Secret]>::to_vec),
            seal: seal.transpose()?,
            note: Note::parse(&self.common())?,
        })
    }
}

impl SourceSetting {
    fn begin(&self, draft: &Draft<'_>) -> Result<Source> {
        let facts = SourceFacts {
            id: self.id.clone(),
            scheme: self.scheme,
            gateway: self.gateway.clone(),
            tolerance: TOLERANCE,
            secrets: Vec::new(),
            numbered: 0,
        };
        let listed_by = ListedBy { reference: Some(self.id.as_str().into()), ..ListedBy::default() };
        let key = Source::key(&self.book, &self.id);
        Source::begin(key, listed_by, SourceState::Active, facts, draft.ctx.time())
    }

    /// Takes over what the request says; what it leaves out stays.
    fn apply(&self, draft: &mut Draft<'_>, source: &mut Source) -> Decided<()> {
        let other = source.facts.scheme != self.scheme;
        source.facts.scheme = self.scheme;
        source.facts.gateway.clone_from(&self.gateway);
        source.facts.tolerance = self.tolerance.unwrap_or(source.facts.tolerance);
        source.drop_old(draft.ctx.now);
        if !self.scheme.is_signed() {
            forget_all(source);
            return Ok(());
        }
        match (&self.secrets, &self.seal) {
            (Some(secrets), Some(seal)) => {
                let known = if other { Vec::new() } else { source.open(seal, draft.seen(), None)? };
                let is_rotated = source.facts.secrets.iter().any(|secret| secret.until.is_some());
                if known == *secrets && !is_rotated {
                    return Ok(());
                }
                forget_all(source);
                secrets.iter().try_for_each(|secret| add(draft, source, seal, secret))
            }
            _ if other || source.facts.secrets.is_empty() => {
                Err(Error::invalid("secrets", "must be given: messages of this scheme are signed").into())
            }
            _ => Ok(()),
        }
    }
}

fn forget_all(source: &mut Source) {
    source.facts.secrets.clear();
    source.texts.retain(|name, _| !name.starts_with(&text_of("")));
}

/// Seals a secret as the newest one of a source.
fn add(draft: &mut Draft<'_>, source: &mut Source, seal: &Seal, secret: &Secret) -> Decided<()> {
    source.facts.numbered = source.facts.numbered.saturating_add(1);
    let name = source.facts.numbered.to_string();
    let sealed = seal.seal(draft, &source.facts.id, &name, secret)?;
    source.texts.insert(text_of(&name), Text::new(&sealed, draft.ids.salt()));
    source.facts.secrets.push(SourceSecret { name, until: None });
    Ok(())
}

impl Operation for SourceSetting {
    type Reply = SourceReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Source::key(&self.book, &self.id), Access::Write);
        needs.record(Gateway::key(&self.book, &self.gateway), Access::Read);
        if let Some(seal) = &self.seal {
            seal.needs(needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let gateway = Gateway::known(draft, &self.book, &self.gateway)?;
        draft.permit(&[])?;
        if self.scheme.driver().is_some_and(|driver| driver != gateway.facts.driver) {
            let what = format!("must be a gateway of the driver `{}`", self.scheme);
            return Err(Error::invalid("gateway", what).into());
        }
        let known = Source::find(draft, &self.book, &self.id)?;
        self.note.check_version(&self.id, known.as_ref().map_or(0, |source| source.row.version))?;
        let before = known.as_ref().map(|source| (source.facts.clone(), source.texts.clone()));
        let mut source = known.map_or_else(|| self.begin(draft), Ok)?;
        self.apply(draft, &mut source)?;
        if before == Some((source.facts.clone(), source.texts.clone())) {
            return Ok(CreatedIds::default());
        }
        source.put(draft, "source.set")?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SourceReply> {
        reply(&self.book, &self.id, seen, replayed || made.is_empty())
    }
}

fn reply(book: &Book, id: &str, seen: &Snapshot, replayed: bool) -> Decided<SourceReply> {
    let source = Source::shown(seen, book, id)?;
    Ok(SourceReply { source: SourceView::of(&source, None), replayed })
}

impl SecretRotation {
    /// Ends the old secrets after `keep_old_for` at the latest.
    fn end_old(&self, source: &mut Source, now: Time) {
        let end = now.checked_add(self.keep_old_for).unwrap_or(Time::MAX);
        for old in &mut source.facts.secrets {
            old.until = Some(old.until.map_or(end, |until| until.min(end)));
        }
        source.drop_old(now);
    }
}

impl Operation for SecretRotation {
    type Reply = SourceReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Source::key(&self.book, &self.source), Access::Write);
        self.seal.needs(needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut source = Source::known(draft, &self.book, &self.source)?;
        draft.permit(&[])?;
        self.note.check_version(&self.source, source.row.version)?;
        source.facts.scheme.takes("secret", &self.secret)?;
        let now = draft.ctx.now;
        source.drop_old(now);
        let newest = source.open(&self.seal, draft.seen(), None)?.pop();
        if newest.as_ref() == Some(&self.secret) {
            return Ok(CreatedIds::default());
        }
        self.end_old(&mut source, now);
        if source.facts.secrets.len() >= MOST_SECRETS {
            let what = format!("must wait: {MOST_SECRETS} secrets of the source are good still");
            return Err(Error::invalid("secret", what).into());
        }
        add(draft, &mut source, &self.seal, &self.secret)?;
        source.put(draft, "source.secret_rotated")?;
        Ok(CreatedIds::of::<Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SourceReply> {
        reply(&self.book, &self.source, seen, replayed || made.is_empty())
    }
}
