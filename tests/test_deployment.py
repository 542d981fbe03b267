"""What a deployment rests on: a source tree that nobody can write, an image without secrets, services within limits."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.settings import KnowledgeSettings, load
from tests.deployment_files import (
    ROOT,
    UNITS,
    command_of,
    compose,
    copied,
    dockerfile,
    environment_of,
    ignored,
    last_stage,
    unit,
)
from tests.fake_bot_api import FakeBotApi
from tests.service_manager import Manager
from tests.telegram_bots import free_port

QUESTION = "和区人社局签协议的是哪五所学校？"
SERVICES = [name for name in UNITS if name.endswith(".service")]
SECRET = re.compile(r"TOKEN|PASSWORD|SECRET|API_KEY|SEALING_KEYS")
OWN_SERVICES = ("bot", "refresh", "chroma")
WITHOUT_POWERS = "-dac_override,-dac_read_search,-fowner,-chown"  # of root, which may write what nobody can


def as_anybody(command: list[str]) -> list[str]:
    """``command`` as an account that the modes of files hold for."""
    if os.geteuid() != 0:
        return command
    if shutil.which("setpriv") is None:
        pytest.skip("root may write anything, and setpriv (util-linux) is not there to take that from it")
    return ["setpriv", "--bounding-set", WITHOUT_POWERS, "--inh-caps", WITHOUT_POWERS, *command]


class Installed:
    """What the Dockerfile copies, as nobody can write it, with a data folder; run in the image's own environment."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.home, self.temporary = folder / "app", folder / "home", folder / "tmp"
        for made in (self.tree, self.home, self.temporary):
            made.mkdir()
        for sources, target in copied(last_stage()):
            for source in sources:
                self._put(ROOT / source, self.tree / target / (source if len(sources) > 1 else ""))
        (self.tree / "data").mkdir(mode=0o700)
        documents = self.tree / "documents"
        for path in documents.rglob("*"):  # two are enough
            if path.is_file() and path.name not in ("partners.csv", "operation.zh.md"):
                path.unlink()
        for path in (self.home, self.tree, *self.tree.rglob("*")):
            if path != self.tree / "data":
                path.chmod(path.stat().st_mode & ~0o222)

    def _put(self, source: Path, target: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        environment = environment_of(last_stage()) | {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "OMP_NUM_THREADS": "1",
            **more,
        }
        line = as_anybody([sys.executable if word == "python" else word for word in command])
        return subprocess.Popen(
            line, cwd=self.tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*command, **more)
        said, errors = process.communicate(timeout=1200)
        return subprocess.CompletedProcess(process.args, process.returncode, said, errors)

    def paths(self) -> set[Path]:
        """Everything but what is in the data folder."""
        found = {path for root in (self.tree, self.home, self.temporary) for path in root.rglob("*")}
        return {path for path in found if not path.is_relative_to(self.tree / "data") or path == self.tree / "data"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    made = Installed(tmp_path_factory.mktemp("installed"))
    yield made
    for path in (made.tree, *(path for path in made.tree.rglob("*") if path.is_dir())):
        path.chmod(0o700)  # so that it can be deleted


def test_a_tree_that_nobody_can_write_is_all_that_a_refresh_an_answer_and_the_bot_need(
    installed: Installed, tmp_path: Path
) -> None:
    tried = installed.run("touch", "config.yaml.new")
    assert tried.returncode != 0 and "denied" in tried.stderr, "the tree can be written: this test would show nothing"
    before = installed.paths()
    refreshed = installed.run("python", "ingest.py", "--if-changed", "--notify")
    assert refreshed.returncode == 0 and "Edition 1 is live" in refreshed.stdout, refreshed.stderr
    assert "neither staff.chat_id nor staff.mail is set" in refreshed.stderr
    asked = installed.run("python", "-m", "bot", "ask", QUESTION, "--json")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["status"] == "answered" and asked.stderr == ""
    key_file = tmp_path / "keys" / "sealing-keys"
    serve(installed, key_file, Manager(str(tmp_path / "notify")))
    assert key_file.stat().st_mode & 0o077 == 0
    assert installed.paths() == before, "something was written outside of data/"
    assert stat.S_IMODE((installed.tree / "data").stat().st_mode) == 0o700


def serve(installed: Installed, key_file: Path, manager: Manager) -> None:
    """The image's command against a Bot API, as systemd would start it: ready, asked, healthy, stopped."""
    port = str(free_port())
    with FakeBotApi(flood_limits=False) as api, closing(manager.socket):
        bot = installed.start(
            *command_of(last_stage()),
            TELEGRAM_BOT_TOKEN=api.token,
            HUADU_TELEGRAM__BASE_URL=api.url,
            HUADU_HEALTH__PORT=port,
            HUADU_SEALING__KEY_FILE=str(key_file),
            NOTIFY_SOCKET=manager.address,
            WATCHDOG_USEC="20000000",
        )
        try:
            manager.until("READY=1", 300)
            manager.until("WATCHDOG=1", 300)
            api.say(api.person(1), QUESTION)
            said = api.wait_heard(1, 2, seconds=60)  # whom it speaks for, and the answer
            assert any("广州市机电技师学院" in line.text for line in said)
            assert installed.run(*health_check(port)).returncode == 0
            assert installed.run(*health_check(str(free_port()))).returncode != 0, "a port that nobody listens on"
            bot.terminate()
            assert bot.wait(100) == 0
            manager.until("STOPPING=1", 5)
        finally:
            bot.kill()
            bot.communicate()


def health_check(port: str) -> list[str]:
    """The image's, of another port."""
    [check] = [rest for name, rest in last_stage() if name == "HEALTHCHECK"]
    words: list[str] = json.loads(check.partition(" CMD ")[2])
    return [word.replace(":8081/", f":{port}/") for word in words]


def test_where_the_key_cannot_be_made_the_start_says_what_to_do(installed: Installed) -> None:
    token = "7000001:AAF-not-a-real-token-for-tests_0123456"
    began = installed.run(*command_of(last_stage()), TELEGRAM_BOT_TOKEN=token, HUADU_SEALING__KEY_FILE=".sealing-keys")
    assert began.returncode == 2 and "sealing.key_file: " in began.stderr and "SEALING_KEYS" in began.stderr


# The image.


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody_in_particular() -> None:
    names = [name for name, _ in last_stage()]
    for sources, _ in copied(dockerfile()):
        for source in sources:
            assert (ROOT / source).exists() and not ignored(source), source
    assert names.index("USER") < names.index("CMD") and "HEALTHCHECK" in names
    assert "RUN" not in names[names.index("USER") :] and "COPY" not in names[names.index("USER") :]
    [user] = [rest for name, rest in last_stage() if name == "USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "a number, so that the platform can see that it is not root"
    [check] = [rest for name, rest in last_stage() if name == "HEALTHCHECK"]
    settings = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    assert f"http://127.0.0.1:{settings['health']['port']}/health" in check
    assert command_of(last_stage()) == ["python", "-m", "bot"]


def test_its_python_is_one_that_the_project_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    [version] = [rest.removeprefix("PYTHON=") for name, rest in dockerfile() if name == "ARG" and "PYTHON=" in rest]
    assert tuple(map(int, version.split("."))) >= least
    assert {rest.split()[0] for name, rest in dockerfile() if name == "FROM"} == {"python:${PYTHON}-slim-bookworm"}


def test_it_installs_what_runs_and_nothing_of_the_tests() -> None:
    [installing] = [rest for name, rest in dockerfile() if name == "RUN" and "pip install" in rest]
    lines = [line for line in installing.split("&&") if "pip install" in line]
    assert all("-c constraints.txt" in line for line in lines), "a version that nobody tried"
    assert "['dependencies']" in installing and "['ocr']" in installing and "'test'" not in installing
    [program] = re.findall(r'python -c "([^"]+)" > requirements', installing)
    written = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert written.stdout.splitlines() == [*project["dependencies"], *project["optional-dependencies"]["ocr"]]


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".sealing-keys",
        ".git/config",
        "data/assistant.db",
        "deploy/bot.env",
        "deploy/database.env",
        "tests/files.py",
        "knowledge/.env",
        "bot/__pycache__/answer.cpython-311.pyc",
        "documents/.sealing-keys",
        ".venv/bin/python",
    ],
)
def test_secrets_data_and_rubbish_stay_out_of_it(path: str) -> None:
    assert ignored(path)


def test_all_data_that_was_learned_is_in_it() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "bot", "knowledge", "documents", "forms"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the program is not known")
    assert len(listed.stdout.splitlines()) > 400
    assert [path for path in listed.stdout.splitlines() if ignored(path)] == []


# compose.yaml


@pytest.mark.parametrize("name", sorted(compose()["services"]))
def test_each_service_is_shut_in_and_has_limits_and_a_health_check(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"] and service["restart"] == "unless-stopped"
    limits = service["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"} and re.fullmatch(r"\d+[MG]", limits["memory"])
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "start_period", "retries"} < set(service["healthcheck"])
    assert not service.get("privileged") and not service.get("ports") and service.get("network_mode") is None
    for volume in service["volumes"]:
        source, target, *mode = volume.split(":")
        if source.startswith("."):
            assert mode == ["ro"] and (ROOT / source).exists(), volume
        else:
            assert source in compose()["volumes"] and target.startswith("/")


def test_no_service_holds_a_secret_and_each_file_of_secrets_has_an_example() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"://[^@/\s]*:[^@/\s]*@", text), "a password in an address"
    ignored_by_git = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    for service in compose()["services"].values():
        assert [name for name in service.get("environment", {}) if SECRET.search(name)] == []
        for file in service.get("env_file", []):
            example = (ROOT / f"{file}.example").read_text(encoding="utf-8")
            values = dict(line.split("=", 1) for line in example.splitlines() if line and not line.startswith("#"))
            assert values and set(values.values()) == {""}, "an example holds no value"
    assert "/deploy/*.env" in ignored_by_git and not list((ROOT / "deploy").glob("*.env")), "none is committed"
    [image] = {compose()["services"][name]["image"] for name in OWN_SERVICES}
    assert image in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert not SECRET.search(" ".join(rest for name, rest in dockerfile() if name in ("ENV", "ARG")))


def test_the_database_and_the_chroma_server_cannot_be_reached_from_outside() -> None:
    services, networks = compose()["services"], compose()["networks"]
    assert networks["inside"]["internal"] is True
    assert services["database"]["networks"] == services["chroma"]["networks"] == ["inside"]
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {"bot", "refresh"}
    assert "keys:/var/lib/huadu" in services["bot"]["volumes"]
    assert not any("keys:" in volume for volume in services["refresh"]["volumes"]), "it needs none"


def test_the_program_reads_what_compose_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    services = compose()["services"]
    assert services["bot"]["environment"] == services["refresh"]["environment"]
    for name, value in services["bot"]["environment"].items():
        monkeypatch.setenv(name, value)
    settings = load(ROOT / "config.yaml", KnowledgeSettings)
    assert settings.database.url == "postgresql+psycopg://huadu@database/huadu"
    assert settings.index.url == "http://chroma:8000"
    assert {"database", "chroma"} < set(services) and services["database"]["environment"]["POSTGRES_USER"] == "huadu"


def test_the_refresh_of_compose_is_ill_until_one_has_succeeded(tmp_path: Path) -> None:
    service = compose()["services"]["refresh"]
    shell, option, loop = service["command"]
    check = service["healthcheck"]["test"][1].replace("/tmp/", f"{tmp_path}/")
    once = loop.replace("/tmp/", f"{tmp_path}/").replace("sleep 300", "break").replace("timeout 3600 python", "$WHAT")
    assert "break" in once and "$WHAT ingest.py --if-changed --notify" in once

    def healthy(what: str) -> bool:
        subprocess.run([shell, option, once], env={**os.environ, "WHAT": what}, cwd=tmp_path, check=False)
        return subprocess.run([shell, option, check], stderr=subprocess.DEVNULL).returncode == 0

    assert [healthy("false"), healthy("true")] == [False, True]
    two_hours_ago = (tmp_path / "refreshed").stat().st_mtime - 7_200
    os.utime(tmp_path / "refreshed", (two_hours_ago, two_hours_ago))
    assert not healthy("false")


# Units of systemd.


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_runs_as_its_own_account_and_may_write_data_alone(name: str) -> None:
    service = unit(name)["Service"]
    said = {key: values[-1] for key, values in service.items()}
    assert said["User"] == said["Group"] == "huadu" and said["UMask"] == "0077"
    assert said["ProtectSystem"] == "strict" and service["ReadWritePaths"] == ["/opt/huadu/data"]
    for key in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictSUIDSGID"):
        assert said[key] == "yes", key
    assert said["CapabilityBoundingSet"] == "" and re.fullmatch(r"\d+G", said["MemoryMax"])
    assert said["EnvironmentFile"] == "/etc/huadu/secrets.env" and said["LimitCORE"] == "0"
    assert not SECRET.search(" ".join(service["Environment"]))
    assert said["ExecStart"].startswith("/opt/huadu/.venv/bin/python ")


def test_the_bots_unit_is_watched_and_has_time_to_stop() -> None:
    service = {key: values[-1] for key, values in unit("huadu-bot.service")["Service"].items()}
    assert (service["Type"], service["NotifyAccess"], service["Restart"]) == ("notify", "main", "always")
    assert service["WatchdogSec"] == "10min" and service["WatchdogSignal"] == "SIGTERM"
    settings = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    assert int(service["TimeoutStopSec"]) > settings["telegram"]["stop_within_seconds"]
    assert service["ExecStart"].split()[1:] == command_of(last_stage())[1:]


def test_a_refresh_begins_by_the_clock_and_when_a_shipped_folder_changes() -> None:
    service, timer, path = (unit(f"huadu-refresh.{kind}") for kind in ("service", "timer", "path"))
    assert service["Service"]["ExecStart"][0].endswith("ingest.py --if-changed --notify")
    assert timer["Timer"]["Unit"] == path["Path"]["Unit"] == ["huadu-refresh.service"]
    assert timer["Timer"]["OnUnitInactiveSec"] == ["5min"] and "Install" not in service
    folders = [ROOT / "documents", *(path for path in (ROOT / "documents").rglob("*") if path.is_dir())]
    watched = [f"/opt/huadu/{folder.relative_to(ROOT).as_posix()}" for folder in sorted(folders)]
    assert path["Path"]["PathChanged"] == watched


def test_the_operations_page_says_of_units_and_containers_what_they_say() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in (*UNITS, "compose.yaml", "deploy/bot.env", "deploy/database.env", "/etc/huadu/secrets.env"):
        assert name in page, name
    bot, refresh = (unit(f"huadu-{name}.service")["Service"] for name in ("bot", "refresh"))
    for value in (bot["WatchdogSec"], bot["MemoryMax"], refresh["MemoryMax"], bot["StateDirectory"]):
        assert value[-1] in page, value


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The units as they would stand on a machine where the program is: paths of this checkout, this Python."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there: what systemd itself says of the units is not known")
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        text = text.replace("/opt/huadu/.venv/bin/python", sys.executable).replace("/opt/huadu", str(ROOT))
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in UNITS}


def test_systemd_understands_every_line(placed: dict[str, Path]) -> None:
    said = subprocess.run(["systemd-analyze", "verify", *placed.values()], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    placed["huadu-bot.service"].with_name("huadu-odd.service").write_text("[Service]\nExecStart=/none\nMemoryMx=1G\n")
    odd = placed["huadu-bot.service"].with_name("huadu-odd.service")
    assert "MemoryMx" in subprocess.run(["systemd-analyze", "verify", odd], capture_output=True, text=True).stderr


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_finds_little_exposed(placed: dict[str, Path], name: str) -> None:
    line = ["systemd-analyze", "security", "--offline=true", "--threshold=20", placed[name]]
    said: Any = subprocess.run(line, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout[-300:] + said.stderr
