"""What every scenario of the matrix gets."""

import pytest

from tests.reliability.setups import Setup, prepared


@pytest.fixture
def setup(request: pytest.FixtureRequest) -> Setup:
    """One way to set up a bot; the parameter names it."""
    return prepared(request.param, request)
