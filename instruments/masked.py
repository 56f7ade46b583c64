"""A question whose answer chance masks on the citizen's side (forced response, Boruch 1971).

The citizen tosses coins. If all show the number the answer is "yes" whatever the truth, else
it is true. Nobody else learns how the coins fell, so that no "yes" says anything about the one
who gave it, while the share of all "yes" tells the share of true ones.
"""

from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

YES, NO = 1, 0
COINS = 2


class MaskedQuestion(BaseModel):
    """A yes-or-no question with the number of coins to toss before it is answered.

    It takes no part in the index. More coins give a surer estimate and a thinner mask: a "yes"
    is 2, 4 or 8 times as likely from somebody with the trait for 1, 2 or 3 coins.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    label: Annotated[str, Field(min_length=1, max_length=1000)]
    question: Annotated[str, Field(min_length=1, max_length=1000)]
    coins: int = Field(default=COINS, ge=1, le=3)

    @property
    def forced_yes(self) -> Fraction:
        """The chance that the coins ask for a "yes"."""
        return Fraction(1, 2**self.coins)

    @property
    def truth(self) -> Fraction:
        """The chance that they ask for the truth."""
        return 1 - self.forced_yes
