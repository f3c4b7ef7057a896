"""Pages of tokens."""

from django.urls import path

from core.programs.views import personal

app_name = "programs"
urlpatterns = [
    path("jetons/", personal.tokens, name="tokens"),
    path("jetons/<int:number>/revoquer/", personal.revoke, name="revoke"),
]
