"""The simulated platforms as a process of their own, for tests to look at and to steer."""

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest


@dataclass
class Simulator:
    """The running process, by its address."""

    url: str

    def steer(self, **fields: str) -> None:
        """Posts to its control page."""
        data = urllib.parse.urlencode(fields).encode()
        urllib.request.urlopen(f"{self.url}/_control", data, timeout=20).close()

    def state(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/_control/state", timeout=20) as answer:
            return json.load(answer)

    def visits(self, account: str) -> list[dict]:
        return [one for one in self.state()["visits"] if one["account"] == account]


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    command = [sys.executable, "-m", "platforms.simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1].removesuffix("/_control")
        yield Simulator(url.replace("localhost", "127.0.0.1"))
        process.terminate()


@pytest.fixture
def simulator(simulator_process, settings) -> Simulator:
    """Every website there is, as far as our probe is concerned."""
    settings.PROBE_SIMULATOR = simulator_process.url
    settings.PROBE_GAP_SECONDS = 0
    return simulator_process
