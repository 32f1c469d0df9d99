//! How fast cards are scanned: plain ASCII, right text outside it, and nothing but damage.

use cardlint::mojibake::scan;
use divan::Bencher;
use divan::counter::BytesCount;

const SIZE: usize = 8 << 20;

const ASCII: &str = "The model was trained on text from many sources. See the docs for more.\n";
const RIGHT: &str = "Modèle naïf, créé à Zürich – 北京大学で機械学習。 Это русский язык, “quoted” 🤖.\n";
const DAMAGED: &str = "ModÃ¨le naÃ¯f â€“ åŒ—äº¬å¤§å\u{ad}¦ Ð¼Ð¸Ñ€ â€œquotedâ€\u{9d} ðŸ¤–.\n";

fn main() {
    divan::main();
}

#[divan::bench(args = [("ascii", ASCII), ("right", RIGHT), ("damaged", DAMAGED)])]
fn mojibake(bencher: Bencher, (_, line): (&str, &str)) {
    let text = line.repeat(SIZE / line.len());
    bencher.counter(BytesCount::of_str(&text)).bench(|| scan(&text, &[]));
}
