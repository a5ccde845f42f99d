//! TigerBeetle by its official client: one transfer a request; the client itself gathers what callers send at
//! once.
//!
//! The server must be of the client's release. The URL is the address, such as `127.0.0.1:3000`; the cluster
//! is 0.

use std::sync::Arc;

use tigerbeetle as tb;

use crate::shared::{Draw, Figures, Work, clock};
use crate::{Failure, Order, figures, measure};

pub(crate) async fn run(order: &Order) -> Result<Figures, Failure> {
    let client = tb::Client::new(0, &order.url).map_err(|error| format!("tigerbeetle: {error:?}"))?;
    // accounts of this run's own
    let first = u128::from(clock::wall()) << 32;
    let bank = account(first, tb::AccountFlags::default());
    let mut accounts = vec![bank];
    accounts.extend(
        (1..=order.accounts)
            .map(|n| account(first + u128::from(n), tb::AccountFlags::DebitsMustNotExceedCredits)),
    );
    for chunk in accounts.chunks(1_000) {
        client.create_accounts(chunk).await.map_err(|error| format!("tigerbeetle: {error:?}"))?;
    }
    let funds: Vec<tb::Transfer> =
        (1..=order.accounts).map(|n| transfer(first, first + u128::from(n), 1_000_000_000)).collect();
    for chunk in funds.chunks(1_000) {
        client.create_transfers(chunk).await.map_err(|error| format!("tigerbeetle: {error:?}"))?;
    }
    let work = Arc::new(Transfers { client, first, accounts: order.accounts });
    let (tally, micros) = measure(work.clone(), order).await;
    Ok(figures(&tally, micros, work.conserved().await?))
}

fn account(id: u128, flags: tb::AccountFlags) -> tb::Account {
    tb::Account { id, ledger: 1, code: 1, flags, ..Default::default() }
}

fn transfer(from: u128, to: u128, amount: u128) -> tb::Transfer {
    tb::Transfer {
        id: tb::id(),
        debit_account_id: from,
        credit_account_id: to,
        amount,
        ledger: 1,
        code: 1,
        ..Default::default()
    }
}

struct Transfers {
    client: tb::Client,
    first: u128,
    accounts: u64,
}

impl Transfers {
    /// Whether debits equal credits over the bank and all wallets.
    async fn conserved(&self) -> Result<bool, Failure> {
        let (mut debits, mut credits) = (0_u128, 0_u128);
        let ids: Vec<u128> = (0..=self.accounts).map(|n| self.first + u128::from(n)).collect();
        for chunk in ids.chunks(1_000) {
            let found = self.client.lookup_accounts(chunk).await;
            for account in found.map_err(|error| format!("tigerbeetle: {error:?}"))? {
                debits += account.debits_posted;
                credits += account.credits_posted;
            }
        }
        Ok(debits == credits && debits > 0)
    }
}

impl Work for Transfers {
    async fn once(&self, draw: &mut Draw, _: String) -> Result<(), String> {
        let (from, to) = draw.pair(self.accounts);
        let wallet = |number: u64| self.first + 1 + u128::from(number);
        let transfer = transfer(wallet(from), wallet(to), u128::from(draw.minor()));
        let results =
            self.client.create_transfers(&[transfer]).await.map_err(|error| format!("{error:?}"))?;
        let refused = results.iter().find(|result| result.status != tb::CreateTransferStatus::Created);
        refused.map_or(Ok(()), |result| Err(format!("{:?}", result.status)))
    }
}
