//! HMAC gives what RFC 4231 and a library give, and only a signature that was made with one of the keys
//! is taken.

use super::*;

/// RFC 4231, test case 2: `Jefe` under `what do ya want for nothing?`.
const JEFE: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn keys(keys: &[&[u8]]) -> SigningKeys {
    SigningKeys::new(keys.iter().map(|key| key.to_vec()).collect()).unwrap()
}

fn sign(key: &[u8]) -> String {
    hex(&hmac_sha256(key, &[b"what do ya want for nothing?"]))
}

#[test]
fn any_key_and_any_signature_will_do_and_nothing_else() {
    assert!(keys(&[b"new", b"Jefe"]).made_one_of(&["", "other", JEFE], sign));
    assert!(!keys(&[b"new", b"old"]).made_one_of(&[JEFE], sign));
    let jefe = keys(&[b"Jefe"]);
    assert!(!jefe.made_one_of(&[], sign));
    let other_spelling = JEFE.to_uppercase();
    let cut = JEFE.strip_suffix('3').unwrap();
    assert!(!jefe.made_one_of(&["", cut, &other_spelling], sign));
}

#[test]
fn a_message_is_the_same_however_it_is_cut() {
    let whole = hmac_sha256(b"Jefe", &[b"what do ya want for nothing?"]);
    let cut = [&b"what do ya "[..], b"", b"want for nothing?"];
    assert_eq!(hex(&whole), JEFE);
    assert_eq!(hmac_sha256(b"Jefe", &cut), whole);
    assert_ne!(
        hmac_sha256(b"Jefe", &[b"what do ya want for nothing!"]),
        whole
    );
}

#[test]
fn there_are_keys_and_none_is_shown() {
    assert!(SigningKeys::new(Vec::new()).is_err());
    assert!(SigningKeys::new(vec![b"Jefe".to_vec(), Vec::new()]).is_err());
    let shown = format!("{:?}", keys(&[b"Jefe"]));
    assert!(
        !shown.contains("Jefe") && !shown.contains("74, 101"),
        "{shown}"
    );
}

/// RFC 4231, test cases 1 to 4, 6 and 7: key, message, HMAC-SHA-256, HMAC-SHA-512.
fn rfc_4231() -> Vec<(Vec<u8>, Vec<u8>, &'static str, &'static str)> {
    vec![
        (
            vec![0x0b; 20],
            b"Hi There".to_vec(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde\
             daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
             9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
        (
            vec![0xaa; 20],
            vec![0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39\
             bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
        ),
        (
            (1..=25).collect(),
            vec![0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db\
             a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
        ),
        (
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352\
             6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
        ),
        (
            vec![0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size \
              data. The key needs to be hashed before being used by the HMAC algorithm."
                .to_vec(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944\
             b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
        ),
    ]
}

#[test]
fn hmac_gives_what_rfc_4231_gives() {
    for (key, message, sha256, sha512) in rfc_4231() {
        assert_eq!(hex(&hmac_sha256(&key, &[&message])), sha256);
        assert_eq!(hex(&hmac_sha512(&key, &[&message])), sha512);
    }
}

/// The block of SHA-256 is 64 bytes, that of SHA-512 is 128: on both sides of them, what the
/// library itself makes of a key of that length.
#[test]
fn a_key_around_the_length_of_a_block_is_taken_as_the_library_takes_it() {
    fn library<D: Digest + BlockSizeUser>(key: &[u8]) -> Vec<u8> {
        let mac = SimpleHmac::<D>::new_from_slice(key).unwrap();
        mac.chain_update(b"m").finalize().into_bytes().to_vec()
    }
    for length in [0, 1, 63, 64, 65, 127, 128, 129, 4096] {
        let key = vec![b'k'; length];
        assert_eq!(hmac_sha256(&key, &[b"m"]), library::<Sha256>(&key));
        assert_eq!(hmac_sha512(&key, &[b"m"]), library::<Sha512>(&key));
    }
}
