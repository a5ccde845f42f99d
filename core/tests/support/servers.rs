//! PostgreSQL servers of a test's own: a primary, standbys that follow it, and a return to an earlier moment.
//!
//! A server ends with the test, however that ends: the shell beside it waits for the end of its input.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/with-postgres");
/// Stops what still runs, and removes its folder.
const WATCH: &str = "cat >/dev/null; \
    if [ -e \"$2/data/postmaster.pid\" ]; then $3 \"$1/pg_ctl\" -D \"$2/data\" -m immediate -w stop >/dev/null 2>&1; fi; \
    rm -rf \"$2\"";
/// Small and quick: the machine does not lose power in a test, only servers end.
const SETTINGS: &str = "fsync = off\nshared_buffers = 32MB\nmax_connections = 100\nmax_wal_senders = 8\n\
    hot_standby = on\nwal_keep_size = 256MB\nlisten_addresses = '127.0.0.1'\ntimezone = 'Asia/Seoul'\n";

/// A server with a folder of its own.
pub(crate) struct Server {
    folder: PathBuf,
    pub(crate) port: u16,
    watch: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        drop(self.watch.wait());
    }
}

/// A server whose processes stand still; dropped, they go on.
pub(crate) struct Frozen(Vec<String>);

impl Frozen {
    fn signal(&self, signal: &str) {
        // one that has ended meanwhile is no failure
        drop(Command::new("kill").arg(format!("-{signal}")).args(&self.0).output());
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.signal("CONT");
    }
}

/// How a server is stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// Everything is written and archived first.
    Fast,
    /// As if it had been killed.
    Immediate,
}

impl Server {
    /// A new one, empty. What it writes is archived.
    pub(crate) fn primary() -> Self {
        Self::with(|_| String::new())
    }

    /// One that encrypts, with a certificate that it made for itself: of version 1, or of version 3.
    pub(crate) fn encrypting(version: u8) -> Self {
        Self::with(|data| {
            let file = |name: &str| data.join(name).display().to_string();
            let (key, request, certificate) = (file("server.key"), file("server.csr"), file("server.crt"));
            let subject = ["-nodes", "-newkey", "rsa:2048", "-subj", "/CN=localhost", "-keyout", &key];
            if version == 1 {
                // without extensions
                openssl(&[&["req", "-new", "-out", &request], &subject[..]].concat());
                let signed = ["x509", "-req", "-in", &request, "-signkey", &key, "-out", &certificate];
                openssl(&[&signed[..], &["-days", "30"]].concat());
            } else {
                openssl(&[&["req", "-x509", "-days", "30", "-out", &certificate], &subject[..]].concat());
            }
            let shown = openssl(&["x509", "-in", &certificate, "-noout", "-text"]);
            assert!(shown.contains(&format!("Version: {version} ")), "{shown}");
            let mode = Command::new("chmod").args(["600", &key]).status();
            assert!(mode.expect("chmod").success());
            owned(Path::new(&key));
            owned(Path::new(&certificate));
            "ssl = on\n".to_owned()
        })
    }

    /// The file of the certificate of a server that encrypts.
    pub(crate) fn certificate(&self) -> String {
        Path::new(&self.data()).join("server.crt").display().to_string()
    }

    /// One whose log has every statement, with its values.
    pub(crate) fn logging_everything() -> Self {
        Self::with(|_| "log_statement = all\nlog_parameter_max_length = -1\nlog_duration = on\n".to_owned())
    }

    /// One that takes commits in two phases.
    pub(crate) fn preparing() -> Self {
        Self::with(|_| "max_prepared_transactions = 8\n".to_owned())
    }

    fn with(more: impl FnOnce(&Path) -> String) -> Self {
        let server = Self::empty();
        let data = server.data();
        server.run("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        let archive = server.folder.join("archive");
        owned(&archive);
        let (archive, socket) = (archive.display(), server.folder.display());
        let more = more(Path::new(&data));
        server.configure(&format!(
            "{SETTINGS}{more}unix_socket_directories = '{socket}'\narchive_mode = on\n\
             archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'\n"
        ));
        server.start();
        server
    }

    /// A standby that follows the server which listens at `port`.
    pub(crate) fn standby_of(port: u16) -> Self {
        let server = Self::empty();
        server.copy_of(port, &server.data(), &["-R"]);
        let socket = server.folder.display();
        server.configure(&format!("archive_mode = off\nunix_socket_directories = '{socket}'\n"));
        server.start();
        server
    }

    fn empty() -> Self {
        let folder = std::env::temp_dir().join(format!("earnest-server-{:x}", unique()));
        owned(&folder);
        let port = super::ports::free();
        let mut watch = Command::new("sh");
        watch.args(["-c", WATCH, "sh"]).arg(programs()).arg(&folder).arg(owner().join(" "));
        let watch = watch.stdin(Stdio::piped()).spawn().expect("a shell");
        Self { folder, port, watch }
    }

    /// Where to connect.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.address())
    }

    /// Creates a database.
    pub(crate) fn database(&self, name: &str) -> String {
        self.sql(&format!("CREATE DATABASE {name}"));
        self.url(name)
    }

    /// Runs a statement in the database `postgres`, and answers what it says.
    pub(crate) fn sql(&self, sql: &str) -> String {
        self.sql_in("postgres", sql)
    }

    /// The same in any database.
    pub(crate) fn sql_in(&self, database: &str, sql: &str) -> String {
        let url = self.url(database);
        self.run("psql", &["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, &url])
    }

    pub(crate) fn start(&self) {
        let (log, port) = (self.folder.join("log"), format!("-p {}", self.port));
        let log = log.display().to_string();
        self.run("pg_ctl", &["-D", &self.data(), "-l", &log, "-w", "-t", "120", "-o", &port, "start"]);
    }

    pub(crate) fn stop(&self, how: Stop) {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        self.run("pg_ctl", &["-D", &self.data(), "-m", mode, "-w", "stop"]);
    }

    /// Stops every process of it, as of a machine that hangs, until the answer is dropped: nothing is closed,
    /// and nothing answers.
    pub(crate) fn freeze(&self) -> Frozen {
        let file = Path::new(&self.data()).join("postmaster.pid");
        let text = std::fs::read_to_string(file).expect("the server runs");
        let postmaster = text.lines().next().expect("its number").to_owned();
        // it first: it makes no more of them then
        let mut frozen = Frozen(vec![postmaster.clone()]);
        frozen.signal("STOP");
        let all = said(Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output());
        let child = |line: &str| {
            let mut numbers = line.split_whitespace().map(str::to_owned);
            numbers.next().filter(|_| numbers.next().as_ref() == Some(&postmaster))
        };
        frozen.0.extend(all.lines().filter_map(child));
        frozen.signal("STOP");
        frozen
    }

    /// Makes a standby take writes.
    pub(crate) fn promote(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "promote"]);
    }

    /// Copies the running server for [`Server::recover`].
    pub(crate) fn back_up(&self) {
        let backup = self.folder.join("backup");
        drop(std::fs::remove_dir_all(&backup));
        self.copy_of(self.port, &backup.display().to_string(), &[]);
    }

    /// Puts the stopped server back to a restore point, by the last copy and the archive, and starts it.
    pub(crate) fn recover(&self, point: &str) {
        let (backup, archive) = (self.folder.join("backup"), self.folder.join("archive"));
        std::fs::remove_dir_all(self.data()).expect("the data folder");
        std::fs::rename(backup, self.data()).expect("the copy");
        self.configure(&format!(
            "restore_command = 'cp {}/%f %p'\nrecovery_target_name = '{point}'\nrecovery_target_action = 'promote'\n",
            archive.display()
        ));
        let signal = Path::new(&self.data()).join("recovery.signal");
        std::fs::write(&signal, "").expect("a file");
        owned(&signal);
        self.start();
        while self.sql("SELECT pg_is_in_recovery()") != "f" {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Where all its files are, and its log.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every row of a database, as text.
    pub(crate) fn dump(&self, database: &str) -> String {
        self.run("pg_dump", &["--inserts", "--dbname", &self.url(database)])
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn copy_of(&self, port: u16, to: &str, more: &[&str]) {
        let port = port.to_string();
        let arguments = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-D", to, "-c", "fast", "-N"];
        self.run("pg_basebackup", &[&arguments, more].concat());
    }

    fn configure(&self, settings: &str) {
        use std::io::Write as _;
        let file = Path::new(&self.data()).join("postgresql.auto.conf");
        let mut file = std::fs::OpenOptions::new().append(true).open(file).expect("the settings");
        file.write_all(settings.as_bytes()).expect("settings");
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let owner = owner();
        let mut words = owner.iter().map(ToString::to_string).collect::<Vec<_>>();
        words.push(programs().join(program).display().to_string());
        let mut command = Command::new(&words[0]);
        // its children outlive it: they must not keep its output open
        let log = self.folder.join("said");
        let file = std::fs::File::create(&log).expect("a file");
        command.args(&words[1..]).args(arguments).current_dir(&self.folder);
        command.stdout(file.try_clone().expect("a file")).stderr(file).stdin(Stdio::null());
        let status = command.status().unwrap_or_else(|error| panic!("`{program}` does not run: {error}"));
        let said = std::fs::read_to_string(log).unwrap_or_default();
        let server = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert!(status.success(), "`{program}` failed: {said}\n{server}");
        said.trim().to_owned()
    }
}

/// A folder or file for the owner of servers: PostgreSQL refuses to run as root.
fn owned(path: &Path) {
    if !path.exists() {
        std::fs::create_dir(path).expect("a folder");
        let mode = Command::new("chmod").arg("700").arg(path).status();
        assert!(mode.expect("chmod").success());
    }
    if !owner().is_empty() {
        let owned = Command::new("chown").arg("postgres").arg(path).status();
        assert!(owned.expect("chown").success());
    }
}

fn openssl(arguments: &[&str]) -> String {
    said(Command::new("openssl").args(arguments).output())
}

/// Returns the prefix by which root starts a program of the server.
fn owner() -> &'static [&'static str] {
    static ROOT: OnceLock<bool> = OnceLock::new();
    let root = ROOT.get_or_init(|| said(Command::new("id").arg("-u").output()) == "0");
    if *root { &["runuser", "-u", "postgres", "--"] } else { &[] }
}

fn programs() -> &'static Path {
    static FOLDER: OnceLock<String> = OnceLock::new();
    Path::new(FOLDER.get_or_init(|| said(Command::new(SCRIPT).arg("--find").output())))
}

fn said(output: std::io::Result<Output>) -> String {
    let output = output.expect("a program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

fn unique() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}
