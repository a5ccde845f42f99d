//! Parses requests about jobs into operations.

use std::sync::Arc;

use serde_json::Value;

use super::decide::{Report, ReportJob};
use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::jobs::requests::{CompleteJob, DiscardJob, ExtendJob, FailJob, ReleaseJob, RetryJob};
use crate::request::bounds::{Bounded as _, REPORT};
use crate::request::note::Note;
use crate::request::record::{Parse, Request, WriteRequest, text};
use crate::request::shape::is_name;

/// The longest text that is kept of an error.
pub const MOST_ERROR: usize = 1_000;

/// The name of a kind of jobs.
///
/// # Errors
/// `invalid_request` naming `field`.
pub fn kind(field: &str, name: &str) -> Result<Arc<str>> {
    if is_name(name) {
        return Ok(name.into());
    }
    Err(Error::invalid(field, "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`"))
}

/// Returns the result of a job as canonical text.
///
/// # Errors
/// `invalid_request` naming the field.
pub fn report(field: &str, value: &Value) -> Result<Arc<str>> {
    value.check(field, &REPORT)?;
    let text = serde_json_canonicalizer::to_string(value);
    text.map(Into::into).map_err(|_| Error::invalid(field, "must be canonical JSON"))
}

fn act<R: Request>(
    request: &R,
    parse: &Parse<'_>,
    job: &str,
    fence: Option<i64>,
    step: Report,
) -> Result<ReportJob> {
    let (book, job) = (parse.book.clone(), JobId::request("job", job)?);
    let (note, domains) = (Note::parse(&request.common())?, parse.domains.clone());
    Ok(ReportJob { book, job, fence, step, note, domains })
}

impl WriteRequest for CompleteJob {
    type Operation = ReportJob;
    fn parse(&self, parse: &Parse<'_>) -> Result<ReportJob> {
        let given = self.result.as_ref().filter(|result| !result.is_null());
        let result = given.map(|result| report("result", result)).transpose()?;
        act(self, parse, &self.job, Some(self.fence), Report::Complete { result })
    }
}

impl WriteRequest for FailJob {
    type Operation = ReportJob;
    fn parse(&self, parse: &Parse<'_>) -> Result<ReportJob> {
        let error = text("error", &self.error)?;
        act(self, parse, &self.job, Some(self.fence), Report::Fail { error, retry_at: self.retry_at })
    }
}

impl WriteRequest for ExtendJob {
    type Operation = ReportJob;
    fn parse(&self, parse: &Parse<'_>) -> Result<ReportJob> {
        let step = Report::Extend { span: self.r#for.resolve("for")? };
        act(self, parse, &self.job, Some(self.fence), step)
    }
}

impl WriteRequest for ReleaseJob {
    type Operation = ReportJob;
    fn parse(&self, parse: &Parse<'_>) -> Result<ReportJob> {
        act(self, parse, &self.job, Some(self.fence), Report::Release { pause: None })
    }
}

impl WriteRequest for RetryJob {
    type Operation = ReportJob;
    fn parse(&self, parse: &Parse<'_>) -> Result<ReportJob> {
        act(self, parse, &self.job, None, Report::Retry)
    }
}

impl WriteRequest for DiscardJob {
    type Operation = ReportJob;
    fn parse(&self, parse: &Parse<'_>) -> Result<ReportJob> {
        act(self, parse, &self.job, None, Report::Discard)
    }
}
