"""What will come in and go out, per day: who knows of money says so, the treasury adds it up.

A package of reads: it owns no table and writes nothing. Upper apps register their flows in
`AppConfig.ready()` (`register_flows`).
"""

from ledger.treasury.forecast.flows import (
    DayTotal,
    Flow,
    FlowKind,
    FlowSource,
    flow_sources,
    register_flows,
    totals_of,
)

__all__ = ["DayTotal", "Flow", "FlowKind", "FlowSource", "flow_sources", "register_flows", "totals_of"]
