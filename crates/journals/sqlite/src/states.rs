//! States as numbers. They stand in files: a number is never given another meaning.

use refundkit_core::State;

use crate::error::damaged;

/// From 16 on nothing more is expected: there the index of what is open ends, in the layout.
pub(crate) const fn number(state: State) -> i64 {
    match state {
        State::Ready => 0,
        State::Attempting => 1,
        State::Accepted => 2,
        State::Unknown => 3,
        State::Parked => 4,
        State::Succeeded => 16,
        State::Failed => 17,
        State::FailedLate => 18,
        State::Rejected => 19,
        State::Refused => 20,
        State::Cancelled => 21,
    }
}

pub(crate) fn state(number: i64) -> Result<State, refundkit_core::JournalError> {
    let mut all = State::ALL.into_iter();
    all.find(|state| self::number(*state) == number)
        .ok_or_else(|| damaged(format!("{number} is no state")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_number_and_those_with_an_end_come_last() {
        for known in State::ALL {
            let number = number(known);
            assert_eq!(state(number).unwrap(), known);
            assert_eq!(number >= 16, known.is_final(), "{known}");
        }
        for number in [-1, 5, 15, 22] {
            assert!(state(number).is_err(), "{number}");
        }
    }
}
