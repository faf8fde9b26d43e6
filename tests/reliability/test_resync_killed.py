"""A resync that is struck in the middle: each record touched, with one token, and its end told once."""

from pathlib import Path
from time import sleep, time

import pytest

from tests.reliability.kills import Note
from tests.reliability.processes import site
from tests.reliability.resyncs import (
    CALLS,
    PROOF_AFTER,
    SLOW,
    Resync,
    bring_hundred_in,
    check_message,
    check_repeats,
    check_states,
    check_touches,
    press,
    slow_vendors,
    unrecorded,
    wait_for_the_end,
)
from tests.reliability.seeds import FALL, Fall, matrix
from tests.reliability.setups import RESTARTING, Setup
from tests.reliability.stories import strike


@pytest.mark.parametrize(("setup", "fall"), matrix("resync", RESTARTING), indirect=["setup"])
def test_resync_struck_between_first_and_last_call_touches_each_record_with_one_token(
    setup: Setup, fall: Fall, tmp_path: Path, record_property: Note
) -> None:
    strike(Resync(), setup, fall, tmp_path, record_property, sfsync_proof_after=PROOF_AFTER)


def test_resync_killed_twice_at_any_moment_of_its_life_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    with site(tmp_path, sfsync_proof_after=PROOF_AFTER) as at:
        bot = at.run()
        pairs = bring_hundred_in(at)
        slow_vendors(at)
        at.company.workspace.fail("chat.postMessage", "", delay=SLOW, after=FALL.coin("slow answer"))
        press(at)
        strikes, in_the_post = [], 0
        for life in range(2):
            sleep(FALL.after(CALLS * SLOW + PROOF_AFTER, f"life {life}"))
            bot.kill()
            strikes.append(time())
            in_the_post += unrecorded(at)
            bot = at.run()
        wait_for_the_end(at)
        check_touches(at, pairs, kills=2)
        check_repeats(at, *strikes)
        check_states(at, pairs)
        check_message(at, unrecorded=in_the_post)
