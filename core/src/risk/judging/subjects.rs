//! The parties of a call: accounts, actor, address, device and metadata, as rules see them.
//!
//! The parties of a decided call come from what it writes. Those of a call that failed, or that is only
//! previewed, come from what it would move.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;

use crate::currency::Currency;
use crate::error::{Error, Result};
use crate::escrow;
use crate::ids::{AccountId, Actor};
use crate::kernel::debits::flows;
use crate::kernel::draft::Draft;
use crate::kernel::memo::Memo;
use crate::kernel::moves::Moves;
use crate::money::Money;
use crate::request::address::{Address, Network};
use crate::request::record::text;
use crate::risk::counting::counter::Hash;
use crate::risk::judging::judge::{Amounts, Party};
use crate::risk::model::Prefixes;
use crate::risk::rules::rule::{Class, Subject};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::object::ListedBy;
use crate::rows::tables::RecordRow;
use crate::rows::traced::Traced;

/// The hashes of a call's actor, and of accounts that may turn out to be its parties. Each is computed once.
pub(in crate::risk) struct Hashed {
    salt: Arc<[u8]>,
    accounts: Vec<(AccountId, Party)>,
    actor: Option<(Actor, Party)>,
}

impl Hashed {
    fn find(&self, subject: &Subject, value: &str) -> Option<&Party> {
        if *subject == Subject::Actor {
            return self.actor.as_ref().filter(|(actor, _)| actor.id() == value).map(|(_, party)| party);
        }
        let is =
            |(account, party): &&(AccountId, Party)| party.subject == *subject && account.as_str() == value;
        self.accounts.iter().find(is).map(|(_, party)| party)
    }
}

/// Collects the parties of a call, as far as rules look at them.
pub(in crate::risk) struct Parties<'a> {
    salt: &'a Arc<[u8]>,
    /// Hashes that an earlier attempt has computed with this salt.
    known: Option<&'a Hashed>,
    subjects: &'a BTreeSet<Subject>,
    /// The networks that lists may name.
    networks: Option<&'a Prefixes>,
    found: Vec<Party>,
}

/// The parties of a call that lists may name.
#[derive(Debug, Default)]
pub(in crate::risk) struct ListedParties {
    /// The call's own parties: an entry blocks or allows.
    pub(in crate::risk) parties: Vec<Party>,
    /// Parties of a call that is not theirs: the owner of the PIN or code that is checked (as an actor and as
    /// an account), and the new payee of a call that settles. An entry blocks. One that allows has no effect,
    /// because it would lift what guards the party against others.
    pub(in crate::risk) guarded: Vec<Party>,
    /// The networks around the call's address, in sizes that lists have: an entry blocks or allows.
    pub(in crate::risk) networks: Vec<Party>,
}

impl ListedParties {
    /// All of them, each with whether an entry may allow.
    pub(in crate::risk) fn all(&self) -> impl Iterator<Item = (&Party, bool)> {
        let guarded = self.guarded.iter().map(|party| (party, false));
        self.parties.iter().chain(&self.networks).map(|party| (party, true)).chain(guarded)
    }

    /// How the decision is listed if an entry about `party` refuses the call: by that party. If the party is
    /// a network, it is listed as owner, and the calling address as reference.
    pub(in crate::risk) fn listed_by(&self, party: &Party) -> ListedBy {
        let subject = party.subject.to_string();
        let by = |party: &Party| Some(label(&subject, &party.value));
        let is_network = self.networks.iter().any(|network| network.value == party.value);
        let address = self.parties.iter().find(|party| is_network && party.subject == Subject::Ip);
        let owner = address.and_then(|_| by(party));
        ListedBy { owner, peer: Some(subject.as_str().into()), reference: by(address.unwrap_or(party)) }
    }
}

/// Where a call comes from: its actor, the end user's address and device, and the metadata of its request.
#[derive(Clone, Copy)]
pub(in crate::risk) struct Origin<'a> {
    /// The caller.
    pub(in crate::risk) actor: &'a Actor,
    /// The address and the device of the end user.
    pub(in crate::risk) trace: Option<&'a Traced>,
    /// The request, where rules look at its metadata.
    pub(in crate::risk) request: Option<&'a Value>,
}

impl Origin<'_> {
    /// The address and the device of its context, or of the context in a request that is only previewed. An
    /// invalid address was refused before.
    fn end_user(&self, asked: Option<&Value>) -> (Option<Address>, Option<String>) {
        let private = self.trace.and_then(|trace| trace.private.as_ref());
        let mut clear: BTreeMap<String, String> =
            private.and_then(|private| serde_json::from_str(private).ok()).unwrap_or_default();
        let mut said = |name: &str| {
            let asked = || asked?["context"][name].as_str().map(str::to_owned);
            clear.remove(name).or_else(asked)
        };
        (said("ip").and_then(|ip| Address::request("ip", &ip).ok()), said("device"))
    }
}

/// The effects of a decided call from which its parties follow.
#[derive(Clone, Copy, Default)]
pub(in crate::risk) struct Effects<'e> {
    /// The net debits of accounts, in the order of their keys.
    pub(in crate::risk) flows: &'e [(AccountKey, i128)],
    /// Payees to whom nothing moved yet.
    pub(in crate::risk) payees: &'e [Arc<str>],
    /// The deal that it wrote.
    pub(in crate::risk) deal: Option<&'e RecordRow>,
    /// Whether it opened that deal.
    pub(in crate::risk) opens: bool,
}

impl<'a> Parties<'a> {
    /// None yet.
    pub(in crate::risk) const fn new(salt: &'a Arc<[u8]>, subjects: &'a BTreeSet<Subject>) -> Self {
        Self { salt, known: None, subjects, networks: None, found: Vec::new() }
    }

    /// The same with the networks that lists may name.
    pub(in crate::risk) const fn within(mut self, networks: &'a Prefixes) -> Self {
        self.networks = Some(networks);
        self
    }

    /// The same with the hashes of an earlier attempt.
    pub(in crate::risk) fn knowing(mut self, memo: Option<&'a Memo>) -> Self {
        self.known = memo.and_then(Memo::get::<Hashed>).filter(|hashed| hashed.salt == *self.salt);
        self
    }

    /// All that were found.
    pub(in crate::risk) fn finish(self) -> Vec<Party> {
        self.found
    }

    /// The parties of a call that was decided.
    pub(in crate::risk) fn of_draft(self, origin: Origin<'_>, draft: &Draft<'_>) -> Vec<Party> {
        let writes = draft.writes();
        self.of_effects(
            origin,
            Effects {
                flows: &flows(writes, draft.seen()),
                payees: &writes.payees,
                deal: writes.records.iter().find(|row| row.kind.as_ref() == escrow::model::KIND),
                opens: draft.ctx.operation == OPEN,
            },
        )
    }

    /// The parties of a call that has these effects.
    pub(in crate::risk) fn of_effects(mut self, origin: Origin<'_>, effects: Effects<'_>) -> Vec<Party> {
        let Effects { flows, payees, deal, opens } = effects;
        let (mut paying, mut paid) = (Vec::<(&str, Amounts)>::new(), Vec::new());
        // currencies of an account follow one another
        for (AccountKey { account, currency, .. }, minor) in flows {
            let account = account.as_str();
            if *minor == 0 || account.starts_with('@') {
                continue;
            }
            let amount = money(*minor, *currency);
            match paying.last_mut() {
                _ if *minor < 0 => paid.push(account),
                Some((last, amounts)) if *last == account => amounts.extend(amount),
                _ => paying.push((account, amount.into_iter().collect())),
            }
        }
        paid.dedup();
        for payee in payees.iter().map(AsRef::as_ref).filter(|payee: &&str| !payee.starts_with('@')) {
            if let Err(place) = paid.binary_search(&payee) {
                paid.insert(place, payee);
            }
        }
        self.sides(paying, paid, deal, opens);
        self.origin(origin, None);
        self.amounts();
        self.finish()
    }

    /// The parties of a call that makes this request, by what it moves; `deal` is the one that it changes.
    pub(in crate::risk) fn of_request(
        mut self,
        origin: Origin<'_>,
        request: &Value,
        moved: &Moves,
        deal: Option<&RecordRow>,
    ) -> Vec<Party> {
        let Moves { paying, paid, .. } = moved;
        let amounts = |amounts: &Vec<Money>| amounts.iter().copied().collect();
        let paying = paying.iter().map(|(account, all)| (account.as_str(), amounts(all))).collect();
        self.sides(paying, paid.iter().map(AccountId::as_str).collect(), deal, false);
        self.origin(origin, Some(request));
        self.amounts();
        self.finish()
    }

    /// The parties of a request, for lists. They include the buyer of its deal even if he pays nothing. The
    /// owner of a PIN or code that is checked is a party for lists alone: if rules counted by him, strangers
    /// could use up his limits.
    pub(in crate::risk) fn of_lists(
        self,
        origin: Origin<'_>,
        class: Class,
        request: &Value,
        mut moved: Moves,
        deal: Option<&RecordRow>,
    ) -> ListedParties {
        let mut guarded = Self::new(self.salt, self.subjects);
        if class != Class::Opens {
            // a call that settles is not blocked, except for a new payee
            if let Some(payee) = &moved.new_payee {
                guarded.add(&Subject::Counterparty, payee.as_str(), Amounts::new());
            }
            return ListedParties { guarded: guarded.finish(), ..ListedParties::default() };
        }
        if let Some(whose) = request["subject"].as_str() {
            guarded.add(&Subject::Account, whose, Amounts::new());
            guarded.add(&Subject::Actor, whose, Amounts::new());
        }
        if let Some(buyer) = deal.and_then(|deal| deal.owner.as_deref()) {
            moved.paying.entry(AccountId::stored(buyer)).or_default();
        }
        let networks = self.networks_of(origin, request);
        ListedParties {
            parties: self.of_request(origin, request, &moved, deal),
            guarded: guarded.finish(),
            networks,
        }
    }

    /// The networks around a call's address, in sizes that lists have.
    fn networks_of(&self, origin: Origin<'_>, request: &Value) -> Vec<Party> {
        let Some(networks) = self.networks.filter(|networks| !networks.is_empty()) else { return Vec::new() };
        let (Some(address), _) = origin.end_user(Some(request)) else { return Vec::new() };
        let hash = |network: Network| Self::hash(self.salt, &Subject::Ip, &network.to_string());
        networks.of(address).map(|network| Party::new(Subject::Ip, hash(network))).collect()
    }

    /// The parties that a call may turn out to have, so that their rows are read before it is decided. Rows
    /// of parties that are missed here are read later.
    pub(in crate::risk) fn candidates(
        mut self,
        origin: Origin<'_>,
        needs: &Needs,
        payer: Option<&AccountKey>,
        streams: impl Fn(&AccountKey) -> bool,
    ) -> (Vec<Party>, Hashed) {
        let mut accounts = Vec::new();
        for (key, access) in &needs.accounts {
            let account = key.account.as_str();
            // a streaming account that is only credited is not locked, so its counters must not be locked
            // either
            let debits = access.drains() || *access == Access::Write && !streams(key);
            if !debits || account.starts_with('@') {
                continue;
            }
            // if the payer is a system account, the payee is the account of the call
            let pays = payer.map(|payer| payer == key || payer.account.as_str().starts_with('@'));
            let before = self.found.len();
            if pays != Some(false) {
                self.add(&Subject::Account, account, Amounts::new());
            }
            if pays != Some(true) {
                self.add(&Subject::Counterparty, account, Amounts::new());
            }
            accounts.extend(self.found[before..].iter().map(|party| (key.account.clone(), party.clone())));
        }
        self.origin(origin, None);
        let actor = self.found.iter().find(|party| party.subject == Subject::Actor);
        let actor = actor.map(|party| (origin.actor.clone(), party.clone()));
        let hashed = Hashed { salt: self.salt.clone(), accounts, actor };
        (self.finish(), hashed)
    }

    /// The hash of a value in a part.
    pub(in crate::risk) fn hash(salt: &[u8], subject: &Subject, value: &str) -> Hash {
        let part = subject.text();
        let parts = [
            b"earnest risk\0".as_slice(),
            salt,
            &(part.len() as u64).to_le_bytes(),
            part.as_bytes(),
            value.as_bytes(),
        ];
        // in one piece, if there is room: each `update` of the digest is a call, and most fill no block
        let (mut digest, mut text, mut filled) = (Sha256::new(), [0; 128], 0);
        for part in parts {
            if let Some(room) = text.get_mut(filled..filled + part.len()) {
                room.copy_from_slice(part);
                filled += part.len();
            } else {
                digest.update(&text[..filled]);
                digest.update(part);
                filled = 0;
            }
        }
        digest.update(&text[..filled]);
        let digest = digest.finalize();
        let mut hash = Hash::default();
        let length = hash.len();
        hash.copy_from_slice(&digest[..length]);
        hash
    }

    /// Adds the accounts of a call and its counterparties. Payers are the accounts, and payees the
    /// counterparties. If nobody pays, the buyer of a deal that is opened, or else the payees, are the
    /// accounts. Both are in the order of their names, each once.
    fn sides<'s>(
        &mut self,
        paying: Vec<(&'s str, Amounts)>,
        mut paid: Vec<&'s str>,
        deal: Option<&'s RecordRow>,
        opens: bool,
    ) {
        if paying.is_empty() {
            let buyer = deal.filter(|_| opens).and_then(|deal| deal.owner.as_deref());
            for account in buyer.map_or_else(|| std::mem::take(&mut paid), |buyer| vec![buyer]) {
                self.add(&Subject::Account, account, Amounts::new());
            }
        }
        for (account, amounts) in paying {
            paid.retain(|paid| *paid != account);
            self.add(&Subject::Account, account, amounts);
        }
        if let Some(peer) = deal.and_then(|deal| deal.peer.as_deref())
            && let Err(place) = paid.binary_search(&peer)
        {
            paid.insert(place, peer);
        }
        for account in paid {
            self.add(&Subject::Counterparty, account, Amounts::new());
        }
    }

    fn origin(&mut self, origin: Origin<'_>, asked: Option<&Value>) {
        // a call without an actor has no party of this subject
        if !(origin.actor.is_system() && origin.actor.id() == "system") {
            self.add(&Subject::Actor, origin.actor.id(), Amounts::new());
        }
        let (address, device) = origin.end_user(asked);
        if let Some(address) = address {
            self.add(&Subject::Ip, &address.customer().to_string(), Amounts::new());
        }
        if let Some(device) = device {
            self.add(&Subject::Device, &device, Amounts::new());
        }
        let Some(metadata) = origin.request.or(asked).map(|request| &request["metadata"]) else { return };
        let fields: Vec<Subject> =
            self.subjects.iter().filter(|subject| matches!(subject, Subject::Meta(_))).cloned().collect();
        for subject in fields {
            let Subject::Meta(field) = &subject else { continue };
            if let Some(value) = metadata.get(field).and_then(known_by) {
                self.add(&subject, &value, Amounts::new());
            }
        }
    }

    /// Gives every party that is no account the sum of what leaves all accounts.
    fn amounts(&mut self) {
        if self.found.iter().all(|party| party.subject == Subject::Account) {
            return;
        }
        let mut sums: SmallVec<[(Currency, i128); 1]> = SmallVec::new();
        for amount in self.found.iter().flat_map(|party| &party.amounts) {
            match sums.iter_mut().find(|(currency, _)| *currency == amount.currency()) {
                Some((_, sum)) => *sum = sum.saturating_add(amount.minor_units()),
                None => sums.push((amount.currency(), amount.minor_units())),
            }
        }
        let all: Amounts = sums.into_iter().filter_map(|(currency, minor)| money(minor, currency)).collect();
        for party in self.found.iter_mut().filter(|party| party.subject != Subject::Account) {
            party.amounts.clone_from(&all);
        }
    }

    fn add(&mut self, subject: &Subject, value: &str, amounts: Amounts) {
        // an account that no rule is about is added all the same if it has amounts: the sum needs them
        let wanted = self.subjects.contains(subject);
        if !wanted && amounts.is_empty() {
            return;
        }
        let party = match self.known.and_then(|known| known.find(subject, value)) {
            Some(party) => party.clone(),
            None => Party::new(subject.clone(), Self::hash(self.salt, subject, value)),
        };
        if !self.found.iter().any(|other| other.subject == *subject && other.value == party.value) {
            self.found.push(Party { amounts, ..party });
        }
    }
}

pub(in crate::risk) const OPEN: &str = "escrow.open";

/// The name under which a party is listed.
pub(in crate::risk) fn label(subject: &str, party: &Hash) -> Arc<str> {
    format!("{subject}:{}", hex::encode(party)).into()
}

/// The value of a list entry, in the one form in which it is shown and looked up.
pub(in crate::risk) fn listed(field: &str, subject: &Subject, value: &str) -> Result<String> {
    Ok(match subject {
        Subject::Account | Subject::Counterparty => {
            // system accounts are not judged by rules
            let account = AccountId::request(field, value).ok().filter(|account| !account.is_system());
            account.ok_or_else(|| Error::invalid(field, "must be the name of an account"))?.to_string()
        }
        Subject::Actor => Actor::request(field, value, None)?.id().to_owned(),
        Subject::Ip => Network::request(field, value)?.to_string(),
        Subject::Device | Subject::Meta(_) => text(field, value)?.to_string(),
    })
}

/// A value that is searched for, in the same form. A single address stands for the customer's network that
/// rules know it by.
pub(in crate::risk) fn sought(field: &str, subject: &Subject, value: &str) -> Result<String> {
    match subject {
        Subject::Ip if !value.contains('/') => Ok(Address::request(field, value)?.customer().to_string()),
        _ => listed(field, subject, value),
    }
}

/// The text that identifies a metadata value: a string itself, any other value as canonical JSON. `None` for
/// null, which is no value.
fn known_by(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.into()),
        other => serde_json_canonicalizer::to_string(other).ok().map(Cow::from),
    }
}

fn money(minor: i128, currency: Currency) -> Option<Money> {
    Money::new(minor, currency)
}
