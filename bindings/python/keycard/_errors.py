"""The base of all exceptions, and the function by which the extension module makes one."""

from typing import Any, Dict, Optional, Tuple, Type


class Error(Exception):
    """A rejection. It is an instance of the class of its stage, such as `AtTime`, and of the class of its reason, such
    as `Expired`."""

    #: The name of the reason, such as `Expired`.
    reason: str = ""
    #: The number of the reason. It is the same in every language, and never changes.
    status: int = 0
    #: The step at which something was rejected, such as `time`.
    stage: str = ""
    #: The usual cause: client, issuer or program. Only a guess, because an attacker can cause each
    #: of them.
    cause: str = ""
    #: Advice for mending it.
    advice: str = ""
    #: The claim, header parameter, member of a key, or argument at fault.
    claim: Optional[str] = None
    #: The position of the rule of the policy that the token breaks.
    rule: Optional[int] = None
    #: The position of the error in bytes.
    offset: Optional[int] = None
    #: The required size or width in bytes.
    needed: Optional[int] = None
    #: The width of the value in bytes.
    found: Optional[int] = None
    #: The seconds between the time of the rejected claim and now.
    seconds: Optional[int] = None

    def __reduce__(self) -> Tuple[Any, ...]:
        what = (self.status, self.stage, str(self))
        return make, (what, (self.claim, self.rule, self.offset), (self.needed, self.found, self.seconds))


#: The class for each reason and stage that was met so far.
_classes: Dict[Tuple[int, str], Type[Error]] = {}


def _class_of(status: int, stage: str) -> Type[Error]:
    """A class that has the class of the reason and the class of the stage as its bases."""
    from ._generated import REASONS, STAGES

    reason = REASONS[status]
    members = {"__module__": "keycard", "__doc__": reason.__doc__}
    return _classes.setdefault((status, stage), type(reason.__name__, (reason, STAGES[stage]), members))


def make(
    what: Tuple[int, str, str],
    where: Tuple[Optional[str], Optional[int], Optional[int]],
    numbers: Tuple[Optional[int], Optional[int], Optional[int]],
) -> Error:
    """Makes the exception for a rejection."""
    status, stage, text = what
    kind = _classes.get((status, stage)) or _class_of(status, stage)
    error = kind(text)
    error.claim, error.rule, error.offset = where
    error.needed, error.found, error.seconds = numbers
    return error
