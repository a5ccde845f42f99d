//! Keys, and what people know, cannot be copied, printed or written: the compiler says so.

use std::fmt::{Debug, Display};

use serde::Serialize;
use static_assertions::assert_not_impl_any;

use super::super::index::IndexKey;
use super::super::seal::SealingKey;
use crate::credential::pepper::Pepper;
use crate::credential::pin::Pin;
use crate::credential::recovery::RecoveryCode;
use crate::credential::totp::Totp;

assert_not_impl_any!(SealingKey: Clone, Debug, Display, Serialize);
assert_not_impl_any!(IndexKey: Clone, Debug, Display, Serialize);
assert_not_impl_any!(Pepper: Clone, Debug, Display, Serialize);
assert_not_impl_any!(Pin: Clone, Debug, Display, Serialize);
assert_not_impl_any!(Totp: Clone, Debug, Display, Serialize);
assert_not_impl_any!(RecoveryCode: Clone, Debug, Display, Serialize);
