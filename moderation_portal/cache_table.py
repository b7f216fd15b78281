"""The table of the cache is made by a migration, like every other."""


class MadeByMigration:
    """Keeps `createcachetable`, which Django calls for every test database, from making it."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool | None:
        """No opinion on anything but the cache, of which Django speaks as of an app."""
        return False if app_label == "django_cache" else None
