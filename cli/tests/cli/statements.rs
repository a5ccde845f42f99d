//! Every statement that the commands send to PostgreSQL keeps to one book: the demo, the recorded scenario
//! and the example of every operation run before a recorder, and PostgreSQL judges what they said.

use earnest::store::sql::Flavour;

use crate::cli::{command, run};
use crate::proof::{judge, wrong};
use crate::router::Router;
use crate::{golden, postgres};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/docs/examples.jsonl");

/// The example of every operation, but of those that copy: PostgreSQL has its own tools.
pub(crate) fn examples() -> String {
    let copies = |line: &&str| line.contains("admin.backup") || line.contains("admin.restore");
    let lines = std::fs::read_to_string(EXAMPLES).unwrap();
    lines.lines().filter(|line| !copies(line)).map(|line| format!("{line}\n")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_of_the_commands_keeps_to_its_book() {
    let databases = || [(); 3].map(|()| postgres::database());
    let [demo, golden, story] = tokio::task::spawn_blocking(databases).await.unwrap();
    let (router, through) = Router::recording(&demo).await;
    let (golden, story) = (router.url(&golden), router.url(&story));
    let ran = tokio::task::spawn_blocking(move || {
        let demo = run(&mut command(&["demo", "--store", &through]), "");
        assert_eq!(demo.code, 0, "{}{}", demo.out, demo.err);
        golden::replays(&golden);
        let told = run(&mut command(&["run", "-", "--test-clock", "--json", "--store", &story]), &examples());
        assert_eq!((told.code, told.err.as_str()), (0, ""));
    });
    ran.await.unwrap();
    let texts = router.seen().texts;
    let judged =
        tokio::task::spawn_blocking(move || judge(&demo, texts.iter(), Flavour::Plain)).await.unwrap();
    println!("{} statements", judged.len());
    assert_eq!(wrong(&judged), "");
    assert!(judged.len() > 100, "only {} statements were taken down", judged.len());
}
