"""How the payroll commands print amounts."""

from collections.abc import Iterable, Sequence
from decimal import Decimal


def money(value: Decimal) -> str:
    """An amount with two decimals; the line's kind says what it does to the net."""
    return f"{value:.2f}"


def columns(rows: Iterable[Sequence[str | Decimal]]) -> str:
    """Rows as text columns: the first to the left, the others to the right."""
    table = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )
