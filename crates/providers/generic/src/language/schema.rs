//! What a profile looks like, for editors. It is made from the types that read profiles, and kept
//! beside them, so that who reads profiles needs nothing that makes schemas.

/// The JSON Schema, made by the test below.
pub(super) const TEXT: &str = include_str!("../../schema/profile.json");

#[cfg(test)]
mod tests;
