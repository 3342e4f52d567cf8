//! Credentials that have to be got: an access token, or what a signer of the account's own adds.

use std::time::Duration;

use refundkit_http::{BaseUrl, Method, Request, Secret, Transport};

use super::super::auth::{Fresh, Unsigned, checked};
use super::super::read::{Around, Readers, text};
use super::account::Account;
use super::live::Live;
use super::values::Filled;
use super::write::{basic_header, below, encoded, header};
use crate::language::{Filling, Placeholder, Token};

/// Logging in takes no longer than that, or the request isn't sent: a marked attempt has to leave soon.
const LONGEST: Duration = Duration::from_secs(20);

const ACCESS_TOKEN: usize = 0;
const EXPIRES_IN: usize = 1;

impl Account {
    /// What a request needs before it can be written.
    ///
    /// # Errors
    /// Why the provider can't be asked: one line, without secrets.
    pub(crate) async fn log_in(&self, transport: &dyn Transport) -> Result<Live, String> {
        let mut live = self.live();
        let Some(token) = &self.document().auth.token else {
            return Ok(live);
        };
        let clock = self.clock.as_ref().ok_or("an access token needs a clock")?;
        let begun = clock.now();
        let fetch = || async {
            let request = self.token_request(token, live.clone());
            let response = transport
                .send(request)
                .await
                .map_err(|error| ["no access token could be got: ", &error.to_string()].concat())?;
            if !response.is_success() {
                return Err([
                    "no access token could be got: HTTP ",
                    &response.status().to_string(),
                ]
                .concat());
            }
            let json = text(&response)?;
            fresh(&self.readers, json)
        };
        let access_token = self.tokens.get(begun, fetch).await?;
        let now = clock.now();
        if now.since(begun) > LONGEST || begun.since(now) > LONGEST {
            return Err("getting an access token took too long".to_owned());
        }
        live.access_token = Some(access_token);
        live.now = Some(now);
        Ok(live)
    }

    /// Throws an access token away that the provider doesn't take any more.
    pub(crate) fn was_turned_away(&self, status: u16, live: &Live) {
        if let Some(token) = live.access_token.as_ref().filter(|_| status == 401) {
            self.tokens.forget(token);
        }
    }

    /// The request with what the account's own signer adds.
    ///
    /// # Errors
    /// Why it can't be signed.
    pub(crate) async fn signed(&self, request: Request) -> Result<Request, String> {
        if !self.document().auth.signer {
            return Ok(request);
        }
        let signer = self.signer.as_ref().ok_or("the profile needs a signer")?;
        let unsigned = Unsigned::new(request.method(), request.url_text(), request.body_bytes());
        let taken: Vec<&str> = [&self.document().refund.key]
            .into_iter()
            .chain(self.document().reversal.as_ref().map(|call| &call.key))
            .filter_map(|key| key.as_ref()?.header.as_deref())
            .collect();
        let headers = signer
            .headers(&unsigned)
            .await
            .map_err(|error| error.to_string())?;
        let headers = checked(headers, &taken).map_err(|error| error.to_string())?;
        Ok(headers
            .iter()
            .fold(request, |request, header| header.add_to(request)))
    }

    /// What a request needs that is never the same twice.
    fn live(&self) -> Live {
        Live {
            shown: false,
            now: self.clock.as_ref().map(|clock| clock.now()),
            nonce: [Placeholder::Nonce, Placeholder::NonceShort]
                .iter()
                .any(|nonce| self.profile.uses(nonce))
                .then(|| uuid::Uuid::new_v4().simple().to_string()),
            access_token: None,
        }
    }

    fn token_request(&self, token: &Token, live: Live) -> Request {
        let values = Filled::new(self, live);
        let base: &BaseUrl = self.login.as_ref().unwrap_or(&self.base);
        let mut request = below(base, Method::Post, &token.path, &values).knowing(self.secrets());
        if let Some(basic) = &token.basic {
            request = basic_header(request, basic, &values);
        }
        for (name, template) in &token.headers {
            request = header(request, name, template, &values);
        }
        let metadata = refundkit_core::Metadata::default();
        let filling = Filling {
            values: &values,
            metadata: &metadata,
            taken: &|_| false,
        };
        request = request.header("accept", "application/json");
        encoded(request, token.encoding, None, &token.body, &filling)
    }
}

fn fresh(readers: &Readers, json: &str) -> Result<Fresh, String> {
    let nothing = || "the answer to the login has no access token".to_owned();
    let fields = readers.token.as_ref().ok_or_else(nothing)?;
    let found = fields.read(json, Around::default())?;
    // A truth or a number is no token, however it is written.
    let is_text = found
        .raw(ACCESS_TOKEN)
        .is_some_and(|raw| raw.starts_with('"'));
    let token = found
        .text(ACCESS_TOKEN)
        .filter(|_| is_text)
        .ok_or_else(nothing)?;
    let token = Secret::new(token).map_err(|error| {
        [
            "the answer to the login has no usable access token: ",
            &error.to_string(),
        ]
        .concat()
    })?;
    let seconds = found.text(EXPIRES_IN).and_then(|text| text.parse().ok());
    Ok(Fresh {
        token,
        expires_in: seconds.map(Duration::from_secs),
    })
}
