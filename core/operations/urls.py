"""Pages of operations."""

from django.urls import path

from core.operations import views

app_name = "operations"
urlpatterns = [
    path("exploitation/", views.overview, name="overview"),
    path("exploitation/travaux/", views.dead_rows, name="dead_rows"),
    path("exploitation/travaux/<uuid:pk>/relancer/", views.retry, name="retry"),
    path("exploitation/travaux/<uuid:pk>/abandonner/", views.drop, name="drop"),
]
