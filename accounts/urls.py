from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.front, name="front"),
    path("account/", views.settings, name="settings"),
    path("account/theme", views.theme, name="theme"),
    path("terms/", views.small_print, {"page": "terms"}, name="terms"),
    path("privacy/", views.small_print, {"page": "privacy"}, name="privacy"),
    path("acceptable-use/", views.small_print, {"page": "acceptable_use"}, name="acceptable_use"),
    path("outbox/", views.outbox_list, name="outbox"),
    path("outbox/<str:name>/", views.outbox_letter, name="outbox_letter"),
    path("outbox/<str:name>/html", views.outbox_html, name="outbox_html"),
]
