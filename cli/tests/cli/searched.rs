//! Looks for secrets in every form in which they may be left: in output, in files, and in the memory of a
//! process that runs.

use std::collections::BTreeSet;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};
use rustix::process::{Pid, Signal, kill_process};

const PAGE: u64 = 4096;

/// Something that must not be found, and what a report calls it.
pub(crate) struct Secret {
    pub(crate) name: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Secret {
    /// A text: itself, and its bytes in hexadecimal digits and in base64.
    pub(crate) fn text(name: &str, text: &str) -> Self {
        assert!(text.len() >= 8, "{name} is so short that it is found by chance");
        Self { name: name.to_owned(), forms: forms("text", text.as_bytes()) }
    }

    /// Bytes: themselves, in the order of a number of this machine, and as texts.
    pub(crate) fn bytes(name: &str, bytes: &[u8]) -> Self {
        assert!(bytes.len() >= 8, "{name} is so short that it is found by chance");
        let mut forms = forms("bytes", bytes);
        forms.push(("bytes, turned round", bytes.iter().rev().copied().collect()));
        Self { name: name.to_owned(), forms }
    }
}

fn forms(plain: &'static str, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![
        (plain, bytes.to_vec()),
        ("hex", HEXLOWER.encode(bytes).into_bytes()),
        ("upper hex", HEXUPPER.encode(bytes).into_bytes()),
    ];
    for before in 0..3 {
        // inside of a longer text, at each of its three places: only what no neighbour changes
        let padded = [&[0; 2][..before], bytes].concat();
        let whole = before.div_ceil(3) * 4..padded.len() / 3 * 4;
        for (name, encoding) in [("base64", &BASE64), ("base64url", &BASE64URL)] {
            let inner = encoding.encode(&padded).into_bytes()[whole.clone()].to_vec();
            if inner.len() >= 8 && forms.iter().all(|(_, known)| *known != inner) {
                forms.push((name, inner));
            }
        }
    }
    forms
}

/// All forms of some secrets, to be looked for at once.
pub(crate) struct Search {
    found_as: Vec<(String, &'static str)>,
    patterns: AhoCorasick,
}

impl Search {
    pub(crate) fn of<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let (mut found_as, mut patterns) = (Vec::new(), Vec::new());
        for secret in secrets {
            for (form, bytes) in &secret.forms {
                found_as.push((secret.name.clone(), *form));
                patterns.push(bytes);
            }
        }
        Self { found_as, patterns: AhoCorasick::new(patterns).unwrap() }
    }

    /// Each place at which one is, and in which form.
    fn places<'b>(&'b self, bytes: &'b [u8]) -> impl Iterator<Item = (usize, &'b (String, &'static str))> {
        let found = self.patterns.find_overlapping_iter(bytes);
        found.map(|found| (found.start(), &self.found_as[found.pattern().as_usize()]))
    }

    /// The names of those that are there, in whatever form.
    pub(crate) fn names_in(&self, bytes: &[u8]) -> BTreeSet<String> {
        self.places(bytes).map(|(_, (name, _))| name.clone()).collect()
    }

    /// The files below a folder that have one: the file, the name and the form.
    pub(crate) fn in_files(&self, folder: &Path) -> Vec<String> {
        let mut found = BTreeSet::new();
        for file in files(folder) {
            let shown = file.display();
            let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{shown}: {error}"));
            found.extend(self.places(&bytes).map(|(_, (name, form))| format!("{shown}: {name} ({form})")));
        }
        found.into_iter().collect()
    }

    /// Where one is in the memory of a process, all of which a core dump has.
    pub(crate) fn in_memory(&self, memory: &Memory) -> Vec<Left> {
        let mut left = Vec::new();
        for (mapping, start, bytes) in &memory.pages {
            for (at, (name, form)) in self.places(bytes) {
                let around = at.saturating_sub(64)..(at + 96).min(bytes.len());
                let around = bytes[around].escape_ascii().to_string();
                let place = format!("{mapping} {:x}", start + at as u64);
                left.push(Left { name: name.clone(), form, place, around });
            }
        }
        left
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}

/// A secret that is left in memory: where, and between what.
#[derive(Debug)]
#[expect(dead_code, reason = "shown when a test fails")]
pub(crate) struct Left {
    pub(crate) name: String,
    form: &'static str,
    place: String,
    around: String,
}

/// The memory of a process: every page that is there, as a core dump would have it.
pub(crate) struct Memory {
    pages: Vec<(String, u64, Vec<u8>)>,
}

impl Memory {
    /// Reads that of a process that has nothing to do. It stands still meanwhile.
    pub(crate) fn at_rest(process: u32) -> Self {
        idle(process);
        let id = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
        kill_process(id, Signal::STOP).unwrap();
        while state(process).0 != "T" {
            std::thread::sleep(Duration::from_millis(1));
        }
        let pages = pages(process);
        kill_process(id, Signal::CONT).unwrap();
        Self { pages }
    }

    pub(crate) fn size(&self) -> usize {
        self.pages.iter().map(|(_, _, bytes)| bytes.len()).sum()
    }
}

/// The state of a process, and how many ticks of processor time it has used.
fn state(process: u32) -> (String, u64) {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let words: Vec<&str> = text.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks = |at: usize| words[at].parse::<u64>().unwrap();
    (words[0].to_owned(), ticks(11) + ticks(12))
}

/// Waits until a process has used no processor time for a while.
fn idle(process: u32) {
    let (began, mut last) = (Instant::now(), state(process).1);
    let mut since = Instant::now();
    while since.elapsed() < Duration::from_millis(100) {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not come to rest");
        std::thread::sleep(Duration::from_millis(10));
        let now = state(process).1;
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
}

fn pages(process: u32) -> Vec<(String, u64, Vec<u8>)> {
    let of = |name: &str| format!("/proc/{process}/{name}");
    let (memory, present) = (File::open(of("mem")).unwrap(), File::open(of("pagemap")).unwrap());
    let mut pages = Vec::new();
    for line in std::fs::read_to_string(of("maps")).unwrap().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mapping = words.get(5).copied().unwrap_or("anonymous");
        // the kernel's own pages in every process, which cannot be read like this
        if mapping.starts_with("[v") {
            continue;
        }
        let (from, to) = words[0].split_once('-').unwrap();
        let [from, to] = [from, to].map(|text| u64::from_str_radix(text, 16).unwrap());
        for run in present_in(&present, from..to) {
            let mut bytes = vec![0; usize::try_from(run.end - run.start).unwrap()];
            memory.read_exact_at(&mut bytes, run.start).unwrap_or_else(|error| panic!("{line}: {error}"));
            pages.push((mapping.to_owned(), run.start, bytes));
        }
    }
    pages
}

/// The parts of a mapping that are in memory or swapped out: the rest was never written.
fn present_in(present: &File, mapping: Range<u64>) -> Vec<Range<u64>> {
    const THERE: u64 = 0b11 << 62;
    let count = usize::try_from((mapping.end - mapping.start) / PAGE).unwrap();
    let mut entries = vec![0; count * 8];
    present.read_exact_at(&mut entries, mapping.start / PAGE * 8).unwrap();
    let mut runs: Vec<Range<u64>> = Vec::new();
    for (place, entry) in entries.chunks_exact(8).enumerate() {
        if u64::from_le_bytes(entry.try_into().unwrap()) & THERE == 0 {
            continue;
        }
        let start = mapping.start + place as u64 * PAGE;
        match runs.last_mut().filter(|run| run.end == start) {
            Some(run) => run.end += PAGE,
            None => runs.push(start..start + PAGE),
        }
    }
    runs
}

#[test]
fn a_secret_is_found_in_each_form() {
    let secret = [b"marked secret \xff\xfe\xfd".as_slice(), &[7; 9]].concat();
    let search = Search::of(&[Secret::bytes("it", &secret)]);
    for before in 0..4 {
        for after in 0..4 {
            let inside = [&[b'x'; 4][..before], &secret, &[b'y'; 4][..after]].concat();
            let turned: Vec<u8> = inside.iter().rev().copied().collect();
            for bytes in [
                HEXLOWER.encode(&inside).into_bytes(),
                HEXUPPER.encode(&inside).into_bytes(),
                BASE64.encode(&inside).into_bytes(),
                BASE64URL.encode(&inside).into_bytes(),
                inside,
                turned,
            ] {
                assert_eq!(search.names_in(&bytes).len(), 1, "{}", bytes.escape_ascii());
            }
        }
    }
    assert!(search.names_in(&secret[1..]).is_empty());
}
