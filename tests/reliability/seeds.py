"""Seeds: each decides one moment of a kill. One a scenario in `make test`, many in `make soak`."""

import sys
from dataclasses import dataclass
from random import Random

import pytest

SEED = 20261126
"""The seed of `make test`."""

SOAK_SEEDS = range(1, 31)
"""The seeds of `make soak`."""


@dataclass(frozen=True)
class Fall:
    """When a kill falls, as decided by a seed."""

    seed: int

    def after(self, longest: float) -> float:
        """Return the seconds to let pass, up to `longest`."""
        return Random(self.seed).uniform(0, longest)

    def coin(self, about: str) -> bool:
        """Decide something else, whatever `after` says."""
        return Random(f"{about} {self.seed}").random() < 0.5

    def tell(self, moment: float, step: str, result: str) -> None:
        """Print this kill as a row of the table."""
        sys.stdout.write(f"\n{self.seed:>9}  {moment:6.3f} s  {step:<58}  {result}")


FALLS = [
    pytest.param(Fall(SEED), id=f"seed{SEED}"),
    *(pytest.param(Fall(seed), id=f"seed{seed}", marks=pytest.mark.soak) for seed in SOAK_SEEDS),
]
"""The parameters of a scenario."""
