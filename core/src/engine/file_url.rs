//! The URL of a SQLite file: its path, and the parameters that other tools append.

use std::path::Path;

use crate::error::{Error, Result};

/// The file that a URL means, as opening reads it; none of another store.
#[must_use]
pub fn file_of(url: &str) -> Option<&Path> {
    let scheme = url.split(':').next()?.split('+').next()?;
    let file = matches!(scheme, "sqlite" | "file").then(|| FileUrl::parse(url).ok())??;
    Some(Path::new(file.path))
}

/// The parts of a URL of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileUrl<'u> {
    /// The path, as it is written.
    pub(crate) path: &'u str,
    /// Whether a file that does not exist is made.
    pub(crate) create: bool,
    /// Whether nothing is written.
    pub(crate) read_only: bool,
    /// It has three slashes: relative here and in SQLAlchemy, absolute in sqlx.
    pub(crate) three: bool,
}

impl<'u> FileUrl<'u> {
    /// Reads `sqlite:` and `file:` URLs. The path is verbatim: `sqlite:x` and `sqlite://x` are relative,
    /// `sqlite:/x` is absolute; with the slashes of SQLAlchemy three are relative and four absolute.
    /// `file:///x` is absolute.
    ///
    /// # Errors
    /// `invalid_request` naming `url`, or a parameter as `url.NAME`.
    pub(crate) fn parse(url: &'u str) -> Result<Self> {
        let (scheme, rest) = url.split_once(':').unwrap_or_default();
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let behind = place.strip_prefix("//");
        let sqlalchemy = behind.and_then(|behind| behind.strip_prefix('/')).filter(|_| scheme != "file");
        let path = sqlalchemy.or(behind).unwrap_or(place);
        if path.is_empty() {
            return Err(Error::invalid("url", "must name a file, such as `sqlite:shop.db`"));
        }
        let three = sqlalchemy.is_some_and(|path| !path.starts_with('/'));
        let mut read = Self { path, create: true, read_only: false, three };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            read.parameter(name, value)?;
        }
        Ok(read)
    }

    /// The file at a path, which is made where it does not exist.
    ///
    /// # Errors
    /// `invalid_request` naming `url` for a path that is empty or no text.
    pub(crate) fn at(path: &'u Path) -> Result<Self> {
        let path = path.to_str().filter(|path| !path.is_empty());
        let path = path.ok_or_else(|| Error::invalid("url", "must be the path of a file, as text"))?;
        Ok(Self { path, create: true, read_only: false, three: false })
    }

    /// Reads a parameter of sqlx, which are those of SQLite itself.
    fn parameter(&mut self, name: &str, value: &str) -> Result<()> {
        let bad = |reason: &str| Err(Error::invalid(format!("url.{}", shown(name)), reason));
        match (name, value) {
            ("mode", "rwc") | ("cache", "private") => {}
            ("mode", "rw") => self.create = false,
            ("mode", "ro") => self.read_only = true,
            ("mode", "memory") => return bad("must be `rwc`, `rw` or `ro`: a store in memory is `memory:`"),
            ("mode", _) => return bad("must be `rwc`, `rw` or `ro`"),
            ("cache", _) => return bad("must be `private`: connections that share a cache share its locks"),
            ("immutable", _) => return bad("is not taken: `mode=ro` opens a copy that nobody writes as one"),
            _ => return bad("is not a parameter that is known here: `mode` is"),
        }
        Ok(())
    }

    /// The same error, with what may have been meant by three slashes.
    pub(crate) fn explain(&self, reason: &str) -> String {
        if !self.three {
            return reason.to_owned();
        }
        let path = self.path;
        format!("{reason}; three slashes are a relative path: `sqlite:////{path}` is absolute")
    }
}

/// A parameter's name as far as it may be shown.
fn shown(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::FileUrl;

    #[test]
    fn spellings_of_a_path() {
        for (url, path) in [
            ("sqlite:x.db", "x.db"),
            ("sqlite:a/x.db", "a/x.db"),
            ("sqlite:/a/x.db", "/a/x.db"),
            ("sqlite://x.db", "x.db"),
            ("sqlite://a/x.db", "a/x.db"),
            ("sqlite:///x.db", "x.db"),
            ("sqlite:///a/x.db", "a/x.db"),
            ("sqlite:////a/x.db", "/a/x.db"),
            ("sqlite+aiosqlite:///x.db", "x.db"),
            ("sqlite+aiosqlite:////a/x.db", "/a/x.db"),
            ("file:x.db", "x.db"),
            ("file:/a/x.db", "/a/x.db"),
            ("file:///a/x.db", "/a/x.db"),
            ("sqlite:a b%20c#d.db", "a b%20c#d.db"),
            ("sqlite:C:\\a\\x.db", "C:\\a\\x.db"),
        ] {
            for query in ["", "?", "?mode=rwc", "?mode=rwc&cache=private"] {
                let url = format!("{url}{query}");
                let read = FileUrl::parse(&url).unwrap();
                assert_eq!((read.path, read.create, read.read_only), (path, true, false), "{url}");
            }
        }
    }

    #[test]
    fn parameters_are_read_or_named() {
        let read = |query: &str| {
            FileUrl::parse(&format!("sqlite:x.db?{query}")).map(|url| (url.create, url.read_only))
        };
        assert_eq!(read("mode=rw").unwrap(), (false, false));
        assert_eq!(read("mode=ro").unwrap(), (true, true));
        for (query, field) in [
            ("mode=memory", "url.mode"),
            ("mode=x", "url.mode"),
            ("mode", "url.mode"),
            ("cache=shared", "url.cache"),
            ("immutable=1", "url.immutable"),
            ("vfs=unix-none", "url.vfs"),
            ("mode=rwc&tarpit=secret", "url.tarpit"),
        ] {
            let refused = FileUrl::parse(&format!("sqlite:x.db?{query}")).unwrap_err();
            assert_eq!(refused.details()["field"], field, "{query}");
            assert!(!refused.message().contains("secret"));
        }
        for empty in ["sqlite:", "sqlite://", "sqlite:///", "sqlite:?mode=rwc", "file:", "file://"] {
            assert_eq!(FileUrl::parse(empty).unwrap_err().details()["field"], "url", "{empty}");
        }
    }
}
