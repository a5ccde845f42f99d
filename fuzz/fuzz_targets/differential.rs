//! Requests, a line each, on memory and on SQLite: equal answers, equal states.
#![no_main]

#[allow(dead_code, reason = "each target uses its part")]
#[path = "../../core/tests/simulations/fuzzing/checks.rs"]
mod checks;

use std::sync::LazyLock;

use checks::Twins;
use serde_json::Value;
use tokio::runtime::Runtime;

static TWINS: LazyLock<(Runtime, Twins)> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let twins = runtime.block_on(Twins::open());
    (runtime, twins)
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let (runtime, twins) = &*TWINS;
    runtime.block_on(async {
        let (books, mut ids) = (twins.fresh(), Vec::<String>::new());
        for line in input.split(|byte| *byte == b'\n').take(40) {
            let Ok(mut line) = serde_json::from_slice::<Value>(line) else { continue };
            let op = line["op"].as_str().unwrap_or_default().to_owned();
            // what is about all books would meet those of earlier inputs
            if op == "clock.advance" || op.starts_with("admin.") || op.starts_with("jobs.") {
                continue;
            }
            if let Some(id) = ids.last() {
                checks::name_ids(&mut line, id);
            }
            if let Ok(reply) = checks::call(&books, &op, &line["args"]).await {
                checks::ids_of(&reply, &mut ids);
            }
        }
        let states = [&books[0], &books[1]].map(|book| book.call("events.state_hash", serde_json::json!({})));
        let [memory, sqlite] = states;
        assert_eq!(memory.await.unwrap(), sqlite.await.unwrap());
    });
});
