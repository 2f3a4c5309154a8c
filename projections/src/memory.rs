//! Views whose decisions mean something only beside earlier ones, and the hand that projects any view.
//!
//! What such a view remembers stands in its own tables, written in the transactions that move its checkpoint. So a
//! worker that takes over, or that failed, reads it there and goes on as if it had read the log itself.

use domain::{
    event::{self, DecodeError},
    log::{Partition, Whole},
};

use crate::{
    change::Change,
    ports::read_store::{ReadStore, ReadStoreError, Row, Statement},
    stored::{Generation, Project, StoredView},
};

/// What a view remembers of one partition.
pub trait Memory: Send + Sync {
    /// All of the decision; nothing of it if it cannot be read.
    fn fold(&mut self, whole: &Whole) -> Result<(), DecodeError>;
    /// What differs from the rows that are stored; it counts as stored from then on.
    fn take(&mut self) -> Vec<Change>;
    /// About so much memory is taken by what differs.
    fn bytes(&self) -> usize;
}

/// The rows that answer each question.
pub type Answers = Vec<Vec<Row>>;
pub type Recalled = Result<Box<dyn Memory>, ReadStoreError>;

/// How a view's memory is read from its tables.
#[derive(Clone, Copy, Debug)]
pub struct Recall {
    /// Each with the partition's name as its parameter.
    pub questions: &'static [&'static str],
    /// From the rows that answer each of them.
    pub answered: fn(&Partition, Answers) -> Recalled,
}

impl Recall {
    async fn of(
        &self,
        store: &dyn ReadStore,
        view: &StoredView,
        generation: Generation,
        partition: &Partition,
    ) -> Recalled {
        let mut answers = Vec::with_capacity(self.questions.len());
        for question in self.questions {
            let name = partition.to_string().into();
            let statement = view.resolve(Statement::new(*question, vec![name]), generation);
            answers.push(store.query(statement).await?);
        }
        (self.answered)(partition, answers)
    }
}

/// Makes changes of decisions, for one view and partition.
pub struct Hand {
    view: &'static StoredView,
    memory: Option<Box<dyn Memory>>,
}

impl Hand {
    /// For what begins at the partition's start.
    pub fn new(view: &'static StoredView, partition: &Partition) -> Self {
        let memory = match view.project {
            Project::Alone(_) => None,
            Project::Beside(recall) => {
                let empty = vec![Vec::new(); recall.questions.len()];
                Some((recall.answered)(partition, empty).expect("nothing is always read"))
            }
        };
        Self { view, memory }
    }

    /// For what goes on at the generation's checkpoint, which must be read before. If another worker moves it
    /// meanwhile, the next step of this one fails, and it begins again.
    pub async fn resume(
        store: &dyn ReadStore,
        view: &'static StoredView,
        generation: Generation,
        partition: &Partition,
    ) -> Result<Self, ReadStoreError> {
        let memory = match view.project {
            Project::Alone(_) => None,
            Project::Beside(recall) => Some(recall.of(store, view, generation, partition).await?),
        };
        Ok(Self { view, memory })
    }

    /// What a decision changes by itself.
    pub fn project(&mut self, whole: &Whole) -> Result<Vec<Change>, DecodeError> {
        let mut records = whole.records.iter().filter(|record| self.view.is_of(record)).peekable();
        if records.peek().is_none() {
            return Ok(Vec::new());
        }
        records.try_for_each(event::check)?;
        match (&mut self.memory, self.view.project) {
            (Some(memory), _) => memory.fold(whole).map(|()| Vec::new()),
            (None, Project::Alone(project)) => project(whole),
            (None, Project::Beside(_)) => unreachable!("such a view has a memory"),
        }
    }

    /// What the decisions since the last time changed together; comes after what each changed by itself.
    pub fn take(&mut self) -> Vec<Change> {
        self.memory.as_mut().map_or_else(Vec::new, |memory| memory.take())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| memory.bytes())
    }
}
