//! The order of a bulk request's operations: theirs, but nothing before what it refers to. An operation that has to wait is done as soon
//! as it can be; in a circle the first POST is done without what it waits for, and completed afterwards.

use std::collections::{BTreeSet, HashMap, HashSet};

/// An operation as the plan sees it: the id it creates a resource under, and the ids it refers to.
pub type Node = (Option<String>, BTreeSet<String>);

/// What is done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Does an operation, leaving out what mentions these ids.
    Run {
        /// Which operation.
        index: usize,
        /// Empty but in circles.
        without: BTreeSet<String>,
    },
    /// Adds what an operation was done without.
    Complete {
        /// Which operation.
        index: usize,
    },
}

/// Orders operations: for each the id it creates a resource under, and the ids it refers to, all declared by one of them.
#[must_use]
pub fn plan(operations: &[Node]) -> Vec<Step> {
    let mut planner = Planner::new(operations);
    for index in 0..operations.len() {
        planner.reached.insert(index);
        if planner.is_free(index) {
            planner.run(index);
        }
    }
    while let Some(index) = planner.on_circle() {
        planner.run(index);
    }
    planner.steps
}

struct Planner<'a> {
    operations: &'a [Node],
    creators: HashMap<&'a str, usize>,
    /// Who refers to an id.
    dependents: HashMap<&'a str, Vec<usize>>,
    /// How many of an operation's references have not been created.
    missing: Vec<usize>,
    made: HashSet<&'a str>,
    reached: BTreeSet<usize>,
    done: BTreeSet<usize>,
    incomplete: BTreeSet<usize>,
    steps: Vec<Step>,
}

impl<'a> Planner<'a> {
    fn new(operations: &'a [Node]) -> Self {
        let mut creators = HashMap::new();
        let mut dependents: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, (creates, needs)) in operations.iter().enumerate() {
            if let Some(id) = creates {
                creators.entry(id.as_str()).or_insert(index);
            }
            for need in needs {
                dependents.entry(need).or_default().push(index);
            }
        }
        Self {
            operations,
            creators,
            dependents,
            missing: operations.iter().map(|(_, needs)| needs.len()).collect(),
            made: HashSet::new(),
            reached: BTreeSet::new(),
            done: BTreeSet::new(),
            incomplete: BTreeSet::new(),
            steps: Vec::new(),
        }
    }

    fn is_free(&self, index: usize) -> bool {
        self.missing.get(index) == Some(&0) && !self.done.contains(&index)
    }

    /// Does an operation, and then all that has been waiting for it alone.
    fn run(&mut self, index: usize) {
        let mut ready = BTreeSet::from([index]);
        while let Some(index) = ready.pop_first() {
            if self.done.contains(&index) {
                if self.incomplete.remove(&index) {
                    self.steps.push(Step::Complete { index });
                }
                continue;
            }
            let Some((creates, needs)) = self.operations.get(index) else { continue };
            let without: BTreeSet<String> =
                needs.iter().filter(|need| !self.made.contains(need.as_str())).cloned().collect();
            if !without.is_empty() {
                self.incomplete.insert(index);
            }
            self.steps.push(Step::Run { index, without });
            self.done.insert(index);
            if let Some(id) = creates.as_deref().filter(|id| self.creators.get(id) == Some(&index)) {
                self.made.insert(id);
                ready.extend(self.release(id));
            }
        }
    }

    /// Those that wait for nothing more once this id is made.
    fn release(&mut self, id: &str) -> Vec<usize> {
        let mut free = Vec::new();
        for &dependent in self.dependents.get(id).into_iter().flatten() {
            let Some(missing) = self.missing.get_mut(dependent) else { continue };
            *missing = missing.saturating_sub(1);
            if *missing == 0 && self.reached.contains(&dependent) {
                free.push(dependent);
            }
        }
        free
    }

    /// A waiting operation that is in a circle: whoever follows what is missing from the first waiting one comes to it twice.
    fn on_circle(&self) -> Option<usize> {
        let mut at = self.reached.iter().copied().find(|index| !self.done.contains(index))?;
        let mut seen = HashSet::new();
        while seen.insert(at) {
            let (_, needs) = self.operations.get(at)?;
            let missing = needs.iter().find(|need| !self.made.contains(need.as_str()))?;
            match self.creators.get(missing.as_str()) {
                Some(creator) => at = *creator,
                None => return Some(at),
            }
        }
        Some(at)
    }
}
