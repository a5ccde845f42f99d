//! The command line `earnest`, a crate of its own: one command per file, each over the public interface of
//! the library.
//!
//! Output for people may change; output with `--json`, the lines of `run` and the exit codes are API: 0 done,
//! 1 failed, 2 not understood.

mod args;
mod chain;
mod contract;
mod demo;
mod docs;
mod dossier;
mod evidence;
mod generate;
mod history;
mod inspect;
mod keygen;
mod keyring_command;
mod mask;
mod out;
mod output;
mod run;
mod settings;
mod torture;
mod upkeep;
mod webhook_secrets;
mod withdrawals;
mod words;
mod worker;

use std::process::ExitCode;

use clap::Parser as _;
use earnest::for_cli::{NO_DESCRIPTORS, has_descriptors};

use args::{Cli, Command};
use output::{Failure, Say};
use settings::Settings;

/// How many files a runtime opens: those of its event loop and of its signals.
const OF_A_RUNTIME: usize = 6;
/// The signal of a file that grows beyond its limit, on Linux and macOS.
#[cfg(unix)]
const SIGXFSZ: i32 = 25;

/// The context of a command: settings and output.
struct Context {
    say: Say,
    settings: Settings,
}

/// Runs the command that the arguments of this process name.
#[must_use]
pub fn main() -> ExitCode {
    main_with(std::env::args_os())
}

/// Runs the command that these arguments name, the first being the program's own name.
#[must_use]
pub fn main_with<A: Into<std::ffi::OsString> + Clone>(args: impl IntoIterator<Item = A>) -> ExitCode {
    let args: Vec<std::ffi::OsString> = args.into_iter().map(Into::into).collect();
    let json = args.iter().any(|arg| arg == "--json");
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return output::not_parsed(&error, json),
    };
    let say = Say::new(cli.global.json);
    match start(cli, say) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => say.failure(&failure),
    }
}

fn start(cli: Cli, say: Say) -> Result<(), Failure> {
    let settings = Settings::new(&cli.global)?;
    output::start_log(settings.log_or(matches!(cli.command, Command::Worker(_))), say.json);
    // a runtime that does not get what it needs for signals panics
    if !has_descriptors(OF_A_RUNTIME) {
        return Err(Failure::failed(NO_DESCRIPTORS.to_owned()));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("the runtime does not start: {error}")))?;
    let _guard = runtime.enter();
    // a file that may not grow is an error of its write, and not the end of the process
    #[cfg(unix)]
    let _kept = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(SIGXFSZ));
    runtime.block_on(Box::pin(dispatch(cli.command, Context { say, settings })))
}

async fn dispatch(command: Command, context: Context) -> Result<(), Failure> {
    match command {
        Command::Demo => demo::demo(&context).await,
        Command::Run { file, test_clock } => run::run(&context, &file, test_clock).await,
        Command::Operations => inspect::operations(&context),
        Command::Errors => inspect::errors(&context),
        Command::Contract { json_schema } => contract::print(&context, json_schema),
        Command::Verify { anchor } => inspect::verify(&context, anchor).await,
        Command::Health => inspect::health(&context).await,
        Command::ConfirmClock => upkeep::confirm_clock(&context).await,
        Command::Diagram { format, out, force } => {
            inspect::diagram(&context, format, out.as_deref(), force).await
        }
        Command::History { object, time_zone } => history::history(&context, &object, &time_zone).await,
        Command::Dossier(order) => dossier::dossier(&context, &order).await,
        Command::Generate(order) => generate::generate(&context, &order).await,
        Command::Torture(order) => {
            let schema = context.settings.options().schema;
            torture::torture(&context, &order.within(schema)).await
        }
        Command::Migrate { sql: Some(dialect), from, app_role, .. } => {
            upkeep::print_sql(&context, dialect, from, app_role.as_deref())
        }
        Command::Migrate { distribute, .. } => upkeep::migrate(&context, distribute).await,
        Command::Backup { path } => upkeep::backup(&context, &path).await,
        Command::Restore { path, force } => upkeep::restore(&context, &path, force).await,
        Command::Fork => upkeep::fork(&context).await,
        Command::Keygen { drop: Some(kid), unused_here, out, .. } => {
            let order = keygen::Drop { kid: &kid, unused_here, out: out.as_deref() };
            keygen::drop_key(&context, &order).await
        }
        Command::Keygen { rotate, out, .. } => keygen::keygen(&context, rotate.as_deref(), out.as_deref()),
        Command::WebhookSecrets { url } => webhook_secrets::webhook_secrets(&context, &url).await,
        Command::Worker(order) => worker::worker(&context, &order).await,
        Command::Chain { command } => chain::chain(&context, &command).await,
        Command::Withdrawals { command } => withdrawals::withdrawals(&context, &command).await,
        Command::Docs { out } => docs::write(&context, &out),
    }
}
