//! A configuration ready for use: its globs and patterns read, and what follows from it for each card.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use regex::{Captures, Regex};

use super::{Choice, Config, FILE_NAME, Override, OwnMove, OwnPlaceholder, RuleName};
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
            ignored.extend(&config.ignore);
        }
        let select = if selected { &asked.select } else { config.select.as_ref().unwrap_or(&DEFAULT) };
        let moves = each("move", config.moves, moved)?;
        come_to_rest(&moves)?;
        let house = House {
            placeholders: each("placeholder", config.placeholders, placeholder)?,
            moves: moves.into_iter().map(|(made, _)| made).collect(),
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

static DEFAULT: LazyLock<Vec<Choice>> = LazyLock::new(|| vec![Choice::Default]);

fn rules(select: &[Choice], ignored: &[RuleName]) -> Vec<&'static Rule> {
    let is_ignored = |rule: &Rule| ignored.iter().any(|ignored| ignored.0.name == rule.name);
    let wanted = |rule: &&Rule| select.iter().any(|c| c.has(rule)) && !is_ignored(rule);
    RULES.iter().copied().filter(wanted).collect()
}

/// Makes something of each entry of a list; an error tells which one it is.
fn each<T, M>(list: &str, entries: Vec<T>, make: impl Fn(T) -> Result<M, String>) -> Result<Vec<M>, String> {
    let numbered = entries.into_iter().zip(1..);
    numbered.map(|(entry, n)| make(entry).map_err(|why| format!("entry {n} of [[{list}]]: {why}"))).collect()
}

/// What an entry is about.
enum About {
    Text(String),
    Pattern(Regex),
}

impl About {
    /// `name` is the key of the text.
    fn of(name: &str, text: Option<String>, pattern: Option<&str>) -> Result<Self, String> {
        match (text, pattern) {
            (Some(text), None) if text.is_empty() => Err(format!("its `{name}` is empty")),
            (Some(text), None) => Ok(Self::Text(text)),
            (None, Some(pattern)) => Regex::new(pattern)
                .map(Self::Pattern)
                .map_err(|error| format!("the pattern `{pattern}` cannot be read: {error}")),
            (None, None) => Err(format!("it needs a `{name}` or a `pattern`")),
            (Some(_), Some(_)) => Err(format!("it has a `{name}` and a `pattern`, and may only have one of them")),
        }
    }
}

fn placeholder(own: OwnPlaceholder) -> Result<Placeholder, String> {
    let made = match About::of("text", own.text, own.pattern.as_deref())? {
        About::Text(text) => Placeholder::word(&text, own.belongs).map_err(|error| error.to_string())?,
        About::Pattern(pattern) => Placeholder { pattern, belongs: own.belongs },
    };
    if made.pattern.is_match("") { Err(format!("`{}` matches everywhere", made.pattern)) } else { Ok(made) }
}

/// A move, and a link that it makes, where no group of a pattern has a part in that.
type Made = (Move, Option<String>);

fn moved(own: OwnMove) -> Result<Made, String> {
    let what = own.what.unwrap_or_else(|| "this link moved".into());
    let is_address = own.from.iter().chain(&own.pattern).any(|old| old.contains("//"));
    let whole = own.pattern.map(|pattern| format!("^(?:{pattern})$"));
    let made = match About::of("from", own.from, whole.as_deref())? {
        About::Text(from) => Move::below(&from, &own.to, what).map_err(|error| error.to_string())?,
        About::Pattern(from) => Move { from, to: own.to, what },
    };
    let is_known = |name: &str| {
        let number = name.parse::<usize>().is_ok_and(|number| number < made.from.captures_len());
        number || made.from.capture_names().flatten().any(|known| known == name)
    };
    let groups = || GROUP.captures_iter(&made.to).filter_map(|group| group.get(1).or(group.get(2)));
    if let Some(name) = groups().map(|name| name.as_str()).find(|name| !is_known(name)) {
        return Err(format!(
            "`to` names a group `{name}`, which `pattern` does not have; write `${{1}}` before letters"
        ));
    }
    let plain = bare(&made.to);
    if plain.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
        || plain.matches('(').count() != plain.matches(')').count()
    {
        return Err("`to` holds blanks, quotes or brackets, which would end the link".into());
    }
    let first = GROUP.find_iter(&made.to).find(|group| group.as_str() != "$$").map(|group| group.start());
    let lead = made.to[..first.unwrap_or(made.to.len())].to_ascii_lowercase();
    let is_one = ["https://", "http://"].iter().any(|scheme| {
        // What a group holds may go on with the scheme.
        lead.starts_with(scheme) || first.is_some() && scheme.starts_with(&lead)
    });
    if is_address && !is_one {
        return Err("`to` is no web address: it begins with `https://`".into());
    }
    let link = (whole.is_none() || groups().next().is_none()).then_some(plain);
    Ok((made, link))
}

/// A group in a replacement, as the crate `regex` reads it; `$$` is a dollar.
static GROUP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$(?:\$|\{([^}]*)\}|([0-9A-Za-z_]+))").expect("the pattern is well-formed"));

/// The replacement whose groups hold nothing.
fn bare(to: &str) -> String {
    GROUP.replace_all(to, |group: &Captures| if &group[0] == "$$" { "$" } else { "" }).into_owned()
}

/// Of more moves it is only seen in a card whether they come to rest.
const MOST_FOLLOWED: usize = 100;

/// Refuses moves that lead back to each other, as far as they alone tell.
fn come_to_rest(moves: &[Made]) -> Result<(), String> {
    let mut rests = vec![moves.len() > MOST_FOLLOWED; moves.len()];
    for (first, (_, link)) in moves.iter().enumerate() {
        let mut link = link.clone().unwrap_or_default();
        let mut taken = vec![first];
        while !rests[taken[taken.len() - 1]] {
            let moves_on = |at: usize| Some((at, moves[at].0.from.captures(&link)?));
            let Some((next, groups)) = (0..moves.len()).find_map(moves_on) else { break };
            if let Some(begin) = taken.iter().position(|at| *at == next) {
                let ring: Vec<String> = taken[begin..].iter().map(|at| (at + 1).to_string()).collect();
                return Err(match ring.as_slice() {
                    [alone] => format!("entry {alone} of [[move]]: what it moves leads to itself"),
                    _ => format!("entries {} of [[move]]: they lead back to each other", ring.join(" and ")),
                });
            }
            taken.push(next);
            let mut target = String::new();
            groups.expand(&moves[next].0.to, &mut target);
            link = target;
        }
        rests[first] = true;
    }
    Ok(())
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
        let house = "https://house.example";
        for (text, why) in [
            ("[[placeholder]]\nbelongs='x'", "entry 1 of [[placeholder]]: it needs a `text` or a `pattern`"),
            ("[[placeholder]]\ntext=''", "entry 1 of [[placeholder]]: its `text` is empty"),
            ("[[placeholder]]\npattern='a*'", "entry 1 of [[placeholder]]: `a*` matches everywhere"),
            (
                "[[placeholder]]\ntext='a'\n[[placeholder]]\npattern='('",
                "entry 2 of [[placeholder]]: the pattern `(` cannot",
            ),
            ("[[move]]\nto='x'", "entry 1 of [[move]]: it needs a `from` or a `pattern`"),
            ("[[move]]\nfrom='a'\npattern='a'\nto='x'", "it has a `from` and a `pattern`"),
            ("[[move]]\nfrom='HOUSE/a'\nto='x.example'", "`to` is no web address"),
            ("[[move]]\nfrom='HOUSE/a'\nto='HOUSE.org/a b'", "`to` holds blanks"),
            ("[[move]]\nfrom='HOUSE/a'\nto='HOUSE.org/a)'", "`to` holds blanks"),
            ("[[move]]\nfrom='HOUSE/a'\nto='$$x/'", "`to` is no web address"),
            ("[[move]]\npattern='HOUSE/(.*)'\nto='HOUSE.org/$2'", "`to` names a group `2`"),
            ("[[move]]\npattern='HOUSE/(.*)'\nto='HOUSE.org/$1_x'", "`to` names a group `1_x`"),
            (
                "[[move]]\nfrom='http://a.example'\nto='http://a.example/b'",
                "entry 1 of [[move]]: what it moves leads to itself",
            ),
            (
                "[[move]]\nfrom='HOUSE'\nto='HOUSE.net'\n[[move]]\nfrom='HOUSE.net'\nto='HOUSE.org'\n\
                 [[move]]\nfrom='HOUSE.org'\nto='HOUSE.net'",
                "entries 2 and 3 of [[move]]: they lead back to each other",
            ),
            ("exclude=['a[z-b]']", "a[z-b]"),
        ] {
            let config = Config::parse(&text.replace("HOUSE", house)).unwrap();
            let told = Settings::build(PathBuf::new(), config, &Asked::default()).err().unwrap_or_default();
            assert!(told.contains(why), "{text}: {told}");
        }
        for text in [
            "pattern='(https?)://old.example/(?P<page>.*)'\nto='$1://new.example/${page}_$$'",
            "from='HOUSE'\nto='http://x.example'",
            "from='HOUSE'\nto='HTTPS://x.example/a_(b)'",
            "from='docs/old.md'\nto='docs/new.md'",
            "pattern='http(://x.example/.*)'\nto='https$1'",
            "pattern='HOUSE/x/(.+)'\nto='HOUSE.org/$1'\n[[move]]\npattern='HOUSE.org/'\nto='HOUSE/x/home'",
        ] {
            let config = Config::parse(&format!("[[move]]\n{}", text.replace("HOUSE", house))).unwrap();
            assert!(Settings::build(PathBuf::new(), config, &Asked::default()).is_ok(), "{text}");
        }
    }
}
