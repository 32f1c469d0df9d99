//! The cards of a run: worked on by all cores, handed on in order. The only door to the thread pool.

use std::io;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::card::Card;
use crate::files::{self, Candidate, Failure};

/// Cards in flight: enough to keep every core busy, few enough to bound memory.
const BATCH: usize = 256;

/// What a run goes over.
pub struct Scope<'s> {
    /// Files and folders.
    pub paths: &'s [PathBuf],
    /// The most bytes that a card may have.
    pub largest: u64,
    /// Whether the run is to end: no card is begun then.
    pub stop: fn() -> bool,
}

/// What was seen of the paths of a run.
#[derive(Debug, Default)]
pub struct Seen {
    /// Markdown files that are no cards.
    pub skipped: usize,
    /// Files that were not wanted.
    pub excluded: usize,
    /// Files that were not begun because the run was to end.
    pub left: usize,
    /// What could not be read or done, by path.
    pub failures: Vec<Failure>,
}

/// Does `work` on every card of `scope` that is `wanted` and hands its bytes and the result to `emit`, in order of the paths.
///
/// # Errors
/// Only what `emit` returns; what cannot be read or worked on is in [`Seen::failures`].
pub fn each_card<T: Send>(
    scope: &Scope,
    wanted: impl Fn(&Candidate) -> bool,
    work: impl Fn(&Candidate, &[u8]) -> Result<T, Failure> + Sync,
    mut emit: impl FnMut(&Candidate, &[u8], T) -> io::Result<()>,
) -> io::Result<Seen> {
    let (mut candidates, failures) = files::find(scope.paths);
    let found = candidates.len();
    candidates.retain(wanted);
    let mut seen = Seen { excluded: found - candidates.len(), failures, ..Seen::default() };
    for batch in candidates.chunks(BATCH) {
        let done = |candidate| -> Result<Done<T>, Failure> {
            if (scope.stop)() {
                return Ok(Done::Left);
            }
            let bytes = files::read(candidate, scope.largest)?;
            if !candidate.certain && !Card::parse(&bytes).is_card() {
                return Ok(Done::Skipped);
            }
            let result = work(candidate, &bytes)?;
            Ok(Done::Worked(bytes, result))
        };
        let results: Vec<_> = batch.par_iter().map(done).collect();
        for (candidate, result) in batch.iter().zip(results) {
            match result {
                Ok(Done::Worked(bytes, result)) => emit(candidate, &bytes, result)?,
                Ok(Done::Skipped) => seen.skipped += 1,
                Ok(Done::Left) => seen.left += 1,
                Err(failure) => seen.failures.push(failure),
            }
        }
    }
    seen.failures.sort();
    Ok(seen)
}

/// What became of a file.
enum Done<T> {
    Worked(Vec<u8>, T),
    Skipped,
    Left,
}
