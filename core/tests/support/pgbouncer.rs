//! A PgBouncer of a test's own before the test server, by default giving each transaction another connection.
//!
//! It ends with the test, however that ends: the shell beside it waits for the end of its input.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Runs until it is dropped.
pub(crate) struct Pooler {
    shell: Child,
    /// The same database through the pooler; nothing in it says so yet.
    pub(crate) url: String,
    _folder: tempfile::TempDir,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        drop(self.shell.wait());
    }
}

/// Starts one that has so many connections to the server of `url`. Panics where there is no PgBouncer.
pub(crate) fn start(url: &str, connections: u32) -> Pooler {
    start_in(url, connections, "transaction")
}

/// The same in any mode.
pub(crate) fn start_in(url: &str, connections: u32, mode: &str) -> Pooler {
    for _ in 0..5 {
        if let Some(pooler) = try_start(url, connections, mode) {
            return pooler;
        }
    }
    panic!("PgBouncer did not start: `scripts/setup pgbouncer` installs it");
}

fn try_start(url: &str, connections: u32, mode: &str) -> Option<Pooler> {
    let server = url::Url::parse(url).expect("a URL");
    let port = super::ports::free();
    let folder = tempfile::tempdir().expect("a folder");
    let mut to =
        format!("host={} port={}", server.host_str().unwrap_or("127.0.0.1"), server.port().unwrap_or(5432));
    let user = if server.username().is_empty() { "postgres" } else { server.username() };
    to += &format!(" user={user}");
    if let Some(password) = server.password() {
        to += &format!(" password={password}");
    }
    let settings = format!(
        "[databases]\n* = {to}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         auth_type = any\nadmin_users = {user}\npool_mode = {mode}\ndefault_pool_size = {connections}\nmax_client_conn = 200\n"
    );
    let file = folder.path().join("pgbouncer.ini");
    std::fs::write(&file, settings).expect("a file");
    let shell = run(folder.path(), &file);
    let mut pooler = Pooler { shell, url: String::new(), _folder: folder };
    let mut through = server;
    through.set_host(Some("127.0.0.1")).expect("an address");
    through.set_port(Some(port)).expect("a port");
    pooler.url = through.to_string();
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(pooler);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    None
}

/// It refuses to run as root, and then becomes somebody else, who must be able to read its file.
fn run(folder: &Path, file: &Path) -> Child {
    const SCRIPT: &str = "PATH=$PATH:/usr/sbin; as=; \
        if [ \"$(id -u)\" = 0 ]; then chmod 755 \"$1\"; as='-u postgres'; fi; \
        pgbouncer -q $as \"$2\" >&2 & pid=$!; \
        cat >/dev/null; kill $pid 2>/dev/null; wait $pid";
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT, "sh"]).args([folder, file]).stdin(Stdio::piped());
    command.spawn().expect("a shell")
}
