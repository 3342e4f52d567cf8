//! The store as core sees it.

use async_trait::async_trait;
use refundkit_core::ledger::{Stored, Version};
use refundkit_core::ports::{Commit, Committed, Durable, ListedOperation};
use refundkit_core::{
    Count, Filter, Hint, JournalError, JournalInfo, Namespace, OperationId, PaymentId,
    ProviderName, Store, Timestamp, WorkerId,
};

use crate::append::Newest;
use crate::list::{self, Counts};
use crate::own::Own;
use crate::prepared::Prepared;
use crate::slot::Name;
use crate::store::SqliteStore;
use crate::transaction::{Outcome, Write};
use crate::{inbox, layout, load, pauses};

#[async_trait]
impl Store for SqliteStore {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        self.write(Write::Bind(namespace.clone())).await.map(drop)
    }

    async fn join(&self) -> Result<WorkerId, JournalError> {
        self.next_worker()
    }

    async fn is_gone(&self, worker: &WorkerId) -> Result<bool, JournalError> {
        let Some(name) = Name::of(worker).filter(|name| !self.is_here(*name)) else {
            return Ok(false);
        };
        let place = self.open.place.clone();
        self.read(move |connection| name.is_gone(connection, &place))
            .await
    }

    async fn load(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Stored, JournalError> {
        let (provider, payment) = (provider.clone(), payment.clone());
        self.read(move |connection| {
            let own = Own::read(connection)?;
            load::load(connection, &own, &provider, &payment)
        })
        .await
    }

    async fn version(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Version, JournalError> {
        let (provider, payment) = (provider.clone(), payment.clone());
        self.read(move |connection| {
            let own = Own::read(connection)?;
            load::version(connection, &own, &provider, &payment)
        })
        .await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, JournalError> {
        let prepared = Box::new(Prepared::of(commit)?);
        let outcome = self.write(Write::Commit(prepared)).await?;
        Ok(match outcome {
            Outcome::Done => Committed::Done(Durable::after_commit()),
            Outcome::Conflict => Committed::Conflict,
            Outcome::IdTaken => Committed::IdTaken,
            Outcome::Known => Committed::Known,
        })
    }

    async fn find(
        &self,
        operation: &OperationId,
    ) -> Result<Option<(ProviderName, PaymentId)>, JournalError> {
        let id = operation.clone();
        self.read(move |connection| {
            let own = Own::read(connection)?;
            load::find(connection, &own, &id)
        })
        .await
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<ListedOperation>, JournalError> {
        let limit = filter.limit.unwrap_or(usize::MAX);
        let wanted = filter.clone();
        let mut next = Some(
            self.read(move |connection| list::start(connection, &wanted))
                .await?,
        );
        let mut fitting = Vec::new();
        while let Some(after) = next.filter(|_| fitting.len() < limit) {
            let (wanted, left) = (filter.clone(), limit.saturating_sub(fitting.len()));
            let (more, end) = self
                .read(move |connection| list::operations(connection, &wanted, after, left))
                .await?;
            fitting.extend(more);
            next = end;
        }
        Ok(fitting)
    }

    async fn counts(&self) -> Result<Vec<Count>, JournalError> {
        let (mut counts, mut next) = (Counts::default(), Some(0));
        while let Some(after) = next {
            (counts, next) = self
                .read(move |connection| {
                    let next = counts.add(connection, after)?;
                    Ok((counts, next))
                })
                .await?;
        }
        counts.all()
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        self.read(move |connection| inbox::hints(connection, limit))
            .await
    }

    async fn acknowledge(&self, hint: &Hint) -> Result<(), JournalError> {
        self.write(Write::Acknowledge(hint.clone())).await.map(drop)
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        self.write(Write::Pause(provider.clone(), until))
            .await
            .map(drop)
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        let provider = provider.clone();
        self.read(move |connection| {
            let account = Own::read(connection)?.account(&provider);
            let until = account.map(|account| pauses::until(connection, account));
            Ok(until.transpose()?.flatten())
        })
        .await
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.open.check()?;
        let location = self.open.place.location();
        self.read(move |connection| {
            let (own, newest) = (Own::read(connection)?, Newest::read(connection)?);
            // Numbers have no gaps.
            Ok(JournalInfo {
                kind: "sqlite".to_owned(),
                location,
                namespace: own.namespace,
                schema: layout::found(connection)?,
                engine: Some(["SQLite ", rusqlite::version()].concat()),
                operations: u64::try_from(newest.operation).unwrap_or_default(),
                entries: u64::try_from(newest.entry).unwrap_or_default(),
            })
        })
        .await
    }
}
