//! The provider suite against the simulated StripeSandbox, over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use refundkit_conformance::ProviderHarness;
use refundkit_conformance::provider::Harm;
use refundkit_core::{PaymentId, Provider, Timestamp};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, Secret};
use refundkit_sandbox::{Fault, FaultKind, Sandbox, SandboxConfig};

struct StripeSandbox {
    sandbox: Sandbox,
    provider: Generic,
    unreachable: Generic,
}

const KEY: &str = "sk_test_planted_k3y";

fn adapter(url: &str) -> Generic {
    let profile = Profile::builtin("stripe").unwrap();
    let config = GenericConfig::new(profile, Secret::new(KEY).unwrap())
        .base_url(BaseUrl::parse(url).unwrap());
    Generic::new(config).unwrap()
}

async fn make() -> StripeSandbox {
    let mut config = SandboxConfig::default();
    config.api_key = KEY.to_owned();
    config.stripe_and_mollie = true;
    let sandbox = Sandbox::start(config).await.unwrap();
    // A port that was free a moment ago, and that nobody listens on.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    StripeSandbox {
        provider: adapter(sandbox.addresses().stripe.as_deref().unwrap()),
        unreachable: adapter(&url),
        sandbox,
    }
}

impl ProviderHarness for StripeSandbox {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    fn unreachable(&self) -> &dyn Provider {
        &self.unreachable
    }

    fn captured(&self) -> PaymentId {
        PaymentId::new("pi_card_1").unwrap()
    }

    fn authorized(&self) -> Option<PaymentId> {
        PaymentId::new("pi_card_auth_1").ok()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.sandbox.now()).unwrap()
    }

    fn returned(&self, payment: &PaymentId) -> (i64, usize) {
        let effects = self.sandbox.effects();
        let ours = effects
            .iter()
            .filter(|effect| effect.payment == payment.as_str());
        let amounts: Vec<i64> = ours.map(|effect| effect.amount.minor).collect();
        (amounts.iter().sum(), amounts.len())
    }

    fn harm(&self, harm: Harm) {
        self.sandbox.set_faults(match harm {
            Harm::None => None,
            Harm::LoseAnswers => Some(Fault::always(FaultKind::AnswerLost)),
            Harm::Fail => Some(Fault::always(FaultKind::ErrorBeforeEffect)),
            Harm::Throttle => Some(Fault::always(FaultKind::Throttle)),
        });
    }

    fn secret(&self) -> &str {
        KEY
    }
}

refundkit_conformance::provider_suite!(make);
