"""Who cuts access off when a block was ordered, as a policy pack holds it. Pure."""

from dataclasses import dataclass

from .values import Dated, Words


@dataclass(frozen=True, kw_only=True)
class AccessProvider(Dated):
    """The contact point of one or many access providers (ISP), who carry out a block and lift it
    (Permenkominfo 5/2020 art. 18)."""

    name: Words
    email: str
