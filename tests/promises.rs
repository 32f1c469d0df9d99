//! The page of promises: every file and every test that it links is there.

#![allow(clippy::disallowed_methods, reason = "tests read files themselves")]

use std::fs;
use std::path::Path;

#[test]
fn every_promise_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("SECURITY.md")).expect("the page is there");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && line.contains("](")).collect();
    assert!(rows.len() > 15, "the page has its tables");
    for row in rows {
        let held = row.rsplit_once(" | ").expect("a row has two cells").1;
        let links = held.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        let files: String = links.map(|(file, _)| text_of(&root.join(file))).collect();
        assert!(!files.is_empty(), "a file of `{held}` is missing");
        for name in held.split('`').skip(1).step_by(2).filter(|name| !name.contains(' ')) {
            let is_test = files
                .split(&format!("fn {name}("))
                .next()
                .is_some_and(|before| before.len() < files.len() && before.trim_end().ends_with("#[test]"));
            assert!(is_test || files.contains(&format!("| {name} |")), "{name} is no test");
        }
    }
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
