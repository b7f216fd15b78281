"""What `./portal run --simulate` starts, and where it will not."""

import subprocess
import sys
from pathlib import Path

import pytest

from moderation_portal.launch.places import CHECKOUT, Places
from moderation_portal.launch.simulating import simulator_part, simulator_variables
from moderation_portal.launch.telling import Stop
from moderation_portal.launch.variables import make_secret, production_variables

DEMO = {"PORTAL_MODE": "demo", "MAIL_PAGE_URL": "http://localhost:8001"}


@pytest.mark.parametrize("odd", [{"PORTAL_MODE": "production"}, {"MAIL_PAGE_URL": ""}])
def test_nothing_is_simulated_outside_a_demo_that_keeps_its_mail(odd):
    with pytest.raises(Stop, match="for the demo"):
        simulator_variables(8000, DEMO | odd)


def test_the_simulator_reads_the_demos_mail_and_answers_the_demo(tmp_path):
    variables = DEMO | simulator_variables(8000, DEMO) | {"BASE_URL": "http://localhost:8000"}
    places = Places(tmp_path, tmp_path / "data")
    part = simulator_part(places, variables, "mp_key")
    command = list(part.command)
    assert command[command.index("--for") + 1] == "http://localhost:8000"
    assert Path(command[command.index("--mail") + 1]) == places.mail
    assert command[command.index("--pipe") + 1].endswith("manage.py receive_mail")
    assert command[command.index("--mail-server") + 1] == variables["MAIL_AUTHSERV_ID"]
    assert "mp_key" not in command
    assert dict(part.env)["SIMULATOR_KEY"] == "mp_key"
    assert variables["PROBE_SIMULATOR"].startswith("http://127.0.0.1:")


def test_a_production_does_not_start_with_simulated_platforms():
    keys = {name: make_secret(name) for name in ("SECRET_KEY", "VAULT_KEY", "SEAL_KEY")}
    variables = production_variables(keys) | {
        "PROBE_SIMULATOR": "http://127.0.0.1:8003",
        "DATABASE_URL": "postgres://nobody@/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PYTHONPATH": str(CHECKOUT),
    }
    command = [sys.executable, "-c", "import moderation_portal.settings"]
    told = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert "PROBE_SIMULATOR is for demos and tests only." in told.stderr
