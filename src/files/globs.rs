//! Paths that globs of a configuration mean.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Globs as in `.gitignore`: without a slash a name in any folder, with one a path from the folder of the configuration;
/// a folder means all that is in it; `!` takes away from the globs before it.
#[derive(Debug, Clone)]
pub struct Globs(Gitignore);

impl Globs {
    /// The globs of a list.
    ///
    /// # Errors
    /// Names the glob that cannot be read.
    pub fn new(globs: &[String]) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new("");
        for glob in globs {
            builder.add_line(None, glob).map_err(|error| format!("the glob `{glob}` cannot be read: {error}"))?;
        }
        builder.build().map(Self).map_err(|error| error.to_string())
    }

    /// Whether no file is meant.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a file is meant; `path` is relative to the folder of the configuration.
    pub fn mean(&self, path: &Path) -> bool {
        !self.0.is_empty() && path.is_relative() && self.0.matched_path_or_any_parents(path, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_mean_what_they_mean_in_gitignore() {
        let globs = |list: &[&str]| Globs::new(&list.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        let some = globs(&["templates/", "/drafts/*.md", "!/drafts/keep.md", "x-*.md"]);
        let mean = |path: &str| some.mean(Path::new(path));
        assert!(mean("a/templates/b/README.md") && mean("drafts/a.md") && mean("deep/x-1.md"));
        assert!(!mean("drafts/keep.md") && !mean("a/drafts/a.md") && !mean("README.md"));
        assert!(!globs(&[]).mean(Path::new("README.md")));
        assert!(Globs::new(&["a[z-b]".to_owned()]).is_err());
    }
}
