"""REST doors of the guarantee."""

from django.urls import path

from invoicing.guarantee import api

app_name = "guarantee-api"
urlpatterns = [
    path("exposure/", api.Exposures.as_view(), name="exposure"),
    path("clients/<uuid:pk>/limits/", api.Limits.as_view(), name="limits"),
    path("client-limits/<uuid:pk>/agree/", api.Agree.as_view(), name="agree"),
    path("client-limits/<uuid:pk>/refuse/", api.Refuse.as_view(), name="refuse"),
]
