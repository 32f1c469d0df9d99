//! What git ignores, learnt on the way down a tree: `.gitignore` in every folder of a repository, `.git/info/exclude`, and the
//! user's own file for all repositories. Nothing but files is opened.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The folders on the way to the entry in hand, the outermost first, as far as they lie in the repository of the root.
pub(super) struct Ignored {
    folders: Vec<Folder>,
    /// The last of them as the walk names it.
    entered: PathBuf,
    /// The root as it was given, and where it really is.
    root: (PathBuf, PathBuf),
    failures: Vec<(PathBuf, &'static str)>,
}

struct Folder {
    /// Where it really is.
    path: PathBuf,
    /// What `.gitignore` says; outside of a repository git reads none.
    own: Option<Gitignore>,
    /// What `.git/info/exclude` says, where the folder is a repository's outermost one.
    repository: Option<Option<Gitignore>>,
}

impl Ignored {
    /// For the files under a root.
    pub(super) fn under(root: &Path, real: &Path) -> Self {
        let root = (root.to_owned(), real.to_owned());
        let mut ignored = Self { folders: Vec::new(), entered: PathBuf::new(), root, failures: Vec::new() };
        let above: Vec<&Path> = real.ancestors().skip(1).collect();
        let has_git = |folder: &Path| folder.join(".git").exists();
        if let Some(top) = above.iter().position(|folder| has_git(folder)) {
            for folder in above[..=top].iter().rev() {
                ignored.enter(folder);
                if has_git(folder) {
                    ignored.begin_repository();
                }
            }
        }
        ignored
    }

    /// Notes a `.git`, which makes its folder a repository's outermost one; it comes before the other entries of the folder.
    pub(super) fn note_git(&mut self, git: &Path) {
        if git.parent().is_some_and(|folder| self.come_to(folder)) {
            self.begin_repository();
        }
    }

    /// Whether git ignores an entry whose folder was not ignored; entries come with those below them before the next.
    pub(super) fn is_ignored(&mut self, path: &Path, is_folder: bool) -> bool {
        if !path.parent().is_some_and(|folder| self.come_to(folder)) {
            return false;
        }
        if !self.is_in_repository() {
            return false;
        }
        let Some(path) = self.real(path) else { return false };
        for folder in self.folders.iter().rev() {
            let exclude = folder.repository.as_ref().and_then(Option::as_ref);
            for rules in folder.own.iter().chain(exclude) {
                match rules.matched(&path, is_folder) {
                    Match::None => {}
                    found => return found.is_ignore(),
                }
            }
            if folder.repository.is_some() {
                static EVERYWHERE: LazyLock<Gitignore> = LazyLock::new(|| Gitignore::global().0);
                return EVERYWHERE.matched(&path, is_folder).is_ignore();
            }
        }
        false
    }

    /// Whether git ignores a file somewhere below the root, or a folder on the way to it.
    pub(super) fn is_path_ignored(&mut self, path: &Path) -> bool {
        let below: Vec<&Path> = path.ancestors().take_while(|above| *above != self.root.0).collect();
        below.into_iter().rev().any(|entry| {
            let is_new = entry.parent().is_some_and(|folder| self.come_to(folder))
                && self.folders.last().is_some_and(|folder| folder.repository.is_none());
            if is_new && entry.with_file_name(".git").exists() {
                self.begin_repository();
            }
            self.is_ignored(entry, entry != path)
        })
    }

    /// What could not be read since the last time, and what it is.
    pub(super) fn failures(&mut self) -> Vec<(PathBuf, &'static str)> {
        let as_given = |path: PathBuf| match path.strip_prefix(&self.root.1) {
            Ok(below) => self.root.0.join(below),
            Err(_) => path,
        };
        std::mem::take(&mut self.failures).into_iter().map(|(path, message)| (as_given(path), message)).collect()
    }

    fn real(&self, path: &Path) -> Option<PathBuf> {
        Some(self.root.1.join(path.strip_prefix(&self.root.0).ok()?))
    }

    /// Whether the folder is one under the root; it is then the last of the folders.
    fn come_to(&mut self, folder: &Path) -> bool {
        // Paths are compared as they are spelt, which is the same for all entries of a folder.
        if self.entered.as_os_str() != folder.as_os_str() {
            let Some(real) = self.real(folder) else { return false };
            while self.folders.last().is_some_and(|last| !real.starts_with(&last.path)) {
                self.folders.pop();
            }
            if self.folders.last().is_none_or(|last| last.path != real) {
                self.enter(&real);
            }
            self.entered = folder.to_owned();
        }
        true
    }

    fn is_in_repository(&self) -> bool {
        self.folders.iter().any(|folder| folder.repository.is_some())
    }

    fn enter(&mut self, folder: &Path) {
        let own = if self.is_in_repository() { self.read(folder, &folder.join(".gitignore")) } else { None };
        self.folders.push(Folder { path: folder.to_owned(), own, repository: None });
    }

    /// The last of the folders is a repository's outermost one.
    fn begin_repository(&mut self) {
        let Some(Folder { path, mut own, .. }) = self.folders.pop() else { return };
        if !self.is_in_repository() {
            own = self.read(&path, &path.join(".gitignore"));
        }
        let repository = Some(self.read(&path, &path.join(".git").join("info").join("exclude")));
        self.folders.push(Folder { path, own, repository });
    }

    /// The rules of a file, which count from `folder` on.
    fn read(&mut self, folder: &Path, file: &Path) -> Option<Gitignore> {
        let meta = std::fs::metadata(file).ok()?;
        if !meta.is_file() {
            if !meta.is_dir() {
                self.failures.push((file.to_owned(), "is no file; git's rules in it were not read"));
            }
            return None;
        }
        let mut rules = GitignoreBuilder::new(folder);
        // A line that is no rule is none to git either.
        rules.add(file);
        rules.build().ok().filter(|rules| !rules.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::find;

    #[test]
    fn git_decides_what_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let files = [
            ("a.md", ""),
            ("drafts/b.md", ""),
            ("drafts/keep/c.md", ""),
            ("kept/d.md", ""),
            ("kept/secret.md", ""),
            ("other/e.md", ""),
            ("other/.gitignore", "*.md\n!f.md\n"),
            ("other/f.md", ""),
            ("other/deep/g.md", ""),
            ("nested/.git/HEAD", ""),
            ("nested/drafts/h.md", ""),
            ("excluded.md", ""),
            // What stands before `.git` in the order of names.
            ("#first.md", ""),
            ("-.md", ""),
            (".gitignore", "drafts/\nsecret.md\n/a.md\n/-.md\n\\#*\n"),
        ];
        for (name, text) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = |below: &str| -> Vec<String> {
            let root = root.join(below);
            let found = find(std::slice::from_ref(&root));
            let names = found.map(|file| file.path.strip_prefix(&root).unwrap().to_string_lossy().into_owned());
            names.filter(|name| name.ends_with(".md")).collect()
        };
        // Outside of a repository git ignores nothing; what is one within begins anew.
        let all = files.iter().filter(|(name, _)| name.ends_with(".md")).count();
        assert_eq!(found("").len(), all);
        fs::create_dir_all(root.join(".git/info")).unwrap();
        fs::write(root.join(".git/info/exclude"), "excluded.md\n").unwrap();
        assert_eq!(found(""), ["kept/d.md", "nested/drafts/h.md", "other/f.md"]);
        // The rules above count for a folder of the repository as well.
        assert_eq!(found("kept"), ["d.md"]);
        assert_eq!(found("other/deep"), [""; 0]);
        assert_eq!(found("drafts"), ["b.md", "keep/c.md"]);
    }
}
