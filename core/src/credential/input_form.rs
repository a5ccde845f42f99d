//! Codes and secrets as people type them: in groups, as phones and pages show them.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::request::secret::Secret;

/// A code as somebody typed it.
#[derive(Clone)]
pub enum Typed {
    /// A one-time code, or what is meant as one.
    OneTime(Secret),
    /// A recovery code: it has letters.
    Recovery(Secret),
}

impl Typed {
    /// Reads a code.
    pub fn code(text: &str) -> Self {
        let plain: Secret = plain(text).as_str().into();
        let has_letters = plain.bytes().any(|byte| byte.is_ascii_alphabetic());
        if has_letters { Self::Recovery(plain) } else { Self::OneTime(plain) }
    }

    /// It as it is compared: without spaces and dashes, in letters and digits of ASCII.
    pub fn text(&self) -> &str {
        match self {
            Self::OneTime(code) | Self::Recovery(code) => code,
        }
    }
}

/// A text without spaces and dashes, whatever their width, and with full-width letters and digits as those of
/// ASCII. Digits of other scripts stay: what one keyboard writes, another cannot.
pub fn plain(text: &str) -> Zeroizing<String> {
    // no letter grows by this: no copy is left behind
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter_map(|c| match c {
        c if c.is_whitespace() => None,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => None,
        // invisible marks that come along when a code is copied
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => c.nfkc().next(),
        c => Some(c),
    }));
    plain
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_phones_show_them() {
        for typed in [
            "198501",
            "198 501",
            " 198501",
            "198501\n",
            "198\u{a0}501",
            "198\u{202f}501",
            "198-501",
            "198\u{2013}501",
            "198\u{3000}501",
            "\u{200e}198501",
            // as the keyboards of Japan, Korea and China write digits
            "\u{ff11}\u{ff19}\u{ff18}\u{ff15}\u{ff10}\u{ff11}",
            "\u{ff11}\u{ff19}\u{ff18}\u{3000}\u{ff15}\u{ff10}\u{ff11}",
            "198\u{ff0d}50\u{ff11}",
        ] {
            assert!(matches!(Typed::code(typed), Typed::OneTime(code) if *code == *"198501"), "{typed:?}");
        }
        for typed in ["abcd-2345", "ABCD 2345", "\u{ff41}bcd2345", "abcd\u{ff12}\u{ff13}45"] {
            let Typed::Recovery(code) = Typed::code(typed) else { panic!("{typed:?}") };
            assert_eq!(code.to_ascii_uppercase(), "ABCD2345", "{typed:?}");
        }
        // digits of another script are no code, and no recovery code either
        let arabic = "\u{661}\u{669}\u{668}\u{665}\u{660}\u{661}";
        assert!(matches!(Typed::code(arabic), Typed::OneTime(code) if *code == *arabic));
    }
}
