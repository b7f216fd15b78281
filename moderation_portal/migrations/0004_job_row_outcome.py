from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation_portal", "0003_accounts")]

    operations = [
        migrations.AlterField(
            model_name="jobrow",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("skipped", "skipped"),
                    ("refused", "refused"),
                    ("needs_info", "more information needed"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrow",
            constraint=models.CheckConstraint(
                condition=models.Q(outcome__in=["skipped", "refused", "needs_info"]),
                name="job_row_outcome_known",
            ),
        ),
    ]
