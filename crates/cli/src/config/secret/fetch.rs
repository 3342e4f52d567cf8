//! Secrets out of files and commands, within limits: a pipe that nobody writes to, or a program that asks
//! a person who isn't there, must not hold up a command for ever.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// No key is as long; certificates with their chains are not either.
const MOST_BYTES: u64 = 64 * 1024;
/// So long a file or a command has.
const TIME_LIMIT_SECONDS: u32 = 10;
/// How often it is looked whether a command has ended.
const TICK: Duration = Duration::from_millis(10);
const TICKS_A_SECOND: u32 = 100;

/// The text of a file.
pub(super) fn file(path: &Path) -> Result<String, String> {
    let path = path.to_owned();
    // Opening a pipe waits for a writer: that too is given up after a while.
    let text = beside(move || {
        let file = File::open(path).map_err(|error| format!("can't be read: {error}"))?;
        text_of(file).map_err(|problem| problem.of("holds"))
    });
    let limit = Duration::from_secs(TIME_LIMIT_SECONDS.into());
    match text.recv_timeout(limit) {
        Ok(text) => text,
        Err(RecvTimeoutError::Timeout) => Err(format!("gave nothing {}", within())),
        Err(RecvTimeoutError::Disconnected) => Err("can't be read".to_owned()),
    }
}

/// What a command prints. It is killed where it takes too long; what it started itself isn't.
pub(super) fn command(words: &[String]) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("could not be run: {error}"))?;
    let answer = answer(&mut child);
    if answer.is_err() {
        // It has ended already, or is of no use any more.
        let _ = child.kill();
        let _ = child.wait();
    }
    answer
}

fn answer(child: &mut Child) -> Result<String, String> {
    let stdout = child.stdout.take().ok_or("printed nothing")?;
    let printed = beside(move || text_of(stdout));
    let mut text = None;
    for _ in 0..TIME_LIMIT_SECONDS.saturating_mul(TICKS_A_SECOND) {
        if text.is_none() {
            text = match printed.recv_timeout(TICK) {
                Ok(read) => Some(read.map_err(|problem| problem.of("printed"))?),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Err("can't be read".to_owned()),
            };
            continue;
        }
        let ended = child.try_wait();
        match ended.map_err(|error| format!("can't be waited for: {error}"))? {
            Some(status) if !status.success() => return Err(format!("ended with {status}")),
            Some(_) => return Ok(text.unwrap_or_default()),
            None => std::thread::sleep(TICK),
        }
    }
    Err(format!("did not end {}", within()))
}

fn within() -> String {
    format!("within {TIME_LIMIT_SECONDS} seconds")
}

/// Runs beside, so that nobody has to wait for it.
fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        // Whoever waited may have given up.
        let _ = send.send(work());
    });
    receive
}

/// Why what was read is no secret.
enum Problem {
    TooLong,
    NoText,
    Unread(std::io::Error),
}

impl Problem {
    /// After the verb of whoever gave it.
    fn of(&self, verb: &str) -> String {
        match self {
            Self::TooLong => format!("{verb} more than {} KiB", MOST_BYTES / 1024),
            Self::NoText => format!("{verb} something that is no text"),
            Self::Unread(error) => format!("can't be read: {error}"),
        }
    }
}

fn text_of(from: impl Read) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    let most = MOST_BYTES.saturating_add(1);
    let read = from.take(most).read_to_end(&mut bytes);
    read.map_err(Problem::Unread)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES) {
        return Err(Problem::TooLong);
    }
    String::from_utf8(bytes).map_err(|_| Problem::NoText)
}
