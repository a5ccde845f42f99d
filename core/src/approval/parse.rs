//! Parses requests about approvals and policies into operations.

use std::sync::Arc;

use super::decide::{Set, Vote};
use super::policy::{pattern, policy_name, signs_alone};
use crate::approval::requests::{ApproveCall, SetPolicy};
use crate::currency::Currencies;
use crate::error::{Detail, Error, Result};
use crate::ids::{Actor, ApprovalId};
use crate::kernel::call::{Call, Command};
use crate::ledger::model::mismatch;
use crate::parked::consent::ConsentCommand;
use crate::request::bounds::Record as _;
use crate::request::note::Note;
use crate::request::proof::Factor;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::scope::{OperationInfo, Scope};
use crate::request::shape::span_of;
use crate::settings::policy::Policy;
use crate::sorting::Sorting;
use crate::time::Span;

fn policy(request: &SetPolicy, currencies: &Currencies, operations: &[OperationInfo]) -> Result<Policy> {
    policy_name("id", &request.id)?;
    let require = factors(request.require.as_deref().unwrap_or_default())?;
    let factors_alone = request.approvers.unwrap_or(0) == 0 && !require.is_empty();
    let (operation, any_amount) = pattern(&request.operation, factors_alone, operations)?;
    // nobody can approve what takes no money, and signatures
    let only_factors = factors_alone && (any_amount || signs_alone(&operation));
    let approvers = request.approvers.unwrap_or(if only_factors { 0 } else { 2 });
    let threshold = request.threshold.resolve("threshold", currencies)?;
    if threshold.minor_units() < 0 {
        let (field, reason) = ("threshold".to_owned(), "must not be below zero".to_owned());
        return Err(Detail::InvalidAmount { field, reason }.into());
    }
    if let Some(code) = &request.currency {
        let currency = currencies.get("currency", code)?;
        if currency != threshold.currency() {
            return Err(mismatch("currency", threshold.currency(), currency));
        }
    }
    if approvers == 0 && require.is_empty() {
        return Err(Error::invalid("approvers", "must be at least 1, where no factor is required"));
    }
    if approvers > 0 && signs_alone(&operation) {
        let what = "must be left out: a signature waits for nobody, and only `require` can be asked of it";
        return Err(Error::invalid("approvers", what));
    }
    let role = request.role.clone().unwrap_or_else(|| "admin".to_owned());
    Actor::request("role", "someone", Some(&role))
        .map_err(|_| Error::invalid("role", "must be 1 to 32 of `a-z 0-9 _`"))?;
    let expires_in = span_of("expires_in", request.expires_in.as_ref())?.unwrap_or(Span::from_hours(24));
    Ok(Policy {
        id: request.id.clone(),
        operation,
        threshold,
        approvers,
        role,
        expires_in,
        require,
        any_amount,
    })
}

/// The factors that a policy requires, each once.
fn factors(given: &[String]) -> Result<Vec<String>> {
    let mut require: Vec<String> = given.to_vec();
    require.order();
    require.dedup();
    match require.iter().all(|factor| factor.parse::<Factor>().is_ok()) {
        true => Ok(require),
        false => Err(Error::invalid("require", "must be a list of `pin` and `totp`")),
    }
}

/// The policies of an engine's options; the default one where they say nothing.
pub fn of_options(
    given: Option<&[SetPolicy]>,
    currencies: &Currencies,
    operations: &[OperationInfo],
) -> Result<Arc<[Policy]>> {
    let Some(given) = given else { return Ok(Policy::built_in().into_iter().collect()) };
    let mut policies: Vec<Policy> = Vec::with_capacity(given.len());
    for (place, request) in given.iter().enumerate() {
        let policy =
            request.fits("").and_then(|()| policy(request, currencies, operations)).map_err(|error| {
                let field =
                    error.details()["field"].as_str().map_or_else(String::new, |field| format!(".{field}"));
                Error::invalid(format!("policies[{place}]{field}"), error.message())
            })?;
        if policies.iter().any(|other| other.id == policy.id) {
            return Err(Error::invalid(
                format!("policies[{place}].id"),
                "must be the name of this policy alone",
            ));
        }
        policies.push(policy);
    }
    Ok(policies.into())
}

impl WriteRequest for SetPolicy {
    type Operation = Set;
    fn parse(&self, parse: &Parse<'_>) -> Result<Set> {
        let (book, note) = (parse.book.clone(), Note::parse(&self.common())?);
        Ok(Set { book, policy: policy(self, parse.currencies, parse.operations)?, note })
    }
}

impl WriteRequest for ApproveCall {
    type Operation = Vote;
    fn parse(&self, parse: &Parse<'_>) -> Result<Vote> {
        let (book, note) = (parse.book.clone(), Note::parse(&self.common())?);
        let approval = ApprovalId::request("approval", &self.approval)?;
        Ok(Vote { book, approval, options: parse.policies.to_vec(), note })
    }

    fn command(call: Call<Vote>, scope: &Scope) -> Box<dyn Command> {
        Box::new(ConsentCommand::new(call, scope))
    }
}
