//! What an attempt's answer was judged to be, in words.

use refundkit::Money;
use refundkit::core::Outcome;

use super::{EntryJson, said};

impl EntryJson {
    pub(super) fn answered(&mut self, outcome: &Outcome, asked: Money) {
        let (word, sentence) = match outcome {
            Outcome::NotSent { why } => {
                self.message = Some(why.clone());
                ("not_sent", format!("it was not sent: {why}"))
            }
            Outcome::Refused {
                status,
                code,
                message,
            } => {
                let words = self.error(*status, code.as_ref(), message.as_ref());
                ("refused", format!("the provider refused it: {words}"))
            }
            Outcome::Deferred {
                status,
                code,
                message,
            } => {
                let words = self.error(*status, code.as_ref(), message.as_ref());
                ("deferred", format!("the provider said not now: {words}"))
            }
            Outcome::Unlisted {
                status,
                code,
                message,
            } => {
                let words = self.error(*status, code.as_ref(), message.as_ref());
                let sentence = format!("an error that nobody knows the meaning of: {words}");
                ("unlisted", sentence)
            }
            Outcome::Accepted(refund) => {
                self.shown(refund, asked);
                let words = said(refund, asked);
                ("accepted", format!("the provider took it on: {words}"))
            }
            Outcome::Executed(refund) => {
                self.shown(refund, asked);
                let words = said(refund, asked);
                ("executed", format!("the provider returned it: {words}"))
            }
            Outcome::Exists => {
                let sentence = "the provider has seen its key before, and says no more";
                ("exists", sentence.to_owned())
            }
            Outcome::Unknown { why } => {
                self.message = Some(why.clone());
                ("unknown", format!("nobody can tell yet: {why}"))
            }
            Outcome::Contradiction { what, fact } => {
                self.message = Some(what.clone());
                self.shown(fact, asked);
                let words = said(fact, asked);
                let sentence = format!("it isn't what was asked for: {what}; {words}");
                ("contradiction", sentence)
            }
        };
        self.outcome = Some(word);
        self.text = match self.wait_seconds {
            Some(seconds) => format!("{sentence}; to wait for {seconds} seconds"),
            None => sentence,
        };
    }

    fn error(&mut self, status: u16, code: Option<&String>, message: Option<&String>) -> String {
        self.http_status = Some(status);
        self.provider_code = code.cloned();
        self.message = message.cloned();
        let words: Vec<&str> = [code, message]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let words = words.join(": ");
        format!("HTTP {status} {words}").trim_end().to_owned()
    }
}
