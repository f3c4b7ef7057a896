"""Pages of balances that stay."""

from django.urls import path

from payroll.balances import views

app_name = "balances"
urlpatterns = [
    path("soldes-de-paie/", views.balances, name="balances"),
    path("soldes-de-paie/chercher/", views.find, name="find"),
    path("soldes-de-paie/<uuid:pk>/", views.balance, name="balance"),
    path("soldes-de-paie/<uuid:pk>/reclamer/", views.ask, name="ask"),
    path("soldes-de-paie/<uuid:pk>/attendre/", views.wait, name="wait"),
    path("soldes-de-paie/<uuid:pk>/proposer/", views.propose, name="propose"),
    path("soldes-de-paie/<uuid:pk>/abandonner/", views.write_off, name="write_off"),
    path("soldes-de-paie/<uuid:pk>/garder/", views.refuse, name="refuse"),
]
