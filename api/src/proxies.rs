//! Where a request comes from: the peer, or whom a trusted proxy says that it stands for.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;
use domain::network::canonical;
use ipnet::{IpNet, Ipv6Net};

/// Whoever a trusted proxy stands for in words that nobody understands. No peer has this address, and it is a
/// network of its own: taken for the proxy's, it would pass by whatever is forbidden where the customer really is.
pub const UNKNOWN: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// Half of an IPv6 address is for one household to choose from.
const HOUSEHOLD_BITS: u8 = 64;

/// The networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    pub fn new(trusted: impl IntoIterator<Item = IpNet>) -> Self {
        Self(trusted.into_iter().map(canonical).collect())
    }

    /// The last address in `X-Forwarded-For` that is not itself a trusted proxy.
    pub fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let trusted = |address: &IpAddr| self.0.iter().any(|net| net.contains(address));
        let mut address = peer.to_canonical();
        let forwarded = headers.get_all("x-forwarded-for");
        let hops: Vec<_> = forwarded
            .iter()
            // Bytes that are no text are a hop that is not understood.
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .collect();
        for hop in hops.iter().rev() {
            if !trusted(&address) {
                break;
            }
            address = address_in(hop.trim()).unwrap_or(UNKNOWN);
        }
        address
    }
}

/// An address as proxies write it: bare, with a port, in brackets, in quotation marks, with a zone.
fn address_in(hop: &str) -> Option<IpAddr> {
    let hop = match hop.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => hop,
    };
    let (host, port) = match hop.strip_prefix('[') {
        Some(bracketed) => {
            let (host, rest) = bracketed.split_once(']')?;
            (host, rest.strip_prefix(':').map(Some).or(rest.is_empty().then_some(None))?)
        }
        None => match hop.parse::<SocketAddr>() {
            Ok(with_port) => return Some(with_port.ip().to_canonical()),
            Err(_) => (hop, None),
        },
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return None;
    }
    let bare = host.split_once('%').map_or(host, |(address, _)| address);
    let address = bare.parse::<IpAddr>().ok()?.to_canonical();
    // What stands for nobody is nobody's.
    (!address.is_unspecified()).then_some(address)
}

/// What limits count as one: an IPv4 address, or a /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Household(IpAddr);

impl From<IpAddr> for Household {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => {
                Ipv6Net::new(v6, HOUSEHOLD_BITS).map_or(address, |net| IpAddr::V6(net.network()))
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn told(forwarded: &[&[u8]]) -> String {
        let proxies = Proxies::new(["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(value).unwrap());
        }
        proxies.address("::ffff:127.0.0.1".parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn hops_are_read_as_proxies_write_them() {
        for (hop, address) in [
            ("203.0.113.9", "203.0.113.9"),
            (" 203.0.113.9:51234 ", "203.0.113.9"),
            ("\"203.0.113.9:51234\"", "203.0.113.9"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("\"[2001:db8::7]:443\"", "2001:db8::7"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:80", "fe80::1"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
            ("6.6.6.6:80, 203.0.113.9:81, 10.0.0.2:82", "203.0.113.9"),
        ] {
            assert_eq!(told(&[hop.as_bytes()]), address, "{hop}");
        }
        assert_eq!(told(&[b"6.6.6.6", b"203.0.113.9"]), "203.0.113.9");
        assert_eq!(told(&[]), "127.0.0.1", "the proxy speaks for itself");
    }

    #[test]
    fn a_hop_that_nobody_understands_is_not_the_proxys_own() {
        for hop in [
            "",
            ",",
            "203.0.113.9,",
            "203.0.113.9, unknown",
            "unknown",
            "_hidden",
            "127.0.9.05",
            "203.0.113.9:99999",
            "203.0.113.9:",
            "[2001:db8::7",
            "[2001:db8::7]x",
            "\"203.0.113.9",
            "2001:db8::7::",
            "0.0.0.0",
            "::",
            "[::]:80",
            "203.0.113",
            "0x7f.0.0.1",
            "1.2.3.4 5.6.7.8",
            "for=203.0.113.9",
        ] {
            assert_eq!(told(&[hop.as_bytes()]), UNKNOWN.to_string(), "{hop:?}");
        }
        assert_eq!(told(&[b"203.0.113.9", b"\xff\xfe"]), UNKNOWN.to_string());
        assert_eq!(told(&[b"203.0.113.9", b""]), UNKNOWN.to_string());
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_in_whatever_spelling_it_was_set() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
        let proxies = Proxies::new(["::ffff:127.0.0.1/128".parse().unwrap()]);
        let address = |peer: &str| proxies.address(peer.parse().unwrap(), &headers).to_string();
        assert_eq!(address("127.0.0.1"), "203.0.113.9");
        assert_eq!(address("::ffff:127.0.0.1"), "203.0.113.9");
        assert_eq!(address("198.51.100.1"), "198.51.100.1");
    }

    #[test]
    fn one_household_counts_as_one() {
        let of = |address: &str| Household::from(address.parse::<IpAddr>().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!(of("203.0.113.9"), of("::ffff:203.0.113.9"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.10"));
    }
}
