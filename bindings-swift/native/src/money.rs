//! Amounts for Swift and Kotlin: texts go in and come out, and the core counts.

use earnest::Money;
use earnest_native::money::{self, Written};
use earnest_native::values;

use crate::values::{Result, guarded};

/// An amount as the core writes it.
#[derive(uniffi::Record)]
pub struct Amount {
    /// With all decimal places.
    pub text: String,
    /// How many these are.
    pub scale: u8,
    /// In minor units.
    pub minor: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        let (text, scale) = (money.amount_string(), money.currency().scale());
        Self { text, scale, minor: money.minor_units().to_string() }
    }
}

/// An amount as it is given, and the code of its currency.
#[derive(uniffi::Record)]
pub struct GivenMoney {
    /// The amount in units of its currency.
    pub amount: String,
    /// The code of its currency.
    pub currency: String,
}

impl GivenMoney {
    fn read(&self) -> earnest::Result<Money> {
        Written { amount: &self.amount, currency: &self.currency }.read("amount")
    }
}

/// Reads an amount by the rules of the core; a refusal names the field.
#[uniffi::export]
pub fn amount(field: String, given: String, currency: String) -> Result<Amount> {
    guarded(|| Written { amount: &given, currency: &currency }.read(&field).map(Amount::from))
}

/// So many minor units of a currency: cents of a dollar.
#[uniffi::export]
pub fn amount_of_minor(minor: String, currency: String) -> Result<Amount> {
    guarded(|| money::of_minor(&minor, &currency).map(Amount::from))
}

/// The decimal places of a currency of ISO 4217 or one that was registered; of any other code, none.
#[uniffi::export]
pub fn scale(code: String) -> Option<u8> {
    values::scale(&code)
}

/// Makes a currency beside ISO 4217 known to this process.
#[uniffi::export]
pub fn register_currency(code: String, scale: u8) -> Result<()> {
    guarded(|| money::register(&code, scale))
}

/// The sum of two amounts of one currency.
#[uniffi::export]
pub fn money_sum(one: GivenMoney, other: GivenMoney) -> Result<Amount> {
    guarded(|| money::sum(one.read()?, other.read()?).map(Amount::from))
}

/// The difference of two amounts of one currency.
#[uniffi::export]
pub fn money_difference(one: GivenMoney, other: GivenMoney) -> Result<Amount> {
    guarded(|| money::difference(one.read()?, other.read()?).map(Amount::from))
}

/// An amount so many times; -1 turns its sign.
#[uniffi::export]
pub fn money_times(one: GivenMoney, factor: i64) -> Result<Amount> {
    guarded(|| money::times(one.read()?, factor).map(Amount::from))
}

/// Below zero where the first is less, zero where they are equal, above zero where it is more.
#[uniffi::export]
pub fn money_compare(one: GivenMoney, other: GivenMoney) -> Result<i8> {
    guarded(|| money::compare(one.read()?, other.read()?))
}

/// Equal parts that sum to the whole.
#[uniffi::export]
pub fn money_split_evenly(one: GivenMoney, parts: i64) -> Result<Vec<Amount>> {
    guarded(|| Ok(money::split_evenly(one.read()?, parts)?.into_iter().map(Amount::from).collect()))
}

/// Parts by weights that sum to the whole.
#[uniffi::export]
pub fn money_split(one: GivenMoney, weights: Vec<i64>) -> Result<Vec<Amount>> {
    guarded(|| Ok(money::split(one.read()?, &weights)?.into_iter().map(Amount::from).collect()))
}

/// An amount for people, as refusals show it.
#[uniffi::export]
pub fn money_human(one: GivenMoney, locale: String) -> Result<String> {
    guarded(|| Ok(one.read()?.human(&locale)))
}
