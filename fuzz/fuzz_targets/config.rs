#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use cardlint::config::{Asked, Config, Settings};
use cardlint_fuzz::text;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("there is room"));

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let Ok(_) = Config::parse(text) else { return };
    let file = FOLDER.path().join("cardlint.toml");
    fs::write(&file, text).expect("there is room");
    let Ok(settings) = Settings::read(&file, &Asked::default()) else { return };
    for name in ["README.md", "a/b/README.md", "templates/x.md", "../README.md", "\u{1b}[0m.md"] {
        let path = FOLDER.path().join(name);
        settings.wants(&path);
        settings.policy(&path).check(b"---\nlicense: mit\n---\n# {MODEL_NAME}\n\nhttps://app.wandb.ai/a/b ACME\n");
        settings.wants(Path::new(name));
    }
});
