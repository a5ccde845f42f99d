//! The secrets of receivers, which the keyring makes: each receiver has its own, so that none can sign as
//! this sender to another.

use std::sync::Arc;

use url::{Position, Url};
use zeroize::Zeroizing;

use super::address_of;
use super::secret::{MOST_SIGNATURES, WebhookSecret};
use crate::error::Result;
use crate::keyring::{Keyring, Purpose};
use crate::sorting::Sorting;

impl Keyring {
    /// The secrets with which webhooks to a URL are signed, in their order: that of the current key for
    /// `webhooks`, and those of keys that were rotated out and not dropped yet, at most 16 in all. They
    /// differ for every receiver, which is the URL without its query. Show a receiver his own, by
    /// [`WebhookSecret::to_text`], and nobody else.
    ///
    /// ```
    /// use earnest::env::Env;
    /// use earnest::keyring::Keyring;
    ///
    /// let first = Keyring::generate(&Env::default());
    /// let second = first.rotate(&Env::default());
    /// let before = first.webhook_secrets("url", "https://shop.example/hook")?;
    /// let after = second.webhook_secrets("url", "https://shop.example/hook?order=7")?;
    /// // a receiver that has the earlier secret finds a signature by it until the key is dropped
    /// assert_eq!((before.len(), after.len()), (1, 2));
    /// assert_eq!(*before[0].to_text(), *after[1].to_text());
    /// # Ok::<(), earnest::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_request` naming `field`, for what is no URL of a receiver; `key_not_found` when the keyring
    /// has no current key for `webhooks`: it was made before there were any, and a rotation adds one.
    pub fn webhook_secrets(&self, field: &str, url: &str) -> Result<Vec<WebhookSecret>> {
        secrets_of(self, &address_of(field, url)?)
    }
}

/// As [`Keyring::webhook_secrets`], for a URL that was checked before.
pub(super) fn secrets_of(keyring: &Keyring, url: &Url) -> Result<Vec<WebhookSecret>> {
    keyring.newest(Purpose::Webhooks)?;
    let usage = format!("earnest/webhook/1\0{}", &url[..Position::AfterPath]);
    let mut keys: Vec<_> = keyring.of_purpose(Purpose::Webhooks).collect();
    keys.order_by_key(|key| key.is_old());
    let secret = |bytes: Zeroizing<[u8; 32]>| WebhookSecret(Arc::new(Zeroizing::new(bytes.to_vec())));
    Ok(keys.into_iter().take(MOST_SIGNATURES).map(|key| secret(key.derived(&usage))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;

    /// Made by Python's `hmac` and `base64` from the key that the keyring of tests has for webhooks.
    const SECRET: &str = "whsec_YbvA71ncSrQqXXErTKYH8+pcDNVP+w2bLVY/boT94nI=";
    const SIGNATURE: &str = "v1,QNgvfUMgLPmAFcZzxsr4N7cS2IGPS0MxXB6FC31sGbA=";
    const URL: &str = "https://shop.example/hooks/7";

    fn texts(ring: &Keyring, url: &str) -> Vec<String> {
        let secrets = ring.webhook_secrets("url", url).unwrap();
        secrets.iter().map(|secret| secret.to_text().to_string()).collect()
    }

    #[test]
    fn the_known_answer_of_a_key() {
        let secrets = Keyring::for_tests().webhook_secrets("url", URL).unwrap();
        assert_eq!(*secrets[0].to_text(), SECRET);
        let body = br#"{"email":"test@example.com","username":"test_user"}"#;
        let signature = secrets[0].sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body).unwrap();
        assert_eq!(signature, SIGNATURE);
    }

    #[test]
    fn a_receiver_is_its_url_without_the_query() {
        let ring = Keyring::for_tests();
        for same in [
            "https://shop.example/hooks/7?a=b",
            "https://SHOP.example:443/hooks/7#top",
            "https://shop.example/hooks/../hooks/7",
        ] {
            assert_eq!(texts(&ring, same), [SECRET], "{same}");
        }
        for other in [
            "https://shop.example/hooks/8",
            "https://shop.example/hooks/7/",
            "https://shop.example/Hooks/7",
            "https://shop.example:444/hooks/7",
            "https://other.example/hooks/7",
            "http://shop.example/hooks/7",
        ] {
            assert_ne!(texts(&ring, other), [SECRET], "{other}");
        }
        for bad in ["", "shop.example", "ftp://shop.example", "https://me:secret@shop.example"] {
            let error = ring.webhook_secrets("url", bad).unwrap_err();
            assert_eq!(error.details()["field"], "url", "{bad}");
            assert!(!error.message().contains("secret"));
        }
    }

    #[test]
    fn the_current_key_is_first_and_a_dropped_one_gone() {
        let first = Keyring::generate(&Env::default());
        let second = first.rotate(&Env::default());
        let [new, old] = &texts(&second, URL)[..] else { panic!("two") };
        assert_eq!(texts(&first, URL), [old.as_str()]);
        let kid = first.newest(Purpose::Webhooks).unwrap().kid();
        assert!(kid.starts_with("webhook-"), "{kid}");
        assert_eq!(texts(&second.without("drop", kid).unwrap(), URL), [new.as_str()]);
        // whatever the order of the file
        let text = second.to_text();
        let mut lines: Vec<&str> = text.lines().collect();
        let places: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].contains("\"webhooks\"")).collect();
        let last = lines.len() - 2;
        assert_eq!((places.len(), places[1]), (2, last), "the old one is written last");
        let ended = format!("{},", lines[last]);
        let (moved, rest) = (lines[places[0]].trim_end_matches(',').to_owned(), ended.as_str());
        lines[last] = rest;
        lines.remove(places[0]);
        lines.insert(last, &moved);
        let turned = Keyring::parse("keyring", &lines.join("\n")).unwrap();
        assert_eq!(texts(&turned, URL), [new.as_str(), old]);
        let many = (0..20).fold(first, |ring, _| ring.rotate(&Env::default()));
        assert_eq!(texts(&many, URL).len(), MOST_SIGNATURES);
    }

    #[test]
    fn a_keyring_of_before_names_what_is_missing() {
        let text = Keyring::for_tests().to_text();
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("\"webhooks\"")).collect();
        let old = Keyring::parse("keyring", &lines.join("\n").replace(",\n]}", "\n]}")).unwrap();
        let error = old.webhook_secrets("url", URL).unwrap_err();
        assert_eq!(error.details()["key"], "webhooks/current");
        assert!(error.message().contains("earnest keygen --rotate"), "{error}");
        assert_eq!(texts(&old.rotate(&Env::default()), URL).len(), 1);
    }
}
