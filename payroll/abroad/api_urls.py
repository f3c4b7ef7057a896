"""REST doors of work abroad."""

from django.urls import path

from payroll.abroad import api

app_name = "abroad-api"
urlpatterns = [
    path("abroad/missions/", api.Missions.as_view(), name="missions"),
    path("abroad/missions/<uuid:pk>/", api.OneMission.as_view(), name="mission"),
    path("abroad/missions/<uuid:pk>/change/", api.Change.as_view(), name="change"),
    path("abroad/missions/<uuid:pk>/confirm/", api.Confirm.as_view(), name="confirm"),
    path("abroad/missions/<uuid:pk>/cancel/", api.Cancel.as_view(), name="cancel"),
    path("abroad/missions/<uuid:pk>/retract/", api.Retract.as_view(), name="retract"),
    path("abroad/missions/<uuid:pk>/certificate/", api.Certificate.as_view(), name="certificate"),
    path("abroad/steps/", api.Steps.as_view(), name="steps"),
    path("abroad/steps/<uuid:pk>/send/", api.Send.as_view(), name="send"),
    path("abroad/steps/<uuid:pk>/done/", api.Done.as_view(), name="done"),
    path("abroad/steps/<uuid:pk>/not-needed/", api.NotNeeded.as_view(), name="not_needed"),
    path("abroad/steps/<uuid:pk>/reopen/", api.Reopen.as_view(), name="reopen"),
    path("contracts/<uuid:pk>/abroad/", api.Declare.as_view(), name="declare"),
]
