import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def by_signs(column):
    return django.contrib.postgres.indexes.OpClass(
        django.db.models.functions.text.Upper(
            models.Func(
                column,
                models.Value("[^A-Za-z0-9]"),
                models.Value(""),
                models.Value("g"),
                function="regexp_replace",
                output_field=models.TextField(),
            )
        ),
        name="text_pattern_ops",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0015_hash_of_the_original"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="formalrequest",
            index=models.Index(by_signs("letter_number"), name="request_by_letter"),
        ),
        migrations.AddIndex(
            model_name="formalrequest",
            index=models.Index(by_signs("case_number"), name="request_by_case_number"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.SearchVector("reason", config="indonesian"),
                    "||",
                    django.contrib.postgres.search.SearchVector("reason", config="english"),
                    django.contrib.postgres.search.SearchConfig("indonesian"),
                ),
                name="report_words",
            ),
        ),
    ]
