//! The client of other servers is in no build that has no use for it.

use std::collections::BTreeMap;
use std::path::Path;

use super::{read, report};

/// The client of gateways, webhooks and chains.
const CLIENT: [&str; 6] = ["http-body-util", "hyper", "hyper-util", "rustls", "tokio-rustls", "webpki-roots"];

#[test]
fn a_build_without_gateways_has_no_client() {
    report(&compelled(&read(Path::new("core/Cargo.toml"))));
}

/// The lines of a manifest that have the client without a feature that asks for it, and the features that
/// `gateways` asks for beside it.
fn compelled(manifest: &str) -> Vec<String> {
    let (features, dependencies) = (section(manifest, "features"), section(manifest, "dependencies"));
    let mut found = Vec::new();
    for name in CLIENT {
        match dependencies.get(name) {
            Some(line) if line.contains("optional = true") => {}
            Some(_) => found.push(format!("`{name}` is in every build: it must be optional")),
            None => found.push(format!("`{name}` is no dependency any more: the list of this test is old")),
        }
    }
    let wanted = |feature: &str| -> Vec<String> {
        let listed = features.get(feature).map_or("", String::as_str);
        listed.split('"').skip(1).step_by(2).map(ToOwned::to_owned).collect()
    };
    if wanted("gateways") != ["http"] {
        found.push(format!("`gateways` asks for {:?}, and not for the client alone", wanted("gateways")));
    }
    let is_of_it = |name: &str| name.strip_prefix("dep:").is_none_or(|name| CLIENT.contains(&name));
    found.extend(
        wanted("http")
            .into_iter()
            .filter(|name| !is_of_it(name))
            .map(|name| format!("the client asks for `{name}`, which is not in the list of this test")),
    );
    let by_itself = wanted("default");
    let asks = ["gateways", "webhooks", "chain", "http"]
        .into_iter()
        .filter(|name| by_itself.iter().any(|one| one == name));
    found.extend(asks.map(|name| format!("`{name}` is a default")));
    found
}

/// The lines of a section of a manifest, by the name that each begins with.
fn section(manifest: &str, name: &str) -> BTreeMap<String, String> {
    let head = format!("[{name}]");
    let lines = manifest.lines().skip_while(|line| *line != head).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let named = lines.filter_map(|line| {
        let name = line.split(['.', ' ', '=']).next().filter(|name| !name.is_empty())?;
        Some((name.to_owned(), line.to_owned()))
    });
    named.collect()
}

#[test]
fn a_client_that_everybody_gets_is_found() {
    let of = |default: &str, gateways: &str, optional: &str| {
        let all = CLIENT.map(|name| format!("{name} = {{ workspace = true{optional} }}\n")).concat();
        format!(
            "[features]\ndefault = [{default}]\ngateways = [{gateways}]\nhttp = [\"dep:hyper\"]\n\n[dependencies]\n{all}\n[lints]\nworkspace = true\n"
        )
    };
    assert_eq!(compelled(&of("\"sqlite\"", "\"http\"", ", optional = true")), [""; 0]);
    assert_eq!(compelled(&of("\"sqlite\"", "\"http\"", "")).len(), CLIENT.len());
    assert_eq!(compelled(&of("\"gateways\"", "\"http\"", ", optional = true")), ["`gateways` is a default"]);
    let more = compelled(&of("", "\"http\", \"dep:reqwest\"", ", optional = true"));
    assert!(more.len() == 1 && more[0].contains("dep:reqwest"), "{more:?}");
}
