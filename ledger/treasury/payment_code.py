"""The code that a banking application reads to fill in a transfer (EPC069-12, version 002)."""

from decimal import Decimal

from segno import helpers

from core.identifiers import format_structured_communication


def payment_code(*, name: str, iban: str, amount: Decimal, communication: str) -> str:
    """The code as inline SVG; `amount` in euro, `communication` the 12 digits of the structured one.

    Banks read a Belgian communication as unstructured text, in its printed form.
    """
    code = helpers.make_epc_qr(
        name=name, iban=iban, amount=amount, text=format_structured_communication(communication)
    )
    drawing: str = code.svg_inline(scale=4, svgclass="qr", lineclass=None, omitsize=False)
    return drawing
