//! The operations on reviews: approve, reject and list, and the timer that ends them.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::requests::{ApproveReview, RejectReview, Reviews};
use super::review::{self, Review, State};
use super::reviewing::Reviewing;
use crate::error::{Detail, Result};
use crate::ids::{Book, ReviewId};
use crate::kernel::call::{Call, Command};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::record::{Parse, Request as _, WriteRequest, text};
use crate::request::scope::Scope;
use crate::request::shape::one_of;
use crate::risk::views;
use crate::rows::body::Text;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;

/// A review that must exist and be open to a decision of an admin.
fn open(draft: &Draft<'_>, (book, id): (&Book, ReviewId), note: &Note) -> Result<Review, Halt> {
    let row = draft.record(&review::key(book, id))?.ok_or_else(|| review::not_found(id))?;
    note.check_version(&id.to_string(), row.version)?;
    let review = Review::of(row)?;
    if review.lapsed(draft.ctx.now) {
        return Err(Detail::ApprovalExpired { approval: id.to_string() }.into());
    }
    draft.permit(&[])?;
    Ok(review)
}

/// Agrees to a call that waits, which is then made.
#[derive(Clone, Debug)]
pub struct Agree {
    /// The book.
    pub(super) book: Book,
    /// The review.
    pub(super) review: ReviewId,
    note: Note,
}

impl WriteRequest for ApproveReview {
    type Operation = Agree;
    fn parse(&self, parse: &Parse<'_>) -> Result<Agree> {
        let review = ReviewId::request("review", &self.review)?;
        Ok(Agree { book: parse.book.clone(), review, note: Note::parse(&self.common())? })
    }

    fn command(call: Call<Agree>, scope: &Scope) -> Box<dyn Command> {
        Box::new(Reviewing::new(call, scope))
    }
}

impl Operation for Agree {
    type Reply = views::ReviewedReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = review::key(&self.book, self.review);
        // the call that waits is named by the record
        needs.incomplete |= !seen.records.knows(&key);
        needs.record(key, Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut review = open(draft, (&self.book, self.review), &self.note)?;
        let approval = || self.review.to_string();
        match review.state {
            State::Executed => return Err(Detail::AlreadyApproved { approval: approval() }.into()),
            State::Rejected | State::Expired => return Err(review.not_allowed("approve_review").into()),
            State::Pending | State::Approved => {}
        }
        let actor = draft.ctx.actor.id().to_owned();
        if actor == review.facts.requested_by.id() {
            return Err(Detail::SelfApproval { approval: approval() }.into());
        }
        if review.state == State::Pending {
            (review.state, review.facts.decided_by) = (State::Approved, Some(actor));
            draft.emit(&mut review, "review.approved", &Map::new())?;
            draft.put_record(review.into_row()?);
        }
        Ok(CreatedIds::of(self.review))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<views::ReviewedReply, Halt> {
        let review = views::Review::seen(&self.book, self.review, seen)?;
        let executed = review.state == views::ReviewState::Executed;
        Ok(views::ReviewedReply { review, executed, reply: None, error: None, replayed })
    }
}

/// Refuses a call that waits, for good.
#[derive(Clone, Debug)]
pub struct Disagree {
    book: Book,
    review: ReviewId,
    reason: Arc<str>,
    note: Note,
}

impl WriteRequest for RejectReview {
    type Operation = Disagree;
    fn parse(&self, parse: &Parse<'_>) -> Result<Disagree> {
        let (review, reason) = (ReviewId::request("review", &self.review)?, text("reason", &self.reason)?);
        Ok(Disagree { book: parse.book.clone(), review, reason, note: Note::parse(&self.common())? })
    }
}

impl Operation for Disagree {
    type Reply = views::ReviewReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(review::key(&self.book, self.review), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let mut review = open(draft, (&self.book, self.review), &self.note)?;
        if !review.state.is_open() {
            return Err(review.not_allowed("reject_review").into());
        }
        review.state = State::Rejected;
        review.facts.decided_by = Some(draft.ctx.actor.id().to_owned());
        review.facts.times.ended_at = Some(draft.ctx.now);
        let reason = Text::new(&self.reason, draft.ids.salt());
        let data = Map::from_iter([("reason_hash".to_owned(), Value::from(reason.hash.as_ref()))]);
        review.texts.insert("reason".to_owned(), reason);
        draft.emit(&mut review, "review.rejected", &data)?;
        draft.put_record(review.into_row()?);
        Ok(CreatedIds::of(self.review))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<views::ReviewReply, Halt> {
        Ok(views::ReviewReply { review: views::Review::seen(&self.book, self.review, seen)?, replayed })
    }
}

/// `risk.reviews`.
///
/// # Errors
/// `invalid_request` naming `state`, `limit` or `after`.
pub async fn reviews(reading: &mut Reading<'_>, request: &Reviews) -> Result<Page<views::Review>> {
    let size = limit_of(request.limit);
    let state = |text: &String| {
        text.parse::<State>().map_err(|_| one_of("state", State::ALL.iter().map(|state| state.as_str())))
    };
    let listing = Listing::Records(Records {
        state: request.state.as_ref().map(state).transpose()?.map(|state| state.as_str().into()),
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
        ..Records::of(&reading.book, review::KIND)
    });
    let records = reading.list(&listing).await?.records;
    let reviews: Vec<Review> = records.iter().map(Review::of).collect::<Result<_>>()?;
    page(
        reviews,
        size,
        |review| Ok(views::Review::of(review)),
        |review| (review.row.created_at, review.row.id),
    )
}

/// The operation of a record that is due; `None` when it is no review.
pub(super) fn timer(record: &RecordRow) -> Option<Expire> {
    let is_due = record.kind.as_ref() == review::KIND && record.due_at.is_some();
    is_due.then(|| Expire { review: record.key(), version: record.version })
}

/// Ends a review, unless it was changed in the meantime.
#[derive(Clone, Debug)]
pub(super) struct Expire {
    review: RecordKey,
    version: i64,
}

impl Operation for Expire {
    /// Whether it ended now.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.review.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let Some(row) = draft.record(&self.review)?.filter(|row| row.version == self.version) else {
            return Ok(CreatedIds::default());
        };
        let mut review = Review::of(row)?;
        if review.due_at().is_none_or(|at| at > draft.ctx.now) {
            return Ok(CreatedIds::default());
        }
        (review.state, review.facts.times.ended_at) = (State::Expired, Some(draft.ctx.now));
        draft.emit(&mut review, "review.expired", &Map::new())?;
        draft.put_record(review.into_row()?);
        Ok(CreatedIds::of(ReviewId::from_uuid(self.review.2)))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Result<bool, Halt> {
        Ok(!made.is_empty())
    }
}
