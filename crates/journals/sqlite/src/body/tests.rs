//! What was written down once is read for ever.

use sha2::{Digest, Sha256};

use super::*;

/// Entries as they were written by the first version, and as they stood in its file.
const FIRST_ENTRIES: [(&str, &str); 3] = [
    (
        r#"{"begun":{"by":"0-1.1","intent":{"id":"op_welbfzy4bksqx36eupot4xt5gh2xftr6","provider":"dojo","request_key":"key-1","fingerprint":"a7p2j2jpctz5xklgfsrpnj5bwcfzvqqp","key":"nu3woclnmysy7warbwxxsshvnvj33tcu","plan":{"kind":"refund","payment":"pi_1","amount":{"minor":1000,"currency":"GBP"},"amount_is_exact":true,"full":false,"lines":[],"reason":"seen twice — ünïcödé","notes":null,"order_id":null,"metadata":{},"refunded_before":0,"total_is_certain":false,"before":{"total":null,"refunds":[],"nameless":0},"cap":5000,"external":0,"notices":[]},"created_at":"1970-01-01T00:00:01Z"}}}"#,
        "01024b0fe30317f01177656c62667a7934626b73717833366575706f743478743567683278667472369c080453040f030404406b65792d40040a0804f011613770326a326a7063747a35786b6c67667372706e6a35627763667a767171704507012804f0116e7533776f636c6e6d7973793777617262777878737368766e766a333374637582000f48041100830002200400ae020ffc09050f49042bf60c227365656e20747769636520e2809420c3bc6ec3af63c3b664c3a9990800ef010f61049f40313937301e06061e1060315a227d7d7d",
    ),
    (
        r#"{"noted":{"by":"0-1.1","operation":0,"evidence":{"at":"1970-01-01T00:00:00Z","fact":{"fact":"marked","attempt":1}}}}"#,
        "0100740f690024403139373022040f220e0b0d7400603a317d7d7d7d",
    ),
    (
        r#"{"noted":{"by":"0-1.1","operation":0,"evidence":{"at":"1970-01-01T00:00:00Z","fact":{"fact":"answered","attempt":1,"outcome":{"outcome":"executed","refund":"rfnd_1","status":"succeeded","amount":null,"currency":null,"payment":null}}}}}"#,
        "0100eb0f690024403139373022040f220e0b0f2b02190fc101060071040f54012c606c7d7d7d7d7d",
    ),
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let digits = digits.map(|two| std::str::from_utf8(two).unwrap());
    digits
        .map(|two| u8::from_str_radix(two, 16).unwrap())
        .collect()
}

#[test]
fn old_bodies_are_readable() {
    for (entry, stored) in FIRST_ENTRIES {
        let found = unpack(&bytes(stored)).unwrap();
        assert_eq!(String::from_utf8(found).unwrap(), entry);
    }
    let plain = unpack(b"\x00{\"noted\":{}}").unwrap();
    assert_eq!(plain, b"{\"noted\":{}}");
}

#[test]
fn the_first_dictionary_stays_as_it_is() {
    let hash = hex(&Sha256::digest(FIRST_DICTIONARY));
    assert_eq!(
        hash,
        "95caff8d284ec009f97ed077b78b06d4c2534fa87fc41aeb457192bed51d54d3"
    );
}

#[test]
fn every_body_comes_back() {
    for (entry, _) in FIRST_ENTRIES {
        let packed = pack(entry.as_bytes());
        assert!(packed.len().saturating_mul(2) < entry.len());
    }
    for length in [0, 1, 2, 3, 65_535, 65_536, 70_000] {
        let body = "x".repeat(length);
        assert_eq!(unpack(&pack(body.as_bytes())).unwrap(), body.as_bytes());
    }
}

#[test]
fn what_is_no_body_is_damage() {
    let whole = bytes(FIRST_ENTRIES[0].1);
    for length in 1..whole.len() {
        assert!(unpack(&whole[..length]).is_err(), "{length}");
    }
    for stored in [
        &[][..],
        &[1],
        &[1, 0],
        &[1, 0, 9],
        &[1, 0xFF, 0xFF, 0x10],
        &[2, 0, 0],
        &[0xFF],
    ] {
        let found = unpack(stored);
        assert!(
            matches!(found, Err(JournalError::Damaged { .. })),
            "{found:?}"
        );
    }
}
