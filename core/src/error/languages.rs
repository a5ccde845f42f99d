//! Texts for people in the languages that an application brings: option `messages`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, PoisonError, RwLock};

use super::{Code, Detail, Error, Result};

/// Texts by language and code, as they are given: `messages["de"]["pin_locked"]`.
pub type Messages = BTreeMap<String, BTreeMap<String, String>>;

/// The most bytes of a locale: more name no language, and each of its subtags would be looked up.
const LONGEST: usize = 64;

/// The most characters of a text.
const MOST: usize = 500;

type Collection = HashMap<Code, HashMap<String, String>>;

/// The texts that engines of this process have brought. Errors know no engine: there is one collection for
/// all.
static BROUGHT: LazyLock<RwLock<Collection>> = LazyLock::new(RwLock::default);

/// A text by its code and tag.
type Text = (Code, String, String);

/// Reads texts that are to be [published](publish).
pub(crate) fn checked(messages: &Messages) -> Result<Vec<Text>> {
    let mut read = Vec::new();
    for (tag, texts) in messages {
        if !is_tag(tag) {
            let reason = "must be a language such as `de` or `pt-BR`";
            return Err(Error::invalid(format!("messages.{tag}"), reason));
        }
        for (code, text) in texts {
            let field = || format!("messages.{tag}.{code}");
            let of = Code::all().iter().find(|known| known.as_str() == code);
            let of = *of.ok_or_else(|| Error::invalid(field(), "must be a code of the error table"))?;
            check(of, text).map_err(|reason| Error::invalid(field(), reason))?;
            read.push((of, tag_of(tag), text.clone()));
        }
    }
    Ok(read)
}

/// Makes texts known to [`Error::to_user`]: one for the same language and code replaces the one before.
pub(crate) fn publish(texts: Vec<Text>) {
    if texts.is_empty() {
        return;
    }
    let mut known = BROUGHT.write().unwrap_or_else(PoisonError::into_inner);
    for (code, tag, text) in texts {
        known.entry(code).or_default().insert(tag, text);
    }
}

/// The text for people in the language of `locale`; in English where there is none.
pub(super) fn template(code: Code, locale: &str) -> Cow<'static, str> {
    let found = found(code, locale).or_else(|| found(code, "en"));
    found.map_or(Cow::Borrowed(code.english()), |(_, text)| text)
}

impl Detail {
    /// Returns the message of the rule that refuses, where this text leaves it out.
    pub(super) fn said_by_rule(&self, template: &str) -> Option<&str> {
        let message = match self {
            Self::RateLimited { message, .. }
            | Self::VelocityBlocked { message, .. }
            | Self::ReviewRequired { message, .. }
            | Self::FactorRequired { message, .. } => message.as_deref(),
            _ => None,
        };
        message.filter(|message| !message.is_empty() && !template.contains("{message}"))
    }
}

/// The part of `locale` that names a language in which there is a text for people.
pub(super) fn known(code: Code, locale: &str) -> Option<&str> {
    found(code, locale).and_then(|(length, _)| locale.get(..length))
}

/// The text in the language of `locale`, or in what that is without its last subtags, and how long the tag is
/// under which it was found. One that was brought takes the place of the library's own.
fn found(code: Code, locale: &str) -> Option<(usize, Cow<'static, str>)> {
    if locale.len() > LONGEST {
        return None;
    }
    let known = BROUGHT.read().unwrap_or_else(PoisonError::into_inner);
    let brought = known.get(&code);
    lookup(&tag_of(locale)).find_map(|tag| {
        let text = brought.and_then(|texts| texts.get(tag)).map(|text| Cow::Owned(text.clone()));
        Some((tag.len(), text.or_else(|| own(code, tag).map(Cow::Borrowed))?))
    })
}

/// The library's own text in a language.
fn own(code: Code, tag: &str) -> Option<&'static str> {
    match tag {
        "en" => Some(code.english()),
        "ko" => Some(code.korean()),
        _ => None,
    }
}

/// A locale in the form of the collection, without its encoding and what follows: `de_AT.UTF-8@euro` is
/// `de-at`.
fn tag_of(locale: &str) -> String {
    let tag = locale.split(['.', '@']).next().unwrap_or_default();
    tag.replace('_', "-").to_ascii_lowercase()
}

/// The tags by which a language is looked up, as RFC 4647 has it: the last subtag is dropped again and again,
/// and one of a single letter or digit with what followed it.
fn lookup(tag: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(tag), |tag| {
        let (shorter, _) = tag.rsplit_once('-')?;
        let without = shorter.rsplit_once('-').filter(|(_, last)| last.len() == 1);
        Some(without.map_or(shorter, |(rest, _)| rest))
    })
}

fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Whether a text can be filled from the details of its code.
fn check(code: Code, text: &str) -> std::result::Result<(), String> {
    if text.trim().is_empty() || text.chars().count() > MOST {
        return Err(format!("must have 1 to {MOST} characters"));
    }
    let (mut rest, mut grouped) = (text, false);
    while let Some(at) = rest.find(['{', '}', '[', ']']) {
        let (mark, after) = rest.split_at(at).1.split_at(1);
        rest = match (mark, grouped) {
            ("{", _) => {
                let (name, after) = after.split_once('}').ok_or("must close its `{`")?;
                if !code.fields().iter().any(|field| field.name == name) {
                    let names: Vec<String> =
                        code.fields().iter().map(|field| format!("`{}`", field.name)).collect();
                    return Err(format!("must not name `{{{name}}}`: the details are {}", list(&names)));
                }
                after
            }
            ("[", false) | ("]", true) => {
                grouped = !grouped;
                after
            }
            _ => return Err(format!("must not have a `{mark}` there")),
        };
    }
    if grouped { Err("must close its `[`".to_owned()) } else { Ok(()) }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::engine::options::Options;

    fn given(tag: &str, code: &str, text: &str) -> Messages {
        let texts = BTreeMap::from([(code.to_owned(), text.to_owned())]);
        BTreeMap::from([(tag.to_owned(), texts)])
    }

    fn bring(messages: &Messages) -> Result<()> {
        checked(messages).map(publish)
    }

    /// Languages of no country, so that no other test meets them.
    #[test]
    fn a_language_is_added_and_the_region_comes_first() {
        let error = Error::from(Detail::PinInvalid { attempts_left: 2 });
        let english = error.to_user("en");
        assert_eq!(error.to_user("xa-QM"), english);
        bring(&given("xa", "pin_invalid", "noch {attempts_left} Versuche")).unwrap();
        bring(&given("xa_QN", "pin_invalid", "{attempts_left} mal noch")).unwrap();
        for (locale, text) in [
            ("xa", "noch 2 Versuche"),
            ("XA-QM", "noch 2 Versuche"),
            ("xa_QN.UTF-8", "2 mal noch"),
            ("xb", &english),
        ] {
            assert_eq!(error.to_user(locale), text, "{locale}");
            assert_eq!(error.envelope(locale)["message"], text, "{locale}");
        }
        let other = Error::from(Detail::SelfApproval { approval: "ap".to_owned() });
        assert_eq!(other.to_user("xa"), other.to_user("en"), "no text of this code was brought");
    }

    #[test]
    fn a_language_is_looked_up_without_its_last_subtags() {
        let error = Error::from(Detail::PinInvalid { attempts_left: 2 });
        for (tag, text) in [("xe", "one"), ("xe-Hant", "two"), ("xe_hant_qm", "three"), ("xf-QM", "four")] {
            bring(&given(tag, "pin_invalid", text)).unwrap();
        }
        let english = error.to_user("en");
        for (locale, text) in [
            ("xe-Hant-QM", "three"),
            ("xe-Hant-QM-x-private", "three"),
            ("xe-Hant-QN", "two"),
            ("xe_HANT", "two"),
            ("xe-Hans-QM", "one"),
            ("xe-a-hant", "one"),
            ("xe@latin", "one"),
            ("xe.UTF-8", "one"),
            ("xf_QM@latin", "four"),
            ("xf_QM.UTF-8@latin", "four"),
            ("xf", &english),
            ("", &english),
            ("-", &english),
        ] {
            assert_eq!(error.to_user(locale), text, "{locale}");
        }
        assert_eq!(error.to_user("ko@euckr"), error.to_user("ko"));
        let long = |subtags| format!("xe-hant{}", "-abcdefgh".repeat(subtags));
        assert_eq!((long(6).len(), error.to_user(&long(6))), (61, "two".to_owned()));
        assert_eq!((error.to_user(&long(7)), error.language_of(&long(7))), (english, None));
    }

    /// A code that no other test of this program shows people in English.
    #[test]
    fn texts_in_english_are_those_of_every_other_language() {
        let error = Error::from(Detail::OtpReused {});
        let korean = error.to_user("ko");
        let known = |locale| error.language_of(locale);
        assert_eq!((known("fr"), known("en-GB"), known("ko_KR.UTF-8")), (None, Some("en"), Some("ko")));
        bring(&given("en", "otp_reused", "Sign it first")).unwrap();
        bring(&given("en-GB", "otp_reused", "Do sign it first")).unwrap();
        for (locale, text, language) in [
            ("en", "Sign it first", Some("en")),
            ("en-US", "Sign it first", Some("en")),
            ("EN-gb", "Do sign it first", Some("EN-gb")),
            ("fr-CA", "Sign it first", None),
            ("", "Sign it first", None),
            ("ko-KR", &korean, Some("ko")),
        ] {
            assert_eq!(error.to_user(locale), text, "{locale}");
            assert_eq!(known(locale), language, "{locale}");
        }
        bring(&given("xg", "pin_invalid", "a")).unwrap();
        assert_eq!(known("xg"), None, "a text of another code");
    }

    #[test]
    fn what_a_rule_says_reaches_people() {
        let said = |message: &str| {
            let (factors, message) = (vec!["pin".to_owned()], Some(message.to_owned()));
            Error::from(Detail::FactorRequired { factors, message })
        };
        let error = said("A moment, please");
        assert_eq!((error.to_user("ko").as_str(), error.language_of("ko")), ("A moment, please", None));
        assert_eq!(error.envelope("en")["message"], "A moment, please");
        let plain = Error::from(Detail::FactorRequired { factors: Vec::new(), message: None });
        assert_eq!(plain.to_user("en"), "Please confirm your identity first");
        assert_eq!(plain.language_of("ko"), Some("ko"));
        assert_eq!(said("").to_user("en"), plain.to_user("en"));
        // a text of the application's may have it in its place
        let text = BTreeMap::from([("factor_required".to_owned(), "Halt: {message}".to_owned())]);
        bring(&Messages::from([("xm".to_owned(), text)])).unwrap();
        assert_eq!(
            (error.to_user("xm").as_str(), error.language_of("xm")),
            ("Halt: A moment, please", Some("xm"))
        );
    }

    #[tokio::test]
    async fn an_engine_that_is_refused_brings_nothing() {
        let error = Error::from(Detail::PinInvalid { attempts_left: 2 });
        let options = || Options::new().messages("xh", [("pin_invalid", "nein")]);
        let refused = Engine::open_with("memory:", options().default_currency("none")).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidCurrency);
        assert_eq!(error.language_of("xh"), None);
        Engine::open_with("memory:", options()).await.unwrap().close().await;
        assert_eq!(error.to_user("xh"), "nein");
    }

    #[test]
    fn what_could_not_be_filled_is_refused_by_name_and_nothing_is_brought() {
        let mut both = given("xc", "pin_invalid", "gut");
        both.extend(given("xd", "pin_invalid", "{amount}"));
        for (messages, field) in [
            (given("", "pin_invalid", "a"), "messages."),
            (given("german", "pin_invalid", "a"), "messages.german"),
            (given("d1", "pin_invalid", "a"), "messages.d1"),
            (given("xc", "pin_wrong", "a"), "messages.xc.pin_wrong"),
            (given("xc", "pin_invalid", " "), "messages.xc.pin_invalid"),
            (given("xc", "pin_invalid", &"a".repeat(501)), "messages.xc.pin_invalid"),
            (given("xc", "pin_invalid", "{attempts_left"), "messages.xc.pin_invalid"),
            (given("xc", "pin_invalid", "a}"), "messages.xc.pin_invalid"),
            (given("xc", "pin_invalid", "[a"), "messages.xc.pin_invalid"),
            (given("xc", "pin_invalid", "[a[b]]"), "messages.xc.pin_invalid"),
            (given("xc", "pin_invalid", "a]"), "messages.xc.pin_invalid"),
            (both, "messages.xd.pin_invalid"),
        ] {
            let error = bring(&messages).unwrap_err();
            assert_eq!(error.details()["field"], field, "{error}");
        }
        let error = Error::from(Detail::PinInvalid { attempts_left: 2 });
        assert_eq!(error.to_user("xc"), error.to_user("en"));
    }
}
