//! Figures and names that pages repeat from the code are those of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::links::is_page;
use super::{Offences, by_line, read, report, tree};

const PLANTED: &str = "core/tests/simulations/planted.rs";
const BUGS: &str = "core/tests/simulations/simulation/store/troubles.rs";
const GUIDE: &str = "docs/guide.md";

#[test]
fn pages_say_how_soon_planted_bugs_are_found() {
    let (seeds, clean) =
        (constant(&read(Path::new(PLANTED)), "SEEDS"), constant(&read(Path::new(PLANTED)), "CLEAN"));
    let bugs = planted(&read(Path::new(BUGS)));
    let mut found = Vec::new();
    for path in tree().into_iter().filter(|path| is_page(path) && !path.starts_with("benches")) {
        let wrong = wrong_seeds(&read(&path), [&seeds, &clean], bugs);
        found.extend(wrong.into_iter().map(|(line, what)| format!("{}:{line}: {what}", path.display())));
    }
    report(&found);
}

#[test]
fn columns_that_the_guide_offers_are_there() {
    for store in ["sqlite", "postgres"] {
        let schema = read(Path::new(&format!("core/migrations/{store}/0001_first.sql")));
        let found = missing_columns(&read(Path::new(GUIDE)), &columns(&schema));
        report(&found.into_iter().map(|(line, what)| format!("{GUIDE}:{line}: {what}")).collect::<Vec<_>>());
    }
}

/// The value of a constant, as it is written.
fn constant(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("const {name}: u64 = ")));
    line.and_then(|rest| rest.strip_suffix(';')).expect("a constant of the tests").to_owned()
}

/// How many bugs there are to be planted; the first variant of the type is none.
fn planted(text: &str) -> usize {
    let body = text.split("enum Planted {").nth(1).and_then(|rest| rest.split('}').next()).expect("the bugs");
    let is_variant = |line: &&str| line.ends_with(',') && line.starts_with(|c: char| c.is_uppercase());
    body.lines().map(str::trim).filter(is_variant).count() - 1
}

/// Lines that tell of another number of seeds, or of planted bugs.
fn wrong_seeds(text: &str, seeds: [&str; 2], bugs: usize) -> Offences {
    by_line(text, |line| {
        let told = line.split("within ").skip(1).filter_map(|rest| rest.split_once(" seeds"));
        let within = told.map(|(number, _)| number).find(|number| !number.contains(' '));
        let planted = line.split_once(" are planted").and_then(|(before, _)| before.rsplit(' ').next());
        match (within, planted) {
            (Some(within), _) if !seeds.contains(&within) => {
                Some(format!("`{PLANTED}` allows {} seeds, not {within}", seeds[0]))
            }
            (_, Some(planted)) if planted != bugs.to_string() => {
                Some(format!("{bugs} bugs are planted, not {planted}"))
            }
            _ => None,
        }
    })
}

/// The columns of each table.
fn columns(schema: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut tables = BTreeMap::new();
    for rest in schema.split("CREATE TABLE {").skip(1) {
        let Some((table, body)) = rest.split_once("} (\n") else { continue };
        let lines = body.lines().take_while(|line| line.starts_with("    "));
        let names = lines.filter_map(|line| line.split_whitespace().next()).map(ToOwned::to_owned);
        tables.insert(table.to_owned(), names.collect());
    }
    tables
}

/// Rows of the table `| table | columns to join |` that name what the schema has not.
fn missing_columns(page: &str, tables: &BTreeMap<String, BTreeSet<String>>) -> Offences {
    let rows = page.lines().enumerate().skip_while(|(_, line)| !line.starts_with("| table | columns"));
    let rows: Vec<_> = rows.skip(2).take_while(|(_, line)| line.starts_with('|')).collect();
    assert!(rows.len() > 2, "the page has its table");
    let mut found = Vec::new();
    for (index, row) in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let (table, offered) = (cells[0].trim().trim_matches('`'), cells[1]);
        let known = tables.get(table);
        for column in offered.split('`').skip(1).step_by(2) {
            if !known.is_some_and(|known| known.contains(column)) {
                found.push((index + 1, format!("there is no column `{table}.{column}`")));
            }
        }
    }
    found
}

#[test]
fn what_is_not_so_is_found() {
    let page = "found within 400 seeds\nwithin 41 seeds\n11 are planted, within 40 seeds\nten are planted\nwithin 3 s\n";
    let wrong = wrong_seeds(page, ["400", "40"], 11);
    assert_eq!(wrong.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(constant("const SEEDS: u64 = 400;\n", "SEEDS"), "400");
    assert_eq!(
        planted("enum Planted {\n    #[default]\n    Nothing,\n    /// A bug,\n    Lost,\n    Twice,\n}\n"),
        2
    );
    let tables =
        columns("CREATE TABLE {a} (\n    book text,\n    id uuid\n);\nCREATE TABLE {b} (\n    id uuid\n);\n");
    let page = "| table | columns to join |\n| --- | --- |\n| `a` | `book`, `id` |\n| `b` | `id`, `deal` |\n| `c` | `id` |\n";
    assert_eq!(missing_columns(page, &tables).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5]);
}
