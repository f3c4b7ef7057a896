"""REST doors of tokens and of connected programs."""

from django.urls import path

from core.programs import api

app_name = "programs-api"
urlpatterns = [
    path("tokens/", api.Tokens.as_view(), name="tokens"),
    path("tokens/<int:number>/", api.OneToken.as_view(), name="token"),
    path("consents/", api.Consents.as_view(), name="consents"),
    path("consents/<uuid:pk>/", api.OneConsent.as_view(), name="consent"),
    path("programs/", api.Clients.as_view(), name="clients"),
    path("programs/<uuid:pk>/", api.OneClient.as_view(), name="client"),
    path("programs/<uuid:pk>/rotate/", api.Rotate.as_view(), name="rotate"),
]
