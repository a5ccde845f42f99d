//! Requests of the signing service.
//!
//! Numbers are texts, decimal or `0x` and hex digits; bytes are `0x` and pairs of digits; addresses are `0x`
//! and 40 digits, in letters of one case or with the checksum of EIP-55.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::request::bounds::{Bound, ID, LINE, WORD, bounds, chars, document};
use crate::request::declare::request;
use crate::request::field::IntoField;
use crate::request::normal::Normal;
use crate::request::secret::Secret;

/// A number of at most 256 bits.
const NUMBER: Bound = chars(80);
/// 32 bytes.
const HASH: Bound = chars(66);
/// An address.
const ADDRESS: Bound = chars(42);
/// Data of a transaction: 128 KiB.
const DATA: Bound = chars(2 + 2 * 128 * 1024);
/// A message of 1 MiB.
const MESSAGE: Bound = chars(1 << 20);
/// The same as hex.
const MESSAGE_HEX: Bound = chars(2 + (2 << 20));
/// Typed data of 1 MiB, with room for spaces and the levels of its message.
const TYPED_DATA: Bound = document(2 << 20).levels(40);
/// A keystore.
const KEYSTORE: Bound = document(64 * 1024);
/// A mnemonic, a password or a passphrase.
const WORDS: Bound = chars(1_024);
/// A transaction that was signed: 512 KiB.
const RAW: Bound = chars(2 + (1 << 20));
/// Lists of a policy.
const LIST: usize = 1_000;

/// Declares a part of a request.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$rdoc:meta])* $req:ident: $rty:ty [$rbound:expr],)*
        $(; $($(#[$odoc:meta])* $opt:ident: Option<$oty:ty> [$obound:expr],)*)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(transform = crate::request::bounds::show::<$name>)]
        pub struct $name {
            $($(#[$rdoc])* pub $req: $rty,)*
            $($($(#[$odoc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $opt: Option<$oty>,)*)?
        }

        impl $name {
            /// With its required fields.
            #[must_use]
            pub fn new($($req: impl IntoField<$rty>),*) -> Self {
                Self { $($req: $req.into_field(),)* $($($opt: None,)*)? }
            }

            $($($(#[$odoc])*
            #[must_use]
            pub fn $opt(mut self, value: impl IntoField<$oty>) -> Self {
                self.$opt = Some(value.into_field());
                self
            })*)?
        }

        bounds! { $name { $($req: $rbound,)* $($($opt: $obound,)*)? } }

        impl Normal for $name {}
    };
}

part! {
    /// An address with the storage of it that a transaction reads (EIP-2930).
    AccessEntry {
        /// The contract.
        address: String [ADDRESS],
        /// Its slots, 32 bytes each.
        storage_keys: Vec<String> [HASH.items(4_096)],
    }
}

part! {
    /// A transaction to sign. Without `type`, the fields say what it is.
    TransactionFields {
        /// The chain, from 1 to 9223372036854775771 (EIP-2294).
        chain_id: String [NUMBER],
        /// How many transactions the address sent before.
        nonce: String [NUMBER],
        /// In wei.
        value: String [NUMBER],
        /// Gas that may be used up.
        gas_limit: String [NUMBER],
        ;
        /// `legacy`, `eip2930` or `eip1559`.
        r#type: Option<String> [WORD],
        /// The recipient of the value and the call. Null creates a contract, of which `data` is the code.
        to: Option<String> [ADDRESS],
        /// Wei for a unit of gas (`legacy`, `eip2930`).
        gas_price: Option<String> [NUMBER],
        /// At most this many wei for a unit of gas (`eip1559`).
        max_fee_per_gas: Option<String> [NUMBER],
        /// Of these at most so many for whoever makes the block (`eip1559`).
        max_priority_fee_per_gas: Option<String> [NUMBER],
        /// The input of the call; at most 128 KiB.
        data: Option<String> [DATA],
        /// The addresses and slots that will be read (`eip2930`, `eip1559`).
        access_list: Option<Vec<AccessEntry>> [Bound::NONE.items(4_096)],
    }
}

part! {
    /// A token that a key may move, in its smallest unit.
    TokenLimit {
        /// The contract.
        token: String [ADDRESS],
        ;
        /// The most of one call or permit.
        max_value: Option<String> [NUMBER],
        /// The most in any 24 hours.
        daily_value: Option<String> [NUMBER],
    }
}

part! {
    /// A function of a contract that a key may call.
    CallAllowed {
        /// The contract.
        to: String [ADDRESS],
        /// The first four bytes of the call.
        selector: String [chars(10)],
    }
}

part! {
    /// Typed data that a key may sign.
    TypedDataAllowed {
        /// The contract that checks it.
        verifying_contract: String [ADDRESS],
        /// The name of its type.
        primary_type: String [LINE],
    }
}

request! {
    /// Draws a key of secp256k1 and seals it.
    write CreateKey {
        ;
        /// A label for people.
        label: Option<String> [LINE],
    }

    /// Takes over a key: by `private_key`, by `keystore` and `password`, by `mnemonic` and `path`, or by its
    /// `address` alone, where the private key stays with the host.
    effect ImportKey {
        ;
        /// `0x` and 64 hex digits.
        private_key: Option<Secret> [chars(66)],
        /// A keystore of version 3, as an object or as its text.
        keystore: Option<Value> [KEYSTORE],
        /// The password of the keystore: tried as it is given, then in the form NFKC, in which ethers takes
        /// it.
        password: Option<Secret> [WORDS],
        /// 12 to 24 words of the English list (BIP-39), in letters of either case.
        mnemonic: Option<Secret> [WORDS],
        /// The passphrase of the mnemonic, if it has one.
        passphrase: Option<Secret> [WORDS],
        /// Where the key is (BIP-32): `m/44'/60'/0'/0/0`.
        path: Option<String> [LINE],
        /// The address of a key whose private key is with the host, or with a service of its own.
        address: Option<String> [ADDRESS],
        /// A label for people.
        label: Option<String> [LINE],
    }

    /// Lists the keys, newest first.
    read ListSigningKeys pages {}

    /// Asks for the address of a key.
    read GetAddress {
        /// The id of the key, `ky_...`.
        key: String [ID],
    }

    /// Says what a key may sign. What the policy does not name is refused from then on.
    effect SetKeyPolicy about key {
        /// The id of the key, `ky_...`.
        key: String [ID],
        /// The chains, at least one.
        chain_ids: Vec<String> [NUMBER.items(LIST)],
        ;
        /// The addresses that may get the chain's own currency, and tokens.
        recipients: Option<Vec<String>> [ADDRESS.items(LIST)],
        /// The most wei of one transaction.
        max_value: Option<String> [NUMBER],
        /// The most wei in any 24 hours.
        daily_value: Option<String> [NUMBER],
        /// The most wei of gas limit times the price of gas, which is no part of values: it goes to whoever
        /// builds the block.
        max_fee: Option<String> [NUMBER],
        /// The most wei of that in any 24 hours. Replacements of one nonce count once.
        daily_fee: Option<String> [NUMBER],
        /// Tokens that may be moved: by calls, permits (EIP-2612, DAI), Permit2 and EIP-3009.
        tokens: Option<Vec<TokenLimit>> [Bound::NONE.items(LIST)],
        /// Other functions that may be called.
        calls: Option<Vec<CallAllowed>> [Bound::NONE.items(LIST)],
        /// Other typed data that may be signed.
        typed_data: Option<Vec<TypedDataAllowed>> [Bound::NONE.items(LIST)],
        /// Whether messages may be signed; never one of 32 bytes.
        messages: Option<bool> = false,
        /// Whether contracts may be created, without value.
        deploy: Option<bool> = false,
        /// Whether `max_priority_fee_per_gas` may be above `max_fee_per_gas`: valid on Arbitrum, where nobody
        /// is paid it, and on no chain that pays it. Without a policy it may not.
        priority_above_cap: Option<bool> = false,
    }

    /// Signs a transaction.
    effect SignTransaction about key {
        /// The id of the key, `ky_...`.
        key: String [ID],
        /// The transaction.
        tx: TransactionFields,
    }

    /// Signs a message (EIP-191): just one of `message` and `message_hex`.
    effect SignMessage about key {
        /// The id of the key, `ky_...`.
        key: String [ID],
        ;
        /// Text, as UTF-8, even if it looks like hex; at most 1 MiB.
        message: Option<String> [MESSAGE],
        /// Bytes.
        message_hex: Option<String> [MESSAGE_HEX],
    }

    /// Signs typed data (EIP-712).
    effect SignTypedData about key {
        /// The id of the key, `ky_...`.
        key: String [ID],
        /// `{types, primaryType, domain, message}`, as EIP-712 has it.
        typed_data: Map<String, Value> [TYPED_DATA],
    }

    /// Asks for what a service or a phone is to sign, with a key whose private key is with the host: just one
    /// of `tx`, `message`, `message_hex` and `typed_data`.
    effect PrepareSignature about key {
        /// The id of the key, `ky_...`.
        key: String [ID],
        ;
        /// A transaction.
        tx: Option<TransactionFields>,
        /// A message, as text.
        message: Option<String> [MESSAGE],
        /// A message, as bytes.
        message_hex: Option<String> [MESSAGE_HEX],
        /// Typed data.
        typed_data: Option<Map<String, Value>> [TYPED_DATA],
    }

    /// Brings the answer of a service or a phone to what was prepared.
    read CompleteSignature {
        /// The id of the key, `ky_...`.
        key: String [ID],
        /// The signature: DER, or r and s with or without a last byte; s may be high.
        signature: String [chars(2 + 2 * 80)],
        ;
        /// The transaction.
        tx: Option<TransactionFields>,
        /// The message, as text.
        message: Option<String> [MESSAGE],
        /// The message, as bytes.
        message_hex: Option<String> [MESSAGE_HEX],
        /// The typed data.
        typed_data: Option<Map<String, Value>> [TYPED_DATA],
    }

    /// Asks who signed: a message, typed data or a digest.
    read RecoverAddress {
        /// 65 bytes, or 64 (EIP-2098).
        signature: String [chars(132)],
        ;
        /// A message, as text.
        message: Option<String> [MESSAGE],
        /// A message, as bytes.
        message_hex: Option<String> [MESSAGE_HEX],
        /// Typed data.
        typed_data: Option<Map<String, Value>> [TYPED_DATA],
        /// 32 bytes.
        digest: Option<String> [HASH],
    }

    /// Reads a signed transaction.
    read DecodeTransaction {
        /// The bytes.
        raw: String [RAW],
    }

    /// Makes the data of a call that moves tokens (ERC-20).
    read Erc20Transfer {
        /// The contract of the token.
        token: String [ADDRESS],
        /// The recipient of the tokens.
        to: String [ADDRESS],
        /// How many, in the token's smallest unit.
        amount: String [NUMBER],
    }
}
