//! What no single table of a profile can see: whether its parts fit together, and whether anything
//! in it would weaken the protocol.

mod answers;
mod auth;
mod carried;
mod errors;
mod lists;
mod money;
mod requests;
mod sent;
mod webhook;
mod whole;

use super::Mistake;
use super::document::Document;

impl Document {
    /// All that is wrong with it as a whole, each by its key; [`Mistake::locate`] finds the places.
    #[must_use]
    pub fn mistakes(&self) -> Vec<Mistake> {
        check(self)
    }
}

fn check(profile: &Document) -> Vec<Mistake> {
    let mut found = Vec::new();
    whole::check(profile, &mut found);
    auth::check(profile, &mut found);
    requests::check(profile, &mut found);
    carried::check(profile, &mut found);
    sent::check(profile, &mut found);
    answers::check(profile, &mut found);
    errors::check(profile, &mut found);
    lists::check(profile, &mut found);
    money::check(profile, &mut found);
    webhook::check(profile, &mut found);
    found
}
