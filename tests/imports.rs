//! Modules import each other as lib.rs says, and each library is used by the module that Cargo.toml names.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files themselves")]

use std::collections::BTreeSet;
use std::fs;

use regex::Regex;
use walkdir::WalkDir;

/// A source file: its path below `src` without `.rs`, and its code without comments and its own tests.
fn sources() -> Vec<(String, String)> {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut sources = Vec::new();
    for folder in ["src", "rules"] {
        for entry in WalkDir::new(format!("{root}/{folder}")) {
            let path = entry.expect("the sources can be read").into_path();
            // rules/mod.rs is the module `rules`.
            let name = path.strip_prefix(root).expect("it is below the root").to_string_lossy().replace('\\', "/");
            let name = name.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod").to_owned();
            if path.extension().is_some_and(|end| end == "rs") && !name.split('/').any(|part| part == "tests") {
                let text = fs::read_to_string(&path).expect("the sources can be read");
                let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                let code =
                    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
                sources.push((name, code));
            }
        }
    }
    assert!(sources.len() > 100, "all sources were read");
    sources
}

/// The names in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What follows these words in lib.rs up to the full stop is the order of the modules.
const ORDER: &str = "Imports run one way";
/// The two that import each other: a finding holds its fix, and fixes are taken from findings.
const PAIR: [&str; 2] = ["finding", "fix"];

#[test]
fn modules_import_only_those_before_them() {
    let lib = include_str!("../src/lib.rs").replace("\n//!", "");
    let order = lib.split(ORDER).nth(1).and_then(|rest| rest.split('.').next()).expect("lib.rs says the order");
    let groups: Vec<Vec<&str>> = order.split('←').map(|group| quoted(group).collect()).collect();
    let listed: BTreeSet<&str> = groups.iter().flatten().copied().collect();
    let declared: BTreeSet<&str> = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(listed, declared, "the order has every module");

    let place = |module: &str| groups.iter().position(|group| group.contains(&module));
    let import = Regex::new(r"\bcrate::([a-z_]+)").expect("the expression is well-formed");
    for (name, code) in sources() {
        let module = name.split('/').next().unwrap_or_default();
        for imported in import.captures_iter(&code).filter_map(|found| found.get(1)).map(|found| found.as_str()) {
            let is_pair = [module, imported].iter().all(|name| PAIR.contains(name));
            assert!(is_pair || imported == module || place(imported) < place(module), "{name}.rs imports {imported}");
        }
    }
}

#[test]
fn libraries_are_used_where_cargo_toml_says() {
    let dependency = Regex::new(r"(?m)^([a-z0-9_-]+) = .*# ([a-z_/]+): ").expect("the expression is well-formed");
    let manifest = include_str!("../Cargo.toml").split("[dev-dependencies]").next().unwrap_or_default();
    let (mut wrong, mut found) = (Vec::new(), 0);
    let sources = sources();
    for (_, [library, door]) in dependency.captures_iter(manifest).map(|found| found.extract()) {
        found += 1;
        let used = Regex::new(&format!(r"\b{}::", library.replace('-', "_"))).expect("the expression is well-formed");
        let inside = |name: &str| name.strip_prefix(door).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let users: Vec<&String> =
            sources.iter().filter(|(_, code)| used.is_match(code)).map(|(name, _)| name).collect();
        assert!(!users.is_empty(), "nothing uses {library}");
        wrong.extend(users.into_iter().filter(|name| !inside(name)).map(|name| format!("{library} in {name}.rs")));
    }
    assert!(found > 15 && wrong.is_empty(), "of {found} libraries: {wrong:?}");
}
