"""Ids of their own for sealed reports. Rows that are there already keep theirs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_question"), ("moderation_portal", "0005_series")]

    operations = [
        migrations.RunSQL(
            "CALL give_sealed_series('reports_report', 'reports_reportitem')",
            "CALL take_sealed_series('reports_report', 'reports_reportitem')",
        )
    ]
