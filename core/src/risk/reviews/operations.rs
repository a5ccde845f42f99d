//! The operations on reviews: approve, reject and list.

use serde_json::Value;

use crate::error::{Detail, Error, Result};
use crate::ids::{Book, ReviewId};
use crate::kernel::call::{Call, Command};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::parked::consent::{ConsentCommand, ConsentOperation};
use crate::parked::foreseen::each_foreseen;
use crate::parked::open;
use crate::parked::transitions::ParkedTrigger;
use crate::request::note::Note;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::scope::Scope;
use crate::request::shape::word;
use crate::risk::requests::operations::Disagree;
use crate::risk::requests::{ApproveReview, Reviews};
use crate::risk::reviews::review::{self, Review, ReviewFacts, State};
use crate::risk::views;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::time::Time;

/// Approves a parked call, which is then made.
#[derive(Clone, Debug)]
pub struct Agree {
    book: Book,
    review: ReviewId,
    note: Note,
}

impl WriteRequest for ApproveReview {
    type Operation = Agree;
    fn parse(&self, parse: &Parse<'_>) -> Result<Agree> {
        let review = ReviewId::request("review", &self.review)?;
        Ok(Agree { book: parse.book.clone(), review, note: Note::parse(&self.common())? })
    }

    fn command(call: Call<Agree>, scope: &Scope) -> Box<dyn Command> {
        Box::new(ConsentCommand::new(call, scope))
    }
}

impl Operation for Agree {
    type Reply = views::ReviewedReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = Review::key(&self.book, self.review);
        // only the record shows which call is parked, and so which rows it needs
        needs.incomplete |= !seen.records.knows(&key);
        needs.record(key, Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = open::<ReviewFacts>(draft, &self.book, self.review, &self.note)?;
        editor.draft.permit(&[])?;
        let approval = || self.review.to_string();
        match editor.object.state {
            State::Executed => return Err(Detail::AlreadyApproved { approval: approval() }.into()),
            State::Rejected | State::Expired => {
                return Err(editor.object.not_allowed("approve_review").into());
            }
            State::Pending | State::Approved => {}
        }
        let actor = editor.draft.ctx.actor.id().to_owned();
        if actor == editor.object.facts.call.requested_by.id() {
            return Err(Detail::SelfApproval { approval: approval() }.into());
        }
        if editor.object.state == State::Pending {
            editor.object.facts.decided_by = Some(actor);
            editor.enter(State::Approved, ParkedTrigger::Approve, Data::new())?;
            editor.put()?;
        }
        Ok(CreatedIds::of(self.review))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<views::ReviewedReply> {
        let review = views::Review::seen(&self.book, self.review, seen)?;
        let executed = review.state == views::ReviewState::Executed;
        Ok(views::ReviewedReply { review, executed, reply: None, error: None, replayed })
    }
}

impl ConsentOperation for Agree {
    type Facts = ReviewFacts;
    const NAME: &'static str = "risk.approve_review";

    fn parked(&self) -> RecordKey {
        Review::key(&self.book, self.review)
    }

    fn show(&self, reply: &mut views::ReviewedReply, seen: &Snapshot, refused: Option<Error>) -> Decided<()> {
        reply.review = views::Review::seen(&self.book, self.review, seen)?;
        reply.executed = reply.review.state == views::ReviewState::Executed;
        reply.error = refused;
        Ok(())
    }

    fn answer(reply: &mut views::ReviewedReply, made: Value) {
        reply.reply = Some(made);
    }
}

impl Operation for Disagree {
    type Reply = views::ReviewReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(Review::key(&self.book, self.review), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = open::<ReviewFacts>(draft, &self.book, self.review, &self.note)?;
        editor.draft.permit(&[])?;
        if !editor.object.state.is_open() {
            return Err(editor.object.not_allowed("reject_review").into());
        }
        editor.object.facts.decided_by = Some(editor.draft.ctx.actor.id().to_owned());
        let mut data = Data::new();
        editor.keep_hashed("reason", &self.reason, &mut data);
        editor.enter(State::Rejected, ParkedTrigger::Reject, data)?;
        editor.put()?;
        Ok(CreatedIds::of(self.review))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<views::ReviewReply> {
        Ok(views::ReviewReply { review: views::Review::seen(&self.book, self.review, seen)?, replayed })
    }
}

/// `risk.reviews`.
pub async fn reviews(reading: &mut Reading<'_>, request: &Reviews) -> Result<Page<views::Review>> {
    let size = limit_of(request.limit);
    let all = Records {
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
        ..Records::of(&reading.book, review::KIND)
    };
    let (wanted, now) = (word::<views::ReviewState>("state", request.state.as_ref())?, reading.now);
    let listings = wanted.map_or_else(|| vec![all.clone()], |state| listings(&all, state, now));
    let records = reading.records(listings).await?;
    let reviews: Vec<Review> = records.iter().map(Review::of).collect::<Result<_>>()?;
    let foreseen = each_foreseen(reading, reviews.get(..size).unwrap_or(&reviews)).await?;
    let mut page = page(
        reviews,
        size,
        |review| Ok(views::Review::at(review, now)),
        |review| (review.row.created_at, review.row.id),
    )?;
    page.items.iter_mut().zip(foreseen).for_each(|(review, now)| review.now = now);
    // of those that are kept as pending some may have ended by the clock
    page.items.retain(|review| wanted.is_none_or(|state| review.state == state));
    Ok(page)
}

/// The listings of reviews that may be shown in a state; those that ended by the clock are expired.
fn listings(all: &Records, wanted: views::ReviewState, now: Time) -> Vec<Records> {
    let of = |state: State| Records { state: Some(state.as_str().into()), ..all.clone() };
    let mut listings: Vec<Records> = wanted.kept().map(of).collect();
    if wanted == views::ReviewState::Expired {
        let ended = Some(Time::from_micros(now.micros().saturating_add(1)));
        let waits = views::ReviewState::Pending.kept();
        listings.extend(waits.map(|state| Records { due_before: ended, ..of(state) }));
    }
    listings
}
