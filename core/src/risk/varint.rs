//! Whole numbers in few bytes: small ones in one.

/// The most bytes of a number.
const LONGEST: usize = 19;

/// Adds a number: seven bits a byte, the lowest first; the eighth says that more follow.
#[inline]
pub(super) fn put(bytes: &mut Vec<u8>, number: u128) {
    let [first, second, ..] = number.to_le_bytes();
    match number {
        ..0x80 => bytes.push(first),
        0x80..0x4000 => bytes.extend_from_slice(&[first | 0x80, second << 1 | first >> 7]),
        _ => put_long(bytes, number),
    }
}

/// Adds one of several bytes: all at once, because each push looks whether there is room.
fn put_long(bytes: &mut Vec<u8>, number: u128) {
    let (mut text, mut length) = ([0; LONGEST], 0);
    let mut add = |low: u8, is_last: bool| {
        text[length] = if is_last { low } else { low | 0x80 };
        length += 1;
    };
    let mut number = number;
    // what does not fit into 64 bits is shifted more slowly
    while u64::try_from(number).is_err() {
        add(low(number), false);
        number >>= 7;
    }
    let mut number = u64::try_from(number).unwrap_or_default();
    while number >= 0x80 {
        add(low(number.into()), false);
        number >>= 7;
    }
    add(low(number.into()), true);
    // all of the text and not its beginning: a copy of a known length is two moves, and no call
    let before = bytes.len();
    bytes.extend_from_slice(&text);
    bytes.truncate(before + length);
}

fn low(number: u128) -> u8 {
    number.to_le_bytes()[0] & 0x7f
}

/// Takes what [`put`] added off the front; `None` where it does not stand there.
#[inline]
pub(super) fn take(bytes: &mut &[u8]) -> Option<u128> {
    match **bytes {
        [small @ ..0x80, ref rest @ ..] => {
            *bytes = rest;
            Some(small.into())
        }
        // one form for each number: no zeros at the end
        [low, high @ 1..0x80, ref rest @ ..] => {
            *bytes = rest;
            Some((u16::from(low & 0x7f) | u16::from(high) << 7).into())
        }
        _ => take_long(bytes),
    }
}

fn take_long(bytes: &mut &[u8]) -> Option<u128> {
    let mut number = 0_u64;
    // nine bytes of seven bits fit
    for (place, &byte) in bytes.iter().take(9).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            *bytes = bytes.get(place + 1..)?;
            // one form for each number: no zeros at the end
            return (byte != 0 || place == 0).then_some(number.into());
        }
    }
    take_large(bytes)
}

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
                bytes.push(9);
                let mut rest = &bytes[1..];
                assert_eq!((take(&mut rest), rest), (Some(number), &[9][..]));
                let mut cut = &bytes[1..digits as usize];
                assert_eq!(take(&mut cut), None, "{number} without its end");
            }
        }
        for longer in [&[0x80, 0][..], &[0xff, 0x80, 0], &[0xff; 19], &[]] {
            assert_eq!(take(&mut &longer[..]), None);
        }
        // 126 bits are before the last byte: two are left, and zero is none
        let ending = |last: u8| [&[0x80; 18][..], &[last]].concat();
        assert_eq!(take(&mut &ending(3)[..]), Some(3 << 126));
        for last in [0, 4, 0x7f] {
            assert_eq!(take(&mut &ending(last)[..]), None, "{last}");
        }
    }
}
