"""The cases of the project's test vectors, by their schema."""

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import keycard

ROOT = Path(os.environ.get("KEYCARD_VECTORS", Path(__file__).resolve().parents[3] / "tests" / "vectors"))


def documents() -> Iterator[Tuple[str, Dict[str, Any]]]:
    for path in sorted(ROOT.rglob("*.json")):
        if "debatable" in path.name:
            continue
        try:
            file = json.loads(path.read_text())
        except ValueError:
            continue
        if isinstance(file, dict):
            for document in [*file.get("documents", []), file]:
                yield path.name, document


def cases(schema: str) -> List[Dict[str, Any]]:
    """All cases of one schema."""
    return [case for _, document in documents() if document.get("schema") == schema for case in document["cases"]]


def exceptions() -> Dict[str, Any]:
    """The cases in which keycard decides otherwise, with a reason."""
    found: Dict[str, Any] = json.loads((ROOT / "exceptions.json").read_text())["exceptions"]
    return found


def said(error: BaseException) -> str:
    """A rejection in the words of the vectors: stage, sentence, and claim."""
    assert isinstance(error, keycard.Error)
    kind = next(kind for kind in type(error).__mro__ if "status" in vars(kind))
    sentence = (kind.__doc__ or "").rstrip(".")
    sentence = sentence[:1].lower() + sentence[1:]
    claim = f" ({error.claim})" if error.claim else f" (claim rule {error.rule})" if error.rule is not None else ""
    return f"{error.stage}: {sentence}{claim}".lower()
