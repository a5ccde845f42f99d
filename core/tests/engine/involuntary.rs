//! Involuntary debits: they take as much as there is, whatever the account's status, and the rest from
//! `@losses`, which may go below zero by that and by nothing else.

use earnest::currency::Currency;
use earnest::ids::{AccountId, Book, PaymentId, TransferId};
use earnest::kernel::draft::Draft;
use earnest::kernel::operation::{CreatedIds, Halt, Operation};
use earnest::kernel::snapshot::Snapshot;
use earnest::ledger::funds;
use earnest::ledger::posting::{Posting, post};
use earnest::request::note::Note;
use earnest::rows::needs::{Access, AccountKey, Needs};
use earnest::rows::tables::TransferKind;

use crate::followed_jobs::decided;
use crate::support::{Stage, Value, every_store, json};

/// A bank takes back what was paid to somebody.
#[derive(Clone, Debug)]
struct Seize {
    from: &'static str,
    minor: i128,
}

impl Seize {
    fn key(name: &str) -> AccountKey {
        let (book, account) = (Book::request("book", "main"), AccountId::request("account", name));
        AccountKey::new(book.unwrap(), account.unwrap(), Currency::iso("USD").unwrap())
    }
}

impl Operation for Seize {
    type Reply = String;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        for name in [self.from, "@losses", "@world"] {
            needs.account(Self::key(name), Access::Write);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        draft.permit(&[])?;
        let taken = funds::involuntary(draft, &Self::key(self.from), self.minor)?;
        let legs = [("@world", self.minor), (self.from, -taken), ("@losses", taken - self.minor)];
        let legs = legs.into_iter().filter(|(_, minor)| *minor != 0);
        let posting = Posting {
            kind: TransferKind::Chargeback,
            legs: legs.map(|(name, minor)| (Self::key(name), minor)).collect(),
            original: None,
            hold: None,
            owned_by: None,
            note: Note::default(),
        };
        let payment = PaymentId::from_uuid(draft.ids.uuid());
        Ok(CreatedIds::of(post(draft, posting.owned_by(payment))?))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Result<String, Halt> {
        Ok(made.expect::<TransferId>()?.to_string())
    }
}

async fn seize(stage: &Stage, from: &'static str, minor: i128) -> Value {
    let transfer = decided(stage, "test.seize", &stage.key(), Seize { from, minor }).await;
    stage.ok("ledger.get_transfer", json!({ "transfer": transfer })).await
}

fn by_admin(from: &str, to: &str, amount: &str) -> Value {
    json!({ "from": from, "to": to, "amount": amount, "actor": { "id": "root", "role": "admin" } })
}

every_store! {
    async fn what_is_there_is_taken_and_the_rest_is_lost(stage) {
        stage.funded("alice", "10.00 USD").await;
        stage.ok("ledger.hold", json!({ "account": "alice", "amount": "4.00 USD", "expires_in": "PT1H" })).await;
        // what is held is not there
        let taken = seize(stage, "alice", 200).await;
        assert_eq!((&taken["kind"], &taken["deal"], &taken["purchase"]), (&json!("chargeback"), &Value::Null, &Value::Null));
        assert!(taken["payment"].as_str().unwrap().starts_with("py_"), "{taken}");
        assert_eq!(stage.balance("alice").await, "8.00 4.00 4.00");
        // a hold that the clock has ended is ended first, and a lock protects from nothing
        stage.ok("ledger.lock_account", json!({ "account": "alice" })).await;
        stage.advance("PT2H");
        seize(stage, "alice", 1_500).await;
        assert_eq!((stage.balance("alice").await, stage.balance("@losses").await), ("0.00 0.00 0.00".into(), "-7.00 0.00 -7.00".into()));
        seize(stage, "alice", 100).await;
        seize(stage, "nobody", 100).await;
        assert_eq!(stage.balance("@losses").await, "-9.00 0.00 -9.00");
        let entry = &stage.ok("ledger.entries", json!({ "account": "alice" })).await["items"][0];
        assert_eq!(&entry["kind"], "chargeback");
        assert!(entry["payment"].as_str().unwrap().starts_with("py_"), "{entry}");
        stage.verify().await;
    }

    async fn nobody_overdraws_losses(stage) {
        stage.funded("alice", "20.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        seize(stage, "bob", 600).await;
        stage.no("ledger.transfer", by_admin("@losses", "bob", "0.01 USD"), "insufficient_balance").await;
        stage.ok("ledger.transfer", by_admin("alice", "@losses", "8.00 USD")).await;
        stage.no("ledger.transfer", by_admin("@losses", "bob", "3.01 USD"), "insufficient_balance").await;
        stage.ok("ledger.transfer", by_admin("@losses", "bob", "3.00 USD")).await;
        assert_eq!(stage.balance("@losses").await, "0.00 0.00 0.00");
        // an account of the house has as much as there is of it
        stage.ok("ledger.transfer", by_admin("alice", "@fees", "2.00 USD")).await;
        seize(stage, "@fees", 500).await;
        assert_eq!((stage.balance("@fees").await, stage.balance("@losses").await), ("0.00 0.00 0.00".into(), "-3.00 0.00 -3.00".into()));
        stage.verify().await;
    }
}
