"""REST doors of returns."""

from django.urls import path

from payroll.returns import api

app_name = "returns-api"
urlpatterns = [
    path("public-returns/", api.PublicReturns.as_view(), name="returns"),
    path("public-returns/build/", api.BuildPublicReturn.as_view(), name="build"),
    path("public-returns/<uuid:pk>/", api.OnePublicReturn.as_view(), name="return"),
    path("public-returns/<uuid:pk>/workers/", api.PublicReturnRows.as_view(), name="workers"),
    path("public-returns/<uuid:pk>/file/", api.PublicReturnFile.as_view(), name="file"),
    path("public-returns/<uuid:pk>/check/", api.CheckPublicReturn.as_view(), name="check"),
    path("public-returns/<uuid:pk>/approve/", api.ApprovePublicReturn.as_view(), name="approve"),
    path("public-returns/<uuid:pk>/send/", api.SendPublicReturn.as_view(), name="send"),
    path("public-returns/<uuid:pk>/retry/", api.RetryPublicReturn.as_view(), name="retry"),
    path("ends-of-contracts/", api.EndsDue.as_view(), name="ends"),
    path("contracts/<uuid:pk>/end-of-contract/", api.EndOfContract.as_view(), name="end"),
    path("worker-papers/", api.WorkerPapers.as_view(), name="papers"),
    path("worker-papers/<uuid:pk>/", api.OneWorkerPaper.as_view(), name="paper"),
]
