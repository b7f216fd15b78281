"""What goes beside an order to a provider, as a policy pack holds it. Pure.

Before the first order the provider may have to be told how orders go, and a copy of each may be due
to the authority of the country in which the provider is established.
"""

from dataclasses import dataclass
from datetime import timedelta

from .values import Dated, Words


@dataclass(frozen=True, kw_only=True)
class PriorInformation(Dated):
    """A provider that never had an order is told of procedure and deadlines first, and the order is
    issued `ahead` after that at the earliest (Regulation (EU) 2021/784 art. 3(2)). In an emergency
    one of the roles `waived_by` lets it go at once, with the reason."""

    basis: str
    ahead: timedelta
    waived_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Authority(Dated):
    """The competent authority of a country, as the public register names it: it gets a copy of each
    order to a provider that is established there (Regulation (EU) 2021/784 art. 4(1), 12(4)). Our
    own country's (`is_own`) gets none."""

    country: Words
    name: Words
    email: str = ""
    is_own: bool = False
