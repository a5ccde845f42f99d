//! Requests, a line each as `earnest run` reads them, on a store in memory: nothing panics, nothing is
//! `corrupted`.
#![no_main]

use std::sync::LazyLock;

use earnest::{Engine, Options};
use serde_json::Value;
use tokio::runtime::Runtime;

static BANK: LazyLock<(Runtime, Engine)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let options = Options::new().background(false);
    let bank = runtime.block_on(Engine::open_with("memory:", options)).unwrap();
    (runtime, bank)
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let (runtime, bank) = &*BANK;
    runtime.block_on(async {
        for line in input.split(|byte| *byte == b'\n').take(20) {
            let Ok(line) = serde_json::from_slice::<Value>(line) else { continue };
            let op = line["op"].as_str().unwrap_or_default().to_owned();
            if let Err(error) = bank.call(&op, line["args"].clone()).await {
                assert!(error.http_status() != 500, "{op} {}: {error:?}", line["args"]);
            }
        }
    });
});
