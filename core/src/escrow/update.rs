//! The caller's own notes on a deal: metadata and reference, in any state; nothing else changes.

use serde_json::Map;

use super::decide::{known, needs_parties, parties};
use super::model::{Deal, KIND};
use super::roles::Parties;
use crate::error::{Error, Result};
use crate::escrow::requests::UpdateDeal;
use crate::escrow::views::DealReply;
use crate::ids::{Book, DealId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::model::forbidden;
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest};
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};

/// Changes metadata or reference of a deal.
#[derive(Clone, Debug)]
pub struct Update {
    book: Book,
    deal: DealId,
    /// Given, even if it is empty: an empty object empties it.
    metadata: bool,
    note: Note,
}

impl WriteRequest for UpdateDeal {
    type Operation = Update;
    fn parse(&self, parse: &Parse<'_>) -> Result<Update> {
        let deal = DealId::request("deal", &self.deal)?;
        if self.metadata.is_none() && self.reference.is_none() {
            return Err(Error::invalid("metadata", "must be given, or else `reference`"));
        }
        let note = Note::parse(&self.common())?;
        Ok(Update { book: parse.book.clone(), deal, metadata: self.metadata.is_some(), note })
    }
}

impl Operation for Update {
    type Reply = DealReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_parties(&Deal::key(&self.book, self.deal), Access::Write, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut deal = known(draft, &self.book, self.deal, &self.note)?;
        let (buyer, seller) = parties(draft, &deal)?;
        draft.permitted();
        if (Parties { buyer: &buyer, seller: &seller }).roles(&draft.ctx.actor)?.is_empty() {
            let reason = "only buyer, seller, admin, system may `update` a deal";
            return Err(forbidden("deal", &draft.ctx.actor, reason).into());
        }
        let mut data = Map::new();
        if self.metadata {
            deal.texts.remove("metadata");
            if let Some(metadata) = &self.note.metadata {
                let text = Text::new(metadata, draft.ids.salt());
                data.insert("metadata_hash".into(), text.hash.as_ref().into());
                deal.texts.insert("metadata".into(), text);
            }
        }
        if let Some(reference) = &self.note.reference {
            deal.row.reference = Some(reference.clone());
        }
        deal.row.version += 1;
        draft.event("deal.updated", (KIND, &self.deal.to_string()), deal.row.version, &data)?;
        draft.put_record(deal.into_row()?);
        Ok(CreatedIds::of(self.deal))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<DealReply> {
        DealReply::seen(&self.book, self.deal, seen, replayed)
    }
}
