//! What a misspelt word may have meant.

/// The one of `names` that is at most two slips away from `text`.
#[must_use]
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (slips(text, name), name))
        .filter(|(slips, name)| *slips <= 2 && *slips < name.len())
        .min()
        .map(|(_, name)| name)
}

/// How many letters have to be added, dropped or changed (Levenshtein's distance).
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().take(64).enumerate() {
        let mut diagonal = at;
        let mut left = at.saturating_add(1);
        let mut next = vec![left];
        for (known, above) in other.iter().zip(row.iter().skip(1)) {
            let changed = diagonal.saturating_add(usize::from(*known != letter));
            left = changed
                .min(above.saturating_add(1))
                .min(left.saturating_add(1));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
