//! The tokens of the chain: OpenZeppelin's, and three that do otherwise than the standard says. What those
//! are is in the folder beside this file, with their sources.

use super::node::{Node, hex_of, number, tool};
use crate::support::{Value, json};

/// Its `transfer` returns nothing.
const MUTE: &str = include_str!("contracts/Mute.hex");
/// Its `transfer` returns `false`, once it is shut.
const REFUSING: &str = include_str!("contracts/Refusing.hex");
/// Its `transfer` keeps a part.
const GREEDY: &str = include_str!("contracts/Greedy.hex");

/// The functions that tests call, by the first bytes of their data.
const TRANSFER: &str = "a9059cbb";
const BALANCE_OF: &str = "70a08231";

/// A contract on the chain.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) address: String,
}

/// A word of an argument: a number.
fn word(number: u128) -> String {
    format!("{number:064x}")
}

/// A word of an argument: an address.
fn address_word(address: &str) -> String {
    format!("{:0>64}", address.trim_start_matches("0x").to_lowercase())
}

/// An argument that is text of at most a word, behind its length.
fn text_words(text: &str) -> String {
    assert!(text.len() <= 32, "{text}");
    format!("{}{:0<64}", word(text.len() as u128), hex::encode(text))
}

impl Token {
    async fn made(node: &Node, code: &str) -> Self {
        let receipt = node.issue(json!({ "data": format!("0x{code}") })).await;
        Self { address: receipt["contractAddress"].as_str().unwrap().to_owned() }
    }

    /// OpenZeppelin's token with 18 decimals, all of which is `owner`'s.
    pub(crate) async fn standard(node: &Node, owner: &str, units: u128) -> Self {
        let file = tool("@openzeppelin/contracts/build/contracts/ERC20PresetFixedSupply.json");
        let file = std::fs::read(file).expect("`scripts/setup chain` fetches OpenZeppelin's contracts");
        let file: Value = serde_json::from_slice(&file).unwrap();
        let code = file["bytecode"].as_str().unwrap().trim_start_matches("0x");
        // (string name, string symbol, uint256 supply, address owner): two places, two values, two texts
        let (name, symbol) = (text_words("Dai of tests"), text_words("DAI"));
        let places = [word(4 * 32), word(6 * 32)].concat();
        let arguments = [places, word(units), address_word(owner), name, symbol].concat();
        Self::made(node, &format!("{code}{arguments}")).await
    }

    pub(crate) async fn mute(node: &Node) -> Self {
        Self::odd(node, MUTE).await
    }

    pub(crate) async fn refusing(node: &Node) -> Self {
        Self::odd(node, REFUSING).await
    }

    pub(crate) async fn greedy(node: &Node) -> Self {
        Self::odd(node, GREEDY).await
    }

    /// One of six decimals, whose whole supply is the issuer's.
    async fn odd(node: &Node, code: &str) -> Self {
        Self::made(node, &code.split_whitespace().collect::<String>()).await
    }

    /// The issuer gives an address units of it.
    pub(crate) async fn give(&self, node: &Node, to: &str, units: u128) {
        let data = format!("0x{TRANSFER}{}{}", address_word(to), word(units));
        node.issue(json!({ "to": self.address, "data": data })).await;
    }

    /// Returns the balance of an address, in the token's units.
    pub(crate) async fn units(&self, node: &Node, address: &str) -> u128 {
        let data = format!("0x{BALANCE_OF}{}", address_word(address));
        let call = json!({ "to": self.address, "data": data });
        number(&node.rpc("eth_call", json!([call, "latest"])).await)
    }

    /// From now on it answers `false`; only of the one that refuses.
    pub(crate) async fn shut(&self, node: &Node) {
        let args = json!([self.address, hex_of(0), format!("0x{}", word(1))]);
        node.rpc("anvil_setStorageAt", args).await;
    }
}
