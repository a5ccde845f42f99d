//! Whole numbers in few bytes: small ones in one.

/// Adds a number: seven bits a byte, the lowest first; the eighth says that more follow.
pub(super) fn put(bytes: &mut Vec<u8>, number: u128) {
    // mostly it fits, and is divided faster
    match u64::try_from(number) {
        Ok(mut number) => {
            while number >= 0x80 {
                bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
                number >>= 7;
            }
            bytes.push(u8::try_from(number).unwrap_or_default());
        }
        Err(_) => put_large(bytes, number),
    }
}

fn put_large(bytes: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
}

/// Takes what [`put`] added off the front; `None` where it does not stand there.
pub(super) fn take(bytes: &mut &[u8]) -> Option<u128> {
    let (mut number, mut place) = (0_u64, 0);
    // nine bytes of seven bits fit
    while let Some(&byte) = bytes.get(place).filter(|_| place < 9) {
        number |= u64::from(byte & 0x7f) << (7 * place);
        place += 1;
        if byte & 0x80 == 0 {
            *bytes = bytes.get(place..)?;
            // one form for each number: no zeros at the end
            return (byte != 0 || place == 1).then_some(number.into());
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
