"""A resync that is killed in the middle: each record touched, with one token, and its end told once."""

from pathlib import Path
from time import sleep

import pytest

from tests.reliability.processes import site
from tests.reliability.resyncs import (
    CALLS,
    PROOF_AFTER,
    SLOW,
    bring_hundred_in,
    check_message,
    check_states,
    check_touches,
    press,
    slow_vendors,
    step_of,
    unrecorded,
    wait_for_the_end,
)
from tests.reliability.seeds import FALLS, Fall


@pytest.mark.parametrize("fall", FALLS)
def test_resync_killed_between_first_and_last_call_touches_each_record_with_one_token(
    tmp_path: Path, fall: Fall
) -> None:
    with site(tmp_path, sfsync_proof_after=PROOF_AFTER) as at:
        bot = at.run()
        pairs = bring_hundred_in(at)
        slow_vendors(at)
        press(at)
        sleep(moment := fall.after(CALLS * SLOW))
        bot.kill()
        step = step_of(at)
        in_the_post = unrecorded(at)
        at.run()
        wait_for_the_end(at)
        check_touches(at, pairs, kills=1)
        check_states(at, pairs)
        fall.tell(moment, step, check_message(at, unrecorded=in_the_post))


@pytest.mark.parametrize("fall", FALLS)
def test_resync_killed_twice_at_any_moment_of_its_life_ends_as_if_it_had_not_been(tmp_path: Path, fall: Fall) -> None:
    with site(tmp_path, sfsync_proof_after=PROOF_AFTER) as at:
        bot = at.run()
        pairs = bring_hundred_in(at)
        slow_vendors(at)
        at.company.workspace.fail("chat.postMessage", "", delay=SLOW, after=fall.coin("slow answer"))
        press(at)
        steps, in_the_post = [], 0
        for _ in range(2):
            sleep(moment := fall.after(CALLS * SLOW + PROOF_AFTER))
            bot.kill()
            steps.append(step_of(at))
            in_the_post += unrecorded(at)
            bot = at.run()
        wait_for_the_end(at)
        check_touches(at, pairs, kills=2)
        check_states(at, pairs)
        fall.tell(moment, "; ".join(steps), check_message(at, unrecorded=in_the_post))
