//! Judges the tables of a statement by its tree.

use std::collections::{BTreeMap, BTreeSet};

use earnest::store::sql::Flavour;

use super::tree::Node;

/// A verdict on a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Every table is bound to the book in `$1`.
    Bound,
    /// It is about tables that belong to no book.
    Shared,
    /// It goes across books, and is one of the few that may.
    Across(&'static str),
    /// It is none of these.
    Wrong(String),
}

/// Tables that belong to no book: every server of a cluster has them whole.
const SHARED: [&str; 3] = ["meta", "migration", "currency"];

/// Reads across books: what each looks for, and the tables that it looks into.
const ACROSS: [(&str, &[&str]); 8] = [
    ("books", &["book"]),
    ("due records", &["record"]),
    ("due holds", &["hold"]),
    ("jobs", &["job"]),
    ("expired keys", &["idempotency"]),
    ("counters that have left", &["counter"]),
    ("books with work for the sequencer", &["event_pending", "stream_pending"]),
    (
        "rows of books that are not listed",
        &[
            "transfer",
            "account",
            "hold",
            "record",
            "counter",
            "job",
            "sink",
            "rank",
            "entry",
            "idempotency",
            "event",
            "event_seq",
            "head",
            "event_pending",
            "stream_pending",
            "book",
        ],
    ),
];

/// The one write across books: a new timeline, which an operator begins.
const FORK: (&str, &str) = ("another timeline", "head");

/// The tables of the server, by what its trees call them.
pub(crate) struct Catalogue {
    /// The name of each, and the number of its column `book`.
    tables: BTreeMap<i64, (String, i64)>,
    /// The function that compares texts.
    equal: i64,
}

/// A table within a query.
struct Table<'n> {
    name: &'n str,
    book: i64,
    /// Its place in the query.
    at: i64,
    node: &'n Node,
}

impl Catalogue {
    /// Reads lines of an oid, a name and the number of a column.
    pub(super) fn read<'l>(lines: impl Iterator<Item = &'l str>) -> Self {
        let mut catalogue = Self { tables: BTreeMap::new(), equal: 0 };
        for line in lines {
            let mut parts = line.split('|');
            let oid = parts.next().and_then(|oid| oid.parse().ok()).expect("an oid");
            match (parts.next(), parts.next().and_then(|number| number.parse().ok())) {
                (Some("="), _) => catalogue.equal = oid,
                (Some(name), Some(book)) => {
                    catalogue.tables.insert(oid, (name.to_owned(), book));
                }
                _ => panic!("a table without a name"),
            }
        }
        catalogue
    }

    /// Judges the body of a function. Where books are spread over servers by an engine of its own, more is
    /// asked: no row is taken by its place, no condition is hidden from the engine, nothing is recursive.
    pub(super) fn judge(&self, tree: &Node, flavour: Flavour) -> Verdict {
        let (mut queries, mut plain) = (Vec::new(), None);
        tree.walk(&mut |node| {
            if node.is("QUERY") {
                queries.push(node);
                if node.word("hasRecursive") == "true" {
                    plain = Some("it is recursive");
                }
            }
            if node.is("VAR") && node.number("varattno") == PLACE {
                plain = Some("it takes a row by its place");
            }
            if node.is("BOOLEANTEST") && self.compares(node.get("arg")) {
                plain = Some("it hides its book");
            }
        });
        if let (Flavour::Spread, Some(reason)) = (flavour, plain) {
            return Verdict::Wrong(reason.into());
        }
        let (mut bound, mut unbound) = (0, BTreeSet::new());
        for query in &queries {
            for table in self.tables(query) {
                if SHARED.contains(&table.name) {
                    continue;
                }
                match self.is_bound(query, &table) {
                    Ok(true) => bound += 1,
                    Ok(false) => drop(unbound.insert(table.name)),
                    Err(reason) => return Verdict::Wrong(format!("`{}`: {reason}", table.name)),
                }
            }
        }
        if !unbound.is_empty() {
            return across(&queries, &unbound);
        }
        if queries.iter().any(|query| query.word("hasRecursive") == "true") {
            return Verdict::Wrong("it is recursive".into());
        }
        if bound > 0 { Verdict::Bound } else { Verdict::Shared }
    }

    /// The tables of a query itself, without those of queries in it.
    fn tables<'n>(&'n self, query: &'n Node) -> Vec<Table<'n>> {
        let table = |(place, node): (usize, &'n Node)| {
            let (name, book) = self.tables.get(&node.number("relid"))?;
            // `excluded` is a row of its own kind
            let is_table = node.number("rtekind") == 0 && node.word("relkind") == "r";
            is_table.then_some(Table { name, book: *book, at: place as i64 + 1, node })
        };
        query.list("rtable").iter().enumerate().filter_map(table).collect()
    }

    /// Whether a table of a query has only rows of the book.
    fn is_bound(&self, query: &Node, table: &Table<'_>) -> Result<bool, String> {
        let written = query.number("resultRelation") == table.at;
        let target = query.list("targetList").iter().find(|target| target.number("resno") == table.book);
        match (query.number("commandType"), written) {
            (INSERT, true) => {
                if table.node.get("alias").is_some_and(|alias| alias.is("ALIAS")) {
                    return Err("an INSERT with an alias".into());
                }
                let value = target.and_then(|target| target.get("expr"));
                if value.is_some_and(|value| self.is_the_book(query, value)) {
                    Ok(true)
                } else {
                    Err("an INSERT of another book than `$1`".into())
                }
            }
            (UPDATE, true) if target.is_some() => Err("an UPDATE of the book".into()),
            _ => Ok(query.get("jointree").is_some_and(|from| self.binds(from, table))),
        }
    }

    /// Whether the conditions of a FROM bind a table. Those of an outer join do not bind what it keeps.
    fn binds(&self, from: &Node, table: &Table<'_>) -> bool {
        let here = from.is("FROMEXPR") || from.number("jointype") == 0;
        if here && from.get("quals").is_some_and(|quals| self.says(quals, table)) {
            return true;
        }
        from.list("fromlist").iter().any(|part| self.binds(part, table))
            || (here && ["larg", "rarg"].iter().any(|arm| self.reaches(from.get(arm), table)))
            || (from.number("jointype") == 1 && self.reaches(from.get("larg"), table))
    }

    fn reaches(&self, from: Option<&Node>, table: &Table<'_>) -> bool {
        from.is_some_and(|from| from.is("JOINEXPR") && self.binds(from, table))
    }

    /// Whether a condition says that a table's book is `$1`.
    fn says(&self, condition: &Node, table: &Table<'_>) -> bool {
        if condition.is("BOOLEXPR") && condition.word("boolop") == "and" {
            return condition.list("args").iter().any(|part| self.says(part, table));
        }
        if condition.is("BOOLEANTEST") && condition.number("booltesttype") == 0 {
            return condition.get("arg").is_some_and(|part| self.says(part, table));
        }
        let is_column = |node: &Node| {
            node.is("VAR")
                && node.number("varlevelsup") == 0
                && (node.number("varno"), node.number("varattno")) == (table.at, table.book)
        };
        condition.is("OPEXPR")
            && condition.number("opfuncid") == self.equal
            && condition.list("args").iter().any(is_column)
            && condition.list("args").iter().any(is_parameter)
    }

    /// Whether a condition compares a text with the book.
    fn compares(&self, condition: Option<&Node>) -> bool {
        condition.is_some_and(|condition| {
            condition.is("OPEXPR")
                && condition.number("opfuncid") == self.equal
                && condition.list("args").iter().any(is_parameter)
        })
    }

    /// Whether a value is the book of the statement: `$1`, or the book of a row that is bound to it.
    fn is_the_book(&self, query: &Node, value: &Node) -> bool {
        if !value.is("VAR") || value.number("varlevelsup") != 0 {
            return is_parameter(value);
        }
        let (at, column) = (value.number("varno"), value.number("varattno"));
        if let Some(table) = self.tables(query).into_iter().find(|table| table.at == at) {
            return table.book == column && self.is_bound(query, &table) == Ok(true);
        }
        let from = usize::try_from(at - 1).ok().and_then(|place| query.list("rtable").get(place));
        let Some(inner) = from.and_then(|from| from.get("subquery")) else { return false };
        let given = inner.list("targetList").iter().find(|target| target.number("resno") == column);
        given.and_then(|given| given.get("expr")).is_some_and(|value| self.is_the_book(inner, value))
    }
}

/// The number of the column `ctid`.
const PLACE: i64 = -1;
const SELECT: i64 = 1;
const UPDATE: i64 = 2;
const INSERT: i64 = 3;

fn is_parameter(node: &Node) -> bool {
    node.is("PARAM") && (node.number("paramkind"), node.number("paramid")) == (0, 1)
}

/// The name of a statement that goes across books: a bounded read that locks nothing.
fn across(queries: &[&Node], tables: &BTreeSet<&str>) -> Verdict {
    let reads = |query: &&Node| query.number("commandType") == SELECT && query.list("rowMarks").is_empty();
    let bounded =
        |query: &&Node| query.get("limitCount").is_some_and(|limit| !matches!(limit, Node::Word(_)));
    let named = ACROSS.iter().find(|(_, of)| of.iter().copied().collect::<BTreeSet<_>>() == *tables);
    match named {
        Some((name, _)) if queries.iter().all(reads) && queries.iter().any(bounded) => Verdict::Across(name),
        _ if tables.iter().eq([&FORK.1])
            && queries.iter().any(|query| query.number("commandType") == UPDATE) =>
        {
            Verdict::Across(FORK.0)
        }
        _ => {
            let tables: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
            Verdict::Wrong(format!("not bound to the book: {}", tables.join(", ")))
        }
    }
}
