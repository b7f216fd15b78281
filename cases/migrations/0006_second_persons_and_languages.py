"""Two persons for the correction of an order, the language of reasons, answers to a restoration."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_a_case_knows_when_its_clock_was_met"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="language",
            field=models.CharField(blank=True, max_length=5, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notice",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by__isnull", True),
                    ("state__in", ["drafted", "discarded"]),
                    ("approved_by__isnull", False),
                    _connector="OR",
                ),
                name="correction_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="correction_approved_by_another",
            ),
        ),
        migrations.AlterField(
            model_name="answer",
            name="code",
            field=models.CharField(
                choices=[
                    ("removed", "removed"),
                    ("restricted", "blocked in this country"),
                    ("already_gone", "was already gone"),
                    ("refused", "we disagree"),
                    ("not_found", "not found"),
                    ("needs_info", "we need more information"),
                    ("needs_time", "we need more time"),
                    ("restored", "restored"),
                    ("not_restored", "cannot be restored"),
                ],
                max_length=20,
            ),
        ),
    ]
