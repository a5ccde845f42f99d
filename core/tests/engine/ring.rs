//! The counters of the gates of these tests: sums by span of time, packed.

use std::sync::Arc;

/// The sum of one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) span: i64,
    pub(crate) sum: i128,
}

pub(crate) fn pack(buckets: &[Bucket]) -> Arc<[u8]> {
    let each = |bucket: &Bucket| [&bucket.span.to_be_bytes()[..], &bucket.sum.to_be_bytes()[..]].concat();
    buckets.iter().flat_map(each).collect()
}

pub(crate) fn unpack(bytes: &[u8]) -> Vec<Bucket> {
    let (whole, rest) = bytes.as_chunks::<24>();
    assert!(rest.is_empty(), "whole sums");
    let bucket = |chunk: &[u8; 24]| {
        let (span, sum) = chunk.split_first_chunk::<8>().unwrap();
        Bucket { span: i64::from_be_bytes(*span), sum: i128::from_be_bytes(sum.try_into().unwrap()) }
    };
    whole.iter().map(bucket).collect()
}
