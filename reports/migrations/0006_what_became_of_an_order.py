"""What a reporter may know of an order that was taken back, or of a case that was handed over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_unguessable_ids")]

    operations = [
        migrations.AlterField(
            model_name="reportitem",
            name="progress",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting to be looked at"),
                    ("looked_at", "being looked at"),
                    ("ordered", "the platform has been told to act"),
                    ("removed", "gone: we have checked"),
                    ("not_removed", "closed without removal"),
                    ("referred", "handed to another unit"),
                    ("withdrawn", "ordered, and the order withdrawn"),
                    ("released", "ordered, and the platform\x27s reasons accepted"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
    ]
