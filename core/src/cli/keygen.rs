//! `earnest keygen`: makes a keyring, or rotates the keys of one.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use super::output::Failure;
use crate::env::Env;
use crate::keyring::Keyring;

pub(super) fn keygen(context: &Context, rotate: Option<&Path>, out: Option<&Path>) -> Result<(), Failure> {
    let env = Env::default();
    let ring = match rotate {
        Some(old) => Keyring::request("--rotate", &format!("file:{}", old.display()))?.rotate(&env),
        None => Keyring::generate(&env),
    };
    let text = ring.to_text();
    let path = match (out, rotate) {
        (Some(new), _) => {
            written_anew(new, &text).map_err(|error| failed(new, &error))?;
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
            return Ok(context.say.line(zeroize::Zeroizing::new(shown).as_str())?);
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
    let shown = path.display();
    Failure::Failed(match error.kind() {
        io::ErrorKind::AlreadyExists => format!("`{shown}` exists already: keys are never overwritten"),
        _ => format!("{shown}: {error}"),
    })
}

/// Writes a file that was not there before, and that nobody else may read.
fn written_anew(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Puts a new file in the place of an old one: whoever reads sees the one or the other, whole.
fn replaced(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    written_anew(&beside, text)?;
    std::fs::rename(&beside, path)?;
    // the new name must survive a power cut as well
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.map_or_else(|| PathBuf::from("."), Path::to_owned))?.sync_all()
}
