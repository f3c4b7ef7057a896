"""Pages of tokens."""

from django.urls import path

from core.programs import views

app_name = "programs"
urlpatterns = [
    path("jetons/", views.tokens, name="tokens"),
    path("jetons/<int:number>/revoquer/", views.revoke, name="revoke"),
]
