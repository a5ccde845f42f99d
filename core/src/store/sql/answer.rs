//! Reads answers of SQLite. An answer is one text with a line per row, as JSON or plain; all lines are read
//! into the same cells, one after the other.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::script::{CELL, ROW};
use super::{Cells, Dialect};
use crate::error::Error;
use crate::store::fault::Fault;

/// Hands over each row of an answer to a statement of [`union`](super::script::union), in order.
pub(crate) fn each_row(
    dialect: Dialect,
    answer: &[Cells],
    mut take: impl FnMut(&Cells) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if dialect == Dialect::Postgres {
        return answer.iter().try_for_each(take);
    }
    let unreadable = || Fault::from(Error::corrupted("an answer cannot be read"));
    let text = answer.first().and_then(|row| row.first()).and_then(Option::as_deref);
    let text = text.ok_or_else(unreadable)?;
    if let Some(count) = answer.first().and_then(|row| row.get(1)) {
        let count = count.as_deref().and_then(|count| count.parse().ok());
        return each_plain(text, count.ok_or_else(unreadable)?, take);
    }
    let mut cells = Cells::new();
    for line in text.split('\n').filter(|_| !text.is_empty()) {
        let mut line = serde_json::Deserializer::from_str(line);
        Row(&mut cells).deserialize(&mut line).and_then(|()| line.end()).map_err(|_| unreadable())?;
        take(&cells)?;
    }
    Ok(())
}

/// Hands over each row of an answer to a [`plain_union`](super::plain_union), and checks their number.
fn each_plain(
    text: &str,
    count: usize,
    mut take: impl FnMut(&Cells) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let unreadable = || Fault::from(Error::corrupted("an answer cannot be read"));
    let (mut cells, mut found) = (Cells::new(), 0);
    for line in text.split(ROW).filter(|_| !text.is_empty()) {
        plain_row(line, &mut cells).ok_or_else(unreadable)?;
        take(&cells)?;
        found += 1;
    }
    if found == count { Ok(()) } else { Err(unreadable()) }
}

/// Reads a plain row into the cells of the row before; `None` where its cells do not fit its form.
fn plain_row(line: &str, cells: &mut Cells) -> Option<()> {
    let mut parts = line.split(CELL);
    let mut form = parts.next()?.chars();
    cells.resize(form.as_str().len(), None);
    let (tag, rest) = cells.split_first_mut()?;
    set(tag, form.next()?.encode_utf8(&mut [0; 4]));
    for cell in rest {
        let part = parts.next()?;
        match form.next()? {
            '?' if part.is_empty() => *cell = None,
            '?' => set(cell, part.strip_prefix('=')?),
            _ => set(cell, part),
        }
    }
    parts.next().is_none().then_some(())
}

/// Replaces a text by another.
fn set(cell: &mut Option<String>, text: &str) {
    let cell = cell.get_or_insert_default();
    cell.clear();
    cell.push_str(text);
}

/// All rows of an answer.
pub(crate) fn rows_of(dialect: Dialect, answer: Vec<Cells>) -> Result<Vec<Cells>, Fault> {
    if dialect == Dialect::Postgres {
        return Ok(answer);
    }
    let mut rows = Vec::new();
    each_row(dialect, &answer, |row| {
        rows.push(row.clone());
        Ok(())
    })?;
    Ok(rows)
}

/// Reads a row into the cells of the row before.
struct Row<'c>(&'c mut Cells);

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, row: D) -> Result<(), D::Error> {
        row.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<(), A::Error> {
        let mut width = 0;
        loop {
            match self.0.get_mut(width) {
                Some(cell) => match row.next_element_seed(Cell(cell))? {
                    Some(()) => width += 1,
                    None => break,
                },
                None => self.0.push(None),
            }
        }
        self.0.truncate(width);
        Ok(())
    }
}

/// Reads a text or NULL into the cell of the row before.
struct Cell<'c>(&'c mut Option<String>);

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, cell: D) -> Result<(), D::Error> {
        cell.deserialize_any(self)
    }
}

impl Visitor<'_> for Cell<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        *self.0 = None;
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        set(self.0, text);
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Cells>, Fault> {
        rows_of(Dialect::Sqlite, vec![vec![Some(text.into())]])
    }

    #[test]
    fn rows_of_any_width_come_as_they_were_written() {
        let text = |text: &str| Some(text.to_owned());
        let rows = read(
            "[\"t\",\"long\",null]\n[\"e\",\"\\\"é\\\\\\u0000\\n\"]\n[\"t\",\"x\",\"\"]\n[]\n[\"t\",null,\"y\",\"z\"]",
        );
        let expected = vec![
            vec![text("t"), text("long"), None],
            vec![text("e"), text("\"é\\\0\n")],
            vec![text("t"), text("x"), text("")],
            vec![],
            vec![text("t"), None, text("y"), text("z")],
        ];
        assert_eq!(rows.unwrap(), expected);
        assert_eq!(read("").unwrap(), Vec::<Cells>::new());
    }

    fn read_plain(text: &str, count: &str) -> Result<Vec<Cells>, Fault> {
        let text = text.replace('|', "\u{1f}").replace(';', "\u{1e}");
        rows_of(Dialect::Sqlite, vec![vec![Some(text), Some(count.into())]])
    }

    #[test]
    fn plain_rows_come_as_they_were_written() {
        let text = |text: &str| Some(text.to_owned());
        let rows = read_plain("t.?.|long|=null|\"é\\\n;e??||=;t.|;n;t??|==|=", "5");
        let expected = vec![
            vec![text("t"), text("long"), text("null"), text("\"é\\\n")],
            vec![text("e"), None, text("")],
            vec![text("t"), text("")],
            vec![text("n")],
            vec![text("t"), text("="), text("")],
        ];
        assert_eq!(rows.unwrap(), expected);
        assert_eq!(read_plain("", "0").unwrap(), Vec::<Cells>::new());
    }

    #[test]
    fn plain_rows_that_hold_what_stands_between_them_are_refused() {
        for (bad, count) in [
            ("t.|a|b", "1"),
            ("t..|a", "1"),
            ("t?|a", "1"),
            ("t.|a;t.|b", "1"),
            ("t.|a;b", "1"),
            ("t.|a;", "2"),
            ("t.|a", "2"),
            ("", "1"),
            ("t.|a", "x"),
        ] {
            assert!(read_plain(bad, count).is_err(), "{bad} {count}");
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for bad in ["\n", "[", "[]\n", "{}", "[1]", r#"["a"] x"#, r#"["a",]"#, r#"["a"],["b"]"#, "[[]]"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        for none in [vec![], vec![vec![]], vec![vec![None]]] {
            assert!(rows_of(Dialect::Sqlite, none).is_err());
        }
        let answer = vec![vec![Some("[\"a\"]\n[\"b\"]".into())]];
        let mut seen = 0;
        let refused = each_row(Dialect::Sqlite, &answer, |_| {
            seen += 1;
            Err(Error::corrupted("no").into())
        });
        assert_eq!((refused.unwrap_err().reason, seen), (Error::corrupted("no").message(), 1));
    }
}
