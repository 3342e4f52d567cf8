//! Profiles of generic providers: what there is, what is wrong with one, and whether it works.

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
        ProfileCommand::List => list::run(printer),
        ProfileCommand::Show { name } => show::text(name, printer),
        ProfileCommand::Test(args) => try_out::run(args, printer).await,
    }
}
