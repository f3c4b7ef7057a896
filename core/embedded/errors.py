"""What can be refused before Django is there."""


class EmbeddedError(Exception):
    """The services cannot be had. ``code`` is permanent, ``detail`` tells the operator what to do next."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
