"""The table in which Django keeps what it counts at the sign-in (`settings.CACHES`)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("moderation_portal", "0009_standstills")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE moderation_portal_kept (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX moderation_portal_kept_expires ON moderation_portal_kept (expires);
            """,
            "DROP TABLE moderation_portal_kept",
        )
    ]
