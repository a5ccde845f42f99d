//! Answers of SQLite, which are one text with a line per row: the lines are read one after the other into the
//! same cells.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::{Cells, Dialect};
use crate::error::Error;
use crate::store::fault::Fault;

/// Hands over each row of an answer to a statement of [`union`](super::script::union), in order.
///
/// # Errors
/// `corrupted` when it is none, and what `take` says.
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
    let mut cells = Cells::new();
    for line in text.split('\n').filter(|_| !text.is_empty()) {
        let mut line = serde_json::Deserializer::from_str(line);
        Row(&mut cells).deserialize(&mut line).and_then(|()| line.end()).map_err(|_| unreadable())?;
        take(&cells)?;
    }
    Ok(())
}

/// All rows of an answer.
///
/// # Errors
/// As [`each_row`].
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

/// A row, read over the one before.
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

/// A text or NULL, read over the one before.
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
        let cell = self.0.get_or_insert_default();
        cell.clear();
        cell.push_str(text);
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
