"""The services that the product brings along: they start, are shared, and leave nothing behind."""

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from core.embedded import Layout, Services, broker, postgres
from core.embedded.errors import EmbeddedError
from core.embedded.layout import CHECKOUT
from core.embedded.processes import processes_in
from core.embedded.provisioning import APP, OWNER, connected, is_provisioned, provision, replace_database
from core.embedded.state import guard_lock, read_state, users_lock
from core.embedded.vault import load_secrets

CLIENT = """
import sys
from pathlib import Path
from core.embedded import Layout, Services
with Services(Layout(Path(sys.argv[1])), throwaway=True) as services:
    print(services.postgres_url, sorted(services.started), flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def layout() -> Iterator[Layout]:
    """A directory of its own that the account of the services can reach."""
    root = Path(tempfile.mkdtemp(prefix="smart-embedded-"))
    root.chmod(0o755)
    yield Layout(root)
    _end_of(Layout(root))


def _end_of(layout: Layout) -> None:
    _wait(lambda: not _servers(layout))
    shutil.rmtree(layout.data, ignore_errors=True)
    shutil.rmtree(layout.root, ignore_errors=True)


def _servers(layout: Layout) -> list[int]:
    """All that runs for this layout: guards, PostgreSQL's processes, the broker."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if "core.embedded.guard" in command and str(layout.root) in command:
            found.append(int(entry.name))
    for data in layout.data.glob("postgres-*/data"):
        found += processes_in(data)
    pid = read_state(layout, broker.NAME).get("pid")
    if isinstance(pid, int) and Path(f"/proc/{pid}").exists():
        found.append(pid)
    return found


def _wait(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def _client(layout: Layout, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(layout.root)],
        cwd=CHECKOUT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(client: "subprocess.Popen[str]") -> str:
    assert client.stdout is not None
    return client.stdout.readline().strip()


def _leave(client: "subprocess.Popen[str]") -> None:
    client.communicate("\n", timeout=60)


def _answer(url: str, question: str) -> str:
    with connected(url) as opened, opened.cursor() as run:
        run.execute(question)
        row = run.fetchone()
        assert row is not None
        return str(row[0])


@pytest.mark.parametrize("provider", ["wheels", "system"])
def test_the_cluster_keeps_its_rows_between_two_starts(
    layout: Layout, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if provider == "system" and not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        pytest.skip("this machine has no PostgreSQL of its own")
    monkeypatch.setenv("SMART_SERVICES", provider)
    names = (postgres.NAME, broker.NAME) if provider == "wheels" else (postgres.NAME,)

    with Services(layout, names=names) as services:
        assert services.states[postgres.NAME]["provider"] == provider
        with connected(services.postgres_url) as opened, opened.cursor() as run:
            run.execute("CREATE TABLE kept (amount numeric); INSERT INTO kept VALUES (12.50)")
    assert _servers(layout) == []
    with Services(layout, names=names) as services:
        kept = _answer(services.postgres_url, "SELECT amount FROM kept")
        locale = _answer(
            services.postgres_url, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'"
        )
        fsync = _answer(services.postgres_url, "SHOW fsync")
        address = _answer(services.postgres_url, "SELECT host(inet_server_addr())")

    assert (kept, locale, fsync, address) == ("12.50", "C.UTF-8", "on", "127.0.0.1")


def test_a_second_command_uses_the_services_of_the_first_and_the_last_one_stops_them(layout: Layout) -> None:
    first = _client(layout)
    started_by_first = _line(first)
    second = _client(layout)
    found_by_second = _line(second)

    _leave(first)
    alive_under_second = bool(_servers(layout))
    _leave(second)

    assert started_by_first.endswith("['broker', 'postgres']")
    assert found_by_second.endswith("[]")
    assert found_by_second.split()[0] == started_by_first.split()[0]
    assert alive_under_second
    assert _servers(layout) == []


def test_commands_started_at_the_same_moment_share_one_cluster(layout: Layout) -> None:
    clients = [_client(layout) for _ in range(4)]
    lines = [_line(client) for client in clients]
    for client in clients:
        _leave(client)

    assert len({line.split()[0] for line in lines}) == 1
    assert len([line for line in lines if "postgres'" in line.split(maxsplit=1)[1]]) == 1
    assert _servers(layout) == []


def test_nothing_survives_a_killed_command_and_the_next_one_starts(layout: Layout) -> None:
    client = _client(layout)
    _line(client)

    client.kill()
    client.wait()

    _wait(lambda: not _servers(layout))
    with Services(layout, throwaway=True) as services:
        assert _answer(services.postgres_url, "SELECT 1") == "1"


def test_the_servers_die_with_a_killed_guard_and_the_next_command_recovers(layout: Layout) -> None:
    with Services(layout, names=(postgres.NAME,)) as services:
        with connected(services.postgres_url) as opened, opened.cursor() as run:
            run.execute("CREATE TABLE kept (amount numeric); INSERT INTO kept VALUES (12.50)")
        guard = read_state(layout, postgres.NAME)["guard"]
        assert isinstance(guard, int)
        os.kill(guard, signal.SIGKILL)
        _wait(lambda: not processes_in(Path(str(services.states[postgres.NAME]["data"]))))

    with Services(layout, names=(postgres.NAME,)) as services:
        assert _answer(services.postgres_url, "SELECT amount FROM kept") == "12.50"


def test_a_killed_postmaster_is_started_again_on_the_same_port(layout: Layout) -> None:
    with Services(layout, names=(postgres.NAME,)) as services:
        time.sleep(2.1)  # a server that falls at once may have lost its port to somebody else
        server = read_state(layout, postgres.NAME)["pid"]
        assert isinstance(server, int)

        os.kill(server, signal.SIGKILL)

        _wait(lambda: read_state(layout, postgres.NAME).get("pid") not in (None, server))
        _wait(lambda: postgres.answers(layout, services.states[postgres.NAME]))


def test_stale_pid_and_state_files_do_not_stop_the_next_start(layout: Layout) -> None:
    with Services(layout, names=(postgres.NAME,)) as services:
        data = Path(str(services.states[postgres.NAME]["data"]))
        stale = (data / "postmaster.pid").read_text()
        state = (layout.run / "postgres.json").read_text()
    lines = stale.splitlines()
    lines[0] = str(os.getpid())  # the number now belongs to a process that has nothing to do with it
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    (layout.run / "postgres.json").write_text(state)

    with Services(layout, names=(postgres.NAME,)) as services:
        assert _answer(services.postgres_url, "SELECT 1") == "1"


def test_secrets_are_readable_by_nobody_else(layout: Layout) -> None:
    secrets = load_secrets(layout)

    assert stat.S_IMODE(layout.secret_file.stat().st_mode) == 0o600
    assert load_secrets(layout) == secrets
    assert len(set(secrets.values())) == len(secrets)


def test_a_lost_secret_file_is_named_in_the_refusal(layout: Layout) -> None:
    with Services(layout, names=(postgres.NAME,)):
        pass
    layout.secret_file.unlink()

    with pytest.raises(EmbeddedError) as refused, Services(layout, names=(postgres.NAME,)):
        pass

    assert refused.value.code == "secret_mismatch"
    assert str(layout.secret_file) in refused.value.detail
    assert _servers(layout) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root changes the account")
def test_root_runs_the_servers_as_nobody(layout: Layout) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    with Services(layout, throwaway=True) as services:
        owners = {
            name: Path(f"/proc/{state['pid']}").stat().st_uid for name, state in services.states.items()
        }
        passwords = json.loads(layout.secret_file.read_text())
        shown = [Path(f"/proc/{state['pid']}/cmdline").read_text() for state in services.states.values()]
        shown += [Path(f"/proc/{state['pid']}/environ").read_text() for state in services.states.values()]

    assert owners == {"postgres": nobody, "broker": nobody}
    assert not [text for text in shown for password in passwords.values() if password in text]


@pytest.mark.skipif(os.getuid() != 0, reason="only root changes the account")
def test_in_a_closed_home_data_and_programs_move_to_var_lib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMART_SERVICES", "wheels")
    closed = Path(tempfile.mkdtemp(prefix="smart-closed-"))
    layout = Layout(closed / "var")
    try:
        with Services(layout, throwaway=True) as services:
            data = Path(str(services.states[postgres.NAME]["data"]))
            assert _answer(services.postgres_url, "SELECT 1") == "1"
        mode = stat.S_IMODE(closed.stat().st_mode)
    finally:
        _end_of(layout)
        shutil.rmtree(closed)

    assert data.is_relative_to("/var/lib/smart")
    assert mode == 0o700


def test_provisioning_may_be_repeated_and_gives_each_role_what_it_may(layout: Layout) -> None:
    secrets = load_secrets(layout)
    with Services(layout, names=(postgres.NAME,), throwaway=True) as services:
        server = services.postgres_url
        before = is_provisioned(server, secrets)
        provision(server, secrets)
        provision(server, secrets)
        after = is_provisioned(server, secrets)
        bypass = {
            role: _answer(server, f"SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = '{role}'")
            for role in (OWNER, APP)
        }
        owner = _role(server, OWNER, secrets[OWNER])
        app = _role(server, APP, secrets[APP])
        with connected(owner) as opened, opened.cursor() as run:
            run.execute("CREATE TABLE rows (id int)")
        with connected(app) as opened, opened.cursor() as run:
            run.execute("INSERT INTO rows VALUES (1); CREATE TEMP TABLE own (id int)")
            for forbidden in ("TRUNCATE rows", "CREATE TABLE other (id int)", "DROP TABLE rows"):
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    run.execute(forbidden)
        left = _answer(owner, "SELECT count(*) FROM rows")

    assert (before, after) == (False, True)
    assert bypass == {OWNER: "True", APP: "False"}
    assert left == "1"


def _role(server: str, role: str, password: str) -> str:
    port = urlsplit(server).port
    return replace_database(f"postgresql://{role}:{password}@127.0.0.1:{port}/x", "smart")


def test_locks_are_free_after_the_last_command(layout: Layout) -> None:
    with Services(layout, names=(broker.NAME,)):
        pass

    for path in (guard_lock(layout, broker.NAME), users_lock(layout, broker.NAME)):
        probe = subprocess.run(["flock", "--nonblock", str(path), "true"], check=False)
        assert probe.returncode == 0


def test_an_unknown_command_is_refused_with_code_and_detail() -> None:
    answer = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), "check", "--tag", "nonsense"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 2
    assert answer.stdout == ""
    assert json.loads(answer.stderr)["code"] == "command_refused"


HOUSEHOLD = """
import signal, sys
from pathlib import Path
from core.embedded.household import Household, Member
steady = Member("steady", ["sleep", "300"])
falling = Member("falling", ["sh", "-c", "echo once more; sleep 30 & exit 3"])
log, say = Path(sys.argv[1]), lambda line: print(line, flush=True)
house = Household([steady, falling], log, log, {"PATH": "/usr/bin:/bin"}, say)
house.run(lambda: True, lambda: print("up", steady.child.pid, flush=True))
print("stopped", flush=True)
"""


def _house(directory: Path) -> "tuple[subprocess.Popen[str], int]":
    house = subprocess.Popen(
        [sys.executable, "-c", HOUSEHOLD, str(directory)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    first = _line(house)
    while not first.startswith("up"):
        first = _line(house)
    return house, int(first.split()[1])


def test_a_process_that_falls_is_started_again_and_leaves_no_orphan(tmp_path: Path) -> None:
    house, _ = _house(tmp_path)
    _wait(lambda: (tmp_path / "falling.log").read_text().count("once more") >= 2)

    house.send_signal(signal.SIGTERM)
    said, _ = house.communicate(timeout=30)

    assert said.endswith("stopped\n")
    assert processes_in(tmp_path) == []


def test_the_processes_of_the_product_die_with_a_killed_parent(tmp_path: Path) -> None:
    house, steady = _house(tmp_path)

    house.kill()
    house.communicate()

    _wait(lambda: not Path(f"/proc/{steady}").exists())
