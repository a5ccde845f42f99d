//! The crate `cala-ledger` on PostgreSQL: a template of two entries, one `post_transaction` a transfer.
//!
//! It is not asked to refuse overdrafts: that would be its velocity controls, which cost more.

use std::sync::Arc;

use cala_ledger::account::NewAccount;
use cala_ledger::journal::NewJournal;
use cala_ledger::tx_template::{
    NewParamDefinition, NewTxTemplate, NewTxTemplateEntry, NewTxTemplateTransaction, ParamDataType, Params,
};
use cala_ledger::{AccountId, CalaLedger, CalaLedgerConfig, JournalId, TransactionId};
use rust_decimal::Decimal;
use sqlx08::postgres::PgPoolOptions;

use crate::shared::{Draw, Figures, Work};
use crate::{Failure, Order, figures, measure};

pub(crate) async fn run(order: &Order) -> Result<Figures, Failure> {
    if !order.url.starts_with("postgres") {
        return Err("cala-ledger works on PostgreSQL only".into());
    }
    let pool = PgPoolOptions::new()
        .max_connections(order.pool)
        .acquire_timeout(std::time::Duration::from_secs(60))
        .after_connect(|conn, _| {
            Box::pin(async move {
                use sqlx08::Executor as _;
                // a schema of its own in the same database
                conn.execute("CREATE SCHEMA IF NOT EXISTS peer_cala; SET search_path TO peer_cala").await?;
                Ok(())
            })
        })
        .connect(&order.url)
        .await?;
    let mut jobs = job::Jobs::init(job::JobSvcConfig::builder().pool(pool.clone()).build()?).await?;
    let config = CalaLedgerConfig::builder().pool(pool).exec_migrations(true).build()?;
    let cala = CalaLedger::init(config, &mut jobs).await?;
    let (journal, accounts) = open(&cala, order).await?;
    let work = Arc::new(Postings { cala, journal, accounts, template: order.load.run.clone() });
    let (tally, micros) = measure(work.clone(), order).await;
    Ok(figures(&tally, micros, work.conserved().await?))
}

/// A journal, a template and accounts of this run's own.
async fn open(cala: &CalaLedger, order: &Order) -> Result<(JournalId, Vec<AccountId>), Failure> {
    let run = &order.load.run;
    let journal = JournalId::new();
    cala.journals().create(NewJournal::builder().id(journal).name(run.clone()).build()).await?;
    let mut accounts = Vec::new();
    for number in 0..order.accounts {
        let (id, name) = (AccountId::new(), format!("bench-{run}-{number}"));
        cala.accounts().create(NewAccount::builder().id(id).name(name.clone()).code(name).build()).await?;
        accounts.push(id);
    }
    let param = |name: &str, kind| NewParamDefinition::builder().name(name).r#type(kind).build();
    let params = vec![
        param("sender", ParamDataType::Uuid)?,
        param("recipient", ParamDataType::Uuid)?,
        param("amount", ParamDataType::Decimal)?,
    ];
    let entry = |kind: &str, account: &str, direction: &str| {
        NewTxTemplateEntry::builder()
            .entry_type(kind)
            .account_id(account)
            .layer("SETTLED")
            .direction(direction)
            .units("params.amount")
            .currency("'USD'")
            .build()
    };
    let entries = vec![
        entry("'TRANSFER_DR'", "params.sender", "DEBIT")?,
        entry("'TRANSFER_CR'", "params.recipient", "CREDIT")?,
    ];
    let transaction = NewTxTemplateTransaction::builder()
        .effective("date()")
        .journal_id(format!("uuid('{journal}')"))
        .build()?;
    let template = NewTxTemplate::builder()
        .id(uuid::Uuid::now_v7())
        .code(run.clone())
        .params(params)
        .transaction(transaction)
        .entries(entries)
        .build();
    cala.tx_templates().create(template).await?;
    Ok((journal, accounts))
}

struct Postings {
    cala: CalaLedger,
    journal: JournalId,
    accounts: Vec<AccountId>,
    template: String,
}

impl Postings {
    /// Whether what was settled still sums to zero.
    async fn conserved(&self) -> Result<bool, Failure> {
        let currency = "USD".parse()?;
        let keys: Vec<_> = self.accounts.iter().map(|account| (self.journal, *account, currency)).collect();
        let balances = self.cala.balances().find_all(&keys).await?;
        let sum: Decimal = balances.values().map(|balance| balance.settled()).sum();
        Ok(sum.is_zero())
    }
}

impl Work for Postings {
    async fn once(&self, draw: &mut Draw, _: String) -> Result<(), String> {
        let count = u64::try_from(self.accounts.len()).unwrap_or(u64::MAX);
        let (from, to) = draw.pair(count);
        let account =
            |number: u64| usize::try_from(number).ok().and_then(|at| self.accounts.get(at)).copied();
        let (Some(from), Some(to)) = (account(from), account(to)) else {
            return Err("no account".to_owned());
        };
        let mut params = Params::new();
        params.insert("sender", from);
        params.insert("recipient", to);
        params.insert("amount", Decimal::new(i64::try_from(draw.minor()).unwrap_or(1), 2));
        // the id of the transaction is what makes a repeat the same one
        let posted = self.cala.post_transaction(TransactionId::new(), &self.template, params).await;
        posted.map(drop).map_err(|error| format!("{error:?}").chars().take(80).collect())
    }
}
