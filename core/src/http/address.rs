//! Which servers may be reached: public ones. Whoever gives the URL must not make this process call what
//! only it can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use super::outcome::Fault;

/// The addresses of a server, looked up now. They are what is connected to: a name that says something else a
/// moment later changes nothing.
pub(super) async fn addresses(url: &Url, allow_private: bool) -> Result<Vec<SocketAddr>, Fault> {
    let port = url.port_or_known_default().ok_or(Fault::Incomplete("port"))?;
    let found: Vec<SocketAddr> = match url.host().ok_or(Fault::Incomplete("server"))? {
        Host::Ipv4(ip) => vec![(ip, port).into()],
        Host::Ipv6(ip) => vec![(ip, port).into()],
        Host::Domain(name) => match tokio::net::lookup_host((name, port)).await {
            Ok(found) => found.collect(),
            Err(_) => return Err(Fault::Unresolved(Some(name.to_owned()))),
        },
    };
    let allowed = |address: &SocketAddr| allow_private || is_public(address.ip());
    if found.is_empty() {
        return Err(Fault::Unresolved(None));
    }
    // a public name with a private address is a trap, whatever its other addresses are
    if found.iter().all(allowed) { Ok(found) } else { Err(Fault::NotPublic) }
}

/// Whether an address is one of the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// By the registry of special addresses of the IANA (RFC 6890 and those after it).
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(a == 0
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a >= 240
        // shared by providers and their customers
        || (a == 100 && (64..128).contains(&b))
        // protocol assignments, relays of 6to4, benchmarks
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (b == 18 || b == 19)))
}

/// Only global unicast, and none of its parts that carry addresses of another kind or are set apart.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let [first, second, ..] = ip.segments();
    let is_global = first & 0xe000 == 0x2000;
    // Teredo, ORCHID and other protocols; documentation; 6to4
    let is_special = (first == 0x2001 && second < 0x0200)
        || (first, second) == (0x2001, 0x0db8)
        || (first == 0x3fff && second < 0x1000)
        || first == 0x2002;
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "172.32.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "2606:4700::1111",
            "2a00::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff:fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[tokio::test]
    async fn a_server_is_looked_up_before_it_is_called() {
        let of = |url: &str, private| {
            let url = Url::parse(url).unwrap();
            async move { addresses(&url, private).await }
        };
        // every way to write 127.0.0.1
        for url in [
            "https://127.0.0.1",
            "https://127.1",
            "https://0x7f000001",
            "https://2130706433",
            "https://[::1]",
            "https://[::ffff:7f00:1]",
            "https://localhost",
        ] {
            assert_eq!(of(url, false).await, Err(Fault::NotPublic), "{url}");
        }
        assert_eq!(of("https://127.1", true).await, Ok(vec!["127.0.0.1:443".parse().unwrap()]));
        assert_eq!(of("http://1.1.1.1:8080", false).await, Ok(vec!["1.1.1.1:8080".parse().unwrap()]));
        let unknown = of("https://no-such-name.invalid", false).await;
        assert_eq!(unknown, Err(Fault::Unresolved(Some("no-such-name.invalid".to_owned()))));
    }
}
