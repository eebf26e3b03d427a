//! Options by keyword: each is absent, or has a value of one kind. An unknown option is an error:
//! no requirement is ignored.

use crate::arguments::{bytes, count, text, wrong_type};
use crate::rejection::misused;
use keycard::{Algorithm, Algorithms, Precompute, Reason, StrList, StrSource, Thumbprint};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};

/// A kind of value.
pub(crate) trait Given: Sized {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self>;
}

/// Makes a struct of options, each with its kind. `None` is an absent value.
macro_rules! options {
    ($(#[$doc:meta])* $type:ident { $($name:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Default)]
        pub(crate) struct $type {
            $(pub(crate) $name: Option<$kind>,)*
        }

        impl $type {
            /// Replaces the options that `given` names.
            pub(crate) fn read(
                mut self,
                given: Option<&pyo3::Bound<'_, pyo3::types::PyDict>>,
            ) -> pyo3::PyResult<Self> {
                use pyo3::types::PyDictMethods;
                use pyo3::types::PyAnyMethods;
                for (name, value) in given.into_iter().flat_map(|given| given.iter()) {
                    let name: String = name.extract()?;
                    match name.as_str() {
                        $(stringify!($name) => {
                            self.$name = match value.is_none() {
                                true => None,
                                false => Some(crate::options::Given::read(&value, &name)?),
                            }
                        })*
                        _ => return Err(pyo3::exceptions::PyTypeError::new_err(format!(
                            "{name} is not an option here"
                        ))),
                    }
                }
                Ok(self)
            }
        }
    };
}

pub(crate) use options;

/// A list of strings. A single string counts as a list with one element.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Texts(pub(crate) Vec<String>);

impl StrSource for Texts {
    fn text(&self, index: usize) -> Option<&str> {
        self.0.get(index).map(String::as_str)
    }
}

impl Texts {
    pub(crate) fn list(given: &Option<Self>) -> StrList<'_> {
        given.as_ref().map_or(StrList::NOT_GIVEN, |texts| StrList::source(texts))
    }
}

impl Given for Texts {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            return Ok(Self(vec![text(value, name)?]));
        }
        let items =
            value.try_iter().map_err(|_| wrong_type(value, name, "str or a list of str"))?;
        items.map(|item| text(&item?, name)).collect::<PyResult<_>>().map(Self)
    }
}

impl Given for String {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        text(value, name)
    }
}

impl Given for bool {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        match value.cast::<PyBool>() {
            Ok(value) => Ok(value.is_true()),
            Err(_) => Err(wrong_type(value, name, "bool")),
        }
    }
}

impl Given for u32 {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        count(value, name)
    }
}

impl Given for (String, String) {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let Texts(pair) = Texts::read(value, name)?;
        match <[String; 2]>::try_from(pair) {
            Ok([first, second]) => Ok((first, second)),
            Err(_) => Err(misused(value.py(), Reason::PolicyValue, name)),
        }
    }
}

impl Given for Algorithms {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let Texts(names) = Texts::read(value, name)?;
        if names.is_empty() {
            return Err(misused(value.py(), Reason::PolicyEmpty, name));
        }
        let known = names.iter().map(|it| {
            let unknown = || misused(value.py(), Reason::AlgorithmUnknown, it);
            Algorithm::from_name(it).ok_or_else(unknown)
        });
        Ok(Self::of(&known.collect::<PyResult<Vec<_>>>()?))
    }
}

impl Given for Thumbprint {
    /// 32 bytes, or their base64url.
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let bytes = bytes(value, name)?;
        let given = bytes.as_bytes();
        let read = match <[u8; 32]>::try_from(given) {
            Ok(hash) => Some(Self::from_bytes(hash)),
            Err(_) => Self::from_text(given).ok(),
        };
        read.ok_or_else(|| misused(value.py(), Reason::PolicyValue, name))
    }
}

impl Given for Precompute {
    fn read(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let size = usize::try_from(count(value, name)?).unwrap_or(usize::MAX);
        Self::from_bytes(size).ok_or_else(|| misused(value.py(), Reason::PolicyValue, name))
    }
}
