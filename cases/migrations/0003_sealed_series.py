"""Series of their own for what is sealed, and how long a sealed case holds back the ordinary order.

Rows that are there already keep their ids; from now on none is added to the other's series.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = "'cases_case', 'cases_target', 'cases_notice', 'cases_noticeitem'"
# What somebody has taken up already is held, what waits is held within the policy's bound.
HOLD = """
UPDATE cases_case SET withholding = CASE state WHEN 'new' THEN 'bounded' ELSE 'held' END
WHERE handling = 'sealed'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_initial"),
        ("moderation_portal", "0005_series"),
        ("platforms", "0001_initial"),
        ("reports", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "left_out",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("choice", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=300)),
                ("markdown", models.TextField()),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("pdf", models.CharField(max_length=200)),
                ("pdf_sha256", models.CharField(max_length=64)),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="withholding",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "nothing to hold back"),
                    ("bounded", "held back until somebody takes the case"),
                    ("held", "held back by an officer"),
                    ("lapsed", "goes on: nobody took the case in time"),
                    ("let_go", "goes on: an officer let it go"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="is_quiet",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="notice",
            name="given",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="notice",
            name="reply_key",
            field=models.CharField(max_length=16, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="template",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("withholding", "bounded"), models.Q(("state", "closed"), _negated=True)
                ),
                fields=["opened_at"],
                name="case_withholding_bounded",
            ),
        ),
        migrations.AddField(
            model_name="noticecopy",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="cases.notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticecopy",
            constraint=models.UniqueConstraint(
                fields=("notice", "choice"), name="one_copy_per_choice"
            ),
        ),
        migrations.RunSQL(
            f"CALL give_sealed_series({TABLES})", f"CALL take_sealed_series({TABLES})"
        ),
        migrations.RunSQL(HOLD, migrations.RunSQL.noop),
    ]
