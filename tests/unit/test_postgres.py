"""The tests' own PostgreSQL server: what it is good for, and that nothing of it is left."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest

from tests.postgres import PostgresServer

OWNER = """
import sys
from tests.postgres import PostgresServer

server = PostgresServer()
print(server.port, server.folder, flush=True)
sys.stdin.read()
"""


@pytest.mark.usefixtures("postgres")
def test_the_server_is_gone_with_its_owner_however_that_ends(pytestconfig: pytest.Config) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER],
        cwd=pytestconfig.rootpath,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    port, folder = owner.stdout.readline().split()
    psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres").close()
    owner.kill()
    owner.communicate()
    end = monotonic() + 40
    while Path(folder).exists() and monotonic() < end:
        sleep(0.05)
    assert not Path(folder).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres")


def test_what_was_committed_survives_a_crash_of_the_server(postgres: PostgresServer) -> None:
    with postgres.database("template1") as url:
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            connection.execute("CREATE TABLE kept (number int)")
            connection.execute("INSERT INTO kept VALUES (7)")
        postgres.restart("immediate")
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]
            assert postgres.terminate_sessions(url) == 1
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
