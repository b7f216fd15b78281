"""A migration runs while the version before it still works: it adds, and takes nothing away.

What the former version would fail over is put in by two versions: one that does without it, and the
next that takes it away. Where that cannot be, the migration says `is_put_in_at_rest = True`, and
everything is stopped while it runs (docs/operating.md).
"""

from collections.abc import Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

# These and all before them were never put in beside a version that worked.
LAST_BEFORE = {
    "cases": "0033",
    "moderation_portal": "0012",
    "platforms": "0012",
    "reports": "0019",
}
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def in_the_way(operations: list[Operation]) -> Iterator[str]:
    """What a program of the version before would fail over: a name that is gone, or a column of a
    table that it knows for which it gives no value."""
    made: set[str] = set()
    for one in operations:
        if isinstance(one, migrations.SeparateDatabaseAndState):
            yield from in_the_way(one.database_operations)
        elif isinstance(one, migrations.CreateModel):
            made.add(one.name.lower())
        elif isinstance(one, TAKES_AWAY):
            yield one.describe()
        elif isinstance(one, migrations.AddField) and _is_wanting(one, made):
            yield f"{one.describe()}: neither null nor db_default"


def _is_wanting(added: migrations.AddField, made: set[str]) -> bool:
    field = added.field
    is_computed = field.many_to_many or isinstance(field, models.GeneratedField)
    is_filled = field.null or field.db_default is not NOT_PROVIDED or is_computed
    return not is_filled and added.model_name_lower not in made


def fresh() -> list[migrations.Migration]:
    found = MigrationLoader(None).disk_migrations.items()
    return [made for (app, name), made in found if name[:4] > LAST_BEFORE.get(app, "9999")]


def test_the_version_before_goes_on_while_a_migration_is_put_in():
    found = {
        str(made): list(in_the_way(made.operations))
        for made in fresh()
        if not getattr(made, "is_put_in_at_rest", False)
    }
    assert {name: why for name, why in found.items() if why} == {}


NEW = migrations.CreateModel("Bell", [("id", models.BigAutoField(primary_key=True))])


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.RemoveField("case", "title")],
        [migrations.RenameField("case", "title", "name")],
        [migrations.DeleteModel("Case")],
        [migrations.AddField("case", "loud", models.BooleanField(default=False))],
        [NEW, migrations.AddField("case", "loud", models.BooleanField(default=False))],
        [migrations.SeparateDatabaseAndState([migrations.DeleteModel("Case")])],
    ],
)
def test_what_the_version_before_would_fail_over_is_found(operations):
    assert len(list(in_the_way(operations))) == 1


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("case", "loud", models.BooleanField(null=True))],
        [migrations.AddField("case", "loud", models.BooleanField(db_default=False))],
        [NEW, migrations.AddField("bell", "loud", models.BooleanField(default=False))],
        [migrations.SeparateDatabaseAndState([], [migrations.DeleteModel("Case")])],
    ],
)
def test_what_it_can_work_beside_is_let_through(operations):
    assert list(in_the_way(operations)) == []
