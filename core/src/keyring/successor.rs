//! Whether a keyring can take the place of an earlier one while calls run: it goes forward only.

use super::{Alg, Key, Keyring, Purpose, SecretKey};
use crate::error::{Error, Result};

impl Keyring {
    /// The keys of an earlier keyring that seal or hash and that this one lacks: those that `earnest keygen
    /// --drop` took out, which the store must not need any more.
    pub(crate) fn dropped_since(&self, field: &str, earlier: &Self) -> Result<Vec<String>> {
        let refused = |what: String| Err(Error::invalid(field, what));
        let kept = |kid: &str| self.0.secrets.iter().any(|own| own.kid() == kid);
        if let Ok(index) = earlier.newest(Purpose::Index)
            && !kept(index.kid())
        {
            return refused(format!("lacks `{}`: it is of another installation", index.kid()));
        }
        for key in earlier.receipts() {
            let kid = key.kid();
            if !self.receipts().iter().any(|own| own.kid() == kid) {
                return refused(format!("lacks `{kid}`, which checks the receipts that it has signed"));
            }
        }
        let signs = |ring: &Self, alg| ring.current(alg).is_ok_and(|key| key.sign(b"").is_some());
        if let Some(alg) = Alg::ALL.into_iter().find(|&alg| signs(earlier, alg) && !signs(self, alg)) {
            return refused(format!("has no key that signs receipts by {}", alg.as_str()));
        }
        let has = |ring: &Self, purpose| ring.newest(purpose).is_ok();
        if let Some(of) = Purpose::ALL.into_iter().find(|&of| has(earlier, of) && !has(self, of)) {
            return refused(format!("has no current key for `{}`", of.as_str()));
        }
        if let Some(kid) = self.current_kids().find(|kid| earlier.rotated_out(kid)) {
            return refused(format!("is older than the one in use, in which `{kid}` was rotated out"));
        }
        let gone = earlier.0.secrets.iter().filter(|key| !kept(key.kid()));
        Ok(gone.map(|key| key.kid().to_owned()).collect())
    }

    /// The keys that are used now, one for each purpose and algorithm.
    fn current_kids(&self) -> impl Iterator<Item = &str> {
        let receipts = self.receipts().iter().filter(|key| !key.is_old()).map(Key::kid);
        receipts.chain(self.0.secrets.iter().filter(|key| !key.is_old()).map(SecretKey::kid))
    }

    fn rotated_out(&self, kid: &str) -> bool {
        self.receipts().iter().any(|key| key.is_old() && key.kid() == kid)
            || self.0.secrets.iter().any(|key| key.is_old() && key.kid() == kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    fn refusal(new: &Keyring, earlier: &Keyring) -> String {
        let error = new.dropped_since("keyring", earlier).unwrap_err();
        assert_eq!(error.details()["field"], "keyring");
        error.to_string()
    }

    /// The keyring without the lines that have a text.
    fn cut(ring: &Keyring, text: &str) -> Keyring {
        let all = ring.to_text();
        let lines: Vec<&str> = all.lines().filter(|line| !line.contains(text)).collect();
        Keyring::parse("keyring", &lines.join("\n").replace(",\n]}", "\n]}")).unwrap()
    }

    #[test]
    fn a_keyring_is_followed_by_itself_and_by_its_rotations() {
        let first = Keyring::generate(&Env::default());
        let second = first.rotate(&Env::default());
        for new in [&first, &second, &second.rotate(&Env::default())] {
            assert_eq!(new.dropped_since("keyring", &first).unwrap(), Vec::<String>::new());
        }
        let old = first.newest(Purpose::Vault).unwrap().kid();
        let dropped = second.without("keyring", old).unwrap();
        assert_eq!(dropped.dropped_since("keyring", &second).unwrap(), [old]);
        // whoever skipped the rotation in between is not kept from it either
        assert_eq!(dropped.dropped_since("keyring", &first).unwrap(), [old]);
    }

    #[test]
    fn what_is_older_or_of_others_or_can_do_less_is_refused() {
        let first = Keyring::generate(&Env::default());
        let second = first.rotate(&Env::default());
        let newest = second.current(Alg::HmacSha256).unwrap().kid();
        assert!(refusal(&first, &second).contains(&format!("lacks `{newest}`, which checks")));
        // a rotation of what seals and hashes alone, taken back
        let seals = |ring: &Keyring, kid: &str, to: &str| {
            let all = ring.to_text().lines().fold(String::new(), |all, line| {
                let line =
                    if line.contains(&format!("\"{kid}\"")) { line.replace("null", to) } else { line.into() };
                all + &line + "\n"
            });
            Keyring::parse("keyring", &all).unwrap()
        };
        let kek = first.newest(Purpose::Vault).unwrap().kid().to_owned();
        let more = Keyring::generate(&Env::default()).to_text().to_string();
        let more =
            more.lines().find(|line| line.contains("\"vault\"")).unwrap().trim_end_matches(',').to_owned();
        let retired = seals(&first, &kek, "\"2027-01-01T00:00:00Z\"")
            .to_text()
            .replace("\n]}", &format!(",{more}\n]}}"));
        let later = Keyring::parse("keyring", &retired).unwrap();
        assert_eq!(later.dropped_since("keyring", &first).unwrap(), Vec::<String>::new());
        assert!(refusal(&first, &later).contains(&format!("in which `{kek}` was rotated out")));
        let other = Keyring::generate(&Env::default());
        assert!(refusal(&other, &first).contains("of another installation"));
        let receipt = first.current(Alg::HmacSha256).unwrap().kid();
        assert!(refusal(&cut(&second, receipt), &second).contains(&format!("lacks `{receipt}`")));
        // the same key that signs, without its secret
        let secret = first.to_text();
        let line = secret.lines().find(|line| line.contains("Ed25519")).unwrap();
        let public = format!("{}}},", line.split(",\"secret\"").next().unwrap());
        let public = Keyring::parse("keyring", &secret.replace(line, &public)).unwrap();
        assert!(refusal(&public, &first).contains("no key that signs receipts by Ed25519"));
        let pepper = first.newest(Purpose::Pins).unwrap().kid().to_owned();
        let line = secret.lines().find(|line| line.contains(&pepper)).unwrap();
        let retired = line.replace("\"retired_at\":null", "\"retired_at\":\"2027-01-01T00:00:00Z\"");
        let none = Keyring::parse("keyring", &secret.replace(line, &retired)).unwrap();
        assert!(refusal(&none, &first).contains("no current key for `pins`"));
    }
}
