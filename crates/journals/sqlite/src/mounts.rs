//! File systems on which neither locks nor shared memory hold between machines.

use std::path::{Path, PathBuf};

/// Their names as the kernel lists them; of FUSE's, those that are known to reach over a network.
const NETWORK: [&str; 22] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fuse.ceph",
    "fuse.davfs",
    "fuse.gcsfuse",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
    "vboxsf",
    "vmhgfs",
];

/// The network file system that the file is on, where the system tells.
pub(crate) fn network(real: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let kind = kind(&mounts, real)?;
    NETWORK.contains(&kind).then(|| kind.to_owned())
}

/// What is mounted where the file is: the longest path that leads to it, and of several the last one,
/// which hides the others.
fn kind<'a>(mounts: &'a str, real: &Path) -> Option<&'a str> {
    let mut found: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let Some((left, right)) = line.split_once(" - ") else {
            continue;
        };
        let (Some(point), Some(kind)) = (left.split(' ').nth(4), right.split(' ').next()) else {
            continue;
        };
        let point = unescaped(point);
        let length = point.components().count();
        if real.starts_with(&point) && found.is_none_or(|(longest, _)| length >= longest) {
            found = Some((length, kind));
        }
    }
    found.map(|(_, kind)| kind)
}

/// Spaces and the like stand there as three octal digits.
fn unescaped(point: &str) -> PathBuf {
    let mut parts = point.split('\\');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let octal = part
            .get(..3)
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match (octal, part.get(3..)) {
            (Some(byte), Some(rest)) => {
                text.push(char::from(byte));
                text.push_str(rest);
            }
            _ => {
                text.push('\\');
                text.push_str(part);
            }
        }
    }
    PathBuf::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:50 / /mnt/share rw shared:7 - nfs4 server:/share rw
31 30 0:51 / /mnt/share/fast\\040disk rw - xfs /dev/vdb rw
32 22 0:52 / /data rw - ext4 /dev/vdc rw
33 22 0:53 / /data rw - fuse.sshfs me@host: rw
";

    #[test]
    fn the_innermost_and_last_mount_counts() {
        let of = |path: &str| kind(MOUNTS, Path::new(path));
        assert_eq!(of("/var/lib/journal.db"), Some("ext4"));
        assert_eq!(of("/mnt/share/journal.db"), Some("nfs4"));
        assert_eq!(of("/mnt/shared/journal.db"), Some("ext4"));
        assert_eq!(of("/mnt/share/fast disk/journal.db"), Some("xfs"));
        assert_eq!(of("/data/me/journal.db"), Some("fuse.sshfs"));
        assert!(NETWORK.is_sorted());
    }
}
