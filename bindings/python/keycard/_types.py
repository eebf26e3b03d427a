"""Types of arguments."""

from datetime import datetime
from typing import Optional, Union

#: Seconds since 1970, an aware datetime, or None for the system clock.
Now = Optional[Union[int, float, datetime]]
