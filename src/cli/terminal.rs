//! What the terminal can show, and how far a long run is. The only door to the libraries that ask the terminal.

use std::cell::Cell;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::ValueEnum;

/// Where a report goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Out,
    Error,
}

impl Stream {
    /// A writer that holds back until it is flushed or full.
    pub fn writer(self) -> Box<dyn Write> {
        match self {
            Self::Out => Box::new(BufWriter::with_capacity(1 << 16, io::stdout())),
            Self::Error => Box::new(BufWriter::new(io::stderr())),
        }
    }

    /// The same, for a run that does more than report: it goes on when the reader of the report closes the pipe.
    pub fn lasting_writer(self) -> Box<dyn Write> {
        match self {
            Self::Out => Box::new(BufWriter::with_capacity(1 << 16, Lasting(io::stdout()))),
            Self::Error => Box::new(BufWriter::new(Lasting(io::stderr()))),
        }
    }

    pub fn is_terminal(self) -> bool {
        match self {
            Self::Out => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }
}

/// Treats a closed pipe as a successful write.
struct Lasting<W>(W);

impl<W: Write> Write for Lasting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).or_else(|error| unless_unread(error).map(|()| bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().or_else(unless_unread)
    }
}

/// An error of writing, but none where the reader has left.
pub fn unless_unread(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

/// When to use colours.
#[derive(Clone, Copy, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

impl When {
    /// Whether to use colours on a stream.
    pub fn colours(self, stream: Stream) -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR") => false,
            Self::Auto => forced || (stream.is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb")),
        }
    }
}

/// Whether the terminal opens links that are printed.
pub fn shows_links(stream: Stream) -> bool {
    supports_hyperlinks::on(match stream {
        Stream::Out => supports_hyperlinks::Stream::Stdout,
        Stream::Error => supports_hyperlinks::Stream::Stderr,
    })
}

/// The terminal's columns; `COLUMNS` goes first, so that scripts can choose.
pub fn width() -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    asked.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
}

/// A run shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(700);
/// How often the bar is drawn.
const PACE: Duration = Duration::from_millis(80);
/// Columns of the bar itself.
const BAR: usize = 30;

/// A bar on standard error, if that is a terminal and the run is long.
pub struct Progress {
    on: bool,
    next: Cell<Instant>,
    drawn: Cell<bool>,
    found: Arc<AtomicUsize>,
    done: Cell<usize>,
}

impl Progress {
    /// A bar that is not drawn yet.
    pub fn new() -> Self {
        let on = Stream::Error.is_terminal() && std::env::var_os("CI").is_none();
        let next = Cell::new(Instant::now() + PATIENCE);
        Self { on, next, drawn: Cell::new(false), found: Arc::default(), done: Cell::new(0) }
    }

    /// How many cards there are to do, as far as they are found; another thread counts them.
    pub fn found(&self) -> Arc<AtomicUsize> {
        self.found.clone()
    }

    /// Takes the bar away, so that something else may be written.
    pub fn clear(&self) {
        if self.drawn.take() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    /// One card is done.
    pub fn step(&self) {
        self.done.set(self.done.get() + 1);
        if !self.on || Instant::now() < self.next.get() {
            return;
        }
        self.next.set(Instant::now() + PACE);
        self.drawn.set(true);
        let all = self.found.load(Ordering::Relaxed).max(self.done.get());
        let filled = BAR * self.done.get() / all;
        let bar = format!("{}{}", "━".repeat(filled), " ".repeat(BAR - filled));
        let _ = write!(io::stderr(), "\r{bar} {} of {all} cards\x1b[K", self.done.get());
    }
}
