//! Which repository of the Hub a folder is a copy of, where it shows.

use std::path::{Component, Path};

use crate::card::{Id, RepoType};
use crate::files;

/// `ORGANISATION/NAME`, with `datasets/` or `spaces/` in front where it is one: out of a folder of the Hub's cache, or of
/// the remote of a clone.
pub fn of(card: &Path) -> Option<String> {
    let card = files::lexical(card);
    in_cache(&card).or_else(|| of_clone(card.parent()?))
}

/// `models--ORG--NAME/snapshots/REVISION/README.md`.
fn in_cache(card: &Path) -> Option<String> {
    let names: Vec<&str> = card.components().filter_map(name).collect();
    let snapshots = names.iter().rposition(|name| *name == "snapshots")?;
    let folder = names.get(snapshots.checked_sub(1)?)?;
    let (kind, id) = folder.split_once("--")?;
    let id = id.replacen("--", "/", 1);
    match kind {
        "models" => Some(id),
        "datasets" | "spaces" => Some(format!("{kind}/{id}")),
        _ => None,
    }
}

fn name(component: Component<'_>) -> Option<&str> {
    match component {
        Component::Normal(name) => name.to_str(),
        _ => None,
    }
}

fn of_clone(folder: &Path) -> Option<String> {
    let config = folder.join(".git/config");
    // A pipe of this name would be waited for.
    if !config.is_file() {
        return None;
    }
    in_git_config(&files::read_text(&config).ok()?)
}

/// By the remote `origin`, or else by the first one that is on the Hub.
fn in_git_config(text: &str) -> Option<String> {
    let mut remote = None;
    let mut urls = Vec::new();
    for line in text.lines().map(|line| before_comment(line).trim()) {
        let line = match line.strip_prefix('[').and_then(|section| section.split_once(']')) {
            Some((section, rest)) => {
                remote = named_remote(section);
                rest.trim()
            }
            None => line,
        };
        if let (Some(name), Some((key, url))) = (remote, line.split_once('='))
            && key.trim().eq_ignore_ascii_case("url")
        {
            urls.push((name != "origin", url.trim().trim_matches('"')));
        }
    }
    urls.sort_by_key(|(is_other, _)| *is_other);
    urls.into_iter().find_map(|(_, url)| on_hub(url))
}

/// The name in `remote "origin"`.
fn named_remote(section: &str) -> Option<&str> {
    let (kind, name) = section.trim().split_once(char::is_whitespace)?;
    kind.eq_ignore_ascii_case("remote").then_some(name.trim().trim_matches('"'))
}

/// The line up to a `#` or `;` outside of quotes.
fn before_comment(line: &str) -> &str {
    let mut is_quoted = false;
    let comment = line.find(|c| {
        is_quoted ^= c == '"';
        !is_quoted && matches!(c, '#' | ';')
    });
    &line[..comment.unwrap_or(line.len())]
}

/// The repository that an address leads to: `https://user@huggingface.co/acme/bird`, `git@hf.co:acme/bird`.
fn on_hub(url: &str) -> Option<String> {
    let (is_url, rest) = url.split_once("://").map_or((false, url), |(_, rest)| (true, rest));
    let authority = rest.find('/').unwrap_or(rest.len());
    let rest = &rest[rest[..authority].rfind('@').map_or(0, |at| at + 1)..];
    let (host, path) = rest.split_at(rest.find([':', '/'])?);
    // In a URL, what follows a colon is the port.
    let path = if is_url && path.starts_with(':') { &path[path.find('/')?..] } else { path };
    let path = path.trim_start_matches([':', '/']).trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let address = format!("https://{}/{path}", host.to_ascii_lowercase());
    let is_of = |kind| matches!(Id::read(&address, kind), Id::Link(Some(_)));
    RepoType::ALL.into_iter().any(is_of).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_read_off_folders() {
        let cached = |path: &str| in_cache(Path::new(path));
        let hub = "/home/a/.cache/huggingface/hub";
        let card = |folder: &str| format!("{hub}/{folder}/snapshots/0123abc/README.md");
        assert_eq!(cached(&card("models--acme--bird-net")).as_deref(), Some("acme/bird-net"));
        assert_eq!(cached(&card("datasets--acme--a--b")).as_deref(), Some("datasets/acme/a--b"));
        assert_eq!(cached("/acme/bird-net/README.md"), None);
        let config = "[core]\n\turl = https://hf.co/no/remote\n[remote \"up\"]\n\turl = https://hf.co/acme/up\n\
            [submodule \"x\"]\n\turl = https://hf.co/no/submodule\n";
        assert_eq!(in_git_config(config).as_deref(), Some("acme/up"));
        let config =
            format!("{config}[remote \"origin\"]\n\turl = https://user:key@huggingface.co/acme/bird-net.git\n");
        assert_eq!(in_git_config(&config).as_deref(), Some("acme/bird-net"));
        for origin in [
            "[remote \"up\"]\nurl = https://hf.co/acme/up\n[remote \"origin\"] # mine\n\turl = https://hf.co/acme/x ; here\n",
            "[Remote \"origin\"] Url = \"https://www.huggingface.co/acme/x\"\n",
        ] {
            assert_eq!(in_git_config(origin).as_deref(), Some("acme/x"), "{origin}");
        }
        for (url, repository) in [
            ("git@hf.co:datasets/acme/x", Some("datasets/acme/x")),
            ("ssh://git@hf.co:22/spaces/acme/x/", Some("spaces/acme/x")),
            ("https://HuggingFace.co:443/acme/x", Some("acme/x")),
            ("https://example.org/huggingface.co/acme/x", None),
            ("https://git.acmehf.com/team/x.git", None),
            ("https://github.com/acme/huggingface.co-mirror", None),
            ("https://huggingface.co/acme/x/tree/main", None),
            ("https://huggingface.co/docs/hub", None),
            ("/srv/huggingface.co", None),
        ] {
            assert_eq!(on_hub(url).as_deref(), repository, "{url}");
        }
    }
}
