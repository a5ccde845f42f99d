//! No money comes from nowhere: the entries of a transfer sum to zero in each currency, in every build.

use crate::currency::Currency;
use crate::error::Error;
use crate::rows::tables::EntryRow;

/// Checks that the entries of each transfer sum to zero in each currency.
pub(super) fn conserved(entries: &[EntryRow]) -> Result<(), Error> {
    for transfer in by_transfer(entries) {
        let mut sums: Vec<(Currency, i128)> = Vec::with_capacity(1);
        for entry in transfer {
            let place = sums.iter().position(|(currency, _)| *currency == entry.currency);
            let sum = place.map_or(0, |place| sums.swap_remove(place).1).checked_add(entry.amount);
            let sum = sum.ok_or_else(|| Error::corrupted("a transfer overflows"))?;
            sums.push((entry.currency, sum));
        }
        if sums.iter().any(|(_, sum)| *sum != 0) {
            return Err(Error::corrupted("a transfer does not sum to zero"));
        }
    }
    Ok(())
}

/// The entries of each transfer: they are written one after the other.
pub(super) fn by_transfer(entries: &[EntryRow]) -> impl Iterator<Item = &[EntryRow]> {
    entries.chunk_by(|a, b| a.transfer == b.transfer)
}
