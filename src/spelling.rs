//! What a misspelt name may have meant. The only door to the library of string distances.

/// The candidate that is nearest to `word`, if it is near enough to be meant.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase().replace(['_', ' '], "-");
    let near = |name: &'c str| (strsim::jaro_winkler(&word, name), name);
    let best = candidates.into_iter().map(near).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.8).then_some(best.1)
}

/// ``; did you mean `x`?``, or nothing where no candidate is near.
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(word, candidates).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let names = ["placeholder-leak", "stale-link", "table-mismatch"];
        assert_eq!(nearest("stale_links", names), Some("stale-link"));
        assert_eq!(nearest("Placeholder", names), Some("placeholder-leak"));
        assert_eq!(nearest("zzz", names), None);
        assert_eq!(nearest("", names), None);
    }
}
