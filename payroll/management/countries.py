"""The country that a command was asked for, and its statutory figures."""

from core.errors import UnknownCooperative
from core.reference import published
from payroll.engine.errors import NoPayrollEngine, UnknownCountry
from payroll.engine.statutory import Figures, figures_of


def figures_for(country: str) -> Figures:
    """Figures of the country; raises `UnknownCountry`, or `NoPayrollEngine` where pay is not computed."""
    try:
        return figures_of(country)
    except NoPayrollEngine:
        try:
            published(country)
        except UnknownCooperative:
            raise UnknownCountry(country=country) from None
        raise
