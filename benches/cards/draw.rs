//! Lots, the same for the same seed on every machine.

/// A source of lots (SplitMix64).
pub struct Draw(u64);

impl Draw {
    /// The lots of one card.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut draw = Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(number));
        Self(draw.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, this one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len() as u64) as usize]
    }

    /// So many small letters and digits.
    pub fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[self.below(36) as usize])).collect()
    }
}
