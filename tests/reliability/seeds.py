"""Seeds: each decides one kill. One of each kind and setup in `make test`, hundreds in `make soak`."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import pytest
from _pytest.mark import ParameterSet

SEED = 20261126
"""The seed of `make test`."""

KILLS = {"import": 30, "resync": 40, "digest": 30}
"""Seeds of `make soak` for each kind of work, in each setup where a process is killed."""

RESTARTS = 10
"""Seeds of `make soak` for each kind of work, where the server restarts."""


@dataclass(frozen=True)
class Fall:
    """Where and when a kill falls, as decided by a seed."""

    seed: int

    def after(self, longest: float, about: str = "") -> float:
        """Return the seconds to let pass, up to `longest`."""
        return Random(f"{about} {self.seed}").uniform(0, longest)

    def coin(self, about: str, chance: float = 0.5) -> bool:
        """Decide something else, whatever `after` says."""
        return Random(f"{about} {self.seed}").random() < chance

    def one_of(self, most: int, about: str = "") -> int:
        """Return a number from 1 to `most`; seeds that follow each other take turns."""
        return (self.seed + len(about)) % most + 1


FALL = Fall(SEED)
"""The one kill of a scenario that `make soak` does not repeat."""


def matrix(kind: str, setups: Mapping[str, bool]) -> list[ParameterSet]:
    """Return the parameters (setup, fall) of a kind of work; `setups` tells of each whether its server restarts."""
    once = [pytest.param(setup, FALL, id=f"{setup}-seed{SEED}") for setup in setups]
    many = [
        pytest.param(setup, Fall(seed), id=f"{setup}-seed{seed}", marks=pytest.mark.soak)
        for setup, restarts in setups.items()
        for seed in range(1, 1 + (RESTARTS if restarts else KILLS[kind]))
    ]
    return [*once, *many]
