//! Hashes, HMACs and the ways to write them, held against published examples (RFC 4231, FIPS 180-4).

use super::*;

#[test]
fn each_algorithm_is_the_one_of_its_name_and_only_hmac_takes_the_key() {
    let message = b"what do ya want for nothing?";
    // Shorter than a secret may be.
    let (jefe, other) = (b"Jefe", b"other");
    let hex =
        |algorithm, key: &[u8], message: &[u8]| sign_with(algorithm, key, message, Encoding::Hex);
    // RFC 4231, test case 2.
    assert_eq!(
        hex(Algorithm::HmacSha256, jefe, message),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    assert_eq!(
        hex(Algorithm::HmacSha512, jefe, message),
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
         9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    );
    // The one-block and the two-block message of FIPS 180-4's examples, and the empty one.
    for (message, digest) in [
        (
            "abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (
            "",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
    ] {
        assert_eq!(hex(Algorithm::Sha256, jefe, message.as_bytes()), digest);
    }
    for algorithm in [
        Algorithm::Sha256,
        Algorithm::HmacSha256,
        Algorithm::HmacSha512,
    ] {
        let differs = hex(algorithm, jefe, message) != hex(algorithm, other, message);
        assert_eq!(differs, algorithm.key_needed(), "{algorithm:?}");
    }
}

#[test]
fn every_encoding_writes_the_same_bytes_its_own_way() {
    let bytes = [0xfb, 0xff, 0x00, 0x0a];
    for (encoding, text) in [
        (Encoding::Hex, "fbff000a"),
        (Encoding::HexUpper, "FBFF000A"),
        (Encoding::Base64, "+/8ACg=="),
        (Encoding::Base64Url, "-_8ACg"),
        (Encoding::Base64OfHex, "ZmJmZjAwMGE="),
    ] {
        assert_eq!(encode(&bytes, encoding), text, "{encoding:?}");
    }
    let message = b"what do ya want for nothing?";
    for (encoding, text) in [
        (
            Encoding::Base64,
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
        ),
        (
            Encoding::Base64OfHex,
            "NWJkY2MxNDZiZjYwNzU0ZTZhMDQyNDI2MDg5NTc1Yzc1YTAwM2YwODlkMjczOTgzOWRlYzU4Yjk2NGVjMzg0Mw==",
        ),
    ] {
        assert_eq!(
            sign_with(Algorithm::HmacSha256, b"Jefe", message, encoding),
            text
        );
    }
}

#[test]
fn base64_of_hex_is_the_same_in_both_alphabets() {
    let every: Vec<u8> = (0..=u8::MAX).collect();
    for bytes in every.windows(2).chain(every.chunks(5)) {
        let text = encode(bytes, Encoding::Base64OfHex);
        assert!(!text.contains(['+', '/']), "{text}");
    }
}

#[test]
fn a_profile_names_them_in_kebab_case() {
    let algorithm = |name: &str| serde_json::from_value::<Algorithm>(name.into());
    assert_eq!(algorithm("sha256").unwrap(), Algorithm::Sha256);
    assert_eq!(algorithm("hmac-sha256").unwrap(), Algorithm::HmacSha256);
    assert_eq!(algorithm("hmac-sha512").unwrap(), Algorithm::HmacSha512);
    assert!(algorithm("hmac-md5").is_err());
    let encoding = |name: &str| serde_json::from_value::<Encoding>(name.into());
    for (name, expected) in [
        ("hex", Encoding::Hex),
        ("hex-upper", Encoding::HexUpper),
        ("base64", Encoding::Base64),
        ("base64url", Encoding::Base64Url),
        ("base64-of-hex", Encoding::Base64OfHex),
    ] {
        assert_eq!(encoding(name).unwrap(), expected);
    }
    assert!(encoding("base64-url").is_err());
}
