//! A gate before a server: everything that is said to it arrives, and answers get lost from a moment on.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::PATIENCE;

/// It listens on loopback until it is dropped.
pub(super) struct Gate {
    port: u16,
    lines: Arc<Lines>,
}

struct Lines {
    /// Where the server listens.
    server: u16,
    /// Answers arrive until so many bytes were said to the server.
    most: u64,
    /// Bytes that were said to the server.
    said: AtomicU64,
    over: AtomicBool,
}

impl Gate {
    /// A gate before the server at this port.
    pub(super) fn new(server: u16, most: u64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let lines = Arc::new(Lines { server, most, said: AtomicU64::new(0), over: AtomicBool::new(false) });
        let all = lines.clone();
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                if all.over.load(Ordering::SeqCst) {
                    return;
                }
                all.clone().forward(client);
            }
        });
        Self { port, lines }
    }

    /// A URL of the server through this gate.
    pub(super) fn url(&self, url: &str) -> String {
        url.replace(&format!(":{}/", self.lines.server), &format!(":{}/", self.port))
    }

    /// Waits until so many bytes were said to the server.
    pub(super) fn wait_for(&self, bytes: u64) {
        let since = Instant::now();
        while self.lines.said.load(Ordering::SeqCst) < bytes {
            let said = self.lines.said.load(Ordering::SeqCst);
            assert!(since.elapsed() < PATIENCE, "{said} bytes were said, and not {bytes}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.lines.over.store(true, Ordering::SeqCst);
        // ends the wait for the next line
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Lines {
    /// Forwards both directions of a line, each in a thread that ends with it.
    fn forward(self: Arc<Self>, mut client: TcpStream) {
        let Ok(mut server) = TcpStream::connect(("127.0.0.1", self.server)) else { return };
        let (mut to_client, mut from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let lines = self.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4_096];
            while let Ok(count) = client.read(&mut buffer) {
                // counted first: the answer to what is too much must not pass
                lines.said.fetch_add(count as u64, Ordering::SeqCst);
                if count == 0 || server.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            // what was said arrives: the server reads to the end of it
            let _ = server.shutdown(Shutdown::Write);
        });
        std::thread::spawn(move || {
            let mut buffer = [0; 4_096];
            while let Ok(count) = from_server.read(&mut buffer) {
                let passes = self.said.load(Ordering::SeqCst) <= self.most;
                if count == 0 || passes && to_client.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            // who reads no answers does not hear of the end of the server either
            let held = self.said.load(Ordering::SeqCst) > self.most;
            while held && !self.over.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            let _ = to_client.shutdown(Shutdown::Both);
        });
    }
}
