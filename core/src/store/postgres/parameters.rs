//! The parameters of a URL, and the variables of libpq that stand for them: taken, or refused by name.
//!
//! A parameter that is silently ignored is worse than one that is refused: the operator believes that it has
//! effect. Parameters that only tune libpq itself are checked and ignored. `docs/operating.md` has them all
//! in a table, which a test walks.

use sqlx::postgres::PgConnectOptions;

use super::target::{self, Root, SessionAttrs, Target};
use crate::error::Error;
use crate::store::sql::Flavour;

/// The values that a parameter without effect here may have.
enum Rule {
    /// Anything: it is for libpq, or for another tool.
    Any,
    /// A whole number: it tunes libpq.
    Number,
    /// One of these values, in upper or lower case: the engine does what they ask for. The text says why
    /// others are refused.
    Only(&'static [&'static str], &'static str),
}

use Rule::{Any, Number, Only};

const NO_GSSAPI: &str = "cannot be had: GSSAPI is not supported";
const NO_OAUTH: &str = "cannot be had: OAuth is not supported";
const NO_FILE: &str =
    "is not read: give the password in the URL or in `PGPASSWORD`, and everything else in the URL";
const NO_LIST: &str = "cannot be had: lists of revoked certificates are not supported";
const NO_KEYS: &str = "cannot be had: give the password";

/// Parameters of libpq, and of pools of other tools, that set nothing here.
const RULES: &[(&str, Rule)] = &[
    (
        "channel_binding",
        Only(
            &["disable", "prefer"],
            "cannot be had: leave it out, and use `sslmode=verify-full` to be sure of the server",
        ),
    ),
    ("client_encoding", Only(&["auto", "utf8", "utf-8", "unicode"], "must be `UTF8`")),
    ("connect_timeout", Number),
    ("fallback_application_name", Any),
    ("gssdelegation", Only(&["0", "1"], "must be `0` or `1`")),
    ("gssencmode", Only(&["disable", "prefer"], NO_GSSAPI)),
    ("gsslib", Any),
    ("hostaddr", Only(&[], "is not known here: give the address as `host`")),
    ("keepalives", Number),
    ("keepalives_count", Number),
    ("keepalives_idle", Number),
    ("keepalives_interval", Number),
    ("krbsrvname", Any),
    ("load_balance_hosts", Only(&["disable", "random"], "must be `disable` or `random`")),
    ("max_protocol_version", Only(&["3.0", "3.2", "latest"], "is not a version of the protocol")),
    ("min_protocol_version", Only(&["3.0"], "cannot be had: the engine speaks version 3.0")),
    ("oauth_client_id", Only(&[], NO_OAUTH)),
    ("oauth_client_secret", Only(&[], NO_OAUTH)),
    ("oauth_issuer", Only(&[], NO_OAUTH)),
    ("oauth_scope", Only(&[], NO_OAUTH)),
    ("passfile", Only(&[], NO_FILE)),
    ("replication", Only(&["false", "off", "no", "0"], "is not for applications")),
    (
        "require_auth",
        Only(&[], "cannot be had: leave it out, and use `sslmode=verify-full` to be sure of the server"),
    ),
    ("requirepeer", Only(&[], "cannot be had: use `sslmode=verify-full` to be sure of the server")),
    ("scram_client_key", Only(&[], NO_KEYS)),
    ("scram_server_key", Only(&[], NO_KEYS)),
    ("service", Only(&[], NO_FILE)),
    ("servicefile", Only(&[], NO_FILE)),
    (
        "ssl_max_protocol_version",
        Only(&["TLSv1.3"], "cannot be had: TLS 1.3 is used with servers that have it"),
    ),
    (
        "ssl_min_protocol_version",
        Only(&["TLSv1", "TLSv1.1", "TLSv1.2"], "cannot be had: TLS 1.2 and 1.3 are used, and nothing older"),
    ),
    ("sslcompression", Only(&["0", "1"], "must be `0` or `1`")),
    ("sslcrl", Only(&[], NO_LIST)),
    ("sslcrldir", Only(&[], NO_LIST)),
    ("sslkeylogfile", Only(&[], "cannot be had: secrets of connections are not written")),
    ("sslnegotiation", Only(&["postgres"], "cannot be had: only `postgres` is supported")),
    ("sslpassword", Only(&[], "cannot be had: the key of `sslkey` must not be encrypted")),
    ("sslsni", Only(&["1"], "cannot be had: the name of the host is sent where it is a name")),
    ("tcp_user_timeout", Number),
    // pools of Prisma and others, and the application's own
    ("connection_limit", Any),
    ("max_connection_lifetime", Any),
    ("pool_timeout", Any),
    ("prepared_statement_cache_size", Any),
    ("schema", Any),
    ("socket_timeout", Any),
    ("statement_cache_size", Any),
];

/// Variables of libpq that stand for a parameter. The driver reads some of the others, which say where to
/// connect and as whom.
const VARIABLES: &[(&str, &str)] = &[
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGGSSENCMODE", "gssencmode"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGREQUIREPEER", "requirepeer"),
    ("PGSSLCERTMODE", "sslcertmode"),
    ("PGSSLCRL", "sslcrl"),
    ("PGSSLCRLDIR", "sslcrldir"),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
];

/// A variable of this process.
#[expect(clippy::disallowed_methods, reason = "libpq's variables, as the driver reads them too")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Sets the parameters of a URL.
pub(super) fn of_url(target: &mut Target, pairs: &[(String, String)]) -> Result<(), Error> {
    for (name, value) in pairs {
        set(target, &format!("url.{}", shown(name)), name, value)?;
    }
    Ok(())
}

/// Sets what variables ask for, unless the URL says it.
pub(super) fn of_variables(
    target: &mut Target,
    pairs: &[(String, String)],
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(), Error> {
    let said = |parameter: &str| pairs.iter().any(|(name, _)| name == parameter);
    for (name, parameter) in VARIABLES.iter().filter(|(_, parameter)| !said(parameter)) {
        if let Some(value) = variable(name) {
            set(target, name, parameter, &value)?;
        }
    }
    if !said("sslrootcert") && variable("PGSSLROOTCERT").is_some() {
        target.root = Root::File;
    }
    target.certified |= variable("PGSSLCERT").is_some();
    let required = variable("PGREQUIRESSL").filter(|value| value.starts_with('1'));
    target.sslmode_of_variable = variable("PGSSLMODE").or_else(|| required.map(|_| "require".to_owned()));
    Ok(())
}

fn set(target: &mut Target, field: &str, name: &str, value: &str) -> Result<(), Error> {
    let bad = |reason: &str| Error::invalid(field, reason);
    let set: &dyn Fn(PgConnectOptions) -> PgConnectOptions = match name {
        "sslmode" => {
            target::ssl_mode(value).ok_or_else(|| bad("is not a mode of libpq"))?;
            target.sslmode = Some(value.to_owned());
            return Ok(());
        }
        "sslrootcert" if value == "system" => {
            target.root = Root::Public;
            return Ok(());
        }
        "sslrootcert" => {
            target.root = Root::File;
            &|options| options.ssl_root_cert(value)
        }
        "sslcert" => {
            target.certified = true;
            &|options| options.ssl_client_cert(value)
        }
        "sslcertmode" => {
            target.uncertified = value == "disable";
            let reason = "cannot be had: it must be `allow` or `disable`";
            return if matches!(value, "allow" | "disable") { Ok(()) } else { Err(bad(reason)) };
        }
        "sslkey" => &|options| options.ssl_client_key(value),
        "host" => return target::hosts(target, value),
        "port" => return target::ports(target, value),
        "user" => &|options| options.username(value),
        "password" => &|options| options.password(value),
        "dbname" => &|options| options.database(value),
        "application_name" => &|options| options.application_name(value),
        "options" => {
            let settings = settings(value)
                .ok_or_else(|| bad("must be settings, each as `-c name=value` or `--name=value`"))?;
            &move |options| options.options(settings.iter().map(|(name, value)| (name, value)))
        }
        "target_session_attrs" => {
            target.wanted = SessionAttrs::read(value).ok_or_else(|| bad("is not one of libpq"))?;
            return Ok(());
        }
        "pgbouncer" => {
            target.pooled = matches!(value, "true" | "1");
            return Ok(());
        }
        "books" => {
            target.flavour = match value {
                "together" => Flavour::Plain,
                "spread" => Flavour::Spread,
                _ => return Err(bad("must be `together` or `spread`")),
            };
            return Ok(());
        }
        _ => return judge(name, value).map_err(|reason| bad(&reason)),
    };
    target.hosts = std::mem::take(&mut target.hosts).into_iter().map(set).collect();
    Ok(())
}

/// Checks a parameter that has no effect here; an empty one counts as absent.
fn judge(name: &str, value: &str) -> Result<(), String> {
    let known = RULES.iter().find(|(known, _)| *known == name);
    match known.map(|(_, rule)| rule) {
        None => Err("is not a parameter that is known here".to_owned()),
        Some(Number) if !value.is_empty() && value.parse::<i32>().is_err() => {
            Err("must be a whole number".to_owned())
        }
        Some(Only(values, reason))
            if !value.is_empty() && !values.iter().any(|known| known.eq_ignore_ascii_case(value)) =>
        {
            Err((*reason).to_owned())
        }
        Some(_) => Ok(()),
    }
}

/// Reads the settings of `options` as the server would: words between spaces, with a backslash as escape.
fn settings(text: &str) -> Option<Vec<(String, String)>> {
    let mut words = words(text).into_iter();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.as_str() {
            "-c" => words.next()?,
            _ => word.strip_prefix("--").or_else(|| word.strip_prefix("-c"))?.to_owned(),
        };
        let (name, value) = setting.split_once('=')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        settings.push((name.replace('-', "_"), value.to_owned()));
    }
    Some(settings)
}

fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut rest) = (Vec::new(), String::new(), text.chars());
    while let Some(c) = rest.next() {
        match c {
            '\\' => word.extend(rest.next()),
            c if c.is_whitespace() => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// A parameter's name as far as it may be shown.
fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::super::connect;
    use super::*;

    /// Every parameter of libpq, up to version 18: `PQconndefaults`, without those for tests of libpq itself.
    const LIBPQ: [&str; 51] = [
        "application_name",
        "channel_binding",
        "client_encoding",
        "connect_timeout",
        "dbname",
        "fallback_application_name",
        "gssdelegation",
        "gssencmode",
        "gsslib",
        "host",
        "hostaddr",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "krbsrvname",
        "load_balance_hosts",
        "max_protocol_version",
        "min_protocol_version",
        "oauth_client_id",
        "oauth_client_secret",
        "oauth_issuer",
        "oauth_scope",
        "options",
        "passfile",
        "password",
        "port",
        "replication",
        "require_auth",
        "requirepeer",
        "scram_client_key",
        "scram_server_key",
        "service",
        "servicefile",
        "ssl_max_protocol_version",
        "ssl_min_protocol_version",
        "sslcert",
        "sslcertmode",
        "sslcompression",
        "sslcrl",
        "sslcrldir",
        "sslkey",
        "sslkeylogfile",
        "sslmode",
        "sslnegotiation",
        "sslpassword",
        "sslrootcert",
        "sslsni",
        "target_session_attrs",
        "tcp_user_timeout",
        "user",
    ];

    fn tried(parameter: &str, value: &str) -> Result<Target, Error> {
        let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        connect::target_in(&format!("postgres://u@h/db?{parameter}={value}"), |_| None)?.secured(None)
    }

    /// The table of the operators' page says what happens, for every parameter of libpq.
    #[test]
    fn every_parameter_of_libpq_is_taken_or_refused_as_the_page_says() {
        let page = include_str!("../../../../docs/operating.md");
        let rows: Vec<Vec<&str>> = page
            .lines()
            .skip_while(|line| !line.starts_with("| parameter |"))
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
            .collect();
        let quoted = |text: &str| -> Vec<String> {
            text.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
        };
        let mut names: Vec<String> = rows.iter().flat_map(|row| quoted(row[0])).collect();
        names.iter_mut().for_each(|name| *name = name.trim_end_matches('=').to_owned());
        names.sort();
        assert_eq!(names, LIBPQ);
        for row in &rows {
            for parameter in quoted(row[0]).iter().map(|name| name.trim_end_matches('=').to_owned()) {
                let (taken, refused) = (quoted(row[1]), quoted(row[2]));
                assert!(!taken.is_empty() || !refused.is_empty(), "{parameter} is not tried");
                for value in taken {
                    let answer = tried(&parameter, &value);
                    assert!(answer.is_ok(), "{parameter}={value}: {:?}", answer.err());
                }
                for value in refused {
                    let error = tried(&parameter, &value).map(drop).expect_err(&parameter);
                    assert_eq!(error.details()["field"], format!("url.{parameter}"), "{value}: {error}");
                    assert!(!error.message().contains(&value) || value.len() < 4, "{error}");
                }
            }
        }
    }

    #[test]
    fn what_variables_ask_for_is_met_or_refused_too() {
        let target = |url: &str, name: &str, value: &str| {
            let read = |asked: &str| (asked == name).then(|| value.to_owned());
            connect::target_in(url, read)?.secured(None)
        };
        let plain = "postgres://u@h/db";
        for (name, value) in [
            ("PGCHANNELBINDING", "require"),
            ("PGREQUIREAUTH", "scram-sha-256"),
            ("PGGSSENCMODE", "require"),
            ("PGSSLMINPROTOCOLVERSION", "TLSv1.3"),
            ("PGSSLMODE", "verify_full"),
            ("PGTARGETSESSIONATTRS", "primry"),
        ] {
            let error = target(plain, name, value).map(drop).expect_err(name);
            assert_eq!(error.details()["field"], name, "{error}");
        }
        assert!(target(plain, "PGCHANNELBINDING", "prefer").is_ok());
        // the URL comes first
        assert!(target("postgres://u@h/db?channel_binding=disable", "PGCHANNELBINDING", "require").is_ok());
        assert!(target("postgres://u@h/db?sslmode=require", "PGSSLMODE", "verify_full").is_ok());
        let mode = |target: Target| format!("{:?}", target.hosts[0].get_ssl_mode());
        assert_eq!(target(plain, "PGSSLMODE", "verify-full").map(mode), Ok("VerifyFull".to_owned()));
        assert_eq!(target(plain, "PGREQUIRESSL", "1").map(mode), Ok("Require".to_owned()));
        let wanted = target(plain, "PGTARGETSESSIONATTRS", "primary").map(|target| target.wanted);
        assert_eq!(wanted, Ok(SessionAttrs::Primary));
    }

    /// As in libpq: a URL that names an authority wants the server's certificate checked against it.
    #[test]
    fn an_authority_that_is_named_is_asked() {
        let mode = |query: &str| {
            let target =
                connect::target_in(&format!("postgres://u@h/db?{query}"), |_| None)?.secured(None)?;
            Ok::<_, Error>(format!("{:?}", target.hosts[0].get_ssl_mode()))
        };
        assert_eq!(mode("sslmode=require&sslrootcert=/ca.pem"), Ok("VerifyCa".to_owned()));
        assert_eq!(mode("sslrootcert=/ca.pem&sslmode=verify-full"), Ok("VerifyFull".to_owned()));
        assert_eq!(mode("sslrootcert=/ca.pem"), Ok("Prefer".to_owned()));
        assert_eq!(mode("sslrootcert=system"), Ok("VerifyFull".to_owned()));
        assert_eq!(mode("sslmode=require"), Ok("Require".to_owned()));
        let refused = |query: &str| mode(query).expect_err(query).details()["field"].clone();
        assert_eq!(refused("sslrootcert=system&sslmode=require"), "url.sslrootcert");
        assert_eq!(refused("sslcert=/c.pem&sslcertmode=disable"), "url.sslcertmode");
    }

    #[test]
    fn settings_are_read_as_the_server_reads_them() {
        let read = |text: &str| {
            settings(text).map(|all| {
                all.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(";")
            })
        };
        assert_eq!(read("-c work_mem=5MB  -cgeqo=off").as_deref(), Some("work_mem=5MB;geqo=off"));
        assert_eq!(read(r"--search-path=a\ b").as_deref(), Some("search_path=a b"));
        assert_eq!(read("").as_deref(), Some(""));
        for text in ["-c", "-c x", "-e", "endpoint=x", "-c =1", "-c a;b=1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
