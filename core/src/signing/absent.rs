//! The operations of a build without the feature `signing`: they are there, and refuse.

use super::keep::Keep;
use super::requests::{CompleteSignature, CreateKey, DecodeTransaction, Erc20Transfer, RecoverAddress};
use super::views::{AddressRecovered, CallData, SignatureCompleted, TransactionDecoded};
use crate::error::{Detail, Error, Result};
use crate::request::record::{Parse, WriteRequest};

/// `not_supported`, naming the feature.
pub fn absent(operation: &str) -> Error {
    let reason = "this build was made without the feature `signing`".to_owned();
    Detail::NotSupported { operation: operation.to_owned(), reason }.into()
}

impl WriteRequest for CreateKey {
    type Operation = Keep;
    fn parse(&self, _: &Parse<'_>) -> Result<Keep> {
        Err(absent("signing.create_key"))
    }
}

macro_rules! absent {
    ($($name:ident $operation:literal: $request:ty => $reply:ty;)*) => {$(
        #[doc = concat!("`", $operation, "`.")]
        pub fn $name(_: &$request) -> Result<$reply> {
            Err(absent($operation))
        }
    )*};
}

/// `signing.complete`.
pub fn completed(_: &CompleteSignature, _: &str) -> Result<SignatureCompleted> {
    Err(absent("signing.complete"))
}

absent! {
    recover "signing.recover": RecoverAddress => AddressRecovered;
    decode_transaction "signing.decode_transaction": DecodeTransaction => TransactionDecoded;
    erc20_transfer "signing.erc20_transfer": Erc20Transfer => CallData;
}
