"""REST doors of files that go with quotes."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.views import SEE
from core.api import actor_behind, edits, idempotent, identity_behind, read_body, versioned
from core.files import store_upload
from invoicing.quotes import selectors, services
from invoicing.quotes.models import QuoteFile
from invoicing.quotes.serializers import QuoteFileOutput
from invoicing.serializers import AttachmentInput


class Files(generics.ListAPIView[QuoteFile]):
    """Files that go with a quote; adding one."""

    required_roles: ClassVar[frozenset[str]] = frozenset(SEE)
    serializer_class = QuoteFileOutput
    queryset = QuoteFile.objects.none()

    def get_queryset(self) -> QuerySet[QuoteFile]:
        """Of a quote that I may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        identity = identity_behind(self.request)
        return selectors.files_of(
            selectors.quote_for(identity.person, self.kwargs["pk"], roles=identity.roles)
        )

    @extend_schema(
        request={"multipart/form-data": AttachmentInput},
        responses={201: QuoteFileOutput},
        operation_id="quotes_files_add",
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Add a file to a quote of mine that is being written."""
        quote = selectors.own_quote_for(identity_behind(request).person, pk)
        upload = read_body(AttachmentInput, request)["file"]
        row = services.attach_file(
            quote_id=quote.pk, file=store_upload(upload), name=upload.name, actor=actor_behind(request)
        )
        return Response(QuoteFileOutput(row).data, status=201)


class OneFile(APIView):
    """One file that goes with a quote."""

    required_roles: ClassVar[frozenset[str]] = frozenset(SEE)

    @extend_schema(responses=QuoteFileOutput, operation_id="quote_files_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """What it is; the ETag is that of its quote."""
        identity = identity_behind(request)
        row = selectors.file_for(identity.person, pk, roles=identity.roles)
        return versioned(QuoteFileOutput(row).data, row.quote.version)

    @extend_schema(responses={204: None}, operation_id="quote_files_delete")
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Take a file off a quote of mine that is being written; the version is that of the quote."""
        identity = identity_behind(request)
        row = selectors.file_for(identity.person, pk, roles=identity.roles)
        quote = selectors.own_quote_for(identity.person, row.quote_id)
        services.remove_file(quote_id=quote.pk, file_id=row.pk, version=version, actor=actor_behind(request))
        return Response(status=204)
