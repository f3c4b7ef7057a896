"""Pages of the search."""

from django.urls import path

from core.search import views

app_name = "search"
urlpatterns = [path("recherche/", views.page, name="page")]
