//! Opens, pauses, resumes and retires lanes. A key with a lane signs for nothing else from then on.

use std::sync::Arc;

use serde_json::json;

use super::chain::Chain;
use super::facts;
use super::lane::{self, BY_HAND, Lane, LaneFacts, LaneGap, LaneResumption, LaneState, RETIRING};
use super::requests::{PauseLane, ResumeLane, RetireLane};
use super::views::{Lane as LaneView, LaneReply};
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, LaneId, SigningKeyId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::texts::words;
use crate::rows::body::Text;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::{ListedBy, members};
use crate::signing::model::{self as key, KeyLane, KeyRecord};
use crate::vault::safe::Safe;

/// Opens a lane. Its counter is read from the chain, once.
pub struct LaneOpening {
    safe: Safe,
    chain: String,
    key: SigningKeyId,
    window: u32,
}

impl LaneOpening {
    /// Opens a lane of a key, with a window of this many nonces in no block.
    pub fn new(safe: Safe, chain: String, key: SigningKeyId, window: u32) -> Self {
        Self { safe, chain, key, window }
    }

    fn book(&self) -> &Book {
        &self.safe.book
    }

    fn begin(&self, draft: &Draft<'_>, id: LaneId, address: &str) -> Decided<Lane> {
        let facts = LaneFacts {
            chain: self.chain.clone(),
            key: self.key,
            address: address.to_owned(),
            window: self.window,
            next_nonce: 0,
            first_nonce: 0,
            gaps: Vec::new(),
            latest: None,
            final_nonce: None,
            in_flight: Vec::new(),
            unseen: Vec::new(),
            unclear: Vec::new(),
            native: None,
            tokens: std::collections::BTreeMap::new(),
            promised: std::collections::BTreeMap::new(),
            reason: None,
            paused_for: std::collections::BTreeSet::new(),
            observe_job: None,
            watch: None,
            timeline: draft.timeline()?,
            resumed: None,
            opened: false,
            retiring: false,
        };
        let listed_by = ListedBy {
            owner: Some(self.chain.as_str().into()),
            peer: Some(self.key.to_string().into()),
            reference: None,
        };
        let key = Lane::key(self.book(), id);
        Ok(Lane::begin(key, listed_by, LaneState::Opening, facts, draft.ctx.time())?)
    }

    /// Reserves the key for the lane. The key may have no other lane on the same chain, even under another
    /// name of the chain.
    fn keep_key(&self, draft: &mut Draft<'_>, chain: &Chain, id: LaneId) -> Decided<String> {
        let mut key = KeyRecord::known(draft, self.book(), self.key)?;
        let known = key.facts.lanes.iter().find(|known| known.chain_id == chain.facts.chain_id);
        if let Some(known) = known {
            return Err(Detail::LaneExists { lane: known.lane.to_string() }.into());
        }
        key::vouched(&self.safe, &key)?;
        let address = key.facts.address.clone();
        key.facts.lanes.push(KeyLane { chain_id: chain.facts.chain_id.clone(), lane: id });
        let data = members!("lane": json!(id));
        draft.emit(&mut key, "signing_key.reserved", &data)?;
        key::vouch(&self.safe, &mut key, draft.ids.salt());
        draft.put_record(key.into_row()?);
        Ok(address)
    }
}

impl Operation for LaneOpening {
    type Reply = LaneReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.heads.insert((self.book().clone(),));
        needs.record(KeyRecord::key(self.book(), self.key), Access::Write);
        facts::needs_of_chain(self.book(), &self.chain, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let mut chain = Chain::known(draft, self.book(), &self.chain)?;
        let id = LaneId::from_uuid(draft.ids.uuid());
        let address = self.keep_key(draft, &chain, id)?;
        let lane = self.begin(draft, id, &address)?;
        draft.put_changed(lane)?;
        chain.facts.lanes.push(id);
        facts::put(draft, &mut chain)?;
        facts::ask(draft, &mut chain)?;
        Ok(CreatedIds::of(id))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<LaneReply> {
        Ok(LaneReply { lane: LaneView::seen(self.book(), made.expect()?, seen)?, replayed })
    }
}

#[derive(Clone, Debug)]
enum LaneStep {
    Pause(Arc<str>),
    Resume { adopt: bool },
    Retire,
}

impl LaneStep {
    const fn name(&self) -> &'static str {
        match self {
            Self::Pause(_) => "pause_lane",
            Self::Resume { .. } => "resume_lane",
            Self::Retire => "retire_lane",
        }
    }
}

#[derive(Clone, Debug)]
pub struct LaneOrder {
    book: Book,
    lane: LaneId,
    step: LaneStep,
    note: Note,
}

impl WriteRequest for PauseLane {
    type Operation = LaneOrder;
    fn parse(&self, parse: &Parse<'_>) -> Result<LaneOrder> {
        let reason = words("reason", &self.reason)?;
        let (lane, note) = (LaneId::request("lane", &self.lane)?, Note::parse(&self.common())?);
        Ok(LaneOrder { book: parse.book.clone(), lane, step: LaneStep::Pause(reason), note })
    }
}

impl WriteRequest for ResumeLane {
    type Operation = LaneOrder;
    fn parse(&self, parse: &Parse<'_>) -> Result<LaneOrder> {
        let step = LaneStep::Resume { adopt: self.adopt.unwrap_or(false) };
        let (lane, note) = (LaneId::request("lane", &self.lane)?, Note::parse(&self.common())?);
        Ok(LaneOrder { book: parse.book.clone(), lane, step, note })
    }
}

impl WriteRequest for RetireLane {
    type Operation = LaneOrder;
    fn parse(&self, parse: &Parse<'_>) -> Result<LaneOrder> {
        let (lane, note) = (LaneId::request("lane", &self.lane)?, Note::parse(&self.common())?);
        Ok(LaneOrder { book: parse.book.clone(), lane, step: LaneStep::Retire, note })
    }
}

impl LaneOrder {
    /// `transition_not_allowed`, with what is possible instead.
    fn not_allowed(&self, lane: &Lane) -> Error {
        let allowed: &[&str] = match lane.state {
            LaneState::Retired => &[],
            LaneState::Paused if lane.facts.retiring => &[],
            LaneState::Paused => &["resume_lane", "retire_lane"],
            LaneState::Opening | LaneState::Active => &["pause_lane", "retire_lane"],
        };
        Detail::TransitionNotAllowed {
            object: lane.id().to_string(),
            state: lane.state.to_string(),
            trigger: self.step.name().to_owned(),
            allowed: allowed.iter().map(|name| (*name).to_owned()).collect(),
        }
        .into()
    }

    /// Pauses a lane, with the admin's words. A paused lane keeps its reason, unless it would resume by
    /// itself: then the pause is the admin's from now on.
    fn pause(draft: &mut Draft<'_>, lane: &mut Lane, reason: &str) -> Decided<bool> {
        if lane.state == LaneState::Paused && lane.facts.paused_for.is_empty() {
            return Ok(false);
        }
        lane.facts.paused_for.clear();
        lane.state = LaneState::Paused;
        lane.facts.reason = Some(BY_HAND.to_owned());
        lane.texts.insert("reason".to_owned(), Text::new(reason, draft.ids.salt()));
        lane::put(draft, lane, "lane.paused")?;
        Ok(true)
    }

    /// Lets a lane bind again. A lane of an abandoned history binds only after the next answer of the chain
    /// agrees with its counter.
    fn resume(&self, draft: &mut Draft<'_>, lane: &mut Lane, adopt: bool) -> Decided<bool> {
        if lane.state != LaneState::Paused {
            return Ok(false);
        }
        if adopt && !lane.facts.in_flight.is_empty() {
            let (object, trigger) = (lane.id().to_string(), self.step.name().to_owned());
            let condition = "nothing_under_way".to_owned();
            return Err(Detail::ConditionNotMet { object, trigger, condition, deadline: None }.into());
        }
        let (next, latest) = (lane.facts.next_nonce, lane.facts.latest.filter(|_| adopt));
        if let Some(latest) = latest.filter(|latest| lane.facts.opened && *latest > next) {
            let (at, timeline) = (draft.ctx.now, draft.timeline()?);
            lane.facts.gaps.push(LaneGap { from: next, until: latest, at, timeline });
            lane.facts.next_nonce = latest;
        }
        lane.state = if lane.facts.opened { LaneState::Active } else { LaneState::Opening };
        lane.facts.reason = None;
        lane.facts.paused_for.clear();
        lane.texts.remove("reason");
        lane.facts.resumed = Some(LaneResumption { timeline: draft.timeline()? });
        lane::put(draft, lane, "lane.resumed")?;
        Ok(true)
    }

    /// Stops a lane from binding for ever. It is retired at once, or when its last nonce is final.
    fn retire(draft: &mut Draft<'_>, lane: &mut Lane) -> Decided<bool> {
        if lane.facts.retiring {
            return Ok(false);
        }
        let (at, timeline, next) = (draft.ctx.now, draft.timeline()?, lane.facts.next_nonce);
        if lane.facts.timeline != timeline {
            // nothing compares it any more: what an abandoned history has sent with it stays in doubt
            lane.facts.gaps.push(LaneGap { from: next, until: next, at, timeline });
        }
        lane.facts.retiring = true;
        lane.facts.paused_for.clear();
        lane.texts.remove("reason");
        if lane.facts.in_flight.is_empty() {
            lane.facts.reason = None;
            lane::retire_if_done(draft, lane)?;
        } else {
            lane.state = LaneState::Paused;
            lane.facts.reason = Some(RETIRING.to_owned());
            lane::put(draft, lane, "lane.paused")?;
        }
        Ok(true)
    }
}

impl Operation for LaneOrder {
    type Reply = LaneReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = Lane::key(&self.book, self.lane);
        if !matches!(self.step, LaneStep::Pause(_)) {
            needs.heads.insert((self.book.clone(),));
        }
        if !matches!(self.step, LaneStep::Resume { .. }) {
            needs.record(key, Access::Write);
        } else if let Some(lane) = Lane::needed(key, Access::Write, seen, needs) {
            facts::needs_of_chain(&self.book, &lane.facts.chain, seen, needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut lane = Lane::known(draft, &self.book, self.lane)?;
        self.note.check_version(&self.lane.to_string(), lane.row.version)?;
        let ends = matches!(self.step, LaneStep::Retire);
        if !ends && (lane.facts.retiring || lane.state == LaneState::Retired) {
            return Err(self.not_allowed(&lane).into());
        }
        // that it is there, and its state, are judged before who asks
        draft.permit(&[])?;
        let changed = match &self.step {
            LaneStep::Pause(reason) => Self::pause(draft, &mut lane, reason)?,
            LaneStep::Resume { adopt } => self.resume(draft, &mut lane, *adopt)?,
            LaneStep::Retire => Self::retire(draft, &mut lane)?,
        };
        if !changed {
            return Ok(CreatedIds::default());
        }
        if matches!(self.step, LaneStep::Resume { .. }) {
            let mut chain = Chain::known(draft, &self.book, &lane.facts.chain)?;
            facts::ask(draft, &mut chain)?;
        }
        Ok(CreatedIds::of(self.lane))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<LaneReply> {
        let lane = LaneView::seen(&self.book, self.lane, seen)?;
        Ok(LaneReply { lane, replayed: replayed || made.is_empty() })
    }
}
