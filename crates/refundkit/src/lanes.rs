//! One lane per payment: inside one process, its operations go one after the other (rule R10).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use refundkit_core::{PaymentId, ProviderName};
use tokio::sync::OwnedMutexGuard;

type Lane = tokio::sync::Mutex<()>;

#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: Mutex<HashMap<(ProviderName, PaymentId), Weak<Lane>>>,
}

impl Lanes {
    /// Waits until no other operation of this payment is being worked on here.
    pub(crate) async fn enter(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> OwnedMutexGuard<()> {
        self.lane(provider, payment).lock_owned().await
    }

    fn lane(&self, provider: &ProviderName, payment: &PaymentId) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (provider.clone(), payment.clone());
        if let Some(lane) = lanes.get(&key).and_then(Weak::upgrade) {
            return lane;
        }
        // Forget the lanes that nobody is in, so that the map stays as small as the work under way.
        lanes.retain(|_, lane| lane.strong_count() > 0);
        let lane = Arc::new(Lane::default());
        lanes.insert(key, Arc::downgrade(&lane));
        lane
    }
}
