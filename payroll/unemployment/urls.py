"""Pages of temporary unemployment."""

from django.urls import path

from payroll.unemployment import views

app_name = "unemployment"
urlpatterns = [
    path("chomage-temporaire/", views.spells, name="spells"),
    path("contrats/<uuid:pk>/chomage-temporaire/", views.record, name="record"),
]
