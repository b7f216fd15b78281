"""`./portal check`: what must hold before a change is taken, each shown with its seconds."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from moderation_portal.launch.environment import DEVELOPMENT, ensure_environment
from moderation_portal.launch.places import Places
from moderation_portal.launch.servers import servers_for_tests
from moderation_portal.launch.telling import Stop, run_quietly, say, step
from moderation_portal.launch.variables import production_variables, try_variables

OUTPUT_LINES = 60
Check = tuple[str, Sequence[str], Mapping[str, str]]


def check(places: Places) -> int:
    """Runs every check, also after one has failed; returns 1 when any did."""
    ensure_environment(places, DEVELOPMENT)
    failures = []
    with (
        servers_for_tests(places, os.environ) as found,
        tempfile.TemporaryDirectory(prefix="portal-check-") as scratch,
    ):
        variables = try_variables(places, os.environ, Path(scratch)) | found.as_variables()
        for label, words, environment in all_checks(variables):
            try:
                with step(label):
                    run_quietly(
                        [places.python, *words],
                        env=environment,
                        cwd=places.checkout,
                        shown=OUTPUT_LINES,
                    )
            except Stop as failure:
                failures.append(label)
                say(str(failure))
    say(f"\n  Failed: {', '.join(failures)}" if failures else "\n  All checks passed")
    return 1 if failures else 0


def all_checks(variables: Mapping[str, str]) -> Iterator[Check]:
    """Name, arguments to Python and environment of each check, quick ones first."""
    yield "Format (ruff)", ["-m", "ruff", "format", "--check", "."], variables
    yield "Lint (ruff)", ["-m", "ruff", "check", "."], variables
    yield "Translations complete", ["-m", "moderation_portal.catalogue", "check"], variables
    drift = ["manage.py", "makemigrations", "--check", "--dry-run"]
    yield "Migrations match the models", drift, variables
    deploy = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    yield "Deployment settings", deploy, production_variables(variables)
    yield "Generated page of the docs", ["manage.py", "transitions", "--check"], variables
    yield "Types (mypy)", ["-m", "mypy", "."], variables
