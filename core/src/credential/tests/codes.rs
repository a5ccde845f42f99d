//! One-time codes, their enrolment, and recovery codes.

use std::collections::HashSet;

use super::super::enrolment::{Label, qr_svg, uri};
use super::super::pepper::Owner;
use super::super::recovery::{CODES, RecoveryCode, find};
use super::super::totp::{Algorithm, Checked, Totp, step_of};
use super::{ALICE, lines, pepper, refused};
use crate::env::Env;
use crate::time::{Span, Time};

fn totp() -> Totp {
    Totp::new(b"12345678901234567890", 6, Algorithm::Sha1).unwrap()
}

fn at(seconds: i64) -> Time {
    Time::from_micros(seconds * 1_000_000)
}

#[test]
fn examples_of_rfc_4226() {
    let mut count = 0;
    for words in lines("4226") {
        assert_eq!(totp().code(words[1].parse().unwrap()).as_str(), words[2], "{words:?}");
        count += 1;
    }
    println!("RFC 4226: {count}");
    assert_eq!(count, 10);
}

#[test]
fn examples_of_rfc_6238() {
    let mut count = 0;
    for words in lines("6238") {
        let algorithm = Algorithm::request("algorithm", words[1]).unwrap();
        let secret: Vec<u8> = b"1234567890"
            .iter()
            .copied()
            .cycle()
            .take(match algorithm {
                Algorithm::Sha1 => 20,
                Algorithm::Sha256 => 32,
                Algorithm::Sha512 => 64,
            })
            .collect();
        let totp = Totp::new(&secret, 8, algorithm).unwrap();
        let now = at(words[2].parse().unwrap());
        assert_eq!(totp.code(step_of(now)).as_str(), words[3], "{words:?}");
        assert_eq!(totp.check(words[3], now, None), Ok(Checked::Right { step: step_of(now) }));
        count += 1;
    }
    println!("RFC 6238: {count}");
    assert_eq!(count, 18);
}

/// A code is good from the beginning of the step before its own to the end of the one after it, to the
/// microsecond.
#[test]
fn a_code_may_be_a_step_early_or_late() {
    let (totp, step) = (totp(), 56_666_667_u64);
    let code = totp.code(step);
    let begin = Time::from_micros(i64::try_from(step).unwrap() * 30_000_000);
    let right = Ok(Checked::Right { step });
    let checked = |now: Time| totp.check(&code, now, None);
    let first = begin.checked_sub(Span::from_secs(30)).unwrap();
    let end = begin.checked_add(Span::from_secs(60)).unwrap();
    let tick = Span::from_micros(1).unwrap();
    assert_eq!(checked(first.checked_sub(tick).unwrap()), Ok(Checked::Wrong));
    assert_eq!(checked(first), right);
    assert_eq!(checked(begin), right);
    assert_eq!(checked(end.checked_sub(tick).unwrap()), right);
    assert_eq!(checked(end), Ok(Checked::Wrong));
}

#[test]
fn museum_26_each_step_is_taken_once() {
    let totp = totp();
    let (now, step) = (at(1_700_000_010), 56_666_667);
    assert_eq!(step_of(now), step);
    let code = |step: u64| totp.code(step);
    assert_eq!(totp.check(&code(step), now, Some(step - 1)), Ok(Checked::Right { step }));
    assert_eq!(totp.check(&code(step), now, Some(step)), Ok(Checked::Reused));
    // the one before is still in its time, and no more to be used
    assert_eq!(totp.check(&code(step - 1), now, Some(step - 2)), Ok(Checked::Right { step: step - 1 }));
    assert_eq!(totp.check(&code(step - 1), now, Some(step)), Ok(Checked::Reused));
    // after one that came early, the clock must pass it
    assert_eq!(totp.check(&code(step), now, Some(step + 1)), Ok(Checked::Reused));
    assert_eq!(totp.check(&code(step + 1), now, Some(step + 1)), Ok(Checked::Reused));
    // a code of yesterday that was used is simply wrong
    assert_eq!(totp.check(&code(step - 2_880), now, Some(step)), Ok(Checked::Wrong));
    // whoever tries a step again and again gets it once
    let mut last = None;
    let mut right = 0;
    for second in 0..90 {
        let tried = totp.check(&code(step + 1), at(1_700_000_010 + second), last).unwrap();
        if let Checked::Right { step } = tried {
            (last, right) = (Some(step), right + 1);
        }
    }
    assert_eq!((right, last), (1, Some(step + 1)));
}

#[test]
fn what_is_no_code_is_no_attempt() {
    let totp = totp();
    for bad in [
        "",
        "12345",
        "1234567",
        "12345a",
        "+12345",
        " 12345",
        "12 456",
        "\u{ff11}23456",
        "\u{661}\u{662}\u{663}",
    ] {
        refused(&totp.check(bad, at(0), None).unwrap_err(), "code", bad);
    }
    // before 1970 and at the end of time the steps end
    for now in [Time::MIN, Time::EPOCH, Time::MAX] {
        assert_eq!(
            totp.check(&totp.code(step_of(now)), now, None),
            Ok(Checked::Right { step: step_of(now) })
        );
    }
}

#[test]
fn secrets_have_bounds() {
    for size in [0, 9, 65] {
        refused(&Totp::new(&vec![7; size], 6, Algorithm::Sha1).err().unwrap(), "secret", "");
    }
    for digits in [0, 5, 7, 9, 255] {
        refused(&Totp::new(&[7; 20], digits, Algorithm::Sha1).err().unwrap(), "digits", "");
    }
    for name in ["", "sha1", "MD5", "SHA-1"] {
        refused(&Algorithm::request("algorithm", name).unwrap_err(), "algorithm", name);
    }
    let env = Env::default();
    for (algorithm, size) in [(Algorithm::Sha1, 20), (Algorithm::Sha256, 32), (Algorithm::Sha512, 64)] {
        let [one, other] = [0; 2].map(|_| Totp::draw(&env, 6, algorithm).unwrap());
        assert!(one.secret().len() == size && one.secret() != other.secret());
        assert!(one.secret()[size / 2..] != one.secret()[..size / 2]);
    }
}

#[test]
fn secrets_from_elsewhere_are_base32() {
    let text = totp().base32();
    assert_eq!(text.as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let full_width = text.replace('G', "\u{ff27}").replace('2', "\u{ff12}");
    let grouped = text.as_bytes().chunks(4).map(|four| str::from_utf8(four).unwrap()).collect::<Vec<_>>();
    for same in [text.to_string(), text.to_lowercase(), full_width, grouped.join(" "), grouped.join("-")] {
        assert_eq!(Totp::request(&same, 6, Algorithm::Sha1).unwrap().secret(), b"12345678901234567890");
    }
    let padded = Totp::request("GEZDGNBVGY3TQOJQGEZDGNBVGY======", 6, Algorithm::Sha1).unwrap();
    assert_eq!(padded.secret(), b"1234567890123456");
    // 10 bytes, which many make elsewhere
    let short = Totp::request("GEZDGNBVGY3TQOJQ", 6, Algorithm::Sha1).unwrap();
    assert!(short.is_short() && !padded.is_short() && short.secret() == b"1234567890");
    let bad = [
        "",
        "GEZDGNBVGY3TQOI",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1",
        "GEZDGNBVGY3TQOJQGEZDGNBVGZ",
        "GEZDGNBVGY3TQOJQ\u{661}EZDGNBVGY3TQOJQ",
    ];
    for bad in bad.into_iter().map(str::to_owned).chain(["A".repeat(105), "A".repeat(1_000_000)]) {
        refused(&Totp::request(&bad, 6, Algorithm::Sha1).err().unwrap(), "secret", &bad);
    }
    assert_eq!(
        Totp::request(&"A".repeat(103 - 1), 6, Algorithm::Sha1).err().map(|_| ()),
        Some(()),
        "63.75 bytes"
    );
}

#[test]
fn the_uri_is_read_by_others() {
    let totp = Totp::new(&[0xa5; 32], 8, Algorithm::Sha256).unwrap();
    let label = Label::request("Ernest & Söhne", "alice+1@example.com").unwrap();
    let made = uri(&totp, label);
    assert_eq!(
        made.as_str(),
        format!(
            "otpauth://totp/Ernest%20%26%20S%C3%B6hne:alice%2B1%40example.com?secret={}\
             &issuer=Ernest%20%26%20S%C3%B6hne&algorithm=SHA256&digits=8&period=30",
            totp.base32().as_str()
        )
    );
    let url = url::Url::parse(&made).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs[1], ("issuer".to_owned(), "Ernest & Söhne".to_owned()));
    for (issuer, account_name, field) in [
        ("", "alice", "issuer"),
        (" ", "alice", "issuer"),
        ("Shop", "", "account_name"),
        ("Shop: one", "alice", "issuer"),
        ("Shop", "a:b", "account_name"),
        ("Shop\n", "alice", "issuer"),
        ("Shop", "alice\u{0}", "account_name"),
    ] {
        refused(&Label::request(issuer, account_name).unwrap_err(), field, "");
    }
    refused(&Label::request(&"x".repeat(65), "alice").unwrap_err(), "issuer", "");
}

/// The longest names of the longest letters still fit, and the picture is a document of its own.
#[test]
fn the_picture_is_svg() {
    let totp = Totp::new(&[0xa5; 64], 8, Algorithm::Sha512).unwrap();
    let wide = "\u{1f600}".repeat(64);
    for (issuer, account_name) in [("Shop", "alice"), (wide.as_str(), wide.as_str())] {
        let made = uri(&totp, Label::request(issuer, account_name).unwrap());
        let svg = qr_svg(&made).unwrap();
        assert!(svg.starts_with("<?xml") && svg.ends_with("</svg>"), "{} bytes", svg.len());
        assert!(svg.contains("viewBox") && !svg.contains("script") && !svg.contains("Shop"));
    }
    refused(&qr_svg(&"x".repeat(3_000)).unwrap_err(), "uri", "xxxx");
}

#[test]
fn recovery_codes_are_drawn_and_read_back() {
    let env = Env::default();
    let codes = RecoveryCode::draw(&env);
    let shown: HashSet<String> = codes.iter().map(|code| code.shown().to_string()).collect();
    assert_eq!(shown.len(), CODES);
    let kept: Vec<[u8; 32]> = codes.iter().map(|code| code.kept(&pepper(), &ALICE)).collect();
    for (place, code) in codes.iter().enumerate() {
        let shown = code.shown();
        assert!(shown.len() == 19 && shown.split('-').all(|group| group.len() == 4), "{}", shown.len());
        let typed = [
            shown.to_string(),
            shown.to_lowercase(),
            shown.replace('-', ""),
            shown.replace('-', " "),
            shown.replace('O', "0").replace('I', "1").replace('B', "8"),
        ];
        for typed in typed {
            let read = RecoveryCode::request("code", &typed).unwrap();
            assert_eq!(find(&kept, &read.kept(&pepper(), &ALICE)), Some(place));
            let others = [Owner { book: "main", subject: "bob" }, Owner { book: "other", subject: "alice" }];
            assert!(others.iter().all(|owner| find(&kept, &read.kept(&pepper(), owner)).is_none()));
        }
    }
    let other = &RecoveryCode::draw(&env)[0];
    assert_eq!(find(&kept, &other.kept(&pepper(), &ALICE)), None);
    assert_eq!(find(&[], &kept[0]), None);
}

#[test]
fn what_is_no_recovery_code_is_no_attempt() {
    let long = "A".repeat(1_000_000);
    for bad in [
        "",
        "ABCD",
        "ABCD-EFGH-IJKL-MNO",
        "ABCD-EFGH-IJKL-MNOPQ",
        "ABCD-EFGH-IJKL-MNO9",
        "ABCD_EFGH_IJKL_MNOP",
        "\u{ff21}BCD-EFGH-IJKL-MNOP",
        "----",
        &long,
    ] {
        refused(&RecoveryCode::request("code", bad).err().unwrap(), "code", bad);
    }
}

#[test]
fn recovery_codes_of_any_length_are_read_or_refused() {
    for length in 0..40 {
        let read = RecoveryCode::request("code", &"a".repeat(length));
        assert_eq!(read.is_ok(), length == 16, "{length}");
    }
}
