//! Ports for servers that a test stops and starts again.
//!
//! A port that the system gives to whoever asks for any one goes to somebody else while the server is down:
//! to a connection of another test, which takes it as its own end. So these are of those below.

use std::hash::{BuildHasher as _, Hasher as _};
use std::net::TcpListener;

/// Below those of `ip_local_port_range`, and below those of `scripts/with-postgres`.
const FIRST: u16 = 10_000;
const PORTS: u16 = 10_000;

/// A port at which nobody listens now.
pub(crate) fn free() -> u16 {
    for _ in 0..100 {
        let random = std::hash::RandomState::new().build_hasher().finish();
        let port = FIRST + (random % u64::from(PORTS)) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("none of a hundred ports is free");
}
