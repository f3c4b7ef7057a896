"""The only writers of temporary unemployment: days entered, days of absences followed, top-ups taken back.

Locks: worker file, contract, payout, budget.
"""

from payroll.unemployment.services.absences import WITHDRAWAL, follow_absence
from payroll.unemployment.services.recording import SPELL, record_unemployment, working_days

__all__ = ["SPELL", "WITHDRAWAL", "follow_absence", "record_unemployment", "working_days"]
