//! The plan of what is generated: drawn from a seed alone, and so that no call is refused for want of funds.
//!
//! Units of a phase run concurrently and in any order. So a unit only spends what earlier phases have left
//! its account, and what an account receives counts from the next phase on.

use earnest::Money;
use earnest::currency::{Currencies, Currency};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Transfers of a phase, about: as many as there are customers, within these bounds.
const PHASE: (u64, u64) = (256, 4_096);
/// The least number of transfers in the first phase: no account has money yet, so they are top-ups.
const FIRST: u64 = 16;

/// A customer with an account.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) currency: Currency,
    /// Minor units that may be spent in this phase.
    safe: u64,
    /// Minor units that come with the next one.
    coming: u64,
}

/// Calls that belong together: the later ones need ids of the earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    pub(super) key: String,
    /// The order number that it belongs to.
    pub(super) reference: String,
    pub(super) kind: Kind,
}

/// The work of a unit. Amounts are in the short form, `100.00 USD`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    TopUp {
        account: String,
        amount: String,
    },
    Deduct {
        account: String,
        amount: String,
    },
    /// A payment out that is reversed.
    Cancelled {
        account: String,
        amount: String,
    },
    /// A payment, of which a part may come back.
    Transfer {
        from: String,
        to: String,
        amount: String,
        refund: Option<String>,
    },
    /// A hold, captured in part or whole, or voided.
    Hold {
        account: String,
        to: String,
        amount: String,
        capture: Option<String>,
    },
    Deal {
        buyer: String,
        seller: String,
        price: String,
        item: &'static str,
        confirmed: bool,
    },
}

impl Kind {
    /// Transfers that it writes.
    const fn transfers(&self) -> u64 {
        match self {
            Self::TopUp { .. } | Self::Deduct { .. } | Self::Transfer { refund: None, .. } => 1,
            Self::Hold { capture, .. } => {
                if capture.is_some() {
                    1
                } else {
                    0
                }
            }
            Self::Cancelled { .. } | Self::Transfer { .. } | Self::Deal { .. } => 2,
        }
    }
}

const FAMILY: [&str; 12] = ["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오"];
const GIVEN: [&str; 12] =
    ["서연", "민준", "지우", "서준", "하은", "도윤", "지민", "예준", "수아", "현우", "유진", "태현"];
const NAMES: [&str; 12] =
    ["Alice", "Ben", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Iris", "Jack", "Kate", "Liam"];
const LAST: [&str; 12] = [
    "Adams", "Brown", "Clark", "Davis", "Evans", "Foster", "Green", "Hill", "Irwin", "Jones", "King", "Lewis",
];
const ITEMS: [&str; 6] = ["camera", "winter coat", "bicycle", "guitar", "tablet", "board game"];

/// The rest of the generation.
pub(super) struct Plan {
    seed: u64,
    draw: ChaCha8Rng,
    customers: Vec<Customer>,
    /// Transfers still to be planned.
    left: u64,
    /// The number of the next unit.
    next: u64,
}

impl Plan {
    pub(super) fn new(seed: u64, customers: u32, transfers: u64) -> Self {
        let iso = Currencies::iso();
        let currencies = [iso.known("KRW"), iso.known("KRW"), iso.known("KRW"), iso.known("USD")];
        let currencies: Vec<Currency> = currencies.into_iter().flatten().collect();
        let mut draw = ChaCha8Rng::seed_from_u64(seed);
        let made = (0..customers).zip(currencies.into_iter().cycle()).map(|(number, currency)| {
            let (one, two) = (draw.next_u64(), draw.next_u64());
            let name = match currency.code() {
                "KRW" => format!("{}{}", of(&FAMILY, one), of(&GIVEN, two)),
                _ => format!("{} {}", of(&NAMES, one), of(&LAST, two)),
            };
            Customer { account: format!("customer-{seed}-{number:05}"), name, currency, safe: 0, coming: 0 }
        });
        let customers: Vec<Customer> = made.collect();
        Self { seed, draw, customers, left: transfers, next: 0 }
    }

    pub(super) fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The units of the next phase; none when everything is planned.
    pub(super) fn phase(&mut self) -> Vec<Unit> {
        for customer in &mut self.customers {
            customer.safe += std::mem::take(&mut customer.coming);
        }
        let customers = u64::try_from(self.customers.len()).unwrap_or(u64::MAX);
        let least = if self.next == 0 { FIRST } else { PHASE.0 };
        let length = customers.clamp(least, PHASE.1);
        let mut units = Vec::new();
        let mut planned = 0;
        while self.left > 0 && planned < length {
            let unit = self.unit();
            self.left -= unit.kind.transfers();
            planned += unit.kind.transfers();
            units.push(unit);
        }
        units
    }

    fn unit(&mut self) -> Unit {
        let number = self.next;
        self.next += 1;
        let mut key = format!("gen-{}-{number}", self.seed);
        let mut kind = self.kind();
        if kind.transfers() > self.left {
            // the last one of a shorter plan must not take the key of a longer one's
            key.push_str("-last");
            let account = self.below(self.customers.len());
            kind = self.top_up(account);
        }
        Unit { key, reference: format!("order-{}-{number}", self.seed), kind }
    }

    fn kind(&mut self) -> Kind {
        let payer = self.below(self.customers.len());
        let amount = self.amount(payer, 1_000, 100_000);
        let choice = self.below(1_000);
        let peer = self.peer(payer);
        let funded = self.customers.get(payer).is_some_and(|customer| customer.safe >= amount);
        if choice < 120 || !funded {
            return self.top_up(payer);
        }
        let (Some(payee), 300..) = (peer, choice) else {
            return self.paid_out(payer, amount, choice < 130);
        };
        self.spend(payer, amount);
        let names = |index: usize| {
            self.customers.get(index).map(|customer| customer.account.clone()).unwrap_or_default()
        };
        let (from, to, text) = (names(payer), names(payee), self.text(payer, amount));
        let part = self.part(amount);
        match choice {
            300..780 => {
                self.receive(payee, amount);
                Kind::Transfer { from, to, amount: text, refund: None }
            }
            780..830 => {
                self.receive(payee, amount - part);
                self.receive(payer, part);
                Kind::Transfer { from, to, amount: text, refund: Some(self.text(payer, part)) }
            }
            830..900 => {
                self.receive(payee, part);
                self.receive(payer, amount - part);
                Kind::Hold { account: from, to, amount: text, capture: Some(self.text(payer, part)) }
            }
            900..915 => {
                self.receive(payer, amount);
                Kind::Hold { account: from, to, amount: text, capture: None }
            }
            _ => {
                let confirmed = choice < 985;
                self.receive(if confirmed { payee } else { payer }, amount);
                let item = of(&ITEMS, self.draw.next_u64());
                Kind::Deal { buyer: from, seller: to, price: text, item, confirmed }
            }
        }
    }

    fn top_up(&mut self, account: usize) -> Kind {
        let amount = self.amount(account, 50_000, 1_000_000);
        self.receive(account, amount);
        let name = self.customers.get(account).map(|customer| customer.account.clone()).unwrap_or_default();
        Kind::TopUp { account: name, amount: self.text(account, amount) }
    }

    fn paid_out(&mut self, account: usize, amount: u64, cancelled: bool) -> Kind {
        self.spend(account, amount);
        let name = self.customers.get(account).map(|customer| customer.account.clone()).unwrap_or_default();
        let text = self.text(account, amount);
        if !cancelled {
            return Kind::Deduct { account: name, amount: text };
        }
        self.receive(account, amount);
        Kind::Cancelled { account: name, amount: text }
    }

    /// Another customer with the same currency; every second one is among the few who sell a lot.
    fn peer(&mut self, payer: usize) -> Option<usize> {
        let count = self.customers.len();
        let currency = self.customers.get(payer)?.currency;
        let sellers = (count / 50).max(8).min(count);
        let among = if self.below(2) == 0 { sellers } else { count };
        let start = self.below(among);
        let fits = |index: &usize| {
            *index != payer && self.customers.get(*index).is_some_and(|other| other.currency == currency)
        };
        (start..count).chain(0..start).find(fits)
    }

    /// An amount between bounds that are in won; 1,000 won are about a dollar.
    fn amount(&mut self, account: usize, least: u64, most: u64) -> u64 {
        let drawn = least + self.draw.next_u64() % (most - least + 1);
        let won = self.customers.get(account).is_none_or(|customer| customer.currency.scale() == 0);
        // prices in won end in zeros, those in dollars in any cent
        if won { drawn / 100 * 100 } else { drawn / 10 }
    }

    fn part(&mut self, amount: u64) -> u64 {
        match self.below(4) {
            0 => amount,
            _ => (amount * (1 + self.draw.next_u64() % 99) / 100).max(1),
        }
    }

    fn text(&self, account: usize, minor: u64) -> String {
        let currency = self.customers.get(account).map(|customer| customer.currency);
        let money = currency.and_then(|currency| Money::new(minor.into(), currency));
        money.map(|money| money.to_string()).unwrap_or_default()
    }

    fn spend(&mut self, account: usize, minor: u64) {
        if let Some(customer) = self.customers.get_mut(account) {
            customer.safe = customer.safe.saturating_sub(minor);
        }
    }

    fn receive(&mut self, account: usize, minor: u64) {
        if let Some(customer) = self.customers.get_mut(account) {
            customer.coming = customer.coming.saturating_add(minor);
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.draw.next_u64() % bound).unwrap_or(0)
    }
}

fn of(list: &[&'static str], drawn: u64) -> &'static str {
    let place = usize::try_from(drawn % list.len().max(1) as u64).unwrap_or(0);
    list.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(seed: u64, customers: u32, transfers: u64) -> Vec<Unit> {
        let mut plan = Plan::new(seed, customers, transfers);
        std::iter::from_fn(|| Some(plan.phase()).filter(|units| !units.is_empty())).flatten().collect()
    }

    #[test]
    fn every_transaction_is_one_transfer() {
        for (customers, transfers) in [(1, 10), (2, 100), (100, 0), (1_000, 20_000)] {
            let units = all(7, customers, transfers);
            assert_eq!(units.iter().map(|unit| unit.kind.transfers()).sum::<u64>(), transfers);
        }
    }

    #[test]
    fn the_seed_decides_and_a_longer_plan_begins_like_a_shorter_one() {
        let (short, long) = (all(3, 50, 500), all(3, 50, 5_000));
        assert_eq!(all(3, 50, 500), short);
        assert_ne!(all(4, 50, 500), short);
        let ends = |unit: &&Unit| unit.key.ends_with("-last");
        assert!(short.iter().filter(|unit| !ends(unit)).zip(&long).all(|(one, other)| one == other));
    }

    #[test]
    fn everything_occurs() {
        let units = all(1, 200, 20_000);
        let count = |what: fn(&Kind) -> bool| units.iter().filter(|unit| what(&unit.kind)).count();
        let kinds: [fn(&Kind) -> bool; 8] = [
            |kind| matches!(kind, Kind::TopUp { .. }),
            |kind| matches!(kind, Kind::Deduct { .. }),
            |kind| matches!(kind, Kind::Cancelled { .. }),
            |kind| matches!(kind, Kind::Transfer { refund: Some(_), .. }),
            |kind| matches!(kind, Kind::Hold { capture: Some(_), .. }),
            |kind| matches!(kind, Kind::Hold { capture: None, .. }),
            |kind| matches!(kind, Kind::Deal { confirmed: true, .. }),
            |kind| matches!(kind, Kind::Deal { confirmed: false, .. }),
        ];
        assert!(kinds.iter().all(|kind| count(*kind) >= 20), "{:?}", kinds.map(count));
    }

    #[test]
    fn little_data_is_mixed_too() {
        for (customers, transfers) in [(3, 200), (20, 500), (1_000, 10_000)] {
            let units = all(5, customers, transfers);
            let top_ups = units.iter().filter(|unit| matches!(unit.kind, Kind::TopUp { .. })).count();
            assert!(top_ups < units.len() / 2, "{top_ups} of {} with {customers} customers", units.len());
        }
    }

    #[test]
    fn peers_share_a_currency() {
        let plan = Plan::new(1, 100, 1_000);
        let currency =
            |name: &str| plan.customers().iter().find(|customer| customer.account == name).unwrap().currency;
        for unit in all(1, 100, 1_000) {
            if let Kind::Transfer { from, to, .. } = &unit.kind {
                assert!(from != to && currency(from) == currency(to));
            }
        }
    }
}
