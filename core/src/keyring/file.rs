//! How a keyring is written down, and what is refused when it is read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{
    Alg, Envelope, Key, Keyring, Material, Purpose, RECEIPTS, Ring, SecretKey, VERSION, bytes, kid_of,
    secrets,
};
use crate::error::{Error, Result};
use crate::time::Time;

/// More bytes than a key has as JSON.
const KEY_SIZE: usize = 512;
/// The most bytes of a file with a keyring, which has about 300 for each key.
const MOST: usize = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyringFile<'t> {
    earnest_keyring: u64,
    #[serde(borrow)]
    keys: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct OfPurpose {
    purpose: String,
}

/// A receipt key as it is written. Secrets are wiped when it is dropped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kid: String,
    purpose: String,
    alg: Alg,
    created_at: Time,
    #[serde(default)]
    retired_at: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<Zeroizing<String>>,
}

impl Written {
    fn of(key: &Key) -> Self {
        let (public, secret) = match &key.material {
            Material::Hmac(secret) => (None, Some(Zeroizing::new(hex::encode(secret.as_slice())))),
            Material::Signing(signing) => {
                let public = hex::encode(signing.verifying_key().as_bytes());
                (
                    Some(public),
                    Some(Zeroizing::new(hex::encode(Zeroizing::new(signing.to_bytes()).as_slice()))),
                )
            }
            Material::Verifying(public) => (Some(hex::encode(public.as_bytes())), None),
        };
        Self {
            kid: key.kid.clone(),
            purpose: RECEIPTS.to_owned(),
            alg: key.alg(),
            created_at: key.created_at,
            retired_at: key.retired_at,
            public,
            secret,
        }
    }

    /// The key; the answer of a refusal is the member that is wrong, and what it must be.
    fn key(&self) -> Result<Key, (&'static str, &'static str)> {
        const HEX: &str = "must be 64 lower-case hexadecimal digits";
        let secret = match &self.secret {
            Some(text) => Some(Zeroizing::new(bytes(text).ok_or(("secret", HEX))?)),
            None => None,
        };
        let public = match &self.public {
            Some(text) => {
                let bytes = bytes(text).ok_or(("public", HEX))?;
                Some(
                    VerifyingKey::from_bytes(&bytes)
                        .map_err(|_| ("public", "must be an Ed25519 public key"))?,
                )
            }
            None => None,
        };
        let material = match (self.alg, secret, public) {
            (Alg::HmacSha256, Some(secret), None) => Material::Hmac(secret),
            (Alg::HmacSha256, None, _) => return Err(("secret", "must be given")),
            (Alg::HmacSha256, _, Some(_)) => return Err(("public", "must not be given: an HMAC has none")),
            (Alg::Ed25519, Some(secret), public) => {
                let key = SigningKey::from_bytes(&secret);
                if public.is_some_and(|public| public != key.verifying_key()) {
                    return Err(("public", "must be that of the secret"));
                }
                Material::Signing(Box::new(key))
            }
            (Alg::Ed25519, None, Some(public)) => Material::Verifying(public),
            (Alg::Ed25519, None, None) => return Err(("secret", "must be given, or else `public`")),
        };
        if kid_of(&material) != self.kid {
            return Err(("kid", "must be that of the key: the text has been damaged"));
        }
        let (created_at, retired_at) = (self.created_at, self.retired_at);
        Ok(Key { kid: self.kid.clone(), material, created_at, retired_at })
    }
}

impl Keyring {
    /// Reads the setting `field`: the text of a keyring, or `file:` and the path of one.
    ///
    /// # Errors
    /// As [`Keyring::parse`] and [`Keyring::of_file`].
    pub fn request(field: &str, setting: &str) -> Result<Self> {
        if let Some(path) = setting.strip_prefix("file:") {
            return Self::of_file(field, Path::new(path));
        }
        // the name of a file is no secret
        if !setting.trim_start().starts_with('{') && Path::new(setting).is_file() {
            return Err(Error::invalid(field, format!("is the path of a file: write `file:{setting}`")));
        }
        Self::parse(field, setting)
    }

    /// The text that the setting `field` is or names, read and not looked at: it may be sealed.
    ///
    /// # Errors
    /// `invalid_request` naming `field` and the file, when it cannot be read or is open to others.
    pub fn text_of(field: &str, setting: &str) -> Result<Zeroizing<String>> {
        match setting.strip_prefix("file:") {
            Some(path) => text_in(field, Path::new(path)),
            None => Ok(Zeroizing::new(setting.to_owned())),
        }
    }

    /// Reads the file that the setting `field` names. Only its owner may be able to read or write it; of one
    /// that root owns, a group of this process may read it too. A relative path is of the folder that the
    /// process is in now: [`Engine::reload_keyring`](crate::Engine::reload_keyring) reads the same file,
    /// wherever the process is then.
    ///
    /// # Errors
    /// `invalid_request` naming `field` and the file, when it cannot be read, is open to others, or as
    /// [`Keyring::parse`].
    pub fn of_file(field: &str, path: &Path) -> Result<Self> {
        let named = |what| Error::invalid(field, format!("names `{}`: {what}", path.display()));
        let whole = std::path::absolute(path).map_err(|error| named(error.kind().to_string()))?;
        let mut ring = read(&text_in(field, path)?).map_err(named)?;
        ring.file = Some(whole);
        ring.stranger = stranger(path);
        Ok(Self(Arc::new(ring)))
    }

    /// Reads the text of a keyring; refusals name `field` and never repeat its content.
    ///
    /// ```json
    /// {"earnest_keyring":1,"keys":[
    ///   {"kid":"hs256-...","purpose":"receipts","alg":"HMAC-SHA-256","created_at":"2026-01-01T00:00:00Z",
    ///    "retired_at":null,"secret":"64 hexadecimal digits"},
    ///   {"kid":"ed25519-...","purpose":"receipts","alg":"Ed25519","created_at":"2026-01-01T00:00:00Z",
    ///    "retired_at":null,"public":"64 hexadecimal digits","secret":"64 hexadecimal digits"}]}
    /// ```
    ///
    /// Of each algorithm one key at most is current (`retired_at` is null); the others only check. An Ed25519
    /// key without `secret` only checks. The keys for `vault` (AES-256-GCM), `index`, `pins` and `webhooks`
    /// (HMAC-SHA-256) have a `secret` each, and one of each is current. Keys for a purpose that this version
    /// does not know are kept and not used.
    ///
    /// # Errors
    /// `invalid_request` naming `field`, with the member that is wrong.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let ring = read(text).map_err(|what| Error::invalid(field, what))?;
        Ok(Self(Arc::new(ring)))
    }

    /// The text of this keyring, with all its secrets.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        // room for all: a text that grows leaves copies of itself in memory
        let rest: usize = self.0.others.iter().map(|key| key.len() + 8).sum();
        let known = self.0.receipts.len() + self.0.secrets.len();
        let mut text = Zeroizing::new(String::with_capacity(64 + rest + known * KEY_SIZE));
        text.push_str(&format!("{{\"earnest_keyring\":{VERSION},\"keys\":["));
        let mut first = true;
        let mut add = |key: &str| {
            text.push_str(if first { "\n  " } else { ",\n  " });
            text.push_str(key);
            first = false;
        };
        for key in &self.0.receipts {
            let mut json = Zeroizing::new(Vec::with_capacity(KEY_SIZE));
            // a record of texts always has a JSON form
            if serde_json::to_writer(&mut *json, &Written::of(key)).is_ok() {
                add(&String::from_utf8_lossy(&json));
            }
        }
        for key in &self.0.secrets {
            let mut json = Zeroizing::new(Vec::with_capacity(KEY_SIZE));
            if serde_json::to_writer(&mut *json, &secrets::Written::of(key)).is_ok() {
                add(&String::from_utf8_lossy(&json));
            }
        }
        for key in &self.0.others {
            add(key);
        }
        text.push_str("\n]}\n");
        text
    }
}

/// The text of a file that others may neither read nor write.
fn text_in(field: &str, path: &Path) -> Result<Zeroizing<String>> {
    let shown = path.display();
    let unread =
        |error: io::Error| Error::invalid(field, format!("names `{shown}`, which cannot be read: {error}"));
    let file = opened(path).map_err(unread)?;
    let found = file.metadata().map_err(unread)?;
    // a pipe that nobody writes to would be waited for, and a device has no end
    if !found.is_file() {
        return Err(Error::invalid(field, format!("names `{shown}`, which is no file")));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let mode = found.mode() & 0o7777;
        if is_open_to_others(mode, found.uid(), is_group_of_this_process(found.gid())) {
            let what = format!(
                "names `{shown}`, which others may read or write (mode {mode:04o}): run `chmod 600 {shown}`, \
                 or let root own it and a group of this process read it (0640)"
            );
            return Err(Error::invalid(field, what));
        }
    }
    // room for all: a text that grows leaves copies of itself in memory
    let size = usize::try_from(found.len()).unwrap_or(usize::MAX).min(MOST);
    let mut text = Zeroizing::new(String::with_capacity(size + 2));
    file.take(MOST as u64 + 1).read_to_string(&mut text).map_err(unread)?;
    if text.len() > MOST {
        let what = format!("names `{shown}`, which has more than the {MOST} bytes that a keyring may have");
        return Err(Error::invalid(field, what));
    }
    Ok(text)
}

/// Opens a file to read it, and waits for nobody to write to it.
fn opened(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    options.open(path)
}

/// The user who owns a file, where that is neither this process's nor root.
#[cfg(unix)]
fn stranger(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = std::fs::metadata(path).ok()?.uid();
    Some(owner).filter(|owner| is_of_another(*owner, rustix::process::geteuid().as_raw()))
}

#[cfg(not(unix))]
fn stranger(_: &Path) -> Option<u32> {
    None
}

/// Whether a file that this process can read belongs to another user, who can change it: only root reads what
/// is closed to others.
#[cfg(unix)]
const fn is_of_another(owner: u32, me: u32) -> bool {
    owner != 0 && owner != me
}

/// Whether others than its owner may use a file. What root owns may be readable by a group of this process,
/// `ours`, as PostgreSQL's clients have it with their keys: a process that is not root is given secrets so,
/// and cannot change that.
#[cfg(unix)]
const fn is_open_to_others(mode: u32, owner: u32, ours: bool) -> bool {
    let others = if owner == 0 && ours { 0o037 } else { 0o077 };
    mode & others != 0
}

#[cfg(unix)]
fn is_group_of_this_process(group: u32) -> bool {
    use rustix::process::{getegid, getgroups};
    getegid().as_raw() == group
        || getgroups().is_ok_and(|groups| groups.iter().any(|other| other.as_raw() == group))
}

/// Reads the text of a keyring; a refusal gives the error, and never the content.
fn read(text: &str) -> Result<Ring, String> {
    if !text.trim_start().starts_with('{') {
        return Err("must be a keyring, as `earnest keygen` prints it, or `file:` and the path of one".into());
    }
    if let Ok(Some(sealed)) = Envelope::read("", text) {
        return Err(format!("is sealed by `{}`: a source that unwraps its data key opens it", sealed.by));
    }
    // serde's message repeats the bad value: only its place may be shown
    let place = |error: &serde_json::Error| format!("line {}, column {}", error.line(), error.column());
    let file: KeyringFile<'_> = serde_json::from_str(text)
        .map_err(|error| format!("is not a keyring: it is broken at {}", place(&error)))?;
    if file.earnest_keyring != VERSION {
        return Err(format!("has version {}: only {VERSION} is known", file.earnest_keyring));
    }
    let mut ring = Ring::default();
    for (index, raw) in file.keys.iter().enumerate() {
        let broken = |error: serde_json::Error| {
            format!("keys[{index}] is not a key: it is broken at {} of it", place(&error))
        };
        let named: OfPurpose = serde_json::from_str(raw.get()).map_err(broken)?;
        if Purpose::named(&named.purpose).is_some() {
            let written: secrets::Written = serde_json::from_str(raw.get()).map_err(broken)?;
            let key = written.key().map_err(|(member, what)| format!("keys[{index}].{member} {what}"))?;
            admit(&ring.secrets, &key).map_err(|what| format!("keys[{index}]{what}"))?;
            ring.secrets.push(key);
            continue;
        }
        if named.purpose != RECEIPTS {
            ring.others.push(Zeroizing::new(raw.get().to_owned()));
            continue;
        }
        let written: Written = serde_json::from_str(raw.get()).map_err(broken)?;
        let key = written.key().map_err(|(member, what)| format!("keys[{index}].{member} {what}"))?;
        if ring.receipts.iter().any(|other| other.kid == key.kid) {
            return Err(format!("keys[{index}].kid is there twice"));
        }
        let rival = |other: &Key| !other.is_old() && !key.is_old() && other.alg() == key.alg();
        if ring.receipts.iter().any(rival) {
            return Err(format!("keys[{index}] is a second current key for {}", key.alg().as_str()));
        }
        ring.receipts.push(key);
    }
    Ok(ring)
}

/// Whether a key may stand beside those that were read before it.
fn admit(others: &[SecretKey], key: &SecretKey) -> Result<(), String> {
    if others.iter().any(|other| other.kid == key.kid) {
        return Err(".kid is there twice".to_owned());
    }
    let rival = |other: &SecretKey| !other.is_old() && !key.is_old() && other.purpose == key.purpose;
    if others.iter().any(rival) {
        return Err(format!(" is a second current key for `{}`", key.purpose.as_str()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    fn refusal(text: &str) -> String {
        let error = Keyring::parse("keyring", text).unwrap_err();
        assert_eq!(error.details()["field"], "keyring");
        error.to_string()
    }

    #[test]
    fn a_keyring_reads_back_what_it_wrote() {
        let ring = Keyring::generate(&Env::default());
        let ring = ring.rotate(&Env::default()).rotate(&Env::default());
        let read = Keyring::parse("keyring", &ring.to_text()).unwrap();
        assert_eq!(*read.to_text(), *ring.to_text());
        assert_eq!(ring.to_text().lines().count(), 18);
        assert_eq!(ring.to_text().matches("\"secret\"").count(), 14, "old Ed25519 keys have none");
        for (purpose, keys) in [("vault", 3), ("index", 1), ("pins", 3), ("webhooks", 3)] {
            let named = format!("\"purpose\":\"{purpose}\"");
            assert_eq!(ring.to_text().matches(&named).count(), keys, "{purpose}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_group_of_the_process_reads_what_root_owns() {
        for mode in [0o600, 0o400, 0o640, 0o440] {
            assert!(!is_open_to_others(mode, 0, true), "{mode:o}");
        }
        for mode in [0o660, 0o620, 0o650, 0o644, 0o444, 0o642, 0o641] {
            assert!(is_open_to_others(mode, 0, true), "{mode:o}");
        }
        for (owner, ours) in [(0, false), (1000, true), (1000, false)] {
            assert!(is_open_to_others(0o640, owner, ours) && is_open_to_others(0o440, owner, ours));
            assert!(!is_open_to_others(0o600, owner, ours));
        }
        assert!(is_group_of_this_process(rustix::process::getegid().as_raw()));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_another_user_is_known() {
        for (owner, me, another) in [(0, 0, false), (0, 7, false), (7, 7, false), (7, 0, true), (8, 7, true)]
        {
            assert_eq!(is_of_another(owner, me), another, "{owner} {me}");
        }
    }

    /// A pipe that nobody writes to, a device without an end, and a file that is too long.
    #[cfg(unix)]
    #[test]
    fn what_has_no_end_is_not_read() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(
            std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status().unwrap().success()
        );
        let long = folder.path().join("long");
        let owned = std::fs::Permissions::from_mode(0o600);
        std::fs::write(&long, format!("{}{}", *Keyring::for_tests().to_text(), " ".repeat(MOST))).unwrap();
        std::fs::set_permissions(&long, owned.clone()).unwrap();
        let fits = folder.path().join("fits");
        let text = Keyring::for_tests().to_text();
        std::fs::write(&fits, format!("{}{}", *text, " ".repeat(MOST - text.len()))).unwrap();
        std::fs::set_permissions(&fits, owned).unwrap();
        for (path, expected) in [
            (&*pipe, "is no file"),
            (Path::new("/dev/zero"), "is no file"),
            (&*long, "more than the 1048576 bytes"),
        ] {
            let error = Keyring::of_file("keyring", path).unwrap_err();
            assert!(error.message().contains(expected), "{error}");
        }
        assert!(Keyring::of_file("keyring", &fits).is_ok());
    }

    #[test]
    fn keys_of_a_later_version_are_kept() {
        let text = Keyring::for_tests().to_text().replace(
            "\n]}",
            ",\n  {\"kid\":\"v-1\",\"purpose\":\"later\",\"alg\":\"AES-256-GCM\",\"more\":[1, 2]}\n]}",
        );
        let read = Keyring::parse("keyring", &text).unwrap();
        assert_eq!(*read.to_text(), text);
        assert!(read.rotate(&Env::default()).to_text().contains("\"more\":[1, 2]"));
    }

    #[test]
    fn a_broken_keyring_is_refused_without_a_word_of_it() {
        let good = Keyring::for_tests().to_text();
        let secret = good.split("\"secret\":\"").nth(1).unwrap()[..64].to_owned();
        let twice =
            good.replace("\n]}", &format!(",{}\n]}}", good.lines().nth(1).unwrap().trim_end_matches(',')));
        let cases = [
            (secret.clone(), "must be a keyring"),
            ("{".to_owned(), "broken at line 1"),
            (good.replace("keyring\":1", "keyring\":2"), "version 2"),
            (good.replace(&secret, &secret[1..]), "keys[0].secret must be 64"),
            (good.replace(&secret, &secret.to_uppercase()), "keys[0].secret must be 64"),
            (good.replace(&secret, &secret.chars().rev().collect::<String>()), "keys[0].kid must be that"),
            (good.replace(&format!("\"{secret}\""), "17"), "keys[0] is not a key"),
            (good.replace("\"Ed25519\"", "\"RS256\""), "keys[1] is not a key"),
            (good.replace("\"Ed25519\"", "\"HMAC-SHA-256\""), "keys[1].public must not"),
            (good.replacen("\"secret\"", "\"secrets\"", 1), "keys[0] is not a key"),
            (twice, "keys[6].kid is there twice"),
        ];
        for (text, expected) in cases {
            let said = refusal(&text);
            assert!(said.contains(expected), "{said}: {expected}");
            assert!(!said.contains(&secret) && !said.contains(&secret[1..]), "{said}");
        }
        let kek = good.lines().nth(3).unwrap();
        for (from, to, expected) in [
            ("AES-256-GCM", "HMAC-SHA-256", "keys[2].alg must be that of its purpose"),
            ("\"purpose\":\"vault\"", "\"purpose\":\"pins\"", "keys[2].alg must be that of its purpose"),
            ("\"secret\"", "\"secretly\"", "keys[2] is not a key"),
        ] {
            assert!(refusal(&good.replace(kek, &kek.replace(from, to))).contains(expected), "{expected}");
        }
        let index = good.lines().nth(4).unwrap();
        let retired = index.replace("\"retired_at\":null", "\"retired_at\":\"2027-01-01T00:00:00Z\"");
        assert!(refusal(&good.replace(index, &retired)).contains("keys[3].retired_at must be null"));
        let other = Keyring::generate(&Env::default()).to_text();
        let second =
            good.replace("\n]}", &format!(",{}\n]}}", other.lines().nth(3).unwrap().trim_end_matches(',')));
        assert!(refusal(&second).contains("second current key for `vault`"));
        let both =
            good.replace("\n]}", &format!(",{}\n]}}", other.lines().nth(1).unwrap().trim_end_matches(',')));
        assert!(refusal(&both).contains("second current key for HMAC-SHA-256"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let ring = Keyring::for_tests();
        let options = crate::Options::new().keyring(ring.clone());
        let shown = format!("{ring:?} {options:?} {:?}", ring.receipts());
        for secret in ring.to_text().split("\"secret\":\"").skip(1) {
            assert!(!shown.contains(&secret[..64]), "{shown}");
        }
        assert!(shown.contains("ed25519-"));
    }
}
