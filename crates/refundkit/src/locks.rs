//! One lock per payment: inside one process, its operations go one after the other (rule R10).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use refundkit_core::{PaymentId, ProviderName};
use tokio::sync::OwnedMutexGuard;

type Lock = tokio::sync::Mutex<()>;

#[derive(Debug, Default)]
pub(crate) struct PaymentLocks {
    locks: Mutex<HashMap<(ProviderName, PaymentId), Weak<Lock>>>,
}

impl PaymentLocks {
    /// Waits until no other operation of this payment is being worked on here.
    pub(crate) async fn enter(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> OwnedMutexGuard<()> {
        self.lock(provider, payment).lock_owned().await
    }

    fn lock(&self, provider: &ProviderName, payment: &PaymentId) -> Arc<Lock> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (provider.clone(), payment.clone());
        if let Some(lock) = locks.get(&key).and_then(Weak::upgrade) {
            return lock;
        }
        // Forget the locks that nobody is in, so that the map stays as small as the work under way.
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(Lock::default());
        locks.insert(key, Arc::downgrade(&lock));
        lock
    }
}
