//! What is secret in one exchange, and how it is kept out of every text that leaves it.

mod forms;
mod maskable;

pub use maskable::Maskable;

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use refundkit_core::capabilities::AnswerRule;

use crate::Secret;
use forms::Form;

/// No more of a text is looked through or kept: what is shown of it is far shorter.
const LONGEST_TEXT_BYTES: usize = 16 * 1024;

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "[secret]";

/// The secrets that went, or could have gone, over the wire. A provider may repeat them: in an error's
/// message, a code, a status. By them every text for people and for evidence is masked: as they are,
/// in any letter case, URL-encoded, and in base64 of either alphabet, also within a longer text that
/// was encoded as a whole, such as the pair of user and key of basic authentication.
///
/// Ids, amounts, references and words that are known decide, and are never masked.
#[derive(Clone, Default)]
pub struct Masks {
    secrets: Vec<Secret>,
    /// The published words that decide; no key makes them secret.
    spared: Vec<String>,
}

impl Masks {
    /// Masks for these secrets.
    #[must_use]
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut masks = Self::default();
        masks.learn(secrets);
        masks
    }

    pub(crate) fn learn(&mut self, secrets: impl IntoIterator<Item = Secret>) {
        for secret in secrets {
            let known = |known: &Secret| known.expose() == secret.expose();
            if !self.secrets.iter().any(known) {
                self.secrets.push(secret);
            }
        }
    }

    /// Learns the credentials in a header's value: its words after the scheme (`Bearer`, `Basic`), and
    /// what a basic one is made of. Words that are too short for a secret are none.
    pub(crate) fn learn_header(&mut self, value: &str) {
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        self.learn(rest.split(' ').filter_map(|word| Secret::new(word).ok()));
        if !scheme.eq_ignore_ascii_case("basic") {
            return;
        }
        let pair = STANDARD.decode(rest).ok();
        let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
        if let Some((user, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
            // With an empty password, as some providers have it, the key is the user.
            let key = if password.is_empty() { user } else { password };
            self.learn(Secret::new(key));
        }
    }

    /// Spares the codes and messages that a provider's published table names: they are matched as a
    /// whole, and a rule must match whatever the key is.
    pub(crate) fn spare(&mut self, rules: &[AnswerRule]) {
        let words = rules.iter().flat_map(|rule| [&rule.code, &rule.message]);
        self.spared.extend(words.flatten().map(|word| folded(word)));
    }

    /// `text` with `[secret]` in the place of every secret.
    ///
    /// Of a text that is longer than anybody is shown, the first 16 KiB are kept. Where the text was cut, which an ellipsis at its end shows, the beginning of a secret there is
    /// masked too.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(end) = shortened(text) else {
            return self.whole(text);
        };
        let short = [text.get(..end).unwrap_or_default(), "…"].concat();
        Cow::Owned(self.whole(&short).into_owned())
    }

    fn whole<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let spared = !self.spared.is_empty() && self.spared.contains(&folded(text));
        if self.secrets.is_empty() || spared {
            return Cow::Borrowed(text);
        }
        let forms: Vec<Form> = self.secrets.iter().flat_map(Form::all).collect();
        let places = forms::places(text, &forms);
        if places.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut masked = String::with_capacity(text.len());
        let mut from = 0;
        for (start, end) in places {
            masked.push_str(text.get(from..start).unwrap_or_default());
            masked.push_str(MASK);
            from = end;
        }
        masked.push_str(text.get(from..).unwrap_or_default());
        Cow::Owned(masked)
    }

    /// `told` with all its texts masked and made fit for a log line; what decides stays as it is.
    #[must_use]
    pub fn of<T: Maskable>(&self, told: T) -> T {
        told.masked(self)
    }
}

/// Where a text ends that is longer than anybody is shown.
fn shortened(text: &str) -> Option<usize> {
    let long = text.len() > LONGEST_TEXT_BYTES;
    long.then(|| text.floor_char_boundary(LONGEST_TEXT_BYTES))
}

/// Codes are compared with letter case and underscores aside.
fn folded(word: &str) -> String {
    let letters = word.chars().filter(|letter| *letter != '_');
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// How many there are, and no more.
impl fmt::Debug for Masks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masks({} secrets)", self.secrets.len())
    }
}

#[cfg(test)]
mod tests;
