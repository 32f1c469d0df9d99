//! The files under some paths, found one after the other in the order of their paths, so that a run holds no more of a tree
//! than the folders on the way to the card in hand.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use walkdir::{DirEntry, FilterEntry, IntoIter, WalkDir};

use super::ignored::Ignored;
use super::{Candidate, Failure, NO_FILE, in_words, is_link, shown};

/// The files under some paths that may be cards, sorted by path, each once: files as they are, of folders every `*.md` that
/// git does not ignore.
pub struct Found {
    /// For every path the next file under it; the first of all paths comes out first.
    next: BinaryHeap<Reverse<Next>>,
    walks: Vec<Walk>,
    once: Once,
    failures: Failures,
}

/// What went wrong on the way, shared by all walks.
type Failures = Arc<Mutex<Vec<Failure>>>;

/// A file, and which walk found it; of several spellings of one path the named one comes first.
type Next = (String, bool, usize, Candidate);

/// The files under `paths`.
pub fn find(paths: &[PathBuf]) -> Found {
    let failures = Failures::default();
    let (mut named, mut folders) = (Vec::new(), Vec::new());
    for path in paths {
        let file = Candidate::named(path);
        if file.is_stdin() {
            // It can be read once.
            if !named.contains(&file) {
                named.push(file);
            }
            continue;
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => {
                let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
                folders.push(Root { path: path.clone(), real });
            }
            Ok(meta) if meta.is_file() => named.push(file),
            Ok(_) => tell(&failures, Failure::new(path, NO_FILE)),
            Err(error) => tell(&failures, lost(path, &error)),
        }
    }
    let roots: Arc<[Root]> = folders.into();
    let walks: Vec<Walk> = roots.iter().map(|root| Walk::new(root, &roots, &failures)).collect();
    let once = Once::new(&named, walks.len() + named.len() > 1);
    let mut found = Found { next: BinaryHeap::new(), walks, once, failures };
    found.next.extend(named.into_iter().map(|file| Reverse((file.shown.clone(), false, usize::MAX, file))));
    (0..found.walks.len()).for_each(|walk| found.advance(walk));
    found
}

impl Found {
    /// What could not be looked at, so far.
    pub fn failures(&self) -> Vec<Failure> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn advance(&mut self, number: usize) {
        let Some(walk) = self.walks.get_mut(number) else { return };
        let next = walk.next().map(|file| Reverse((file.shown.clone(), true, number, file)));
        self.next.extend(next);
    }
}

impl Iterator for Found {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        loop {
            let Reverse((_, _, walk, file)) = self.next.pop()?;
            self.advance(walk);
            if self.once.is_first(&file) {
                return Some(file);
            }
        }
    }
}

/// Passes over files that were seen under another spelling of their path.
struct Once {
    /// Whether several paths may lead to one file; else only links between folders do.
    overlaps: bool,
    /// Files that are named somewhere among the paths.
    named: HashMap<PathBuf, bool>,
    /// Hashes of the real paths of the other files that could be met again.
    seen: HashSet<u64>,
    /// The last folder, and where it really is.
    folder: (PathBuf, PathBuf),
}

impl Once {
    fn new(named: &[Candidate], overlaps: bool) -> Self {
        let mut once = Self { overlaps, named: HashMap::new(), seen: HashSet::new(), folder: Default::default() };
        once.named = named.iter().map(|file| (once.real_place(&file.path), false)).collect();
        once
    }

    fn is_first(&mut self, file: &Candidate) -> bool {
        if file.is_stdin() || !(self.overlaps || file.linked) {
            return true;
        }
        let place = self.real_place(&file.path);
        match self.named.get_mut(&place) {
            // It comes under the name that it was given.
            Some(_) if !file.named => false,
            Some(seen) => !std::mem::replace(seen, true),
            None => {
                let mut hasher = DefaultHasher::new();
                place.hash(&mut hasher);
                self.seen.insert(hasher.finish())
            }
        }
    }

    /// The path with its folder's links resolved. The file itself may be a link, and then stays one: its target is another
    /// file.
    fn real_place(&mut self, path: &Path) -> PathBuf {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return path.to_owned();
        };
        if self.folder.0 != folder || self.folder.1.as_os_str().is_empty() {
            let real = fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
            self.folder = (folder.to_owned(), real.unwrap_or_else(|_| folder.to_owned()));
        }
        self.folder.1.join(name)
    }
}

/// What makes a folder a repository of git.
const GIT: &str = ".git";

/// Whether the walk goes on into an entry.
type Filter = Box<dyn FnMut(&DirEntry) -> bool + Send>;

/// A folder that is walked, and where it really is.
struct Root {
    path: PathBuf,
    real: PathBuf,
}

/// One folder's files in the order of their paths.
struct Walk {
    root: PathBuf,
    /// The folders of all walks.
    roots: Arc<[Root]>,
    /// For each of them, by its place, what git ignores there; as far as links led to files of it.
    ignored: HashMap<usize, Ignored>,
    entries: FilterEntry<IntoIter, Filter>,
    /// The outermost folder on the way that is a link.
    link: Option<PathBuf>,
    /// Where the folders really are that were found behind links.
    behind_links: HashSet<PathBuf>,
    failures: Failures,
}

impl Walk {
    fn new(root: &Root, roots: &Arc<[Root]>, failures: &Failures) -> Self {
        let (told, mut ignored) = (failures.clone(), Ignored::under(&root.path, &root.real));
        let filter: Filter = Box::new(move |entry| {
            let is_walked = is_walked(entry, &mut ignored);
            for (path, message) in ignored.failures() {
                tell(&told, Failure::new(&path, message));
            }
            is_walked
        });
        // Hub caches link to their cards, so links are followed.
        let entries = WalkDir::new(&root.path).follow_links(true).sort_by(by_path).into_iter().filter_entry(filter);
        Self {
            root: root.path.clone(),
            roots: roots.clone(),
            ignored: HashMap::new(),
            entries,
            link: None,
            behind_links: HashSet::new(),
            failures: failures.clone(),
        }
    }

    /// Whether a folder behind a link shows what is found nowhere else: what lies under a root is looked at where it is, and all
    /// else behind the first link that leads to it, since folders that link to each other have paths without number.
    fn is_new(&mut self, folder: &Path) -> bool {
        match fs::canonicalize(folder) {
            Ok(real) => !self.roots.iter().any(|root| real.starts_with(&root.real)) && self.behind_links.insert(real),
            Err(_) => true,
        }
    }

    /// The file that a link leads to, as a walk names it that comes to it as well.
    fn found_elsewhere(&mut self, link: &Path) -> Option<Arc<Candidate>> {
        let target = fs::canonicalize(link).ok().filter(|target| is_markdown(target))?;
        let (number, root) = self.roots.iter().enumerate().find(|(_, root)| target.starts_with(&root.real))?;
        let below = target.strip_prefix(&root.real).ok()?;
        let ignored = self.ignored.entry(number).or_insert_with(|| Ignored::under(&root.real, &root.real));
        if below.iter().any(|part| part == GIT) || ignored.is_path_ignored(&target) {
            return None;
        }
        let path = root.path.join(below);
        Some(Arc::new(Candidate { named: false, certain: is_readme(&path), ..Candidate::named(&path) }))
    }
}

impl Iterator for Walk {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                // A folder that links to one above it holds nothing that is not seen already.
                Err(error) if error.loop_ancestor().is_some() => continue,
                Err(error) => {
                    unreadable(&self.root, &error).into_iter().for_each(|failure| tell(&self.failures, failure));
                    continue;
                }
            };
            if self.link.as_ref().is_some_and(|link| !entry.path().starts_with(link)) {
                self.link = None;
            }
            // The folder that was named may be a link.
            if entry.file_type().is_dir() && entry.path_is_symlink() && entry.depth() > 0 && self.link.is_none() {
                self.link = Some(entry.path().to_owned());
            }
            if entry.file_type().is_dir() && self.link.is_some() && !self.is_new(entry.path()) {
                self.entries.skip_current_dir();
                continue;
            }
            if entry.file_type().is_file() && is_markdown(entry.path()) {
                let is_link = entry.path_is_symlink();
                let path = entry.into_path();
                let certain = is_readme(&path);
                let target = if is_link { self.found_elsewhere(&path) } else { None };
                let linked = self.link.is_some();
                return Some(Candidate { shown: shown(&path), certain, named: false, linked, target, path });
            }
        }
    }
}

/// Whether the walk goes on into an entry.
fn is_walked(entry: &DirEntry, ignored: &mut Ignored) -> bool {
    let is_folder = entry.file_type().is_dir();
    let is_root = entry.depth() == 0;
    if entry.file_name() == GIT {
        if !is_root {
            ignored.note_git(entry.path());
        }
        return false;
    }
    if !is_folder && !is_markdown(entry.path()) {
        return false;
    }
    is_root || !ignored.is_ignored(entry.path(), is_folder)
}

/// As the whole paths below two neighbours compare: a folder's name goes on with `/`, a file's ends. Only files that end in
/// `.md` matter; `.git` comes first, since it tells what of the others is ignored.
fn by_path(one: &DirEntry, other: &DirEntry) -> Ordering {
    if one.file_name() == GIT || other.file_name() == GIT {
        return (one.file_name() != GIT).cmp(&(other.file_name() != GIT));
    }
    let (here, there) = (one.file_name().as_encoded_bytes(), other.file_name().as_encoded_bytes());
    if !here.starts_with(there) && !there.starts_with(here) {
        return here.cmp(there);
    }
    let is_folder = |entry: &DirEntry| entry.file_type().is_dir() || entry.path_is_symlink() && entry.path().is_dir();
    let end = |entry: &DirEntry| if is_folder(entry) || !is_markdown(entry.path()) { "/" } else { "" };
    let (end_here, end_there) = (end(one).as_bytes(), end(other).as_bytes());
    here.iter().chain(end_here).cmp(there.iter().chain(end_there))
}

fn is_readme(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "README.md")
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

/// Why an entry could not be looked at; `None` for a link to nowhere that would be no card anyway.
fn unreadable(root: &Path, error: &walkdir::Error) -> Option<Failure> {
    let path = error.path().unwrap_or(root);
    match error.io_error() {
        Some(error) if is_link(path) && error.kind() == io::ErrorKind::NotFound && !is_markdown(path) => None,
        Some(error) => Some(lost(path, error)),
        None => Some(Failure::new(path, error.to_string())),
    }
}

fn lost(path: &Path, error: &io::Error) -> Failure {
    let is_dangling = error.kind() == io::ErrorKind::NotFound && is_link(path);
    Failure::new(path, if is_dangling { "is a link to a file that does not exist".into() } else { in_words(error) })
}

fn tell(failures: &Failures, failure: Failure) {
    failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_several_links_show_is_found_once() {
        use std::os::unix::fs::symlink;
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir_all(folder.path().join("b/deep")).unwrap();
        for file in
            [folder.path().join("b/deep/README.md"), outside.path().join("README.md"), outside.path().join("x.md")]
        {
            fs::write(file, "# x\n").unwrap();
        }
        for (to, name) in [(outside.path(), "a"), (outside.path(), "c"), (Path::new("b"), "d"), (Path::new("."), "e")] {
            symlink(to, folder.path().join(name)).unwrap();
        }
        let found: Vec<PathBuf> = find(&[folder.path().to_owned()]).map(|file| file.path).collect();
        let want = ["a/README.md", "a/x.md", "b/deep/README.md"].map(|name| folder.path().join(name));
        assert_eq!(found, want);
    }

    /// By way of all links there are more paths to these folders than could ever be walked.
    #[cfg(unix)]
    #[test]
    fn folders_that_link_to_each_other_are_walked_once() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("root"), folder.path().join("outside"));
        for here in 10..30 {
            let place = outside.join(format!("{here}/deep"));
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("README.md"), "# x\n").unwrap();
            for there in 10..30 {
                symlink(format!("../../{there}"), place.join(there.to_string())).unwrap();
            }
        }
        fs::create_dir(&root).unwrap();
        fs::write(root.join("README.md"), "# x\n").unwrap();
        // One that leads back into the root among others.
        for (to, name) in [("../outside", "a"), ("../outside/25", "b"), ("..", "c")] {
            symlink(to, root.join(name)).unwrap();
        }
        let found: Vec<PathBuf> = find(std::slice::from_ref(&root)).map(|file| file.path).collect();
        assert!(found.is_sorted());
        let places: HashSet<PathBuf> = found.iter().map(|path| fs::canonicalize(path).unwrap()).collect();
        assert_eq!((found.len(), places.len()), (21, 21));
        assert_eq!(found.last(), Some(&root.join("a/10/deep/README.md")));
    }

    #[test]
    fn files_come_in_the_order_of_their_whole_paths() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "a/README.md",
            "a-b/README.md",
            "a.md",
            "a.md.md",
            "a b/README.md",
            "a/b/README.md",
            "a/b.md",
            "a0/README.md",
            "x.md/README.md",
            "x.md-y/README.md",
            "z.txt",
        ];
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "# x\n").unwrap();
        }
        let found = |paths: &[PathBuf]| find(paths).map(|file| file.shown).collect::<Vec<_>>();
        let mut want: Vec<String> = names.iter().map(|name| shown(&folder.path().join(name))).collect();
        want.retain(|name| name.ends_with(".md"));
        want.sort();
        assert_eq!(found(&[folder.path().to_owned()]), want);
        let several = ["a", "a/b", "a/b.md", "", "x.md/../a"].map(|name| folder.path().join(name));
        let mut places: Vec<PathBuf> = find(&several).map(|file| fs::canonicalize(file.path).unwrap()).collect();
        assert!(found(&several).is_sorted());
        places.sort();
        let real = fs::canonicalize(folder.path()).unwrap();
        let mut all: Vec<PathBuf> =
            names.iter().filter(|name| name.ends_with(".md")).map(|name| real.join(name)).collect();
        all.sort();
        assert_eq!(places, all);
    }
}
