//! The lines of the input, each wiped before the next one is waited for: a line may hold a secret.

use std::io::{self, Read};

use zeroize::{Zeroize as _, Zeroizing};

/// The fewest bytes that are read at once. Standard input keeps a copy of what is read in smaller parts.
const ROOM: usize = 64 * 1024;

/// The bytes read so far, and the place of the line that was given last.
pub(super) struct Lines<R> {
    input: R,
    bytes: Zeroizing<Vec<u8>>,
    line: std::ops::Range<usize>,
    read: usize,
}

impl<R: Read> Lines<R> {
    pub(super) fn of(input: R) -> Self {
        Self { input, bytes: Zeroizing::new(vec![0; 2 * ROOM]), line: 0..0, read: 0 }
    }

    /// The next line, with what ends it; none at the end of the input.
    pub(super) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        let (start, mut looked) = (self.line.end, 0);
        if let Some(line) = self.bytes.get_mut(self.line.clone()) {
            line.zeroize();
        }
        self.line = start..start;
        loop {
            let waiting = self.bytes.get(self.line.start..self.read).unwrap_or_default();
            let unseen = waiting.get(looked..).unwrap_or_default();
            if let Some(at) = unseen.iter().position(|byte| *byte == b'\n') {
                self.line.end = self.line.start + looked + at + 1;
                break;
            }
            looked = waiting.len();
            if self.fill()? == 0 {
                self.line.end = self.read;
                break;
            }
        }
        Ok(self.bytes.get(self.line.clone()).filter(|line| !line.is_empty()))
    }

    /// Reads more behind what waits, and says how much.
    fn fill(&mut self) -> io::Result<usize> {
        if self.bytes.len() - self.read < ROOM {
            self.make_room();
        }
        let room = self.bytes.get_mut(self.read..).unwrap_or_default();
        loop {
            match self.input.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(count) => {
                    self.read += count;
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Moves what waits to the beginning; where that is not enough, into more bytes.
    fn make_room(&mut self) {
        let waiting = self.bytes.get(self.line.start..self.read).unwrap_or_default();
        let count = waiting.len();
        if count + ROOM > self.bytes.len() {
            // bytes that grow by themselves leave copies of themselves in memory
            let mut more = Zeroizing::new(vec![0; 2 * self.bytes.len()]);
            if let Some(begin) = more.get_mut(..count) {
                begin.copy_from_slice(waiting);
            }
            self.bytes = more;
        } else {
            self.bytes.copy_within(self.line.start..self.read, 0);
            if let Some(rest) = self.bytes.get_mut(count..self.read) {
                rest.zeroize();
            }
        }
        (self.line, self.read) = (0..0, count);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Gives its bytes in parts of a size.
    struct Parts<'b>(&'b [u8], usize);

    impl Read for Parts<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            assert!(into.len() >= ROOM, "too few: standard input keeps a copy");
            let count = self.1.min(into.len()).min(self.0.len());
            let (now, later) = self.0.split_at(count);
            into[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    #[test]
    fn lines_are_whole_however_they_come() {
        let long = format!("{}\n", "x".repeat(3 * ROOM));
        let texts = ["one\n", "\n", &long, "two\r\n", &long, &long, "at the end"];
        let whole = texts.concat();
        for size in [1, 3, 4096, ROOM, usize::MAX] {
            let mut lines = Lines::of(Parts(whole.as_bytes(), size));
            for text in texts {
                assert_eq!(lines.next().unwrap().unwrap(), text.as_bytes());
            }
            assert!(lines.next().unwrap().is_none() && lines.next().unwrap().is_none());
        }
        assert!(Lines::of(Parts(b"", 1)).next().unwrap().is_none());
    }

    #[test]
    fn a_line_is_wiped_before_the_next_is_waited_for() {
        for size in [1, 7, usize::MAX] {
            let mut lines = Lines::of(Parts(b"marked\nmarked\n", size));
            while lines.next().unwrap().is_some() {}
            assert!(lines.bytes.iter().all(|byte| *byte == 0));
        }
    }
}
