//! Whole numbers in few bytes: small ones in one.
//!
//! Numbers of up to eight bytes are written and read in one step. The processor cannot predict how long a
//! number is, and one mispredicted end of a loop costs more than all of its steps.

/// The eighth bit of each byte: more follow.
const MORE: u64 = 0x8080_8080_8080_8080;
/// The most bytes that are written or read at once.
const AT_ONCE: usize = size_of::<u64>();

/// Adds a number: seven bits a byte, the lowest first; the eighth says that more follow.
#[inline]
pub(in crate::risk) fn put(bytes: &mut Vec<u8>, number: u128) {
    match u64::try_from(number) {
        Ok(small @ ..0x80) => bytes.push(small.to_le_bytes()[0]),
        Ok(number) if number < 1 << (7 * AT_ONCE) => {
            let length = length(number);
            let text = spread(number) | MORE & below(length - 1);
            // append all eight bytes and truncate: a copy of a known length is one move, and no call
            let end = bytes.len() + length;
            bytes.extend_from_slice(&text.to_le_bytes());
            bytes.truncate(end);
        }
        _ => put_large(bytes, number),
    }
}

#[cold]
fn put_large(bytes: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// How many bytes a number of at most 56 bits takes.
const fn length(number: u64) -> usize {
    (70 - (number | 1).leading_zeros() as usize) / 7
}

/// A mask of the first bytes, which are fewer than eight.
const fn below(bytes: usize) -> u64 {
    (1 << (8 * bytes)) - 1
}

/// Spreads the bits of a number of at most 56 bits, seven to each byte.
const fn spread(number: u64) -> u64 {
    let halves = number & 0x0fff_ffff | (number & 0x00ff_ffff_f000_0000) << 4;
    let quarters = halves & 0x0000_3fff_0000_3fff | (halves & 0x0fff_c000_0fff_c000) << 2;
    quarters & 0x007f_007f_007f_007f | (quarters & 0x3f80_3f80_3f80_3f80) << 1
}

/// The inverse of [`spread`].
const fn gathered(text: u64) -> u64 {
    let quarters = text & 0x007f_007f_007f_007f | (text & 0x7f00_7f00_7f00_7f00) >> 1;
    let halves = quarters & 0x0000_3fff_0000_3fff | (quarters & 0x3fff_0000_3fff_0000) >> 2;
    halves & 0x0fff_ffff | (halves & 0x0fff_ffff_0000_0000) >> 4
}

/// Takes a number that [`put`] added off the front. `None` if there is none.
#[inline]
pub(in crate::risk) fn take(bytes: &mut &[u8]) -> Option<u128> {
    match *bytes {
        [small @ ..0x80, rest @ ..] => {
            *bytes = rest;
            Some((*small).into())
        }
        _ => take_long(bytes),
    }
}

/// Takes a number of several bytes.
fn take_long(bytes: &mut &[u8]) -> Option<u128> {
    let text = first(bytes);
    let ends = !text & MORE;
    if ends == 0 {
        return take_large(bytes);
    }
    let last = ends.trailing_zeros() as usize / 8;
    // what is behind the end was read as zeros
    *bytes = bytes.get(last + 1..)?;
    let text = text & (ends ^ (ends - 1));
    // one form for each number: no zeros at the end
    (text >> (8 * last) != 0).then(|| gathered(text).into())
}

/// The first eight bytes, or all of them and zeros.
#[inline]
fn first(bytes: &[u8]) -> u64 {
    if let Some(all) = bytes.first_chunk() {
        return u64::from_le_bytes(*all);
    }
    // fewer bytes are read twice in a known length, once from each end: where both reads overlap, they agree
    let of = |low: u64, high: u64, length: usize| low | high << (8 * (bytes.len() - length));
    if let (Some(low), Some(high)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return of(u32::from_le_bytes(*low).into(), u32::from_le_bytes(*high).into(), 4);
    }
    if let (Some(low), Some(high)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return of(u16::from_le_bytes(*low).into(), u16::from_le_bytes(*high).into(), 2);
    }
    // nothing at all is a number without an end
    bytes.first().map_or(MORE, |only| (*only).into())
}

#[cold]
fn take_large(bytes: &mut &[u8]) -> Option<u128> {
    let mut number = 0_u128;
    for shift in (0..128).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u128::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 && (shift < 126 || byte < 4) {
            // one form for each number: no zeros at the end
            return (byte != 0 || shift == 0).then_some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back_in_the_fewest_bytes() {
        for shift in 0..128 {
            for number in [1_u128 << shift, (1 << shift) - 1, u128::MAX >> shift, 0x5a5a << shift] {
                let mut bytes = vec![7];
                put(&mut bytes, number);
                let digits = (128 - number.leading_zeros()).div_ceil(7).max(1);
                assert_eq!(bytes.len(), 1 + digits as usize, "{number}");
                // whatever follows, and however much
                for behind in [&[][..], &[9], &[0x80; 3], &[0; 9]] {
                    let all = [&bytes[1..], behind].concat();
                    let mut rest = &all[..];
                    assert_eq!((take(&mut rest), rest), (Some(number), behind));
                }
                let mut cut = &bytes[1..digits as usize];
                assert_eq!(take(&mut cut), None, "{number} without its end");
            }
        }
        for longer in [&[0x80, 0][..], &[0xff, 0x80, 0], &[0xff; 19], &[]] {
            for behind in [0, 1, 8] {
                let all = [longer, &vec![0; behind]].concat();
                assert_eq!(take(&mut &all[..]), (longer.is_empty() && behind > 0).then_some(0), "{longer:?}");
            }
        }
        // 126 bits are before the last byte: two are left, and zero is none
        let ending = |last: u8| [&[0x80; 18][..], &[last]].concat();
        assert_eq!(take(&mut &ending(3)[..]), Some(3 << 126));
        for last in [0, 4, 0x7f] {
            assert_eq!(take(&mut &ending(last)[..]), None, "{last}");
        }
    }
}
