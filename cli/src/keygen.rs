//! `earnest keygen`: makes a keyring, rotates the keys of one, or drops an old key from it.

use std::io;
use std::path::Path;

use earnest::env::Env;
use earnest::for_cli::variable;
use earnest::keyring::{Keyring, Purpose};
use earnest::{Code, Engine, Error, KeyUse};
use serde_json::json;
use zeroize::Zeroizing;

use super::Context;
use super::out::{Locked, created};
use super::output::Failure;

pub(super) fn keygen(context: &Context, rotate: Option<&Path>, out: Option<&Path>) -> Result<(), Failure> {
    let env = Env::default();
    let (ring, path) = match (rotate, out) {
        (Some(old), _) => changed("--rotate", old, out, |ring| Ok(ring.rotate(&env)))?,
        (None, Some(new)) => made(Keyring::generate(&env), new)?,
        (None, None) => return printed(context, &Keyring::generate(&env)),
    };
    let keys = ring.public_keys();
    let current = keys.keys.first().map(|key| key.kid.clone()).unwrap_or_default();
    let told = format!(
        "wrote {path}: receipts are signed by {current} from now on\nset EARNEST_KEYRING=file:{path}, and keep the file secret and apart from the database"
    );
    Ok(context.say.either(&json!({ "written": path, "public_keys": keys }), told)?)
}

/// An old key to drop.
pub(super) struct Drop<'a> {
    /// Its id.
    pub(super) kid: &'a str,
    /// The store needs not be one that the keyring is used with.
    pub(super) unused_here: bool,
    /// A new file for the keyring without it.
    pub(super) out: Option<&'a Path>,
}

/// Drops an old key from the keyring in use, unless something in the store needs it. For a key of webhooks no
/// store is asked.
pub(super) async fn drop_key(context: &Context, order: &Drop<'_>) -> Result<(), Failure> {
    let setting = variable("EARNEST_KEYRING").map(Zeroizing::new);
    let Some((setting, ring)) = setting.zip(context.settings.options().keyring) else {
        return Err(Failure::usage("EARNEST_KEYRING", "must be the keyring that has the key"));
    };
    // what cannot be dropped is refused before the store is read, which takes long
    let ring = without(&ring, order.kid)?;
    // nothing in a store depends on a key of webhooks
    let of_webhooks = Purpose::of(order.kid) == Some(Purpose::Webhooks);
    if !of_webhooks {
        ask_store(context, order).await?;
    }
    let kid = order.kid;
    let (_, path) = match (setting.strip_prefix("file:").map(Path::new), order.out) {
        // the file as it is now: another command may have changed it while the store was read
        (Some(file), out) => changed("EARNEST_KEYRING", file, out, |ring| without(&ring, kid))?,
        (None, Some(new)) => made(ring, new)?,
        (None, None) => return printed(context, &ring),
    };
    let told = if of_webhooks {
        format!(
            "wrote {path} without {kid}: no store was asked, as none depends on it\nreceivers that have only its secrets refuse what is sent by processes with this keyring"
        )
    } else {
        format!(
            "wrote {path} without {kid}: nothing in {} needs it\nother stores that share the keyring were not asked, and backups from before the rotation can no longer be opened with it",
            context.settings.shown()
        )
    };
    Ok(context.say.either(&json!({ "written": path, "dropped": kid }), told)?)
}

/// Refuses a key that the store needs, or of which it cannot tell.
async fn ask_store(context: &Context, order: &Drop<'_>) -> Result<(), Failure> {
    if context.settings.store().is_some_and(|url| url.starts_with("memory:")) {
        let empty = "must be the store that the keyring is used with: `memory:` is a new one, and empty";
        return Err(context.settings.of_store(Error::invalid("url", empty)));
    }
    let engine = context.settings.open_to_look().await?;
    let unneeded = not_needed(context, &engine, order).await;
    engine.close().await;
    unneeded
}

fn without(ring: &Keyring, kid: &str) -> Result<Keyring, Failure> {
    ring.without("--drop", kid).map_err(|error| match error.code() {
        Code::InvalidRequest => Failure::Usage(error),
        _ => Failure::Refused(error),
    })
}

/// Refuses a key that the store needs, and a store that has nothing to do with the keyring.
async fn not_needed(context: &Context, engine: &Engine, order: &Drop<'_>) -> Result<(), Failure> {
    let kid = order.kid;
    let uses = engine.uses_of_key(kid).await.map_err(|error| match error.code() {
        Code::Contention => Failure::failed(format!(
            "{} cannot tell yet whether `{kid}` is needed: transactions that have written are still open there; run \
             this again when they have ended",
            context.settings.shown()
        )),
        _ => error.into(),
    })?;
    if let Some(used) = uses.first() {
        return Err(Failure::failed(still_needed(kid, used)));
    }
    let purpose = Purpose::of(kid).unwrap_or(Purpose::Vault);
    if order.unused_here || engine.knows_keyring(purpose).await? {
        return Ok(());
    }
    let nothing = if purpose == Purpose::Pins { "no PIN or recovery code" } else { "nothing in a vault" };
    Err(Failure::failed(format!(
        "{} cannot tell whether `{kid}` is needed: {nothing} there has a key of this keyring; name the store that it \
         is used with, or give `--unused-here` if there is none",
        context.settings.shown()
    )))
}

fn still_needed(kid: &str, used: &KeyUse) -> String {
    let KeyUse { book, primary, data_keys, pins, recovery_codes } = used;
    let mut why = Vec::new();
    if *primary {
        why.push(format!("new data keys of book `{book}` are wrapped with it: call `vault.rotate` there"));
    } else if *data_keys > 0 {
        why.push(format!("it wraps {data_keys} data keys of book `{book}`: call `vault.rotate` there"));
    }
    if *pins > 0 {
        why.push(format!(
            "{pins} PINs of book `{book}` are hashed with it, each until its owner next gives it or sets another one"
        ));
    }
    if *recovery_codes > 0 {
        why.push(format!(
            "{recovery_codes} sets of recovery codes of book `{book}` are hashed with it, each until its owner has \
             enrolled anew (`credentials.enrol_totp`) or used the last code"
        ));
    }
    if why.is_empty() {
        why.push(format!(
            "a rotation of book `{book}` was cut off before its end: call `vault.rotate` there once more"
        ));
    }
    format!("`{kid}` is still needed: {}", why.join("; "))
}

/// Changes the keyring of a file, which a setting names: in its place, alone, or into a new file.
fn changed(
    field: &str,
    file: &Path,
    out: Option<&Path>,
    change: impl FnOnce(Keyring) -> Result<Keyring, Failure>,
) -> Result<(Keyring, String), Failure> {
    let ring = Keyring::of_file(field, file)?;
    if let Some(new) = out {
        return made(change(ring)?, new);
    }
    let locked = Locked::wait(file).map_err(|error| failed(file, &error))?;
    let ring = change(Keyring::of_file(field, locked.path())?)?;
    locked.replace(&ring.to_text()).map_err(|error| failed(file, &error))?;
    Ok((ring, file.display().to_string()))
}

/// Writes a keyring to a new file.
fn made(ring: Keyring, new: &Path) -> Result<(Keyring, String), Failure> {
    created(new, &ring.to_text()).map_err(|error| failed(new, &error))?;
    Ok((ring, new.display().to_string()))
}

/// Prints a keyring that has no file.
fn printed(context: &Context, ring: &Keyring) -> Result<(), Failure> {
    let text = ring.to_text();
    // on one line it is the same keyring
    let shown = if context.say.json { text.lines().map(str::trim).collect() } else { text.to_string() };
    Ok(context.say.line(Zeroizing::new(shown).as_str())?)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::failed(format!("`{}` exists already: keys are never overwritten", path.display()))
        }
        _ => Failure::file(path, error),
    }
}
