//! Assets: what a currency is on a chain.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::error::{Detail, Error};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::rows::codec::text_enum;
use crate::rows::object::{Stored, members, object};

/// The kind of an asset's record, and the object of its events.
pub const KIND: &str = "asset";

text_enum! {
    /// The kind of an asset.
    pub enum AssetKind {
        /// The chain's own coins.
        Native = "native",
        /// A token.
        Erc20 = "erc20",
    }
}

text_enum! {
    /// Whether an asset may be withdrawn.
    pub enum AssetState {
        /// A quorum has still to see its code and decimals.
        Checking = "checking",
        /// It may.
        Active = "active",
        /// It is something else on the chain.
        Refused = "refused",
    }
}

/// The most gas of a payment where nobody has said anything else: what a transfer takes many times over, and
/// too little to do much else with.
pub const MAX_GAS: u32 = 500_000;

const fn default_max_gas() -> u32 {
    MAX_GAS
}

/// The facts of an asset that are kept and may be published in events. Amounts are minor units as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetFacts {
    pub chain: String,
    pub currency: String,
    pub kind: AssetKind,
    /// The address of its token, with the checksum of EIP-55.
    #[serde(default)]
    pub token: Option<String>,
    /// Its decimals, which are those of the currency.
    pub decimals: u32,
    /// The least that is withdrawn.
    #[serde(default, with = "bound")]
    pub min: Option<i128>,
    /// The most that is withdrawn.
    #[serde(default, with = "bound")]
    pub max: Option<i128>,
    /// The fee of a withdrawal, on top of its amount.
    #[serde(default, with = "bound")]
    pub fee: Option<i128>,
    /// The most gas that a payment may take: the code of the payee runs at the wallet's expense.
    #[serde(default = "default_max_gas")]
    pub max_gas: u32,
    /// Why it was refused.
    #[serde(default)]
    pub reason: Option<String>,
    /// Drawn when its fee was set last; `None` for one of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priced: Option<Uuid>,
}

mod bound {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::money::minor::Part;

    pub(super) fn serialize<S: Serializer>(minor: &Option<i128>, serializer: S) -> Result<S::Ok, S::Error> {
        minor.map(Part).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i128>, D::Error> {
        Ok(Option::<Part>::deserialize(deserializer)?.map(|part| part.0))
    }
}

/// An asset, read from its record.
pub type Asset = Stored<AssetFacts>;

object! { AssetFacts: KIND, AssetState, Uuid as [&'n str; 2] {
    fn not_found(asset: [&str; 2]) -> Error {
        let [chain, currency] = asset.map(str::to_owned);
        Detail::AssetNotFound { chain, currency }.into()
    }
} }

/// Writes an asset with its event.
pub fn put(draft: &mut Draft<'_>, asset: &mut Asset, event: &'static str) -> Decided<()> {
    let data = members! {
        "chain": asset.facts.chain.as_str(), "currency": asset.facts.currency.as_str(),
        "reason": json!(asset.facts.reason), "state": json!(asset.state),
    };
    draft.emit(asset, event, &data)?;
    draft.put_record(asset.clone().into_row()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(more: &serde_json::Value) -> AssetFacts {
        let mut body = json!({ "chain": "local", "currency": "POL", "kind": "native", "decimals": 18 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    /// A body that was written before there was a bound for gas.
    #[test]
    fn an_asset_from_before_lets_a_payment_take_the_default() {
        assert_eq!(facts(&json!({})).max_gas, MAX_GAS);
        let kept = facts(&json!({ "max_gas": 21_000 }));
        assert_eq!(kept.max_gas, 21_000);
        assert_eq!(serde_json::to_value(&kept).unwrap()["max_gas"], json!(21_000));
    }
}
