//! The contenders of a job.

use std::time::{Duration, Instant};

/// A program or library that does a job.
pub struct Contender {
    pub name: &'static str,
    /// The chosen options: the precomputed tables and the back end.
    pub variant: String,
    pub standing: Standing,
    pub work: Work,
}

/// The role of a contender in the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// keycard.
    Own,
    /// A library with which keycard is compared. The report names the fastest one.
    Peer,
    /// Code that was written only for this comparison. It is shown, but no library is compared with
    /// it.
    Reference,
}

/// The measured function.
pub enum Work {
    Whole(Box<dyn Run>),
    /// The time of the first run minus that of the second. The second does only a part of the work
    /// of the first.
    Without(Box<dyn Run>, Box<dyn Run>),
    /// The reason why the contender cannot run here.
    Missing(&'static str),
}

/// Processes one input after another. The first `rotation` inputs are valid. The same number of
/// invalid inputs follows, each with one fault.
pub trait Run {
    /// Returns the verdict on an input.
    fn accepts(&mut self, input: usize) -> bool;

    /// Returns the time for `count` inputs, beginning with `first` and repeating after `rotation`.
    fn time(&mut self, first: usize, count: usize, rotation: usize) -> Duration {
        let mut input = first % rotation;
        let begin = Instant::now();
        for _ in 0..count {
            std::hint::black_box(self.accepts(std::hint::black_box(input)));
            input = if input + 1 == rotation { 0 } else { input + 1 };
        }
        begin.elapsed()
    }
}

impl<F: FnMut(usize) -> bool> Run for F {
    fn accepts(&mut self, input: usize) -> bool {
        self(input)
    }
}

const OWN: &str = match cfg!(feature = "verified-arithmetic") {
    true => "keycard verified",
    false => "keycard",
};

impl Contender {
    pub fn own(variant: impl Into<String>, run: impl Run + 'static) -> Self {
        Self::new(OWN, variant, Standing::Own, Work::Whole(Box::new(run)))
    }

    pub fn peer(name: &'static str, variant: impl Into<String>, run: impl Run + 'static) -> Self {
        Self::new(name, variant, Standing::Peer, Work::Whole(Box::new(run)))
    }

    pub fn reference(
        name: &'static str,
        variant: impl Into<String>,
        run: impl Run + 'static,
    ) -> Self {
        Self::new(name, variant, Standing::Reference, Work::Whole(Box::new(run)))
    }

    pub fn missing(name: &'static str, why: &'static str) -> Self {
        Self::new(name, "", Standing::Peer, Work::Missing(why))
    }

    fn new(name: &'static str, variant: impl Into<String>, standing: Standing, work: Work) -> Self {
        Self { name, variant: variant.into(), standing, work }
    }

    /// The same contender, without the time of a part of its work.
    pub fn without(self, part: impl Run + 'static) -> Self {
        let work = match self.work {
            Work::Whole(whole) => Work::Without(whole, Box::new(part)),
            other => other,
        };
        Self { work, ..self }
    }

    pub fn standing(self, standing: Standing) -> Self {
        Self { standing, ..self }
    }

    /// # Panics
    ///
    /// If the contender rejects a valid input or accepts an invalid one, because its time would
    /// have no meaning.
    pub fn check(&mut self, job: &str, rotation: usize) {
        let (name, variant) = (self.name, &self.variant);
        if let Work::Whole(run) | Work::Without(run, _) = &mut self.work {
            for input in 0..rotation {
                assert!(run.accepts(input), "{job}: {name} {variant} rejects input {input}");
                let faulty = rotation + input;
                assert!(!run.accepts(faulty), "{job}: {name} {variant} accepts input {faulty}");
            }
        }
    }
}
