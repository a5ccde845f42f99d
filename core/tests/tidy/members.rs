//! A member of a view that may be missing says so: its readers would look for `null`.

use super::{Offences, check};

#[test]
fn members_that_are_left_out_say_so() {
    for views in ["views.rs", "page.rs"] {
        check(views, silent);
    }
}

/// Members that are left out where they have no value, without a word about it in their docs.
fn silent(text: &str) -> Offences {
    let (mut found, mut docs, mut left_out) = (Vec::new(), String::new(), false);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if let Some(said) = line.strip_prefix("///") {
            docs.push_str(said);
        } else if line.starts_with("#[") {
            left_out |= line.contains("skip_serializing_if");
        } else {
            if left_out && !docs.contains("left out") {
                found.push((index + 1, "the member may be missing: say when it is left out".to_owned()));
            }
            (docs, left_out) = (String::new(), false);
        }
    }
    found
}

#[test]
fn a_member_that_is_silent_is_found() {
    let lines = |docs: &str| {
        let attributes = "#[serde(skip_serializing_if = \"Option::is_none\")]\n#[schemars(with = \"i64\")]";
        silent(&format!("/// {docs}\n{attributes}\npub a: Option<i64>,\n/// Another.\npub b: i64,\n"))
    };
    assert_eq!(lines("It.").iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4]);
    assert_eq!(lines("It; left out where there is none."), []);
}
