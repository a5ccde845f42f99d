//! Other libraries check our receipts: Python's `cryptography` and Node's own `crypto`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use earnest::keyring::Keyring;

use super::{history, receipts, stage};
use crate::support::{Kind, Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Runs a program of the folder beside this file on `input`, and reads its answer.
fn answer(program: &Path, script: &str, input: &Value) -> Value {
    let script = root().join("core/tests/escrow/receipts").join(script);
    let mut child = Command::new(program)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", program.display());
    serde_json::from_slice(&done.stdout).unwrap()
}

#[tokio::test]
async fn other_libraries_find_them_genuine_and_forgeries_forged() {
    // whatever is missing is installed: nothing is skipped
    let setup = Command::new(root().join("scripts/setup")).arg("peers").status().unwrap();
    assert!(setup.success(), "scripts/setup peers");
    let stage = stage(Kind::Memory).await;
    history(&stage).await;
    let all = receipts(&stage).await;
    let text = Keyring::for_tests().to_text();
    let keys: Value = serde_json::from_str(&text).unwrap();
    let hmac = keys["keys"].as_array().unwrap().iter().find(|key| key["alg"] == "HMAC-SHA-256").unwrap();
    let public_keys = stage.ok("receipts.public_keys", json!({})).await;
    let input = json!({ "public_keys": public_keys, "hmac": hmac["secret"], "receipts": all });
    let wanted = json!({ "genuine": all.len(), "refused": all.len() * 4 });
    let python = root().join("target/tools/python/bin/python");
    assert_eq!(answer(&python, "verify.py", &input), wanted);
    assert_eq!(answer(Path::new("node"), "verify.js", &input), wanted);
}
