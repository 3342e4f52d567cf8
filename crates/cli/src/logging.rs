use tracing_subscriber::EnvFilter;

/// Tells on standard error what happens, by the number of `-v`. Only refundkit's own crates speak:
/// they never log keys, headers or bodies; others' logs promise nothing.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => "warn",
        2 => "debug",
        _ => "trace",
    };
    let own =
        ["refundkit", "refundkit_http", "refundkit_cli"].map(|name| [name, "=", level].concat());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(own.join(",")))
        .with_writer(std::io::stderr)
        .without_time()
        .try_init();
}
