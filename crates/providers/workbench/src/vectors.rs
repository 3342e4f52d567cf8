//! Offline proof of a profile: given this request, exactly this HTTP request; given these answers and
//! webhooks, these outcomes. Vectors are TOML, beside the profile.

mod answer;
mod document;
mod fixed;
mod request;
mod sample;
mod webhook;

use refundkit_generic::offline::Offline;
use refundkit_generic::{GenericConfig, Mistake, Profile};
use refundkit_http::{BaseUrl, Mode, Response, Secret};

use document::Document;
pub use fixed::{ACCESS_TOKEN, KEY, NONCE, NOW};
pub use sample::Sample;

/// The vectors of one profile.
#[derive(Clone, Debug)]
pub struct Vectors(Document);

impl Vectors {
    /// Reads vectors.
    ///
    /// # Errors
    /// The first [`Mistake`] in the text.
    pub fn parse(text: &str) -> Result<Self, Box<Mistake>> {
        toml::from_str(text)
            .map(Self)
            .map_err(|error| Box::new(Mistake::in_text(text, error.message(), error.span())))
    }

    /// How many requests, answers and webhooks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let asked = self.0.request.len().saturating_add(self.0.answer.len());
        asked.saturating_add(self.0.webhook.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Tries all of them. Each line of the result names a vector, and how the profile differs from it.
    #[must_use]
    pub fn run(&self, profile: &Profile) -> Vec<String> {
        let account = match self.account(profile) {
            Ok(account) => account,
            Err(problem) => return vec![["account: ", &problem].concat()],
        };
        let requests = self.0.request.iter().filter_map(|vector| {
            let problem = request::run(&account, vector).err()?;
            Some(["request \"", &vector.what, "\": ", &problem].concat())
        });
        let answers = self.0.answer.iter().filter_map(|vector| {
            let problem = answer::run(&account, vector).err()?;
            Some(["answer \"", &vector.what, "\": ", &problem].concat())
        });
        let webhooks = self.0.webhook.iter().filter_map(|vector| {
            let problem = webhook::run(profile, vector).err()?;
            Some(["webhook \"", &vector.what, "\": ", &problem].concat())
        });
        requests.chain(answers).chain(webhooks).collect()
    }

    /// The requests as the profile writes them.
    ///
    /// # Errors
    /// A line about the account or the first vector that the profile can't write.
    pub fn samples(&self, profile: &Profile) -> Result<Vec<Sample>, String> {
        let account = self.account(profile)?;
        let vectors = self.0.request.iter();
        vectors
            .map(|vector| request::sample(&account, vector))
            .collect()
    }

    /// What the profile makes of an answer to one of its calls (named as in [`Sample::call`]), such
    /// as `refused: unknown payment`, for answers that a provider's own document shows. A refund is
    /// judged as one of `amount`.
    ///
    /// # Errors
    /// A line about the account, or an unknown call.
    pub fn outcome(
        &self,
        profile: &Profile,
        call: &str,
        payment: &str,
        amount: &str,
        status: u16,
        body: &str,
    ) -> Result<String, String> {
        let account = self.account(profile)?;
        let call = document::Call::named(call).ok_or("there is no such call")?;
        let asked = answer::Asked::new(call, Some(payment), Some(amount))?;
        let response = Response::new(status, body.to_owned());
        let judged = answer::judge(&account, &asked, &response)?;
        Ok(match judged.why.as_str() {
            "" => judged.name.to_owned(),
            why => [judged.name, ": ", why].concat(),
        })
    }

    fn account(&self, profile: &Profile) -> Result<Offline, String> {
        let given = &self.0.account;
        let secrets = given.secrets.iter().map(|(name, secret)| {
            let secret = Secret::new(secret.as_str()).map_err(|error| error.to_string())?;
            Ok((name.as_str(), secret))
        });
        let secrets = secrets.collect::<Result<Vec<_>, String>>()?;
        let mut config = GenericConfig::with_secrets(profile.clone(), secrets);
        if given.live {
            config = config.mode(Mode::Live);
        }
        for (name, value) in &given.settings {
            config = config.setting(name, value);
        }
        if let Some(base) = &given.base_url {
            let base = BaseUrl::parse(base).map_err(|error| error.to_string())?;
            config = config.base_url(base);
        }
        Offline::new(config).map_err(|error| error.to_string())
    }
}
