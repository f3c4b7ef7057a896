"""REST doors of webhooks."""

from django.urls import path

from core.webhooks import api

app_name = "webhooks-api"
urlpatterns = [
    path("webhooks/", api.Endpoints.as_view(), name="endpoints"),
    path("webhooks/events/", api.Events.as_view(), name="events"),
    path("webhooks/<uuid:pk>/", api.OneEndpoint.as_view(), name="endpoint"),
    path("webhooks/<uuid:pk>/deliveries/", api.Deliveries.as_view(), name="deliveries"),
    path("webhooks/<uuid:pk>/pause/", api.Pause.as_view(), name="pause"),
    path("webhooks/<uuid:pk>/resume/", api.Resume.as_view(), name="resume"),
    path("webhooks/<uuid:pk>/test/", api.Test.as_view(), name="test"),
    path("webhooks/<uuid:pk>/rotate/", api.Rotate.as_view(), name="rotate"),
    path("webhooks/<uuid:pk>/replay/", api.Replay.as_view(), name="replay"),
]
