//! The cards of a run: found, worked on by all cores and handed on in order, all at the same time. However many cards there
//! are, only those in flight are held. The only door to threads.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::card::{Card, RepoType};
use crate::files::{self, Candidate, Failure};
use crate::rows::{Frame, Line, Lines, Row};

/// Items that a thread takes at once: enough that passing them on costs little, few enough to bound memory.
const BATCH: usize = 32;
/// Batches in flight for each thread.
const AHEAD: usize = 2;

/// What a run goes over.
pub struct Scope<'s> {
    /// Files and folders.
    pub paths: &'s [PathBuf],
    /// The most bytes that a card may have.
    pub largest: u64,
    /// Whether the run is to end: no card is begun then.
    pub stop: fn() -> bool,
    /// Cards are worked on together until they have so many bytes in all; each by itself where this is 0.
    pub together: usize,
}

/// A card that was read.
pub struct Read {
    /// Where it was.
    pub candidate: Candidate,
    /// All of it.
    pub bytes: Vec<u8>,
    /// What it belongs to, where that was said.
    pub repo_type: Option<RepoType>,
    /// The rest of the row that it came in.
    pub frame: Option<Frame>,
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

/// Does `work` on every card of `scope` that is `wanted` and hands it with its result to `emit`, in order of the paths. `work`
/// gives one result for each card.
///
/// # Errors
/// Only what `emit` returns; what cannot be read or worked on is in [`Seen::failures`].
pub fn each_card<T: Send>(
    scope: &Scope,
    wanted: impl Fn(&Candidate) -> bool + Sync,
    work: impl Fn(&[Read]) -> Vec<Result<T, Failure>> + Sync,
    mut emit: impl FnMut(&Read, T) -> io::Result<()>,
) -> io::Result<Seen> {
    let read = |candidate: Candidate| -> Result<Read, Undone> {
        if !wanted(&candidate) {
            return Err(Undone::Excluded);
        }
        if (scope.stop)() {
            return Err(Undone::Left);
        }
        let bytes = files::read_found(&candidate, scope.largest)?;
        let is_card = || Card::parse(&bytes).is_card();
        if candidate.target.as_ref().is_some_and(|target| wanted(target) && (target.certain || is_card())) {
            return Err(Undone::Doubled);
        }
        if !candidate.certain && !is_card() {
            return Err(Undone::Skipped);
        }
        Ok(Read { candidate, bytes, repo_type: None, frame: None })
    };
    let mut found = files::find(scope.paths);
    let mut seen = Seen::default();
    let done = |batch| in_groups(batch, scope.together, read, &work);
    in_order(found.by_ref(), done, |result| seen.take(result, &mut emit))?;
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
    work: impl Fn(&[Read]) -> Vec<Result<T, Failure>> + Sync,
    mut emit: impl FnMut(&Read, T) -> io::Result<()>,
) -> io::Result<Seen> {
    let read = |line: Result<Line, Failure>| -> Result<Read, Undone> {
        let line = line?;
        if (scope.stop)() {
            return Err(Undone::Left);
        }
        let Some(Row { id, repo_type, card }) = line.row(scope.largest)? else {
            return Err(Undone::Nothing);
        };
        let Some((card, frame)) = card else {
            return Err(Undone::Skipped);
        };
        let path = PathBuf::from(&id);
        let candidate = Candidate { shown: id, named: false, ..Candidate::named(&path) };
        if !wanted(&candidate) {
            return Err(Undone::Excluded);
        }
        Ok(Read { candidate, bytes: card.into_bytes(), repo_type, frame: Some(frame) })
    };
    let mut seen = Seen::default();
    let done = |batch| in_groups(batch, scope.together, read, &work);
    in_order(Lines::of(scope.paths.to_vec(), scope.largest), done, |result| seen.take(result, &mut emit))?;
    Ok(seen)
}

/// Reads the items and works on those that are cards, several at a time.
fn in_groups<I, T>(
    items: Vec<I>,
    together: usize,
    read: impl Fn(I) -> Result<Read, Undone>,
    work: impl Fn(&[Read]) -> Vec<Result<T, Failure>>,
) -> Vec<Done<T>> {
    let mut done: Vec<Option<Done<T>>> = Vec::with_capacity(items.len());
    let (mut group, mut places, mut bytes) = (Vec::new(), Vec::new(), 0);
    let last = items.len().saturating_sub(1);
    for (at, item) in items.into_iter().enumerate() {
        let undone = match read(item) {
            Ok(card) => {
                bytes += card.bytes.len();
                group.push(card);
                places.push(at);
                None
            }
            Err(undone) => Some(Err(undone)),
        };
        done.push(undone);
        if !group.is_empty() && (bytes >= together || at == last) {
            let results = work(&group);
            assert_eq!(results.len(), group.len(), "each card has a result");
            for ((place, card), result) in places.drain(..).zip(group.drain(..)).zip(results) {
                done[place] = Some(result.map(|result| (card, result)).map_err(Undone::from));
            }
            bytes = 0;
        }
    }
    done.into_iter().flatten().collect()
}

impl Seen {
    fn take<T>(&mut self, done: Done<T>, emit: &mut impl FnMut(&Read, T) -> io::Result<()>) -> io::Result<()> {
        match done {
            Ok((card, result)) => emit(&card, result)?,
            Err(Undone::Excluded) => self.excluded += 1,
            Err(Undone::Skipped) => self.skipped += 1,
            Err(Undone::Left) => self.left += 1,
            Err(Undone::Nothing | Undone::Doubled) => {}
            Err(Undone::Failed(failure)) => self.failures.push(failure),
        }
        Ok(())
    }
}

/// What became of a file.
type Done<T> = Result<(Read, T), Undone>;

/// Why a file was not worked on.
enum Undone {
    Excluded,
    Skipped,
    Left,
    /// A blank line between rows.
    Nothing,
    /// A link to a card of the same run.
    Doubled,
    Failed(Failure),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Does `work` on all items, batch by batch and on all cores, and hands the results to `emit` in the order of the items. No more
/// than a few batches of items and results are held at a time.
///
/// # Errors
/// What `emit` returns; no item is begun after that.
pub fn in_order<I: Send, T: Send>(
    mut items: impl Iterator<Item = I> + Send,
    work: impl Fn(Vec<I>) -> Vec<T> + Sync,
    mut emit: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    // Most runs of a hook have a card or two, for which a thread would cost more than it brings.
    let first: Vec<I> = items.by_ref().take(2).collect();
    if first.len() < 2 || threads == 1 {
        let mut items = first.into_iter().chain(items);
        while let Some(batch) = next_items(&mut items) {
            work(batch).into_iter().try_for_each(&mut emit)?;
        }
        return Ok(());
    }
    let (permits, free) = mpsc::sync_channel(threads * AHEAD);
    let (results, done) = mpsc::channel();
    let batches = Mutex::new(Batches { items: first.into_iter().chain(items), number: 0 });
    thread::scope(|scope| {
        for _ in 0..threads {
            let (permits, results, work, batches) = (permits.clone(), results.clone(), &work, &batches);
            scope.spawn(move || {
                while let Some((number, batch)) = next_batch(&permits, batches) {
                    // A panic is passed on: were its results awaited, the run would never end.
                    let worked = catch_unwind(AssertUnwindSafe(|| work(batch)));
                    if results.send((number, worked)).is_err() {
                        return;
                    }
                }
            });
        }
        drop((permits, results));
        let emitted = receive_batches(&done, &free, &mut emit);
        // When it ended early, no batch is begun any more, and the threads end.
        drop((done, free));
        emitted
    })
}

type Batch<I> = (usize, Vec<I>);

/// The items in batches; whichever thread has nothing to do looks for the next one.
struct Batches<Items> {
    items: Items,
    number: usize,
}

/// The next batch, once there is room for it; `None` after the last one, and when nobody takes the results any more.
fn next_batch<I>(permits: &SyncSender<()>, batches: &Mutex<Batches<impl Iterator<Item = I>>>) -> Option<Batch<I>> {
    permits.send(()).ok()?;
    let mut batches = batches.lock().unwrap_or_else(PoisonError::into_inner);
    let batch = next_items(&mut batches.items)?;
    batches.number += 1;
    Some((batches.number - 1, batch))
}

/// The items of the next batch.
fn next_items<I>(items: &mut impl Iterator<Item = I>) -> Option<Vec<I>> {
    Some(items.take(BATCH).collect()).filter(|batch: &Vec<I>| !batch.is_empty())
}

/// Takes the results as they come, hands them on in order, and makes room for as many.
fn receive_batches<T>(
    done: &Receiver<(usize, thread::Result<Vec<T>>)>,
    free: &Receiver<()>,
    emit: &mut impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let mut early: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    let mut next = 0;
    for (number, results) in done {
        early.insert(number, results.unwrap_or_else(|panic| resume_unwind(panic)));
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
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_come_in_order_and_few_at_a_time() {
        let (begun, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut seen = Vec::new();
        let work = |items: Vec<usize>| {
            let ahead = |_| begun.fetch_add(1, Ordering::SeqCst) - ended.load(Ordering::SeqCst);
            items.into_iter().map(|item| (item, ahead(item))).collect()
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
    fn a_panic_ends_the_run() {
        let work = |items: Vec<usize>| {
            assert!(!items.contains(&100), "on purpose");
            items
        };
        assert!(catch_unwind(|| in_order(0..100_000, work, |_| Ok(()))).is_err());
    }

    #[test]
    fn an_error_ends_the_run() {
        let begun = AtomicUsize::new(0);
        let work = |items: Vec<usize>| {
            begun.fetch_add(items.len(), Ordering::SeqCst);
            items
        };
        let emit = |item| if item == 100 { Err(io::Error::other("full")) } else { Ok(()) };
        assert_eq!(in_order(0..1_000_000, work, emit).unwrap_err().to_string(), "full");
        assert!(begun.load(Ordering::SeqCst) < 10_000);
    }

    #[test]
    fn cards_are_worked_on_together_up_to_so_many_bytes() {
        let read = |len: usize| {
            let candidate = Candidate::named("x".as_ref());
            if len == 0 {
                Err(Undone::Skipped)
            } else {
                Ok(Read { candidate, bytes: vec![0; len], repo_type: None, frame: None })
            }
        };
        let groups = |together: usize| {
            let groups = RefCell::new(Vec::new());
            let work = |cards: &[Read]| {
                groups.borrow_mut().push(cards.len());
                cards.iter().map(|card| Ok(card.bytes.len())).collect()
            };
            let done = in_groups(vec![0, 3, 0, 4, 9, 1, 2, 0], together, read, work);
            let results: Vec<Option<usize>> = done.into_iter().map(|done| done.ok().map(|(_, len)| len)).collect();
            assert_eq!(results, [None, Some(3), None, Some(4), Some(9), Some(1), Some(2), None]);
            groups.into_inner()
        };
        assert_eq!(groups(0), [1, 1, 1, 1, 1]);
        assert_eq!(groups(7), [2, 1, 2]);
        assert_eq!(groups(1000), [5]);
    }
}
