//! Profiles of generic providers: what there is, what is wrong with one, and whether it works.

mod check;
mod draft;
mod list;
mod prompt;
mod repeat;
mod show;
mod try_out;

use crate::args::ProfileCommand;
use crate::failure::Failure;
use crate::output::Printer;

pub(super) async fn dispatch(command: &ProfileCommand, printer: Printer) -> Result<u8, Failure> {
    match command {
        ProfileCommand::Check { file, vectors } => check::run(file, vectors.as_deref(), printer),
        ProfileCommand::Explain { profile } => show::explain(profile, printer),
        ProfileCommand::New(args) => draft::run(args, printer),
        ProfileCommand::List => list::run(printer),
        ProfileCommand::Schema => show::schema(printer),
        ProfileCommand::Show { name } => show::text(name, printer),
        ProfileCommand::Test(args) => try_out::run(args, printer).await,
    }
}
