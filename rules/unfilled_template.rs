//! `unfilled-template`: a card that still holds what its generator left for the author to write.

mod fields;
mod phrases;

use super::Rule;
use crate::card::Card;
use crate::finding::{Finding, Severity};
use fields::{Field, Fields};

pub const RULE: Rule = Rule {
    name: "unfilled-template",
    severity: Severity::Warning,
    default: true,
    refused: false,
    page: include_str!("unfilled_template.md"),
    check,
};

/// Unfilled slots of these generators are `placeholder-leak`'s.
const SLOT_GENERATORS: [&str; 2] = ["huggingtweets", "huggingartists"];
/// More fields than this are counted, not named.
const MOST_NAMED: usize = 4;
/// And more than this are not marked.
const MOST_MARKED: usize = 50;

fn check(card: &Card) -> Vec<Finding> {
    if !phrases::may_stand_in(card.haystack()) || SLOT_GENERATORS.iter().any(|generator| card.stamped_by(generator)) {
        return Vec::new();
    }
    let found = phrases::find(card);
    let Some(&(first, phrase)) = found.iter().find(|(_, phrase)| !phrase.likely) else {
        return Vec::new();
    };
    let fields = Fields::read(card, &found);
    let told = phrase.generator.as_deref();
    let generator = phrases::generator(card).or(told).or_else(|| phrases::template(card)).unwrap_or("its template");
    let finding =
        RULE.finding(first, message(&fields, generator)).help(match fields.found.iter().all(|f| f.is_begun) {
            true => "write what is missing, or take the phrase out",
            false => "write what belongs there, or take the section out",
        });
    let labels = fields.found.iter().filter(|field| field.span != first).take(MOST_MARKED);
    vec![labels.fold(finding, |finding, Field { span, name, is_begun }| {
        let how = if *is_begun { "written in part" } else { "left as it was" };
        finding.label(*span, format!("{name}: {how}"))
    })]
}

/// `3 of 7 fields (43 %) are as its template left them: License, Paper, Uses`; what is written in part is told apart.
fn message(fields: &Fields, generator: &str) -> String {
    let (begun, left): (Vec<&Field>, Vec<&Field>) = fields.found.iter().partition(|field| field.is_begun);
    let (left_list, begun_list) = (list(&left), list(&begun));
    let pronoun = if left.len() == 1 { "it" } else { "them" };
    match (left.len(), begun.len()) {
        (0, _) => format!("words that {generator} left still stand beside what was written in {begun_list}"),
        (n, 0) => format!("{} as {generator} left {pronoun}: {left_list}", share(n, fields.count)),
        (n, _) => format!(
            "{} as {generator} left {pronoun}: {left_list}; begun, with words of it left: {begun_list}",
            share(n, fields.count)
        ),
    }
}

/// `3 of 7 fields (43 %) are`.
fn share(unfilled: usize, all: usize) -> String {
    if all == 1 {
        return "its only field is".to_owned();
    }
    let are = if unfilled == 1 { "is" } else { "are" };
    let percent = (200 * unfilled / all.max(1)).div_ceil(2).min(if unfilled < all { 99 } else { 100 });
    format!("{unfilled} of {all} fields ({percent} %) {are}")
}

/// `License, Paper and 3 more`.
fn list(fields: &[&Field]) -> String {
    let names: Vec<&str> = fields.iter().take(MOST_NAMED).map(|field| field.name.as_str()).collect();
    match fields.len().saturating_sub(MOST_NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&Card::of_text(text)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_card_has_one_finding_that_names_its_fields() {
        let text = "---\ntags:\n- generated_from_trainer\n---\n\n# ada\n\nA model.\n\n## Model description\n\n\
            More information needed\n\n## Uses\n\nMany.\n\n## Details\n\n- **License:** mit\n- **Paper:** More information needed\n\n\
            [More Information Needed]\n";
        assert_eq!(
            found(text),
            ["3 of 6 fields (50 %) are as the Trainer of transformers left them: Model description, Paper, Details"]
        );
    }

    #[test]
    fn a_heading_is_one_field() {
        let needed = "[More Information Needed]";
        assert_eq!(
            found(&format!("# {needed} and {needed}\n\nReal words.\n")),
            ["1 of 2 fields (50 %) is as its template left it: the title"]
        );
    }

    #[test]
    fn what_an_author_began_is_not_as_it_was_left() {
        let card = "# Tides\n\nHigh and low.\n\n## Data Splits\n\n[More Information Needed]\n";
        let whole = "1 of 2 fields (50 %) is as the dataset card template of datasets left it: Data Splits";
        for (more, begun) in [
            ("", None),
            ("\n<!-- name them all -->\n", None),
            ("\n---\n\n<a name=\"x\"></a> <br>\n\n[More Information Needed]\n", None),
            ("\n| split | rows |\n| --- | --- |\n| train | 7 |\n", Some("Data Splits")),
            ("## Contributions\n\nThanks to [@github-username](https://github.com/<github-username>).\n", None),
            ("[More Information Needed](https://github.com/huggingface/datasets/blob/main/CONTRIBUTING.md)\n", None),
            (
                "[More Information Needed](https://github.com/huggingface/datasets/blob/main/CONTRIBUTING.md)\n\n\
                 # Uses\n\n[a]\n\n[a]: https://a.b/c\n",
                None,
            ),
            ("- **Paper:** [Needs More Information], as it is not out yet\n", Some("Paper")),
            ("- **License:** [More Information Needed]\n  see the file LICENSE\n", Some("License")),
            ("- **Developed by:** Ada\n- **Resources:**\n  - [Repo](https://a.b/c)\n", None),
            ("- **Developed by:** Ada\n\nTwo harbours, three years.\n", Some("Data Splits")),
            (
                "## Uses\n\nMany. Thanks to them.\n\nThanks to [@github-username](https://github.com/<github-username>).\n",
                Some("Uses"),
            ),
            ("<img src=\"https://a.b/curve.png\" alt=\"loss\">\n", Some("Data Splits")),
            ("## Biases\n\nIf analyses have been run quantifying these biases, they are in appendix B.\n", None),
            (
                "## More\n\nDescribe and name the splits in the dataset if there are more than one. We have two.\n",
                Some("More"),
            ),
        ] {
            let message = found(&format!("{card}{more}")).join("\n");
            let is_told = message.contains("begun") || message.contains("still stand");
            assert_eq!(is_told, begun.is_some(), "{more}: {message}");
            assert!(begun.is_none_or(|name| message.contains(name)), "{more}: {message}");
        }
        assert_eq!(found(card), [whole]);
        assert_eq!(
            found("# Tides\n\n[More Information Needed] because the paper is not out.\n"),
            ["words that its template left still stand beside what was written in Tides"]
        );
    }

    #[test]
    fn the_metadata_are_one_field() {
        let tags = "- copy-paste the tags obtained with the tagging app\n".repeat(2);
        let text = format!("---\nYAML tags:\n{tags}---\n\n# Tides\n\nHigh and low.\n");
        assert_eq!(
            found(&text),
            ["1 of 2 fields (50 %) is as the dataset card template of datasets left it: the metadata"]
        );
    }

    #[test]
    fn only_what_a_reader_sees_of_the_template_counts() {
        for silent in [
            "<!-- [More Information Needed] -->\n",
            "```\n[More Information Needed]\n```\n",
            "`[More Information Needed]`\n",
            "Ask me: more information needed is more work.\n",
            "[More Information Needed](https://a.b/c)\n",
            "[More Information Needed]\n\n[More Information Needed]: https://a.b/c\n",
            "[Needs More Information]\n\n[needs more  information]: https://a.b/c\n",
            "[More Information Needed][papers]\n\n[papers]: https://a.b/c\n",
            "<p><a href=\"https://a.b/c\">[More Information Needed]</a></p>\n",
            "{{ card | default(\"[More Information Needed]\", true) }}\n",
            "---\ntags:\n- huggingtweets\n---\n\n[More Information Needed]\n",
            "It is a fine-tuned version of [x](y) on an unknown dataset.\n",
            "<!--- Describe your model here -->\n",
        ] {
            assert_eq!(found(silent), [""; 0], "{silent}");
        }
        let own =
            "[More Information Needed](https://github.com/huggingface/datasets/blob/master/CONTRIBUTING.md#how-to)\n";
        for text in [
            own,
            "[More Information Needed]\n\n[Translators needed]: https://a.b/c\n",
            "<a name=\"x\"></a> <a href=\"https://a.b/c\">x</a> [More Information Needed]\n",
            "Describe your model here\n",
            "# Model Card for Model ID\n",
            "**Put a short model description here.**\n",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
    }
}
