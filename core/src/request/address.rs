//! Addresses that calls come from, and networks of them: each has one form, however it was written.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::{Error, Result};

/// How many bits of an IPv6 address name a customer: he has that whole network, and changes the rest at will.
const CUSTOMER: u8 = 64;

/// The address of an end user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(IpAddr);

impl Address {
    /// Reads an address as servers and proxies hand it over. A port, brackets and a zone are cut off, and an
    /// IPv4 address that was mapped into IPv6 is itself again.
    pub fn request(field: &str, text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| Error::invalid(field, reason(text)))
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let bracketed = text.strip_prefix('[').map(|rest| rest.split_once(']'));
        let address = match (bracketed, text.split_once(':')) {
            (Some(parts), _) => {
                let (address, port) = parts?;
                let well_formed = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
                IpAddr::V6(v6(address).filter(|_| well_formed)?)
            }
            (None, Some((address, port))) if is_port(port) && address.contains('.') => {
                IpAddr::V4(address.parse().ok()?)
            }
            (None, Some(_)) => IpAddr::V6(v6(text)?),
            (None, None) => IpAddr::V4(text.parse().ok()?),
        };
        Some(Self(address.to_canonical()))
    }

    /// Returns the network by which rules and lists know it: one IPv4 address, or a customer's IPv6 network.
    pub fn customer(self) -> Network {
        self.network(if self.is_v4() { 32 } else { CUSTOMER })
    }

    /// The network of so many bits that it is in.
    pub fn network(self, bits: u8) -> Network {
        let base = match self.0 {
            IpAddr::V4(ip) => {
                let rest = 32_u32.saturating_sub(bits.into());
                Ipv4Addr::from_bits(ip.to_bits() & u32::MAX.checked_shl(rest).unwrap_or(0)).into()
            }
            IpAddr::V6(ip) => {
                let rest = 128_u32.saturating_sub(bits.into());
                Ipv6Addr::from_bits(ip.to_bits() & u128::MAX.checked_shl(rest).unwrap_or(0)).into()
            }
        };
        Network { base, bits }
    }

    /// Whether it is one of IPv4.
    pub const fn is_v4(self) -> bool {
        self.0.is_ipv4()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A network of addresses, as a list names it: a single one of IPv4 too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads an address or a network in CIDR notation. An address of IPv6 is the network of its customer.
    pub fn request(field: &str, text: &str) -> Result<Self> {
        let wrong = |reason: &str| Error::invalid(field, reason);
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits)),
            None => (text, None),
        };
        let ip: IpAddr = base.parse().map_err(|_| wrong(&reason(base)))?;
        let address = Address(ip.to_canonical());
        let Some(bits) = bits else { return Ok(address.customer()) };
        let bits = Some(bits).filter(|text| is_decimal(text)).and_then(|text| text.parse::<u8>().ok());
        // a prefix of an address that was mapped counts the bits before it too
        let mapped = if ip.is_ipv6() && address.is_v4() { 96 } else { 0 };
        let most = address.customer().bits;
        let bits = bits.and_then(|bits| bits.checked_sub(mapped)).filter(|bits| (1..=most).contains(bits));
        let bits = bits.ok_or_else(|| {
            wrong("must have a prefix of 1 to 32 bits for IPv4, and 1 to 64 for IPv6, where a customer has a /64")
        })?;
        let network = address.network(bits);
        if network.base != address.0 {
            return Err(wrong("must have no bits behind its prefix: leave the prefix out for one address"));
        }
        Ok(network)
    }

    /// Whether it is larger than what rules know one customer by.
    pub fn is_wide(self) -> bool {
        self != Address(self.base).customer()
    }

    /// The length of its prefix.
    pub const fn bits(self) -> u8 {
        self.bits
    }

    /// Whether it is one of IPv4.
    pub const fn is_v4(self) -> bool {
        self.base.is_ipv4()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.base, self.bits) {
            (IpAddr::V4(ip), 32) => ip.fmt(f),
            (base, bits) => write!(f, "{base}/{bits}"),
        }
    }
}

/// An address of IPv6, whose zone means something on one machine alone.
fn v6(text: &str) -> Option<Ipv6Addr> {
    match text.split_once('%') {
        Some((_, "")) => None,
        Some((address, _)) => address.parse().ok(),
        None => text.parse().ok(),
    }
}

fn is_port(text: &str) -> bool {
    is_decimal(text) && text.parse::<u16>().is_ok()
}

/// Whether it is a number as people write it, which `parse` is laxer about.
fn is_decimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

/// Says why a text is not taken as an address. It does not repeat the text, which may name a person.
fn reason(text: &str) -> String {
    let reason = if text.contains(',') {
        "must be one address: of a list such as `X-Forwarded-For` take the entry that your own proxy added, the \
         last one where there is one proxy"
    } else if Address::read(text).is_some() {
        "must be an address without port, brackets and zone"
    } else {
        "must be an IP address such as `203.0.113.7` or `2001:db8::7`"
    };
    reason.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::request("value", text).unwrap()
    }

    #[test]
    fn a_network_holds_its_first_and_its_last_address() {
        for (text, first, last, beside) in [
            ("0.0.0.0/1", "0.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("203.0.113.0/24", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
            ("203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.6"),
            ("8000::/1", "8000::", "ffff:ffff::", "7fff::"),
            ("2001:db8::/33", "2001:db8::", "2001:db8:7fff:ffff::", "2001:db8:8000::"),
            ("2001:db8::1", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
        ] {
            let network = network(text);
            let inside =
                |text: &str| Address::request("ip", text).unwrap().network(network.bits()) == network;
            assert_eq!((inside(first), inside(last), inside(beside)), (true, true, false), "{text}");
            assert_eq!(Network::request("value", &network.to_string()).unwrap(), network, "{text}");
        }
    }

    #[test]
    fn networks_of_customers_are_not_wide() {
        for (text, shown, wide) in [
            ("203.0.113.7", "203.0.113.7", false),
            ("203.0.113.7/32", "203.0.113.7", false),
            ("203.0.113.6/31", "203.0.113.6/31", true),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24", true),
            ("2001:db8:0:7::9", "2001:db8:0:7::/64", false),
            ("2001:db8::/63", "2001:db8::/63", true),
        ] {
            let network = network(text);
            assert_eq!((network.to_string().as_str(), network.is_wide()), (shown, wide), "{text}");
        }
    }
}
