//! The `refundkit` command. All of it is in the library beside.

fn main() -> std::process::ExitCode {
    refundkit_cli::run(std::env::args_os())
}
