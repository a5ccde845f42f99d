//! Typed data that lets others take tokens, known by its type with all of its fields.
//!
//! A contract hashes its own type: the same name with other fields is another type, which it does not accept.
//! Sources:
//! [EIP-2612](https://eips.ethereum.org/EIPS/eip-2612), the `permit` of DAI,
//! [Permit2](https://github.com/Uniswap/permit2) (`PermitHash.sol`),
//! [EIP-3009](https://eips.ethereum.org/EIPS/eip-3009).

use alloy_primitives::{Address, U256};

use crate::TypedData;
use crate::typed_data::Datum;

/// The tokens that a recipient may take.
pub(super) struct Permit {
    /// Each token with its amount; no token if the domain names none.
    pub(super) amounts: Vec<(Option<Address>, U256)>,
    pub(super) recipient: Option<Address>,
    /// Checked by the contract of Permit2, which must be listed too.
    pub(super) of_permit2: bool,
}

const EIP2612: &str = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";
const DAI: &str = "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)";
const AUTHORIZATION: &str = "WithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 \
                             validBefore,bytes32 nonce)";
const DETAILS: &str = "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)";
const PERMISSIONS: &str = "TokenPermissions(address token,uint256 amount)";

/// Whether a type of this name is one of a token itself.
pub(super) fn is_name(primary_type: &str) -> bool {
    matches!(primary_type, "Permit" | "TransferWithAuthorization" | "ReceiveWithAuthorization")
}

pub(super) fn read(data: &TypedData) -> Option<Permit> {
    let fields = data.message().fields();
    let kind = data.encoded_type();
    let address = |at: usize| fields.get(at).and_then(Datum::as_address);
    let of_token = |recipient, amount: Option<U256>| {
        let amounts = vec![(data.verifying_contract(), amount?)];
        Some(Permit { amounts, recipient, of_permit2: false })
    };
    match data.primary_type() {
        "Permit" if kind == EIP2612 => of_token(address(1), fields.get(2)?.as_uint()),
        "Permit" if kind == DAI => {
            // all or nothing
            let amount = if fields.get(4)?.as_bool()? { U256::MAX } else { U256::ZERO };
            of_token(address(1), Some(amount))
        }
        "TransferWithAuthorization" | "ReceiveWithAuthorization"
            if kind.strip_prefix(data.primary_type().strip_suffix("WithAuthorization")?)
                == Some(AUTHORIZATION) =>
        {
            of_token(address(1), fields.get(2)?.as_uint())
        }
        "PermitSingle"
            if kind
                == format!(
                    "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline){DETAILS}"
                ) =>
        {
            of_permit2(std::slice::from_ref(fields.first()?), address(1))
        }
        "PermitBatch"
            if kind
                == format!(
                    "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline){DETAILS}"
                ) =>
        {
            of_permit2(fields.first()?.fields(), address(1))
        }
        "PermitTransferFrom" | "PermitWitnessTransferFrom" if is_transfer(data, "TokenPermissions") => {
            of_permit2(std::slice::from_ref(fields.first()?), address(1))
        }
        "PermitBatchTransferFrom" | "PermitBatchWitnessTransferFrom"
            if is_transfer(data, "TokenPermissions[]") =>
        {
            of_permit2(fields.first()?.fields(), address(1))
        }
        _ => None,
    }
}

/// Whether the type is that of a signed transfer of Permit2, which may have a witness of any type at its end.
fn is_transfer(data: &TypedData, permitted: &str) -> bool {
    let name = data.primary_type();
    let begins = format!("{name}({permitted} permitted,address spender,uint256 nonce,uint256 deadline");
    let Some(rest) = data.encoded_type().strip_prefix(&begins) else { return false };
    if name.contains("Witness") {
        rest.starts_with(',') && rest.contains(PERMISSIONS)
    } else {
        rest.strip_prefix(')') == Some(PERMISSIONS)
    }
}

fn of_permit2(entries: &[Datum], recipient: Option<Address>) -> Option<Permit> {
    let entry = |entry: &Datum| {
        let [token, amount, ..] = entry.fields() else { return None };
        Some((Some(token.as_address()?), amount.as_uint()?))
    };
    let amounts = entries.iter().map(entry).collect::<Option<Vec<_>>>()?;
    Some(Permit { amounts, recipient, of_permit2: true })
}
