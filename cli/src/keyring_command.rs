//! The keyring as a program prints it, which `EARNEST_KEYRING_COMMAND` names: of a secrets manager, or of a
//! key service.

use std::process::Stdio;

use async_trait::async_trait;
use earnest::keyring::KeySource;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use zeroize::Zeroizing;

/// The variable that names the program.
pub(super) const VARIABLE: &str = "EARNEST_KEYRING_COMMAND";
/// More bytes than a keyring has.
const MOST: usize = 256 * 1024;

/// A program and its arguments, which no shell reads.
pub(super) struct Program(Vec<String>);

impl Program {
    /// The words of a setting, as blanks divide them; none where there is no word.
    pub(super) fn named(setting: &str) -> Option<Self> {
        let words: Vec<String> = setting.split_ascii_whitespace().map(ToOwned::to_owned).collect();
        (!words.is_empty()).then_some(Self(words))
    }
}

#[async_trait]
impl KeySource for Program {
    async fn fetch(&self) -> Result<Zeroizing<String>, &'static str> {
        let (name, arguments) = self.0.split_first().ok_or("no program is named")?;
        let mut program = Command::new(name);
        program.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // what it says on stderr may hold what it was asked for
        let mut child = program.kill_on_drop(true).spawn().map_err(|_| "the program could not be started")?;
        let mut out = child.stdout.take().ok_or("the program has no output")?;
        // of one size: bytes that grow leave copies of themselves in memory
        let mut printed = Zeroizing::new(vec![0; MOST]);
        let mut length = 0;
        while let Some(room) = printed.get_mut(length..).filter(|room| !room.is_empty()) {
            match out.read(room).await.map_err(|_| "the output of the program could not be read")? {
                0 => break,
                read => length += read,
            }
        }
        if length == MOST {
            return Err("the program printed more than a keyring has");
        }
        let status = child.wait().await.map_err(|_| "the program could not be waited for")?;
        if !status.success() {
            return Err("the program failed: run it by itself to see why");
        }
        let text = printed.get(..length).and_then(|text| std::str::from_utf8(text).ok());
        text.map(|text| Zeroizing::new(text.to_owned())).ok_or("what the program printed is no text")
    }

    fn setting(&self) -> &'static str {
        VARIABLE
    }
}
