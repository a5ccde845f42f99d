//! The operations on disputes: open one, show evidence, review it, withdraw it, resolve it.

use std::sync::Arc;

use super::model::{Dispute, DisputeFacts, DisputeTimes, Evidence, State, Type, evidence_text};
use super::transitions::{DisputeEditor, DisputeTrigger, TRANSITIONS};
use crate::dispute::views::DisputeReply;
use crate::error::{Error, Result};
use crate::escrow::decide::{Judged, Move, needs as deal_needs, needs_parties, parties};
use crate::escrow::facts::{DISPUTE, dispute_key};
use crate::escrow::model::{Deal, Role, Ruling, Trigger};
use crate::escrow::roles::Parties;
use crate::ids::{Book, DisputeId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::{Data, Lifecycle as _};
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::money::minor::Part;
use crate::request::note::Note;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{ListedBy, members};
use crate::time::{Span, Time};
use crate::waits::wait_of;

/// How many pieces of evidence the buyer, the seller and the staff can each show: no side uses up the places
/// of another.
pub const MOST_EVIDENCE: usize = 32;

/// Opens a dispute about a deal.
#[derive(Clone, Debug)]
pub struct OpenDispute {
    /// The deal's transition.
    pub act: Move,
    /// The type of the dispute.
    pub kind: Type,
    /// The opener's statement.
    pub statement: Arc<str>,
}

impl OpenDispute {
    /// The dispute as it begins, before its first event.
    fn begin(&self, draft: &Draft<'_>, id: DisputeId, judged: &Judged) -> Result<Dispute> {
        let Judged { deal, permit, .. } = judged;
        let now = draft.ctx.now;
        let respond_by = now.checked_add(deal.facts.terms.respond_within).unwrap_or(Time::MAX);
        let facts = DisputeFacts {
            deal: deal.id(),
            kind: self.kind,
            opened_by: draft.ctx.actor.id().to_owned(),
            role: permit.role(),
            currency: deal.currency.code().to_owned(),
            scale: deal.currency.scale(),
            evidence: Vec::new(),
            answered: false,
            overdue: false,
            outcome: None,
            refund: None,
            resolved_by: None,
            wait_limit: wait_limit(draft, State::Open),
            late: false,
            times: DisputeTimes {
                opened_at: now,
                respond_by: Some(respond_by),
                resolved_at: None,
                evidence: Vec::new(),
            },
        };
        let listed_by = ListedBy {
            // listed by deal and by type
            owner: Some(deal.id().to_string().into()),
            peer: Some(self.kind.as_str().into()),
            reference: self.act.note.reference.clone(),
        };
        let key = Dispute::key(&deal.row.book, id);
        Dispute::begin(key, listed_by, State::Open, facts, draft.ctx.time())
    }
}

impl Operation for OpenDispute {
    type Reply = DisputeReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        deal_needs(&self.act.record(), Trigger::Dispute, seen, needs);
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        self.act.moves(seen)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let judged = self.act.judged(draft)?;
        let id = DisputeId::from_uuid(draft.ids.uuid());
        let dispute = self.begin(draft, id, &judged)?;
        let mut editor = DisputeEditor::new(draft, dispute);
        let mut data = members!("deal": self.act.deal.to_string(), "type": self.kind.as_str());
        editor.keep_hashed("statement", &self.statement, &mut data);
        editor.emit(DisputeFacts::event(State::Open), data)?;
        editor.put()?;
        let mut act = self.act.clone();
        act.args.dispute = Some(id);
        act.take(draft, judged, about(id))?;
        Ok(CreatedIds::two(self.act.deal, id))
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        if let Some(id) = made.get::<DisputeId>() {
            needs.record(Dispute::key(book, id), Access::Read);
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<DisputeReply> {
        let id = made.expect()?;
        DisputeReply::seen(&self.act.book, id, seen, replayed)
    }
}

/// How long a dispute may wait in a state, if an option sets it.
fn wait_limit(draft: &Draft<'_>, state: State) -> Option<Span> {
    wait_of(DISPUTE, state.as_str()).and_then(|wait| draft.ctx.wait_limits.other(wait))
}

fn about(id: DisputeId) -> Data {
    members!("dispute": id.to_string())
}

/// A step of a dispute.
#[derive(Clone, Debug)]
pub enum DisputeAction {
    /// A party or the staff shows evidence.
    AddEvidence {
        /// The type of the evidence.
        kind: String,
        statement: Option<Arc<str>>,
        /// SHA-256 of a file, hexadecimal.
        sha256: Option<String>,
        /// Where the file is.
        uri: Option<Arc<str>>,
    },
    /// Staff look into it.
    Investigate,
    /// The opener withdraws it.
    Withdraw,
    /// Staff decide it.
    Resolve {
        ruling: Ruling,
        /// The refund to the buyer, for a split.
        refund: Option<Money>,
        /// Why.
        resolution: Arc<str>,
    },
}

impl DisputeAction {
    const fn trigger(&self) -> DisputeTrigger {
        match self {
            Self::AddEvidence { .. } => DisputeTrigger::AddEvidence,
            Self::Investigate => DisputeTrigger::Investigate,
            Self::Withdraw => DisputeTrigger::Withdraw,
            Self::Resolve { .. } => DisputeTrigger::Resolve,
        }
    }

    /// The transition of the deal that belongs to it.
    const fn of_deal(&self) -> Option<Trigger> {
        match self {
            Self::AddEvidence { .. } | Self::Investigate => None,
            Self::Withdraw => Some(Trigger::Withdraw),
            Self::Resolve { .. } => Some(Trigger::Resolve),
        }
    }
}

/// Does something with a dispute.
#[derive(Clone, Debug)]
pub struct Act {
    pub book: Book,
    pub dispute: DisputeId,
    pub step: DisputeAction,
    /// The reason, if an admin acts for a party.
    pub reason: Option<Arc<str>>,
    /// The caller's notes; they go to the transfers that are posted.
    pub note: Note,
}

impl Act {
    fn key(&self) -> RecordKey {
        dispute_key(&self.book, self.dispute)
    }

    /// The dispute, if this can be done with it in its state.
    fn judged<'d, 's>(&self, draft: &'d mut Draft<'s>) -> Decided<DisputeEditor<'d, 's>> {
        let editor = DisputeEditor::of(draft, &self.book, self.dispute, self.note.expected_version)?;
        let trigger = self.step.trigger();
        if TRANSITIONS.find(Some(editor.object.state), trigger).is_none() {
            return Err(editor.not_allowed(trigger).into());
        }
        Ok(editor)
    }

    /// The roles of the actor in the deal of a dispute, if one of them may do this.
    fn roles(&self, editor: &DisputeEditor<'_, '_>) -> Decided<Vec<Role>> {
        let deal = Deal::known(editor.draft, &self.book, editor.object.facts.deal)?;
        let (buyer, seller) = parties(editor.draft, &deal)?;
        editor.draft.permitted();
        let actor = &editor.draft.ctx.actor;
        let roles = Parties { buyer: &buyer, seller: &seller }.roles(actor)?;
        if let Some(row) = TRANSITIONS.find(Some(editor.object.state), self.step.trigger()) {
            row.judge(actor, &roles, None)?;
        }
        Ok(roles)
    }

    fn show(&self, editor: &mut DisputeEditor<'_, '_>) -> Decided<()> {
        let DisputeAction::AddEvidence { kind, statement, sha256, uri } = &self.step else { return Ok(()) };
        let roles = self.roles(editor)?;
        let Some(role) = side(&roles, &editor.object.facts.evidence) else {
            return Err(editor.unmet(DisputeTrigger::AddEvidence, "evidence", None).into());
        };
        let number = editor.object.facts.evidence.len() + 1;
        let by = editor.draft.ctx.actor.id().to_owned();
        let mut data = members!("number": number, "kind": kind.as_str());
        if let Some(sha256) = sha256 {
            data.insert("sha256".into(), sha256.as_str().into());
        }
        for (what, text) in [("statement", statement), ("uri", uri)] {
            if let Some(text) = text {
                editor.keep_hashed(&evidence_text(number, what), text, &mut data);
            }
        }
        let now = editor.now();
        let facts = &mut editor.object.facts;
        facts.answered |= answers(facts.role, &roles);
        facts.evidence.push(Evidence { kind: kind.clone(), by, role, sha256: sha256.clone() });
        facts.times.evidence.push(now);
        editor.emit("dispute.evidence_added", data)
    }

    fn look_into(&self, editor: &mut DisputeEditor<'_, '_>) -> Decided<()> {
        self.roles(editor)?;
        editor.object.facts.wait_limit = wait_limit(editor.draft, State::Investigating);
        editor.enter(State::Investigating, DisputeTrigger::Investigate, Data::new())
    }

    /// The transition of the deal that belongs to the end of its dispute.
    fn transition(&self, dispute: &Dispute, trigger: Trigger) -> Move {
        let mut act = Move::new(self.book.clone(), dispute.facts.deal, trigger);
        act.reason.clone_from(&self.reason);
        // the version that the caller expects is that of the dispute
        act.note = Note { expected_version: None, ..self.note.clone() };
        if let DisputeAction::Resolve { ruling, refund, .. } = &self.step {
            (act.args.ruling, act.args.amount) = (*ruling, *refund);
        }
        act
    }

    /// Ends a dispute and moves its deal on, with its money.
    fn end(&self, editor: &mut DisputeEditor<'_, '_>, of_deal: Trigger) -> Decided<()> {
        let act = self.transition(&editor.object, of_deal);
        let judged = act.judged(editor.draft)?;
        if judged.deal.facts.dispute.as_ref().map(|open| open.id) != Some(self.dispute) {
            return Err(Error::corrupted(format!("dispute {} and its deal", self.dispute)).into());
        }
        let (mut data, mut in_deal) = (Data::new(), about(self.dispute));
        let mut state = State::Withdrawn;
        if let DisputeAction::Resolve { ruling, refund, resolution } = &self.step {
            let left = judged.deal.facts.unsettled();
            let (by, now) = (editor.draft.ctx.actor.id().to_owned(), editor.now());
            let facts = &mut editor.object.facts;
            facts.refund = match ruling {
                Ruling::Release => None,
                Ruling::Refund => Some(Part(left)),
                Ruling::Split => refund.map(|refund| Part(refund.minor_units())),
            };
            facts.outcome = Some(*ruling);
            facts.resolved_by = Some(by);
            facts.times.resolved_at = Some(now);
            state = State::Resolved;
            data.insert("outcome".into(), ruling.as_str().into());
            in_deal.insert("outcome".into(), ruling.as_str().into());
            editor.keep_hashed("resolution", resolution, &mut data);
        }
        editor.enter(state, self.step.trigger(), data)?;
        act.take(editor.draft, judged, in_deal)
    }
}

/// The side for which an actor with these roles shows one more piece of evidence; `None` when that side has
/// shown enough. A party who is staff as well shows it as a party: the places of the staff are no extra
/// places for a party.
fn side(roles: &[Role], shown: &[Evidence]) -> Option<Role> {
    let is_staff = |role: Role| matches!(role, Role::Admin | Role::System);
    let is_party = roles.iter().any(|role| !is_staff(*role));
    let has_room = |role: Role| {
        let same = |piece: &&Evidence| piece.role == role || (is_staff(piece.role) && is_staff(role));
        shown.iter().filter(same).count() < MOST_EVIDENCE
    };
    roles.iter().copied().filter(|role| !is_party || !is_staff(*role)).find(|role| has_room(*role))
}

/// Whether an actor with these roles is the other side of a dispute that was opened in `opener`.
fn answers(opener: Role, roles: &[Role]) -> bool {
    match opener {
        Role::Buyer => roles.contains(&Role::Seller),
        Role::Seller => roles.contains(&Role::Buyer),
        Role::Admin | Role::System => roles.contains(&Role::Buyer) || roles.contains(&Role::Seller),
    }
}

impl Operation for Act {
    type Reply = DisputeReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = self.key();
        needs.record(key.clone(), Access::Write);
        let Some(row) = seen.records.row(&key) else {
            needs.incomplete |= !seen.records.knows(&key);
            return;
        };
        // a record that cannot be read is refused by `decide`
        let Ok(dispute) = Dispute::of(row) else { return };
        let deal = Deal::key(&self.book, dispute.facts.deal);
        if let Some(trigger) = self.step.of_deal() {
            return deal_needs(&deal, trigger, seen, needs);
        }
        needs_parties(&deal, Access::Read, seen, needs);
    }

    /// Returns what the end of a dispute moves of its deal.
    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let Some(trigger) = self.step.of_deal() else { return Ok(Moves::default()) };
        let Some(row) = seen.records.row(&self.key()) else { return Ok(Moves::default()) };
        self.transition(&Dispute::of(row)?, trigger).moves(seen)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = self.judged(draft)?;
        let deal = editor.object.facts.deal;
        match (&self.step, self.step.of_deal()) {
            (_, Some(trigger)) => self.end(&mut editor, trigger)?,
            (DisputeAction::Investigate, None) => self.look_into(&mut editor)?,
            _ => self.show(&mut editor)?,
        }
        editor.put()?;
        Ok(CreatedIds::two(deal, self.dispute))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<DisputeReply> {
        DisputeReply::seen(&self.book, self.dispute, seen, replayed)
    }
}
