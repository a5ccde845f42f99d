//! Payments whose gateway is spoken to by a command: `earnest worker --exec gateway.card=...`.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli;
use crate::key_rotation::Place;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The tokens of payers, and how their payments end.
const PAYERS: [(&str, &str); 3] = [("pm_fine", "captured"), ("pm_lost", "captured"), ("pm_poor", "failed")];

/// It notes what it was asked for. Of a payment whose answer it loses it knows when it is asked.
const CARD: &str = r#"
read -r job
case "$job" in
*'"call":"query"'*)
    echo "query $EARNEST_JOB_KEY" >> "$SENT"
    echo '{"outcome":"captured","captured":"25.00 USD","refunded":"0.00 USD","reference":"ch_lost"}' ;;
*)
    echo "charge $EARNEST_JOB_KEY" >> "$SENT"
    case "$job" in
    *pm_lost*) echo 'the line was cut' >&2; exit 1 ;;
    *pm_poor*) echo '{"outcome":"refused","failure":{"code":"insufficient_funds","retry":"other_method"}}' ;;
    *) echo '{"outcome":"captured","amount":"25.00 USD","reference":"ch_fine"}' ;;
    esac ;;
esac
"#;

/// A worker that is ended with the test.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads the requests that the card got: how often for each key.
fn sent(place: &Place) -> BTreeMap<String, u32> {
    let text = std::fs::read_to_string(place.file("sent")).unwrap_or_default();
    let mut sent = BTreeMap::new();
    for line in text.lines() {
        *sent.entry(line.to_owned()).or_default() += 1;
    }
    sent
}

/// A refused card pays nothing, a charged one is charged once, and the card is asked where no answer came.
#[test]
fn a_command_takes_cards_and_charges_nobody_twice() {
    let place = Place::sqlite();
    let ring = place.file("keys.json");
    assert_eq!(cli::earnest(&["keygen", "--out", ring.to_str().unwrap()]).code, 0);
    let mut calls = vec![json!({ "op": "payments.set_gateway", "args": { "id": "card", "driver": "host" } })];
    calls.extend(PAYERS.iter().map(|(token, _)| {
        json!({ "op": "payments.create", "args": { "amount": "25.00 USD", "to": "shop", "gateway": "card",
            "token": token, "key": token } })
    }));
    let made = place.replies(&ring, "main", &calls);
    let ids: Vec<Value> = made[1..].iter().map(|reply| reply["payment"]["id"].clone()).collect();
    let mut command = place.command(&ring, &["worker", "--json", "--exec", &format!("gateway.card={CARD}")]);
    command.env("SENT", place.file("sent")).stdout(Stdio::null()).stderr(Stdio::null());
    let mut worker = Worker(command.spawn().unwrap());

    let gets: Vec<Value> =
        ids.iter().map(|id| json!({ "op": "payments.get", "args": { "payment": id } })).collect();
    let ends = PAYERS.map(|(_, end)| end);
    let since = Instant::now();
    let payments = loop {
        let payments = place.replies(&ring, "main", &gets);
        if payments.iter().zip(ends).all(|(payment, end)| payment["state"] == end) {
            break payments;
        }
        assert!(since.elapsed() < PATIENCE, "{payments:#?}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(payments[2]["failure"]["code"], "insufficient_funds", "{}", payments[2]);
    let key = |place: usize, call: &str| format!("{}:{call}:1", ids[place].as_str().unwrap());
    let mut expected: BTreeMap<String, u32> =
        (0..PAYERS.len()).map(|place| (format!("charge {}", key(place, "authorize")), 1)).collect();
    expected.insert(format!("query {}", key(1, "query")), 1);
    assert_eq!(sent(&place), expected);
    let ask = json!({ "op": "ledger.balance", "args": { "account": "shop", "currency": "USD" } });
    assert_eq!(place.replies(&ring, "main", &[ask])[0]["posted"]["amount"], "50.00");
    let kill = Command::new("kill").args(["-TERM", &worker.0.id().to_string()]).status().unwrap();
    assert!(kill.success() && worker.0.wait().unwrap().success());
    assert_eq!(place.earnest(&ring, &["verify"]).code, 0);
}
