//! Wipes the part of the stack on which a private key was worked with: the numbers of a curve are copied as
//! they are passed on, and what is returned from is not overwritten by itself.

use std::hint::black_box;

/// More than any work with a key takes of the stack.
const DEEP: usize = 64 * 1024;

/// Works with a key, then writes over the stack that it took. What comes of it lies on the stack of the
/// caller: no key may be in it, unless in a box.
pub(super) fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let done = below(work);
    overwrite();
    done
}

/// In a frame that begins where that of [`overwrite`] does.
#[inline(never)]
fn below<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite() {
    // without it nobody would see the zeros, and they would not be written
    black_box(&mut [0_u8; DEEP]);
}
