//! THE table of operations: from it come the services, `call`, the command line, the schemas and the
//! documentation.

use serde_json::Value;

use super::requests as rq;
use crate::approval::views as vp;
use crate::credential::views as vc;
use crate::dispute::views as vd;
use crate::engine::Engine;
use crate::engine::metrics::span_of;
use crate::engine::runner::{Runner, measured, read, read_only, tell_developers, write};
use crate::env::Seed;
use crate::error::{Detail, Error, Result};
use crate::escrow::views as ve;
use crate::history::views as va;
use crate::jobs::views as vj;
use crate::kernel::call::{Answer, Command};
use crate::kernel::identity::KeyRetention;
use crate::kernel::permit::{Who, who_means, who_name};
use crate::ledger::views as vl;
use crate::payment::views as vy;
use crate::purchase::views as vb;
use crate::receipt::views as vr;
use crate::request::domain::{Catalogue, Parsed};
use crate::request::erased::{AnyRead, AnyWrite, Read, Replays, replays};
use crate::request::json::to_json;
use crate::request::page::Page;
use crate::request::record::{Parse, ReadRequest, from_json};
use crate::request::scope::{Class, HostRule, KeyRule, OperationInfo, SETS, Scope, UNKEYED};
use crate::risk::views as vk;
use crate::settings::policies::SIGNS;
use crate::signing::views as vg;
use crate::sinks::views as vs;
use crate::treasury::views as vt;
use crate::upkeep::views as vu;
use crate::vault::views as vv;
use crate::webhook::views as vw;
use crate::withdrawal::views as vwd;

/// Finds an operation by its name.
#[must_use]
pub fn find(name: &str) -> Option<&'static OperationInfo> {
    OPERATIONS.iter().find(|info| info.name == name)
}

fn unknown(name: &str) -> Error {
    Error::invalid("op", format!("`{name}` is not an operation"))
}

/// The table as functions of a name, for the domains below it.
pub static CATALOGUE: Catalogue =
    Catalogue { operations: OPERATIONS, domains: super::domains::domains, command, operation, payload_hash };

/// A request of any operation.
enum AnyRequest {
    Write(Box<dyn AnyWrite>),
    Read(Box<dyn AnyRead>),
    /// One that neither only writes nor only reads: its arguments.
    Other(Value),
}

/// Runs any operation by its name, from JSON to JSON.
///
/// # Errors
/// `invalid_request` for an unknown name or field, and whatever the operation refuses.
pub async fn call(runner: &dyn Runner, name: &str, args: Value) -> Result<Value> {
    let info = row(name)?;
    match asked(info.name, args).inspect_err(|error| tell_developers(info.name, error))? {
        AnyRequest::Write(mut request) => {
            let span = span_of(info, runner.mode(), request.trace());
            let make = |scope: &Scope, answer| request.command(scope, info, scope.env.seed(), answer);
            let told = measured(runner, info, span, write(runner, info, make), |told| told.1).await;
            told.map(|(reply, _)| reply)
        }
        AnyRequest::Read(mut request) => {
            let span = span_of(info, runner.mode(), request.trace());
            measured(runner, info, span, runner.read(info, &mut *request), read_only).await?;
            request.json()
        }
        AnyRequest::Other(args) => others(runner, info.name, args).await,
    }
}

/// Makes the command of any writing operation; its reply goes to `answer` as JSON, its ids are of `seed`.
///
/// # Errors
/// `invalid_request` for a name that is unknown or only reads, and the refusals of shape and key.
pub fn command(
    scope: &Scope,
    seed: Seed,
    name: &str,
    args: Value,
    answer: Answer<Value>,
) -> Result<Box<dyn Command>> {
    let info = row(name)?;
    let Some(AnyRequest::Write(mut request)) = info.changes().then(|| asked(info.name, args)).transpose()?
    else {
        let (operation, reason) = (name.to_owned(), "a batch holds operations that write".to_owned());
        return Err(Detail::NotSupported { operation, reason }.into());
    };
    scope.admits(info)?;
    let answer = Box::new(|told: Result<(Value, bool)>| answer(told.map(|(reply, _)| reply)));
    let command = request.command(scope, info, seed, answer).map_err(|error| scope.not_made(info, error))?;
    scope.joins(info).map(|()| command)
}

/// The operation that a writing call with this request would be, whose key may be left out, and its effect.
fn operation(parse: &Parse<'_>, name: &str, mut args: Value) -> Result<Option<Parsed>> {
    let info = row(name)?;
    if info.key == KeyRule::Required && args["key"].is_null() {
        args["key"] = "none".into();
    }
    match info.changes().then(|| asked(info.name, args)).transpose()? {
        Some(AnyRequest::Write(request)) => request.operation(parse).map(Some),
        _ => Ok(None),
    }
}

/// Hash of a request that writes or takes proofs, by its canonical form; `None` for every other name.
///
/// # Errors
/// `invalid_*` for a malformed request; `key_not_found` without the key that hashes secrets.
pub fn payload_hash(scope: &Scope, name: &str, args: Value) -> Result<Option<std::sync::Arc<[u8]>>> {
    let Ok(info) = row(name) else { return Ok(None) };
    let hashed = info.changes() || takes_proofs(info.effect);
    match hashed.then(|| asked(name, args)).transpose()? {
        Some(AnyRequest::Write(request)) => request.hash(scope).map(Some),
        Some(AnyRequest::Other(args)) if takes_proofs(info.effect) => {
            hash_of_effect(scope, name, args).map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether what is kept under no key takes proofs by this effect.
fn takes_proofs(effect: &str) -> bool {
    effect == SIGNS || effect == SETS || UNKEYED.contains(&effect)
}

fn fits<R: crate::request::record::Request>(request: &R) -> Result<()> {
    request.fits("")
}

fn rq_trace<R: crate::request::record::Request>(request: &R) -> Option<&crate::request::record::Trace> {
    request.common().context
}

// those of a change have it by their kind in `views!`
replays! {
    vd::DisputeReply ve::DealReply vj::JobReply vl::Locked vs::ParkedReply vs::SinkReply vg::KeyKept
    vt::TreasuryReply vc::TotpEnrolled vc::TotpVerified vv::SubjectExported vv::ValueRevealed vy::Reported
    vw::WebhookReceived vwd::AssetReply vwd::ChainReply vwd::LaneReply vwd::WithdrawalReply
}

fn rq_common<R: crate::request::record::Request>(request: &R) -> crate::request::record::Common<'_> {
    request.common()
}

fn rq_actor<R: crate::request::record::Request>(request: &R) -> Option<&crate::ids::ActorInput> {
    request.common().actor
}

// the services of `money_in.rs`, `money_out.rs` and `guarded.rs` stand between these
money_in! {
    {
    /// Prepaid balances in double entry.
    service ledger Ledger {
        writes {
            /// Opens an account in one currency.
            open_account(rq::OpenAccount) -> vl::AccountReply, key Optional, kept day, host Joins, effect "account", actor false, who Namesake,
                codes [amounts invalid_account currency_mismatch account_exists overflow];
            /// Changes label, owner, name, overdraft limit, reference or metadata of an account.
            update_account(rq::UpdateAccount) -> vl::AccountReply, key Optional, kept day, host Joins, effect "account", actor false, who Staff,
                codes [amounts account currency_mismatch account_closed condition_not_met version_conflict overflow];
            /// Locks an account: no new debit, credit or hold; what is owed to it still settles, and staff
            /// capture its holds.
            lock_account(rq::LockAccount) -> vl::AccountReply, key Optional, kept day, host Joins, effect "account", actor false, who Staff,
                codes [account currency account_locked account_closed version_conflict];
            /// Unlocks an account, or opens a closed one again that was paid what it was owed.
            unlock_account(rq::UnlockAccount) -> vl::AccountReply, key Optional, kept day, host Joins, effect "account", actor false, who Staff,
                codes [account currency account_closed transition_not_allowed version_conflict];
            /// Closes an empty account for good: only what it is still owed opens it again.
            close_account(rq::CloseAccount) -> vl::AccountReply, key Optional, kept day, host Joins, effect "account", actor false, who Owner,
                codes [account currency account_closed condition_not_met version_conflict];
            /// Credits an account from outside, and opens it if there is none.
            top_up(rq::TopUp) -> vl::Moved, key Required, kept forever, host Joins, effect "ledger.top_up" takes, risk opens, actor false, who Staff,
                codes [amounts account moves gates version_conflict];
            /// Takes money out of an account.
            deduct(rq::Deduct) -> vl::Moved, key Required, kept forever, host Joins, effect "ledger.deduct" takes, risk opens, actor false, who Owner,
                codes [amounts account moves gates version_conflict];
            /// Moves money between two accounts of one currency.
            transfer(rq::Transfer) -> vl::Moved, key Required, kept forever, host Joins, effect "ledger.transfer" takes, risk opens, actor false, who Owner,
                codes [amounts account moves gates version_conflict];
            /// Posts n legs that sum to zero per currency.
            post(rq::Post) -> vl::Posted, key Required, kept forever, host Joins, effect "ledger.post" takes, risk opens, actor false, who Staff,
                codes [amounts account moves gates];
            /// Reverses a transfer whole, once.
            cancel(rq::CancelTransfer) -> vl::Moved, key Required, kept forever, host Joins, effect "ledger.cancel" takes, risk settles, actor false, who Staff,
                codes [transfer moves condition_not_met];
            /// Returns part of a transfer of two legs; parts never exceed the original.
            refund(rq::RefundTransfer) -> vl::Moved, key Required, kept forever, host Joins, effect "ledger.refund" takes, risk settles, actor false, who Staff,
                codes [transfer amounts currency_mismatch moves condition_not_met];
            /// Holds money: it stays in the account but is no longer available.
            hold(rq::Hold) -> vl::HoldReply, key Required, kept forever, host Joins, effect "ledger.hold" takes, risk opens, actor false, who Owner,
                codes [amounts account account_locked account_closed insufficient_balance overflow gates version_conflict];
            /// Captures a hold, whole or in part.
            capture(rq::Capture) -> vl::Captured, key Required, kept forever, host Joins, effect "ledger.capture" takes, risk settles, actor false, who Owner,
                codes [hold capture_exceeds_hold amounts currency_mismatch invalid_account account_locked account_closed limit_exceeded overflow gates];
            /// Releases a hold.
            void(rq::VoidHold) -> vl::HoldReply, key Derived, kept forever, host Joins, effect "ledger.void", risk settles, actor false, who Owner,
                codes [hold];
            /// Moves the expiry of a hold.
            extend(rq::ExtendHold) -> vl::HoldReply, key Required, kept forever, host Joins, effect "ledger.extend", risk settles, actor false, who Owner,
                codes [hold];
            /// Takes row locks ahead of several calls in one host transaction.
            lock(rq::LockAccounts) -> vl::Locked, key Optional, kept day, host Joins, effect "read", actor false, who Owner,
                codes [account];
        }
        reads {
            /// One account.
            account(rq::GetAccount) -> vl::Account = crate::ledger::queries::account, sequenced false, who Owner,
                codes [account currency];
            /// Accounts, by owner or by the beginning of their name.
            accounts(rq::Accounts) -> Page<vl::Account> = crate::ledger::queries::accounts, sequenced false, who Listed,
                codes [currency];
            /// A balance, now or at a time in the past.
            balance(rq::GetBalance) -> vl::Balance = crate::ledger::queries::balance, sequenced false, who Owner,
                codes [account currency];
            /// Many balances in one round trip.
            balances(rq::GetBalances) -> vl::Balances = crate::ledger::queries::balances, sequenced false, who Owner,
                codes [account];
            /// One transfer.
            get_transfer(rq::GetTransfer) -> vl::Transfer = crate::ledger::queries::get_transfer, sequenced false, who Party,
                codes [transfer_not_found];
            /// Transfers, newest first.
            transfers(rq::Transfers) -> Page<vl::Transfer> = crate::ledger::queries::transfers, sequenced false, who Listed,
                codes [invalid_account];
            /// Entries of an account, newest first.
            entries(rq::Entries) -> Page<vl::Entry> = crate::ledger::queries::entries, sequenced false, who Owner,
                codes [account currency];
            /// A statement of an account, also as CSV.
            statement(rq::GetStatement) -> vl::Statement = crate::ledger::statement::statement, sequenced false, who Owner,
                codes [account currency overflow];
            /// One hold.
            get_hold(rq::GetHold) -> vl::Hold = crate::ledger::queries::get_hold, sequenced false, who Owner,
                codes [hold_not_found];
            /// Holds, newest first.
            holds(rq::Holds) -> Page<vl::Hold> = crate::ledger::queries::holds, sequenced false, who Listed,
                codes [invalid_account];
            /// All balances of a book per currency: they sum to zero.
            trial_balance(rq::GetTrialBalance) -> vl::TrialBalance = crate::ledger::queries::trial_balance, sequenced false, who Staff,
                codes [overflow];
        }
        generics {
            /// Runs several writing calls as one group: all or none, or each for itself.
            batch(rq::Batch) -> vl::BatchReply = super::batch::batch, who Each;
        }
    }

    /// Deals between a buyer and a seller: the money waits in the deal's own account.
    service escrow Escrow {
        writes {
            /// Opens a deal in `pending`.
            open(rq::OpenDeal) -> ve::DealReply, key Required, kept forever, host Joins, effect "escrow.open", risk opens, actor false, who Party,
                codes [amounts account account_locked account_closed currency_mismatch overflow];
            /// Takes the price from the buyer's balance: held, then secured in the deal's own account.
            pay(rq::PayDeal) -> ve::DealReply, key Derived, kept forever, host Joins, effect "escrow.pay" takes, risk opens, actor false, who Deal,
                codes [deal condition_not_met moves];
            /// Secures a deal that was only paid: its hold is captured into the deal's own account.
            secure(rq::SecureDeal) -> ve::DealReply, key Derived, kept forever, host Joins, effect "escrow.secure" takes, risk settles, actor false, who Deal,
                codes [deal condition_not_met limit_exceeded overflow];
            /// The seller accepts a deal that asks for it.
            accept(rq::AcceptDeal) -> ve::DealReply, key Derived, kept forever, host Joins, effect "escrow.accept", risk settles, actor false, who Deal,
                codes [deal];
            /// The seller has shipped.
            ship(rq::ShipDeal) -> ve::DealReply, key Derived, kept forever, host Joins, effect "escrow.ship", risk settles, actor false, who Deal,
                codes [deal condition_not_met];
            /// It has arrived: the time to inspect begins.
            deliver(rq::DeliverDeal) -> ve::DealReply, key Derived, kept forever, host Joins, effect "escrow.deliver", risk settles, actor false, who Deal,
                codes [deal];
            /// The buyer is content: the seller is paid.
            confirm(rq::ConfirmDeal) -> ve::DealReply, key Derived, kept forever, host Joins, effect "escrow.release" takes, risk settles, actor true, who Deal,
                codes [deal condition_not_met overflow];
            /// Calls the deal off; what was paid goes back to the buyer.
            cancel(rq::CancelDeal) -> ve::DealReply, key Derived, kept forever, host Joins, effect "escrow.refund" takes, risk settles, actor false, who Deal,
                codes [deal condition_not_met overflow];
            /// The buyer asks for the money back, all of it or a part: the clock stops until it is decided.
            request_refund(rq::RequestRefund) -> ve::DealReply, key Required, kept forever, host Joins, effect "escrow.request_refund", risk opens, actor false, who Deal,
                codes [deal condition_not_met amounts currency_mismatch];
            /// The seller or an admin gives back what the buyer asked for; after a part the deal continues
            /// where it stood.
            approve_refund(rq::ApproveRefund) -> ve::DealReply, key Required, kept forever, host Joins, effect "escrow.refund" takes, risk settles, actor false, who Deal,
                codes [deal condition_not_met overflow];
            /// The seller or an admin refuses the refund: the deal continues where it stood, with the time
            /// that was left.
            refuse_refund(rq::RefuseRefund) -> ve::DealReply, key Required, kept forever, host Joins, effect "escrow.refuse_refund", risk settles, actor false, who Deal,
                codes [deal];
            /// Releases a part of the price, by amount or by milestone; the state stays.
            release_part(rq::ReleasePart) -> ve::DealReply, key Required, kept forever, host Joins, effect "escrow.release" takes, risk settles, actor false, who Deal,
                codes [deal condition_not_met amounts currency_mismatch overflow];
            /// Puts off the deadline in force; the side that waits for it may, and an admin.
            extend(rq::ExtendDeal) -> ve::DealReply, key Optional, kept day, host Joins, effect "escrow.extend", actor false, who Deal,
                codes [deal condition_not_met];
            /// Changes metadata or reference of a deal, in any state.
            update(rq::UpdateDeal) -> ve::DealReply, key Optional, kept day, host Joins, effect "escrow.update", actor false, who Party,
                codes [deal_not_found version_conflict];
            /// A party opens a dispute: the deal stands still until it has ended.
            dispute(rq::DisputeDeal) -> vd::DisputeReply, key Required, kept forever, host Joins, effect "escrow.dispute", risk opens, actor false, who Deal,
                codes [deal];
            /// Shows a piece of evidence in a dispute; it can not be changed.
            add_evidence(rq::AddEvidence) -> vd::DisputeReply, key Optional, kept forever, host Joins, effect "escrow.add_evidence", actor false, who Party,
                codes [dispute condition_not_met];
            /// Staff look into a dispute.
            investigate(rq::InvestigateDispute) -> vd::DisputeReply, key Derived, kept forever, host Joins, effect "escrow.investigate", risk settles, actor false, who Deal,
                codes [dispute];
            /// The party that opened a dispute takes it back: the deal continues where it stood, with the
            /// time that was left.
            withdraw(rq::WithdrawDispute) -> vd::DisputeReply, key Derived, kept forever, host Joins, effect "escrow.withdraw", risk settles, actor false, who Deal,
                codes [dispute];
            /// Staff decide a dispute, and its money goes where the ruling says, in one commit.
            resolve(rq::ResolveDispute) -> vd::DisputeReply, key Required, kept forever, host Joins, effect "escrow.resolve" takes, risk settles, actor true, who Deal,
                codes [dispute condition_not_met amounts currency_mismatch overflow];
        }
        reads {
            /// Quotes the cost and the proceeds of a deal, without writing.
            quote(rq::QuoteDeal) -> ve::Quote = crate::escrow::queries::quote, sequenced false, who Anybody,
                codes [amounts invalid_account currency_mismatch];
            /// One deal, by its id or the caller's own reference.
            get(rq::GetDeal) -> ve::Deal = crate::escrow::queries::get, sequenced false, who Party,
                codes [deal_not_found];
            /// Deals, newest first.
            list(rq::Deals) -> Page<ve::Deal> = crate::escrow::queries::list, sequenced false, who Listed,
                codes [invalid_account];
            /// The events of a deal, oldest first.
            history(rq::DealHistory) -> Page<va::Event> = crate::escrow::queries::history, sequenced true, who Party,
                codes [deal_not_found];
            /// Would this be allowed? Verdict and reason, without writing.
            validate(rq::ValidateDeal) -> ve::Validation = crate::escrow::queries::validate, sequenced false, who Deal,
                codes [amounts deal_not_found];
            /// Lists the actions open to an actor on a deal now, for user interfaces.
            allowed_actions(rq::AllowedActions) -> ve::Actions = crate::escrow::queries::allowed_actions, sequenced false, who Deal,
                codes [deal_not_found];
            /// The states and transitions of a deal as a picture, drawn from the table that runs them.
            diagram(rq::DrawDiagram) -> ve::Diagram = crate::escrow::queries::draw, sequenced false, who Anybody;
            /// One dispute with its deal, its parties, what was shipped and all that happened.
            get_dispute(rq::GetDispute) -> vd::DisputeFile = crate::dispute::queries::get, sequenced true, who Party,
                codes [dispute_not_found];
            /// Disputes, newest first.
            disputes(rq::Disputes) -> Page<vd::Dispute> = crate::dispute::queries::list, sequenced false, who Listed;
            /// How many disputes there are of which type, and how long it takes to resolve them.
            dispute_stats(rq::GetDisputeStats) -> vd::DisputeStats = crate::dispute::queries::stats, sequenced false, who Staff;
        }
    }

    /// Signed receipts of transfers: derived from the rows when somebody asks, checked without a store.
    service receipts Receipts {
        generics {
            /// Checks a receipt with the engine's keys, or with public keys that are given: genuine or not,
            /// and why not.
            verify(rq::VerifyReceipt) -> vr::Verification = crate::receipt::verify_request, who Anybody,
                codes [key_not_found];
            /// The keys that others need to check receipts.
            public_keys(rq::GetPublicKeys) -> crate::keyring::PublicKeys = crate::receipt::public_keys, who Anybody,
                codes [key_not_found];
        }
        wholes {
            /// The receipt of a transfer, derived and signed. Not inside a host's transaction, which may be
            /// rolled back.
            get(rq::GetReceipt) -> vr::Receipt = crate::receipt::get, effect "read", who Party,
                codes [key_not_found transfer_not_found];
            /// Receipts, newest first, each derived and signed.
            list(rq::Receipts) -> Page<vr::Receipt> = crate::receipt::list, effect "read", who Listed,
                codes [key_not_found];
            /// A receipt as a text or a page for people, in English or Korean.
            render(rq::RenderReceipt) -> vr::RenderedReceipt = crate::receipt::render, effect "read", who Party,
                codes [key_not_found transfer_not_found signature_invalid];
        }
    }

    /// Hot and cold accounts with limits by calendar day and month, and what deals have paid out.
    service treasury Treasury {
        writes {
            /// Makes an account hot or cold, with its limits. Debits above them are `limit_exceeded`,
            /// whatever the operation.
            set_account(rq::SetTreasuryAccount) -> vt::TreasuryReply, key Optional, kept day, host Joins, effect "treasury.set_account", actor false, who Staff,
                codes [amounts account account_closed currency_mismatch version_conflict];
        }
        reads {
            /// How much of its limits an account has used, and what should be moved to a cold account.
            usage(rq::GetUsage) -> vt::Usage = crate::treasury::queries::usage, sequenced false, who Staff,
                codes [account currency condition_not_met];
            /// Lists payouts and refunds of deals, newest first.
            settlements(rq::Settlements) -> Page<vt::Settlement> = crate::treasury::queries::settlements, sequenced false, who Staff;
        }
    }
    }
    {
    /// The log of events, in a gapless order and with a hash chain.
    service events Events {
        writes {
            /// Makes a sink, a named reader of the log that gets every event but its own at least once, and
            /// those of one object in their order; or changes what one wants.
            subscribe(rq::Subscribe) -> vs::SinkReply, key Optional, kept day, host Joins, effect "events", actor false, who Staff,
                codes [version_conflict];
            /// Moves a consumer's place in the log; inside a transaction of the application it is moved with
            /// what the consumer has done there, or not at all.
            advance(rq::AdvanceSink) -> vs::SinkReply, key Optional, kept day, host Joins, effect "events", actor false, who Staff,
                codes [version_conflict];
            /// Delivers the events of an object again that a sink has left behind, or gives them up.
            unpark(rq::UnparkEvents) -> vs::ParkedReply, key Optional, kept day, host Joins, effect "events", actor false, who Staff,
                codes [sink version_conflict];
        }
        reads {
            /// Events in the order of the book's sequence.
            list(rq::ListEvents) -> Page<va::Event> = crate::history::proof::list, sequenced true, who Staff;
            /// Recomputes the hash chain of a book.
            verify_chain(rq::VerifyChain) -> va::Chain = crate::history::proof::verify_chain, sequenced true, who Staff;
            /// Hashes the whole state of a book: equal on every store for equal money.
            state_hash(rq::GetStateHash) -> va::StateHash = crate::history::proof::state_hash, sequenced true, who Staff;
            /// The sinks of a book, and how far behind they are.
            sinks(rq::ListSinks) -> Page<vs::SinkStatus> = crate::sinks::queries::sinks, sequenced true, who Staff;
            /// The objects that a sink has left behind because one of their events failed.
            parked(rq::ListParked) -> Page<vs::Parked> = crate::sinks::queries::parked, sequenced false, who Staff,
                codes [sink];
        }
        wholes {
            /// Applies the log of a book into an empty store: a read-only copy of equal hash.
            replay(rq::Replay) -> vu::Replayed = crate::upkeep::replay::replay, effect "read", who Staff;
            /// Takes the next events of a sink for a while; nobody else gets events of it until then, or
            /// until they are reported on. Who is too slow has them delivered to others too.
            take(rq::TakeEvents) -> vs::Batch = crate::staged::sinks::take, effect "events", who Staff,
                codes [sink];
            /// Reports on events that were taken: what is done, and what failed. An object whose event failed
            /// is left behind until it comes again; the sink goes on with all others. Under an older batch:
            /// `version_conflict`.
            settle(rq::SettleEvents) -> vs::SinkReply = crate::staged::sinks::settle, effect "events", who Staff,
                codes [sink version_conflict];
            /// Takes a sink back to an earlier place: the events after it come again, under the same ids.
            rewind(rq::RewindSink) -> vs::SinkReply = crate::staged::sinks::rewind, effect "events", who Staff,
                codes [sink version_conflict];
            /// Removes a sink, with what it has left behind. Nobody can take its events any more.
            unsubscribe(rq::Unsubscribe) -> vs::SinkReply = crate::staged::sinks::unsubscribe, effect "events", who Staff,
                codes [sink version_conflict];
        }
    }

    /// Timers, and jobs for work that is done outside.
    service jobs Jobs {
        writes {
            /// Writes a job of the application's own, in the same commit; inside a transaction of the
            /// application it takes place with that. Workers lease it as any other.
            /// A key names one job for ever: once that is over and swept, the same call is `reply_not_kept`.
            enqueue(rq::EnqueueJob) -> vj::JobReply, key Optional, kept forever, host Joins, effect "jobs", actor false, who Staff,
                codes [reply_not_kept];
            /// Says that a job is done. Under an older lease: `version_conflict`.
            complete(rq::CompleteJob) -> vj::JobReply, key Optional, kept day, host Joins, effect "jobs", actor false, who Staff,
                codes [job amounts overflow signature_invalid];
            /// Says that a job did not work: it is tried again after a pause that grows, until it is dead.
            fail(rq::FailJob) -> vj::JobReply, key Optional, kept day, host Joins, effect "jobs", actor false, who Staff,
                codes [job];
            /// Asks for more time for a job.
            extend(rq::ExtendJob) -> vj::JobReply, key Optional, kept day, host Joins, effect "jobs", actor false, who Staff,
                codes [job];
            /// Gives back a job that was not begun: it is due as before, and the lease was no attempt.
            release(rq::ReleaseJob) -> vj::JobReply, key Optional, kept day, host Joins, effect "jobs", actor false, who Staff,
                codes [job];
            /// Drives a job again from its first attempt on: one that is dead, or that waits.
            retry(rq::RetryJob) -> vj::JobReply, key Optional, kept day, host Joins, effect "jobs", actor false, who Staff,
                codes [job];
            /// Ends a job without its being done: one that is dead, or that waits.
            discard(rq::DiscardJob) -> vj::JobReply, key Optional, kept day, host Joins, effect "jobs", actor false, who Staff,
                codes [job];
        }
        reads {
            /// Jobs, newest first.
            list(rq::Jobs) -> Page<vj::Job> = crate::jobs::queries::list, sequenced false, who Staff;
            /// How many jobs a book has, by state and kind.
            stats(rq::GetJobStats) -> vj::JobStats = crate::jobs::queries::stats, sequenced false, who Staff;
        }
        wholes {
            /// Takes jobs that are due for a while: each carries the number of its lease, for the report.
            lease(rq::LeaseJobs) -> vj::Leased = crate::upkeep::work::lease, effect "jobs", who Staff,
                codes [key_not_found decryption_failed];
            /// Runs what is due, once: timers of deals, the expiry of holds, and jobs that have a handler in
            /// this process.
            run_due(rq::RunDue) -> vu::Ran = crate::upkeep::timers::run_due, effect "jobs", who Staff;
        }
    }

    /// The state of the engine and its store.
    service admin Admin {
        reads {
            /// Looks up the outcome of an idempotency key.
            lookup_key(rq::LookupKey) -> va::KeyOutcome = crate::history::lookup::lookup, sequenced false, who Staff;
            /// Lists who did what, and what happened to what, oldest first.
            audit(rq::Audit) -> Page<va::Event> = crate::history::audit::audit, sequenced true, who Listed;
        }
        wholes {
            /// Whether the engine and its store are well.
            health(rq::GetHealth) -> vu::Health = crate::upkeep::health::health, effect "read", who Staff;
            /// Recomputes every invariant of every book from the rows and the log.
            ///
            /// Recounts what rules have counted, by the rules of then, and compares each counter with the
            /// result (`counters_recomputed`): counts, sums, failures, rates, different values, in every
            /// window, about accounts, actors, other sides, addresses, devices and metadata. A rule is left
            /// out, with all that it has counted, where the log and the rows do not have what the recount
            /// needs: a rule about addresses or devices once `admin.erase_context` has erased one of a
            /// counted call; a rule about metadata once it has counted a call that failed, one whose
            /// metadata no row keeps (only transfers, holds and deals keep it), or the opening of a deal
            /// whose metadata was changed since; and, after a clock was set back, what a refusal took as
            /// counted now of parties whom no event names. A rule set anew under another name is compared
            /// from its beginning.
            verify(rq::RunVerify) -> vu::Verify = crate::upkeep::verify::run, effect "read", who Staff;
            /// Says that the clock is right as it is: after a jump calls are taken again, in every process,
            /// and timers run by it.
            confirm_clock(rq::ConfirmClock) -> vu::ClockConfirmed = crate::upkeep::confirm_clock::confirm, effect "admin", who Staff;
            /// Erases the address and the device of end users from events; the chain stays as it is.
            erase_context(rq::EraseContext) -> vu::Erased = crate::upkeep::erasure::erase, effect "admin", who Staff;
            /// Begins a timeline: this copy of a store goes its own way, and its links and receipts differ
            /// from the original's.
            fork(rq::Fork) -> vu::Timeline = crate::upkeep::copies::fork, effect "admin", who Staff;
            /// Copies the store to a new file, while it is in use (SQLite).
            backup(rq::Backup) -> vu::Copied = crate::upkeep::copies::backup, effect "read", who Staff;
            /// Puts a backup of this store in the place of everything that it has, whole or not at all, and
            /// begins a timeline (SQLite). What happened after the backup is gone: keys of calls that were
            /// made since are free again. Where this process's keyring lacks a key that something in the
            /// backup needs, nothing is restored without `force`.
            restore(rq::Restore) -> vu::Timeline = crate::upkeep::copies::restore, effect "admin", who Staff,
                codes [key_not_found];
            /// Returns what this process has done and how far it is behind, as a text that Prometheus reads:
            /// give it as the answer of a route of your own.
            metrics(rq::GetMetrics) -> vu::Metrics = crate::upkeep::metrics::metrics, effect "read", who Staff;
            /// Counts of the store and of this process.
            stats(rq::GetStats) -> vu::Stats = crate::upkeep::health::stats, effect "read", who Staff;
        }
    }
    }
}
