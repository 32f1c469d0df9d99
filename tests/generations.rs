//! The table of generations on the page of `old-layout` says what the data of the layouts say.

use cardlint::layout::families;
use cardlint::rules::Rule;

#[test]
fn the_page_lists_every_generation() {
    let page = Rule::named("old-layout").expect("the rule is there").page;
    let mut want = String::new();
    for family in families() {
        let current = family.current_generation();
        for generation in &family.generations {
            let old = if generation.name == current.name { "current" } else { &generation.old };
            let days = if generation.first == generation.last {
                generation.first.clone()
            } else {
                format!("{} to {}", generation.first, generation.last)
            };
            want += &format!("| {} | {} | {days} | {old} |\n", family.name, generation.name);
        }
    }
    assert!(page.contains(&want), "rules/old_layout.md should have these rows:\n{want}");
}
