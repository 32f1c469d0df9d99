//! A configuration ready for use: its globs and patterns read, and what follows from it for each card.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use regex::Regex;

use super::{Choice, Config, FILE_NAME, Override, OwnMove, OwnPlaceholder};
use crate::card::RepoType;
use crate::files::{self, Globs};
use crate::house::{House, Move, Placeholder};
use crate::policy::Policy;
use crate::rules::{RULES, Rule};

/// What the command line asks for; it goes before the configuration.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Rules to check and no others; empty where none are named.
    pub select: Vec<Choice>,
    /// Rules not to check.
    pub ignore: Vec<Choice>,
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
    ignored: Vec<Choice>,
    base: Policy,
}

impl Settings {
    /// Without a configuration.
    pub fn none(asked: &Asked) -> Self {
        Self::build(PathBuf::new(), Config::default(), asked).expect("an empty configuration is right")
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
        path.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
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
            ignored.extend(config.ignore.iter().map(|name| Choice::One(name.0)));
        }
        let select = if selected { &asked.select } else { config.select.as_ref().unwrap_or(&DEFAULT) };
        let house = House {
            placeholders: config.placeholders.into_iter().map(placeholder).collect::<Result<_, _>>()?,
            moves: config.moves.into_iter().map(moved).collect::<Result<_, _>>()?,
        };
        let base = Policy {
            rules: rules(select, &ignored),
            severities: config.severity.iter().map(|(rule, severity)| (rule.0.name, *severity)).collect(),
            house: Arc::new(house),
            repo_type: asked.repo_type.or(config.repo_type),
        };
        let with_globs = |own: Override| Globs::new(&own.paths).map(|globs| (globs, own));
        Ok(Self {
            folder,
            include: config.include.as_deref().map(Globs::new).transpose()?,
            exclude: Globs::new(&config.exclude)?,
            overrides: config.overrides.into_iter().map(with_globs).collect::<Result<_, _>>()?,
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

static DEFAULT: std::sync::LazyLock<Vec<Choice>> = std::sync::LazyLock::new(|| vec![Choice::Default]);

fn rules(select: &[Choice], ignored: &[Choice]) -> Vec<&'static Rule> {
    let wanted = |rule: &&Rule| select.iter().any(|c| c.has(rule)) && !ignored.iter().any(|c| c.has(rule));
    RULES.iter().copied().filter(wanted).collect()
}

fn placeholder(own: OwnPlaceholder) -> Result<Placeholder, String> {
    let made = match (own.text, own.pattern) {
        (Some(text), None) if !text.is_empty() => Placeholder::word(&text, own.belongs).map_err(|e| e.to_string()),
        (None, Some(pattern)) => regex(&pattern).map(|pattern| Placeholder { pattern, belongs: own.belongs }),
        _ => Err("a [[placeholder]] needs either a `text` or a `pattern`".into()),
    }?;
    if made.pattern.is_match("") {
        return Err(format!("the [[placeholder]] `{}` matches everywhere", made.pattern));
    }
    Ok(made)
}

fn moved(own: OwnMove) -> Result<Move, String> {
    let what = own.what.unwrap_or_else(|| "this link moved".into());
    let made = match (own.from, own.pattern) {
        (Some(from), None) if !from.is_empty() => Move::below(&from, &own.to, what).map_err(|e| e.to_string())?,
        (None, Some(pattern)) => Move { from: regex(&format!("^(?:{pattern})$"))?, to: own.to, what },
        _ => return Err("a [[move]] needs either a `from` or a `pattern`".into()),
    };
    let mut target = String::new();
    Regex::new("^$").ok().and_then(|empty| empty.captures("").map(|c| c.expand(&made.to, &mut target)));
    if made.from.is_match(&target) {
        return Err(format!("the [[move]] to `{}` leads to itself", made.to));
    }
    Ok(made)
}

fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| format!("the pattern `{pattern}` cannot be read: {error}"))
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
    fn wrong_data_is_refused() {
        for text in [
            "[[placeholder]]\nbelongs='x'",
            "[[placeholder]]\npattern='a*'",
            "[[placeholder]]\npattern='('",
            "[[move]]\nto='x'",
            "[[move]]\nfrom='http://a.example'\nto='http://a.example/b'",
            "exclude=['a[z-b]']",
        ] {
            let config = Config::parse(text).unwrap();
            assert!(Settings::build(PathBuf::new(), config, &Asked::default()).is_err(), "{text}");
        }
    }
}
