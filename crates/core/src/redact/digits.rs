//! Decimal digits of all scripts, and what people and programs put between groups of them.

/// The zeros of Unicode's decimal digits (general category `Nd`, Unicode 16): one to nine follow each
/// in order. A card number in any of them is read, and typed in again, as one.
const ZEROS: [u32; 76] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
    0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50,
    0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// What a decimal digit of any script is worth.
pub(super) fn value(character: char) -> Option<u32> {
    if character.is_ascii() {
        return character.to_digit(10);
    }
    let code = u32::from(character);
    let after = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(after.checked_sub(1)?)?;
    code.checked_sub(*zero).filter(|digit| *digit < 10)
}

/// Blanks (the plus sign is one in forms), dashes, strokes, points and what takes no room: a number written with them is the same number.
pub(super) fn stands_between(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '_' | '/' | ',' | '.' | '+'
            // The soft hyphen, and the middle dot and the bullet.
            | '\u{AD}' | '\u{B7}' | '\u{2022}'
            // What takes no room: zero-width blanks and joiners, the word joiner, the byte order mark.
            | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
            // Hyphens and dashes, the minus sign, and their small and wide forms.
            | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}'
            | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
            // Strokes that aren't the keyboard's, and wide strokes, commas, points and low lines.
            | '\u{2044}' | '\u{2215}' | '\u{FF0F}' | '\u{FF0C}' | '\u{FF0E}' | '\u{FF3F}'
            | '\u{3001}' | '\u{3002}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_scripts_have_a_value() {
        assert!(ZEROS.is_sorted());
        for (character, expected) in [
            ('0', Some(0)),
            ('9', Some(9)),
            ('٣', Some(3)),
            ('५', Some(5)),
            ('７', Some(7)),
            ('𝟗', Some(9)),
            ('a', None),
            ('²', None),
            ('½', None),
            ('\u{66A}', None),
            ('é', None),
        ] {
            assert_eq!(value(character), expected, "{character}");
        }
    }
}
