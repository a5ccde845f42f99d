//! The rows of the service for money that leaves for a chain in the table of operations.

/// The whole table: the services before this one, this one, and those after it.
macro_rules! money_out {
    ({ $($before:tt)* } { $($after:tt)* }) => {
        guarded! {
            {
            $($before)*

    /// Withdrawals: money that leaves for a chain, bound to one nonce of one key for ever, and ended only by
    /// what the chain made final under it.
    service withdrawals Withdrawals {
        writes {
            /// Makes a chain, or changes one: what is left out stays as it is. Its jobs are of the kinds
            /// `chain.*`, which a worker of the application's own leases, unless its endpoints have `urls`.
            set_chain(rq::SetChain) -> vwd::ChainReply, key Optional, kept day, host Joins, effect "withdrawals.setup", actor false, who Staff,
                codes [key_not_found decryption_failed version_conflict];
            /// Says what a currency is on a chain, or changes its bounds and its fee: what is left out stays
            /// as it is. A token is `checking` until a quorum has seen its code and its decimals. A currency
            /// that nobody knows yet is registered with these decimals, in every process of the store.
            set_asset(rq::SetAsset) -> vwd::AssetReply, key Optional, kept day, host Joins, effect "withdrawals.setup", actor false, who Staff,
                codes [amounts currency_mismatch chain_not_found invalid_address version_conflict];
            /// Pauses a lane: it binds nothing more, and what it has bound goes on.
            pause_lane(rq::PauseLane) -> vwd::LaneReply, key Optional, kept day, host Joins, effect "withdrawals.setup", actor false, who Staff,
                codes [lane];
            /// Lets a lane bind again that was paused: once somebody has compared it with the chain. With
            /// `adopt` its counter goes up to the chain's, while none of its nonces is under way.
            resume_lane(rq::ResumeLane) -> vwd::LaneReply, key Optional, kept day, host Joins, effect "withdrawals.setup", actor false, who Staff,
                codes [lane condition_not_met];
            /// Has a lane bind nothing more, for ever: it is `retired` at its last final nonce.
            retire_lane(rq::RetireLane) -> vwd::LaneReply, key Optional, kept day, host Joins, effect "withdrawals.setup", actor false, who Staff,
                codes [lane];
            /// Asks for a withdrawal: the amount and the fee of its asset are held at once, and captured when
            /// the chain has made the payment final. Rules and lists see the address in lower case as the
            /// counterparty.
            request(rq::RequestWithdrawal) -> vwd::WithdrawalRequested, key Required, kept forever, host Joins, effect "withdrawals.request" takes, risk opens, actor false, who Owner,
                codes [amounts account currency_mismatch chain_not_found asset_not_found lane_not_found invalid_address condition_not_met version_conflict moves];
            /// Gives a withdrawal up: at once before it has a nonce. After that an admin, or the host's own
            /// program, has a no-op sent under the same nonce, and the chain says which of the two it was.
            cancel(rq::CancelWithdrawal) -> vwd::WithdrawalReply, key Derived, kept forever, host Joins, effect "withdrawals.cancel", risk settles, actor false, who Deal,
                codes [withdrawal condition_not_met];
            /// Has a withdrawal signed at a higher price, without waiting until it is bumped. Only the first
            /// of a lane that is in no block is worth it.
            speed_up(rq::SpeedUpWithdrawal) -> vwd::WithdrawalReply, key Optional, kept day, host Joins, effect "withdrawals.setup", risk settles, actor true, who Admin,
                codes [withdrawal condition_not_met];
            /// Has the call of a withdrawal written again that gave up (attention `retries_exhausted`). Once
            /// it has given up again, the same order is another one. Where a rule wants a review of that, it
            /// needs a `key` of its own: the derived one is used up, and cannot wait for people.
            retry(rq::RetryWithdrawal) -> vwd::WithdrawalReply, key Derived, kept forever, host Joins, effect "withdrawals.setup", risk settles, actor false, who Staff,
                codes [withdrawal condition_not_met];
            /// Says what an admin has found out about a withdrawal that is final, and of which nobody can
            /// show whether it was paid (attention `not_proved`, `nonce_taken`).
            settle(rq::SettleWithdrawal) -> vwd::WithdrawalReply, key Required, kept forever, host Joins, effect "withdrawals.settle" takes, risk settles, actor true, who Admin,
                codes [withdrawal condition_not_met overflow];
        }
        reads {
            /// The chains, by name, what gas costs there, and how their endpoints do.
            chains(rq::ListChains) -> Page<vwd::Chain> = crate::withdrawal::queries::chains, sequenced false, who Staff;
            /// The assets: which currencies may be withdrawn to which chains.
            assets(rq::ListAssets) -> Page<vwd::Asset> = crate::withdrawal::queries::assets, sequenced false, who Staff;
            /// The lanes, newest first.
            lanes(rq::ListLanes) -> Page<vwd::Lane> = crate::withdrawal::queries::lanes, sequenced false, who Staff;
            /// One lane: its counter, what is under way, and what its wallet has and has promised.
            lane(rq::GetLane) -> vwd::Lane = crate::withdrawal::queries::lane, sequenced false, who Staff,
                codes [lane_not_found];
            /// Quotes a withdrawal: its cost now, and what it would wait for.
            quote(rq::QuoteWithdrawal) -> vwd::WithdrawalQuote = crate::withdrawal::queries::quote, sequenced false, who Anybody,
                codes [amounts chain_not_found asset_not_found overflow];
            /// One withdrawal, by its id or the caller's own reference.
            get(rq::GetWithdrawal) -> vwd::Withdrawal = crate::withdrawal::queries::get, sequenced false, who Owner,
                codes [withdrawal_not_found];
            /// Withdrawals, newest first.
            list(rq::ListWithdrawals) -> Page<vwd::Withdrawal> = crate::withdrawal::queries::list, sequenced false, who Listed,
                codes [invalid_account];
            /// The events of a withdrawal, oldest first.
            history(rq::WithdrawalHistory) -> Page<va::Event> = crate::withdrawal::queries::history, sequenced true, who Owner,
                codes [withdrawal_not_found];
            /// Lists the actions open to the actor on a withdrawal now.
            allowed_actions(rq::WithdrawalActions) -> vwd::WithdrawalChoices = crate::withdrawal::queries::allowed_actions, sequenced false, who Deal,
                codes [withdrawal_not_found];
            /// The states and transitions of a withdrawal as a picture, drawn from the table that runs them.
            diagram(rq::WithdrawalDiagram) -> ve::Diagram = crate::withdrawal::queries::draw, sequenced false, who Anybody;
            /// How many withdrawals are in which state, how they ended, and how long they took.
            stats(rq::GetWithdrawalStats) -> vwd::WithdrawalStats = crate::withdrawal::queries::stats, sequenced false, who Staff;
        }
        wholes {
            /// Has a key sign withdrawals to a chain, and nothing else from then on. The lane is `opening`
            /// until a quorum gives the same nonce for its address, and no code there; then its counter
            /// begins at that nonce, and is never read from the chain again.
            open_lane(rq::OpenLane) -> vwd::LaneReply = crate::staged::lanes::open_lane, effect "withdrawals.setup", who Staff,
                codes [key_not_found decryption_failed chain_not_found lane_exists version_conflict];
        }
    }
            }
            { $($after)* }
        }
    };
}
