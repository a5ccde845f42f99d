//! Every example in Rust of `README.md`, `docs/guide.md` and `core/docs/operations.md`, in a crate of its own
//! that has the dependencies which the guide tells, and nothing else.

#![allow(clippy::disallowed_methods, reason = "cargo is told by the environment")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const README: &str = include_str!("../../../README.md");
const GUIDE: &str = include_str!("../../../docs/guide.md");
const OPERATIONS: &str = include_str!("../../docs/operations.md");

/// The arguments of the calls in `operations.md`, by the names of their fields.
const GIVEN: &str = "
    let (account, currency, from, to, transfer, hold, deal) = (\"a\", \"USD\", \"a\", \"b\", \"tr\", \"hd\", \"dl\");
    let (buyer, seller, price, amount, threshold) = (\"a\", \"b\", \"1.00 USD\", \"1.00 USD\", \"1.00 USD\");
    let (reason, statement, dispute, kind, outcome) = (\"x\", \"x\", \"dp\", \"photo\", \"release\");
    let (resolution, tier, id, operation, approval, receipt) = (\"x\", \"hot\", \"p\", \"escrow.pay\", \"ap\", \"rc\");
    let (format, job, error, key, subject, path, into) = (\"text\", \"jb\", \"x\", \"k\", \"u\", \"p\", \"memory:\");
    let (trigger, r#type, fence, limit) = (\"pay\", \"other\", 1_i64, 1_u32);
    let (name, value, pin, code) = (\"email\", \"alice@example.com\", \"4711\", \"000000\");
    let (issuer, account_name) = (\"Shop\", \"alice\");
    let (expires_at, from_time, to_time) = (Time::from_micros(0), Time::from_micros(0), Time::from_micros(1));
    let r#for = Span::from_secs(60);
    let (sink, consumer, object, object_id, seq) = (\"s\", \"s\", \"deal\", \"d\", 1_i64);
    let (action, metric, per) = (\"ledger.deduct\", \"count\", \"PT10S\");
    let args = BatchOp::new(\"ledger.void\", Default::default()).args.as_object().cloned().unwrap_or_default();
    let review = \"rv\";
    let (chain_ids, signature, raw, token) = (vec![\"1\".to_owned()], \"0x\", \"0x\", \"0x\");
    let (tx, typed_data) = (TransactionFields::new(\"1\", \"0\", \"1\", \"21000\"), args.clone());
    let (accounts, kinds, payload) =
        (vec![\"a\".to_owned()], vec![\"notify.parties\".to_owned()], \"x\");
    let (driver, gateways, gateway, payment) = (\"host\", vec![\"card\".to_owned()], \"card\", \"py\");
    let (event, case, debt) = (\"evt\", \"cb\", \"dt\");
    let (offer, purchase, off) = (\"mug\", \"pu\", DiscountTerms::bps(500));
    let (source, scheme, secret) = (\"card\", \"hmac\", \"0123456789abcdef\");
    let (headers, body) = (WebhookHeaders::default(), \"{}\");
    let (chain, lane, withdrawal, decimals, paid) = (\"local\", \"ln\", \"wd\", 18_u32, true);
    let (postings, ops) = (vec![Leg::new(\"a\", \"1.00 USD\")], vec![BatchOp::new(\"ledger.void\", Default::default())]);
";

/// The blocks of a language in a page.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    page.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Lines of the guide's dependencies, those behind a `#` too.
fn dependencies() -> Vec<String> {
    let [block] = blocks(GUIDE, "toml")[..] else { panic!("the guide has one block of dependencies") };
    let lines = block.lines().map(|line| line.trim_start_matches("# ").to_owned());
    lines.filter(|line| !line.starts_with('[')).collect()
}

/// A line that takes the library from this tree.
fn from_here(line: &str) -> String {
    let here = format!("path = \"{}\"", env!("CARGO_MANIFEST_DIR"));
    let version = "version = \"0.1\"";
    let plain = "earnest = \"0.1\"";
    assert!(line.contains(version) || line.contains(plain), "{line}");
    line.replace(plain, &format!("earnest = {{ {version} }}")).replace(version, &here)
}

/// A crate that nobody has seen before, with the versions of this workspace.
struct Fresh {
    folder: PathBuf,
}

impl Fresh {
    fn new(name: &str, dependencies: &[String]) -> Self {
        // the same folder each time: what is built is found again
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme").join(name);
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(folder.join("src/bin")).unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
            dependencies.join("\n")
        );
        std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        std::fs::copy(lock, folder.join("Cargo.lock")).unwrap();
        Self { folder }
    }

    /// One program for an example: it may lack its `main`.
    fn program(&self, name: &str, example: &str) {
        let main = if example.contains("fn main()") { "" } else { "\nfn main() {}\n" };
        let lints = "#![deny(warnings)]\n\
                     #![allow(dead_code, unused_variables, reason = \"an example is a part of a program\")]\n";
        let text = format!("{lints}{example}{main}");
        std::fs::write(self.folder.join(format!("src/bin/{name}.rs")), text).unwrap();
    }

    fn cargo(&self, arguments: &[&str]) -> String {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.folder);
        command.env("CARGO_TARGET_DIR", self.folder.with_file_name("target"));
        command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        // scripts/timed sets one for the harness of tests, .ci/run the other for crates of this workspace
        command.env_remove("RUSTC_BOOTSTRAP").env_remove("RUSTC_WORKSPACE_WRAPPER");
        let done = command.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "cargo {}\n{said}", arguments.join(" "));
        String::from_utf8(done.stdout).unwrap()
    }
}

/// The library as `.ci/run` has compiled it for all tests: to compile it anew takes minutes. It has all
/// features there; that those of the guide are enough, the same test shows hourly in a workflow.
struct Built {
    compiler: String,
    options: Vec<String>,
}

impl Built {
    /// As scripts/rustc-linted noted it; none where nobody did, or what it noted is not there any more.
    fn noted() -> Option<Self> {
        let file = Path::new(&std::env::var_os("EARNEST_COMPILED")?).join("earnest.json");
        let noted: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
        let given: Vec<&str> =
            noted["given"].as_array()?.iter().filter_map(serde_json::Value::as_str).collect();
        let after = |option: &str| -> Vec<&str> {
            given.windows(2).filter(|pair| pair[0] == option).map(|pair| pair[1]).collect()
        };
        let folder = *after("--out-dir").first()?;
        let name = after("-C").into_iter().find_map(|one| one.strip_prefix("extra-filename="))?;
        let library = Path::new(folder).join(format!("libearnest{name}.rmeta"));
        if !library.exists() {
            return None;
        }
        let mut options = vec!["-L".to_owned(), format!("dependency={folder}")];
        let library = format!("earnest={}", library.display());
        // what the guide tells, and nothing else
        let externs =
            after("--extern").into_iter().filter(|one| one.starts_with("tokio=") || one.starts_with("sqlx="));
        for one in externs.chain([library.as_str()]) {
            options.extend(["--extern".to_owned(), one.to_owned()]);
        }
        Some(Self { compiler: noted["compiler"].as_str()?.to_owned(), options })
    }

    /// Compiles every program of a crate as far as `cargo check` does.
    fn check(&self, fresh: &Fresh) {
        for program in std::fs::read_dir(fresh.folder.join("src/bin")).unwrap() {
            let mut command = Command::new(&self.compiler);
            command.args(["--edition", "2024", "--crate-type", "bin", "--emit", "metadata", "--out-dir"]);
            command.arg(&fresh.folder).args(&self.options).arg(program.unwrap().path());
            let done = command.env_remove("RUSTC_BOOTSTRAP").output().unwrap();
            assert!(done.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&done.stderr));
        }
    }
}

/// The lines of the guide for each way to take the library, and those that all have.
fn ways() -> (Vec<String>, Vec<String>, Vec<String>) {
    let all = dependencies();
    let of = |name: &str| -> Vec<String> {
        all.iter().filter(|line| line.starts_with(&format!("{name} ="))).cloned().collect()
    };
    let (ways, tokio, sqlx) = (of("earnest"), of("tokio"), of("sqlx"));
    assert_eq!(ways.len() + tokio.len() + sqlx.len(), all.len(), "{all:#?}");
    (ways.iter().map(|line| from_here(line)).collect(), tokio, sqlx)
}

/// Each call of `operations.md` in a function of its own.
fn calls() -> String {
    let mut program = String::from("use earnest::requests::*;\nuse earnest::{Engine, Error, Span, Time};\n");
    let calls = OPERATIONS.lines().filter_map(|line| line.strip_prefix("`bank.")?.strip_suffix('`'));
    let calls: Vec<&str> = calls.collect();
    assert_eq!(calls.len(), earnest::OPERATIONS.len(), "every operation says how it is called");
    for (place, call) in calls.iter().enumerate() {
        let _ = writeln!(
            program,
            "async fn call_{place}(bank: &Engine) -> Result<(), Error> {{{GIVEN}    bank.{call}.await?;\n    Ok(())\n}}"
        );
    }
    program
}

#[test]
fn every_way_to_depend_on_the_library_resolves() {
    let (ways, tokio, sqlx) = ways();
    assert_eq!((ways.len(), tokio.len(), sqlx.len()), (3, 1, 1));
    for (place, way) in ways.iter().enumerate() {
        let fresh = Fresh::new(&format!("way-{place}"), &[std::slice::from_ref(way), &tokio, &sqlx].concat());
        fresh.program("empty", "");
        let metadata: serde_json::Value =
            serde_json::from_str(&fresh.cargo(&["metadata", "--format-version", "1"])).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let ours = packages.iter().find(|package| package["name"] == "earnest").unwrap();
        let promised = ours["rust_version"].as_str().unwrap();
        for (page, text) in [("README", README), ("guide", GUIDE)] {
            assert!(
                text.contains(&format!("Rust {promised} or newer")),
                "{page}: another Rust than {promised}"
            );
        }
    }
}

/// The examples compile; they run with the documentation of the library: `pages` in `core/src/lib.rs`.
#[test]
fn examples_compile_in_a_fresh_crate() {
    let (ways, tokio, sqlx) = ways();
    let fresh = Fresh::new("fresh", &[&ways[2..], &tokio, &sqlx].concat());
    for (page, text) in [("readme", README), ("guide", GUIDE)] {
        for (place, example) in blocks(text, "rust").into_iter().enumerate() {
            fresh.program(&format!("{page}-{place}"), example);
        }
    }
    fresh.program("calls", &calls());
    // with nothing but what the guide tells
    match Built::noted() {
        Some(built) => built.check(&fresh),
        None => drop(fresh.cargo(&["check", "--quiet", "--bins"])),
    }
}
