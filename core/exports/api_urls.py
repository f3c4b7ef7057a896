"""Lists as files, by REST."""

from django.urls import path

from core.exports import api

app_name = "exports-api"
urlpatterns = [
    path("exports/lists/", api.Lists.as_view(), name="lists"),
    path("exports/", api.Exports.as_view(), name="exports"),
    path("exports/<uuid:pk>/", api.Export.as_view(), name="export"),
    path("exports/<uuid:pk>/file/", api.ExportFile.as_view(), name="export_file"),
]
