//! Where to connect: URLs as libpq, Prisma and SQLAlchemy write them, and the settings of a new connection.

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use super::parameters;
use crate::error::Error;
use crate::store::sql::{Cells, Flavour};

/// The address, and the other settings of the URL.
#[derive(Debug)]
pub(super) struct Target {
    /// One entry for each host, in the order in which they are tried.
    pub(super) hosts: Vec<PgConnectOptions>,
    /// Which of their servers will do.
    pub(super) wanted: Wanted,
    /// The URL names a pooler that hands connections round between transactions.
    pub(super) pooled: bool,
    /// The URL names a router before servers each of which has some of the books.
    pub(super) flavour: Flavour,
    /// What the URL says of encryption.
    pub(super) sslmode: Option<String>,
    /// What the environment says of it.
    pub(super) sslmode_of_variable: Option<String>,
    /// The authorities that certify servers.
    pub(super) root: Root,
    /// A certificate of our own was given.
    pub(super) certified: bool,
    /// None is to be sent.
    pub(super) uncertified: bool,
    /// Whether the hosts may be shown: not when a part of a password may have been taken for one.
    named: bool,
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
pub(super) enum Wanted {
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
    /// The value that the connection gave [`MARK`] when it was opened, if the process was begun by it.
    pub(super) mark: Option<String>,
}

impl Role {
    /// Whether the same process still reports the same.
    pub(super) fn is_still(&self, before: &Self) -> bool {
        let said = |role: &Self| (role.reads_only, role.standby);
        self.process == before.process && said(self) == said(before)
    }
}

impl Wanted {
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

    /// Whether it is servers without writes that will do.
    pub(super) const fn is_of_readers(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Standby | Self::PreferStandby)
    }

    /// How often the hosts are tried: once more when no server was of the preferred kind.
    pub(super) fn rounds(self) -> usize {
        if self == Self::PreferStandby { 2 } else { 1 }
    }
}

impl Target {
    /// The host and port of an entry, as far as they may be shown.
    pub(super) fn name(&self, host: &PgConnectOptions) -> String {
        match host.get_socket() {
            _ if !self.named => "the server".to_owned(),
            Some(socket) => format!("`{}`", socket.display()),
            None => format!("`{}:{}`", host.get_host(), host.get_port()),
        }
    }

    /// The same with encryption as the option `sslmode` has it, else the URL, else the environment.
    ///
    /// # Errors
    /// `invalid_request` for a mode that there is not, two that differ, and what does not go with one.
    pub(super) fn secured(mut self, option: Option<&str>) -> Result<Self, Error> {
        let differs = |said: &str| option.is_some_and(|option| option != said);
        if self.sslmode.as_deref().is_some_and(differs) {
            return Err(Error::invalid("sslmode", "is not what the URL says: give one of them"));
        }
        let variable = self.sslmode_of_variable.take().map(|mode| ("PGSSLMODE", mode));
        let said = option.map(ToOwned::to_owned).or_else(|| self.sslmode.clone());
        let said = said.map(|mode| ("sslmode", mode)).or(variable);
        let read = |(field, text): (&str, String)| {
            parameters::ssl_mode(&text).ok_or_else(|| Error::invalid(field, "is not a mode of libpq"))
        };
        let mode = match (said.map(read).transpose()?, self.root) {
            (None | Some(PgSslMode::VerifyFull), Root::Public) => Some(PgSslMode::VerifyFull),
            (Some(_), Root::Public) => {
                let reason = "is `system`, which goes with `sslmode=verify-full` alone";
                return Err(Error::invalid("url.sslrootcert", reason));
            }
            // as libpq has it: an authority that was named is asked
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

/// Reads a URL. No part of it is repeated in an error but the name of a parameter: it may hold a password.
pub(super) fn target(url: &str) -> Result<Target, Error> {
    target_in(url, parameters::variable)
}

/// The same in an environment of these variables.
pub(super) fn target_in(url: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Target, Error> {
    let bad = |reason: &str| Error::invalid("url", reason);
    let (scheme, rest) = url.split_once("://").ok_or_else(|| bad("must begin with `postgres://`"))?;
    // SQLAlchemy names its driver behind a plus
    let scheme = scheme.split('+').next().unwrap_or_default();
    if !matches!(scheme, "postgres" | "postgresql") {
        return Err(bad("must begin with `postgres://`"));
    }
    let (rest, hosts) = host_list(rest);
    let url = Url::parse(&format!("postgres://{rest}")).map_err(|_| bad("is not a URL"))?;
    // no statement here relies on fractional digits, and a pooler refuses settings that it cannot track
    let mut options = PgConnectOptions::new_without_pgpass()
        .application_name("earnest")
        .extra_float_digits(None)
        .statement_cache_capacity(256)
        .disable_statement_logging();
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        options = host_of(options, &decoded(host)?);
    }
    if let Some(port) = url.port() {
        options = options.port(port);
    }
    if !url.username().is_empty() {
        options = options.username(&decoded(url.username())?);
    }
    if let Some(password) = url.password() {
        options = options.password(&decoded(password)?);
    }
    let database = decoded(url.path().trim_start_matches('/'))?;
    if !database.is_empty() {
        options = options.database(&database);
    }
    let named = !url.path().contains('@') && !url.query().unwrap_or_default().contains('@');
    let (wanted, flavour) = (Wanted::Any, Flavour::Plain);
    let mut target = Target {
        hosts: vec![options],
        wanted,
        pooled: false,
        flavour,
        sslmode: None,
        sslmode_of_variable: None,
        root: Root::Unsaid,
        certified: false,
        uncertified: false,
        named,
    };
    if let Some(list) = hosts {
        spread(&mut target, &list)?;
    }
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    parameters::of_url(&mut target, &pairs)?;
    parameters::of_variables(&mut target, &pairs, variable)?;
    Ok(target)
}

/// Splits the list of hosts from what follows `//`, which then names the first alone: `a:1,b:2`.
fn host_list(rest: &str) -> (String, Option<String>) {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let from = rest[..end].rfind('@').map_or(0, |at| at + 1);
    let hosts = &rest[from..end];
    let Some((first, _)) = hosts.split_once(',') else { return (rest.to_owned(), None) };
    (format!("{}{first}{}", &rest[..from], &rest[end..]), Some(hosts.to_owned()))
}

/// Makes an entry for each host of a list.
fn spread(target: &mut Target, list: &str) -> Result<(), Error> {
    let bad = || Error::invalid("url.host", "must be hosts, each with a port or without, and commas between");
    let Some(base) = target.hosts.first().cloned() else { return Ok(()) };
    let entry = |entry: &str| {
        // an IPv6 address is in brackets
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (entry, None),
        };
        let options = host_of(base.clone(), &decoded(host)?);
        let Some(port) = port else { return Ok(options.port(5432)) };
        Ok(options.port(port.parse().map_err(|_| bad())?))
    };
    target.hosts = list.split(',').map(entry).collect::<Result<_, Error>>()?;
    Ok(())
}

/// Sets the ports of the hosts: one for all, or one for each.
pub(super) fn ports(target: &mut Target, list: &str) -> Result<(), Error> {
    let bad = || Error::invalid("url.port", "must be a port, or one for each host");
    let ports: Vec<u16> =
        list.split(',').map(|port| port.parse().map_err(|_| bad())).collect::<Result<_, _>>()?;
    if ports.len() > 1 && target.hosts.len() == 1 {
        // hosts may be named behind them
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

fn host_of(options: PgConnectOptions, host: &str) -> PgConnectOptions {
    if host.starts_with('/') {
        return options.socket(host);
    }
    options.host(host.trim_start_matches('[').trim_end_matches(']'))
}

fn decoded(text: &str) -> Result<String, Error> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut pair = [0_u8; 1];
        let digits = [rest.next().unwrap_or_default(), rest.next().unwrap_or_default()];
        hex::decode_to_slice(digits, &mut pair)
            .map_err(|_| Error::invalid("url", "has a broken percent escape"))?;
        bytes.push(pair[0]);
    }
    String::from_utf8(bytes).map_err(|_| Error::invalid("url", "is not UTF-8"))
}

/// Asks a server for its [`Role`], and which of its processes answers.
pub(super) const ROLE: &str = "SELECT CAST(current_setting('transaction_read_only') = 'on' AS text), \
    CAST(pg_is_in_recovery() AS text), pg_backend_pid() || ' since ' || pg_postmaster_start_time(), \
    current_setting('earnest.mark', true)";

/// A setting of our own, given with the first packet of a connection: a server process that has it was
/// started for this connection, and a pooler does not pass it on.
pub(super) const MARK: &str = "earnest.mark";

/// Reads the answer to [`ROLE`].
pub(super) fn role(row: &Cells) -> Role {
    let says = |index: usize| row.get(index).and_then(Option::as_deref) == Some("true");
    let process = row.get(2).cloned().flatten().unwrap_or_default();
    Role { reads_only: says(0), standby: says(1), process, mark: row.get(3).cloned().flatten() }
}

#[cfg(test)]
mod tests {
    use super::{Flavour, Target, Wanted};

    fn target(url: &str) -> Result<Target, crate::Error> {
        super::target_in(url, |_| None)
    }

    #[test]
    fn urls_of_other_tools_are_read() {
        for url in [
            "postgres://u:p%40ss@localhost:5433/db?sslmode=disable",
            "postgresql+asyncpg://u@localhost/db?schema=public&connection_limit=5",
            "postgresql:///db?host=/var/run/postgresql&user=me",
            "postgres://u@%2Fvar%2Frun/db",
            "postgres://[::1]:5432/db",
        ] {
            assert!(target(url).is_ok(), "{url}");
        }
        assert!(target("postgres://u@h/db?pgbouncer=true").unwrap().pooled);
        assert_eq!(target("postgres://u@h/db?books=spread").unwrap().flavour, Flavour::Spread);
        assert_eq!(target("postgres://u@h/db?books=together").unwrap().flavour, Flavour::Plain);
        let options = &target("postgres://u:p%40ss@localhost:5433/my%20db").unwrap().hosts[0];
        assert_eq!((options.get_port(), options.get_database()), (5433, Some("my db")));
    }

    #[test]
    fn several_hosts_are_read_as_libpq_does() {
        let named = |url: &str| -> Vec<String> {
            let target = target(url).unwrap();
            target.hosts.iter().map(|host| target.name(host).replace('`', "")).collect()
        };
        assert_eq!(named("postgres://u@a:1,b:2/db"), ["a:1", "b:2"]);
        assert_eq!(named("postgres://u:p@[::1]:1,b/db?sslmode=disable"), ["::1:1", "b:5432"]);
        assert_eq!(named("postgres:///db?host=a,b&port=1,2"), ["a:1", "b:2"]);
        assert_eq!(named("postgres:///db?port=1,2&host=a,b"), ["a:1", "b:2"]);
        assert_eq!(named("postgres:///db?host=a,b&port=7"), ["a:7", "b:7"]);
        let target = |url: &str| target(url).map(|target| target.wanted);
        assert_eq!(target("postgres://a,b/db?target_session_attrs=read-write"), Ok(Wanted::ReadWrite));
        assert_eq!(target("postgres://a,b/db"), Ok(Wanted::Any));
        for url in [
            "postgres://a:x,b/db",
            "postgres://a,b/db?port=1,2,3",
            "postgres://a,b/db?host=a,b,c",
            "postgres://a,b/db?target_session_attrs=rw",
        ] {
            assert_eq!(target(url).unwrap_err().code().as_str(), "invalid_request", "{url}");
        }
    }

    #[test]
    fn a_part_of_a_password_is_not_shown_as_a_host() {
        let target = target("postgres://u:12/secret@h/db").unwrap();
        assert_eq!(target.name(&target.hosts[0]), "the server");
    }

    #[test]
    fn what_is_not_known_is_named_and_nothing_else_is() {
        let error = target("postgres://u:secret@h/db?tarpit=secret").unwrap_err();
        assert!(error.message().contains("tarpit") && !error.message().contains("secret"));
        for url in [
            "mysql://h/db",
            "db",
            "postgres://u@h:x/db",
            "postgres://%zz@h/db",
            "postgres://h/db?sslmode=maybe",
            "postgres://h/db?books=true",
        ] {
            assert_eq!(target(url).unwrap_err().code().as_str(), "invalid_request", "{url}");
        }
    }

    #[test]
    fn the_option_says_how_connections_are_encrypted_unless_the_url_says_another() {
        let of = |url: &str, mode: &str| {
            let target = target(url)?.secured(Some(mode))?;
            Ok::<_, crate::Error>(
                target.hosts.iter().map(|host| format!("{:?}", host.get_ssl_mode())).collect::<Vec<_>>(),
            )
        };
        assert_eq!(of("postgres://a,b/db", "verify-full"), Ok(vec!["VerifyFull".to_owned(); 2]));
        assert_eq!(of("postgres://a/db?sslmode=require", "require"), Ok(vec!["Require".to_owned()]));
        for (url, mode) in [("postgres://a/db?sslmode=require", "disable"), ("postgres://a/db", "maybe")] {
            let error = of(url, mode).unwrap_err();
            assert_eq!(
                (error.code().as_str(), &error.details()["field"]),
                ("invalid_request", &"sslmode".into())
            );
        }
    }
}
