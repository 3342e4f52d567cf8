//! The built-in profiles, with the vectors that prove them.

/// A built-in profile: its name, its text, its vectors.
macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// In the order of their names.
        const BUILT_IN: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("../../profiles/", $name, ".toml")),
            include_str!(concat!("../../profiles/", $name, ".vectors.toml")),
        )),*];
    };
}

built_in! {
    "adyen",
    "airwallex",
    "authorizenet",
    "braintree",
    "checkoutcom",
    "flutterwave",
    "gr4vy",
    "mollie",
    "nuvei",
    "paddle",
    "paypal",
    "payu",
    "polar",
    "primer",
    "rapyd",
    "razorpay",
    "spreedly",
    "square",
    "stripe",
    "tap",
    "worldpay",
}

/// The text of one, by its name.
pub(super) fn text(name: &str) -> Option<&'static str> {
    let mut all = BUILT_IN.iter();
    all.find(|(found, ..)| *found == name)
        .map(|(_, text, _)| *text)
}

/// The text of its vectors.
pub(super) fn vectors(name: &str) -> Option<&'static str> {
    let mut all = BUILT_IN.iter();
    all.find(|(found, ..)| *found == name)
        .map(|(_, _, vectors)| *vectors)
}

/// All names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, ..)| *name)
}
