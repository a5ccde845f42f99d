//! A PostgreSQL server of a test's own: it can be stopped, its data folder copied and put back, and started
//! again.

#![allow(clippy::disallowed_methods, reason = "the test server is named by the machine it runs on")]

use std::path::{Path, PathBuf};
use std::process::Command;

use super::postgres::{programs, succeeded};

/// A server with its data folder. It is stopped when this is dropped.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    port: u16,
}

impl Server {
    /// Makes a cluster and starts it.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("earnest-server.").tempdir().unwrap();
        let free = super::ports::free();
        let server = Self { folder, port: free };
        if is_root() {
            succeeded("chown", Command::new("chown").arg("postgres").arg(server.folder.path()).output());
        }
        let data = server.data();
        server.run(
            "initdb",
            &["-D", &shown(&data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        );
        server.up();
        server
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it on its data folder.
    pub(crate) fn up(&self) {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60",
            self.port,
            shown(self.folder.path())
        );
        let log = shown(&self.folder.path().join("log"));
        self.run("pg_ctl", &["-D", &shown(&self.data()), "-l", &log, "-w", "-o", &options, "start"]);
    }

    /// Stops it at once.
    pub(crate) fn down(&self) {
        self.run("pg_ctl", &["-D", &shown(&self.data()), "-m", "fast", "-w", "stop"]);
    }

    /// Copies the data folder of the stopped server.
    pub(crate) fn save(&self) {
        let _ = std::fs::remove_dir_all(self.saved());
        self.owned("cp", &["-a", &shown(&self.data()), &shown(&self.saved())]);
    }

    /// Puts the copy in the place of the data folder of the stopped server.
    pub(crate) fn go_back(&self) {
        std::fs::remove_dir_all(self.data()).unwrap();
        self.owned("cp", &["-a", &shown(&self.saved()), &shown(&self.data())]);
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn saved(&self) -> PathBuf {
        self.folder.path().join("saved")
    }

    fn run(&self, program: &str, args: &[&str]) {
        self.owned(&shown(&programs().join(program)), args);
    }

    /// PostgreSQL refuses to run as root.
    fn owned(&self, program: &str, args: &[&str]) {
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", program]);
            command
        } else {
            Command::new(program)
        };
        // a server that is started keeps what it is given: nobody must wait for its output
        let quiet = command.args(args).current_dir(self.folder.path()).stdout(std::process::Stdio::null());
        let status = quiet.stderr(std::process::Stdio::null()).status().unwrap();
        let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(status.success(), "`{program} {args:?}` failed: {}", log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists() {
            self.run("pg_ctl", &["-D", &shown(&self.data()), "-m", "immediate", "-w", "stop"]);
        }
    }
}

fn shown(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn is_root() -> bool {
    let id = succeeded("id", Command::new("id").arg("-u").output());
    id.stdout.trim_ascii() == b"0"
}
