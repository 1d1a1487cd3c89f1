"""All settings, in one file, from the environment. `docs/production.md` lists every variable.

The defaults are those of production; `script/demo` and the tests set what they need.
"""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

env = environ.Env()
ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env("INTERAZIONI_DATA_DIR", default=str(ROOT / "var")))

# --- what this installation is -------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("INTERAZIONI_DEMO", default=False)  # a banner, a cast, no second factor
SECRET_KEY = env("SECRET_KEY", default="")  # an empty key makes Django refuse to serve
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
OPEN_DATA_LICENCE = env(
    "OPEN_DATA_LICENCE", default="https://creativecommons.org/licenses/by/4.0/"
)  # of what /api/ gives
HTTPS = env.bool("HTTPS", default=BASE_URL.startswith("https://"))
CLOCK_OFFSET_SECONDS = env.float("INTERAZIONI_CLOCK_OFFSET_SECONDS", default=0.0)  # the demo lives in 2020

# --- the rooms, from the top floor down: the same order as the import contracts ----------------------------------------
ROOMS = [
    "interazioni.front.demo",
    "interazioni.front.portal",
    "interazioni.front.desk",
    "interazioni.front.api",
    "interazioni.monitoring",
    "interazioni.actions.mediation",
    "interazioni.actions.activities",
    "interazioni.actions.content",
    "interazioni.actions.directory",
    "interazioni.plan.ledger",
    "interazioni.plan.people",
    "interazioni.plan.associations",
    "interazioni.plan.programme",
    "interazioni.plan.partners",
    "interazioni.foundation.accounts",
    "interazioni.foundation.imports",
    "interazioni.foundation.search",
    "interazioni.foundation.translation",
    "interazioni.foundation.freshness",
    "interazioni.foundation.privacy",
    "interazioni.foundation.outbox",
    "interazioni.foundation.files",
    "interazioni.foundation.audit",
    "interazioni.foundation.ui",
    "interazioni.foundation.access",
    "interazioni.foundation.core",
]
# A room appears here when something lives in it; until every room of this list is built, skip the missing ones.
ROOMS = [room for room in ROOMS if (ROOT / (room.replace(".", "/") + "/apps.py")).exists()]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",  # the page of passkeys asks for it
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "csp",
    "procrastinate.contrib.django",
    # of the editors alone, behind /cms/ (actions/content)
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",  # its admin names their addresses on every page; they are shut (actions/content/views/cms.py)
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages for cheap phones; it pads at random against BREACH
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "interazioni.foundation.ui.locale.ReadersLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last: it runs the view inside the request's one transaction, with the actor's database context.
    "interazioni.foundation.access.middleware.ActorMiddleware",
]
ROOT_URLCONF = "interazioni.config.urls"
WSGI_APPLICATION = "interazioni.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "interazioni.foundation.ui.context.layout",
                "interazioni.foundation.accounts.context.login_pages",
            ],
        },
    }
]
FORM_RENDERER = "interazioni.foundation.ui.forms.Renderer"
DJANGO_TABLES2_TEMPLATE = "ui/table.html"

# --- the database: the application's role owns nothing and cannot bypass row-level security ---------------------------
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgresql://interazioni_app@127.0.0.1/interazioni"),
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=8)}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
# Migrations, backups and the plan's upkeep run as the owner; the web and worker processes do not have this variable.
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="")
DATABASE_APP_ROLE = env("DATABASE_APP_ROLE", default=DATABASES["default"].get("USER") or "interazioni_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people who log in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "interazioni.actions.content.editors.EditorsBackend",  # lets nobody in; tells Wagtail who may do what
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account begins with an invitation that went to the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # the reset page writes to nobody whom we do not know
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password, a new second factor: its owner hears of it
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "interazioni.foundation.accounts.adapter.InvitationOnlyAdapter"
MFA_ADAPTER = "interazioni.foundation.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or not HTTPS
MFA_TOTP_ISSUER = "InterAzioni"
# People whose role sees personal data must have a second factor. The demo goes without, and its banner says so.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)

# --- secrets in rows ---------------------------------------------------------------------------------------------------
# "id:base64 of 32 bytes", the first is used to write, all to read. The index key makes the keyed hashes for look-ups.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
FIELD_INDEX_KEY = env("FIELD_INDEX_KEY", default="")

# --- language and time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "it"
LANGUAGES = [("it", _("Italian")), ("en", _("English"))]  # of the desk
# Of the public face, in the order of its menu; the first is the one things are written in (BCP-47, small letters).
PORTAL_LANGUAGES = ["it", "en", "fr", "es", "ar", "zh-hans", "uk", "sq", "ro", "ru", "ur", "bn", "pa", "pt", "ti"]
LOCALE_PATHS = [ROOT / "interazioni" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Rome"
FORMAT_MODULE_PATH = ["interazioni.config.formats"]

# --- translation: machines that draft, each optional (foundation/translation/machine) -----------------------------------
LIBRETRANSLATE_URL = env("LIBRETRANSLATE_URL", default="")
LIBRETRANSLATE_KEY = env("LIBRETRANSLATE_KEY", default="")
DEEPL_KEY = env("DEEPL_KEY", default="")
DEEPL_URL = env("DEEPL_URL", default="")  # empty: api.deepl.com, or api-free.deepl.com for a key of the free plan
ETRANSLATION_URL = env("ETRANSLATION_URL", default="https://language-tools.ec.europa.eu/etranslation/api")
ETRANSLATION_APP = env("ETRANSLATION_APP", default="")
ETRANSLATION_PASSWORD = env("ETRANSLATION_PASSWORD", default="")
READS_WRITTEN_SECONDS = env.float("READS_WRITTEN_SECONDS", default=60)  # 0: counted, and written by nobody

# --- files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {
        "BACKEND": env("STATICFILES_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a register of 200 people posts five fields each

# --- mail: everything goes through the outbox, in the act's own transaction -----------------------------------------------
EMAIL_BACKEND = "interazioni.foundation.outbox.mail.OutboxBackend"
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")  # without it no notifications are offered
VAPID_SUBJECT = env("VAPID_SUBJECT", default="mailto:postmaster@interazioni.example")
PUSH_LOCAL = False  # tests have their push service on the loopback
SMTP_URL = env("SMTP_URL", default="smtp://127.0.0.1:25")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="InterAzioni <noreply@interazioni.invalid>")

# --- Wagtail, for the editors of contents ------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "InterAzioni"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "/account/login/"
WAGTAIL_ENABLE_UPDATE_CHECK = False  # nothing of ours asks others anything
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False  # translation is ours (ADR 0014)
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("it", "Italiano"), ("en", "English")]
WAGTAILSEARCH_BACKENDS: dict[str, object] = {}  # the search is ours

# --- shared between the processes of one machine: rate limits of the login, drawn charts ---------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# --- event streams (config/asgi.py): under the web's own origin, or on a port of their own beside it (the demo) ------------
EVENTS_URL = env(
    "EVENTS_URL", default="/events/"
)  # where browsers find them; empty: pages ask every half minute instead
EVENTS_PORT = env.int("EVENTS_PORT", default=0)  # another port of the same host: goes before EVENTS_URL
EVENTS_STREAM_SECONDS = env.float("EVENTS_STREAM_SECONDS", default=300)  # then the reader is looked at anew

# --- security ----------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
# The login's rate limits count by the reader's address, which a proxy hands on.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = (
    "django.contrib.sessions.backends.cached_db"  # written to both, read from the cache: one query less a page
)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "interazioni.foundation.ui.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
_scheme = "https" if HTTPS else "http"
EVENTS_ORIGINS = (
    [f"{_scheme}://{host}:{EVENTS_PORT}" for host in ALLOWED_HOSTS if host[:1] not in "*.["]
    if EVENTS_PORT
    else ["/".join(EVENTS_URL.split("/")[:3])] if "://" in EVENTS_URL else []
)  # fmt: skip
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *EVENTS_ORIGINS],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- logs: no personal data, ever; the request's path holds only opaque ids -----------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {"procrastinate": {"level": env("LOG_LEVEL_QUEUE", default="WARNING")}},  # it says much each minute
}
SILENCED_SYSTEM_CHECKS: list[str] = []
