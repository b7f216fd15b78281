"""One table for whatever takes two persons: accounts, keys, and what the rooms register."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROWS = "UPDATE moderation_portal_change SET row = person_id"
OLD = ("one_waiting_change_per_account", "account_change_decided_by_somebody",
       "account_change_approved_by_a_second_person")  # fmt: skip
DECIDED = models.Q(state="waiting", decided_by=None, decided_at=None) | ~models.Q(
    state="waiting"
) & models.Q(decided_by__isnull=False, decided_at__isnull=False)
SECOND_PERSON = ~models.Q(state="approved") | ~models.Q(decided_by=models.F("proposed_by")) & (
    models.Q(person=None) | ~models.Q(decided_by=models.F("person"))
)


class Migration(migrations.Migration):
    dependencies = [("moderation_portal", "0005_series")]

    operations = [
        migrations.RenameModel("AccountChange", "Change"),
        *[migrations.RemoveConstraint("change", name) for name in OLD],
        migrations.AlterModelOptions(
            "change",
            {
                "ordering": ["-pk"],
                "verbose_name": "change",
                "verbose_name_plural": "changes by two persons",
            },
        ),
        migrations.AlterModelOptions(
            "apitoken", {"verbose_name": "machine key", "verbose_name_plural": "machine keys"}
        ),
        migrations.AddField(
            "change",
            "kind",
            models.CharField(max_length=20, default="account"),
            preserve_default=False,
        ),
        migrations.AddField("change", "row", models.BigIntegerField(null=True)),
        migrations.AddField("change", "before", models.JSONField(default=dict)),
        migrations.RunSQL([ROWS, "SET CONSTRAINTS ALL IMMEDIATE"], migrations.RunSQL.noop),
        migrations.AlterField("change", "row", models.BigIntegerField()),
        migrations.AlterField(
            "change",
            "person",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "change",
            models.UniqueConstraint(
                fields=["kind", "row"],
                condition=models.Q(state="waiting"),
                name="one_waiting_change_per_row",
            ),
        ),
        migrations.AddConstraint(
            "change",
            models.CheckConstraint(condition=DECIDED, name="change_decided_by_somebody"),
        ),
        migrations.AddConstraint(
            "change",
            models.CheckConstraint(
                condition=SECOND_PERSON, name="change_approved_by_a_second_person"
            ),
        ),
        migrations.AddField(
            "apitoken", "is_active", models.BooleanField(default=True, verbose_name="in use")
        ),
        migrations.AlterField(
            "user",
            "language",
            models.CharField(
                choices=[("id", "Indonesian"), ("en", "English")],
                default="id",
                max_length=5,
                verbose_name="language",
            ),
        ),
        migrations.AlterField(
            "apitoken",
            "user",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to=settings.AUTH_USER_MODEL,
                verbose_name="machine",
            ),
        ),
        migrations.AlterField(
            "apitoken", "label", models.CharField(max_length=80, verbose_name="label")
        ),
        migrations.AlterField(
            "apitoken",
            "scopes",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                size=None,
                verbose_name="what it opens",
            ),
        ),
        migrations.AlterField(
            "apitoken", "created_at", models.DateTimeField(verbose_name="made at")
        ),
        migrations.AlterField(
            "apitoken",
            "expires_at",
            models.DateTimeField(blank=True, null=True, verbose_name="ends at"),
        ),
        migrations.AlterField(
            "apitoken",
            "revoked_at",
            models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
        ),
    ]
