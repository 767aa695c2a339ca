from django.contrib import admin
from django.urls import include, path

from accounts import views as accounts
from accounts.admin_door import secure
from credits.till import webhook
from gptimage import away
from gptimage.health import healthz, readyz
from gptimage.metrics import metrics
from studio.admin import pages

secure(admin.site)
pages.askers.append(away.words)

handler429 = accounts.too_often  # allauth's hook
handler500 = "gptimage.broken.page"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("stripe/webhook", webhook, name="stripe_webhook"),
    path("credits/", include("credits.urls")),
    path("", include("studio.urls")),
    path("admin/", admin.site.urls),
]
