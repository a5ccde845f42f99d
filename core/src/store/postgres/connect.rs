//! Where to connect: URLs as libpq, Prisma and SQLAlchemy write them.

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::parameters;
use super::target::{Root, SessionAttrs, Target, host_of};
use crate::error::Error;
use crate::store::sql::Flavour;

/// Reads a URL. It may hold a password, so errors repeat no part of it but the name of a parameter.
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
    let (wanted, flavour) = (SessionAttrs::Any, Flavour::Plain);
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

/// Takes a list of hosts such as `a:1,b:2` out of a URL's rest, which keeps the first host alone.
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

#[cfg(test)]
mod tests {
    use super::{Flavour, SessionAttrs, Target};

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
        assert_eq!(target("postgres://a,b/db?target_session_attrs=read-write"), Ok(SessionAttrs::ReadWrite));
        assert_eq!(target("postgres://a,b/db"), Ok(SessionAttrs::Any));
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
