//! Histories, dossiers and receipts as people get them: nothing forged, nothing overwritten, in words and by
//! their clock.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::{self, command, earnest, run};

/// A text that a party may write into any field of a deal: line breaks, escape sequences, overrides, unseen
/// characters.
const HOSTILE: &str = "lamp\n  #99  2026-01-01 09:00:00 UTC  released\u{1b}[2K\u{1b}]0;x\u{7}\u{9b}31m\u{202e}dlos\u{2066}\u{200b}\u{200f}\u{feff}\u{2028}\u{7f}";
const HIDDEN: [char; 11] = [
    '\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{200f}', '\u{feff}', '\u{2028}',
    '\u{7f}', '\r',
];

fn lines(list: &[Value]) -> String {
    list.iter().map(|line| format!("{line}\n")).collect()
}

struct Shop {
    folder: tempfile::TempDir,
    store: String,
}

impl Shop {
    /// A store with the deal `order-77`, in dispute, with these texts of its parties.
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = format!("sqlite:{}", folder.path().join("shop.db").display());
        let account = |id: &str, name: &str| {
            json!({ "op": "ledger.open_account",
            "args": { "account": id, "currency": "KRW", "display_name": name } })
        };
        let input = lines(&[
            account("alice", "Alice Kim"),
            account("bob", text),
            json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "9000 KRW", "key": "t" } }),
            json!({ "op": "escrow.open", "as": "d", "args": { "buyer": "alice", "seller": "bob", "price": "5000 KRW", "key": "d",
                "item": text, "reference": "order-77", "inspection": "P1DT12H", "ship_within": "P3D" } }),
            json!({ "op": "escrow.pay", "args": { "deal": "$d.id", "actor": "alice" } }),
            json!({ "op": "escrow.ship", "args": { "deal": "$d.id", "actor": "bob", "carrier": text, "tracking": text } }),
            json!({ "op": "escrow.dispute", "as": "p", "args": { "deal": "$d.id", "actor": "alice", "type": "quality_issue",
                "statement": text, "key": "x" } }),
            json!({ "op": "escrow.add_evidence", "args": { "dispute": "$p.id", "actor": "bob", "kind": "note", "statement": text, "uri": text } }),
        ]);
        let ran = run(&mut command(&["run", "-", "--test-clock", "--store", &store]), &input);
        assert_eq!(ran.code, 0, "{ran:?}");
        Self { folder, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn dossier(&self, out: &Path, more: &[&str]) -> cli::Ran {
        let out = out.to_str().unwrap();
        earnest(&[&["dossier", "order-77", "--store", &self.store, "--out", out], more].concat())
    }
}

#[test]
fn what_cannot_be_seen_is_written_out_everywhere() {
    let shop = Shop::new(HOSTILE);
    let history = earnest(&["history", "order-77", "--store", &shop.store]);
    assert_eq!(history.code, 0, "{history:?}");
    let clean = Shop::new("lamp");
    let other = earnest(&["history", "order-77", "--store", &clean.store]);
    assert_eq!(
        history.out.lines().count(),
        other.out.lines().count(),
        "a text adds no line:\n{}",
        history.out
    );
    assert!(history.out.contains(r"lamp\u{a}  #99") && history.out.contains(r"\u{1b}[2K"), "{}", history.out);
    let page = shop.path("case.html");
    assert_eq!(shop.dossier(&page, &[]).code, 0);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(r"<bdi>lamp\u{a}  #99"), "{page}");
    assert!(
        page.contains("<blockquote dir=\"auto\"><bdi>lamp\n"),
        "a statement keeps its lines, in its frame"
    );
    let ask = json!({ "op": "receipts.list", "args": {} });
    let listed = run(&mut command(&["run", "-", "--test-clock", "--store", &shop.store]), &ask.to_string());
    let transfer = listed.document()["reply"]["items"][0]["transfer"].clone();
    let render =
        |format: &str| json!({ "op": "receipts.render", "args": { "receipt": transfer, "format": format } });
    let asked = lines(&[
        render("text"),
        render("html"),
        json!({ "op": "escrow.get", "args": { "reference": "order-77" } }),
    ]);
    let shown = run(&mut command(&["run", "-", "--test-clock", "--store", &shop.store]), &asked);
    assert_eq!(shown.lines()[2]["reply"]["item"], HOSTILE, "JSON keeps the value");
    let content = |n: usize| shown.lines()[n]["reply"]["content"].as_str().unwrap().to_owned();
    let (letter, receipt) = (content(0), content(1));
    let events = earnest(&["history", "order-77", "--store", &shop.store, "--json"]);
    assert_eq!(events.document()["deal"]["item"], HOSTILE);
    let refused = earnest(&["history", HOSTILE, "--store", &shop.store]);
    let refused_json = earnest(&["history", HOSTILE, "--store", &shop.store, "--json"]);
    let unknown = earnest(&[HOSTILE]);
    for (what, text) in [
        ("history", &history.out),
        ("dossier", &page),
        ("receipt as text", &letter),
        ("receipt as a page", &receipt),
        ("run", &shown.out),
        ("history --json", &events.out),
        ("error", &refused.err),
        ("error as JSON", &refused_json.err),
        ("usage", &unknown.err),
    ] {
        for hidden in HIDDEN {
            assert!(!text.contains(hidden), "{what} has {}:\n{text:?}", hidden.escape_unicode());
        }
    }
}

#[test]
fn a_history_says_that_nobody_had_to_accept() {
    let shop = Shop::new("lamp");
    let history = earnest(&["history", "order-77", "--store", &shop.store]).out;
    let line = history.lines().find(|line| line.contains("awaiting shipment")).unwrap();
    assert!(
        line.contains("no acceptance needed") && line.contains("system") && !line.contains("alice"),
        "{line}"
    );
    assert!(!history.contains("accepted"), "{history}");
}

#[test]
fn times_names_and_words_are_those_of_the_reader() {
    let shop = Shop::new("Bob's shop");
    let seoul = earnest(&["history", "order-77", "--store", &shop.store, "--time-zone", "Asia/Seoul"]);
    assert_eq!(seoul.code, 0, "{seoul:?}");
    for told in
        ["times in Asia/Seoul", "2026-01-01 09:00:00 +09:00", "Alice Kim (alice) pays Bob's shop (bob)"]
    {
        assert!(seoul.out.contains(told), "{told} is not in\n{}", seoul.out);
    }
    let (english, korean) = (shop.path("en.html"), shop.path("ko.html"));
    assert_eq!(shop.dossier(&english, &[]).code, 0);
    let page = std::fs::read_to_string(english).unwrap();
    for told in [
        "<html lang=\"en\">",
        "2026-01-01 00:00:00 UTC",
        "Times UTC",
        "1 day 12 hours",
        "3 days",
        "awaiting shipment",
        "Alice Kim (alice)",
        "(seller)",
    ] {
        assert!(page.contains(told), "{told} is not in the English dossier");
    }
    let ran = shop.dossier(&korean, &["--locale", "ko", "--time-zone", "Asia/Seoul"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let page = std::fs::read_to_string(korean).unwrap();
    for told in [
        "<html lang=\"ko\">",
        "거래 기록부",
        "2026-01-01 09:00:00 +09:00",
        "Asia/Seoul",
        "1일 12시간",
        "분쟁 중",
        "수락 불필요",
        "결제됨 → 보관 중",
        "품질 문제, 신청됨",
        "구매자",
    ] {
        assert!(page.contains(told), "{told} is not in the Korean dossier");
    }
    for raw in ["awaiting_shipment", "P1DT12H", ">Buyer<", ">Timeline<", "quality issue"] {
        let before_the_json = page.split("<details>").next().unwrap();
        assert!(!before_the_json.contains(raw), "{raw} is in the Korean dossier");
    }
    // on a phone every cell is a line of its own, with its label
    assert!(page.contains("@media screen and (max-width: 600px)") && page.contains("data-label=\"상세\""));
    for bad in [&["--time-zone", "Mars/Base"][..], &["--locale", "tlh"]] {
        let refused = shop.dossier(&shop.path("bad.html"), bad);
        assert_eq!(refused.code, 2, "{refused:?}");
    }
}

#[test]
fn a_receipt_is_shown_by_the_clock_of_its_reader() {
    let shop = Shop::new("Bob's shop");
    let ask = lines(&[json!({ "op": "receipts.list", "args": {}, "as": "all" })]);
    let listed = run(&mut command(&["run", "-", "--test-clock", "--store", &shop.store]), &ask);
    let transfer = listed.lines()[0]["reply"]["items"][0]["transfer"].clone();
    let render = |zone: &str| {
        json!({ "op": "receipts.render",
        "args": { "receipt": transfer, "format": "text", "locale": "en", "time_zone": zone } })
    };
    let mut unknown = render("Mars/Base");
    unknown["expect"] = "invalid_request".into();
    let shown = run(
        &mut command(&["run", "-", "--test-clock", "--store", &shop.store]),
        &lines(&[render("Asia/Seoul"), unknown]),
    );
    assert_eq!(shown.code, 0, "{shown:?}");
    let letter = shown.lines()[0]["reply"]["content"].as_str().unwrap().to_owned();
    assert!(
        letter.contains("09:00:00 +09:00 (Asia/Seoul)") && letter.contains("Alice Kim (alice)"),
        "{letter}"
    );
}

#[cfg(unix)]
mod files {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_dossier_overwrites_nothing_but_a_former_dossier() {
        let shop = Shop::new("lamp");
        let database = shop.path("shop.db");
        let keys = shop.path("keys.json");
        assert_eq!(earnest(&["keygen", "--out", keys.to_str().unwrap()]).code, 0);
        let (link, dangling) = (shop.path("link.html"), shop.path("dangling.html"));
        symlink(&keys, &link).unwrap();
        symlink(shop.path("nowhere"), &dangling).unwrap();
        let before = std::fs::read(&keys).unwrap();
        for target in [&database, &keys, &link, &dangling] {
            for more in [&[][..], &["--force"]] {
                let ran = shop.dossier(target, more);
                assert_eq!(ran.code, 1, "{}: {ran:?}", target.display());
            }
        }
        assert_eq!(std::fs::read(&keys).unwrap(), before);
        assert!(!shop.path("nowhere").exists());
        assert_eq!(earnest(&["verify", "--store", &shop.store]).code, 0);

        let page = shop.path("case.html");
        assert_eq!(shop.dossier(&page, &[]).code, 0);
        assert_eq!(std::fs::metadata(&page).unwrap().permissions().mode() & 0o777, 0o600);
        let again = shop.dossier(&page, &[]);
        assert!(again.code == 1 && again.err.contains("--force"), "{again:?}");
        assert_eq!(shop.dossier(&page, &["--force", "--locale", "ko"]).code, 0);
        assert!(std::fs::read_to_string(&page).unwrap().contains("거래 기록부"));
        assert_eq!(std::fs::metadata(&page).unwrap().permissions().mode() & 0o777, 0o600);
        // a link to a dossier is no dossier
        let linked = shop.path("linked.html");
        symlink(&page, &linked).unwrap();
        assert_eq!(shop.dossier(&linked, &["--force"]).code, 1);
        let missing = shop.dossier(&shop.path("no/such/folder/x.html"), &[]);
        assert!(missing.code == 1 && missing.err.contains("no/such/folder"), "{missing:?}");
    }

    #[test]
    fn diagrams_and_backups_overwrite_nothing() {
        let shop = Shop::new("lamp");
        let precious = shop.path("precious");
        std::fs::write(&precious, "mine").unwrap();
        let (file, link) = (precious.to_str().unwrap(), shop.path("link"));
        symlink(shop.path("elsewhere.db"), &link).unwrap();
        for args in [
            &["diagram", "--out", file][..],
            &["diagram", "--out", file, "--force"],
            &["diagram", "--out", link.to_str().unwrap()],
            &["backup", file, "--store", &shop.store],
            &["backup", link.to_str().unwrap(), "--store", &shop.store],
            &["keygen", "--out", file],
            &["keygen", "--out", link.to_str().unwrap()],
        ] {
            let ran = earnest(args);
            assert_eq!(ran.code, 1, "{args:?}: {ran:?}");
        }
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "mine");
        assert!(!shop.path("elsewhere.db").exists(), "a link was followed");
        let page = shop.path("errors.md");
        std::fs::write(&page, "# My own notes\n").unwrap();
        assert_eq!(earnest(&["docs", "--out", shop.folder.path().to_str().unwrap()]).code, 1);
        assert_eq!(std::fs::read_to_string(&page).unwrap(), "# My own notes\n");

        let (copy, drawn) = (shop.path("copy.db"), shop.path("deal.svg"));
        assert_eq!(earnest(&["backup", copy.to_str().unwrap(), "--store", &shop.store]).code, 0);
        assert_eq!(earnest(&["verify", "--store", &format!("sqlite:{}", copy.display())]).code, 0);
        let draw = ["diagram", "--format", "svg", "--out", drawn.to_str().unwrap()];
        assert_eq!(earnest(&draw).code, 0);
        assert_eq!(earnest(&draw).code, 1);
        assert_eq!(earnest(&[&draw[..], &["--force"]].concat()).code, 0);
        // a picture that somebody drew is no former diagram
        let own = [("own.mmd", "stateDiagram-v2\n  [*] --> Mine\n"), ("own.svg", "<svg xmlns=\"x\"/>\n")];
        for ((name, text), format) in own.into_iter().zip(["mermaid", "svg"]) {
            let path = shop.path(name);
            std::fs::write(&path, text).unwrap();
            let draw = ["diagram", "--format", format, "--out", path.to_str().unwrap(), "--force"];
            assert_eq!(earnest(&draw).code, 1, "{name}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            let former = shop.path(&format!("former-{name}"));
            let draw = ["diagram", "--format", format, "--out", former.to_str().unwrap(), "--force"];
            assert_eq!((earnest(&draw).code, earnest(&draw).code), (0, 0), "{name}");
        }
        // what a command that was killed left beside it is in nobody's way, and nobody's to remove
        let stale = shop.path("deal.svg.new");
        std::fs::write(&stale, "stale").unwrap();
        assert_eq!(earnest(&[&draw[..], &["--force"]].concat()).code, 0);
        assert_eq!(std::fs::read_to_string(&stale).unwrap(), "stale");
        let left = std::fs::read_dir(shop.folder.path()).unwrap();
        let left =
            left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".new"));
        assert_eq!(left.count(), 1, "nothing else is left beside it");
        for path in [&copy, &drawn] {
            assert_eq!(
                std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
                0o600,
                "{}",
                path.display()
            );
        }
        // what could not be copied leaves no file
        let missing = format!("sqlite:{}", shop.path("missing.db").display());
        assert_eq!(earnest(&["backup", shop.path("none.db").to_str().unwrap(), "--store", &missing]).code, 1);
        assert!(!shop.path("none.db").exists() && !shop.path("missing.db").exists());
    }
}
