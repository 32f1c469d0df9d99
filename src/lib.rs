//! The linter, fixer and migrator for model cards.
//!
//! The pipeline:
//!
//! ```text
//! paths ─files→ bytes ─Card::parse→ Card ─RULES→ findings ─┬─ report → terminal, json, exit code
//!                                    ▲                     └─ fix::apply → text ─┐
//!                                    └──────── engine::settle: again until still ┘→ files::write
//! ```
//!
//! Imports run one way: `text` ← `card` ← `layout`, `mojibake` ← `rules` ← `engine` ← `batch`, `report` ← `cli`. Rules do not print, read files,
//! know line numbers or know each other; lines and columns exist only where findings are reported.

#![warn(missing_docs)]

pub mod batch;
pub mod card;
pub mod cli;
pub mod engine;
pub mod files;
pub mod finding;
pub mod fix;
pub mod layout;
pub mod mojibake;
pub mod report;
pub mod text;

// The rules stand in a folder of their own, so that whoever opens it sees all that is checked.
#[path = "../rules/mod.rs"]
pub mod rules;
