"""The Belgian pay engine: pure functions, parameters in, explained lines out. No Django, no clock.

The same functions serve one contract on screen and 25,000 in a run. Dated figures come from
`payroll.engine.statutory.figures_of("be")`; nothing has a default when a figure is missing.

`month.settle` settles one pay item after those of its month, `month.gross_to_net` a gross alone in its month,
`employer` says what a contract costs, `waterfall` goes from an invoice to the net and back, `holiday` pays
the exit holiday, `allowances` taxes exceptional allowances, `minimum_wage` checks the hourly gross,
`copyright` withholds on authors' income.
"""
