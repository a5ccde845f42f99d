//! Where to connect: URLs as libpq, Prisma and SQLAlchemy write them, and what a new connection is told first.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use crate::error::Error;

/// Connection options, and what the URL says beside them.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) options: PgConnectOptions,
    /// The URL names a pooler that hands connections round between transactions.
    pub(super) pooled: bool,
}

/// Reads a URL. No part of it is repeated in an error but the name of a parameter: it may hold a password.
pub(super) fn target(url: &str) -> Result<Target, Error> {
    let bad = |reason: &str| Error::invalid("url", reason);
    let (scheme, rest) = url.split_once("://").ok_or_else(|| bad("must begin with `postgres://`"))?;
    // SQLAlchemy names its driver behind a plus
    let scheme = scheme.split('+').next().unwrap_or_default();
    if !matches!(scheme, "postgres" | "postgresql") {
        return Err(bad("must begin with `postgres://`"));
    }
    let url = Url::parse(&format!("postgres://{rest}")).map_err(|_| bad("is not a URL"))?;
    let mut options = PgConnectOptions::new_without_pgpass()
        .application_name("earnest")
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
    let mut target = Target { options, pooled: false };
    for (name, value) in url.query_pairs() {
        target = parameter(target, &name, &value)?;
    }
    Ok(target)
}

fn host_of(options: PgConnectOptions, host: &str) -> PgConnectOptions {
    if host.starts_with('/') {
        return options.socket(host);
    }
    options.host(host.trim_start_matches('[').trim_end_matches(']'))
}

fn parameter(mut target: Target, name: &str, value: &str) -> Result<Target, Error> {
    let bad = |reason: &str| Error::invalid(format!("url.{}", shown(name)), reason);
    let options = target.options.clone();
    target.options = match name {
        "sslmode" => options.ssl_mode(match value {
            "disable" => PgSslMode::Disable,
            "allow" => PgSslMode::Allow,
            "prefer" => PgSslMode::Prefer,
            "require" => PgSslMode::Require,
            "verify-ca" => PgSslMode::VerifyCa,
            "verify-full" => PgSslMode::VerifyFull,
            _ => return Err(bad("is not a mode of libpq")),
        }),
        "sslrootcert" => options.ssl_root_cert(value),
        "sslcert" => options.ssl_client_cert(value),
        "sslkey" => options.ssl_client_key(value),
        "host" => host_of(options, value),
        "port" => options.port(value.parse().map_err(|_| bad("is not a port"))?),
        "user" => options.username(value),
        "password" => options.password(value),
        "dbname" => options.database(value),
        "application_name" => options.application_name(value),
        "pgbouncer" => {
            target.pooled = matches!(value, "true" | "1");
            options
        }
        // the application's own, or settings of another pool than ours
        "schema"
        | "connection_limit"
        | "pool_timeout"
        | "connect_timeout"
        | "socket_timeout"
        | "statement_cache_size"
        | "prepared_statement_cache_size"
        | "max_connection_lifetime"
        | "channel_binding"
        | "gssencmode" => options,
        _ => return Err(bad("is not a parameter that is known here")),
    };
    Ok(target)
}

/// A parameter's name as far as it may be shown.
fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect()
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

/// Time-outs, and plans that suit us: every statement finds its rows by key, and a plan made while a table was small must
/// not stay a scan when it has grown. Commits are durable even where the server's default says otherwise.
///
/// Told once to a connection that is ours. Behind a pooler it is told to each transaction, and holds no longer: the next
/// transaction on the same connection of the server is somebody else's.
pub(super) fn settings(lock: Duration, statement: Duration, pooled: bool) -> String {
    let set = if pooled { "SET LOCAL" } else { "SET" };
    let settings = [
        format!("lock_timeout = {}", lock.as_millis()),
        format!("statement_timeout = {}", statement.as_millis()),
        "idle_in_transaction_session_timeout = 60000".to_owned(),
        "enable_seqscan = off".to_owned(),
        "enable_bitmapscan = off".to_owned(),
        "enable_hashjoin = off".to_owned(),
        "enable_mergejoin = off".to_owned(),
        "jit = off".to_owned(),
        "max_parallel_workers_per_gather = 0".to_owned(),
        "plan_cache_mode = force_generic_plan".to_owned(),
    ];
    let settings = settings.map(|setting| format!("{set} {setting}; ")).concat();
    format!(
        "{settings}SELECT set_config('synchronous_commit', 'on', {pooled}) \
         WHERE current_setting('synchronous_commit') = 'off'"
    )
}

#[cfg(test)]
mod tests {
    use super::target;

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
        let options = target("postgres://u:p%40ss@localhost:5433/my%20db").unwrap().options;
        assert_eq!((options.get_port(), options.get_database()), (5433, Some("my db")));
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
        ] {
            assert_eq!(target(url).unwrap_err().code().as_str(), "invalid_request", "{url}");
        }
    }
}
