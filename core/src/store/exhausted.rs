//! Limits of the system: descriptors of files, and room in a file. SQLite has one code for these and for a
//! file that is not there, so the system is asked.

use std::fs::File;
#[cfg(feature = "sqlite")]
use std::path::Path;

/// How many files a store opens at once at most, for a connection that writes and one that reads.
#[cfg(any(feature = "sqlite", test))]
pub(crate) const AT_ONCE: usize = 12;
/// The reason where fewer are left.
pub const NO_DESCRIPTORS: &str =
    "this process has as many files open as it may: raise its limit (`ulimit -n`)";
/// The reason where a file may not grow.
pub(crate) const NO_GROWTH: &str =
    "this process may not make files that large: raise its limit (`ulimit -f`)";

/// Whether this process may open so many files more, at this moment.
#[must_use]
pub fn has_descriptors(count: usize) -> bool {
    let device = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let open: Result<Vec<File>, _> = (0..count).map(|_| File::open(device)).collect();
    match open {
        Ok(_) => true,
        // EMFILE, ENFILE: of a process, and of the system
        Err(error) => !matches!(error.raw_os_error(), Some(24 | 23)),
    }
}

/// Whether a file has the size that the process may give it, but for less than `step`: what a write that
/// failed then wanted to add was cut off, and is not whole.
#[cfg(all(feature = "sqlite", unix))]
pub(crate) fn is_as_long_as_may_be(path: &Path, step: u64) -> bool {
    use rustix::process::{Resource, getrlimit};

    let limit = getrlimit(Resource::Fsize).current;
    let size = std::fs::metadata(path).map(|found| found.len());
    matches!((limit, size), (Some(limit), Ok(size)) if size.saturating_add(step) > limit)
}

#[cfg(all(feature = "sqlite", not(unix)))]
pub(crate) fn is_as_long_as_may_be(_: &Path, _: u64) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_room_has_room() {
        assert!(has_descriptors(AT_ONCE));
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn a_file_may_grow_where_nothing_limits_it() {
        assert!(!is_as_long_as_may_be(Path::new("/nowhere"), 1));
        assert!(!is_as_long_as_may_be(&std::env::current_exe().unwrap(), 4096));
    }
}
