//! The shop over HTTP: every request is made by the user who is logged in, and Earnest judges whether that
//! user may make it.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use earnest::requests::{
    ApproveCall, ConfirmDeal, DeliverDeal, GetApproval, GetBalance, GetDeal, PayDeal, ShipDeal, TopUp,
};
use earnest::views::approval::{Approval, ApproveReply};
use earnest::views::escrow::Deal;
use earnest::views::ledger::{Balance, Moved};
use earnest::{Detail, Engine, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Shop;
use crate::failure::{Failure, answers};
use crate::login::User;
use crate::orders::{NewOrder, Order, Payment};

/// Every route.
pub(crate) fn all(shop: Shop) -> Router {
    Router::new()
        .route("/topups", post(top_up))
        .route("/balance", get(balance))
        .route("/orders", post(place))
        .route("/orders/{id}", get(show))
        .route("/orders/{id}/{step}", post(step))
        .route("/approvals/{id}", get(approval))
        .route("/approvals/{id}/approve", post(approve))
        .layer(middleware::from_fn(answers))
        .with_state(shop)
}

type Answer<T> = Result<Json<T>, Failure>;

impl Shop {
    /// The engine in the hands of a user: what is called here is judged as that user's doing.
    fn bank_of(&self, user: User) -> Engine {
        self.bank.acting(user.0)
    }
}

/// The `Idempotency-Key` of a request: the same key is the same effect. It is the user's own, so that nobody
/// takes the key of another.
struct Key(String);

impl FromRequestParts<Shop> for Key {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Failure> {
        let user = User::from_request_parts(parts, shop).await?;
        let given = parts.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let missing =
            || Error::from(Detail::IdempotencyKeyMissing { operation: parts.uri.path().to_owned() });
        Ok(Self(format!("{}:{}", user.name(), given.ok_or_else(missing)?)))
    }
}

/// A body of JSON. What cannot be read is refused like everything else.
struct Body<T>(T);

impl<T: DeserializeOwned> FromRequest<Shop> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, shop: &Shop) -> Result<Self, Failure> {
        let unreadable = |error: JsonRejection| Error::invalid("body", error.body_text());
        let Json(body) = Json::from_request(request, shop).await.map_err(unreadable)?;
        Ok(Self(body))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTopUp {
    amount: String,
}

/// Credits the user's own account. HERE COMES YOUR PAYMENT PROVIDER: a user may not credit himself, so it is
/// the shop itself that does, once the provider has the money.
async fn top_up(
    State(shop): State<Shop>,
    user: User,
    Key(key): Key,
    Body(new): Body<NewTopUp>,
) -> Result<(StatusCode, Json<Moved>), Failure> {
    let moved = shop.bank.ledger().top_up(TopUp::new(user.name(), new.amount).key(key)).await?;
    Ok((StatusCode::CREATED, Json(moved)))
}

async fn balance(State(shop): State<Shop>, user: User) -> Answer<Balance> {
    let request = GetBalance::new(user.name());
    Ok(Json(shop.bank_of(user).ledger().balance(request).await?))
}

/// Places an order and pays for it. Where others must consent it is 202 with their approval: the last consent
/// pays, and the same request again answers the order as it then is.
async fn place(
    State(shop): State<Shop>,
    user: User,
    Key(key): Key,
    Body(new): Body<NewOrder>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let placed = shop.place(&user, &key, &new, Payment::Within).await;
    let order = match placed {
        Err(failure) if failure.asks_for_consent() => shop.place(&user, &key, &new, Payment::Apart).await?,
        placed => return Ok((StatusCode::CREATED, Json(json!({ "order": placed? })))),
    };
    match shop.bank_of(user).escrow().pay(PayDeal::new(order.deal)).await {
        Ok(_) => Ok((StatusCode::CREATED, Json(json!({ "order": order })))),
        Err(error) => match error.detail() {
            Detail::ApprovalRequired { approval, .. } => {
                Ok((StatusCode::ACCEPTED, Json(json!({ "order": order, "approval": approval }))))
            }
            _ => Err(error.into()),
        },
    }
}

/// An order with its deal, for its parties and for admins.
async fn show(State(shop): State<Shop>, user: User, Path(id): Path<i64>) -> Answer<Value> {
    let order = shop.order(id).await?;
    let deal = shop.bank_of(user).escrow().get(GetDeal::new().deal(order.deal)).await?;
    Ok(shown(&order, &deal))
}

fn shown(order: &Order, deal: &Deal) -> Json<Value> {
    Json(json!({ "order": order, "state": deal.state, "price": deal.price, "released": deal.released }))
}

/// The seller ships, the parcel arrives, the buyer is content. The deal says who may do which; a step that
/// was taken already is answered again.
async fn step(State(shop): State<Shop>, user: User, Path((id, step)): Path<(i64, String)>) -> Answer<Value> {
    let order = shop.order(id).await?;
    let bank = shop.bank_of(user);
    let escrow = bank.escrow();
    let done = match step.as_str() {
        "ship" => escrow.ship(ShipDeal::new(order.deal)).await?,
        "deliver" => escrow.deliver(DeliverDeal::new(order.deal)).await?,
        "confirm" => escrow.confirm(ConfirmDeal::new(order.deal)).await?,
        _ => return Err(Error::invalid("step", "must be one of `ship`, `deliver`, `confirm`").into()),
    };
    Ok(shown(&order, &done.deal))
}

async fn approval(State(shop): State<Shop>, user: User, Path(id): Path<String>) -> Answer<Approval> {
    Ok(Json(shop.bank_of(user).approvals().get(GetApproval::new(id)).await?))
}

/// An admin consents; the last consent makes the payment.
async fn approve(State(shop): State<Shop>, user: User, Path(id): Path<String>) -> Answer<ApproveReply> {
    Ok(Json(shop.bank_of(user).approvals().approve(ApproveCall::new(id)).await?))
}
