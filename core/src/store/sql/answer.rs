//! Answers of SQLite, which are one text: its rows are read one after the other into the same cells.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};

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
    let mut text = serde_json::Deserializer::from_str(text.ok_or_else(unreadable)?);
    let mut refused = None;
    let rows = Rows { take: &mut take, refused: &mut refused };
    let read = text.deserialize_seq(rows).and_then(|()| text.end());
    match refused {
        Some(fault) => Err(fault),
        None => read.map_err(|_| unreadable()),
    }
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

/// An array of rows.
struct Rows<'t, F> {
    take: &'t mut F,
    refused: &'t mut Option<Fault>,
}

impl<'de, F: FnMut(&Cells) -> Result<(), Fault>> Visitor<'de> for Rows<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let mut cells = Cells::new();
        while rows.next_element_seed(Row(&mut cells))?.is_some() {
            if let Err(fault) = (self.take)(&cells) {
                *self.refused = Some(fault);
                return Err(A::Error::custom("a row was refused"));
            }
        }
        Ok(())
    }
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
        let rows = read(r#"[["t","long",null],["e","\"é\\\u0000\n"],["t","x",""],[],["t",null,"y","z"]]"#);
        let expected = vec![
            vec![text("t"), text("long"), None],
            vec![text("e"), text("\"é\\\0\n")],
            vec![text("t"), text("x"), text("")],
            vec![],
            vec![text("t"), None, text("y"), text("z")],
        ];
        assert_eq!(rows.unwrap(), expected);
        assert_eq!(read("[]").unwrap(), Vec::<Cells>::new());
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for bad in ["", "[", "[[]", "{}", "[[1]]", r#"[["a"]] x"#, r#"[["a",]]"#, r#"["a"]"#, "[[[]]]"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        for none in [vec![], vec![vec![]], vec![vec![None]]] {
            assert!(rows_of(Dialect::Sqlite, none).is_err());
        }
        let answer = vec![vec![Some(r#"[["a"],["b"]]"#.into())]];
        let mut seen = 0;
        let refused = each_row(Dialect::Sqlite, &answer, |_| {
            seen += 1;
            Err(Error::corrupted("no").into())
        });
        assert_eq!((refused.unwrap_err().reason, seen), (Error::corrupted("no").message(), 1));
    }
}
