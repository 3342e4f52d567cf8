//! What is counted, and as of now: the names are part of the manual.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use refundkit::{Clock, Count, ProviderName, Refunds, State, Timestamp, Transition};
use refundkit_axum::Outcome;

use super::pages::ANSWERS_WITHIN;
use crate::clock::CommandClock;
use crate::failure::Failure;

const WEBHOOKS: &str = "refundkit_webhooks_total";
const TRANSITIONS: &str = "refundkit_transitions_total";
const LATE_FAILURES: &str = "refundkit_late_failures_total";
const OPERATIONS: &str = "refundkit_operations";
const OLDEST: &str = "refundkit_oldest_seconds";
const JOURNAL_UP: &str = "refundkit_journal_up";
const ATTEMPTS: &str = "refundkit_attempts_total";
const CALLS: &str = "refundkit_call_seconds";

/// In seconds: providers answer in tenths of one, and are given up on after a hundred.
const BUCKETS: [f64; 11] = [
    0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 100.0,
];
/// What was timed waits in memory until it is put into its bucket.
const UPKEEP: Duration = Duration::from_secs(5);
/// The provider of what isn't any configured one's: a label that anybody could choose would grow
/// without end.
const UNKNOWN: &str = "unknown";

/// Where the process's metrics are kept.
#[derive(Clone)]
pub struct Meters(PrometheusHandle);

impl Meters {
    /// Begins to keep the metrics of this process.
    ///
    /// # Errors
    /// Where somebody keeps them already.
    pub fn install() -> Result<Self, Failure> {
        let calls = Matcher::Full(CALLS.to_owned());
        let broken = |error: &dyn std::fmt::Display| {
            Failure::io("metrics", &std::io::Error::other(error.to_string()))
        };
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(calls, &BUCKETS)
            .map_err(|error| broken(&error))?
            .build_recorder();
        let meters = Self(recorder.handle());
        metrics::set_global_recorder(recorder).map_err(|error| broken(&error))?;
        describe();
        Ok(meters)
    }

    /// Puts counters at zero that may stay there: what isn't there can't be watched.
    pub(super) fn begin(&self, refunds: &Refunds) {
        for outcome in Outcome::ALL {
            count(UNKNOWN, outcome, 0);
        }
        for (provider, ..) in refunds.providers() {
            let name = provider.to_string();
            counter!(LATE_FAILURES, "provider" => name).increment(0);
            if refunds.takes_in(provider).is_ok() {
                for outcome in Outcome::ALL {
                    count(provider.as_str(), outcome, 0);
                }
            }
        }
    }

    /// Counts a transition. Only configured providers' operations have one here.
    pub fn transition(transition: &Transition<'_>) {
        let provider = &transition.operation.intent.provider;
        let state = transition.to.as_str();
        counter!(TRANSITIONS, "provider" => provider.to_string(), "state" => state).increment(1);
        if transition.to == State::FailedLate {
            counter!(LATE_FAILURES, "provider" => provider.to_string()).increment(1);
        }
    }

    /// Counts a message.
    pub fn message(provider: Option<&ProviderName>, outcome: Outcome) {
        count(provider.map_or(UNKNOWN, ProviderName::as_str), outcome, 1);
    }

    /// Everything, with the journal's counts as of now.
    pub async fn scrape(&self, refunds: &Refunds) -> String {
        let asked = tokio::time::timeout(ANSWERS_WITHIN, refunds.counts()).await;
        if let Ok(Ok(counts)) = asked {
            gauge!(JOURNAL_UP).set(1);
            let configured = refunds.providers().map(|(name, ..)| name);
            tell(&StateGauges::of(configured, &counts, CommandClock.now()));
        } else {
            // What was known of it is not known to be so any more: the gauge beside says so.
            gauge!(JOURNAL_UP).set(0);
        }
        self.0.render()
    }

    /// Keeps what was timed from piling up between two scrapes, or where nobody ever scrapes.
    pub(super) async fn upkeep(&self) -> Infallible {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.0.run_upkeep();
        }
    }
}

fn count(provider: &str, outcome: Outcome, by: u64) {
    let provider = provider.to_owned();
    counter!(WEBHOOKS, "provider" => provider, "result" => outcome.as_str()).increment(by);
}

/// How many operations stand where, and since when the oldest that has not ended.
type Rows<'a> = BTreeMap<(&'a str, &'static str), (u32, Option<Duration>)>;

struct StateGauges<'a>(Rows<'a>);

impl<'a> StateGauges<'a> {
    /// With a row for each configured provider and state: a state that nobody is in any more has to
    /// go back to zero.
    fn of(
        configured: impl Iterator<Item = &'a ProviderName>,
        counts: &[Count],
        now: Timestamp,
    ) -> Self {
        let mut rows = Rows::new();
        for provider in configured.map(ProviderName::as_str).chain([UNKNOWN]) {
            for state in State::ALL {
                let age = (!state.is_final()).then_some(Duration::ZERO);
                rows.insert((provider, state.as_str()), (0, age));
            }
        }
        for found in counts {
            let name = found.provider.as_str();
            let provider = rows
                .keys()
                .map(|(name, _)| *name)
                .find(|known| *known == name);
            let key = (provider.unwrap_or(UNKNOWN), found.state.as_str());
            if let Some((operations, oldest)) = rows.get_mut(&key) {
                let more = u32::try_from(found.operations).unwrap_or(u32::MAX);
                *operations = operations.saturating_add(more);
                let age = found.oldest.map(|begun| now.since(begun));
                *oldest = oldest.map(|oldest| oldest.max(age.unwrap_or_default()));
            }
        }
        Self(rows)
    }
}

fn tell(gauges: &StateGauges<'_>) {
    for ((provider, state), (operations, oldest)) in &gauges.0 {
        let (provider, state) = ((*provider).to_owned(), *state);
        gauge!(OPERATIONS, "provider" => provider.clone(), "state" => state).set(*operations);
        if let Some(oldest) = oldest {
            gauge!(OLDEST, "provider" => provider, "state" => state).set(*oldest);
        }
    }
}

fn describe() {
    describe_counter!(WEBHOOKS, "Messages of providers, by what became of them.");
    describe_counter!(TRANSITIONS, "Operations that have got this state.");
    describe_counter!(
        LATE_FAILURES,
        "Refunds that failed after they had succeeded."
    );
    describe_counter!(ATTEMPTS, "Attempts, by what their answer was judged to be.");
    describe_gauge!(
        OPERATIONS,
        "Operations in the journal, by where they stand."
    );
    describe_gauge!(
        OLDEST,
        Unit::Seconds,
        "How long ago the oldest operation was begun that stands there; 0 without one."
    );
    describe_gauge!(JOURNAL_UP, "Whether the journal answered this scrape.");
    describe_histogram!(CALLS, Unit::Seconds, "What calls of providers took.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_row_and_names_that_are_not_configured_share_one() {
        let (dodo, other): (ProviderName, ProviderName) =
            ("dodo".parse().unwrap(), "former".parse().unwrap());
        let another: ProviderName = "older".parse().unwrap();
        let at = |seconds: i64| Timestamp::from_unix_millis(seconds * 1000).unwrap();
        let row = |provider: &ProviderName, state, operations, oldest: Option<i64>| Count {
            provider: provider.clone(),
            state,
            operations,
            oldest: oldest.map(at),
        };
        let counts = [
            row(&dodo, State::Unknown, 2, Some(40)),
            row(&dodo, State::Succeeded, u64::MAX, None),
            row(&other, State::Parked, 3, Some(90)),
            row(&another, State::Parked, 4, Some(10)),
        ];
        let gauges = StateGauges::of([&dodo].into_iter(), &counts, at(100));
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let rows = &gauges.0;
        assert_eq!(rows.len(), 2 * State::ALL.len());
        assert_eq!(rows[&("dodo", "unknown")], (2, seconds(60)));
        assert_eq!(rows[&("dodo", "parked")], (0, seconds(0)));
        assert_eq!(rows[&("dodo", "succeeded")], (u32::MAX, None));
        assert_eq!(rows[&("unknown", "parked")], (7, seconds(90)));
    }
}
