//! Files that commands write: new ones, which only their owner may read.
//!
//! Nothing that exists is written over, and no link is followed: a mistyped `--out` may name a store or a
//! keyring. With `--force` a file of the same sort is replaced, which is known by how it begins.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::output::Failure;

/// A file to write.
pub(super) struct Page<'t> {
    /// The name of its kind in a refusal.
    pub(super) what: &'static str,
    /// How files of this sort begin; `None`: they are never replaced.
    pub(super) head: Option<&'static str>,
    pub(super) content: &'t str,
}

impl Page<'_> {
    /// Writes it to a file; `force` replaces a former one of its sort.
    pub(super) fn write(&self, path: &Path, force: bool) -> Result<(), Failure> {
        match created(path, self.content) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            written => return written.map_err(|error| Failure::file(path, &error)),
        }
        let (shown, what) = (path.display(), self.what);
        let Some(head) = self.head else {
            return Err(Failure::failed(format!("`{shown}` exists already: {what} never overwrites")));
        };
        if !force {
            return Err(Failure::failed(format!(
                "`{shown}` exists already: name a new file, or replace a former {what} with `--force`"
            )));
        }
        if !begins_with(path, head).map_err(|error| Failure::file(path, &error))? {
            return Err(Failure::failed(format!("`{shown}` is no {what}: it is not overwritten")));
        }
        replaced(path, self.content).map_err(|error| Failure::file(path, &error))
    }
}

/// Whether this is a file, not a link to one, that begins so.
fn begins_with(path: &Path, head: &str) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(false);
    }
    let mut found = Vec::with_capacity(head.len());
    File::open(path)?.take(head.len() as u64).read_to_end(&mut found)?;
    Ok(found == head.as_bytes())
}

/// Creates a file that did not exist, not even as a link, and that no other user may read.
fn reserved(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a new file.
pub(super) fn created(path: &Path, content: &str) -> io::Result<()> {
    filled(&reserved(path)?, content)
}

fn filled(mut file: &File, content: &str) -> io::Result<()> {
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

/// Replaces a file by a new one: a reader sees the one or the other, whole.
pub(super) fn replaced(path: &Path, content: &str) -> io::Result<()> {
    let (beside, file) = beside(path)?;
    let written = owned_alike(path, &file).and_then(|()| filled(&file, content));
    written.and_then(|()| fs::rename(&beside, path)).inspect_err(|_| {
        // a file that could not replace the other is of no use
        let _ = fs::remove_file(&beside);
    })?;
    // the new name must survive a power cut as well
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.map_or_else(|| PathBuf::from("."), Path::to_owned))?.sync_all()
}

/// Gives a new file to the owner of the former one, where another user runs the command: the service that
/// reads it would find it closed. It is the file that is given away, and not its name: whoever may rename in
/// that folder could put the file of another one there.
#[cfg(unix)]
fn owned_alike(former: &Path, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let (former, made) = (fs::metadata(former)?, new.metadata()?);
    match (former.uid(), former.gid()) {
        same if same == (made.uid(), made.gid()) => Ok(()),
        (uid, gid) => fchown(new, Some(uid), Some(gid)),
    }
}

#[cfg(not(unix))]
fn owned_alike(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// A file that no other command changes until this is dropped or its process has ended, in whatever way.
pub(super) struct Locked {
    path: PathBuf,
    /// Closed, it is free again.
    _held: File,
}

impl Locked {
    /// Waits for its turn. A link is followed: what it names is changed, and the link stays.
    pub(super) fn wait(path: &Path) -> io::Result<Self> {
        loop {
            let path = fs::canonicalize(path)?;
            let held = opened(&path)?;
            held.lock()?;
            // who had it before has put a new file in its place, which is free
            if is_still(&held, &path)? {
                return Ok(Self { path, _held: held });
            }
        }
    }

    /// The file, without links.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces it as [`replaced`] does.
    pub(super) fn replace(&self, content: &str) -> io::Result<()> {
        replaced(&self.path, content)
    }
}

/// Opens the file to lock: the file itself, so that nothing is left beside it.
#[cfg(unix)]
fn opened(path: &Path) -> io::Result<File> {
    // a lock across a network needs the right to write, where there is one
    OpenOptions::new().read(true).write(true).open(path).or_else(|_| File::open(path))
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (held, there) = (file.metadata()?, fs::metadata(path)?);
    Ok((held.dev(), held.ino()) == (there.dev(), there.ino()))
}

/// Opens the file to lock: one beside it, which stays. Nobody could read the file itself meanwhile.
#[cfg(not(unix))]
fn opened(path: &Path) -> io::Result<File> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    OpenOptions::new().create(true).write(true).truncate(false).open(path.with_file_name(name))
}

#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// How many names are tried for the temporary file: one of a killed command may be left.
const NAMES: u32 = 100;

/// Writes a new file next to another, under an unused name.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut tried = 0;
    loop {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{tried}.new", std::process::id()));
        let beside = path.with_file_name(name);
        match reserved(&beside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tried < NAMES => tried += 1,
            made => return made.map(|file| (beside, file)),
        }
    }
}
