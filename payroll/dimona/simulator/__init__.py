"""A stand-in for the social security office, where no certificate exists: demonstrations and tests.

It keeps its own small database, because it is not part of the house: it remembers what it was told when
everything else starts again, and several processes may speak to it at once. It refuses as the body does,
with the body's codes; the answers pass through the same readers as those of the real service.

`memory` is what it remembers, `decisions` what it makes of a declaration, `office` the online channel and
`files` the batch channel. Where the published material is silent the choice is marked "inferred".
"""

from payroll.dimona.simulator.office import DimonaSimulator

__all__ = ["DimonaSimulator"]
