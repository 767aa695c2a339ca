"""One settings file: everything from the environment, and a wrong value ends the start with the variable's name.

`make run` sets what is missing to the embedded parts (gptimage/run.py); `.env.example` lists every variable.
"""

from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from gptimage.logs import Json, Plain, not_told_already, without_insides
from gptimage.variables import (
    CURRENCIES,
    address,
    at_least,
    domains,
    env,
    flag,
    hosts,
    mailbox,
    needed,
    networks,
    one_of,
    origins,
    rate,
    teller,
)

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = needed("SECRET_KEY", "50 random characters, the same for all processes")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY is too short: use 50 random characters.")
DEBUG = flag("DEBUG")
ALLOWED_HOSTS = hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = origins("CSRF_TRUSTED_ORIGINS")
LOCAL_DIR = Path(env.str("LOCAL_DIR", default=str(BASE_DIR / ".local")))
# Embedded database and mail: opens the outbox page and the demo account, to loopback only (accounts/doors.py).
EMBEDDED = flag("EMBEDDED")
BEHIND_TLS = flag("BEHIND_TLS")
# With none, BEHIND_TLS speaks of one proxy, at whatever address: a container sees its engine's, which nobody knows
# beforehand, and believing none would give all the world one address's limits (accounts/addresses.py).
TRUSTED_PROXIES = networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets, found by TemplatesSetting
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "accounts",
    "credits",
    "studio",
]
MIDDLEWARE = [
    "gptimage.request_ids.middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "accounts.local_time.middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gptimage.content_policy.ContentPolicy",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "gptimage.urls"
WSGI_APPLICATION = "gptimage.wsgi.application"
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
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "accounts.context.doors",
                "credits.context.wallet",
                "studio.context.bar",
            ],
        },
    }
]

# --- data -------------------------------------------------------------------------------------------------------------
_database = needed("DATABASE_URL", "postgres://user:password@host:5432/name")
if not _database.startswith(
    ("postgres://", "postgresql://")
):  # environ would print what it can't read, password and all
    raise ImproperlyConfigured(
        "DATABASE_URL has to name a PostgreSQL database: postgres://user:password@host:5432/name"
    )
try:
    DATABASES = {"default": env.db("DATABASE_URL")}
except (ValueError, KeyError, ImproperlyConfigured):
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read: postgres://user:password@host:5432/name (write a / in a password as %2F)"
    ) from None
DATABASE_POOL = at_least("DATABASE_POOL", 16, 2)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # the pool asks a connection whether it outlived a restart
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),  # what the address says after its ?, such as sslmode
    "pool": {"min_size": 1, "max_size": DATABASE_POOL, "timeout": at_least("DATABASE_WAIT_S", 30, 1)},
    # A server that is gone without a word is given up after 20 s, and not after a quarter of an hour.
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = needed("REDIS_URL", "redis://:password@host:6379/0")
if not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL has to begin with redis://, rediss:// or unix://.")
CACHES = {
    "default": {
        "BACKEND": "gptimage.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "gptimage.cache.name",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # a page asks it several times
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

S3_ENDPOINT_URL = address("S3_ENDPOINT_URL", "") or None
S3_PUBLIC_URL = address("S3_PUBLIC_URL", "") or S3_ENDPOINT_URL or ""
S3_BUCKET = needed("S3_BUCKET", "the bucket that keeps the pictures, beside S3_ENDPOINT_URL or at Amazon")
if "." in S3_BUCKET and not S3_ENDPOINT_URL:
    raise ImproperlyConfigured("S3_BUCKET has a dot: at Amazon no certificate holds for its address. Choose another.")
if BEHIND_TLS and S3_PUBLIC_URL.startswith("http://"):
    raise ImproperlyConfigured(
        f"S3_PUBLIC_URL is {S3_PUBLIC_URL}: beside BEHIND_TLS=1 browsers need an https:// address for pictures too."
    )
S3_REGION = env.str("S3_REGION", default="us-east-1")
_s3 = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": S3_ENDPOINT_URL,
    "region_name": S3_REGION,
    "access_key": env.str("AWS_ACCESS_KEY_ID", default="") or None,
    "secret_key": env.str("AWS_SECRET_ACCESS_KEY", default="") or None,
    "default_acl": None,
    "querystring_auth": True,
    "transfer_config": TransferConfig(use_threads=False),  # pictures are small; the worker has threads of its own
    "client_config": Config(
        signature_version="s3v4",
        # At Amazon the region's own names: those that the content policy below lets browsers fetch from.
        s3={"addressing_style": "path" if S3_ENDPOINT_URL else "virtual", "us_east_1_regional_endpoint": "regional"},
        connect_timeout=3,
        read_timeout=20,
        max_pool_connections=32,  # one client serves all threads of the desk
        retries={"total_max_attempts": 2},
    ),
    "file_overwrite": True,  # keys are unguessable and written once; asking first would cost a request each
}
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3},
    "staticfiles": {"BACKEND": "gptimage.statics.StaticFiles"},
}
SIGNED_URL_S = at_least("SIGNED_URL_S", 3600, 60, most=604_800)  # a week: S3 signs for no longer

# --- the image model --------------------------------------------------------------------------------------------------
OPENAI_API_KEY = needed("OPENAI_API_KEY", "a key of the image model's server")
OPENAI_BASE_URL = address("OPENAI_BASE_URL", "https://api.openai.com/v1")
SANDBOX = flag("SANDBOX")  # the model is our own sandbox: seeds are sent, a banner is shown
MODERATION = flag("MODERATION", default=True)
IMAGE_TIMEOUT_S = at_least("IMAGE_TIMEOUT_S", 400, 5)  # the slowest calls take 300 s (OpenAI notes, section 6)
MAX_SIDE_PX = at_least("MAX_SIDE_PX", 3840, 1536)
MAX_PIXELS = at_least("MAX_PIXELS", 8_294_400, 1_048_576)
IN_FLIGHT_PER_USER = at_least("IN_FLIGHT_PER_USER", 4, 1)
LEASE_S = at_least("LEASE_S", 60, 2)
QUEUE_DEADLINE_S = at_least("QUEUE_DEADLINE_S", 3600, 60)
SPOOL_DIR = LOCAL_DIR / "spool"
MODEL_DOWN_AFTER = at_least("MODEL_DOWN_AFTER", 5, 1)  # failures in a row (studio/breaker.py)
MODEL_PAUSE_S = at_least("MODEL_PAUSE_S", 30, 1)
MODEL_PAUSE_MOST_S = at_least("MODEL_PAUSE_MOST_S", 600, 1)
REFUSED_REFUNDS_A_DAY = at_least("REFUSED_REFUNDS_A_DAY", 20, 1)  # of one user (studio/pauses.py)

# --- credits ----------------------------------------------------------------------------------------------------------
WELCOME_CREDITS = at_least("WELCOME_CREDITS", 40, 0)
WELCOME_ONCE_PER_MAILBOX = flag("WELCOME_ONCE_PER_MAILBOX", default=True)
WELCOME_BLOCKED_DOMAINS = domains("WELCOME_BLOCKED_DOMAINS")
WELCOME_PER_NETWORK = at_least("WELCOME_PER_NETWORK", 5, 0)
CREDIT_VALUE_MICROUSD = at_least("CREDIT_VALUE_MICROUSD", 30_000, 1)  # the least that one credit is sold for

# --- money ------------------------------------------------------------------------------------------------------------
SHOP_CURRENCY = one_of("SHOP_CURRENCY", "usd", CURRENCIES)
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
if bool(STRIPE_SECRET_KEY) != bool(STRIPE_WEBHOOK_SECRET):
    raise ImproperlyConfigured("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are set together, or neither is.")
STRIPE_API_BASE = address("STRIPE_API_BASE", "")  # where `manage.py sandbox_stripe` answers in Stripe's place
STRIPE_TIMEOUT_S = at_least("STRIPE_TIMEOUT_S", 20, 1)
STRIPE_TAX = flag("STRIPE_TAX")
STRIPE_PROMOTION_CODES = flag("STRIPE_PROMOTION_CODES")
STRIPE_LOCAL_CURRENCY = flag("STRIPE_LOCAL_CURRENCY")

# --- accounts ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupTerms"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
_CODE = {"numeric": True, "length": 6, "dashed": False}  # easily typed on a phone; tries and time are limited
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT = _CODE
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {"login": "accounts.forms.PasswordLogin"}
RATE_SIGN_UPS = at_least("RATE_SIGN_UPS", 20, 1)
RATE_SIGN_INS = at_least("RATE_SIGN_INS", 30, 1)
RATE_CODES = at_least("RATE_CODES", 20, 1)
ACCOUNT_RATE_LIMITS = {  # allauth counts these, and others by numbers of its own
    "signup": f"{RATE_SIGN_UPS}/m/ip",
    "login": f"{RATE_SIGN_INS}/m/ip",
    "request_login_code": f"{RATE_CODES}/m/ip,3/m/key,{RATE_CODES}/h/key",  # nobody's mailbox is filled by others
    "confirm_email": f"1/10s/key,{RATE_CODES}/h/key",
}
RATES = {  # a minute: of one user, of one address (accounts/rates.py)
    "runs": rate("RATE_RUNS", "60/600"),
    "quotes": rate("RATE_QUOTES", "300/3000"),
    "frames": rate("RATE_FRAMES", "1200/12000"),
    "previews": rate("RATE_PREVIEWS", "600/6000"),
    "uploads": rate("RATE_UPLOADS", "120/1200"),
    "downloads": rate("RATE_DOWNLOADS", "120/1200"),
    "streams": rate("RATE_STREAMS", "60/600"),
}
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "GPT Image 2"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED  # passkeys on http://localhost
ADMIN_REQUIRE_MFA = flag("ADMIN_REQUIRE_MFA")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "studio:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

OUTBOX_DIR = LOCAL_DIR / "outbox"
try:
    vars().update(env.email_url("EMAIL_URL", default="filemail://"))
except (ValueError, KeyError, ImproperlyConfigured):
    raise ImproperlyConfigured("EMAIL_URL cannot be read: smtp+tls://user:password@host:587") from None
EMAIL_FILE_PATH = str(OUTBOX_DIR)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = mailbox("DEFAULT_FROM_EMAIL", "GPT Image 2 <studio@localhost>")

# --- Celery -----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "studio.tasks.generate": {"queue": "generate"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 1}
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "recover": {"task": "studio.tasks.recover", "schedule": 15.0, "options": {"expires": 15}},
    "purge": {"task": "studio.tasks.purge_deleted", "schedule": 3600.0, "options": {"expires": 3600}},
    "sweep-store": {"task": "studio.tasks.sweep_store", "schedule": 86400.0, "options": {"expires": 3600}},
    "sweep-events": {"task": "credits.tasks.sweep_events", "schedule": 30.0, "options": {"expires": 30}},
    "expire-lots": {"task": "credits.tasks.expire_lots", "schedule": 300.0, "options": {"expires": 300}},
    "low-balances": {"task": "credits.tasks.tell_low_balances", "schedule": 300.0, "options": {"expires": 300}},
    "check-ledger": {"task": "credits.tasks.check_ledger", "schedule": 86400.0, "options": {"expires": 3600}},
    "forget-networks": {"task": "credits.tasks.forget_networks", "schedule": 3600.0, "options": {"expires": 3600}},
}

# --- pages ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_MANIFEST_STRICT = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["gptimage.formats"]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- the admin --------------------------------------------------------------------------------------------------------
UNFOLD = {
    **dict.fromkeys(("SITE_TITLE", "SITE_HEADER"), "GPT Image 2"),
    "SITE_SYMBOL": "light_mode",
    "SITE_FAVICONS": [{"rel": "icon", "href": lambda request: static("favicon.svg")}],
    "ENVIRONMENT": "studio.admin.pages.environment",
    "DASHBOARD_CALLBACK": "studio.admin.pages.front",
    "STYLES": [lambda request: static("css/tokens.css"), lambda request: static("css/admin.css")],
    "SIDEBAR": {"navigation": "studio.admin.pages.sidebar"},
}

# --- doors ------------------------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from behind the proxy
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "accounts.views.too_old"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {  # the admin's differs: gptimage/content_policy.py
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", "blob:", S3_PUBLIC_URL or f"https://*.s3.{S3_REGION}.amazonaws.com"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- what operators see -----------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SENTRY_DSN = teller("SENTRY_DSN", "sentry_sdk")
OTEL_EXPORTER_OTLP_ENDPOINT = teller("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry")
if OTEL_EXPORTER_OTLP_ENDPOINT:
    MIDDLEWARE.insert(1, "gptimage.traces.middleware")

# --- logs: ids, never prompts, pictures, tokens or keys ---------------------------------------------------------------
LOG_FORMAT = one_of("LOG_FORMAT", "plain", ("plain", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": Plain}, "json": {"()": Json}},
    "filters": {
        "one line": {"()": "django.utils.log.CallbackFilter", "callback": without_insides},
        "told once": {"()": "django.utils.log.CallbackFilter", "callback": not_told_already},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["one line"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django's own goes to the same place; an answer of 4xx is the visitor's matter.
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR", "filters": ["told once"]},
        **{app: {"level": "INFO"} for app in ("accounts", "credits", "studio")},
    },
}
