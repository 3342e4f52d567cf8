//! A program of the merchant's own that signs requests: for a key that never leaves a hardware
//! module, or a scheme that no profile can describe.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use refundkit_generic::{SignError, SignedHeader, Signer, Unsigned};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::process::Command;

const ANSWER_BYTES_MOST: usize = 16 * 1024;
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Signs by running a program for each request.
///
/// The program reads one JSON object from its standard input,
/// `{"method":"POST","url":"https://…","body_base64":"…"}` (`null` where there is no body), and
/// writes one to its standard output, `{"headers":{"Name":"value"}}`, of at most 16 KiB. It has 10
/// seconds and is killed after them (what it started itself isn't); what it writes to standard
/// error is thrown away, since nobody knows what is in it. It inherits the environment.
pub(crate) struct CommandSigner {
    program: String,
    arguments: Vec<String>,
    time_limit: Duration,
}

impl CommandSigner {
    /// The program with its arguments; nothing where there isn't a word. No shell comes between.
    pub(crate) fn new(words: &[String]) -> Option<Self> {
        let (program, arguments) = words.split_first()?;
        Some(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            time_limit: TIME_LIMIT,
        })
    }

    /// The program's file name: its folder is nobody's business, and its arguments may hold keys.
    fn name(&self) -> String {
        let name = Path::new(&self.program).file_name();
        name.unwrap_or_else(|| OsStr::new("without a name"))
            .to_string_lossy()
            .into_owned()
    }

    /// What the program writes, if it ends well. When this is dropped on the way, for whatever
    /// reason, the program is killed.
    async fn run(&self, question: &[u8]) -> Result<Vec<u8>, SignerFailure> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| SignerFailure::Start(error.kind()))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let talk = async {
            // Both at once: a program may write before it has read everything.
            let ((), answer) = tokio::try_join!(give(stdin, question), take(stdout))?;
            let status = child.wait().await.map_err(|_| SignerFailure::Failed)?;
            if status.success() {
                Ok(answer)
            } else {
                Err(SignerFailure::Failed)
            }
        };
        tokio::time::timeout(self.time_limit, talk)
            .await
            .unwrap_or(Err(SignerFailure::Slow))
    }
}

#[async_trait]
impl Signer for CommandSigner {
    async fn headers(&self, request: &Unsigned<'_>) -> Result<Vec<SignedHeader>, SignError> {
        let question = Question {
            method: request.method.as_str(),
            url: request.url,
            body_base64: request.body.map(|body| STANDARD.encode(body)),
        };
        let failed = |trouble: SignerFailure| {
            SignError::new(&format!("the signing program {} {trouble}", self.name()))
        };
        let question = serde_json::to_vec(&question).map_err(|_| failed(SignerFailure::Failed))?;
        let answer = self.run(&question).await.map_err(failed)?;
        // The parser's own words could repeat a part of a secret.
        let answer: Answer =
            serde_json::from_slice(&answer).map_err(|_| failed(SignerFailure::Answer))?;
        let headers = answer.headers.0.iter();
        headers
            .map(|(name, value)| SignedHeader::new(name, value))
            .collect()
    }
}

impl fmt::Debug for CommandSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandSigner")
            .field("program", &self.name())
            .finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
enum SignerFailure {
    #[error("could not be started: {0}")]
    Start(std::io::ErrorKind),
    #[error("ended with a failure")]
    Failed,
    #[error("took longer than its time limit and was killed")]
    Slow,
    #[error("wrote more than 16 KiB")]
    TooMuch,
    #[error(
        "must write one JSON object such as {{\"headers\":{{\"Authorization\":\"Bearer …\"}}}}"
    )]
    Answer,
}

/// Writes all of it and closes the pipe. A program that doesn't read to the end may have seen what
/// it needs; whether it ended well is asked later.
async fn give(pipe: Option<impl AsyncWrite + Unpin>, question: &[u8]) -> Result<(), SignerFailure> {
    let mut pipe = pipe.ok_or(SignerFailure::Failed)?;
    let _ = pipe.write_all(question).await;
    let _ = pipe.shutdown().await;
    Ok(())
}

async fn take(pipe: Option<impl AsyncRead + Unpin>) -> Result<Vec<u8>, SignerFailure> {
    let pipe = pipe.ok_or(SignerFailure::Failed)?;
    let mut answer = Vec::new();
    let one_more = u64::try_from(ANSWER_BYTES_MOST).map_or(u64::MAX, |most| most.saturating_add(1));
    pipe.take(one_more)
        .read_to_end(&mut answer)
        .await
        .map_err(|_| SignerFailure::Failed)?;
    if answer.len() > ANSWER_BYTES_MOST {
        return Err(SignerFailure::TooMuch);
    }
    Ok(answer)
}

#[derive(Serialize)]
struct Question<'a> {
    method: &'a str,
    url: &'a str,
    body_base64: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    headers: Pairs,
}

/// Every pair of an object, also where a name stands twice: a map would keep one of the two
/// silently.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

// They need a shell.
#[cfg(unix)]
#[cfg(test)]
mod tests;
