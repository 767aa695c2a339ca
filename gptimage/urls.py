from django.contrib import admin
from django.urls import include, path

from accounts.admin_door import secure
from gptimage.health import health

secure(admin.site)

urlpatterns = [
    path("health", health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("credits/", include("credits.urls")),
    path("", include("studio.urls")),
    path("admin/", admin.site.urls),
]
