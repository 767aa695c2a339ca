from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.admin_door import secure
from gptimage.health import health

secure(admin.site)

urlpatterns = [
    path("health", health, name="health"),
    path("", RedirectView.as_view(pattern_name="studio:home")),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("credits/", include("credits.urls")),
    path("", include("studio.urls")),
    path("admin/", admin.site.urls),
]
