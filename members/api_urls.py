"""REST doors of people."""

from django.urls import path

from members import api

app_name = "members-api"
urlpatterns = [
    path("me/", api.Me.as_view(), name="me"),
    path("me/family/", api.MyFamily.as_view(), name="my_family"),
    path("me/accesses/", api.MyAccesses.as_view(), name="my_accesses"),
    path("persons/", api.Persons.as_view(), name="persons"),
    path("persons/<uuid:pk>/", api.OnePerson.as_view(), name="person"),
    path("persons/<uuid:pk>/notes/", api.Notes.as_view(), name="notes"),
    path("persons/<uuid:pk>/reveal-national-number/", api.RevealNumber.as_view(), name="reveal"),
    path("roles/", api.Roles.as_view(), name="roles"),
    path("roles/<uuid:pk>/end/", api.EndRole.as_view(), name="end_role"),
    path("policies/", api.Policies.as_view(), name="policies"),
    path("audit/", api.Audit.as_view(), name="audit"),
]
