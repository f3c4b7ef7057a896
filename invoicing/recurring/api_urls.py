"""REST doors of recurring invoices."""

from django.urls import path

from invoicing.recurring import api

app_name = "recurring-api"
urlpatterns = [
    path("recurring/", api.Templates.as_view(), name="templates"),
    path("recurring/<uuid:pk>/", api.OneTemplate.as_view(), name="template"),
    path("recurring/<uuid:pk>/prices/", api.NewPrice.as_view(), name="new_price"),
    path("recurring/<uuid:pk>/pause/", api.PauseTemplate.as_view(), name="pause"),
    path("recurring/<uuid:pk>/resume/", api.ResumeTemplate.as_view(), name="resume"),
    path("recurring/<uuid:pk>/end/", api.EndTemplate.as_view(), name="end"),
    path("recurring/<uuid:pk>/occurrences/", api.Occurrences.as_view(), name="occurrences"),
    path("recurring/<uuid:pk>/<int:index>/retry/", api.RetryOccurrence.as_view(), name="retry"),
    path("recurring/<uuid:pk>/<int:index>/leave-out/", api.LeaveOutOccurrence.as_view(), name="leave_out"),
]
