//! Ctrl-C and other signals to stop while cards are being written. The only door to signals.
//!
//! Until the first card is to be written, Ctrl-C ends the program at once. From then on the first Ctrl-C ends the run once
//! the cards in hand are finished, with a report of what was done; a second one ends the program at once: a card is at any
//! moment the old or the new one.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Once};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::say;
use crate::report::counted;

/// The signal that came; 0 while none did.
static SIGNAL: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);
static ARMED: Once = Once::new();

/// From now on the first signal is only remembered. Where that cannot be, it ends the program as ever.
pub fn arm() {
    ARMED.call_once(|| {
        for (signal, number) in [(SIGINT, 2), (SIGTERM, 15)] {
            let is_told = Arc::new(AtomicBool::new(false));
            // In this order: the second signal must find that the first was told.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, is_told.clone());
            let _ = flag::register(signal, is_told);
            let _ = flag::register_usize(signal, SIGNAL.clone(), number);
        }
        // A file that grows beyond what the system allows is an error of its own, and no reason to end.
        #[cfg(unix)]
        let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    });
}

/// The number of the signal that came, if one did.
pub fn signal() -> Option<u8> {
    match SIGNAL.load(Ordering::Relaxed) {
        0 => None,
        number => u8::try_from(number).ok(),
    }
}

/// After a signal: says how many files were not begun, and with which code to exit, as shells have it.
pub fn outcome(left: usize) -> Option<ExitCode> {
    let code = 128 + signal()?;
    say(&format!("Interrupted: {} not looked at; run again to go on.", counted(left, "file")));
    Some(ExitCode::from(code))
}
