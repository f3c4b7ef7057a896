"""Pages of people."""

from django.urls import path

from members.views import desk, person, portfolio, profile, readings

app_name = "members"
urlpatterns = [
    path("rejoindre/", profile.join, name="join"),
    path("bienvenue/", profile.welcome, name="welcome"),
    path("moi/", profile.profile, name="profile"),
    path("moi/modifier/", profile.edit_profile, name="edit_profile"),
    path("moi/famille/", profile.edit_family, name="edit_family"),
    path("moi/numero-national/", profile.give_national_number, name="give_national_number"),
    path("moi/lectures/", readings.readings, name="readings"),
    path("portefeuille/", portfolio.portfolio, name="portfolio"),
    path("portefeuille/ensemble/", portfolio.together, name="together"),
    path("membres/<uuid:pk>/", person.person, name="person"),
    path("membres/<uuid:pk>/notes/", person.write_note, name="write_note"),
    path("membres/<uuid:pk>/numero-national/", person.reveal, name="reveal"),
    path("membres/<uuid:pk>/conseil/", person.assign_adviser, name="assign_adviser"),
    path("politiques/", desk.policies, name="policies"),
    path("politiques/nouvelle/", desk.new_policy, name="new_policy"),
    path("personnes/", desk.people, name="people"),
    path("personnes/<uuid:pk>/roles/", desk.roles, name="roles"),
    path("roles/<uuid:pk>/fin/", desk.end_role, name="end_role"),
    path("audit/", desk.audit, name="audit"),
]
