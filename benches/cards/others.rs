//! Cards of another generator, and cards that people write by hand.

use super::draw::Draw;

const TASKS: &[&str] =
    &["text-classification", "token-classification", "summarization", "translation", "image-classification"];
const LICENCES: &[&str] = &["mit", "apache-2.0", "cc-by-4.0", "other", "openrail"];
const LANGUAGES: &[&str] = &["en", "de", "fr", "pl", "sw", "ja", "multilingual"];
const BASES: &[&str] = &["google-bert/bert-base-uncased", "distilbert/distilroberta-base", "google-t5/t5-small"];
const HOUSES: &[&str] = &["tidewater-lab", "northgate", "millpond-ai", "greyheron", "atelier-nu"];
const SUBJECTS: &[&str] =
    &["The model", "This checkpoint", "Our tokenizer", "The second run", "Each adapter", "Le modèle"];
const VERBS: &[&str] =
    &["was trained on", "has not seen", "handles", "was compared with", "still confuses", "improves on"];
const OBJECTS: &[&str] = &[
    "letters from a harbour archive",
    "recipes in seven languages",
    "weather reports — 1950 to 1999",
    "the previous release",
    "short dialogues",
    "scanned ledgers with café receipts",
    "lists, tables and headings",
];

/// A card that a trainer writes: much front matter, a table of results.
pub fn trained(draw: &mut Draw) -> (String, String) {
    let (house, base, task) = (draw.of(HOUSES), draw.of(BASES), draw.of(TASKS));
    let name = format!("{}-{}", base.rsplit('/').next().unwrap_or(base), draw.letters(5));
    let mut text = format!(
        "---\nlibrary_name: transformers\nlicense: {}\nbase_model: {base}\ntags:\n- generated_from_trainer\nmetrics:\n- accuracy\n\
         - f1\nmodel-index:\n- name: {name}\n  results:\n  - task:\n      name: {task}\n      type: {task}\n    dataset:\n      \
         name: ledgers\n      type: {house}/ledgers\n      split: test\n    metrics:\n    - name: Accuracy\n      type: accuracy\n      \
         value: 0.{:04}\n---\n\n<!-- This model card has been generated automatically according to the information the Trainer had \
         access to. You should probably proofread and complete it, then remove this comment. -->\n\n# {name}\n\nThis model is a \
         fine-tuned version of [{base}](https://huggingface.co/{base}) on the ledgers dataset.\n\n",
        draw.of(LICENCES),
        draw.below(10_000)
    );
    for title in ["Model description", "Intended uses & limitations", "Training and evaluation data"] {
        text += &format!(
            "## {title}\n\n{}\n\n",
            if draw.one_in(3) { "More information needed".into() } else { prose(draw, 4) }
        );
    }
    text += "## Training procedure\n\n### Training hyperparameters\n\nThe following hyperparameters were used during training:\n";
    for key in ["learning_rate", "train_batch_size", "eval_batch_size", "seed", "num_epochs"] {
        text += &format!("- {key}: {}\n", draw.below(100));
    }
    text += "\n### Training results\n\n| Training Loss | Epoch | Step | Validation Loss | Accuracy | F1     |\n\
             |:-------------:|:-----:|:----:|:---------------:|:--------:|:------:|\n";
    for epoch in 1..draw.below(24) + 6 {
        let n = [draw.below(10_000), draw.below(10_000), draw.below(10_000), draw.below(10_000)];
        text += &format!(
            "| 0.{:04}        | {epoch}.0   | {} | 0.{:04}          | 0.{:04}   | 0.{:04} |\n",
            n[0],
            epoch * 250,
            n[1],
            n[2],
            n[3]
        );
    }
    text += "\n\n### Framework versions\n\n- Transformers 4.38.2\n- Pytorch 2.2.1\n- Tokenizers 0.15.2\n";
    (format!("{house}-{name}"), text)
}

/// A card with a bit of everything that Markdown has.
pub fn written(draw: &mut Draw) -> (String, String) {
    let (house, language) = (draw.of(HOUSES), draw.of(LANGUAGES));
    let name = format!("heron-{}", draw.letters(5));
    let mut text = format!(
        "---\nlanguage:\n- {language}\nlicense: {}\npipeline_tag: text-generation\ntags:\n- heron\n- \"{}\"\n---\n\n# {name}\n\n\
         <p align=\"center\"><img src=\"https://images.example.net/{name}.png\" width=\"320\" alt=\"a heron\"></p>\n\n{}\n\n",
        draw.of(LICENCES),
        draw.letters(4),
        prose(draw, 5)
    );
    for n in 0..draw.below(4) + 3 {
        text += &format!("## Part {n}\n\n{}\n\n", prose(draw, 6));
        text += &match draw.below(4) {
            0 => format!("- *first*: {}\n- **second**: {}\n    - `third`\n\n", prose(draw, 1), prose(draw, 1)),
            1 => format!("```python\nmodel = load(\"{house}/{name}\")  # step {n}\nprint(model(\"naïve\"))\n```\n\n"),
            2 => format!(
                "> {}\n\nSee [the paper](https://example.org/{name}) and [part {n}](#part-{n}).\n\n",
                prose(draw, 2)
            ),
            _ => format!(
                "| set | score |\n| --- | ---: |\n| dev | {} |\n| test | {} |\n\n",
                draw.below(100),
                draw.below(100)
            ),
        };
    }
    (format!("{house}-{name}"), text)
}

fn prose(draw: &mut Draw, sentences: u64) -> String {
    let sentence = |draw: &mut Draw| format!("{} {} {}.", draw.of(SUBJECTS), draw.of(VERBS), draw.of(OBJECTS));
    (0..sentences + draw.below(3)).map(|_| sentence(draw)).collect::<Vec<_>>().join(" ")
}
