//! Which variables of the environment the released command listens to, by its bytes.
//!
//! The dev profile knows one that moves the command's clock, for tests. Who could move the clock of
//! the command that returns money could keep a key or a day alive that has ended.

use crate::shell::Outcome;

const PREFIX: &[u8] = b"REFUNDKIT_";
/// What follows the prefix in the names of all variables that are meant to be there.
const KNOWN: &[&[u8]] = &[b"CONFIG"];

/// Fails where the program names a variable of ours that isn't known, or none at all: then these
/// aren't the bytes to look at.
pub(super) fn check(program: &[u8]) -> Outcome {
    let mut found = false;
    for (at, _) in program
        .windows(PREFIX.len())
        .enumerate()
        .filter(|(_, bytes)| *bytes == PREFIX)
    {
        let name = program.get(at.saturating_add(PREFIX.len())..);
        let name = name.unwrap_or_default();
        if !KNOWN.iter().any(|known| name.starts_with(known)) {
            let word = name.iter().take_while(|byte| is_of_a_name(**byte));
            let word: String = word.map(|byte| char::from(*byte)).collect();
            return Err(format!(
                "the released command listens to REFUNDKIT_{word}, which isn't known"
            )
            .into());
        }
        found = true;
    }
    if found {
        return Ok(());
    }
    Err("the released command names none of its variables: is it what was built?".into())
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_known_variables_are_let_through() {
        assert!(check(b"\0REFUNDKIT_CONFIG\0REFUNDKIT_CONFIGother words").is_ok());
        let error = check(b"REFUNDKIT_CONFIG\0REFUNDKIT_TEST_CLOCK_AHEAD_MSand more").unwrap_err();
        let error = error.to_string();
        assert!(error.contains("REFUNDKIT_TEST_CLOCK_AHEAD_MS,"), "{error}");
    }

    #[test]
    fn bytes_that_name_no_variable_prove_nothing() {
        assert!(check(b"something else").is_err());
        assert!(check(b"").is_err());
    }
}
