"""REST doors of tokens."""

from django.urls import path

from core.programs import api

app_name = "programs-api"
urlpatterns = [
    path("tokens/", api.Tokens.as_view(), name="tokens"),
    path("tokens/<int:number>/", api.OneToken.as_view(), name="token"),
]
