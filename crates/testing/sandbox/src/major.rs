//! Amounts in major units, such as `"10.00"`, between text and minor units. No number with a point
//! is ever computed with.

/// How many decimals a currency has by ISO 4217.
fn decimals(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// The amount as text, with all decimals of its currency.
pub(crate) fn write(minor: i64, currency: &str) -> String {
    let decimals = decimals(currency);
    let sign = if minor < 0 { "-" } else { "" };
    let width = decimals.saturating_add(1);
    let digits = format!("{:0>width$}", minor.unsigned_abs());
    match digits.split_at_checked(digits.len().saturating_sub(decimals)) {
        Some((whole, part)) if decimals > 0 => [sign, whole, ".", part].concat(),
        _ => [sign, &digits].concat(),
    }
}

/// Minor units of an amount that has exactly its currency's decimals, and is not negative.
pub(crate) fn read(text: &str, currency: &str) -> Option<i64> {
    let (whole, part) = match decimals(currency) {
        0 => (text, ""),
        decimals => text
            .split_once('.')
            .filter(|(_, part)| part.len() == decimals)?,
    };
    let digits = [whole, part].concat();
    let plain = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_and_read_back() {
        for (minor, currency, text) in [
            (1_000, "EUR", "10.00"),
            (5, "EUR", "0.05"),
            (0, "EUR", "0.00"),
            (7_000, "JPY", "7000"),
            (12_500, "KWD", "12.500"),
            (i64::MAX, "EUR", "92233720368547758.07"),
        ] {
            assert_eq!(write(minor, currency), text);
            assert_eq!(read(text, currency), Some(minor));
        }
        assert_eq!(write(-5, "EUR"), "-0.05");
    }

    #[test]
    fn what_is_no_exact_amount_is_none() {
        for text in [
            "",
            ".",
            "10",
            "10.0",
            "10.001",
            ".50",
            "-1.00",
            "+1.00",
            "1e2",
            "1,00",
            " 1.00",
            "92233720368547758.08",
            "١.٠٠",
        ] {
            assert_eq!(read(text, "EUR"), None, "{text}");
        }
        assert_eq!(read("10.00", "JPY"), None);
    }
}
