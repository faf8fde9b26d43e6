"""Digests that are struck on their way: each channel has one, or two where Slack had it and we had not heard so."""

from pathlib import Path

import pytest

from tests.reliability.digests import Digest
from tests.reliability.kills import Note
from tests.reliability.seeds import Fall, matrix
from tests.reliability.setups import RESTARTING, Setup
from tests.reliability.stories import strike


@pytest.mark.parametrize(("setup", "fall"), matrix("digest", RESTARTING), indirect=["setup"])
def test_digests_struck_between_the_first_and_the_last_post_are_in_every_channel_once(
    setup: Setup, fall: Fall, tmp_path: Path, record_property: Note
) -> None:
    strike(Digest(), setup, fall, tmp_path, record_property)
