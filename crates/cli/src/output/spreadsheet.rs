//! Cells of CSV files, which most people open in a spreadsheet. What stands in the files is up to each
//! command.

/// A cell that no spreadsheet takes for a formula. Some leave out what can't be seen before it, and
/// some take the wide forms of the signs for the signs.
pub(crate) fn guarded(cell: &str) -> String {
    let is_unseen = |sign: char| {
        let has_no_width = matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
        sign.is_whitespace() || sign.is_control() || has_no_width
    };
    let begins = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '−'];
    if cell.starts_with(char::is_control) || cell.trim_start_matches(is_unseen).starts_with(begins)
    {
        return ["'", cell].concat();
    }
    cell.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_as_a_formula_does() {
        for cell in ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in [
            " =1+1",
            "\u{a0}@sum",
            "\u{feff}+1",
            "\u{200b}=1",
            "＝1+1",
            "＋1",
            "－1",
            "＠sum",
            "−1",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in ["", " ", "pay_1", "a=b", " x", "über"] {
            assert_eq!(guarded(cell), cell);
        }
    }
}
