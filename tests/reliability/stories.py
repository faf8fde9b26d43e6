"""A piece of work that is struck in the middle, from its begin to the books at its end."""

from pathlib import Path
from time import time
from typing import Protocol

from tests.reliability.kills import Kill, Note, told
from tests.reliability.processes import Site
from tests.reliability.seeds import Fall
from tests.reliability.setups import Setup


class Story(Protocol):
    """One piece of work. `workflow` is its name in the engine; `brings` counts the processes of its own that do it."""

    kind: str
    workflow: str
    brings: int

    def begin(self, at: Site, fall: Fall) -> None:
        """Have the work begun; return when it is."""
        ...

    def aim(self, at: Site, fall: Fall) -> None:
        """Let it go on up to where the seed wants it struck."""
        ...

    def where(self, at: Site) -> tuple[str, bool]:
        """Tell where it stands, and whether that is between the first and the last call, from the evidence."""
        ...

    def finish(self, at: Site) -> None:
        """Wait for its end. Raises Stuck."""
        ...

    def check(self, at: Site, moment: float) -> str:
        """Compare what was promised with what happened; `moment` is when it was struck. Raises Lost or Doubled."""
        ...


def strike(story: Story, setup: Setup, fall: Fall, folder: Path, note: Note, **settings: object) -> None:
    """Begin a piece of work, strike it, and see to it that it ends as if it had not been."""
    with told(note, setup.name, story.kind, fall) as kill, setup.site(folder, **settings) as at:
        setup.run(at, but=story.brings)
        story.begin(at, fall)
        began = time()
        story.aim(at, fall)
        moment = _strike(story, setup, fall, at, kill)
        kill.moment = round(moment - began, 3)
        setup.recover(at)
        story.finish(at)
        kill.result = story.check(at, moment)
        assert not setup.restarts or at.started[0].alive, "the process did not live through the restart"


def _strike(story: Story, setup: Setup, fall: Fall, at: Site, kill: Kill) -> float:
    if setup.restarts:
        # The process lives on, and so does what it does: look first.
        kill.step, kill.between = story.where(at)
        kill.step += f", {setup.mode(fall)}"
        return setup.strike(at, fall, story.workflow)
    moment = setup.strike(at, fall, story.workflow)
    kill.step, kill.between = story.where(at)
    return moment
