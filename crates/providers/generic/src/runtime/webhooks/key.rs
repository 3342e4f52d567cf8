//! The keys that the secret of an account stands for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use refundkit_http::Secret;

use crate::language::KeyForm;

/// The keys that a secret may stand for. A forger knows none of them.
pub(super) fn keys(form: KeyForm, secret: &Secret) -> Vec<Vec<u8>> {
    let text = secret.expose();
    let mut keys = vec![text.as_bytes().to_vec()];
    match form {
        KeyForm::Text => {}
        KeyForm::Standard => {
            let coded = text.strip_prefix("whsec_").unwrap_or(text);
            // An empty key is everybody's.
            let decoded = STANDARD.decode(coded).ok();
            keys.extend(decoded.filter(|key| !key.is_empty()));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stands_for_its_text_and_for_what_it_says() {
        let keys = |form, secret: &str| keys(form, &Secret::new(secret).unwrap());
        assert_eq!(keys(KeyForm::Text, "whsec_AAEC"), [b"whsec_AAEC".to_vec()]);
        assert_eq!(
            keys(KeyForm::Standard, "whsec_AAEC"),
            [b"whsec_AAEC".to_vec(), vec![0, 1, 2]]
        );
        assert_eq!(
            keys(KeyForm::Standard, "AAECAwQF"),
            [b"AAECAwQF".to_vec(), vec![0, 1, 2, 3, 4, 5]]
        );
        assert_eq!(
            keys(KeyForm::Standard, "polar_whs_1"),
            [b"polar_whs_1".to_vec()]
        );
        assert_eq!(keys(KeyForm::Standard, "whsec_=="), [b"whsec_==".to_vec()]);
    }
}
