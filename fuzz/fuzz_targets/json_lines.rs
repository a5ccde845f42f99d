//! Whole files for `earnest run`, on a store in memory with the test clock. What it prints is of no use here:
//! `-close_fd_mask=1` silences it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), input).unwrap();
    let path = file.path().to_str().unwrap();
    let _ = earnest_cli::main_with(["earnest", "run", path, "--json", "--test-clock", "--store", "memory:"]);
});
