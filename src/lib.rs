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
//! Imports run one way, those on the right import those on the left: `text`, `spelling`, `house` ← `layout`, `mojibake`,
//! `finding`, `fix` ← `card` ← `rules` ← `suppression` ← `engine` ← `policy`, `fingerprint` ← `files` ← `config`, `rows` ←
//! `batch`, `baseline`, `report` ← `plan` ← `cli`. Those between two arrows do not import each other, but for `finding` and `fix`.
//!
//! `spelling` finds the name that was meant; `house` is what a house adds to the facts; `rows` are cards from a database;
//! `fingerprint` recognises a finding in another run; `baseline` is a file of accepted findings, `plan` one of changes. Rules do
//! not print, read files, or know the configuration, line numbers or each other; lines and columns exist only where findings are
//! reported.

#![warn(missing_docs)]

pub mod baseline;
pub mod batch;
pub mod card;
pub mod cli;
pub mod config;
pub mod engine;
pub mod files;
pub mod finding;
pub mod fingerprint;
pub mod fix;
pub mod house;
pub mod layout;
pub mod mojibake;
pub mod plan;
pub mod policy;
pub mod report;
pub mod rows;
pub mod spelling;
pub mod suppression;
pub mod text;

// The rules stand in a folder of their own, so that whoever opens it sees all that is checked.
#[path = "../rules/mod.rs"]
pub mod rules;
