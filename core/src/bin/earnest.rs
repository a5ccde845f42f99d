//! The command-line tool `earnest`.

use std::process::ExitCode;

fn main() -> ExitCode {
    earnest::cli::main()
}
