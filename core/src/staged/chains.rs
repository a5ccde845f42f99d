//! Operations that need neither key nor store: recovering a signer, decoding a transaction, and encoding a
//! token transfer.

use crate::engine::runner::Runner;
use crate::error::Result;
use crate::signing::requests::{DecodeTransaction, Erc20Transfer, RecoverAddress};
use crate::signing::tools;
use crate::signing::views::{AddressRecovered, CallData, TransactionDecoded};

/// `signing.recover`.
pub async fn recover<R: Runner + ?Sized>(_: &R, request: RecoverAddress) -> Result<AddressRecovered> {
    tools::recover(&request)
}

/// `signing.decode_transaction`.
pub async fn decode_transaction<R: Runner + ?Sized>(
    _: &R,
    request: DecodeTransaction,
) -> Result<TransactionDecoded> {
    tools::decode_transaction(&request)
}

/// `signing.erc20_transfer`.
pub async fn erc20_transfer<R: Runner + ?Sized>(_: &R, request: Erc20Transfer) -> Result<CallData> {
    tools::erc20_transfer(&request)
}
