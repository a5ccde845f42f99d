//! Parameters in PostgreSQL's binary form: arrays of rows' columns go out without a detour through text.

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo};
use sqlx::{Arguments, Postgres, Type};

use crate::rows::codec::{Kind, Value};
use crate::store::sql::{Param, Statement};

/// The parameters of a statement.
pub(super) fn arguments(statement: &Statement) -> Result<PgArguments, BoxDynError> {
    let mut arguments = PgArguments::default();
    for param in &statement.params {
        arguments.add(BoundParam(param))?;
    }
    Ok(arguments)
}

struct BoundParam<'p>(&'p Param);

impl Type<Postgres> for BoundParam<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(one(Kind::Text)))
    }
}

impl<'q> Encode<'q, Postgres> for BoundParam<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let mut bytes = Vec::with_capacity(self.0.size());
        let null = match self.0 {
            Param::One(_, Value::Null) => IsNull::Yes,
            Param::One(_, value) => {
                element(value, &mut bytes);
                IsNull::No
            }
            Param::Many(kind, values) => {
                array(*kind, values, &mut bytes)?;
                IsNull::No
            }
            Param::Json(json) => {
                bytes.extend_from_slice(json.as_bytes());
                IsNull::No
            }
        };
        buffer.extend_from_slice(&bytes);
        Ok(null)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        let oid = match self.0 {
            Param::One(kind, _) => one(*kind),
            Param::Many(kind, _) => many(*kind),
            Param::Json(_) => one(Kind::Text),
        };
        Some(PgTypeInfo::with_oid(Oid(oid)))
    }
}

/// The number of a type in PostgreSQL's catalogue, fixed since its beginning.
const fn one(kind: Kind) -> u32 {
    match kind {
        Kind::Text => 25,
        Kind::Int => 20,
        Kind::Minor => 1700,
        Kind::Id => 2950,
        Kind::Bytes => 17,
    }
}

/// The number of the type of its arrays.
const fn many(kind: Kind) -> u32 {
    match kind {
        Kind::Text => 1009,
        Kind::Int => 1016,
        Kind::Minor => 1231,
        Kind::Id => 2951,
        Kind::Bytes => 1001,
    }
}

fn element(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Text(_) | Value::Name(_) | Value::Code(_) => {
            bytes.extend_from_slice(value.as_text().unwrap_or_default().as_bytes());
        }
        Value::Int(int) => bytes.extend_from_slice(&int.to_be_bytes()),
        Value::Id(id) => bytes.extend_from_slice(id.as_bytes()),
        Value::Bytes(raw) => bytes.extend_from_slice(raw),
        Value::Minor(minor) => numeric(*minor, bytes),
    }
}

/// Encodes an array of one dimension that starts at 1. Each element follows its length; the length of NULL is
/// -1.
fn array(kind: Kind, values: &[Value], bytes: &mut Vec<u8>) -> Result<(), BoxDynError> {
    let dimensions = i32::from(!values.is_empty());
    let nulls = i32::from(values.contains(&Value::Null));
    for head in [dimensions, nulls, i32::try_from(one(kind))?] {
        bytes.extend_from_slice(&head.to_be_bytes());
    }
    if values.is_empty() {
        return Ok(());
    }
    bytes.extend_from_slice(&i32::try_from(values.len())?.to_be_bytes());
    bytes.extend_from_slice(&1_i32.to_be_bytes());
    for value in values {
        let start = bytes.len();
        bytes.extend_from_slice(&(-1_i32).to_be_bytes());
        if *value != Value::Null {
            element(value, bytes);
            let length = i32::try_from(bytes.len() - start - 4)?;
            bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}

/// Digits to the base of 10,000, the highest first, without zeros at the end.
fn numeric(minor: i128, bytes: &mut Vec<u8>) {
    let mut digits = [0_u16; 10];
    let mut rest = minor.unsigned_abs();
    let mut count = 0;
    while rest > 0 {
        // a remainder of 10,000 fits, and 39 decimal digits are ten of these
        digits[count] = (rest % 10_000) as u16;
        rest /= 10_000;
        count += 1;
    }
    let zeros = digits[..count].iter().take_while(|digit| **digit == 0).count();
    let sign: u16 = if minor < 0 { 0x4000 } else { 0 };
    let weight = count.saturating_sub(1) as u16;
    for head in [(count - zeros) as u16, weight, sign, 0] {
        bytes.extend_from_slice(&head.to_be_bytes());
    }
    for digit in digits[zeros..count].iter().rev() {
        bytes.extend_from_slice(&digit.to_be_bytes());
    }
}
