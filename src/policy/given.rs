//! Checks that a member is given or waived, and neither empty nor without meaning.

use crate::algorithm::{Algorithm, Algorithms};
use crate::error::{Error, Member, Reason, Stage};
use crate::str_list::StrList;

/// Rejects an empty set of algorithms, and one of which no algorithm was built.
pub(crate) fn check_algorithms(algorithms: Algorithms) -> Result<(), Error> {
    if algorithms.is_empty() {
        return Err(Error::new(Reason::PolicyIncomplete).about(Member::Algorithm));
    }
    if !algorithms.iter().any(Algorithm::is_built) {
        let not_built = Error::new(Reason::AlgorithmNotBuilt).at_stage(Stage::Usage);
        return Err(not_built.about(Member::Algorithm));
    }
    Ok(())
}

/// Rejects members that have no meaning for a kind of token. Without this error a caller could
/// believe that they are checked.
pub(crate) fn check_meaningless(members: &[(bool, Member)]) -> Result<(), Error> {
    match members.iter().find(|(given, _)| *given) {
        Some((_, claim)) => Err(Error::new(Reason::PolicyContradiction).about(*claim)),
        None => Ok(()),
    }
}

/// Rejects a required member that is neither given nor waived, or that is both.
pub(crate) fn check_given(given: bool, waived: bool, claim: Member) -> Result<(), Error> {
    match (given, waived) {
        (true, false) | (false, true) => Ok(()),
        (false, false) => Err(Error::new(Reason::PolicyIncomplete).about(claim)),
        (true, true) => Err(Error::new(Reason::PolicyContradiction).about(claim)),
    }
}

pub(crate) fn check_text(text: Option<&str>, claim: Member) -> Result<(), Error> {
    match text {
        Some("") => Err(Error::new(Reason::PolicyEmpty).about(claim)),
        _ => Ok(()),
    }
}

pub(crate) fn check_texts(texts: &StrList<'_>, claim: Member) -> Result<(), Error> {
    let empty = texts.is_given() && texts.get(0).is_none();
    if empty || texts.iter().any(str::is_empty) {
        return Err(Error::new(Reason::PolicyEmpty).about(claim));
    }
    Ok(())
}
