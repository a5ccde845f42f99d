//! Currencies: a code with its number of decimal places, and the registry of those an engine knows.

mod seek;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use hashbrown::{HashMap, HashSet};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::error::{Detail, Error, Result};
use crate::sorting::Sorting as _;

/// The longest currency code, in bytes.
const CODE_MAX: usize = 12;

/// The most decimal places that a currency can have.
const SCALE_MAX: u8 = 30;

/// The request field that registry errors name: the option they come from.
const OPTION: &str = "currencies";

/// A currency code and its scale: the number of decimal places of its minor unit (KRW 0, USD 2, POL 18).
///
/// Codes are 1 to 12 upper-case letters and digits, beginning with a letter. A `Currency` copies like a
/// number.
///
/// ```
/// use earnest::currency::Currencies;
///
/// let usd = Currencies::iso().get("currency", "USD")?;
/// assert_eq!((usd.code(), usd.scale()), ("USD", 2));
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    // Padded with zero bytes, which no code contains.
    code: Code,
    scale: u8,
}

impl Currency {
    /// A currency of any code and scale, for rows of the store and for tests; requests go through
    /// [`Currencies::get`]. `None` if `code` is malformed or `scale` above 30.
    #[must_use]
    pub fn new(code: &str, scale: u8) -> Option<Currency> {
        if scale > SCALE_MAX {
            return None;
        }
        Some(Currency { code: pack(code)?, scale })
    }

    /// A currency of ISO 4217 that has a minor unit; `None` for any other code.
    #[must_use]
    pub fn iso(code: &str) -> Option<Currency> {
        let lists = |codes: &str| codes.split_ascii_whitespace().any(|listed| listed == code);
        let (scale, _) = ISO_4217.iter().find(|(_, codes)| lists(codes))?;
        Currency::new(code, *scale)
    }

    /// The code, such as `USD`.
    #[must_use]
    pub fn code(&self) -> &str {
        let used = self.code.split(|byte| *byte == 0).next().unwrap_or_default();
        // Only ASCII gets in, so this never falls back.
        std::str::from_utf8(used).unwrap_or_default()
    }

    /// Decimal places, 0 to 30.
    #[must_use]
    pub const fn scale(&self) -> u8 {
        self.scale
    }
}

/// The code as zero-padded bytes, or `None` if it is malformed.
fn pack(code: &str) -> Option<Code> {
    let mut packed = [0; CODE_MAX];
    packed.get_mut(..code.len())?.copy_from_slice(code.as_bytes());
    let starts_with_letter = code.as_bytes().first()?.is_ascii_uppercase();
    let plain = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (starts_with_letter && plain).then_some(packed)
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.code(), self.scale)
    }
}

impl From<Currency> for String {
    /// The code alone: for requests, which take currencies as text.
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

impl Serialize for Currency {
    /// As its code alone.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z][A-Z0-9]{0,11}$", "maxLength": CODE_MAX })
    }
}

/// The currencies that an engine knows: ISO 4217, tokens registered on top, those that its store knows, and
/// optionally a list of those it takes.
///
/// ```
/// use earnest::currency::Currencies;
///
/// let mut known = Currencies::iso();
/// known.register("USDC", 6)?;
/// known.allow_only(["KRW", "USDC"])?;
/// assert_eq!(known.get("amount.currency", "USDC")?.scale(), 6);
/// let refused = known.get("amount.currency", "JPY").unwrap_err();
/// assert_eq!(refused.code().as_str(), "currency_not_allowed");
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Debug)]
pub struct Currencies {
    table: Arc<CurrencyTable>,
    /// The currencies named in requests.
    named: Mutex<Named>,
    /// The table that its engine goes on to fill, for what was learned meanwhile.
    live: Option<Known>,
}

/// The currencies of an open store, which its engine and its sessions fill together.
pub type Known = Arc<RwLock<Currencies>>;

/// A code, padded with zero bytes.
type Code = [u8; CODE_MAX];

#[derive(Clone, Debug, Default)]
struct CurrencyTable {
    /// The program's scales: ISO 4217, and what was registered.
    program: HashMap<Code, u8>,
    /// The store's scales.
    stored: HashMap<Code, u8>,
    /// Whether rows are read by what the store says alone.
    strict: bool,
    allowed: Option<HashSet<Code>>,
    default: Option<Currency>,
}

impl CurrencyTable {
    fn scale(&self, code: &Code) -> Option<u8> {
        self.stored.get(code).or_else(|| self.program.get(code)).copied()
    }

    fn of_rows(&self, code: &Code) -> Option<u8> {
        if self.strict { self.stored.get(code).copied() } else { self.scale(code) }
    }

    fn is_stored(&self, code: &Code) -> bool {
        !self.strict || self.stored.contains_key(code)
    }
}

/// Currencies named in requests.
#[derive(Debug, Default)]
struct Named {
    /// Currencies that the program knows and the store does not.
    first: Vec<Currency>,
    /// Codes that neither knows.
    missed: Vec<Code>,
    /// A message from outside names a code that the store does not have, as far as is known.
    sought: bool,
    /// Whether who makes the request reads the store for that.
    may_seek: bool,
    /// Currencies that neither knew, and that a request makes.
    declared: Vec<Currency>,
}

impl Currencies {
    /// No currency at all.
    #[must_use]
    pub fn none() -> Currencies {
        Currencies { table: Arc::default(), named: Mutex::default(), live: None }
    }

    /// The active currencies and funds of ISO 4217 that have a minor unit, all allowed.
    #[must_use]
    pub fn iso() -> Currencies {
        let program = ISO_4217
            .iter()
            .flat_map(|(scale, codes)| codes.split_ascii_whitespace().map(move |code| (code, *scale)))
            .filter_map(|(code, scale)| Some((pack(code)?, scale)))
            .collect();
        Currencies {
            table: Arc::new(CurrencyTable { program, ..CurrencyTable::default() }),
            ..Currencies::none()
        }
    }

    /// The same for an open store: rows are read by what the store says of a code, and by nothing else.
    pub(crate) fn for_store(mut self) -> Currencies {
        Arc::make_mut(&mut self.table).strict = true;
        self
    }

    /// A view of what an engine knows now, for one call.
    pub(crate) fn of(known: &Known) -> Currencies {
        let table = known.read().unwrap_or_else(PoisonError::into_inner).table.clone();
        Currencies { table, named: Mutex::default(), live: Some(known.clone()) }
    }

    /// Adds a currency or token. The same code with the same scale again is no error.
    ///
    /// # Errors
    /// `invalid_currency` for a malformed code; `invalid_request` for a scale above 30 or another scale than
    /// the code already has, because amounts written with the old one would change their value.
    pub fn register(&mut self, code: &str, scale: u8) -> Result<Currency> {
        let packed = pack(code).ok_or_else(|| unknown(OPTION, code))?;
        if scale > SCALE_MAX {
            return Err(Error::invalid(OPTION, format!("gives `{code}` a scale above {SCALE_MAX}")));
        }
        let table = Arc::make_mut(&mut self.table);
        let present = table.stored.get(&packed).copied();
        let present = present.unwrap_or_else(|| *table.program.entry(packed).or_insert(scale));
        if present != scale {
            return Err(Error::invalid(
                OPTION,
                format!("gives `{code}` scale {scale}, but it has scale {present}"),
            ));
        }
        Ok(Currency { code: packed, scale })
    }

    /// Takes over what a store says of a currency.
    pub(crate) fn learn(&mut self, stored: Currency) -> Result<()> {
        let known = self.table.stored.get(&stored.code);
        if known == Some(&stored.scale) {
            return Ok(());
        }
        if let Some(other) = known.or_else(|| self.table.program.get(&stored.code)).copied()
            && other != stored.scale
        {
            return Err(differs(stored, other));
        }
        Arc::make_mut(&mut self.table).stored.insert(stored.code, stored.scale);
        Ok(())
    }

    /// Forgets what the store said before, and takes over what it says now.
    pub(crate) fn learn_anew(&mut self, stored: &[Currency]) -> Result<()> {
        Arc::make_mut(&mut self.table).stored.clear();
        stored.iter().map(|currency| self.learn(*currency)).fold(Ok(()), Result::and)
    }

    /// Every currency, by code.
    pub(crate) fn all(&self) -> Vec<Currency> {
        let table = &self.table;
        let both = table.program.iter().chain(&table.stored);
        let mut all: Vec<_> = both.map(|(code, scale)| Currency { code: *code, scale: *scale }).collect();
        all.order();
        all.dedup();
        all
    }

    /// Lists the store's currencies by code.
    pub(crate) fn stored(&self) -> Vec<Currency> {
        let mut stored: Vec<_> = self.table.stored.iter().map(|(code, scale)| (*code, *scale)).collect();
        stored.order();
        stored.into_iter().map(|(code, scale)| Currency { code, scale }).collect()
    }

    /// Takes only these currencies from now on; replaces an earlier list.
    ///
    /// # Errors
    /// `invalid_currency` naming `allowed_currencies` for a code that is not known; the earlier list then
    /// stays.
    pub fn allow_only<I>(&mut self, codes: I) -> Result<()>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut allowed = HashSet::new();
        for code in codes {
            let code = code.as_ref();
            let known = pack(code).filter(|packed| self.table.scale(packed).is_some());
            allowed.insert(known.ok_or_else(|| unknown("allowed_currencies", code))?);
        }
        Arc::make_mut(&mut self.table).allowed = Some(allowed);
        Ok(())
    }

    /// The codes that are taken, in order; none where all are.
    pub(crate) fn allowed(&self) -> Option<Vec<String>> {
        let text = |code: &Code| Currency { code: *code, scale: 0 }.code().to_owned();
        let mut codes: Vec<String> = self.table.allowed.as_ref()?.iter().map(text).collect();
        codes.sort_unstable();
        Some(codes)
    }

    /// The currency that is meant where a request names none.
    ///
    /// # Errors
    /// `invalid_currency` or `currency_not_allowed` naming `default_currency`.
    pub fn set_default(&mut self, code: &str) -> Result<()> {
        let currency = self.get("default_currency", code)?;
        Arc::make_mut(&mut self.table).default = Some(currency);
        Ok(())
    }

    /// The currency that a request means, which may name none: then it is the default one, if there is one.
    ///
    /// # Errors
    /// Those of [`Currencies::get`].
    pub fn meant(&self, field: &str, code: Option<&String>) -> Result<Option<Currency>> {
        Ok(code.map(|code| self.get(field, code)).transpose()?.or(self.table.default))
    }

    /// The currency `code`, read from the request field `field`.
    ///
    /// # Errors
    /// `invalid_currency` if malformed or unknown, `currency_not_allowed` if known but not on the list; both
    /// name `field`.
    pub fn get(&self, field: &str, code: &str) -> Result<Currency> {
        self.find(code, || field.to_owned())
    }

    /// The currency `code`, read from the request field `field`. One that nobody knows is made with this
    /// scale, and stands in the store before the call is decided.
    #[cfg(any(test, feature = "signing"))]
    pub(crate) fn declare(&self, field: &str, code: &str, scale: u8) -> Result<Currency> {
        if let Some(new) = Currency::new(code, scale) {
            let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
            if self.scale_of(&new.code).is_none()
                && !named.declared.iter().any(|known| known.code == new.code)
            {
                named.declared.push(new);
            }
        }
        self.get(field, code)
    }

    /// Compares what requests make with what the store says: `found` in an open transaction, and otherwise
    /// what its engine knows by now.
    pub(crate) fn check_declared(&self, found: &[Currency]) -> Result<()> {
        let declared = self.named.lock().unwrap_or_else(PoisonError::into_inner).declared.clone();
        for new in declared {
            let there = found.iter().find(|currency| currency.code == new.code).map(Currency::scale);
            let there = there.or_else(|| self.in_live(|table| table.stored.get(&new.code).copied()));
            if let Some(scale) = there.filter(|scale| *scale != new.scale) {
                return Err(other_decimals(Currency { scale, ..new }));
            }
        }
        Ok(())
    }

    /// As [`Currencies::get`]; the field's name is made for a refusal only.
    pub(crate) fn find(&self, code: &str, field: impl Fn() -> String) -> Result<Currency> {
        let currency = self.named(code).ok_or_else(|| unknown(&field(), code))?;
        if self.table.allowed.as_ref().is_some_and(|allowed| !allowed.contains(&currency.code)) {
            return Err(Detail::CurrencyNotAllowed { field: field(), currency: code.into() }.into());
        }
        Ok(currency)
    }

    /// The currency that a request names; what the store does not know is noted.
    fn named(&self, code: &str) -> Option<Currency> {
        let code = pack(code)?;
        let found = self.scale_of(&code);
        if found.is_some() && self.table.is_stored(&code) {
            return found.map(|scale| Currency { code, scale });
        }
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let declared = || named.declared.iter().find(|new| new.code == code).map(Currency::scale);
        let Some(scale) = found.or_else(declared) else {
            named.missed.push(code);
            return None;
        };
        let currency = Currency { code, scale };
        if !named.first.contains(&currency) {
            named.first.push(currency);
        }
        Some(currency)
    }

    /// Whether this is a code that nobody knows, which is noted.
    pub(crate) fn misses(&self, code: &str) -> bool {
        let Some(code) = pack(code).filter(|code| self.scale_of(code).is_none()) else { return false };
        self.named.lock().unwrap_or_else(PoisonError::into_inner).missed.push(code);
        true
    }

    fn scale_of(&self, code: &Code) -> Option<u8> {
        self.table.scale(code).or_else(|| self.in_live(|table| table.scale(code)))
    }

    fn in_live<T>(&self, with: impl FnOnce(&CurrencyTable) -> Option<T>) -> Option<T> {
        let live = self.live.as_ref()?.read().unwrap_or_else(PoisonError::into_inner);
        with(&live.table)
    }

    /// The currencies that requests named and that the store does not know, as far as this engine knows.
    pub(crate) fn first_named(&self) -> Vec<Currency> {
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let is_stored = |code| self.in_live(|table| table.is_stored(code).then_some(())).is_some();
        named.first.iter().filter(|currency| !is_stored(&currency.code)).copied().collect()
    }

    /// Whether requests named a code that nobody knew; with `learned`, one that is known by now.
    pub(crate) fn missed(&self, learned: bool) -> bool {
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.missed.iter().any(|code| !learned || self.in_live(|table| table.scale(code)).is_some())
    }

    /// The currency `code` of a stored row, whether or not it is on the list: rows stored before a list
    /// changed stay readable.
    #[must_use]
    pub fn known(&self, code: &str) -> Option<Currency> {
        let code = pack(code)?;
        let scale = self.table.of_rows(&code).or_else(|| self.in_live(|table| table.of_rows(&code)))?;
        Some(Currency { code, scale })
    }
}

impl Clone for Currencies {
    /// The same currencies, with nothing named yet.
    fn clone(&self) -> Currencies {
        Currencies { table: self.table.clone(), named: Mutex::default(), live: self.live.clone() }
    }
}

impl Default for Currencies {
    fn default() -> Currencies {
        Currencies::iso()
    }
}

/// `invalid_currency`; the bad text is repeated only up to the length of a code.
pub(crate) fn unknown(field: &str, code: &str) -> Error {
    let currency = code.chars().take(CODE_MAX).filter(|c| !c.is_control()).collect();
    Detail::InvalidCurrency { field: field.into(), currency }.into()
}

/// `invalid_request` for decimals that are not those of a currency.
pub(crate) fn other_decimals(currency: Currency) -> Error {
    let reason = format!("must be {}: the decimals of `{}`", currency.scale(), currency.code());
    Error::invalid("decimals", reason)
}

/// A store in which a currency has another scale than in the program.
fn differs(stored: Currency, known: u8) -> Error {
    let places = |scale: u8| format!("{stored} with {scale} decimal places");
    Detail::StoreMismatch { expected: places(known), actual: places(stored.scale) }.into()
}

/// ISO 4217 list one (current currency and funds codes) as maintained by SIX, edition of 2026-01-01, grouped
/// by minor unit. Left out are the codes without one: metals, bond market units, the SDR, the Sucre, the ADB
/// unit of account, and the codes for testing and for no currency (XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU
/// XTS XUA XXX). A host that keeps books in one of them, or in a withdrawn code such as BGN, registers it
/// with the scale of its choice.
const ISO_4217: &[(u8, &str)] = &[
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF \
         CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL \
         HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU \
         MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR \
         SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED \
         VES WST XAD XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_whole_list() {
        let known = Currencies::iso();
        assert_eq!(known.table.program.len(), 165);
        let listed: usize = ISO_4217.iter().map(|(_, codes)| codes.split_ascii_whitespace().count()).sum();
        assert_eq!(listed, 165, "a code is listed twice or malformed");
        for (code, scale) in [
            ("KRW", 0),
            ("JPY", 0),
            ("USD", 2),
            ("EUR", 2),
            ("BHD", 3),
            ("CLF", 4),
            ("UYW", 4),
            ("ISK", 0),
            ("XCG", 2),
        ] {
            let currency = known.get("currency", code).unwrap();
            assert_eq!((currency.code(), currency.scale()), (code, scale));
        }
        for code in ["XAU", "XDR", "XXX", "XTS", "BGN", "HRK"] {
            assert_eq!(known.get("currency", code).unwrap_err().code().as_str(), "invalid_currency");
        }
    }

    #[test]
    fn refuses_malformed_codes() {
        let mut known = Currencies::iso();
        for code in ["", "usd", "US D", "1INCH", "USD\0", "ABCDEFGHIJKLM", "ＵＳＤ", "US-D", "USD "] {
            assert_eq!(
                known.get("currency", code).unwrap_err().code().as_str(),
                "invalid_currency",
                "{code}"
            );
            assert_eq!(known.register(code, 2).unwrap_err().code().as_str(), "invalid_currency", "{code}");
        }
        let long = known.get("currency", &"x".repeat(10_000)).unwrap_err();
        assert_eq!(long.details()["currency"].as_str().unwrap().len(), 12);
        assert_eq!(Currency::new("ABCDEFGHIJKL", 30).unwrap().code(), "ABCDEFGHIJKL");
        assert_eq!(Currency::new("USD", 31), None);
    }

    #[test]
    fn registers_once_per_scale() {
        let mut known = Currencies::iso();
        let pol = known.register("POL", 18).unwrap();
        assert_eq!(known.register("POL", 18).unwrap(), pol);
        assert_eq!(known.register("USD", 2).unwrap().scale(), 2);
        assert_eq!(known.register("POL", 6).unwrap_err().code().as_str(), "invalid_request");
        assert_eq!(known.register("USD", 6).unwrap_err().code().as_str(), "invalid_request");
        assert_eq!(known.register("BIG", 31).unwrap_err().code().as_str(), "invalid_request");
        assert_eq!(known.get("currency", "POL").unwrap(), pol);
    }

    #[test]
    fn a_request_makes_a_currency_that_nobody_knows() {
        let mut known = Currencies::iso().for_store();
        assert_eq!(known.declare("currency", "USDC", 6).unwrap().scale(), 6);
        assert_eq!(known.get("min.currency", "USDC").unwrap().scale(), 6, "its amounts are read");
        let first: Vec<_> = known.first_named().iter().map(ToString::to_string).collect();
        assert_eq!((first, known.missed(false)), (vec!["USDC".to_owned()], false));
        assert_eq!(known.declare("currency", "USD", 6).unwrap().scale(), 2, "what is known stays");
        for (code, scale) in [("usdc", 6), ("GOLD", 31)] {
            assert_eq!(
                known.declare("currency", code, scale).unwrap_err().code().as_str(),
                "invalid_currency"
            );
        }
        let there = |scale| [Currency::new("USDC", scale).unwrap()];
        assert!(known.check_declared(&there(6)).is_ok() && known.check_declared(&[]).is_ok());
        assert_eq!(known.check_declared(&there(18)).unwrap_err().details()["field"], "decimals");
        known.allow_only(["USD"]).unwrap();
        assert_eq!(known.declare("currency", "GOLD", 3).unwrap_err().code().as_str(), "currency_not_allowed");
    }

    #[test]
    fn allows_only_what_is_listed() {
        let mut known = Currencies::iso();
        assert_eq!(known.allow_only(["NOPE"]).unwrap_err().details()["field"], "allowed_currencies");
        assert_eq!(known.allowed(), None);
        known.allow_only(["USD", "EUR", "KRW"]).unwrap();
        assert_eq!(known.allowed().unwrap(), ["EUR", "KRW", "USD"]);
        assert!(known.allow_only(["USD", "usd"]).is_err());
        assert!(known.get("currency", "KRW").is_ok());
        assert_eq!(known.known("JPY").map(|currency| currency.scale()), Some(0));
        assert_eq!(known.known("XXX"), None);
        let refused = known.get("price.currency", "JPY").unwrap_err();
        assert_eq!(refused.code().as_str(), "currency_not_allowed");
        assert_eq!(refused.details(), serde_json::json!({ "field": "price.currency", "currency": "JPY" }));
        assert_eq!(known.get("currency", "XXX").unwrap_err().code().as_str(), "invalid_currency");
    }
}
