"""One file of settings, read strictly from the environment; `checks.py` refuses unsafe ones.

`./portal` sets all of it for a demo; a deployment sets it itself.
"""

from datetime import timedelta
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from . import chromium, imap_address
from .hosts import why_no_demo

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

MODE = env.str("PORTAL_MODE", default="production")
if MODE not in {"demo", "test", "production"}:
    raise environ.ImproperlyConfigured("PORTAL_MODE must be demo, test or production")
IS_DEMO = MODE == "demo"
DEBUG = env.bool("DEBUG", default=False)

SECRET_KEY = env.str("SECRET_KEY")
VAULT_KEYS = env.list("VAULT_KEY")
SEAL_KEY = env.str("SEAL_KEY")
BASE_URL = env.str("BASE_URL").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if IS_DEMO and not env.bool("DEMO_ON_PUBLIC_ADDRESS", default=False):
    WHY_NOT = why_no_demo(BASE_URL, ALLOWED_HOSTS)
    if WHY_NOT:
        raise environ.ImproperlyConfigured(WHY_NOT)
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []
CLOCK_SHIFT = timedelta(seconds=env.int("CLOCK_SHIFT", default=0))
POLICY_PACK = env.str("POLICY_PACK", default="indonesia")
MAIL_PAGE_URL = env.str("MAIL_PAGE_URL", default="")
# Whose portal this is: a production says it itself (`checks.py`), for nobody else may speak so.
EXAMPLES = {
    "IDENTITY_NAME": "Kementerian Komunikasi dan Digital",
    "IDENTITY_SHORT": "Komdigi",
    "MAIL_FROM": "takedown@komdigi.example",
}
WHOSE = {
    name: env.str(name, default="" if MODE == "production" else example)
    for name, example in EXAMPLES.items()
}
IDENTITY = {"name": WHOSE["IDENTITY_NAME"], "short": WHOSE["IDENTITY_SHORT"]}
# The arms on letters: the path of an SVG, or "" for none.
LETTERHEAD_ARMS = env.str("LETTERHEAD_ARMS", default=str(BASE_DIR / "static" / "favicon.svg"))
# Who signs letters electronically (`letters.signing`): pkcs12, none, or the path of a function. A
# production says it itself.
LETTER_SIGNER = env.str("LETTER_SIGNER", default={"demo": "demo", "test": "none"}.get(MODE, ""))
LETTER_SIGNER_FILE = env.str("LETTER_SIGNER_FILE", default="")
LETTER_SIGNER_PASSPHRASE = env.str("LETTER_SIGNER_PASSPHRASE", default="")

INSTALLED_APPS = [
    "moderation_portal",
    "platforms",
    "reports",
    "cases",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Adds bytes at random to what it compresses, so that no length tells a secret (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "moderation_portal.middleware.ReadersLanguage",
    "moderation_portal.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "moderation_portal.middleware.SayNo",
]

# What may be opened without signing in (besides the kernel's own, `middleware`), and where a
# stranger begins.
PUBLIC_NAMESPACES = frozenset({"reports_public", "answer_link", "letter_check", "appeal_public"})
PUBLIC_START = "reports_public:start"
ROOT_URLCONF = "moderation_portal.urls"
WSGI_APPLICATION = "moderation_portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "moderation_portal.context.identity",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL")}
POSTGRES_KIND = env.str("PORTAL_POSTGRES_KIND", default="given")
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Solid state and memory: reading by index costs what is read. At the server's default for spinning
# disks a statement over a thousand keys scans the whole table instead.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c random_page_cost=1.1")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# How often somebody tried to sign in. Redis carries wake-ups alone: without it pages still answer.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "moderation_portal_kept",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DATABASE_ROUTERS = ["moderation_portal.cache_table.MadeByMigration"]
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
# What a worker that ended had in hand is taken up by another after so long; a trial may be quicker.
LEASE = timedelta(seconds=120 if MODE == "production" else env.int("LEASE_SECONDS", default=120))

AUTH_USER_MODEL = "moderation_portal.User"
AUTHENTICATION_BACKENDS = ["moderation_portal.accounts.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "moderation_portal.accounts.ClosedAdapter"
ACCOUNT_FORMS = {
    "login": "moderation_portal.account_forms.SignInForm",
    "change_password": "moderation_portal.account_forms.ChangePasswordForm",
    "reset_password": "moderation_portal.account_forms.AskForPasswordForm",
    "reset_password_from_key": "moderation_portal.account_forms.ChoosePasswordForm",
    "reauthenticate": "moderation_portal.account_forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "moderation_portal.accounts.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_ADAPTER = "moderation_portal.accounts.VaultedFactors"
MFA_FORMS = {
    "authenticate": "moderation_portal.account_forms.CodeForm",
    "reauthenticate": "moderation_portal.account_forms.CodeAgainForm",
    "activate_totp": "moderation_portal.account_forms.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = IDENTITY["short"]
MFA_TOTP_TOLERANCE = 1
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=BASE_URL.startswith("https://"))
SECURE_HSTS_SECONDS = env.int(
    "SECURE_HSTS_SECONDS", default=31536000 if SESSION_COOKIE_SECURE else 0
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
# "no-referrer" would make browsers post forms with a null origin, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "moderation_portal.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Jakarta")
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".portal" / "static"))
WHITENOISE_USE_FINDERS = env.bool("WHITENOISE_USE_FINDERS", default=MODE != "production")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "moderation_portal.static_store.StaticStore"
        if MODE == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(BASE_DIR / ".portal" / "evidence"))
SEAL_SHIP_DIR = env.str("SEAL_SHIP_DIR", default=str(Path(MEDIA_ROOT) / "seals"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_HANDLERS = ["moderation_portal.uploads.BoundedUploadHandler"]
# The header in which the proxy in front names the visitor, last of all that stands there; empty:
# nobody stands in front.
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER", default="")
PROBE_ALLOW_HOSTS = env.list("PROBE_ALLOW_HOSTS", default=[])
# Where the probe looks in place of every platform: a demo's accounts are invented.
PROBE_SIMULATOR = env.str("PROBE_SIMULATOR", default="")
if PROBE_SIMULATOR and MODE == "production":
    raise environ.ImproperlyConfigured("PROBE_SIMULATOR is for demos and tests only.")
# So many seconds lie between two looks at one host, whichever worker takes them.
PROBE_GAP_SECONDS = env.int("PROBE_GAP_SECONDS", default=2)
# Where the machine stands from which the probe looks; it stands in the proof of every look.
PROBE_VANTAGE = env.str("PROBE_VANTAGE", default="")
# Draws what a look has fetched (`platforms.drawing`); "": no pictures. Tests name it themselves.
CHROMIUM = "" if MODE == "test" else chromium.find(env.str("PORTAL_CHROMIUM", default=""))
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
IMPORT_MAX_BYTES = 200 * 1024 * 1024

vars().update(env.email("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://127.0.0.1:25"))
EMAIL_TIMEOUT = 20
# To one mailbox, whoever it belongs to: the large mail providers take so many and refuse the rest.
LETTERS_A_MINUTE = env.int("LETTERS_A_MINUTE", default=60)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = WHOSE["MAIL_FROM"]
# The mailbox in which answers come in; empty: none is looked into.
try:
    IMAP_MAILBOX = imap_address.read(env.str("IMAP_URL", default=""))
except ValueError as error:
    raise environ.ImproperlyConfigured(str(error)) from error
# By what name our own mail server signs what it found out about a sender; empty: it is not heard.
MAIL_AUTHSERV_ID = env.str("MAIL_AUTHSERV_ID", default="")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "moderation_portal.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["moderation_portal.tokens.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["moderation_portal.bodies.Json"],
    "EXCEPTION_HANDLER": "moderation_portal.refusals.say_no",
    "UNAUTHENTICATED_USER": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_secrets": {"()": "moderation_portal.logs.NoSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # It tells of each of its detectors for each message.
    "loggers": {"flufl.bounce": {"level": "ERROR"}},
}
