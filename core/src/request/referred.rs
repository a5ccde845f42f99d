//! Objects that are asked for by the caller's own reference. References are free: anybody may give that of an
//! order to an object of one cent.

use std::sync::Arc;

use super::reading::Reading;
use crate::error::{Error, Result};
use crate::rows::listing::{Listing, Records};
use crate::rows::object::{Object, Stored};

/// If this many objects have one reference, it stands for none of them.
const MOST_REFERRED: usize = 500;

fn several(reason: &str) -> Error {
    Error::invalid("reference", reason)
}

/// Reads the objects with a reference, newest first.
pub async fn referred<O: Object>(
    reading: &mut Reading<'_>,
    reference: &Arc<str>,
    reason: &str,
) -> Result<Vec<Stored<O>>> {
    let wanted = Records {
        reference: Some(reference.clone()),
        limit: MOST_REFERRED,
        ..Records::of(&reading.book, O::KIND)
    };
    let rows = reading.list(&Listing::Records(wanted)).await?.records;
    if rows.len() == MOST_REFERRED {
        return Err(several(reason));
    }
    rows.iter().map(Stored::of).collect()
}

/// Picks the newest of the objects with a reference that the actor may read; `None` if there are no objects.
pub fn newest<'o, O: Object>(
    objects: &'o [Stored<O>],
    mut permit: impl FnMut(&Stored<O>) -> Result<()>,
    alike: fn(&O, &O) -> bool,
    reason: &str,
) -> Result<Option<&'o Stored<O>>> {
    let (mut found, mut refusal) = (None::<&Stored<O>>, None);
    for object in objects {
        if let Err(error) = permit(object) {
            refusal = Some(error);
            continue;
        }
        if !alike(&found.get_or_insert(object).facts, &object.facts) {
            return Err(several(reason));
        }
    }
    match (found, refusal) {
        (None, Some(error)) => Err(error),
        (found, _) => Ok(found),
    }
}
