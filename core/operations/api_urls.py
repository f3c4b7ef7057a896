"""REST doors of operations."""

from django.urls import path

from core.operations import api

app_name = "operations-api"
urlpatterns = [
    path("operations/", api.Overview.as_view(), name="overview"),
    path("operations/dead-rows/", api.GivenUpWork.as_view(), name="dead_rows"),
    path("operations/dead-rows/<uuid:pk>/retry/", api.Retry.as_view(), name="retry"),
    path("operations/dead-rows/<uuid:pk>/drop/", api.Drop.as_view(), name="drop"),
]
