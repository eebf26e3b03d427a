"""Types of arguments."""

from datetime import datetime
from typing import Optional, Sequence, Union

#: Seconds since 1970, an aware datetime, or None for the system clock.
Now = Optional[Union[int, float, datetime]]

#: A token, or the text of keys.
Text = Union[str, bytes]

#: One string, or several.
Texts = Union[str, Sequence[str]]
