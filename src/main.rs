//! The command line of cardlint.

fn main() -> std::process::ExitCode {
    cardlint::cli::run()
}
