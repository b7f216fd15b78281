"""Rows of either handling class have ids in no order, and lists of sealed rows go by time."""

from django.db import migrations, models

import moderation_portal.series


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_kept_versions"), ("moderation_portal", "0005_series")]

    operations = [
        migrations.AlterModelOptions("question", {"ordering": ["asked_at", "id"]}),
        migrations.AlterModelOptions("report", {"ordering": ["-received_at", "-id"]}),
        *(
            migrations.AlterField(
                name,
                "id",
                moderation_portal.series.ScatteredId(primary_key=True, serialize=False),
            )
            for name in ("evidence", "formalrequest", "question")
        ),
        migrations.RemoveIndex("report", "report_of_reporter"),
        migrations.RemoveIndex("report", "report_to_verify"),
        migrations.AddIndex(
            "report",
            models.Index(fields=["reporter", "-received_at", "-id"], name="report_of_reporter"),
        ),
        migrations.AddIndex(
            "report",
            models.Index(
                fields=["received_at", "id"],
                condition=models.Q(("needs_verifier", True)),
                name="report_to_verify",
            ),
        ),
    ]
