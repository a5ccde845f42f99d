//! The native half once more, as an example: so the build of the tests makes it from the very same
//! dependencies, and `make test-python` packs it. A build of the library alone would have other features and
//! compile all of them again.

#[path = "../src/lib.rs"]
mod native;
