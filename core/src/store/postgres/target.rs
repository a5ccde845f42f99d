//! The servers that a URL names: which of them will do, and how connections to them are encrypted.

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::error::Error;
use crate::store::sql::{Cells, Flavour};

/// The address, and the other settings of the URL.
#[derive(Debug)]
pub(super) struct Target {
    /// One entry for each host, in the order in which they are tried.
    pub(super) hosts: Vec<PgConnectOptions>,
    /// Which of their servers will do.
    pub(super) wanted: SessionAttrs,
    /// The URL names a pooler that hands connections round between transactions.
    pub(super) pooled: bool,
    /// The URL names a router in front of several servers, each with some of the books.
    pub(super) flavour: Flavour,
    /// The encryption mode of the URL.
    pub(super) sslmode: Option<String>,
    /// The encryption mode of the environment.
    pub(super) sslmode_of_variable: Option<String>,
    /// The authorities that certify servers.
    pub(super) root: Root,
    /// A certificate of our own was given.
    pub(super) certified: bool,
    /// No certificate is to be sent.
    pub(super) uncertified: bool,
    /// Whether errors may show the hosts. They may not where a part of a password may have been read as a
    /// host.
    pub(super) named: bool,
}

/// The authorities by which servers are to be certified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Root {
    /// None was named.
    #[default]
    Unsaid,
    /// Those of a file.
    File,
    /// The public ones: `sslrootcert=system`.
    Public,
}

/// Which servers will do: `target_session_attrs`, as libpq has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SessionAttrs {
    #[default]
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

/// A server's report of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Role {
    pub(super) reads_only: bool,
    pub(super) standby: bool,
    /// Which of its processes answers.
    pub(super) process: String,
    /// The value of [`MARK`], if this connection started the server process.
    pub(super) mark: Option<String>,
}

impl Role {
    /// Whether the same process still reports the same.
    pub(super) fn is_still(&self, before: &Self) -> bool {
        let said = |role: &Self| (role.reads_only, role.standby);
        self.process == before.process && said(self) == said(before)
    }
}

impl SessionAttrs {
    pub(super) fn read(value: &str) -> Option<Self> {
        Some(match value {
            "any" => Self::Any,
            "read-write" => Self::ReadWrite,
            "read-only" => Self::ReadOnly,
            "primary" => Self::Primary,
            "standby" => Self::Standby,
            "prefer-standby" => Self::PreferStandby,
            _ => return None,
        })
    }

    /// Whether such a server will do; `last` is the second time that the hosts are tried.
    pub(super) const fn takes(self, role: &Role, last: bool) -> bool {
        match self {
            Self::Any => true,
            Self::ReadWrite => !role.reads_only,
            Self::ReadOnly => role.reads_only,
            Self::Primary => !role.standby,
            Self::Standby => role.standby,
            Self::PreferStandby => role.standby || last,
        }
    }

    /// Whether read-only servers are asked for.
    pub(super) const fn is_of_readers(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Standby | Self::PreferStandby)
    }

    /// How often the hosts are tried: once more when no server was of the preferred kind.
    pub(super) fn rounds(self) -> usize {
        if self == Self::PreferStandby { 2 } else { 1 }
    }
}

impl Target {
    /// The host and port of an entry, where they may be shown.
    pub(super) fn name(&self, host: &PgConnectOptions) -> String {
        match host.get_socket() {
            _ if !self.named => "the server".to_owned(),
            Some(socket) => format!("`{}`", socket.display()),
            None => format!("`{}:{}`", host.get_host(), host.get_port()),
        }
    }

    /// Sets the encryption by the option `sslmode`, else by the URL, else by the environment.
    pub(super) fn secured(mut self, option: Option<&str>) -> Result<Self, Error> {
        let differs = |said: &str| option.is_some_and(|option| option != said);
        if self.sslmode.as_deref().is_some_and(differs) {
            return Err(Error::invalid("sslmode", "is not what the URL says: give one of them"));
        }
        let variable = self.sslmode_of_variable.take().map(|mode| ("PGSSLMODE", mode));
        let said = option.map(ToOwned::to_owned).or_else(|| self.sslmode.clone());
        let said = said.map(|mode| ("sslmode", mode)).or(variable);
        let read = |(field, text): (&str, String)| {
            ssl_mode(&text).ok_or_else(|| Error::invalid(field, "is not a mode of libpq"))
        };
        let mode = match (said.map(read).transpose()?, self.root) {
            (None | Some(PgSslMode::VerifyFull), Root::Public) => Some(PgSslMode::VerifyFull),
            (Some(_), Root::Public) => {
                let reason = "is `system`, which goes with `sslmode=verify-full` alone";
                return Err(Error::invalid("url.sslrootcert", reason));
            }
            // as in libpq: a named authority makes `require` check the certificate
            (Some(PgSslMode::Require), Root::File) => Some(PgSslMode::VerifyCa),
            (mode, _) => mode,
        };
        if self.certified && self.uncertified {
            return Err(Error::invalid("url.sslcertmode", "is `disable`, and a certificate is given"));
        }
        if let Some(mode) = mode {
            self.hosts = self.hosts.into_iter().map(|host| host.ssl_mode(mode)).collect();
        }
        Ok(self)
    }
}

/// Sets the ports of the hosts: one for all, or one for each.
pub(super) fn ports(target: &mut Target, list: &str) -> Result<(), Error> {
    let bad = || Error::invalid("url.port", "must be a port, or one for each host");
    let ports: Vec<u16> =
        list.split(',').map(|port| port.parse().map_err(|_| bad())).collect::<Result<_, _>>()?;
    if ports.len() > 1 && target.hosts.len() == 1 {
        // a list of hosts may follow
        let Some(base) = target.hosts.first().cloned() else { return Ok(()) };
        target.hosts = vec![base; ports.len()];
    }
    if ports.len() > 1 && ports.len() != target.hosts.len() {
        return Err(bad());
    }
    for (host, port) in target.hosts.iter_mut().zip(ports.iter().cycle()) {
        *host = host.clone().port(*port);
    }
    Ok(())
}

/// Sets the hosts, which keep the ports that they have.
pub(super) fn hosts(target: &mut Target, list: &str) -> Result<(), Error> {
    let names: Vec<&str> = list.split(',').collect();
    let bad = || Error::invalid("url.host", "must be as many hosts as there are ports");
    if target.hosts.len() > 1 && target.hosts.len() != names.len() {
        return Err(bad());
    }
    let entries: Vec<PgConnectOptions> = target.hosts.iter().cycle().take(names.len()).cloned().collect();
    target.hosts = entries.into_iter().zip(names).map(|(entry, name)| host_of(entry, name)).collect();
    Ok(())
}

/// An entry with another host.
pub(super) fn host_of(options: PgConnectOptions, host: &str) -> PgConnectOptions {
    if host.starts_with('/') {
        return options.socket(host);
    }
    options.host(host.trim_start_matches('[').trim_end_matches(']'))
}

/// A mode of encryption, as libpq names it.
pub(super) fn ssl_mode(text: &str) -> Option<PgSslMode> {
    Some(match text {
        "disable" => PgSslMode::Disable,
        "allow" => PgSslMode::Allow,
        "prefer" => PgSslMode::Prefer,
        "require" => PgSslMode::Require,
        "verify-ca" => PgSslMode::VerifyCa,
        "verify-full" => PgSslMode::VerifyFull,
        _ => return None,
    })
}

/// Asks a server for its [`Role`], and which of its processes answers.
pub(super) const ROLE: &str = "SELECT CAST(current_setting('transaction_read_only') = 'on' AS text), \
    CAST(pg_is_in_recovery() AS text), pg_backend_pid() || ' since ' || pg_postmaster_start_time(), \
    current_setting('earnest.mark', true)";

/// A setting of our own, sent with the first packet of a connection. A server process that has it was started
/// for this connection; a pooler does not pass it on.
pub(super) const MARK: &str = "earnest.mark";

/// Reads the answer to [`ROLE`].
pub(super) fn role(row: &Cells) -> Role {
    let says = |index: usize| row.get(index).and_then(Option::as_deref) == Some("true");
    let process = row.get(2).cloned().flatten().unwrap_or_default();
    Role { reads_only: says(0), standby: says(1), process, mark: row.get(3).cloned().flatten() }
}
