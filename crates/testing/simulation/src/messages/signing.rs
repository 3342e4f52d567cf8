//! The provider's signatures, written from their descriptions and not from the code that checks
//! them: RFC 2104 over SHA-256, as Standard Webhooks and as Dojo write it down.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::knobs::Style;

const BLOCK: usize = 64;

/// The secrets that are valid at once, as a dashboard shows them.
pub(crate) fn secrets(style: Style) -> [&'static str; 2] {
    match style {
        Style::Words => [
            "whsec_c2ltdWxhdGlvbiBrZXkgbnVtYmVyIG9uZQ==",
            "whsec_c2ltdWxhdGlvbiBrZXkgbnVtYmVyIHR3bw==",
        ],
        Style::Hints => ["simulation-secret-one", "simulation-secret-two"],
    }
}

/// A secret of somebody else.
pub(crate) const FOREIGN: &str = "whsec_c29tZWJvZHkgZWxzZSdzIGtleQ==";

/// The signature of a message, as its header has it.
pub(crate) fn sign(style: Style, secret: &str, id: &str, seconds: u64, body: &str) -> String {
    match style {
        Style::Words => {
            let key = STANDARD
                .decode(secret.trim_start_matches("whsec_"))
                .unwrap();
            let code = hmac(&key, &format!("{id}.{seconds}.{body}"));
            format!("v1,{}", STANDARD.encode(code))
        }
        Style::Hints => {
            let code = hmac(secret.as_bytes(), body);
            let bytes: Vec<String> = code.iter().map(|byte| format!("{byte:02X}")).collect();
            format!("sha256={}", bytes.join("-"))
        }
    }
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    let mut block = [0; BLOCK];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text);
    let outer = Sha256::new().chain_update(pad(0x5c));
    outer.chain_update(inner.finalize()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_code_is_that_of_the_standard() {
        let code = hmac(b"Jefe", "what do ya want for nothing?");
        let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    /// The example of the Standard Webhooks specification's libraries.
    #[test]
    fn a_message_is_signed_as_the_specification_shows() {
        let signature = sign(
            Style::Words,
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
