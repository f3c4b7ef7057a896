"""Pages of tokens, of connected programs and for developers."""

from django.urls import path

from core.programs.views import clients, developers, personal

app_name = "programs"
urlpatterns = [
    path("jetons/", personal.tokens, name="tokens"),
    path("jetons/<int:number>/revoquer/", personal.revoke, name="revoke"),
    path("programmes/permis/<uuid:pk>/retirer/", personal.disallow, name="disallow"),
    path("programmes/", clients.clients, name="clients"),
    path("programmes/nouveau/", clients.new_client, name="new_client"),
    path("programmes/<uuid:pk>/", clients.client, name="client"),
    path("programmes/<uuid:pk>/agir/", clients.act, name="act"),
    path("developpeurs/", developers.developers, name="developers"),
    path("developpeurs/openapi.yaml", developers.description, name="openapi"),
]
