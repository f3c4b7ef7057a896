"""REST doors of Activities."""

from django.urls import path

from activities import api

app_name = "activities-api"
urlpatterns = [
    path("functions/", api.Functions.as_view(), name="functions"),
    path("activities/", api.Activities.as_view(), name="activities"),
    path("activities/<uuid:pk>/", api.OneActivity.as_view(), name="activity"),
    path("activities/<uuid:pk>/movements/", api.Movements.as_view(), name="movements"),
    path("activities/<uuid:pk>/approve/", api.Approve.as_view(), name="approve"),
    path("activities/<uuid:pk>/refuse/", api.Refuse.as_view(), name="refuse"),
    path("activities/<uuid:pk>/close/", api.Close.as_view(), name="close"),
    path("expenses/", api.Expenses.as_view(), name="expenses"),
    path("expenses/<uuid:pk>/", api.OneExpense.as_view(), name="expense"),
    path("expenses/<uuid:pk>/approve/", api.ApproveExpense.as_view(), name="approve_expense"),
    path("expenses/<uuid:pk>/refuse/", api.RefuseExpense.as_view(), name="refuse_expense"),
]
