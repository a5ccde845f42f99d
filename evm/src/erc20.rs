//! Calls of tokens (ERC-20): what moves is in the data, not in the receiver of the transaction.

use alloy_primitives::{Address, U256};

/// The calls of a token that move it, or let others move it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `transfer(address,uint256)`.
    Transfer {
        /// The payee.
        to: Address,
        /// In the token's smallest unit.
        amount: U256,
    },
    /// `transferFrom(address,address,uint256)`.
    TransferFrom {
        /// The owner of the tokens.
        from: Address,
        /// The payee.
        to: Address,
        /// In the token's smallest unit.
        amount: U256,
    },
    /// `approve(address,uint256)`.
    Approve {
        /// The address that may take it from now on.
        spender: Address,
        /// In the token's smallest unit.
        amount: U256,
    },
    /// `increaseAllowance(address,uint256)`.
    IncreaseAllowance {
        /// The address that may take more from now on.
        spender: Address,
        /// In the token's smallest unit.
        amount: U256,
    },
}

const TRANSFER: [u8; 4] = [0xa9, 0x05, 0x9c, 0xbb];
const TRANSFER_FROM: [u8; 4] = [0x23, 0xb8, 0x72, 0xdd];
const APPROVE: [u8; 4] = [0x09, 0x5e, 0xa7, 0xb3];
const INCREASE_ALLOWANCE: [u8; 4] = [0x39, 0x50, 0x93, 0x51];

impl Call {
    /// The data of a transaction to the token.
    ///
    /// ```
    /// use earnest_evm::{U256, address, erc20::Call};
    ///
    /// let to = address::parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")?;
    /// let data = Call::Transfer { to, amount: U256::from(1_000_000) }.to_data();
    /// assert_eq!(data.len(), 68);
    /// # Ok::<(), earnest_evm::Error>(())
    /// ```
    pub fn to_data(&self) -> Vec<u8> {
        match *self {
            Self::Transfer { to, amount } => two(TRANSFER, to, amount),
            Self::Approve { spender, amount } => two(APPROVE, spender, amount),
            Self::IncreaseAllowance { spender, amount } => two(INCREASE_ALLOWANCE, spender, amount),
            Self::TransferFrom { from, to, amount } => {
                let rest = two(TRANSFER_FROM, to, amount);
                let mut data = TRANSFER_FROM.to_vec();
                data.extend_from_slice(from.into_word().as_slice());
                data.extend_from_slice(&rest[4..]);
                data
            }
        }
    }

    /// Whether data begins with one of these four calls, whatever follows.
    pub fn is_named_by(selector: [u8; 4]) -> bool {
        [TRANSFER, TRANSFER_FROM, APPROVE, INCREASE_ALLOWANCE].contains(&selector)
    }

    /// Reads data of exactly the right length, whose addresses have zeros before them. Contracts ignore what
    /// is too much, and many ignore dirt: so data of another form might do something else than it says.
    pub fn from_data(data: &[u8]) -> Option<Self> {
        let selector = <[u8; 4]>::try_from(data.get(..4)?).ok()?;
        let words: Vec<&[u8]> = data[4..].chunks(32).collect();
        if data.len() % 32 != 4 {
            return None;
        }
        let amount = |word: &[u8]| U256::from_be_slice(word);
        match (selector, words.as_slice()) {
            (TRANSFER, [to, value]) => Some(Self::Transfer { to: address(to)?, amount: amount(value) }),
            (APPROVE, [spender, value]) => {
                Some(Self::Approve { spender: address(spender)?, amount: amount(value) })
            }
            (INCREASE_ALLOWANCE, [spender, value]) => {
                Some(Self::IncreaseAllowance { spender: address(spender)?, amount: amount(value) })
            }
            (TRANSFER_FROM, [from, to, value]) => {
                Some(Self::TransferFrom { from: address(from)?, to: address(to)?, amount: amount(value) })
            }
            _ => None,
        }
    }

    /// Returns the payee, or the spender.
    pub fn recipient(&self) -> Address {
        match *self {
            Self::Transfer { to, .. } | Self::TransferFrom { to, .. } => to,
            Self::Approve { spender, .. } | Self::IncreaseAllowance { spender, .. } => spender,
        }
    }

    /// How much, in the token's smallest unit.
    pub fn amount(&self) -> U256 {
        match *self {
            Self::Transfer { amount, .. }
            | Self::TransferFrom { amount, .. }
            | Self::Approve { amount, .. }
            | Self::IncreaseAllowance { amount, .. } => amount,
        }
    }
}

fn two(selector: [u8; 4], address: Address, amount: U256) -> Vec<u8> {
    let mut data = selector.to_vec();
    data.extend_from_slice(address.into_word().as_slice());
    data.extend_from_slice(&amount.to_be_bytes::<32>());
    data
}

fn address(word: &[u8]) -> Option<Address> {
    let (zeros, address) = word.split_at_checked(12)?;
    zeros.iter().all(|byte| *byte == 0).then(|| Address::from_slice(address))
}

#[cfg(test)]
mod tests {
    use alloy_primitives::keccak256;

    use super::*;

    #[test]
    fn selectors_are_hashes_of_their_signatures() {
        let all = [
            (TRANSFER, "transfer(address,uint256)"),
            (TRANSFER_FROM, "transferFrom(address,address,uint256)"),
            (APPROVE, "approve(address,uint256)"),
            (INCREASE_ALLOWANCE, "increaseAllowance(address,uint256)"),
        ];
        for (selector, signature) in all {
            assert_eq!(selector, keccak256(signature)[..4]);
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_like_it() {
        let (from, to) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let amount = U256::MAX - U256::from(7);
        let all = [
            Call::Transfer { to, amount },
            Call::TransferFrom { from, to, amount },
            Call::Approve { spender: to, amount },
            Call::IncreaseAllowance { spender: to, amount },
        ];
        for call in all {
            let data = call.to_data();
            assert_eq!(Call::from_data(&data), Some(call));
            assert_eq!(Call::from_data(&data[..data.len() - 1]), None);
            assert_eq!(Call::from_data(&[data.as_slice(), &[0]].concat()), None);
            assert_eq!(Call::from_data(&[data.as_slice(), &[0; 32]].concat()), None);
            for at in 4..16 {
                let mut dirty = data.clone();
                dirty[at] = 1;
                assert_eq!(Call::from_data(&dirty), None, "{at}");
            }
        }
        assert_eq!(Call::from_data(&[]), None);
        assert_eq!(Call::from_data(&TRANSFER), None);
    }
}
