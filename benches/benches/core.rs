//! Times the pure core.
fn main() {}
