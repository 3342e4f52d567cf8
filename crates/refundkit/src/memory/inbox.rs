//! The messages that have come, and the payments that they have asked to read.

use std::collections::{BTreeMap, HashSet, VecDeque};

use refundkit_core::ports::REMEMBERED;
use refundkit_core::{EventId, Hint, PaymentId, ProviderName, Timestamp};

type Message = (ProviderName, EventId);

#[derive(Debug, Default)]
pub(super) struct Inbox {
    known: HashSet<Message>,
    /// The same in the order in which they came, to be forgotten one day.
    came: VecDeque<(Timestamp, Message)>,
    asked: BTreeMap<(ProviderName, PaymentId), u64>,
    newest: u64,
}

impl Inbox {
    pub(super) fn knows(&self, provider: &ProviderName, event: &EventId) -> bool {
        self.known.contains(&(provider.clone(), event.clone()))
    }

    pub(super) fn remember(&mut self, provider: &ProviderName, event: &EventId, at: Timestamp) {
        let message = (provider.clone(), event.clone());
        self.known.insert(message.clone());
        self.came.push_back((at, message));
        self.forget(at);
    }

    /// Of the two oldest messages, those that came long enough ago. One from the future was written
    /// while the clock was wrong; it counts from now on, lest those behind it stay until its time comes.
    fn forget(&mut self, now: Timestamp) {
        for (came, _) in self.came.iter_mut().take(2) {
            *came = now.min(*came);
        }
        for _ in 0..2 {
            let old = |(came, _): &mut (Timestamp, Message)| now.since(*came) > REMEMBERED;
            if let Some((_, message)) = self.came.pop_front_if(old) {
                self.known.remove(&message);
            }
        }
    }

    pub(super) fn ask_for(&mut self, provider: &ProviderName, payment: &PaymentId) {
        self.newest = self.newest.saturating_add(1);
        let key = (provider.clone(), payment.clone());
        self.asked.insert(key, self.newest);
    }

    pub(super) fn hints(&self, limit: usize) -> Vec<Hint> {
        let hint = |((provider, payment), number): (&(ProviderName, PaymentId), &u64)| Hint {
            provider: provider.clone(),
            payment: payment.clone(),
            number: *number,
        };
        let mut hints: Vec<Hint> = self.asked.iter().map(hint).collect();
        hints.sort_by_key(|hint| hint.number);
        hints.truncate(limit);
        hints
    }

    pub(super) fn acknowledge(&mut self, hint: &Hint) {
        let key = (hint.provider.clone(), hint.payment.clone());
        if self
            .asked
            .get(&key)
            .is_some_and(|asked| *asked <= hint.number)
        {
            self.asked.remove(&key);
        }
    }
}
