//! Simulated payment providers with ledgers and faults.
