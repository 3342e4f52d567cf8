//! The provider suite against the simulated DojoSandbox, over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use refundkit_conformance::ProviderHarness;
use refundkit_conformance::provider::Harm;
use refundkit_core::{PaymentId, Provider, Timestamp};
use refundkit_dojo::{Dojo, DojoConfig};
use refundkit_http::{BaseUrl, Secret};
use refundkit_sandbox::{Fault, FaultKind, Sandbox, SandboxConfig};

struct DojoSandbox {
    sandbox: Sandbox,
    provider: Dojo,
    unreachable: Dojo,
}

const KEY: &str = "sk_sandbox_planted_k3y";

fn adapter(url: &str) -> Dojo {
    let config = DojoConfig::new(Secret::new(KEY).unwrap()).base_url(BaseUrl::parse(url).unwrap());
    Dojo::new(config).unwrap()
}

async fn make() -> DojoSandbox {
    let mut config = SandboxConfig::default();
    config.api_key = KEY.to_owned();
    let sandbox = Sandbox::start(config).await.unwrap();
    // A port that was free a moment ago, and that nobody listens on.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    DojoSandbox {
        provider: adapter(&sandbox.addresses().dojo),
        unreachable: adapter(&url),
        sandbox,
    }
}

impl ProviderHarness for DojoSandbox {
    fn provider(&self) -> &dyn Provider {
        &self.provider
    }

    fn unreachable(&self) -> &dyn Provider {
        &self.unreachable
    }

    fn captured(&self) -> PaymentId {
        PaymentId::new("pi_paid_1").unwrap()
    }

    fn authorized(&self) -> Option<PaymentId> {
        PaymentId::new("pi_auth_1").ok()
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
