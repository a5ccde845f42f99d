//! Ports for servers that a test stops and starts again.
//!
//! A port that the system gives to whoever asks for any one goes to somebody else while the server is down:
//! to a connection of another test, which takes it as its own end. So these are of those below. Nor does
//! another test get one, of this process or of another: each is held until its process ends, by a socket that
//! does not listen. Servers may listen beside it, as they allow their address to be used again.

use std::hash::{BuildHasher as _, Hasher as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;

use tokio::net::TcpSocket;

/// Below those of `ip_local_port_range`, and below those of `scripts/with-postgres`.
const FIRST: u16 = 10_000;
const PORTS: u16 = 10_000;

/// The sockets that hold the ports of this process.
static HELD: Mutex<Vec<TcpSocket>> = Mutex::new(Vec::new());

/// A port that nobody has, and nobody else gets as long as this process runs.
pub(crate) fn free() -> u16 {
    for _ in 0..100 {
        let random = std::hash::RandomState::new().build_hasher().finish();
        let port = FIRST + (random % u64::from(PORTS)) as u16;
        let socket = TcpSocket::new_v4().unwrap();
        // it is refused where another holds or uses the port, as it does not allow that yet
        if socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok() {
            socket.set_reuseaddr(true).unwrap();
            HELD.lock().unwrap().push(socket);
            return port;
        }
    }
    panic!("none of a hundred ports is free");
}
