//! The operations on keys in a build without the feature `signing`: they exist, and refuse.

use crate::engine::Engine;
use crate::error::Result;
use crate::ids::Actor;
use crate::signing::absent::absent;
use crate::signing::requests::{
    ImportKey, PrepareSignature, SetKeyPolicy, SignMessage, SignTransaction, SignTypedData,
};
use crate::signing::views::{DigestSigned, KeyKept, KeyPolicySet, SignaturePrepared, TransactionSigned};

macro_rules! refused {
    ($($name:ident: $request:ty => $reply:ty;)*) => {$(
        #[doc = concat!("`signing.", stringify!($name), "`.")]
        pub async fn $name(_: &Engine, _: &Actor, _: &$request) -> Result<$reply> {
            Err(absent(concat!("signing.", stringify!($name))))
        }
    )*};
}

refused! {
    import_key: ImportKey => KeyKept;
    set_key_policy: SetKeyPolicy => KeyPolicySet;
    prepare: PrepareSignature => SignaturePrepared;
    sign_transaction: SignTransaction => TransactionSigned;
    sign_message: SignMessage => DigestSigned;
    sign_typed_data: SignTypedData => DigestSigned;
}
