"""Notices are listed by their time: the ids of the sealed ones follow no order."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_second_persons_and_languages")]

    operations = [
        migrations.AlterModelOptions("notice", {"ordering": ["-drafted_at", "-id"]}),
        migrations.RemoveIndex("notice", "notice_to_sign"),
        migrations.AddIndex(
            "notice", models.Index(fields=["drafted_at", "id"], name="notice_newest")
        ),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["drafted_at", "id"], condition=Q(state="drafted"), name="notice_to_sign"
            ),
        ),
    ]
