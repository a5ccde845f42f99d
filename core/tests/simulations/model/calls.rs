//! Calls of a random history: how they are drawn, and how they look to the library.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::reference::{Ledger, PEOPLE};

/// One of the transfers or holds made so far. Drawn as a number, and fixed when the call is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    drawn: u8,
    pub(crate) at: Option<usize>,
}

impl Place {
    fn fix(&mut self, count: usize) {
        self.at = (count > 0).then(|| usize::from(self.drawn) % count);
    }

    fn id(self, ids: &[String], none: &str) -> String {
        self.at
            .and_then(|at| ids.get(at))
            .cloned()
            .unwrap_or_else(|| format!("{none}_019b76da-a800-7000-8000-000000000000"))
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Open {
        account: &'static str,
        overdraft: i64,
    },
    TopUp {
        account: &'static str,
        amount: i64,
    },
    Deduct {
        account: &'static str,
        amount: i64,
        to: &'static str,
    },
    Transfer {
        from: &'static str,
        to: &'static str,
        amount: i64,
    },
    Hold {
        account: &'static str,
        amount: i64,
        minutes: Option<i64>,
    },
    Capture {
        hold: Place,
        to: &'static str,
        amount: Option<i64>,
        last: bool,
    },
    Void {
        hold: Place,
    },
    /// The new end, in minutes since the beginning.
    Extend {
        hold: Place,
        minutes: i64,
    },
    Refund {
        transfer: Place,
        amount: Option<i64>,
    },
    Cancel {
        transfer: Place,
    },
    Lock {
        account: &'static str,
    },
    Unlock {
        account: &'static str,
    },
    Close {
        account: &'static str,
    },
    Advance {
        minutes: i64,
    },
    RunDue,
}

impl Op {
    /// The amount that it names.
    pub(crate) fn amount(&self) -> Option<i64> {
        match self {
            Self::TopUp { amount, .. }
            | Self::Deduct { amount, .. }
            | Self::Transfer { amount, .. }
            | Self::Hold { amount, .. } => Some(*amount),
            Self::Capture { amount, .. } | Self::Refund { amount, .. } => *amount,
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) op: Op,
    pub(crate) key: Option<String>,
}

/// The ids that a store has given, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    pub(crate) transfers: Vec<String>,
    pub(crate) holds: Vec<String>,
}

pub(crate) fn usd(cents: i64) -> String {
    format!("{}.{:02} USD", cents / 100, cents % 100)
}

/// Minutes since the beginning as a time.
fn time(minutes: i64) -> String {
    let start: earnest::Time = crate::support::START.parse().unwrap();
    earnest::Time::from_micros(start.micros() + minutes * 60_000_000).to_string()
}

impl Call {
    /// Fixes what it refers to.
    pub(crate) fn fixed(self, ledger: &Ledger) -> Self {
        let (transfers, holds) = ledger.counts();
        self.fixed_among(transfers, holds)
    }

    /// The same among so many transfers and holds.
    pub(crate) fn fixed_among(mut self, transfers: usize, holds: usize) -> Self {
        match &mut self.op {
            Op::Capture { hold, .. } | Op::Void { hold } | Op::Extend { hold, .. } => hold.fix(holds),
            Op::Refund { transfer, .. } | Op::Cancel { transfer } => transfer.fix(transfers),
            _ => {}
        }
        self
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.op {
            Op::Open { .. } => "ledger.open_account",
            Op::TopUp { .. } => "ledger.top_up",
            Op::Deduct { .. } => "ledger.deduct",
            Op::Transfer { .. } => "ledger.transfer",
            Op::Hold { .. } => "ledger.hold",
            Op::Capture { .. } => "ledger.capture",
            Op::Void { .. } => "ledger.void",
            Op::Extend { .. } => "ledger.extend",
            Op::Refund { .. } => "ledger.refund",
            Op::Cancel { .. } => "ledger.cancel",
            Op::Lock { .. } => "ledger.lock_account",
            Op::Unlock { .. } => "ledger.unlock_account",
            Op::Close { .. } => "ledger.close_account",
            Op::Advance { .. } => "clock.advance",
            Op::RunDue => "jobs.run_due",
        }
    }

    /// Puts other places for those that it refers to.
    pub(crate) fn renumbered(
        mut self,
        transfer_at: impl Fn(usize) -> usize,
        hold_at: impl Fn(usize) -> usize,
    ) -> Self {
        match &mut self.op {
            Op::Capture { hold, .. } | Op::Void { hold } | Op::Extend { hold, .. } => {
                hold.at = hold.at.map(hold_at);
            }
            Op::Refund { transfer, .. } | Op::Cancel { transfer } => {
                transfer.at = transfer.at.map(transfer_at);
            }
            _ => {}
        }
        self
    }

    /// The names of its fields, in the order in which a mismatch lists them.
    pub(crate) fn declared(&self) -> &'static [&'static str] {
        match self.op {
            Op::Open { .. } => &["account", "currency", "overdraft_limit"],
            Op::TopUp { .. } => &["account", "amount"],
            Op::Deduct { .. } => &["account", "amount", "to"],
            Op::Transfer { .. } => &["from", "to", "amount"],
            Op::Hold { .. } => &["account", "amount", "expires_in"],
            Op::Capture { .. } => &["hold", "to", "amount", "final"],
            Op::Void { .. } => &["hold"],
            Op::Extend { .. } => &["hold", "expires_at"],
            Op::Refund { .. } => &["transfer", "amount"],
            Op::Cancel { .. } => &["transfer"],
            _ => &["account"],
        }
    }

    /// Its fields without those that have their default.
    pub(crate) fn fields(&self) -> BTreeMap<&'static str, String> {
        let places = Ids {
            transfers: (0..1_000).map(|n| format!("T{n}")).collect(),
            holds: (0..1_000).map(|n| format!("H{n}")).collect(),
        };
        let args = self.args(&places);
        let named = self.declared().iter().filter_map(|name| Some((*name, args.get(*name)?.to_string())));
        named
            .filter(|(name, value)| {
                !(*name == "to" && value == "\"@world\"" || *name == "final" && value == "true")
            })
            .collect()
    }

    /// The request, without its key.
    pub(crate) fn args(&self, ids: &Ids) -> Value {
        let hold = |place: &Place| place.id(&ids.holds, "hd");
        let transfer = |place: &Place| place.id(&ids.transfers, "tr");
        match &self.op {
            Op::Open { account, overdraft } => {
                json!({ "account": account, "currency": "USD", "overdraft_limit": usd(*overdraft) })
            }
            Op::TopUp { account, amount } => json!({ "account": account, "amount": usd(*amount) }),
            Op::Deduct { account, amount, to } => {
                json!({ "account": account, "amount": usd(*amount), "to": to })
            }
            Op::Transfer { from, to, amount } => json!({ "from": from, "to": to, "amount": usd(*amount) }),
            Op::Hold { account, amount, minutes } => with(
                json!({ "account": account, "amount": usd(*amount) }),
                "expires_in",
                minutes.map(|minutes| format!("PT{minutes}M")),
            ),
            Op::Capture { hold: place, to, amount, last } => {
                with(json!({ "hold": hold(place), "to": to, "final": last }), "amount", amount.map(usd))
            }
            Op::Void { hold: place } => json!({ "hold": hold(place) }),
            Op::Extend { hold: place, minutes } => {
                json!({ "hold": hold(place), "expires_at": time(*minutes) })
            }
            Op::Refund { transfer: place, amount } => {
                with(json!({ "transfer": transfer(place) }), "amount", amount.map(usd))
            }
            Op::Cancel { transfer: place } => json!({ "transfer": transfer(place) }),
            Op::Lock { account } | Op::Unlock { account } | Op::Close { account } => {
                json!({ "account": account })
            }
            Op::Advance { .. } => json!({}),
            Op::RunDue => json!({ "limit": 10_000 }),
        }
    }
}

fn with(mut args: Value, name: &str, value: Option<String>) -> Value {
    if let Some(value) = value {
        args[name] = value.into();
    }
    args
}

fn person() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(PEOPLE.to_vec())
}

fn place() -> impl Strategy<Value = Place> {
    // the newest is the most interesting, whatever their number: 255 is the last of 2, 4, 8 and so on
    prop_oneof![3 => 0_u8..12, 1 => Just(255_u8)].prop_map(|drawn| Place { drawn, at: None })
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 1_i64..60, 1 => 60_i64..500, 1 => Just(0)]
}

fn maybe_amount() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![Just(None), amount().prop_map(Some)]
}

fn operation() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => (person(), prop_oneof![Just(0), 1_i64..50]).prop_map(|(account, overdraft)| Op::Open { account, overdraft }),
        5 => (person(), amount()).prop_map(|(account, amount)| Op::TopUp { account, amount }),
        4 => (person(), amount(), proptest::sample::select(vec!["@world", "@fees", "shop", "a"]))
            .prop_map(|(account, amount, to)| Op::Deduct { account, amount, to }),
        5 => (person(), person(), amount()).prop_map(|(from, to, amount)| Op::Transfer { from, to, amount }),
        6 => (person(), amount(), prop_oneof![Just(None), (1_i64..90).prop_map(Some)])
            .prop_map(|(account, amount, minutes)| Op::Hold { account, amount, minutes }),
        5 => (place(), proptest::sample::select(vec!["shop", "a", "b", "@fees"]), maybe_amount(), any::<bool>())
            .prop_map(|(hold, to, amount, last)| Op::Capture { hold, to, amount, last }),
        3 => place().prop_map(|hold| Op::Void { hold }),
        2 => (place(), 0_i64..300).prop_map(|(hold, minutes)| Op::Extend { hold, minutes }),
        4 => (place(), maybe_amount()).prop_map(|(transfer, amount)| Op::Refund { transfer, amount }),
        4 => place().prop_map(|transfer| Op::Cancel { transfer }),
        1 => person().prop_map(|account| Op::Lock { account }),
        2 => person().prop_map(|account| Op::Unlock { account }),
        1 => person().prop_map(|account| Op::Close { account }),
        3 => prop_oneof![4 => 1_i64..60, 1 => Just(24 * 60)].prop_map(|minutes| Op::Advance { minutes }),
        1 => Just(Op::RunDue),
    ]
}

/// A history: every fourth call has a key of a small pool, so that keys are met again by the same request and
/// by others.
pub(crate) fn history(longest: usize) -> impl Strategy<Value = Vec<Call>> {
    let key = prop_oneof![3 => Just(None), 1 => (0_u8..6).prop_map(|key| Some(format!("pool-{key}")))];
    let call = (operation(), key).prop_map(|(op, key)| Call { op, key });
    // and a call that was made before is made again now and then
    proptest::collection::vec(
        (call, proptest::option::weighted(0.1, any::<prop::sample::Index>())),
        1..longest,
    )
    .prop_map(|drawn| {
        let mut calls: Vec<Call> = Vec::with_capacity(drawn.len());
        for (call, again) in drawn {
            match again.filter(|_| !calls.is_empty()) {
                Some(index) => calls.push(calls[index.index(calls.len())].clone()),
                None => calls.push(call),
            }
        }
        calls
    })
}
