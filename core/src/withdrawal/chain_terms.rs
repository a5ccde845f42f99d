//! The meanings of what a request says of a chain.

use url::Url;

use super::chain::Finality;
use super::finality::FinalityTerms;
use super::judge::num::{NOT_A_NUMBER, Num};
use crate::error::{Error, Result};
use crate::request::domain::Parse;
use crate::request::parsed::meanings;
use crate::request::secret::SecretMap;
use crate::request::shape::one_named;
use crate::request::texts::name_of;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The domain of the texts that are sealed for chains.
pub(super) const DOMAIN: &str = "withdrawals";
/// The highest chain number that transactions can name (EIP-2294).
const HIGHEST_ID: u64 = 9_223_372_036_854_775_771;
/// The longest address of an endpoint.
const MOST_URL: usize = 2_000;

meanings! {
    /// The number of a chain, as decimal text.
    ChainNumber: String => String = |field, given, _| number_of(field, given);
    /// The names of endpoints.
    Endpoints: Vec<String> => Vec<String> = |field, given, _| endpoints(field, given);
    /// When a block is final.
    FinalBlock: FinalityTerms => Finality = |field, given, _| finality(field, given);
    /// The addresses by endpoint.
    Urls: SecretMap => SecretMap = |field, given, _| urls(field, given).map(|()| given.clone());
}

fn number_of(field: &str, text: &str) -> Result<String> {
    let number = Num::parse(text).map_err(|_| Error::invalid(field, NOT_A_NUMBER))?;
    if number.is_zero() || number > Num::of(HIGHEST_ID) {
        return Err(Error::invalid(field, format!("must be between 1 and {HIGHEST_ID}")));
    }
    Ok(number.to_string())
}

fn endpoints(field: &str, names: &[String]) -> Result<Vec<String>> {
    let mut all = Vec::with_capacity(names.len());
    for (place, name) in names.iter().enumerate() {
        let field = format!("{field}[{place}]");
        let name = name_of(&field, name)?;
        if all.contains(&name) {
            return Err(Error::invalid(field, "is there twice: one endpoint has one voice"));
        }
        all.push(name);
    }
    if all.is_empty() { Err(Error::invalid(field, "must not be empty")) } else { Ok(all) }
}

fn finality(field: &str, terms: &FinalityTerms) -> Result<Finality> {
    match (&terms.tag, terms.depth) {
        (Some(tag), None) => Ok(Finality::Tag(one_named(&format!("{field}.tag"), tag)?)),
        (None, Some(depth)) => Ok(Finality::Depth(depth)),
        _ => Err(Error::invalid(field, "must have `tag` or else `depth`")),
    }
}

/// Refuses what is no address of an endpoint. No error repeats an address, which may contain a password.
fn urls(field: &str, urls: &SecretMap) -> Result<()> {
    for (name, url) in urls.iter() {
        name_of(field, name)?;
        let read =
            Url::parse(url).ok().filter(|_| url.len() <= MOST_URL && !url.contains(char::is_whitespace));
        if !read.is_some_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host()) {
            let reason = "must be a URL of `https:` or `http:` with a server, of at most 2,000 characters";
            return Err(Error::invalid(format!("{field}.{name}"), reason));
        }
    }
    Ok(())
}

/// The seal for the addresses of a chain's endpoints, where some are given.
pub(super) fn seal_of(urls: Option<&SecretMap>, chain: &str, parse: &Parse<'_>) -> Result<Option<Seal>> {
    let given = urls.filter(|urls| !urls.is_empty());
    given.map(|_| Safe::parse(parse).map(|safe| Seal::within(DOMAIN, safe, chain))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_an_endpoint_is_one_of_the_web_and_is_not_repeated() {
        let map = |url: &str| SecretMap::from_iter([("node", url)]);
        for right in
            ["https://node.example/v3/key", "http://127.0.0.1:8545", "https://me:secret@node.example"]
        {
            assert!(urls("urls", &map(right)).is_ok(), "{right}");
        }
        for wrong in
            ["ftp://secret.example", "https://", "secret", "https://secret x", "wss://secret.example"]
        {
            let error = urls("urls", &map(wrong)).unwrap_err();
            assert_eq!(error.details()["field"], "urls.node", "{wrong}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    #[test]
    fn numbers_of_chains_are_those_that_transactions_can_name() {
        let read = |text: &str| number_of("chain_id", text);
        assert_eq!(read("0x7a69").unwrap(), "31337");
        for wrong in ["0", "", "-1", "1.5", "9223372036854775772", "polygon"] {
            assert_eq!(read(wrong).unwrap_err().details()["field"], "chain_id", "{wrong}");
        }
    }
}
