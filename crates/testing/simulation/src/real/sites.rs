//! The providers, an adapter each: both ends of Dojo's versions, Dodo, and two built-in profiles, one
//! of them without a key.

use std::sync::OnceLock;

use refundkit_dojo::Version;
use refundkit_sandbox::Provider as Place;

use crate::adapters::{self, Build};

pub(super) struct Site {
    pub(super) name: &'static str,
    pub(super) at: Place,
    pub(super) api_key: &'static str,
    pub(super) currency: &'static str,
    pub(super) has_items: bool,
    /// Whether a payment's refunds show the token that they were made with.
    pub(super) shows_tokens: bool,
    pub(super) adapter: Build,
}

/// All of them; profiles are read once.
pub(super) fn all() -> &'static [Site] {
    static SITES: OnceLock<Vec<Site>> = OnceLock::new();
    SITES.get_or_init(|| {
        vec![
            dojo("dojo, its oldest version", Version::V2022_01_03),
            dojo("dojo, its newest version", Version::V2026_02_27),
            dodo(),
            profile("primer", Place::Primer, "sk_primer_simulated"),
            profile("polar", Place::Polar, "polar_oat_simulated"),
        ]
    })
}

fn dojo(name: &'static str, version: Version) -> Site {
    const KEY: &str = "sk_sandbox_simulated";
    Site {
        name,
        at: Place::Dojo,
        api_key: KEY,
        currency: "GBP",
        has_items: false,
        shows_tokens: false,
        adapter: adapters::dojo(KEY, version),
    }
}

fn dodo() -> Site {
    const KEY: &str = "dodo_simulated";
    Site {
        name: "dodo",
        at: Place::Dodo,
        api_key: KEY,
        currency: "USD",
        has_items: true,
        shows_tokens: true,
        adapter: adapters::dodo(KEY),
    }
}

fn profile(name: &'static str, at: Place, api_key: &'static str) -> Site {
    Site {
        name,
        at,
        api_key,
        currency: "USD",
        has_items: false,
        shows_tokens: at == Place::Polar,
        adapter: adapters::profile(name, api_key),
    }
}
