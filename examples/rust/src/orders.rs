//! Orders: a row of the shop's and a deal of Earnest's, both or neither.

use earnest::ids::DealId;
use earnest::requests::{OpenDeal, PayDeal};
use earnest::{Detail, Error};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::Shop;
use crate::failure::Failure;
use crate::login::User;

/// A buyer's order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    pub(crate) seller: String,
    pub(crate) item: String,
    pub(crate) price: String,
}

/// A row of the shop's table.
#[derive(Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) deal: DealId,
    pub(crate) buyer: String,
    pub(crate) seller: String,
    pub(crate) item: String,
}

/// When an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payment {
    /// In the transaction that writes the order: what cannot be paid leaves nothing.
    Within,
    /// After it: others must consent first, and they are asked about what is committed.
    Apart,
}

impl Shop {
    /// Writes an order with its deal. Under the same key it is the same order, however often it is asked for.
    pub(crate) async fn place(
        &self,
        buyer: &User,
        key: &str,
        new: &NewOrder,
        payment: Payment,
    ) -> Result<Order, Failure> {
        // the whole transaction runs again if another one was in its way
        self.bank
            .run(async || -> Result<Order, Failure> {
                let mut tx = self.pool.begin().await?;
                let mut mine = self.bank.using(&mut tx)?.acting(buyer.0.clone());
                let open = OpenDeal::new(buyer.name(), &new.seller, new.price.as_str())
                    .item(&new.item)
                    .inspection("P7D")
                    .key(key);
                let deal = mine.escrow().open(open).await?.deal;
                let order = written(mine.connection()?, deal.id, buyer.name(), new).await?;
                if payment == Payment::Within {
                    mine.escrow().pay(PayDeal::new(deal.id)).await?;
                }
                drop(mine);
                self.bank.commit(tx).await.map(|()| order)
            })
            .await
    }

    /// An order by its number.
    pub(crate) async fn order(&self, id: i64) -> Result<Order, Failure> {
        let sql = "SELECT id, deal, buyer, seller, item FROM orders WHERE id = $1";
        let row: Option<Row> = sqlx::query_as(sql).bind(id).fetch_optional(&self.pool).await?;
        let none = || Error::from(Detail::DealNotFound { deal: format!("order {id}") });
        order(row.ok_or_else(none)?)
    }
}

type Row = (i64, String, String, String, String);

fn order(row: Row) -> Result<Order, Failure> {
    let (id, deal, buyer, seller, item) = row;
    Ok(Order { id, deal: deal.parse()?, buyer, seller, item })
}

/// The row of a deal: a new one, or the one that it has.
async fn written(
    connection: &mut PgConnection,
    deal: DealId,
    buyer: &str,
    new: &NewOrder,
) -> Result<Order, Failure> {
    let sql = "INSERT INTO orders (deal, buyer, seller, item) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (deal) DO UPDATE SET deal = excluded.deal RETURNING id, deal, buyer, seller, item";
    let query = sqlx::query_as(sql).bind(deal.to_string()).bind(buyer).bind(&new.seller).bind(&new.item);
    order(query.fetch_one(connection).await?)
}
