"""Doors of OAuth 2, outside the cooperatives."""

from django.urls import path

from core.programs.views import oauth

app_name = "oauth"
urlpatterns = [
    path("authorize", oauth.authorize, name="authorize"),
    path("token", oauth.token, name="token"),
    path("revoke", oauth.revoke, name="revoke"),
    path(".well-known/oauth-authorization-server", oauth.metadata, name="metadata"),
]
