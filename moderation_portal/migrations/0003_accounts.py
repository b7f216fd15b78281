"""Accounts change by two persons, and the keys of second factors are kept encrypted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from moderation_portal import vault

# What allauth keeps as text: the key of an authenticator app, the seed of recovery codes.
SECRETS = ("secret", "seed")


def encrypt(apps, schema_editor):
    for factor in apps.get_model("mfa", "Authenticator").objects.iterator():
        hidden = {k: vault.encrypt(factor.data[k]).decode() for k in SECRETS if k in factor.data}
        factor.data = {**factor.data, **hidden}
        factor.save(update_fields=["data"])


def decrypt(apps, schema_editor):
    for factor in apps.get_model("mfa", "Authenticator").objects.iterator():
        shown = {k: vault.decrypt(factor.data[k].encode()) for k in SECRETS if k in factor.data}
        factor.data = {**factor.data, **shown}
        factor.save(update_fields=["data"])


def user(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("moderation_portal", "0002_record"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("facts", models.JSONField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", user(null=True, related_name="+")),
                ("person", user(related_name="account_changes")),
                ("proposed_by", user(related_name="+")),
            ],
            options={
                "verbose_name": "account change",
                "verbose_name_plural": "account changes",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["person"],
                        condition=models.Q(state="waiting"),
                        name="one_waiting_change_per_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(state="waiting", decided_by=None, decided_at=None)
                        | ~models.Q(state="waiting")
                        & models.Q(decided_by__isnull=False, decided_at__isnull=False),
                        name="account_change_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(state="approved")
                        | ~models.Q(decided_by=models.F("proposed_by"))
                        & ~models.Q(decided_by=models.F("person")),
                        name="account_change_approved_by_a_second_person",
                    ),
                ],
            },
        ),
        migrations.RunPython(encrypt, decrypt),
    ]
