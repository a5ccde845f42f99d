//! The load, the clock and the figures that all contenders share. The peers' own workspaces include it by
//! its path.

pub(crate) mod clock;
pub(crate) mod draw;
pub(crate) mod drive;
pub(crate) mod figures;

pub(crate) use draw::Draw;
pub(crate) use drive::{Load, Tally, Work, drive};
pub(crate) use figures::Figures;
