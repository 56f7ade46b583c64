"""Work that a device does for a link under attack, and no citizen ever sees.

Above a rate of posts that no counter reaches, a post must come with a number that makes a hash
begin with zero bits: a blink for one phone, dear for a flood. The puzzle is the answer's own
submission id or sealed text, so that one piece of work serves one answer. Rates live in memory.
"""

import hashlib
import math
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

import survey_app.respond.entry_messages  # noqa: F401  registers the words of errors
from instruments.errors import SurveyError
from survey_app.store.tables import Channel

WINDOW = timedelta(minutes=1)
# Posts to one link in a minute, in one process. A hall of 500 people needs ten minutes.
CALM_POSTS = 120
LEAST_BITS, MOST_BITS = 16, 20
WORK_LENGTH = 20
HEADER = "Work-Bits"
# A ticket and a kiosk's pass are dearer than any work.
EXEMPT = frozenset({Channel.TICKET, Channel.KIOSK})


class EffortError(SurveyError):
    """The link is under attack and the post came without its work."""

    http_status = 429

    def __init__(self, bits: int) -> None:
        super().__init__("effort-needed", bits=bits)
        self.bits = bits


class PostRates:
    """How many posts each link got in the last minute, in this process."""

    def __init__(self) -> None:
        self._times: Mapping[str, deque[datetime]] = defaultdict(
            lambda: deque(maxlen=CALM_POSTS * 2 ** (MOST_BITS - LEAST_BITS))
        )
        self._lock = threading.Lock()

    def count(self, code: str, now: datetime) -> int:
        """Note a post; returns the posts of the last minute with it."""
        with self._lock:
            times = self._times[code]
            times.append(now)
            while times[0] <= now - WINDOW:
                times.popleft()
            return len(times)


def needed_bits(posts: int) -> int:
    """Zero bits asked for at a rate of posts a minute: none, then one more at each doubling.

    >>> [needed_bits(posts) for posts in (120, 121, 240, 960, 10_000)]
    [0, 16, 17, 19, 20]
    """
    if posts <= CALM_POSTS:
        return 0
    return min(MOST_BITS, LEAST_BITS + math.floor(math.log2(posts / CALM_POSTS)))


def is_worked(puzzle: str, work: str, bits: int) -> bool:
    """Whether the SHA-256 of puzzle and work begins with that many zero bits."""
    if len(work) > WORK_LENGTH:
        return False
    digest = hashlib.sha256(f"{puzzle}|{work}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def require_work(rates: PostRates, code: str, puzzle: str, work: str, now: datetime) -> None:
    """Raise EffortError where a link is under attack and the work is not done."""
    bits = needed_bits(rates.count(code, now))
    # Work begun before the attack grew is good enough.
    if bits and not is_worked(puzzle, work, max(LEAST_BITS, bits - 1)):
        raise EffortError(bits)
