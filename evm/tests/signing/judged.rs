//! Requests that the policy lets through are signed and used in a virtual machine: nothing moves there but
//! what the decision said, to those whom the policy names. Refused ones are used too, to see that the
//! machine sees it.

use earnest_evm::{Moved, Policy, Transaction, TypedData, U256, Used, address};
use serde_json::{Value, json};

use crate::draw::{Draw, rounds};
use crate::machine::{Chain, Effect, assemble, recipients};
use crate::{mutations, policy, policy_typed};

/// A request that was used, or could not even be read.
struct Tried {
    /// The decision; none if it was refused.
    said: Option<Moved>,
    effect: Effect,
}

impl Tried {
    fn beyond(&self) -> Option<String> {
        self.effect.beyond(&self.said.clone().unwrap_or_default(), &recipients())
    }
}

fn try_transaction(chain: &Chain, request: &Value, refused_too: bool) -> Option<Tried> {
    let tx = Transaction::from_json(request).ok()?;
    let allowed = policy::policy().judge_transaction(&tx, &Used::default());
    if allowed.is_err() && !refused_too {
        return Some(Tried { said: None, effect: Effect::default() });
    }
    let signed = tx.sign(&chain.key).unwrap();
    Some(Tried { said: allowed.ok().map(|allowed| allowed.moves), effect: chain.send(&signed) })
}

fn try_document(chain: &Chain, document: &Value, refused_too: bool) -> Option<Tried> {
    let data = TypedData::from_json(document).ok()?;
    let allowed = policy::policy().judge_typed_data(&data, &Used::default());
    if allowed.is_err() && !refused_too {
        return Some(Tried { said: None, effect: Effect::default() });
    }
    let effect = chain.present(document, &data.sign(&chain.key).unwrap());
    Some(Tried { said: allowed.ok().map(|allowed| allowed.moves), effect })
}

/// The listed documents, of this key: permits of others are worth nothing.
fn documents(chain: &Chain) -> Vec<Value> {
    let own = address::to_text(&chain.key.address());
    let owned = |mut document: Value| {
        for name in ["owner", "holder", "from"] {
            if document["message"].get(name).is_some() {
                document["message"][name] = own.clone().into();
            }
        }
        document
    };
    policy_typed::listed().into_iter().map(|(document, _)| owned(document)).collect()
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    /// Could be read.
    read: usize,
    allowed: usize,
    /// Of these, what moved was exactly what the decision said, and something.
    exact: usize,
    /// Of these, less moved than the decision said.
    less: usize,
    /// Refused, and would have moved what nobody allowed.
    averted: usize,
    found: Vec<String>,
}

impl Count {
    fn add(&mut self, tried: Option<Tried>, request: &Value) {
        let Some(tried) = tried else { return };
        self.read += 1;
        let beyond = tried.beyond();
        let Some(said) = tried.said else {
            self.averted += usize::from(beyond.is_some());
            return;
        };
        self.allowed += 1;
        let mut said = said;
        said.tokens.retain(|_, amount| !amount.is_zero());
        // what the machine moves is compared: gas costs it nothing
        said.fees = U256::ZERO;
        self.exact += usize::from(!tried.effect.is_nothing() && tried.effect.moved() == said);
        self.less += usize::from(tried.effect.moved() != said);
        if let Some(beyond) = beyond {
            self.found.push(format!("{beyond}: {request}"));
        }
    }
}

#[test]
fn museum_29_what_is_allowed_of_the_lists_moves_what_was_said() {
    let chain = Chain::new();
    let mut transactions = Count::default();
    for request in policy::listed().iter().map(|(request, _)| request) {
        transactions.add(try_transaction(&chain, request, true), request);
    }
    println!("transactions: {transactions:?}");
    assert_eq!(transactions.found, [] as [String; 0]);
    let mut typed = Count::default();
    for document in &documents(&chain) {
        typed.add(try_document(&chain, document, true), document);
    }
    println!("typed data: {typed:?}");
    assert_eq!(typed.found, [] as [String; 0]);
    // the machine is no judge if less moves in it, or if it does not see what was refused; of a batch of
    // Permit2 with a token twice the second amount takes the place of the first, and the sum is said
    assert_eq!((transactions.less, typed.less), (0, 1));
    let floors =
        [(transactions.exact, 19), (transactions.averted, 44), (typed.exact, 13), (typed.averted, 33)];
    assert!(floors.iter().all(|(count, floor)| count >= floor), "{floors:?}");
}

#[test]
fn soak_no_mutation_of_what_is_allowed_moves_anything_else() {
    let chain = Chain::new();
    let allowed = |tried: Option<Tried>| tried.is_some_and(|tried| tried.said.is_some());
    let mut requests: Vec<Value> = policy::listed().into_iter().map(|(request, _)| request).collect();
    requests.retain(|request| allowed(try_transaction(&chain, request, false)));
    let mut papers = documents(&chain);
    papers.retain(|document| allowed(try_document(&chain, document, false)));
    let seed = std::env::var("EARNEST_SEEDS_FROM").ok().and_then(|text| text.parse().ok()).unwrap_or(29);
    let mut draw = Draw::new(seed);
    let (mut transactions, mut typed) = (Count::default(), Count::default());
    let all = rounds(10_000, 1_000_000);
    for round in 0..all {
        // of what is refused one in eight is used as well
        let refused_too = draw.below(8) == 0;
        if round % 2 == 0 {
            let mut request = requests[draw.below(requests.len())].clone();
            mutations::transaction(&mut draw, &mut request, &requests);
            transactions.add(try_transaction(&chain, &request, refused_too), &request);
        } else {
            let mut document = papers[draw.below(papers.len())].clone();
            mutations::document(&mut draw, &mut document, &papers);
            typed.add(try_document(&chain, &document, refused_too), &document);
        }
    }
    println!("{all} mutations; transactions: {transactions:?}; typed data: {typed:?}");
    assert_eq!(transactions.found, [] as [String; 0]);
    assert_eq!(typed.found, [] as [String; 0]);
    for count in [transactions, typed] {
        assert!(
            count.allowed > all / 20 && count.exact > all / 50 && count.averted > all / 1000,
            "{count:?}"
        );
    }
}

#[test]
fn a_new_contract_takes_nothing_from_its_creator() {
    let chain = Chain::new();
    // takes what it can get of the creator's tokens while it is made, and is itself the receiver
    let code = r#"
        (mstore 0 (shl 224 (selector "transferFrom(address,address,uint256)")))
        (mstore 4 (caller))
        (mstore 36 (address))
        (mstore 68 1)
        (pop (call (gas) 0xdc00000000000000000000000000000000000004 0 0 100 0 0))
        (mstore 0 0x00)
        (return 0 32)"#;
    let request = json!({ "chain_id": "1", "nonce": "0", "to": null, "value": "0", "gas_limit": "21000",
                          "gas_price": "1", "data": format!("0x{}", hex::encode(assemble(code))) });
    let policy = Policy::from_json(&json!({ "chain_ids": ["1"], "deploy": true })).unwrap();
    let tx = Transaction::from_json(&request).unwrap();
    let said = policy.judge_transaction(&tx, &Used::default()).unwrap().moves;
    let effect = chain.send(&tx.sign(&chain.key).unwrap());
    assert_eq!(effect.moved(), Moved::default());
    assert!(effect.beyond(&said, &[]).unwrap().starts_with("new code at "), "{effect:?}");
}

#[test]
fn the_machine_sees_what_a_call_within_a_call_moves() {
    let chain = Chain::new();
    let to = |data: &[u8]| {
        json!({ "chain_id": "1", "nonce": "0", "to": policy::USDC, "value": "0", "gas_limit": "21000",
                "gas_price": "1", "data": format!("0x{}", hex::encode(data)) })
    };
    let mallory = address::parse(policy::MALLORY).unwrap();
    let amount = U256::from(7);
    let plain = earnest_evm::erc20::Call::Transfer { to: mallory, amount }.to_data();
    let direct = try_transaction(&chain, &to(&plain), true).unwrap();
    assert_eq!(direct.effect.moved().tokens.values().copied().collect::<Vec<_>>(), [amount]);
    let once = mutations::within(&plain);
    let twice = mutations::within(&once);
    for data in [once, twice] {
        let hidden = try_transaction(&chain, &to(&data), true).unwrap();
        assert_eq!((hidden.said.is_none(), &hidden.effect), (true, &direct.effect));
    }
}
