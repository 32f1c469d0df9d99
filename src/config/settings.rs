//! A configuration ready for use: its globs and patterns read, and what follows from it for each card.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::{Choice, Config, FILE_NAME, Override, RuleName, own};
use crate::card::RepoType;
use crate::files::{self, Globs};
use crate::policy::Policy;
use crate::rules::{RULES, Rule};

/// What the command line asks for; it goes before the configuration.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Rules to check and no others; empty where none are named.
    pub select: Vec<Choice>,
    /// Rules not to check.
    pub ignore: Vec<RuleName>,
    /// What the cards belong to.
    pub repo_type: Option<RepoType>,
}

/// A configuration and the folder that it speaks of.
pub struct Settings {
    folder: PathBuf,
    include: Option<Globs>,
    exclude: Globs,
    overrides: Vec<(Globs, Override)>,
    selected: bool,
    repo_type: Option<RepoType>,
    ignored: Vec<RuleName>,
    base: Policy,
}

impl Settings {
    /// Without a configuration.
    ///
    /// # Errors
    /// Where no rule is left to check.
    pub fn none(asked: &Asked) -> Result<Self, String> {
        Self::build(PathBuf::new(), Config::default(), asked)
    }

    /// Those of a file.
    ///
    /// # Errors
    /// Where it cannot be read, in words that begin with its path.
    pub fn read(file: &Path, asked: &Asked) -> Result<Self, String> {
        let wrong = |message: String| format!("{}: {message}", file.display());
        let text = files::read_text(file).map_err(wrong)?;
        let folder = files::lexical(file).parent().map(Path::to_owned).unwrap_or_default();
        Config::parse(&text).and_then(|config| Self::build(folder, config, asked)).map_err(wrong)
    }

    /// The nearest configuration file at or above a path.
    pub fn find(path: &Path) -> Option<PathBuf> {
        let path = files::lexical(path);
        // A link to nowhere is told when it is read.
        let stands = |file: &PathBuf| file.is_file() || files::is_link(file) && !file.exists();
        path.ancestors().map(|folder| folder.join(FILE_NAME)).find(stands)
    }

    /// Whether a file is to be checked at all.
    pub fn wants(&self, path: &Path) -> bool {
        if self.include.is_none() && self.exclude.is_empty() {
            return true;
        }
        let path = self.relative(path);
        self.include.as_ref().is_none_or(|globs| globs.mean(&path)) && !self.exclude.mean(&path)
    }

    /// What is asked of the card at a path.
    pub fn policy(&self, path: &Path) -> Cow<'_, Policy> {
        let mut policy = Cow::Borrowed(&self.base);
        if self.overrides.is_empty() {
            return policy;
        }
        let path = self.relative(path);
        for (_, own) in self.overrides.iter().filter(|(globs, _)| globs.mean(&path)) {
            let policy = policy.to_mut();
            if let Some(select) = own.select.as_ref().filter(|_| !self.selected) {
                policy.rules = rules(select, &self.ignored);
            }
            policy.rules.retain(|rule| own.ignore.iter().all(|ignored| ignored.0.name != rule.name));
            policy.repo_type = self.repo_type.or(own.repo_type).or(policy.repo_type);
            policy.severities.extend(own.severity.iter().map(|(rule, severity)| (rule.0.name, *severity)));
        }
        policy
    }

    fn build(folder: PathBuf, config: Config, asked: &Asked) -> Result<Self, String> {
        let selected = !asked.select.is_empty();
        let mut ignored = asked.ignore.clone();
        if !selected {
            ignored.extend(&config.ignore);
        }
        let select = if selected { &asked.select } else { config.select.as_ref().unwrap_or(&DEFAULT) };
        let base = Policy {
            rules: rules(select, &ignored),
            severities: config.severity.iter().map(|(rule, severity)| (rule.0.name, *severity)).collect(),
            house: Arc::new(own::house(config.placeholders, config.moves)?),
            repo_type: asked.repo_type.or(config.repo_type),
        };
        if base.rules.is_empty() && config.overrides.iter().all(|own| selected || own.select.is_none()) {
            return Err("no rule is left to check: `select` and `ignore` leave none".into());
        }
        let with_globs = |(own, n): (Override, i32)| match own.paths.is_empty() {
            true => Err(format!("entry {n} of [[override]]: its `paths` are empty, so that it is for no card")),
            false => Globs::new(&own.paths).map(|globs| (globs, own)),
        };
        Ok(Self {
            folder,
            include: config.include.as_deref().map(Globs::new).transpose()?,
            exclude: Globs::new(&config.exclude)?,
            overrides: config.overrides.into_iter().zip(1..).map(with_globs).collect::<Result<_, _>>()?,
            selected,
            repo_type: asked.repo_type,
            ignored,
            base,
        })
    }

    /// The path from the folder of the configuration; one outside of it stays absolute, and no glob means it.
    fn relative(&self, path: &Path) -> PathBuf {
        let path = files::lexical(path);
        path.strip_prefix(&self.folder).map(Path::to_owned).unwrap_or(path)
    }
}

static DEFAULT: LazyLock<Vec<Choice>> = LazyLock::new(|| vec![Choice::Default]);

fn rules(select: &[Choice], ignored: &[RuleName]) -> Vec<&'static Rule> {
    let is_ignored = |rule: &Rule| ignored.iter().any(|ignored| ignored.0.name == rule.name);
    let wanted = |rule: &&Rule| select.iter().any(|c| c.has(rule)) && !is_ignored(rule);
    RULES.iter().copied().filter(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str, asked: &Asked) -> Settings {
        Settings::build("/house".into(), Config::parse(text).unwrap(), asked).unwrap()
    }

    fn names(settings: &Settings, path: &str) -> Vec<&'static str> {
        settings.policy(Path::new(path)).rules.iter().map(|rule| rule.name).collect()
    }

    #[test]
    fn overrides_and_the_command_line() {
        let text = "select = ['stale-link', 'placeholder-leak']\nignore = ['placeholder-leak']\n\
            [[override]]\npaths = ['old/']\nselect = ['table-mismatch']\n[override.severity]\ntable-mismatch = 'info'\n\
            [[override]]\npaths = ['*.draft.md']\nignore = ['stale-link']\n";
        let config = settings(text, &Asked::default());
        assert_eq!(names(&config, "/house/README.md"), ["stale-link"]);
        assert_eq!(names(&config, "/house/a/old/README.md"), ["table-mismatch"]);
        assert_eq!(names(&config, "/house/a.draft.md"), [] as [&str; 0]);
        assert_eq!(names(&config, "/elsewhere/old/README.md"), ["stale-link"]);
        assert_eq!(config.policy(Path::new("/house/old/x.md")).severities.len(), 1);
        let leak = Rule::named("placeholder-leak").unwrap();
        let asked = Asked { select: vec![Choice::One(leak)], ..Asked::default() };
        let config = settings(text, &asked);
        assert_eq!(names(&config, "/house/old/README.md"), ["placeholder-leak"]);
    }

    #[test]
    fn what_is_wanted() {
        let config = settings("include = ['models/']\nexclude = ['templates/', 'models/x.md']\n", &Asked::default());
        assert!(config.wants(Path::new("/house/models/a/README.md")));
        assert!(!config.wants(Path::new("/house/models/templates/README.md")));
        assert!(!config.wants(Path::new("/house/models/x.md")));
        assert!(!config.wants(Path::new("/house/README.md")));
    }

    #[test]
    fn globs_that_cannot_be_read_are_refused() {
        let config = Config::parse("exclude=['a[z-b]']").unwrap();
        let told = Settings::build(PathBuf::new(), config, &Asked::default()).err().unwrap();
        assert!(told.contains("a[z-b]"), "{told}");
    }
}
