from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_contact_point_in_use"),
    ]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="requested_remedy",
            field=models.CharField(
                blank=True,
                choices=[
                    ("item", "the post, picture or message alone"),
                    ("account", "the whole account"),
                ],
                max_length=20,
            ),
        ),
    ]
