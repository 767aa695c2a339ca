from django.urls import path

from credits import views

app_name = "credits"
urlpatterns = [
    path("", views.statement, name="statement"),
    path("balance", views.balance, name="balance"),
]
