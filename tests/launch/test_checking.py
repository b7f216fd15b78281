"""What `./portal check` runs."""

from moderation_portal.launch.checking import all_checks
from moderation_portal.launch.places import CHECKOUT


def test_the_generated_page_is_compared_with_its_table():
    commands = [" ".join(words) for _label, words, _environment in all_checks({})]
    assert "manage.py transitions --check" in commands


def test_every_command_of_ours_that_is_run_exists():
    for _label, words, _environment in all_checks({}):
        if words[0] == "manage.py" and words[1] not in {"check", "makemigrations"}:
            assert any(CHECKOUT.glob(f"*/management/commands/{words[1]}.py")), words


def test_the_deployment_checks_know_whose_production_it_is():
    (environment,) = [found for label, _words, found in all_checks({}) if "Deployment" in label]
    assert all(environment[name] for name in ("IDENTITY_NAME", "IDENTITY_SHORT", "MAIL_FROM"))
