//! `earnest keygen`: makes a keyring, rotates the keys of one, or drops an old key from it.

use std::io;
use std::path::Path;

use earnest::env::Env;
use earnest::for_cli::variable;
use earnest::keyring::Keyring;
use earnest::{Code, KeyUse};
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
    let Some(path) = written(context, &ring, rotate, out)? else { return Ok(()) };
    let keys = ring.public_keys();
    let current = keys.keys.first().map(|key| key.kid.clone()).unwrap_or_default();
    let told = format!(
        "wrote {path}: receipts are signed by {current} from now on\nset EARNEST_KEYRING=file:{path}, and keep the file secret and apart from the database"
    );
    Ok(context.say.either(&json!({ "written": path, "public_keys": keys }), told)?)
}

/// Drops an old key from the keyring in use, unless something in the store needs it.
pub(super) async fn drop_key(context: &Context, kid: &str, out: Option<&Path>) -> Result<(), Failure> {
    let setting = variable("EARNEST_KEYRING").map(Zeroizing::new);
    let Some((setting, ring)) = setting.zip(context.settings.options().keyring) else {
        return Err(Failure::usage("EARNEST_KEYRING", "must be the keyring that has the key"));
    };
    let ring = ring.without("--drop", kid).map_err(|error| match error.code() {
        Code::InvalidRequest => Failure::Usage(error),
        _ => Failure::Refused(error),
    })?;
    let engine = context.settings.open_to_look().await?;
    let uses = engine.uses_of_key(kid).await;
    engine.close().await;
    if let Some(used) = uses?.first() {
        return Err(Failure::failed(still_needed(kid, used)));
    }
    let file = setting.strip_prefix("file:").map(Path::new);
    let Some(path) = written(context, &ring, file, out)? else { return Ok(()) };
    let told = format!(
        "wrote {path} without {kid}: nothing in {} needs it\nbackups from before the rotation can no longer be opened with this keyring",
        context.settings.shown()
    );
    Ok(context.say.either(&json!({ "written": path, "dropped": kid }), told)?)
}

fn still_needed(kid: &str, used: &KeyUse) -> String {
    let KeyUse { book, primary, data_keys, credentials } = used;
    let why = match (primary, credentials) {
        (true, _) => format!("new data keys of book `{book}` are wrapped with it: call `vault.rotate` there"),
        (false, 0) => format!("it wraps {data_keys} data keys of book `{book}`: call `vault.rotate` there"),
        (false, _) => format!(
            "{credentials} PINs and sets of recovery codes of book `{book}` are hashed with it: a PIN is hashed anew \
             when its owner next gives it"
        ),
    };
    format!("`{kid}` is still needed: {why}")
}

/// Writes a keyring to a new file, or in the place of an old one; without either it is printed.
fn written(
    context: &Context,
    ring: &Keyring,
    old: Option<&Path>,
    out: Option<&Path>,
) -> Result<Option<String>, Failure> {
    let text = ring.to_text();
    let path = match (out, old) {
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
            context.say.line(Zeroizing::new(shown).as_str())?;
            return Ok(None);
        }
    };
    Ok(Some(path.display().to_string()))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::failed(format!("`{}` exists already: keys are never overwritten", path.display()))
        }
        _ => Failure::file(path, error),
    }
}
