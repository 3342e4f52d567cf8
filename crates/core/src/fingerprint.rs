//! Keys that come from the request and never from the attempt, so that a journal restored or
//! rebuilt makes the same ones.

use sha2::{Digest, Sha256};

use crate::ids::{IdError, Namespace, OperationId, ProviderKey, ProviderName, RequestKey};
use crate::money::Money;
use crate::plan::Kind;

/// A hash of what was asked for: the same request key with another fingerprint is an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a request to `provider`, over everything in it but its key.
    ///
    /// `content` is the request itself; its serialised form is what counts.
    #[must_use]
    pub fn of(provider: &ProviderName, kind: &str, content: &impl serde::Serialize) -> Self {
        // Serialising plain data with string keys doesn't fail; if it ever did, equal content
        // would still give equal fingerprints.
        let content = serde_json::to_string(content).unwrap_or_default();
        Self(base32(&digest(&[
            "refundkit request",
            provider.as_str(),
            kind,
            &content,
        ])))
    }

    /// The fingerprint as text, 32 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of the operation that `key` names within `namespace`.
///
/// # Errors
/// Never for the inputs that the types allow; the id's own check is not skipped.
pub fn operation_id(namespace: &Namespace, key: &RequestKey) -> Result<OperationId, IdError> {
    let hash = base32(&digest(&[
        "refundkit operation",
        namespace.as_str(),
        key.as_str(),
    ]));
    OperationId::new(format!("op_{hash}"))
}

/// What a provider is given to recognise the operation by: from namespace, request key, payment,
/// amount and kind. 160 bits of SHA-256 as 32 characters of `[a-z2-7]`, which fits the
/// charset and the length of every key field that is known, so that nothing is ever cut.
///
/// # Errors
/// Never for the inputs that the types allow; the key's own check is not skipped.
pub fn provider_key(
    namespace: &Namespace,
    key: &RequestKey,
    payment: &crate::PaymentId,
    amount: Money,
    kind: Kind,
) -> Result<ProviderKey, IdError> {
    let hash = digest(&[
        "refundkit provider key",
        namespace.as_str(),
        key.as_str(),
        payment.as_str(),
        &amount.minor().to_string(),
        amount.currency().code(),
        kind.as_str(),
    ]);
    ProviderKey::new(base32(&hash))
}

/// SHA-256 over the parts, each with its length in front, so that no two lists of parts run together.
fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_string());
        hash.update(b":");
        hash.update(part);
    }
    hash.finalize().into()
}

/// The first 160 bits, five at a time.
fn base32(hash: &[u8; 32]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    hash.chunks_exact(5)
        .take(4)
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
            (0..8_u32)
                .rev()
                .map(move |at| (bits >> at.saturating_mul(5)) & 31)
        })
        .filter_map(|five| {
            ALPHABET
                .get(usize::try_from(five).ok()?)
                .copied()
                .map(char::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_in_every_part_and_only_there() {
        let namespace = Namespace::new("acme").unwrap();
        let key = RequestKey::new("k1").unwrap();
        let payment = crate::PaymentId::new("pi_1").unwrap();
        let amount: Money = "10.00 GBP".parse().unwrap();
        let first = provider_key(&namespace, &key, &payment, amount, Kind::Refund).unwrap();
        assert_eq!(first.as_str().len(), 32);
        assert_eq!(
            first,
            provider_key(&namespace, &key, &payment, amount, Kind::Refund).unwrap()
        );
        let others = [
            provider_key(
                &Namespace::new("acm").unwrap(),
                &RequestKey::new("ek1").unwrap(),
                &payment,
                amount,
                Kind::Refund,
            ),
            provider_key(
                &namespace,
                &RequestKey::new("k2").unwrap(),
                &payment,
                amount,
                Kind::Refund,
            ),
            provider_key(
                &namespace,
                &key,
                &payment,
                "10.01 GBP".parse().unwrap(),
                Kind::Refund,
            ),
            provider_key(
                &namespace,
                &key,
                &payment,
                "10.00 EUR".parse().unwrap(),
                Kind::Refund,
            ),
            provider_key(&namespace, &key, &payment, amount, Kind::Reversal),
        ];
        for other in others {
            assert_ne!(other.unwrap(), first);
        }
    }

    /// What was asked for before a request could say more must stay the same request.
    #[test]
    fn the_fingerprint_of_a_request_never_changes() {
        let provider = ProviderName::new("dojo").unwrap();
        let request = crate::RefundRequest::new("pi_1".parse().unwrap(), "k1".parse().unwrap())
            .amount("10.00 GBP".parse().unwrap())
            .reason(crate::Text::new("duplicate").unwrap());
        assert_eq!(
            Fingerprint::of(&provider, "refund", &request).as_str(),
            "jwoowok5cerkxwzt32d3sumsyy5i5x6s"
        );
    }

    #[test]
    fn base32_is_the_standard_alphabet_in_lower_case() {
        let mut hash = [0_u8; 32];
        hash[..5].copy_from_slice(b"hello");
        assert!(base32(&hash).starts_with("nbswy3dp"));
        assert_eq!(base32(&[255; 32]), "7".repeat(32));
    }
}
