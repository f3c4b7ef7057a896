"""REST doors of worker files."""

from django.urls import path

from payroll.workers import accident_api, api

app_name = "workers-api"
urlpatterns = [
    path("attestations/", api.Attestations.as_view(), name="attestations"),
    path("attestations/<uuid:pk>/", api.OneAttestation.as_view(), name="attestation"),
    path("attestations/<uuid:pk>/file/", api.AttestationFile.as_view(), name="paper"),
    path("attestations/<uuid:pk>/check/", api.CheckAttestation.as_view(), name="check"),
    path("attestations/<uuid:pk>/refuse/", api.RefuseAttestation.as_view(), name="refuse"),
    path("student-hours/", api.StudentHours.as_view(), name="student_hours"),
    path("accidents/", accident_api.Accidents.as_view(), name="accidents"),
    path("accidents/<uuid:pk>/", accident_api.OneAccident.as_view(), name="accident"),
    path("accidents/<uuid:pk>/declare/", accident_api.DeclareAccident.as_view(), name="declare"),
    path("accidents/<uuid:pk>/close/", accident_api.CloseAccident.as_view(), name="close"),
    path("accident-rates/", accident_api.Rates.as_view(), name="rates"),
    path("insurance-covers/", accident_api.Covers.as_view(), name="covers"),
    path("insurance-covers/new/", accident_api.AddCover.as_view(), name="add_cover"),
    path("insurance-covers/<uuid:pk>/end/", accident_api.EndCover.as_view(), name="end_cover"),
    path("holiday-certificates/", accident_api.Certificates.as_view(), name="certificates"),
    path("holiday-certificates/<uuid:pk>/pdf/", accident_api.CertificateFile.as_view(), name="certificate"),
]
