//! Counts the fsyncs of this process and its children from outside, with `strace`.

use std::time::Duration;

use tokio::process::{Child, Command};

use crate::Done;
use crate::output::failed;

/// A running `strace`.
pub(crate) struct Trace {
    child: Child,
    summary: tempfile::NamedTempFile,
}

impl Trace {
    /// Attaches to this process; children started later are followed.
    pub(crate) async fn begin() -> Done<Self> {
        let summary = tempfile::NamedTempFile::new()?;
        let mut command = Command::new("strace");
        command.args(["-f", "-q", "-c", "-U", "calls,name", "-e", "trace=fsync,fdatasync,sync_file_range"]);
        command.arg("-o").arg(summary.path()).arg("-p").arg(std::process::id().to_string());
        command.stderr(std::process::Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn()?;
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if child.try_wait()?.is_some() {
                return failed("`strace` could not attach to this process");
            }
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            if status.lines().any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0")) {
                return Ok(Self { child, summary });
            }
        }
        failed("`strace` did not attach to this process")
    }

    /// Detaches, and says how many there were.
    pub(crate) async fn end(mut self) -> Done<u64> {
        if let Some(id) = self.child.id() {
            Command::new("kill").arg("-INT").arg(id.to_string()).status().await?;
        }
        self.child.wait().await?;
        Ok(total(&std::fs::read_to_string(self.summary.path())?))
    }
}

/// The calls in a summary of `strace -c -U calls,name`.
fn total(summary: &str) -> u64 {
    let of = |line: &str| {
        let mut words = line.split_whitespace();
        let (calls, name) = (words.next()?.parse::<u64>().ok()?, words.next()?);
        name.contains("sync").then_some(calls)
    };
    summary.lines().filter_map(of).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_summary_is_read() {
        let summary = "    calls syscall\n--------- ----------------\n       12 fdatasync\n        3 fsync\n\
                       --------- ----------------\n       15 total\n";
        assert_eq!(super::total(summary), 15);
        assert_eq!(super::total(""), 0);
    }
}
