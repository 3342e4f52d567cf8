//! A provider's account: what it is called in the journal, who speaks for it, and who reads its messages.

use std::sync::Arc;

use refundkit_core::{Provider, ProviderName, Webhooks};

/// One account at a provider. Its name is part of each of its operations in the journal.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) name: ProviderName,
    pub(crate) adapter: Arc<dyn Provider>,
    /// `None` where nobody reads what the provider sends.
    pub(crate) webhooks: Option<Arc<dyn Webhooks>>,
}

impl Account {
    pub(crate) fn adapter(&self) -> &dyn Provider {
        self.adapter.as_ref()
    }
}
