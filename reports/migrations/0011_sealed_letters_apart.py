from django.db import migrations, models

# What was handed in has reports, and they know whether they are sealed.
AS_ITS_REPORTS = """
UPDATE reports_formalrequest SET handling = 'sealed' WHERE id IN (
    SELECT formal_request_id FROM reports_report WHERE handling = 'sealed'
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0010_petition_words"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="formalrequest",
            name="one_submitted_request_per_letter",
        ),
        migrations.AddField(
            model_name="formalrequest",
            name="handling",
            field=models.CharField(
                choices=[("ordinary", "ordinary"), ("sealed", "sealed")],
                default="ordinary",
                max_length=10,
            ),
        ),
        migrations.RunSQL(AS_ITS_REPORTS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="formalrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "submitted")),
                fields=("agency", "letter_number", "letter_date", "handling"),
                name="one_submitted_request_per_letter",
            ),
        ),
    ]
