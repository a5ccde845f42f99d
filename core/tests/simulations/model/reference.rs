//! The reference: a ledger of plain maps, single-threaded, written from the contract and not from the
//! library.
//!
//! One currency in minor units, ids that are places in a list, time in minutes. It answers each call with a
//! line that says everything a caller can see; the library's replies are brought to the same form and
//! compared.

use std::collections::BTreeMap;

use super::calls::{Call, Op, Place};

pub(crate) const PEOPLE: [&str; 4] = ["a", "b", "c", "shop"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Active,
    Locked,
    Closed,
}

#[derive(Clone, Debug)]
struct Account {
    posted: i64,
    overdraft: i64,
    status: Status,
    entries: i64,
}

#[derive(Clone, Debug)]
struct Hold {
    account: &'static str,
    amount: i64,
    captured: i64,
    released: i64,
    state: &'static str,
    expires_at: Option<i64>,
    version: i64,
}

impl Hold {
    fn rest(&self) -> i64 {
        self.amount - self.captured - self.released
    }
    fn open(&self) -> bool {
        matches!(self.state, "authorized" | "partially_captured")
    }
    fn dead(&self, now: i64) -> bool {
        self.open() && self.expires_at.is_some_and(|at| at <= now)
    }
}

#[derive(Clone, Debug)]
struct Transfer {
    kind: &'static str,
    from: &'static str,
    to: &'static str,
    amount: i64,
    refunded: i64,
    reverses: Option<usize>,
    reversed_by: Option<usize>,
    hold: Option<usize>,
    /// Of payer and payee: balance before, number; `None` where an account has neither.
    legs: [Option<(i64, i64)>; 2],
}

/// The call that a key stands for, and what it made.
#[derive(Clone, Debug)]
struct Known {
    name: &'static str,
    fields: BTreeMap<&'static str, String>,
    made: Made,
    expires_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Made {
    transfer: Option<usize>,
    hold: Option<usize>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    accounts: BTreeMap<&'static str, Account>,
    holds: Vec<Hold>,
    transfers: Vec<Transfer>,
    keys: BTreeMap<String, Known>,
    pub(crate) now: i64,
    /// From this one on holds were made while a call waited, which does not find out that they have ended
    /// meanwhile.
    pub(crate) unseen: Option<usize>,
}

type Verdict<T> = Result<T, String>;

fn own(name: &str) -> bool {
    name.starts_with('@')
}

impl Ledger {
    /// Answers one call, and does what it does.
    pub(crate) fn call(&mut self, call: &Call) -> String {
        match &call.op {
            Op::Advance { minutes } => {
                self.now += minutes;
                return "ok".to_owned();
            }
            Op::RunDue => {
                for hold in 0..self.holds.len() {
                    if self.dead(hold) {
                        self.end(hold, "expired");
                    }
                }
                return "ok".to_owned();
            }
            _ => {}
        }
        // a refusal leaves everything as it was
        let before = self.clone();
        match self.decide(call) {
            Ok(line) => line,
            Err(refusal) => {
                *self = before;
                refusal
            }
        }
    }

    fn decide(&mut self, call: &Call) -> Verdict<String> {
        shape(&call.op)?;
        let (name, key) = (call.name(), self.key(call));
        if let Some(key) = &key {
            let derived = key.starts_with("auto:");
            if let Some(known) =
                self.keys.get(key).filter(|known| known.expires_at.is_none_or(|at| at > self.now))
            {
                let fields = call.fields();
                if known.name == name && known.fields == fields {
                    let made = known.made;
                    return Ok(self.reply(call, made, true));
                }
                if !derived {
                    return Err(mismatch(known, name, &fields, call.declared()));
                }
            }
        }
        let made = self.effect(&call.op)?;
        if let Some(key) = key.filter(|key| !(key.starts_with("auto:") && self.keys.contains_key(key))) {
            let day =
                matches!(call.op, Op::Open { .. } | Op::Lock { .. } | Op::Unlock { .. } | Op::Close { .. });
            let expires_at = day.then_some(self.now + 24 * 60);
            self.keys.insert(key, Known { name, fields: call.fields(), made, expires_at });
        }
        Ok(self.reply(call, made, false))
    }

    fn key(&self, call: &Call) -> Option<String> {
        match (&call.key, &call.op) {
            (Some(key), _) => Some(key.clone()),
            (None, Op::Void { hold }) => {
                Some(format!("auto:ledger.void:{}", self.hold_of(hold).unwrap_or(usize::MAX)))
            }
            _ => None,
        }
    }

    /// The hold that a call names; none where there is none yet.
    pub(crate) fn hold_of(&self, place: &Place) -> Option<usize> {
        place.at.filter(|at| *at < self.holds.len())
    }

    pub(crate) fn transfer_of(&self, place: &Place) -> Option<usize> {
        place.at.filter(|at| *at < self.transfers.len())
    }

    /// How many transfers and holds there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.transfers.len(), self.holds.len())
    }

    fn effect(&mut self, op: &Op) -> Verdict<Made> {
        match op {
            Op::Open { account, overdraft } => self.open(account, *overdraft),
            Op::TopUp { account, amount } => {
                self.accounts.entry(account).or_insert_with(Account::new);
                self.active(account)?;
                self.post("top_up", "@world", account, *amount)
            }
            Op::Deduct { account, amount, to } => self.pay("deduct", account, to, *amount),
            Op::Transfer { from, to, amount } => self.pay("transfer", from, to, *amount),
            Op::Hold { account, amount, minutes } => self.hold(account, *amount, *minutes),
            Op::Capture { hold, to, amount, last } => self.capture(hold, to, *amount, *last),
            Op::Void { hold } => {
                let hold = self.open_hold(hold)?;
                self.end(hold, "voided");
                Ok(Made { hold: Some(hold), transfer: None })
            }
            Op::Extend { hold, minutes } => {
                let hold = self.open_hold(hold)?;
                if *minutes <= self.now {
                    return Err("invalid_request expires_at".into());
                }
                self.holds[hold].expires_at = Some(*minutes);
                self.holds[hold].version += 1;
                Ok(Made { hold: Some(hold), transfer: None })
            }
            Op::Refund { transfer, amount } => self.give_back(transfer, *amount, false),
            Op::Cancel { transfer } => self.give_back(transfer, None, true),
            Op::Lock { account } => self.set_status(account, Status::Locked),
            Op::Unlock { account } => self.set_status(account, Status::Active),
            Op::Close { account } => self.set_status(account, Status::Closed),
            Op::Advance { .. } | Op::RunDue => Ok(Made::default()),
        }
    }

    fn open(&mut self, account: &'static str, overdraft: i64) -> Verdict<Made> {
        if self.accounts.contains_key(account) {
            return Err(format!("account_exists {account}"));
        }
        self.accounts.insert(account, Account { overdraft, ..Account::new() });
        Ok(Made::default())
    }

    fn pay(
        &mut self,
        kind: &'static str,
        from: &'static str,
        to: &'static str,
        amount: i64,
    ) -> Verdict<Made> {
        self.exists(from)?;
        self.exists(to)?;
        self.active(from)?;
        self.active(to)?;
        self.afford(from, amount)?;
        self.post(kind, from, to, amount)
    }

    fn hold(&mut self, account: &'static str, amount: i64, minutes: Option<i64>) -> Verdict<Made> {
        self.exists(account)?;
        if minutes == Some(0) {
            return Err("invalid_request expires_in".into());
        }
        self.active(account)?;
        self.afford(account, amount)?;
        let expires_at = minutes.map(|minutes| self.now + minutes);
        self.holds.push(Hold {
            account,
            amount,
            captured: 0,
            released: 0,
            state: "authorized",
            expires_at,
            version: 1,
        });
        Ok(Made { hold: Some(self.holds.len() - 1), transfer: None })
    }

    fn capture(&mut self, hold: &Place, to: &'static str, amount: Option<i64>, last: bool) -> Verdict<Made> {
        let place = self.open_hold(hold)?;
        let (payer, rest) = (self.holds[place].account, self.holds[place].rest());
        if payer == to {
            return Err("invalid_request to".into());
        }
        let amount = amount.unwrap_or(rest);
        if amount > rest {
            return Err(format!("capture_exceeds_hold H{place} remaining {rest} requested {amount}"));
        }
        if !own(to) {
            self.accounts.entry(to).or_insert_with(Account::new);
        }
        self.active(to)?;
        let hold = &mut self.holds[place];
        hold.captured += amount;
        hold.version += 1;
        if last {
            hold.released += hold.rest();
        }
        hold.state = if hold.rest() == 0 { "captured" } else { "partially_captured" };
        let made = self.post("capture", payer, to, amount)?;
        let transfer = made.transfer.unwrap_or_default();
        self.transfers[transfer].hold = Some(place);
        Ok(Made { transfer: Some(transfer), hold: Some(place) })
    }

    fn give_back(&mut self, place: &Place, amount: Option<i64>, whole: bool) -> Verdict<Made> {
        let Some(original) = self.transfer_of(place) else { return Err("transfer_not_found".into()) };
        let row = self.transfers[original].clone();
        if let Some(reversal) = row.reversed_by {
            return Err(format!("already_reversed T{original} by T{reversal}"));
        }
        if matches!(row.kind, "reversal" | "refund") {
            return Err("transition_not_allowed".into());
        }
        let left = row.amount - row.refunded;
        let asked = if whole { row.amount } else { amount.unwrap_or(left) };
        if asked > left || asked == 0 {
            return Err(format!("refund_exceeds_original T{original} refunded {}", row.refunded));
        }
        self.active(row.to)?;
        self.active(row.from)?;
        self.afford(row.to, asked)?;
        let kind = if whole { "reversal" } else { "refund" };
        let made = self.post(kind, row.to, row.from, asked)?;
        let back = made.transfer.unwrap_or_default();
        self.transfers[back].reverses = Some(original);
        self.transfers[original].refunded += asked;
        if whole {
            self.transfers[original].reversed_by = Some(back);
        }
        Ok(made)
    }

    fn set_status(&mut self, account: &'static str, status: Status) -> Verdict<Made> {
        self.exists(account)?;
        // whoever changes the account itself finds its dead holds released
        self.bury(account);
        let old = self.accounts[account].status;
        match (old, status) {
            // it was paid what it was owed since it was closed
            (Status::Closed, Status::Active) if self.accounts[account].posted != 0 => {}
            (Status::Closed, _) => return Err(format!("account_closed {account}")),
            (Status::Locked, Status::Locked) => return Err(format!("account_locked {account}")),
            (Status::Active, Status::Active) => return Err("transition_not_allowed".into()),
            (_, Status::Closed) if self.accounts[account].posted != 0 || self.held(account) != 0 => {
                return Err("condition_not_met balance_zero".into());
            }
            _ => {}
        }
        if let Some(row) = self.accounts.get_mut(account) {
            row.status = status;
        }
        Ok(Made::default())
    }

    fn exists(&self, account: &str) -> Verdict<()> {
        if own(account) || self.accounts.contains_key(account) {
            return Ok(());
        }
        Err(format!("account_not_found {account}"))
    }

    fn active(&self, account: &str) -> Verdict<()> {
        match self.accounts.get(account).map(|row| row.status) {
            Some(Status::Locked) => Err(format!("account_locked {account}")),
            Some(Status::Closed) => Err(format!("account_closed {account}")),
            _ => Ok(()),
        }
    }

    fn held(&self, account: &str) -> i64 {
        self.holds.iter().filter(|hold| hold.account == account).map(Hold::rest).sum()
    }

    /// Dead holds do not count; they are released where that is what it takes.
    fn afford(&mut self, account: &str, amount: i64) -> Verdict<()> {
        if account == "@world" {
            return Ok(());
        }
        let row = self.accounts.get(account).cloned().unwrap_or_else(Account::new);
        let stored = row.posted - self.held(account) + row.overdraft;
        let dead: i64 = (0..self.holds.len())
            .filter(|hold| self.holds[*hold].account == account && self.dead(*hold))
            .map(|hold| self.holds[hold].rest())
            .sum();
        if stored + dead < amount {
            return Err(format!(
                "insufficient_balance {account} available {} required {amount}",
                stored + dead
            ));
        }
        if stored < amount {
            self.bury(account);
        }
        Ok(())
    }

    fn dead(&self, hold: usize) -> bool {
        self.unseen.is_none_or(|from| hold < from) && self.holds[hold].dead(self.now)
    }

    fn bury(&mut self, account: &str) {
        for hold in 0..self.holds.len() {
            if self.holds[hold].account == account && self.dead(hold) {
                self.end(hold, "expired");
            }
        }
    }

    /// The holds that have expired, whoever found it out.
    pub(crate) fn expired(&self) -> Vec<usize> {
        (0..self.holds.len()).filter(|hold| self.holds[*hold].state == "expired").collect()
    }

    /// A timer ends one hold, if it is dead.
    pub(crate) fn expire(&mut self, hold: usize) -> bool {
        let dead = self.dead(hold);
        if dead {
            self.end(hold, "expired");
        }
        dead
    }

    fn end(&mut self, hold: usize, state: &'static str) {
        let hold = &mut self.holds[hold];
        hold.released += hold.rest();
        hold.state = state;
        hold.version += 1;
    }

    fn open_hold(&self, place: &Place) -> Verdict<usize> {
        let Some(hold) = self.hold_of(place) else { return Err("hold_not_found".into()) };
        let row = &self.holds[hold];
        if row.state == "expired" || self.dead(hold) {
            return Err(format!("hold_expired H{hold}"));
        }
        if !row.open() {
            return Err(format!("hold_closed H{hold} {}", row.state));
        }
        Ok(hold)
    }

    fn post(
        &mut self,
        kind: &'static str,
        from: &'static str,
        to: &'static str,
        amount: i64,
    ) -> Verdict<Made> {
        let legs = [self.enter(from, -amount), self.enter(to, amount)];
        let row = Transfer {
            kind,
            from,
            to,
            amount,
            refunded: 0,
            reverses: None,
            reversed_by: None,
            hold: None,
            legs,
        };
        self.transfers.push(row);
        Ok(Made { transfer: Some(self.transfers.len() - 1), hold: None })
    }

    fn enter(&mut self, account: &'static str, amount: i64) -> Option<(i64, i64)> {
        let row = self.accounts.entry(account).or_insert_with(Account::new);
        let before = row.posted;
        row.posted += amount;
        row.entries += 1;
        (!own(account)).then_some((before, row.entries))
    }
}

/// Refuses a call that is wrong by itself.
fn shape(op: &Op) -> Verdict<()> {
    if op.amount() == Some(0) {
        return Err("invalid_amount amount".into());
    }
    match op {
        Op::Transfer { from, to, .. } if from == to => Err("invalid_request to".into()),
        Op::Deduct { account, to, .. } if account == to => Err("invalid_request to".into()),
        _ => Ok(()),
    }
}

fn mismatch(
    known: &Known,
    name: &str,
    fields: &BTreeMap<&'static str, String>,
    declared: &[&'static str],
) -> String {
    if known.name != name {
        return "idempotency_mismatch operation".to_owned();
    }
    let differ = declared.iter().filter(|field| known.fields.get(*field) != fields.get(*field));
    format!("idempotency_mismatch {}", differ.copied().collect::<Vec<_>>().join(","))
}

impl Account {
    fn new() -> Self {
        Self { posted: 0, overdraft: 0, status: Status::Active, entries: 0 }
    }
}

/// The view of callers, as lines.
impl Ledger {
    fn reply(&self, call: &Call, made: Made, replayed: bool) -> String {
        let mut parts = vec![format!("ok replayed={replayed}")];
        if let Some(transfer) = made.transfer {
            parts.push(self.transfer_line(transfer));
        }
        if let Some(hold) = made.hold {
            parts.push(self.hold_line(hold));
        }
        if let Some(account) = self.about(call, made) {
            let line = self.account_line(account);
            // only a reply about the account itself shows its status
            let whole =
                matches!(call.op, Op::Open { .. } | Op::Lock { .. } | Op::Unlock { .. } | Op::Close { .. });
            parts.push(if whole {
                line
            } else {
                line.rsplit_once(' ').map_or(line.clone(), |(balance, _)| balance.to_owned())
            });
        }
        parts.join(" | ")
    }

    /// The account whose balance a reply shows.
    fn about(&self, call: &Call, made: Made) -> Option<&'static str> {
        match &call.op {
            Op::TopUp { account, .. } | Op::Deduct { account, .. } => Some(account),
            Op::Transfer { from, .. } => Some(from),
            Op::Hold { .. } | Op::Capture { .. } | Op::Void { .. } | Op::Extend { .. } => {
                made.hold.map(|hold| self.holds[hold].account)
            }
            Op::Refund { .. } | Op::Cancel { .. } => {
                let original = &self.transfers[self.transfers[made.transfer?].reverses?];
                Some(if original.kind == "top_up" { original.to } else { original.from })
            }
            Op::Open { account, .. }
            | Op::Lock { account }
            | Op::Unlock { account }
            | Op::Close { account } => Some(account),
            Op::Advance { .. } | Op::RunDue => None,
        }
    }

    pub(crate) fn transfer_line(&self, place: usize) -> String {
        let row = &self.transfers[place];
        let leg = |leg: &Option<(i64, i64)>| {
            leg.map_or("-".to_owned(), |(before, number)| format!("{before}#{number}"))
        };
        let index =
            |mark: char, place: Option<usize>| place.map_or("-".to_owned(), |place| format!("{mark}{place}"));
        format!(
            "T{place} {} {}>{} {} refunded {} reverses {} hold {} legs {} {}",
            row.kind,
            row.from,
            row.to,
            row.amount,
            row.refunded,
            index('T', row.reverses),
            index('H', row.hold),
            leg(&row.legs[0]),
            leg(&row.legs[1]),
        )
    }

    pub(crate) fn hold_line(&self, place: usize) -> String {
        let row = &self.holds[place];
        let expires = row.expires_at.map_or("-".to_owned(), |at| at.to_string());
        format!(
            "H{place} {} {} captured {} released {} {} until {expires} v{}",
            row.account, row.amount, row.captured, row.released, row.state, row.version,
        )
    }

    pub(crate) fn account_line(&self, account: &'static str) -> String {
        let Some(row) = self.accounts.get(account) else { return format!("{account} absent") };
        let held = self.held(account);
        let status = match row.status {
            _ if own(account) => "active",
            Status::Active => "active",
            Status::Locked => "locked",
            Status::Closed => "closed",
        };
        format!("{account} {} {held} {} {status}", row.posted, row.posted - held + row.overdraft)
    }

    /// Everything, as lines: accounts, then transfers, then holds.
    pub(crate) fn lines(&self) -> Vec<String> {
        let accounts =
            PEOPLE.into_iter().chain(["@fees", "@world"]).map(|account| self.account_line(account));
        let transfers = (0..self.transfers.len()).map(|place| self.transfer_line(place));
        let holds = (0..self.holds.len()).map(|place| self.hold_line(place));
        accounts.chain(transfers).chain(holds).collect()
    }
}
