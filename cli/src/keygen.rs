//! `earnest keygen`: makes a keyring, or rotates the keys of one.

use std::io;
use std::path::Path;

use earnest::env::Env;
use earnest::keyring::Keyring;
use serde_json::json;
use zeroize::Zeroizing;

use super::Context;
use super::out::{created, replaced};
use super::output::Failure;

pub(super) fn keygen(context: &Context, rotate: Option<&Path>, out: Option<&Path>) -> Result<(), Failure> {
    let env = Env::default();
    let ring = match rotate {
        Some(old) => Keyring::of_file("--rotate", old)?.rotate(&env),
        None => Keyring::generate(&env),
    };
    let text = ring.to_text();
    let path = match (out, rotate) {
        (Some(new), _) => {
            created(new, &text).map_err(|error| failed(new, &error))?;
            new
        }
        (None, Some(old)) => {
            replaced(old, &text).map_err(|error| failed(old, &error))?;
            old
        }
        (None, None) => {
            // on one line it is the same keyring
            let shown =
                if context.say.json { text.lines().map(str::trim).collect() } else { text.to_string() };
            return Ok(context.say.line(Zeroizing::new(shown).as_str())?);
        }
    };
    let keys = ring.public_keys();
    let current = keys.keys.first().map(|key| key.kid.clone()).unwrap_or_default();
    let path = path.display().to_string();
    let told = format!(
        "wrote {path}: receipts are signed by {current} from now on\nset EARNEST_KEYRING=file:{path}, and keep the file secret and apart from the database"
    );
    Ok(context.say.either(&json!({ "written": path, "public_keys": keys }), told)?)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::failed(format!("`{}` exists already: keys are never overwritten", path.display()))
        }
        _ => Failure::file(path, error),
    }
}
