//! The cards of a run: found, worked on by all cores and handed on in order, all at the same time. However many cards there
//! are, only those in flight are held. The only door to threads.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::card::{Card, RepoType};
use crate::files::{self, Candidate, Failure};
use crate::rows::{Line, Lines, Row};

/// Items that a thread takes at once: enough that passing them on costs little, few enough to bound memory.
const BATCH: usize = 16;
/// Batches in flight for each thread.
const AHEAD: usize = 4;

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
    /// Markdown files that are no cards, or rows that have none.
    pub skipped: usize,
    /// Files or rows that were not wanted.
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
    wanted: impl Fn(&Candidate) -> bool + Send,
    work: impl Fn(&Candidate, &[u8]) -> Result<T, Failure> + Sync,
    mut emit: impl FnMut(&Candidate, &[u8], T) -> io::Result<()>,
) -> io::Result<Seen> {
    let done = |(candidate, wanted): (Candidate, bool)| -> Result<Done<T>, Failure> {
        if !wanted {
            return Ok(Done::Excluded);
        }
        if (scope.stop)() {
            return Ok(Done::Left);
        }
        let bytes = files::read_found(&candidate, scope.largest)?;
        if !candidate.certain && !Card::parse(&bytes).is_card() {
            return Ok(Done::Skipped);
        }
        let result = work(&candidate, &bytes)?;
        Ok(Done::Worked(candidate, bytes, result))
    };
    let mut found = files::find(scope.paths);
    let candidates = found.by_ref().map(move |candidate| {
        let wanted = wanted(&candidate);
        (candidate, wanted)
    });
    let mut seen = Seen::default();
    in_order(candidates, done, |result| seen.take(result, &mut emit))?;
    seen.failures.extend(found.failures());
    seen.failures.sort();
    Ok(seen)
}

/// The same for the rows of the files of `scope`, in their order. A row is a card whatever it says.
///
/// # Errors
/// Only what `emit` returns; what cannot be read or worked on is in [`Seen::failures`], in order.
pub fn each_row<T: Send>(
    scope: &Scope,
    wanted: impl Fn(&Candidate) -> bool + Sync,
    work: impl Fn(&Candidate, &[u8], Option<RepoType>) -> Result<T, Failure> + Sync,
    mut emit: impl FnMut(&Candidate, &[u8], T) -> io::Result<()>,
) -> io::Result<Seen> {
    let done = |line: Result<Line, Failure>| -> Result<Done<T>, Failure> {
        let line = line?;
        if (scope.stop)() {
            return Ok(Done::Left);
        }
        let Some(Row { id, card, repo_type }) = line.row()? else {
            return Ok(Done::Nothing);
        };
        let Some(card) = card else {
            return Ok(Done::Skipped);
        };
        let candidate = Candidate {
            path: PathBuf::from(id.as_ref()),
            shown: id.into_owned(),
            certain: true,
            named: false,
            linked: false,
        };
        if !wanted(&candidate) {
            return Ok(Done::Excluded);
        }
        let result = work(&candidate, card.as_bytes(), repo_type)?;
        Ok(Done::Worked(candidate, card.into_owned().into_bytes(), result))
    };
    let mut seen = Seen::default();
    in_order(Lines::of(scope.paths.to_vec(), scope.largest), done, |result| seen.take(result, &mut emit))?;
    Ok(seen)
}

impl Seen {
    fn take<T>(
        &mut self,
        done: Result<Done<T>, Failure>,
        emit: &mut impl FnMut(&Candidate, &[u8], T) -> io::Result<()>,
    ) -> io::Result<()> {
        match done {
            Ok(Done::Worked(candidate, bytes, result)) => emit(&candidate, &bytes, result)?,
            Ok(Done::Excluded) => self.excluded += 1,
            Ok(Done::Skipped) => self.skipped += 1,
            Ok(Done::Left) => self.left += 1,
            Ok(Done::Nothing) => {}
            Err(failure) => self.failures.push(failure),
        }
        Ok(())
    }
}

/// What became of a file.
enum Done<T> {
    Worked(Candidate, Vec<u8>, T),
    Excluded,
    Skipped,
    Left,
    /// A blank line between rows.
    Nothing,
}

/// Does `work` on every item, on all cores, and hands the results to `emit` in the order of the items. No more than a few
/// batches of items and results are held at a time.
///
/// # Errors
/// What `emit` returns; no item is begun after that.
pub fn in_order<I: Send, T: Send>(
    mut items: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> T + Sync,
    mut emit: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    // Most runs of a hook have a card or two, for which a thread would cost more than it brings.
    let first: Vec<I> = items.by_ref().take(if threads > 1 { 2 } else { usize::MAX }).collect();
    if first.len() < 2 || threads == 1 {
        return first.into_iter().try_for_each(|item| emit(work(item)));
    }
    let (permits, free) = mpsc::sync_channel(threads * AHEAD);
    let (jobs, waiting) = mpsc::channel();
    let (results, done) = mpsc::channel();
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        // The channels belong to the thread, so that they close when it ends.
        scope.spawn(move || send_batches(first.into_iter().chain(items), &permits, &jobs));
        for _ in 0..threads {
            let (results, work, waiting) = (results.clone(), &work, &waiting);
            scope.spawn(move || {
                while let Some((number, batch)) = next_batch(waiting) {
                    let worked: Vec<T> = batch.into_iter().map(work).collect();
                    if results.send((number, worked)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        let emitted = receive_batches(&done, &free, &mut emit);
        // When it ended early, no batch is sent any more, and the threads end.
        drop((done, free));
        emitted
    })
}

type Batch<I> = (usize, Vec<I>);

/// Sends the items on in batches, each when there is room for it.
fn send_batches<I>(mut items: impl Iterator<Item = I>, permits: &SyncSender<()>, jobs: &Sender<Batch<I>>) {
    for number in 0.. {
        let batch: Vec<I> = items.by_ref().take(BATCH).collect();
        if batch.is_empty() || permits.send(()).is_err() || jobs.send((number, batch)).is_err() {
            return;
        }
    }
}

fn next_batch<I>(waiting: &Mutex<Receiver<Batch<I>>>) -> Option<Batch<I>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Takes the results as they come, hands them on in order, and makes room for as many.
fn receive_batches<T>(
    done: &Receiver<Batch<T>>,
    free: &Receiver<()>,
    emit: &mut impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let mut early: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    let mut next = 0;
    for (number, results) in done {
        early.insert(number, results);
        while let Some(results) = early.remove(&next) {
            results.into_iter().try_for_each(&mut *emit)?;
            next += 1;
            // The batch had its permit before it was sent.
            let _ = free.recv();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_come_in_order_and_few_at_a_time() {
        let (begun, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut seen = Vec::new();
        let work = |item: usize| {
            let ahead = begun.fetch_add(1, Ordering::SeqCst) - ended.load(Ordering::SeqCst);
            (item, ahead)
        };
        in_order(0..5000, work, |result| {
            ended.fetch_add(1, Ordering::SeqCst);
            seen.push(result);
            Ok(())
        })
        .unwrap();
        assert!(seen.iter().map(|(item, _)| *item).eq(0..5000));
        let most = thread::available_parallelism().map_or(1, usize::from) * AHEAD * BATCH + 3 * BATCH;
        assert!(seen.iter().all(|(_, ahead)| *ahead <= most));
    }

    #[test]
    fn an_error_ends_the_run() {
        let begun = AtomicUsize::new(0);
        let work = |item: usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            item
        };
        let emit = |item| if item == 100 { Err(io::Error::other("full")) } else { Ok(()) };
        assert_eq!(in_order(0..1_000_000, work, emit).unwrap_err().to_string(), "full");
        assert!(begun.load(Ordering::SeqCst) < 10_000);
    }
}
