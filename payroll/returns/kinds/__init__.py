"""What each kind of return reads of its workers, and how its file is written."""

from __future__ import annotations

from payroll.returns.enums import PublicReturnKind
from payroll.returns.kinds import accounts, ending, quarterly, slips, withholding
from payroll.returns.kinds.parts import Kind

KINDS: dict[str, Kind] = {
    PublicReturnKind.DMFA: quarterly.KIND,
    PublicReturnKind.WITHHOLDING: withholding.KIND,
    PublicReturnKind.TAX_SLIPS: slips.KIND,
    PublicReturnKind.ACCOUNTS: accounts.KIND,
    PublicReturnKind.END: ending.KIND,
}
