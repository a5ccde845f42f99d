//! The ring of a counter: the sums of its last spans of time, at most 60, packed.

use std::sync::Arc;

use crate::error::Error;

/// Sums that a counter keeps at most.
pub const BUCKETS: usize = 60;

/// Bytes of one bucket: the number of its span, and its sum.
const BYTES: usize = 8 + 16;

/// The count in one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The number of the span: spans of one length are numbered from 1970 on.
    pub span: i64,
    /// The number of occurrences, or minor units.
    pub sum: i128,
}

/// Packs buckets, the oldest first.
///
/// # Errors
/// `corrupted` when there are more than [`BUCKETS`], or their spans do not rise.
pub fn pack(buckets: &[Bucket]) -> Result<Arc<[u8]>, Error> {
    check(buckets)?;
    let each = |bucket: &Bucket| [&bucket.span.to_be_bytes()[..], &bucket.sum.to_be_bytes()[..]].concat();
    Ok(buckets.iter().flat_map(each).collect())
}

/// Reads what [`pack`] wrote.
///
/// # Errors
/// `corrupted` when the bytes are not whole buckets whose spans rise, or too many.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Bucket>, Error> {
    let (whole, rest) = bytes.as_chunks::<BYTES>();
    if !rest.is_empty() {
        return Err(Error::corrupted("a counter does not hold whole sums"));
    }
    let bucket = |chunk: &[u8; BYTES]| {
        let (span, sum) = chunk.split_first_chunk::<8>()?;
        Some(Bucket { span: i64::from_be_bytes(*span), sum: i128::from_be_bytes(sum.try_into().ok()?) })
    };
    let buckets: Vec<Bucket> = whole.iter().filter_map(bucket).collect();
    check(&buckets)?;
    Ok(buckets)
}

fn check(buckets: &[Bucket]) -> Result<(), Error> {
    let rise = buckets.windows(2).all(|pair| matches!(pair, [one, next] if one.span < next.span));
    if buckets.len() > BUCKETS || !rise {
        return Err(Error::corrupted("a counter holds too many sums, or not in the order of time"));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn ring(spans: impl IntoIterator<Item = i64>) -> Vec<Bucket> {
        spans.into_iter().map(|span| Bucket { span, sum: i128::from(span) * i128::from(i64::MAX) }).collect()
    }

    #[test]
    fn what_is_packed_comes_back() {
        for buckets in [ring([]), ring([i64::MIN, -1, 0, 7, i64::MAX]), ring(0..60)] {
            let packed = pack(&buckets).unwrap();
            assert_eq!((packed.len(), unpack(&packed).unwrap()), (24 * buckets.len(), buckets));
        }
    }

    #[test]
    fn what_is_no_ring_is_refused() {
        assert!(pack(&ring(0..61)).is_err() && pack(&ring([2, 1])).is_err() && pack(&ring([1, 1])).is_err());
        let two = pack(&ring([1, 2])).unwrap();
        let turned = [&two[24..], &two[..24]].concat();
        let many = two.repeat(31);
        for bytes in [&two[..47], &two[1..], &turned, &many] {
            assert!(unpack(bytes).is_err(), "{}", bytes.len());
        }
    }
}
