//! The proof that statements keep to one book, by PostgreSQL's own parser and analyser.
//!
//! The server makes a function of each statement and hands out the analysed tree of its body. In it every
//! table must be bound to the book by a condition of its own, `book = $1`, and every row that is inserted
//! must have `$1` as its book: then a server that has only some of the books can run it, whoever routes it.

mod bound;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) use bound::Verdict;
use earnest::store::sql::Flavour;
use earnest::store::sql::TABLES;

use super::postgres::{programs, succeeded};
use bound::Catalogue;
use tree::Node;

/// The schema that statements are judged in.
const SCHEMA: &str = "\"earnest\".";

/// Judges texts by the server of a URL, whose database has the tables in the schema `earnest`. Texts that
/// differ in their schema alone are one; those that name none of our tables, and migrations, are left out.
pub(crate) fn judge<'t>(
    url: &str,
    texts: impl Iterator<Item = &'t String>,
    flavour: Flavour,
) -> BTreeMap<String, Verdict> {
    let texts: BTreeSet<String> = texts.map(|text| in_schema(text)).filter(|text| is_judged(text)).collect();
    let prepared: String =
        texts.iter().enumerate().map(|(n, text)| format!("PREPARE s{n} AS {text};\n")).collect();
    let types = psql(
        url,
        &format!(
            "{prepared}SELECT name, array_to_string(parameter_types, ' ') FROM pg_prepared_statements;\n"
        ),
    );
    let types: BTreeMap<&str, Vec<&str>> =
        types.lines().filter_map(|line| line.split_once('|')).map(|(n, of)| (n, split(of))).collect();
    let functions: String = texts
        .iter()
        .enumerate()
        .map(|(n, text)| function(n, text, types.get(format!("s{n}").as_str()).map_or(&[], Vec::as_slice)))
        .collect();
    let bodies = psql(
        url,
        &format!(
            "BEGIN;\n{functions}SELECT proname, prosqlbody FROM pg_proc WHERE proname LIKE 'judged\\_%' \
             ORDER BY oid;\nROLLBACK;\n"
        ),
    );
    let bodies: BTreeMap<&str, &str> = bodies.lines().filter_map(|line| line.split_once('|')).collect();
    let catalogue = catalogue(url);
    let verdict = |(n, text): (usize, String)| {
        let tree = bodies.get(format!("judged_{n}").as_str()).and_then(|body| Node::read(body));
        let verdict = tree.map_or_else(
            || Verdict::Wrong("the server's tree cannot be read".into()),
            |tree| catalogue.judge(&tree, flavour),
        );
        (text, verdict)
    };
    texts.into_iter().enumerate().map(verdict).collect()
}

/// Why texts that were judged will not do, a line each; nothing when all will.
pub(crate) fn wrong(judged: &BTreeMap<String, Verdict>) -> String {
    let reason = |(text, verdict): (&String, &Verdict)| match verdict {
        Verdict::Wrong(reason) => Some(format!("{reason}: {text}\n")),
        _ => None,
    };
    judged.iter().filter_map(reason).collect()
}

/// A text with its tables in the schema that statements are judged in.
fn in_schema(text: &str) -> String {
    let mut parts = text.split('"');
    let mut result = parts.next().unwrap_or_default().to_owned();
    let mut quoted = true;
    for part in parts {
        result.push_str(if quoted { "\"earnest\"" } else { part });
        quoted = !quoted;
    }
    result
}

/// Whether a text is one of ours about tables, and no migration.
fn is_judged(text: &str) -> bool {
    let ours = |rest: &str| TABLES.iter().any(|table| rest.starts_with(table));
    let makes = text.starts_with("CREATE ") || text.starts_with("ALTER ");
    !makes && text.split(SCHEMA).skip(1).any(ours)
}

fn split(types: &str) -> Vec<&str> {
    types.split(' ').filter(|name| !name.is_empty()).collect()
}

/// A function with a statement as its body. A function has a hundred arguments at most, so those behind the
/// book are NULLs of their type.
fn function(n: usize, text: &str, types: &[&str]) -> String {
    let mut body = text.to_owned();
    for (place, name) in types.iter().enumerate().skip(1).rev() {
        body = body.replace(&format!("${}", place + 1), &format!("CAST(NULL AS {name})"));
    }
    let argument = types.first().copied().unwrap_or_default();
    format!(
        "CREATE FUNCTION public.judged_{n}({argument}) RETURNS void LANGUAGE sql BEGIN ATOMIC {body}; END;\n"
    )
}

fn catalogue(url: &str) -> Catalogue {
    let asked = psql(
        url,
        "SELECT c.oid, c.relname, coalesce(a.attnum, 0) FROM pg_class c LEFT JOIN pg_attribute a \
         ON a.attrelid = c.oid AND a.attname = 'book' WHERE c.relnamespace = 'earnest'::regnamespace \
         AND c.relkind = 'r' UNION ALL SELECT 'texteq'::regproc::oid, '=', 0;\n",
    );
    Catalogue::read(asked.lines())
}

fn psql(url: &str, script: &str) -> String {
    // the servers of `make versions` bring no client; that of the machine speaks to all of them
    let own = programs().join("psql");
    let mut command = Command::new(if own.exists() { own.as_path() } else { Path::new("psql") });
    command.args(["-XAtq", "--set", "ON_ERROR_STOP=1", "--dbname", url]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut psql = command.spawn().expect("psql");
    let mut input = psql.stdin.take().expect("its input");
    let script = script.to_owned();
    let writer = std::thread::spawn(move || drop(input.write_all(script.as_bytes())));
    let output = succeeded("psql", psql.wait_with_output());
    writer.join().expect("a thread");
    String::from_utf8(output.stdout).expect("text")
}
