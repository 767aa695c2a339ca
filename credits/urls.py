from django.urls import path

from credits import till, views

app_name = "credits"
urlpatterns = [
    path("", views.statement, name="statement"),
    path("balance", views.balance, name="balance"),
    path("balance/lots", views.balance_lots, name="balance_lots"),
    path("statement.csv", views.statement_csv_file, name="statement_csv"),
    path("low-balance", views.low_balance, name="low_balance"),
    path("buy", till.buy, name="buy"),
    path("checkout/<uuid:checkout>/", till.checkout, name="checkout"),
    path("portal", till.portal, name="portal"),
    path("invoices/<int:payment>/", till.invoice, name="invoice"),
]
