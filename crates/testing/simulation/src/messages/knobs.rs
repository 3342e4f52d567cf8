//! What a run's messages are like.

use crate::knobs::{Dice, SECOND, SiteKnobs};

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// The refund as it is: Dodo's.
    Words,
    /// That something has happened to a payment: Dojo's.
    Hints,
}

/// Chances are out of a thousand.
#[derive(Clone, Debug)]
pub(crate) struct MessageKnobs {
    pub(crate) style: Style,
    /// So many never come.
    pub(crate) missing: u64,
    /// So many come hours later.
    pub(crate) late: u64,
    pub(crate) doubled: u64,
    /// Somebody else sends something like it.
    pub(crate) forged: u64,
    /// Somebody sends it once more, as it was.
    pub(crate) replayed: u64,
    /// Its name is that of another event.
    pub(crate) misnamed: u64,
    /// How far the copy is behind that bodies are written from.
    pub(crate) lag: u64,
    /// How often somebody reads what messages have asked to read, during the storm.
    pub(crate) follows: u64,
}

impl MessageKnobs {
    pub(crate) fn draw(dice: &mut Dice, site: &SiteKnobs) -> Self {
        // Words need an id and a status.
        let wordless = site.unstated || site.nameless;
        let style = if wordless || dice.one_in(4) {
            Style::Hints
        } else {
            Style::Words
        };
        Self {
            style,
            missing: dice.pick(&[0, 0, 200, 1000]),
            late: dice.pick(&[0, 100, 500]),
            doubled: dice.pick(&[0, 200, 500]),
            forged: dice.pick(&[0, 200, 500]),
            replayed: dice.pick(&[0, 200, 500]),
            misnamed: dice.pick(&[0, 100, 500]),
            lag: dice.pick(&[0, 0, 2 * SECOND, 60 * SECOND]),
            follows: dice.pick(&[0, 2, 6]),
        }
    }
}
