from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_sealed_series")]

    operations = [
        migrations.RemoveField("case", "version"),
        migrations.AlterField(
            "decision",
            "kind",
            models.CharField(
                choices=[("uphold", "uphold"), ("dismiss", "dismiss"), ("refer", "refer")],
                max_length=10,
            ),
        ),
    ]
