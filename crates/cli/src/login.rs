//! Who has started the command, by the operating system's word: what is written down as the actor. What
//! a person says of themselves goes elsewhere.

use refundkit::core::{Actor, ActorId, ActorKind};

/// The login; nothing where the system has none that it vouches for.
pub(crate) fn actor() -> Option<Actor> {
    let id = ActorId::new(name()?).ok()?;
    let kind = ActorKind::Person;
    Some(Actor { id, kind })
}

/// The user's name by the table of users, and the number where it isn't there: variables such as `USER`
/// say what whoever has set them wants.
#[cfg(unix)]
fn name() -> Option<String> {
    let id = rustix::process::getuid().as_raw().to_string();
    let table = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = table.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number == id && !name.is_empty()).then(|| name.to_owned())
    });
    Some(named.unwrap_or_else(|| ["uid-", &id].concat()))
}

#[cfg(not(unix))]
fn name() -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_system_knows_who_runs_this() {
        let actor = actor().unwrap();
        assert!(!actor.id.as_str().is_empty());
        assert_eq!(actor.kind, ActorKind::Person);
    }
}
