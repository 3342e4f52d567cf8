//! Text for people in lines of a given width, broken between words and never inside of one: an id or an
//! address that is cut can't be copied.

/// The lines of a text, each of at most `width` characters unless a single word has more.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0_usize;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let long = width_of(word);
            let with = used.saturating_add(long).saturating_add(1);
            if used > 0 && with > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used = used.saturating_add(1);
            }
            line.push_str(word);
            used = used.saturating_add(long);
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// A text on a screen, the lines after the first one set in.
pub(super) fn hanging(text: &str, columns: usize) -> String {
    wrapped(text, columns.saturating_sub(2)).join("\n  ")
}

/// How many columns a text takes, of the letters that our texts are made of.
pub(super) fn width_of(text: &str) -> usize {
    text.chars().count()
}

/// The longest word, of those that fit into `most` columns at all.
pub(super) fn longest_word(text: &str, most: usize) -> usize {
    let words = text.split_whitespace().map(width_of);
    words.filter(|width| *width <= most).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_never_inside() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrapped("a-long-identifier b", 4),
            ["a-long-identifier", "b"]
        );
        assert_eq!(wrapped("one\ntwo", 20), ["one", "two"]);
        assert_eq!(wrapped("", 20), [""]);
        assert_eq!(longest_word("a abcdef abc", 4), 3);
    }
}
