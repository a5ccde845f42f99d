//! The token that a window hands to the page its payer returns to, and the addresses that it may name.
//!
//! On a PC that is `{"authToken", "authUrl", "netCancelUrl", "idc_name"}`, on a phone `{"P_TID", "P_REQ_URL",
//! "idc_name"}`: the page hands it on as the payment's token, as JSON. It comes by the payer's browser, so
//! that its addresses are believed only where they are those of the server that `idc_name` names: whoever
//! could name another one would be told that he has paid.

use std::fmt;

use serde::Deserialize;
use url::Url;

/// The longest token that is read.
const LONGEST: usize = 16 * 1024;
/// Where an approval on a phone is undone.
const NET_CANCEL: &str = "/smart/payNetCancel.ini";

/// A token whose addresses are those of KG Inicis. `Debug` shows nothing of it.
pub struct InicisToken {
    /// On which device, with what the window has handed out.
    pub(super) device: Device,
    /// Where it is approved.
    pub(super) approve: Url,
    /// Where an approval without an answer is undone.
    pub(super) undo: Url,
}

/// On which device a payer has agreed.
pub(super) enum Device {
    /// On a PC, with its `authToken`.
    Pc(String),
    /// On a phone, with its `P_TID`.
    Mobile(String),
}

#[derive(Deserialize)]
struct WrittenToken {
    #[serde(rename = "authToken")]
    auth_token: Option<String>,
    #[serde(rename = "authUrl")]
    auth_url: Option<String>,
    #[serde(rename = "netCancelUrl")]
    net_cancel_url: Option<String>,
    #[serde(rename = "P_TID")]
    tid: Option<String>,
    #[serde(rename = "P_REQ_URL")]
    request_url: Option<String>,
    idc_name: String,
}

impl InicisToken {
    /// Reads a token; none where it is not of that shape, or leads elsewhere. The staging servers are there
    /// for merchants in `test` alone: what they approve is no money.
    pub fn of(text: &str, test: bool) -> Option<Self> {
        let written: WrittenToken = serde_json::from_str(text).ok().filter(|_| text.len() <= LONGEST)?;
        let idc = written.idc_name.as_str();
        if !(matches!(idc, "fc" | "ks") || test && idc == "stg") {
            return None;
        }
        match (written.auth_token, written.tid) {
            (Some(token), None) => {
                let host = format!("{idc}stdpay.inicis.com");
                let device = Device::Pc(some(token)?);
                let approve = at(&host, "/api/payAuth", &written.auth_url?)?;
                let undo = at(&host, "/api/netCancel", &written.net_cancel_url?)?;
                Some(Self { device, approve, undo })
            }
            (None, Some(tid)) => {
                let host = format!("{idc}mobile.inicis.com");
                let device = Device::Mobile(some(tid)?);
                let approve = at(&host, "/smart/payReq.ini", &written.request_url?)?;
                let undo = at(&host, NET_CANCEL, &format!("https://{host}{NET_CANCEL}"))?;
                Some(Self { device, approve, undo })
            }
            _ => None,
        }
    }
}

/// Returns the part of a token that stands for the payer's agreement to one payment, whatever its addresses.
pub(super) fn agreed_to(text: &str) -> Option<String> {
    let written: WrittenToken = serde_json::from_str(text).ok()?;
    written.auth_token.or(written.tid)
}

impl fmt::Debug for InicisToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InicisToken(..)")
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// This page of this server, encrypted, at no other port, for nobody and without more: what else is asked for
/// there could have no answer, and would be undone.
fn at(host: &str, path: &str, url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let is_there = url.scheme() == "https"
        && url.host_str() == Some(host)
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.path() == path
        && url.query().is_none()
        && url.fragment().is_none();
    is_there.then_some(url)
}
