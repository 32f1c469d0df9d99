//! Which configuration a card is under: the nearest one at or above the path of the command line that it was found by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{Asked, Settings};

/// The configurations of a run.
pub struct Policies {
    /// Each path of the command line with its configuration; a longer path comes before one that it begins with.
    by_root: Vec<(PathBuf, Arc<Settings>)>,
    fallback: Arc<Settings>,
}

impl Policies {
    /// Without configuration.
    ///
    /// # Errors
    /// Where no rule is left to check.
    pub fn none(asked: &Asked) -> Result<Self, String> {
        Ok(Self { by_root: Vec::new(), fallback: Arc::new(Settings::none(asked)?) })
    }

    /// One configuration for all.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of_file(file: &Path, asked: &Asked) -> Result<Self, String> {
        Ok(Self { by_root: Vec::new(), fallback: Arc::new(Settings::read(file, asked)?) })
    }

    /// The nearest configuration for each path.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn nearest(roots: &[PathBuf], asked: &Asked) -> Result<Self, String> {
        let mut read: Vec<(PathBuf, Arc<Settings>)> = Vec::new();
        let mut by_root = Vec::new();
        for root in roots {
            let Some(file) = Settings::find(root) else { continue };
            let known = read.iter().find(|(path, _)| *path == file).map(|(_, settings)| settings.clone());
            let settings = match known {
                Some(settings) => settings,
                None => {
                    let settings = Arc::new(Settings::read(&file, asked)?);
                    read.push((file, settings.clone()));
                    settings
                }
            };
            by_root.push((root.clone(), settings));
        }
        by_root.sort_by_key(|(root, _)| std::cmp::Reverse(root.components().count()));
        let fallback = match read.as_slice() {
            [(_, only)] if by_root.len() == roots.len() => {
                by_root.clear();
                only.clone()
            }
            _ => Arc::new(Settings::none(asked)?),
        };
        Ok(Self { by_root, fallback })
    }

    /// Whether not all paths are under the same configuration.
    pub fn are_several(&self) -> bool {
        !self.by_root.is_empty()
    }

    /// The configuration of a card.
    pub fn of(&self, path: &Path) -> &Settings {
        let found = self.by_root.iter().find(|(root, _)| path.starts_with(root));
        found.map_or(&self.fallback, |(_, settings)| settings)
    }
}
