//! Which repository of the Hub a folder is a copy of, where it shows.

use std::path::{Component, Path};

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

fn in_git_config(text: &str) -> Option<String> {
    let urls = text.lines().filter_map(|line| line.trim().strip_prefix("url")?.trim_start().strip_prefix('='));
    urls.filter_map(|url| {
        let (_, rest) = url.split_once("huggingface.co").or_else(|| url.split_once("hf.co"))?;
        let id = rest.trim().trim_start_matches([':', '/']).trim_end_matches('/').trim_end_matches(".git");
        (!id.is_empty()).then(|| id.to_owned())
    })
    .next()
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
        let config = "[remote \"origin\"]\n\turl = https://user@huggingface.co/acme/bird-net.git\n";
        assert_eq!(in_git_config(config).as_deref(), Some("acme/bird-net"));
        assert_eq!(in_git_config("url = git@hf.co:datasets/acme/x\n").as_deref(), Some("datasets/acme/x"));
        assert_eq!(in_git_config("url = https://example.org/acme/x\n"), None);
    }
}
