"""The search by REST."""

from django.urls import path

from core.search import api

app_name = "search-api"
urlpatterns = [path("search/", api.Search.as_view(), name="search")]
