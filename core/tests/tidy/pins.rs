//! Workflows and scripts name what they fetch by its content: a commit, a digest, a hash or a lock file. A
//! name alone is whatever its owner, or a thief of his, makes of it by then.

use std::path::{Path, PathBuf};

use super::{read, report, tree};

#[test]
fn what_is_fetched_is_pinned() {
    let files: Vec<PathBuf> = tree().into_iter().filter(|path| fetches(path)).collect();
    assert!(files.len() > 20, "{files:?}");
    report(&files.iter().flat_map(|path| unpinned(path, &read(path))).collect::<Vec<_>>());
}

/// Whether a file may fetch anything: workflows, scripts and what make runs.
fn fetches(path: &Path) -> bool {
    let top = path.components().next().map(|first| first.as_os_str().to_string_lossy().into_owned());
    let is_script = path.extension().is_none_or(|end| ["yml", "sh"].iter().any(|one| end == *one));
    is_script && matches!(top.as_deref(), Some("scripts" | ".github" | ".ci" | "Makefile"))
}

/// The lines that fetch something by a name alone. Debian's packages are signed, and Go's are in a log of
/// their hashes by version.
fn unpinned(path: &Path, text: &str) -> Vec<String> {
    // a command goes on where its line ends in a backslash
    let text = text.replace("\\\n", "  ");
    let code = |line: &str| line.trim_start().trim_start_matches("- ").to_owned();
    let lines = text.lines().map(code).enumerate().filter(|(_, line)| !line.starts_with('#'));
    let found = lines.filter_map(|(at, line)| Some((at + 1, what(&line)?)));
    found.map(|(at, what)| format!("{}:{at}: {what}", path.display())).collect()
}

fn what(line: &str) -> Option<&'static str> {
    let has = |part: &str| line.contains(part);
    let words: Vec<&str> = line.split_whitespace().collect();
    let runs = |command: &[&str]| words.windows(command.len()).any(|run| run == command);
    if (has("curl ") || has("wget ")) && ["| sh", "| bash", "|sh", "|bash"].iter().any(|pipe| has(pipe)) {
        return Some("what is fetched is run unseen: fetch it by a hash");
    }
    if runs(&["pip", "install"]) || has("/pip\" install") {
        let is_pinned = has("--require-hashes") || has("--no-index");
        return (!is_pinned).then_some("`pip install` needs `--require-hashes`");
    }
    if runs(&["npm", "install"]) || runs(&["npm", "i"]) || words.first() == Some(&"npx") && has("--yes") {
        return (!has("--offline")).then_some("`npm ci` takes what a lock file says");
    }
    if runs(&["cargo", "install"]) {
        let is_pinned = has("--locked") && (has("--version '=") || has("--path"));
        return (!is_pinned).then_some("`cargo install` needs `--locked` and one version");
    }
    if runs(&["go", "install"]) {
        return has("@latest").then_some("`go install` needs a version");
    }
    if let Some(action) = line.strip_prefix("uses: ") {
        let commit = action.split_whitespace().next().and_then(|name| name.split_once('@')).map(|(_, at)| at);
        let is_commit =
            commit.is_some_and(|at| at.len() == 40 && at.chars().all(|digit| digit.is_ascii_hexdigit()));
        return (!is_commit && !action.starts_with("./")).then_some("an action is named by a commit");
    }
    let image = line.strip_prefix("container: ").or(line.strip_prefix("image: "));
    let is_name = |image: &&str| !image.starts_with("${{");
    (image.filter(is_name).is_some_and(|image| !image.contains("@sha256:")) || is_bare_image(line))
        .then_some("an image is named by its digest")
}

/// Whether a line names an image of the registry of Python's builders by a name alone.
fn is_bare_image(line: &str) -> bool {
    line.contains("quay.io/") && !line.contains("@sha256:")
}

#[test]
fn what_is_fetched_by_a_name_alone_is_found() {
    for line in [
        "curl --fail https://sh.rustup.rs | sh -s -- -y",
        "- run: npm install --global npm@11.19.1",
        "\"$python\" -m pip install --quiet 'cryptography>=42'",
        "\"$venv/bin/pip\" install \\\n    ruff",
        "cargo install --locked --version '^0.20' cargo-deny",
        "go install github.com/rhysd/actionlint/cmd/actionlint@latest",
        "- uses: actions/checkout@v7",
        "container: quay.io/pypa/manylinux_2_28_x86_64",
        "- { os: ubuntu-latest, container: quay.io/pypa/manylinux_2_28_x86_64 }",
    ] {
        assert_eq!(unpinned(Path::new("x"), line).len(), 1, "{line}");
    }
    for line in ["# curl x | sh", "npm ci --silent", "pip install --require-hashes -r x", "npm run build"] {
        assert_eq!(unpinned(Path::new("x"), line), Vec::<String>::new(), "{line}");
    }
}
