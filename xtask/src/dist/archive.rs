//! A tar.gz without anything of the machine that made it: no order, owner, mode or time of its own.

use std::io::{Cursor, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use crate::shell::Outcome;

/// One file of the archive.
pub(super) struct Entry {
    path: String,
    mode: u32,
    content: Vec<u8>,
}

impl Entry {
    pub(super) fn text(path: &str, content: Vec<u8>) -> Self {
        Self {
            path: path.to_owned(),
            mode: 0o644,
            content,
        }
    }

    pub(super) fn program(name: &str, content: Vec<u8>) -> Self {
        let path = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        Self {
            path,
            mode: 0o755,
            content,
        }
    }
}

/// Packs the entries below one folder. The time is in seconds since 1970.
pub(super) fn pack(folder: &str, entries: &[Entry], time: u64) -> Outcome<Vec<u8>> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|one, other| one.path.cmp(&other.path));
    // 255 is gzip's "unknown operating system".
    let gzip = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    let mut tar = Builder::new(gzip);
    for entry in sorted {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(u64::try_from(entry.content.len())?);
        header.set_mode(entry.mode);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        tar.append_data(
            &mut header,
            format!("{folder}/{}", entry.path),
            entry.content.as_slice(),
        )?;
    }
    let mut gzip = tar.into_inner()?;
    gzip.flush()?;
    Ok(gzip.finish()?)
}

pub(super) fn unpack(packed: &[u8], into: &Path) -> Outcome {
    Ok(Archive::new(GzDecoder::new(Cursor::new(packed))).unpack(into)?)
}

/// In hexadecimal, 64 lower-case digits.
pub(super) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The line that `sha256sum --check` reads.
pub(super) fn checksum_file(content: &[u8], name: &str) -> String {
    format!("{}  {name}\n", sha256(content))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Entry, checksum_file, pack, sha256, unpack};

    fn entries() -> Vec<Entry> {
        vec![
            Entry::program("refundkit", b"program".to_vec()),
            Entry::text("README.md", b"read me".to_vec()),
            Entry::text(
                &format!("LICENSES/{}.txt", "long-".repeat(40)),
                b"terms".to_vec(),
            ),
        ]
    }

    #[test]
    fn the_same_files_in_any_order_make_the_same_archive() {
        let one = pack("refundkit-1", &entries(), 1_700_000_000).unwrap();
        let mut turned = entries();
        turned.reverse();
        assert_eq!(one, pack("refundkit-1", &turned, 1_700_000_000).unwrap());
    }

    #[test]
    fn what_is_told_changes_the_archive() {
        let one = sha256(&pack("refundkit-1", &entries(), 1).unwrap());
        assert_ne!(one, sha256(&pack("refundkit-1", &entries(), 2).unwrap()));
        assert_ne!(one, sha256(&pack("refundkit-2", &entries(), 1).unwrap()));
        let mut other = entries();
        other[0].content.push(0);
        assert_ne!(one, sha256(&pack("refundkit-1", &other, 1).unwrap()));
    }

    #[test]
    fn nothing_of_the_machine_is_inside() {
        let packed = pack("refundkit-1", &entries(), 1_700_000_000).unwrap();
        // The gzip header: magic, deflate, no name, time 0, best compression, system unknown.
        assert_eq!(packed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
        let mut modes = Vec::new();
        for entry in archive.entries().unwrap() {
            let entry = entry.unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(header.mtime().unwrap(), 1_700_000_000);
            assert_eq!(header.username().unwrap(), Some(""));
            modes.push(header.mode().unwrap());
        }
        assert_eq!(modes, [0o644, 0o644, 0o755]);
    }

    #[test]
    fn what_goes_in_comes_out() {
        let folder = tempfile::tempdir().unwrap();
        unpack(&pack("refundkit-1", &entries(), 0).unwrap(), folder.path()).unwrap();
        let inside = folder.path().join("refundkit-1");
        assert_eq!(fs::read(inside.join("refundkit")).unwrap(), b"program");
        assert_eq!(fs::read_dir(inside.join("LICENSES")).unwrap().count(), 1);
    }

    #[test]
    fn a_checksum_file_is_what_sha256sum_reads() {
        assert_eq!(
            checksum_file(b"abc", "refundkit.tar.gz"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  refundkit.tar.gz\n"
        );
    }
}
