//! Store URLs as they may be shown: without the password.

use url::Url;

/// Parameters that hold a secret.
const SECRET: [&str; 4] = ["password", "sslpassword", "sslkey", "passfile"];

/// A store URL without its secrets. A URL that cannot be parsed for certain is not shown at all.
pub(super) fn masked(url: &str) -> String {
    let Some((scheme, _)) = url.split_once(':') else { return "(not a URL)".to_owned() };
    if matches!(scheme, "memory" | "sqlite" | "file") {
        return url.to_owned();
    }
    let hidden = || {
        let known =
            scheme.len() <= 32 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        if known { format!("{scheme}:***") } else { "***".to_owned() }
    };
    match Url::parse(url) {
        // an `@` further on may be the end of a password with a slash in it
        Ok(parsed) if parsed.has_host() && !parsed.path().contains('@') && parsed.fragment().is_none() => {
            without_secrets(parsed).unwrap_or_else(hidden)
        }
        _ => hidden(),
    }
}

fn without_secrets(mut url: Url) -> Option<String> {
    if url.password().is_some() {
        url.set_password(Some("***")).ok()?;
    }
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if !pairs.is_empty() {
        let hide = |name: &str| SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret));
        let shown = pairs.iter().map(|(name, value)| (name, if hide(name) { "***" } else { value.as_str() }));
        url.query_pairs_mut().clear().extend_pairs(shown);
    }
    Some(url.to_string())
}

/// A text in which every URL of a store has lost its secrets.
pub(super) fn scrubbed(text: &str) -> String {
    let edge = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`');
    let word = |word: &str| {
        let (inside, end) = word.split_at(word.trim_end_matches(edge).len());
        // of `--option=URL`, the URL
        let (option, url) = match inside.split_once('=') {
            Some((option, url)) if option.starts_with('-') => (format!("{option}="), url),
            _ => (String::new(), inside),
        };
        let begins = |scheme: &str| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
        let behind = url.split_once("://").is_some_and(|(_, rest)| !rest.is_empty());
        // the slashes may have been forgotten
        let web = url.to_ascii_lowercase();
        let is_web = web.starts_with("http") || web.contains("=http");
        let has_user = is_web && url.contains(':') && url.contains('@');
        let is_postgres = (begins("postgres:") && url != "postgres://") || begins("postgresql:");
        let secret = (behind || has_user || is_postgres) && !is_hint(url);
        if secret { format!("{option}{}{end}", masked(url)) } else { format!("{option}{url}{end}") }
    };
    text.split_inclusive(edge).map(word).collect()
}

/// Whether a URL is one of the library's own words, such as `kafka://HOST:PORT,HOST:PORT/TOPIC`.
fn is_hint(url: &str) -> bool {
    let words = url.split_once("://").map(|(_, rest)| rest.split([':', ',', '/']));
    words.is_some_and(|mut words| words.all(|word| matches!(word, "HOST" | "PORT" | "TOPIC")))
}

#[cfg(test)]
mod tests {
    use super::{masked, scrubbed};

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "postgres://u:s3cret@host/db",
            "postgres://u:s3cret@host:5432/db?sslmode=require",
            "postgresql+asyncpg://u:s3cret@host/db",
            "postgres://u:a/s3cret@host/db",
            "postgres://u:1/s3cret@host/db",
            "postgres://u:a#s3cret@host/db",
            "postgres://u:a?s3cret@host/db",
            "postgres://u:s3cret@bad host/db",
            "postgres://host/db?user=u&password=s3cret",
            "postgres:u:s3cret@host/db",
            "s3cret",
            "u s3cret:x",
        ] {
            assert!(!masked(url).contains("s3cret"), "{url} -> {}", masked(url));
        }
    }

    #[test]
    fn the_rest_is() {
        assert_eq!(
            masked("postgres://u:p@host:5433/db?sslmode=require"),
            "postgres://u:***@host:5433/db?sslmode=require"
        );
        for url in ["memory:", "sqlite:/tmp/till.db", "postgres://u@host/db"] {
            assert_eq!(masked(url), url);
        }
    }

    #[test]
    fn urls_inside_a_text_are_masked() {
        let text = "error: unexpected argument 'postgres://u:p@host/db' found\n\nUsage: earnest\n";
        assert_eq!(
            scrubbed(text),
            "error: unexpected argument 'postgres://u:***@host/db' found\n\nUsage: earnest\n"
        );
        assert_eq!(scrubbed("bad '--stor=postgres://u:p@h/d'"), "bad '--stor=postgres://u:***@h/d'");
        assert!(!scrubbed("bad 'card=http:me:s3cret@host'").contains("s3cret"));
        for text in
            ["a  b 'c'", "must begin with `memory:` or `postgres://`", "postgres is down", "sqlite:/tmp/x.db"]
        {
            assert_eq!(scrubbed(text), text);
        }
    }

    #[test]
    fn a_hint_of_what_a_url_must_be_is_shown() {
        let hint = "`--deliver orders` must be `kafka://HOST:PORT,HOST:PORT/TOPIC`";
        assert_eq!(scrubbed(hint), hint);
        for url in ["kafka://HOST:s3cret@PORT/TOPIC", "kafka://HOST:PORT/s3cret", "kafka://me:s3cret@a:1/t"] {
            assert!(!scrubbed(url).contains("s3cret"), "{url} -> {}", scrubbed(url));
        }
    }
}
