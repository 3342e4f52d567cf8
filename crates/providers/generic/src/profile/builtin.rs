use super::{Profile, ProfileError};

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

impl Profile {
    /// A built-in profile by its name.
    ///
    /// # Errors
    /// [`ProfileError::NoSuchProfile`].
    pub fn builtin(name: &str) -> Result<Self, ProfileError> {
        let text = Self::builtin_text(name)
            .ok_or_else(|| ProfileError::NoSuchProfile(name.chars().take(60).collect()))?;
        Self::parse(text)
    }

    /// The text of a built-in profile, to begin one's own with.
    #[must_use]
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        let mut all = BUILT_IN.iter();
        all.find(|(found, ..)| *found == name)
            .map(|(_, text, _)| *text)
    }

    /// The text of a built-in profile's vectors.
    #[must_use]
    pub fn builtin_vectors(name: &str) -> Option<&'static str> {
        let mut all = BUILT_IN.iter();
        all.find(|(found, ..)| *found == name)
            .map(|(_, _, vectors)| *vectors)
    }

    /// The names of the built-in profiles.
    pub fn builtins() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, ..)| *name)
    }
}
