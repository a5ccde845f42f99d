//! The rules about the tree that no lint knows: sizes, module docs, dependencies, leftovers and twin
//! migrations.
//!
//! Each rule is a pure function from a file's text to its offences. One test runs it over the whole tree, and
//! one below, in `proofs`, shows that it finds an offender.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/codes.rs"]
mod codes;
#[path = "tidy/decisions.rs"]
mod decisions;
#[path = "tidy/facts.rs"]
mod facts;
#[path = "tidy/floors.rs"]
mod floors;
#[path = "tidy/guarantees.rs"]
mod guarantees;
#[path = "tidy/heads.rs"]
mod heads;
#[path = "tidy/links.rs"]
mod links;
#[path = "tidy/members.rs"]
mod members;
#[path = "tidy/named.rs"]
mod named;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/optional.rs"]
mod optional;
#[path = "tidy/parameters.rs"]
mod parameters;
#[path = "tidy/pins.rs"]
mod pins;
#[path = "tidy/programs.rs"]
mod programs;
#[path = "tidy/prose.rs"]
mod prose;
#[path = "tidy/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 70;

/// A line and what is wrong with it.
type Offences = Vec<(usize, String)>;

#[test]
fn files_are_short() {
    check("rs", long_file);
}

#[test]
fn functions_are_short() {
    check("rs", long_functions);
}

#[test]
fn every_module_begins_with_a_sentence_of_docs() {
    check("rs", missing_module_docs);
}

#[test]
fn nothing_is_left_over() {
    check("", leftovers);
}

#[test]
fn ignored_tests_say_why() {
    check("rs", ignored_without_reason);
}

#[test]
fn no_file_names_a_folder_of_some_machine() {
    check("", machine_paths);
}

#[test]
fn every_shared_dependency_has_a_version_and_a_reason() {
    let offences = shared_dependencies(&read(Path::new("Cargo.toml")));
    report(
        &offences.into_iter().map(|(line, what)| format!("Cargo.toml:{line}: {what}")).collect::<Vec<_>>(),
    );
}

#[test]
fn members_take_dependencies_from_the_workspace() {
    check("Cargo.toml", own_dependencies);
}

#[test]
fn every_shared_dependency_has_a_user() {
    let manifests = tree().into_iter().filter(|path| path.ends_with("Cargo.toml"));
    let texts: Vec<String> = manifests.map(|path| read(&path)).collect();
    let offences = unused_dependencies(&read(Path::new("Cargo.toml")), &texts);
    report(
        &offences.into_iter().map(|(line, what)| format!("Cargo.toml:{line}: {what}")).collect::<Vec<_>>(),
    );
}

#[test]
fn migrations_are_numbered_twins() {
    let names = |folder: &str| -> BTreeSet<String> {
        let prefix = Path::new("core/migrations").join(folder);
        let inside = tree().into_iter().filter(|path| path.starts_with(&prefix));
        inside.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect()
    };
    report(&unpaired_migrations(&names("sqlite"), &names("postgres")));
}

// The rules.

fn long_file(text: &str) -> Offences {
    let lines = text.lines().count();
    if lines <= FILE_LINES || is_generated(text) {
        return Vec::new();
    }
    vec![(lines, format!("the file has {lines} lines; {FILE_LINES} is the limit"))]
}

/// Reads tokens, not syntax, so that functions inside macros are seen too.
fn long_functions(text: &str) -> Offences {
    let mut found = Vec::new();
    match text.parse::<TokenStream>() {
        Ok(tokens) => measure(tokens, &mut found),
        Err(error) => found.push((error.span().start().line, format!("not Rust: {error}"))),
    }
    found.retain(|_| !is_generated(text));
    found
}

fn measure(tokens: TokenStream, found: &mut Offences) {
    let mut open: Option<(String, usize)> = None;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match (token, tokens.peek()) {
            (TokenTree::Ident(keyword), Some(TokenTree::Ident(name))) if keyword == "fn" => {
                open = Some((name.to_string(), keyword.span().start().line));
            }
            (TokenTree::Punct(end), _) if end.as_char() == ';' => open = None,
            (TokenTree::Group(group), _) => {
                if group.delimiter() == Delimiter::Brace
                    && let Some((name, first)) = open.take()
                {
                    let lines = group.span_close().end().line - first + 1;
                    if lines > FUNCTION_LINES {
                        let what = format!("`fn {name}` has {lines} lines; {FUNCTION_LINES} is the limit");
                        found.push((first, what));
                    }
                }
                measure(group.stream(), found);
            }
            _ => {}
        }
    }
}

fn missing_module_docs(text: &str) -> Offences {
    let docs = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let opening: Vec<&str> = docs.take_while(|line| !line.is_empty()).collect();
    let opening = opening.join(" ");
    let starts = opening.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || "`[\"*".contains(c));
    let ends = opening.trim_end_matches(['`', '"', ')', '*']).ends_with(['.', '?', '!', ':']);
    if starts && ends {
        return Vec::new();
    }
    vec![(1, "the file must begin with `//!` and a sentence that says what it is for".to_owned())]
}

fn leftovers(text: &str) -> Offences {
    // Spelled in two parts, or this file would offend.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimplemented", "!")];
    let calls = [concat!("todo", "!("), concat!("todo", "!{")];
    by_line(text, |line| {
        let word = words
            .iter()
            .find(|word| has_word(line, word))
            .or(calls.iter().find(|call| line.contains(**call)))?;
        Some(format!("`{word}` is left over: do it, or open an issue"))
    })
}

fn ignored_without_reason(text: &str) -> Offences {
    let bare = [concat!("#[", "ignore]"), concat!("#[", "ignore = \"\"]"), concat!(", ", "ignore)]")];
    by_line(text, |line| {
        bare.iter().any(|form| line.contains(form)).then(|| "an ignored test must say why".to_owned())
    })
}

fn machine_paths(text: &str) -> Offences {
    let roots = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    by_line(text, |line| {
        let root = roots.iter().find(|root| {
            // Inside a relative path or an address such a name is harmless.
            let before = |at: usize| line[..at].chars().next_back();
            line.match_indices(**root)
                .any(|(at, _)| !before(at).is_some_and(|c| c.is_alphanumeric() || "_-.}".contains(c)))
        })?;
        Some(format!("`{root}` is a folder of some machine"))
    })
}

fn shared_dependencies(text: &str) -> Offences {
    let mut found = Vec::new();
    for entry in entries(text) {
        if entry.section.starts_with("workspace.dependencies.") {
            found.push((entry.line, format!("`[{}]`: write it as one entry of the table", entry.section)));
        }
        if entry.section != "workspace.dependencies" {
            continue;
        }
        let name = entry.name;
        if entry.comment.is_empty() {
            found.push((entry.line, format!("`{name}` needs a comment with its reason")));
        }
        let value = entry.value.replace(' ', "");
        let version =
            value.strip_prefix('"').or_else(|| value.split_once("version=\"").map(|(_, rest)| rest));
        match version.and_then(|rest| rest.split('"').next()) {
            Some(version) if version.contains('*') => {
                found.push((entry.line, format!("`{name}` has the wildcard version `{version}`")));
            }
            None if !value.contains("path=") => found.push((entry.line, format!("`{name}` has no version"))),
            _ => {}
        }
    }
    found
}

fn own_dependencies(text: &str) -> Offences {
    let entries = entries(text);
    // A workspace of its own, such as the fuzz targets, cannot take from ours.
    if text.lines().any(|line| line.trim() == "[workspace]" || line.starts_with("[workspace.")) {
        return Vec::new();
    }
    let is_table = |section: &str| section.split('.').any(|part| part.ends_with("dependencies"));
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| is_table(&entry.section)) {
        let shared = entry.name.ends_with(".workspace") && entry.value == "true";
        if !shared && !entry.value.contains("workspace = true") {
            found.push((
                entry.line,
                format!("`{}` must come from the workspace (`workspace = true`)", entry.name),
            ));
        }
    }
    found
}

fn unused_dependencies(root: &str, manifests: &[String]) -> Offences {
    let taken = |entry: &Entry| {
        let name = entry.name.strip_suffix(".workspace").filter(|_| entry.value == "true");
        name.or(Some(entry.name.as_str()).filter(|_| entry.value.contains("workspace = true")))
            .map(ToOwned::to_owned)
    };
    let used: BTreeSet<String> =
        manifests.iter().flat_map(|text| entries(text)).filter_map(|entry| taken(&entry)).collect();
    let shared = entries(root).into_iter().filter(|entry| entry.section == "workspace.dependencies");
    let unused = shared.filter(|entry| !used.contains(&entry.name));
    unused.map(|entry| (entry.line, format!("no member takes `{}`", entry.name))).collect()
}

fn unpaired_migrations(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<String> {
    let alone = sqlite.symmetric_difference(postgres).map(|name| {
        let folder = if sqlite.contains(name) { "sqlite" } else { "postgres" };
        format!("core/migrations/{folder}/{name}:1: it has no twin for the other store")
    });
    let mut found: Vec<String> = alone.collect();
    for (index, name) in sqlite.iter().enumerate() {
        let number = format!("{:04}_", index + 1);
        if !name.starts_with(&number) || !name.ends_with(".sql") {
            found.push(format!("core/migrations/sqlite/{name}:1: expected the name `{number}<what>.sql`"));
        }
    }
    found
}

// Helpers.

/// One `name = value # comment` of a manifest. A value may span lines; the comment may stand above.
struct Entry {
    section: String,
    line: usize,
    name: String,
    value: String,
    comment: String,
}

fn entries(text: &str) -> Vec<Entry> {
    let (mut found, mut section, mut above) = (Vec::<Entry>::new(), String::new(), String::new());
    let mut depth = 0;
    for (index, line) in text.lines().enumerate() {
        let (code, comment) = split_comment(line);
        if depth > 0 {
            if let Some(last) = found.last_mut() {
                last.value.push_str(code);
                last.comment.push_str(comment);
            }
        } else if let Some(header) = code.strip_prefix('[') {
            section = header.trim_matches(['[', ']', ' ']).to_owned();
            above.clear();
            continue;
        } else if let Some((name, value)) = code.split_once('=') {
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            let comment = format!("{above}{comment}");
            found.push(Entry { section: section.clone(), line: index + 1, name, value, comment });
        }
        above = if code.is_empty() { comment.to_owned() } else { String::new() };
        depth += balance(code);
    }
    found
}

fn split_comment(line: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => return (line[..at].trim(), line[at + 1..].trim()),
            _ => {}
        }
    }
    (line.trim(), "")
}

fn balance(code: &str) -> i32 {
    code.chars().fold(0, |depth, c| depth + i32::from("[{".contains(c)) - i32::from("]}".contains(c)))
}

fn is_generated(text: &str) -> bool {
    text.lines().take(3).any(|line| line.contains(concat!("@", "generated")))
}

fn by_line(text: &str, judge: impl Fn(&str) -> Option<String>) -> Offences {
    text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, judge(line)?))).collect()
}

fn has_word(line: &str, word: &str) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word)
        .any(|(at, _)| edge(line[..at].chars().next_back()) && edge(line[at + word.len()..].chars().next()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("core/ lies in the workspace").to_owned()
}

fn read(path: &Path) -> String {
    // What is not text is nobody's prose: an image has no lines to judge.
    let bytes =
        std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    String::from_utf8(bytes).unwrap_or_default()
}

/// Every file that is tracked or would be, relative to the root.
fn tree() -> Vec<PathBuf> {
    let git = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(git.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&git.stderr));
    let names = String::from_utf8(git.stdout).expect("file names are text");
    let files = names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
    let files: Vec<PathBuf> = files.filter(|path| root().join(path).is_file()).collect();
    assert!(files.contains(&PathBuf::from("core/tests/tidy.rs")), "the list of files is not of this tree");
    files
}

/// Runs a rule over every file whose name ends in `.what` or is `what`; an empty `what` takes all but lock
/// files.
fn check(what: &str, rule: fn(&str) -> Offences) {
    let locks = ["Cargo.lock", "package-lock.json", "Package.resolved"];
    let wanted = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        let all = what.is_empty() && !locks.iter().any(|lock| name == *lock);
        all || name == what || path.extension().is_some_and(|extension| extension == what)
    };
    let mut found = Vec::new();
    for path in tree().into_iter().filter(|path| wanted(path)) {
        let offences = rule(&read(&path));
        found.extend(offences.into_iter().map(|(line, what)| format!("{}:{line}: {what}", path.display())));
    }
    report(&found);
}

/// Compares a generated part of a file; with `EARNEST_WRITE` set it is written.
#[allow(clippy::disallowed_methods, reason = "a setting of this test alone")]
fn check_file(path: &str, text: &str, expected: &str) {
    if text != expected && std::env::var_os("EARNEST_WRITE").is_some() {
        std::fs::write(root().join(path), expected).expect("the tree can be written");
        return;
    }
    assert!(text == expected, "{path} is out of date: run `make generate`");
}

fn report(found: &[String]) {
    assert!(found.is_empty(), "{} found:\n{}", found.len(), found.join("\n"));
}

/// Each rule finds its offender, at the right line, and lets its neighbour pass.
mod proofs {
    use super::*;

    fn lines(offences: Offences) -> Vec<usize> {
        offences.into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn long_files() {
        assert_eq!(lines(long_file(&"\n".repeat(601))), [601]);
        assert!(long_file(&"\n".repeat(600)).is_empty());
    }

    #[test]
    fn long_function_anywhere() {
        let function =
            |inside: usize| format!("fn long<T>(a: [u8; 2])\n{{\n{}}}\n", "    x();\n".repeat(inside));
        assert_eq!(lines(long_functions(&function(68))), [1]);
        assert!(long_functions(&function(67)).is_empty());
        assert_eq!(lines(long_functions(&format!("trait A {{\n fn a();\n {} }}", function(68)))), [3]);
        assert_eq!(lines(long_functions(&format!("proptest! {{\n{} }}", function(68)))), [2]);
        assert_eq!(lines(long_functions(&format!("fn a() {{\n{} }}", function(68)))), [1, 2]);
        let borrowed = "const T: fn(u8) = a;\nstruct S {\n".to_owned() + &"a: u8,\n".repeat(80) + "}";
        assert!(long_functions(&borrowed).is_empty());
        assert_eq!(lines(long_functions("fn a() {\n\"")).len(), 1);
    }

    #[test]
    fn module_docs() {
        for good in
            ["//! A sentence.", "//! `a` is a\n//! sentence.\n//!\n//! more", "//! Three rooms:\n//!\n"]
        {
            assert!(missing_module_docs(good).is_empty(), "{good}");
        }
        for bad in
            ["use a;", "// A comment.", "//! no capital.", "//! No end", "//!\n//! Late.", "\n//! Late."]
        {
            assert_eq!(lines(missing_module_docs(bad)), [1], "{bad}");
        }
    }

    #[test]
    fn left_over_words() {
        let text = format!("a\n// {}: b\n    {}()\n", concat!("TO", "DO"), concat!("unimplemented", "!"));
        assert_eq!(lines(leftovers(&text)), [2, 3]);
        assert_eq!(lines(leftovers(concat!("todo", "!()"))), [1]);
        assert!(leftovers(concat!("the TO", "DOS of MASTO", "DON")).is_empty());
    }

    #[test]
    fn ignored_tests() {
        assert_eq!(lines(ignored_without_reason(concat!("\n#[", "ignore]"))), [2]);
        assert_eq!(lines(ignored_without_reason(concat!("#[cfg_attr(miri, ", "ignore)]"))), [1]);
        assert!(ignored_without_reason("#[ignore = \"needs a network\"]").is_empty());
    }

    #[test]
    fn folders_of_machines() {
        assert_eq!(lines(machine_paths(concat!("a\ncd /ho", "me/anna\n\"/ro", "ot/x\""))), [2, 3]);
        assert_eq!(lines(machine_paths(concat!("file:///wo", "rk/a"))), [1]);
        assert!(machine_paths(concat!("https://example.com/ho", "me/ and src/wo", "rk/a")).is_empty());
    }

    #[test]
    fn dependencies_of_the_root() {
        let table = |line: &str| format!("[workspace.dependencies]\n{line}\n[profile.dev]\ndebug = 1\n");
        for good in [
            "a = \"1\" # why",
            "# why\na = { path = \"a\" }",
            "a = { version = \"1\", features = [\n\"b\",\n] } # why",
        ] {
            assert!(shared_dependencies(&table(good)).is_empty(), "{good}");
        }
        for bad in
            ["a = \"1\"", "a = \"*\" # why", "a = { version = \"1.*\" } # why", "a = { git = \"b#c\" } # why"]
        {
            assert_eq!(lines(shared_dependencies(&table(bad))), [2], "{bad}");
        }
        assert_eq!(lines(shared_dependencies("[workspace.dependencies.a]\nversion = \"1\"")), [2]);
    }

    #[test]
    fn dependencies_without_a_user() {
        let root = "[workspace.dependencies]\na = \"1\"\nb = \"1\"\nc = \"1\"\n";
        let members =
            ["[dependencies]\na.workspace = true\n", "[dev-dependencies]\nb = { workspace = true }\n"];
        assert_eq!(lines(unused_dependencies(root, &members.map(ToOwned::to_owned))), [4]);
    }

    #[test]
    fn dependencies_of_a_member() {
        let good = "[dependencies]\na.workspace = true\nb = { workspace = true, optional = true }\n[features]\nc = []\n";
        assert!(own_dependencies(good).is_empty());
        assert_eq!(lines(own_dependencies("[dev-dependencies]\na = \"1\"")), [2]);
        assert_eq!(lines(own_dependencies("[target.'cfg(unix)'.dependencies]\na = { path = \"..\" }")), [2]);
        assert_eq!(lines(own_dependencies("[dependencies.a]\nversion = \"1\"")), [2]);
        assert!(own_dependencies("[workspace]\n[dependencies]\na = \"1\"").is_empty());
    }

    #[test]
    fn migrations() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert!(unpaired_migrations(&set(&["0001_a.sql"]), &set(&["0001_a.sql"])).is_empty());
        assert_eq!(unpaired_migrations(&set(&["0001_a.sql"]), &set(&["0001_b.sql"])).len(), 2);
        assert_eq!(unpaired_migrations(&set(&["0002_a.sql"]), &set(&["0002_a.sql"])).len(), 1);
    }
}
