//! Which SQLite libraries keep commits, whether they are the engine's own or the application's.

/// The oldest library whose write-ahead log is sound.
const LIBRARY: [u32; 3] = [3, 51, 3];

/// Whether a library of this version can be trusted with the write-ahead log.
pub(crate) fn is_sound(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = [(); 3].map(|()| parts.next().unwrap_or(0));
    found >= LIBRARY
}

#[cfg(test)]
mod tests {
    use super::is_sound;

    #[test]
    fn library_versions_are_numbers() {
        assert!(is_sound("3.51.3") && is_sound("3.52.0") && is_sound("4.0.0") && is_sound("3.100.0"));
        assert!(!is_sound("3.51.2") && !is_sound("3.9.9") && !is_sound("") && !is_sound("x"));
    }
}
