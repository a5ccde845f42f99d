//! Checks whether the names of a database still lead to the files that are open: the file itself, its log and
//! its index.
//!
//! SQLite keeps newer commits in `-wal`, and its locks in `-shm`. If one of the three files is renamed,
//! deleted or copied while it is open, two parties may share no locks, each with commits that the other never
//! sees. SQLite does not notice. So device and inode of all three are noted when the first connection of this
//! process has opened them. They are compared before a read, in every writing transaction, and again after
//! its commit. None of them is ever opened here: closing a file would release the locks that SQLite has on it
//! in this process.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::SystemTime;

use super::forks::{inherited, inherits};
use super::pause::Standing;
use crate::error::{Detail, Error};
use crate::sorting::Gathering;
use crate::store::fault::{Fault, FaultKind};

/// The identity of a file, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Id {
    device: u64,
    inode: u64,
    /// When it was created, where the system tells: inode numbers are reused.
    born: Option<SystemTime>,
}

/// The files that the connections of this process to one database have open.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    main: Id,
    log: Id,
    index: Id,
}

/// The files behind a connection.
#[derive(Clone, Debug)]
pub(super) enum Basis {
    /// A database with its log and its index, as this process has them open.
    Live(Arc<Held>),
    /// A copy that nobody writes: its size, and when it was changed last.
    Still(u64, Option<SystemTime>),
}

impl Basis {
    /// Whether the files are as they were.
    pub(super) fn same(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Still(size, at), Self::Still(other, then)) if size == other && at == then)
    }
}

/// The byte of the index that a writer locks: `WAL_WRITE_LOCK` of SQLite's file format.
const WRITER: u64 = 120;

impl Held {
    /// Whether this process holds the lock of the one writer, where the system can tell.
    pub(super) fn is_locked_by_this_process(&self) -> bool {
        let (process, file) = (std::process::id().to_string(), format!(":{}", self.index.inode));
        has_lock(&locks(), &process, &file)
    }
}

/// The locks of all processes, where the system can tell.
fn locks() -> String {
    // a read gives whole lines, at most a page of them, and the list may shift before the next: few are best
    let mut locks = String::with_capacity(1 << 16);
    let _ = File::open("/proc/locks").and_then(|mut file| file.read_to_string(&mut locks));
    locks
}

/// Whether a line such as `7: POSIX ADVISORY WRITE 1234 08:01:5678 120 120` names this process, this file and
/// the writer.
fn has_lock(locks: &str, process: &str, file: &str) -> bool {
    locks.lines().any(|line| {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [.., "WRITE", holder, place, from, to] = parts.as_slice() else { return false };
        let covers = from.parse().is_ok_and(|from: u64| from <= WRITER)
            && to.parse().map_or(true, |to: u64| to >= WRITER);
        *holder == process && place.ends_with(file) && covers
    })
}

/// The processes that have a lock on this file.
fn holders(locks: &str, file: &str) -> Vec<String> {
    let holder = |line: &str| {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [.., holder, place, _, _] = parts.as_slice() else { return None };
        place.ends_with(file).then(|| (*holder).to_owned())
    };
    let found: BTreeSet<String> = locks.lines().filter_map(holder).gathered();
    found.into_iter().collect()
}

/// Whether another process has a lock on this file, where the system can tell.
fn is_locked_by_others(file: Id) -> bool {
    let process = std::process::id().to_string();
    holders(&locks(), &format!(":{}", file.inode)).iter().any(|holder| *holder != process)
}

/// The open files of this process, by identity. SQLite keeps such a table per process too: connections to one
/// file share its index, so a later connection uses the index of the first, even if the name leads elsewhere
/// by then.
static OPEN: Mutex<Option<HashMap<Id, Weak<Held>>>> = Mutex::new(None);

/// The files that an engine of this process has open through other SQLite libraries.
static FOREIGN: Mutex<Option<HashMap<Id, Weak<Foreign>>>> = Mutex::new(None);

/// A file that another SQLite library of this process has open. No other library opens it while this lives.
#[derive(Debug)]
pub(crate) struct Foreign {
    library: String,
    process: u32,
}

/// Notes that another SQLite library, as its pool names it, has a file open in this process.
pub(crate) fn foreign(path: &Path, library: &str) -> Result<Arc<Foreign>, Fault> {
    let Ok(id) = std::fs::metadata(path).map(|found| id_of(&found)) else {
        return Err(Fault::new(FaultKind::Unavailable, "the file of the pool cannot be found"));
    };
    // a thread of the parent may have held this lock during the fork: then nobody ever releases it here
    if inherits() && OPEN.try_lock().is_err() {
        return Err(inherited());
    }
    let one = noted(id, library)?;
    // checked after the note: of two that begin at once, each then sees the other
    if held(id).is_some() { Err(two_libraries()) } else { Ok(one) }
}

fn noted(id: Id, library: &str) -> Result<Arc<Foreign>, Fault> {
    let process = std::process::id();
    let mut foreign = FOREIGN.lock().unwrap_or_else(PoisonError::into_inner);
    let foreign = foreign.get_or_insert_default();
    foreign.retain(|_, alive| alive.strong_count() > 0);
    if foreign.values().filter_map(Weak::upgrade).any(|one| one.process != process && one.library == library)
    {
        return Err(inherited());
    }
    match foreign.get(&id).and_then(Weak::upgrade) {
        // several engines may work through one library
        Some(one) if one.library == library => Ok(one),
        Some(_) => Err(two_libraries()),
        None => {
            let one = Arc::new(Foreign { library: library.to_owned(), process });
            foreign.insert(id, Arc::downgrade(&one));
            Ok(one)
        }
    }
}

fn is_foreign(id: Id) -> bool {
    let foreign = FOREIGN.lock().unwrap_or_else(PoisonError::into_inner);
    foreign.as_ref().and_then(|foreign| foreign.get(&id)).is_some_and(|alive| alive.strong_count() > 0)
}

fn two_libraries() -> Fault {
    let reason = "this process has the same file open through two SQLite libraries: use one".to_owned();
    Error::from(Detail::StoreConflict { reason }).into()
}

/// The names of one database.
#[derive(Debug)]
pub(super) struct Files {
    /// The name it was opened by, whose links may come to lead elsewhere.
    given: PathBuf,
    /// The path with links resolved.
    main: PathBuf,
    log: PathBuf,
    index: PathBuf,
    /// The file that was opened first. An engine stays with it until it is paused.
    first: RwLock<Option<Id>>,
    standing: Standing,
}

/// The files that the names lead to.
#[derive(Clone, Copy, Debug)]
struct NamedFiles {
    main: Option<(Id, u64)>,
    log: Option<Id>,
    index: Option<Id>,
}

/// The files that the names of the log and the index lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beside {
    log: Option<Id>,
    index: Option<Id>,
}

impl Beside {
    /// Whether both are there.
    pub(super) const fn is_whole(self) -> bool {
        self.log.is_some() && self.index.is_some()
    }
}

/// Why the names do not lead to what is open.
#[derive(Clone, Debug)]
pub(super) enum Astray {
    /// Log or index were removed, and nobody has made new ones. Processes that have them open must checkpoint
    /// the log.
    Removed(Fault),
    /// The names lead to other files.
    Other(Fault),
}

impl Astray {
    pub(super) fn into_fault(self) -> Fault {
        match self {
            Self::Removed(fault) | Self::Other(fault) => fault,
        }
    }
}

impl Files {
    /// The names of the database at an absolute path.
    pub(super) fn at(given: &Path) -> Self {
        let main = canonical(given);
        let beside = |suffix: &str| {
            let mut name = OsString::from(&main);
            name.push(suffix);
            PathBuf::from(name)
        };
        let (log, index) = (beside("-wal"), beside("-shm"));
        let (first, standing) = Default::default();
        Self { given: given.to_owned(), main, log, index, first, standing }
    }

    /// The path of the file without links on the way: it is the one opened, so that all who share the file
    /// find the same log next to it.
    pub(super) fn main(&self) -> &Path {
        &self.main
    }

    /// Whether a path leads to the file itself, by whichever name.
    pub(super) fn is_main(&self, path: &Path) -> bool {
        let id = |path: &Path| std::fs::metadata(path).ok().map(|found| id_of(&found));
        // where files have no identity, a name is all that there is
        let same = cfg!(unix) && id(path).is_some_and(|there| id(&self.main) == Some(there));
        same || canonical(path) == self.main
    }

    /// The write-ahead log.
    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    /// Whether log and index are there, by their names.
    pub(super) fn has_log(&self) -> bool {
        self.beside().is_whole()
    }

    /// The log and the index, by their names.
    pub(super) fn beside(&self) -> Beside {
        let NamedFiles { log, index, .. } = self.found();
        Beside { log, index }
    }

    /// Removes a log and an index that SQLite has made in place of those that were there `before`, unless
    /// anybody has them open or has written to them. Whoever has the former ones then sees that they were
    /// removed.
    pub(super) fn unmake(&self, before: Beside) {
        let now = self.beside();
        let made = |now: Option<Id>, before: Option<Id>| now.filter(|_| now != before);
        let (log, index) = (made(now.log, before.log), made(now.index, before.index));
        if index.is_some_and(|index| is_locked_by_others(index) || are_open(&[index])) {
            return;
        }
        let is_written = || std::fs::metadata(&self.log).is_ok_and(|found| found.len() > 0);
        for (made, path) in [(index, &self.index), (log, &self.log)] {
            if made.is_some()
                && !(log.is_some() && is_written())
                && let Err(error) = std::fs::remove_file(path)
            {
                tracing::warn!(%error, "a log that was made beside a former one was not removed");
            }
        }
    }

    /// Whether there is no database yet.
    pub(super) fn is_new(&self) -> bool {
        std::fs::metadata(&self.given).map_or(true, |found| found.len() == 0)
    }

    /// Whether another process has the file open, where the system can tell.
    pub(super) fn is_locked_elsewhere(&self) -> bool {
        self.found().main.is_some_and(|(main, _)| is_locked_by_others(main))
    }

    /// Whether it was opened before.
    pub(super) fn is_known(&self) -> bool {
        self.first().is_some()
    }

    fn first(&self) -> Option<Id> {
        *self.first.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets which file was opened first: the next one that is opened takes its place.
    pub(super) fn forget(&self) {
        *self.first.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The state of a pause, with the number of connections.
    pub(super) const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Refuses where there is no file.
    pub(super) fn must_be_there(&self) -> Result<(), Fault> {
        std::fs::metadata(&self.given).map(drop).map_err(|_| self.astray("is not there"))
    }

    /// The refusal of a file that others have open with a log that has no name any more.
    pub(super) fn open_elsewhere(&self) -> Fault {
        let main = self.found().main.map(|(main, _)| main);
        let holders = main.map(|main| holders(&locks(), &format!(":{}", main.inode))).unwrap_or_default();
        let who = if holders.is_empty() { String::new() } else { format!(" ({})", holders.join(", ")) };
        self.astray(&format!(
            "lost the log or the index beside it (`-wal`, `-shm`), and a process{who} still has it open with \
             the former ones: it is opened once that process has let go of them"
        ))
    }

    fn found(&self) -> NamedFiles {
        let id = |path: &Path| std::fs::metadata(path).ok().map(|found| id_of(&found));
        let main = std::fs::metadata(&self.given).ok();
        NamedFiles {
            main: main.map(|found| (id_of(&found), links_of(&found))),
            log: id(&self.log),
            index: id(&self.index),
        }
    }

    /// Checks that another connection may be opened. It would make a new log where the old one was removed,
    /// yet share the index of the open connections.
    pub(super) fn may_open(&self) -> Result<(), Fault> {
        let Some((main, links)) = self.found().main else { return Ok(()) };
        if is_foreign(main) {
            return Err(two_libraries());
        }
        self.same_file(main, links).map_err(Astray::into_fault)?;
        held(main).map_or(Ok(()), |held| self.check(&held).map_err(Astray::into_fault))
    }

    /// Notes the files of a connection that is inside a transaction, or compares them with those of the
    /// others.
    pub(super) fn hold(&self) -> Result<Arc<Held>, Fault> {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let found = self.found();
        let (Some((main, links)), Some(log), Some(index)) = (found.main, found.log, found.index) else {
            return Err(
                self.astray("has no log or no index beside it: they were removed, or cannot be made here")
            );
        };
        self.same_file(main, links).map_err(Astray::into_fault)?;
        if is_foreign(main) {
            return Err(two_libraries());
        }
        if log.device != main.device || is_mounted(&self.main) {
            return Err(self.astray("is mounted by itself, without the log beside it: mount its folder"));
        }
        let now = Held { main, log, index };
        let open = open.get_or_insert_default();
        if let Some(held) = open.get(&main).and_then(Weak::upgrade) {
            return if *held == now { Ok(held) } else { Err(self.astray(REMOVED)) };
        }
        if !are_open(&[main, log, index]) {
            return Err(self.astray(
                "was replaced while it was being opened, or this process has a former log of it open",
            ));
        }
        let held = Arc::new(now);
        open.retain(|_, held| held.strong_count() > 0);
        open.insert(main, Arc::downgrade(&held));
        self.first.write().unwrap_or_else(PoisonError::into_inner).get_or_insert(main);
        Ok(held)
    }

    /// Finds the files that the application's connections have open. Log and index must both be the `last`
    /// ones, or both new.
    pub(super) fn opened_since(&self, last: Option<&Held>) -> Result<Held, Astray> {
        let found = self.found();
        let (Some((main, links)), Some(log), Some(index)) = (found.main, found.log, found.index) else {
            return Err(Astray::Removed(self.astray(REMOVED)));
        };
        self.same_file(main, links)?;
        let now = Held { main, log, index };
        let is_half = last.is_some_and(|last| (last.log == log) != (last.index == index));
        if is_half || last.is_some_and(|last| last.main != main) || !are_open(&[main, log, index]) {
            let what = "was replaced, or has another log beside it than the one that is open";
            return Err(Astray::Other(self.astray(what)));
        }
        Ok(now)
    }

    /// Checks that the names still lead to the open files.
    pub(super) fn check(&self, held: &Held) -> Result<(), Astray> {
        let found = self.found();
        let Some((main, links)) = found.main else {
            return Err(Astray::Other(self.astray("was removed or renamed while it was open")));
        };
        self.same_file(main, links)?;
        if main != held.main {
            return Err(Astray::Other(self.astray("was replaced while it was open")));
        }
        let other = |found: Option<Id>, held: Id| found.is_some_and(|found| found != held);
        if other(found.log, held.log) || other(found.index, held.index) {
            return Err(Astray::Other(self.astray("has another log beside it than the one that is open")));
        }
        if found.log.is_none() || found.index.is_none() {
            return Err(Astray::Removed(self.astray(REMOVED)));
        }
        Ok(())
    }

    /// Checks the names against the files that this process has open; `Ok` where it has opened none yet.
    pub(super) fn check_any(&self) -> Result<(), Astray> {
        let Some(first) = self.first() else { return Ok(()) };
        match held(first) {
            Some(held) => self.check(&held),
            None => match self.found().main {
                Some((main, links)) => self.same_file(main, links),
                None => Err(Astray::Other(self.astray("was removed or renamed while it was open"))),
            },
        }
    }

    /// Whether another process has made a new log. The last of our connections to close would then checkpoint
    /// the old log over the commits of the new one.
    pub(super) fn is_shared_apart(&self, held: &Held) -> bool {
        let found = self.found();
        let other = |found: Option<Id>, held: Id| found.is_some_and(|found| found != held);
        let same = found.main.is_some_and(|(main, _)| main == held.main);
        same && (other(found.log, held.log) || other(found.index, held.index))
    }

    /// The state of a copy that nobody writes, whose log is empty.
    pub(super) fn still(&self) -> Result<Basis, Fault> {
        if !self.is_still() {
            return Err(self.written_meanwhile());
        }
        let found =
            std::fs::metadata(&self.given).map_err(|_| self.astray("was removed while it was open"))?;
        Ok(Basis::Still(found.len(), found.modified().ok()))
    }

    /// Whether the files next to it show that no writer has it open.
    pub(super) fn is_still(&self) -> bool {
        let empty = |path: &Path| std::fs::metadata(path).map_or(true, |found| found.len() == 0);
        let mut journal = OsString::from(&self.main);
        journal.push("-journal");
        empty(&self.log) && !self.index.exists() && empty(Path::new(&journal))
    }

    pub(super) fn written_meanwhile(&self) -> Fault {
        self.astray("was opened as a copy that nobody writes, and has been written since: open it again")
    }

    /// The engine stays with the file that it opened, and that file has one name.
    fn same_file(&self, main: Id, links: u64) -> Result<(), Astray> {
        if self.first().is_some_and(|first| first != main) {
            return Err(Astray::Other(self.astray("was replaced while it was open")));
        }
        if links > 1 {
            let reason = format!("has {links} names (hard links), each with a log of its own: keep one");
            return Err(Astray::Other(self.astray(&reason)));
        }
        Ok(())
    }

    fn astray(&self, what: &str) -> Fault {
        Fault::new(FaultKind::Unavailable, format!("the file `{}` {what}", self.given.display()))
    }
}

const REMOVED: &str = "lost the log or the index beside it (`-wal`, `-shm`) while it was open";

fn held(main: Id) -> Option<Arc<Held>> {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.as_ref()?.get(&main)?.upgrade()
}

/// A path without links, also of a file that does not exist yet.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(found) = std::fs::canonicalize(path) {
        return found;
    }
    let folder = path.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
    folder.zip(path.file_name()).map_or_else(|| path.to_owned(), |(folder, name)| folder.join(name))
}

#[cfg(unix)]
fn id_of(found: &Metadata) -> Id {
    use std::os::unix::fs::MetadataExt as _;
    Id { device: found.dev(), inode: found.ino(), born: found.created().ok() }
}

#[cfg(unix)]
fn links_of(found: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    found.nlink()
}

// on systems where an open file can be neither renamed nor deleted, there is nothing to compare
#[cfg(not(unix))]
const fn id_of(_: &Metadata) -> Id {
    Id { device: 0, inode: 0, born: None }
}

#[cfg(not(unix))]
const fn links_of(_: &Metadata) -> u64 {
    1
}

/// Whether this process has all of these files open, where the system can tell. They may have been replaced
/// after SQLite opened the old ones and before this check.
fn are_open(files: &[Id]) -> bool {
    let Ok(listed) = std::fs::read_dir("/proc/self/fd") else { return true };
    let open: Vec<Id> = listed
        .filter_map(|entry| std::fs::metadata(entry.ok()?.path()).ok())
        .map(|found| id_of(&found))
        .collect();
    files.iter().all(|file| open.contains(file))
}

/// Whether a file is mounted by itself, as containers mount single files. The files next to it then do not
/// belong to it.
fn is_mounted(file: &Path) -> bool {
    std::fs::read_to_string("/proc/self/mountinfo").is_ok_and(|mounts| names_mount(&mounts, file))
}

fn names_mount(mounts: &str, file: &Path) -> bool {
    let unescaped = |name: &str| name.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    mounts.lines().filter_map(|line| line.split(' ').nth(4)).any(|name| Path::new(&unescaped(name)) == file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_of_the_writer_is_found() {
        let locks = "1: POSIX  ADVISORY  READ  70 08:01:5678 120 120\n2: POSIX  ADVISORY  WRITE 71 08:01:5678 120 120\n\
                     3: FLOCK  ADVISORY  WRITE 72 08:01:9 0 EOF\n4: POSIX  ADVISORY  WRITE 73 08:01:5678 124 124\n";
        let found = |process: &str, file: &str| has_lock(locks, process, file);
        assert!(found("71", ":5678") && found("72", ":9"));
        assert_eq!(holders(locks, ":5678"), ["70", "71", "73"]);
        assert!(!found("70", ":5678") && !found("71", ":9") && !found("73", ":5678"));
    }

    #[test]
    fn a_file_is_opened_by_one_library() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("shop.db"), folder.path().join("other.db"));
        assert!(foreign(&file, "one").is_err(), "there is no such file");
        std::fs::write(&file, "").unwrap();
        std::fs::write(&other, "").unwrap();
        let first = foreign(&file, "one").unwrap();
        let again = foreign(&file, "one").unwrap();
        drop(first);
        assert!(foreign(&file, "two").is_err() && foreign(&other, "two").is_ok());
        drop(again);
        let two = foreign(&file, "two").unwrap();
        // as it is in a process that was forked
        let inherited = Foreign { process: two.process.wrapping_add(1), library: "two".to_owned() };
        let inherited = Arc::new(inherited);
        FOREIGN.lock().unwrap().as_mut().unwrap().insert(place_of(&file), Arc::downgrade(&inherited));
        assert!(
            foreign(&file, "two").is_err()
                && foreign(&other, "two").is_err()
                && foreign(&other, "one").is_ok()
        );
    }

    fn place_of(file: &Path) -> Id {
        id_of(&std::fs::metadata(file).unwrap())
    }

    #[test]
    fn a_file_that_is_mounted_by_itself_is_found() {
        let mounts = "22 28 0:21 / /proc rw - proc proc rw\n\
                      90 80 8:1 /srv/shop.db /data/my\\040shop.db rw,relatime - ext4 /dev/sda1 rw\n";
        assert!(names_mount(mounts, Path::new("/data/my shop.db")));
        assert!(
            !names_mount(mounts, Path::new("/data/shop.db"))
                && !names_mount(mounts, Path::new("/srv/shop.db"))
        );
    }
}
