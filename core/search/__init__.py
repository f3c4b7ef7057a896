"""One search over the whole house, within a cooperative and within the rights of whoever asks.

Apps register what can be found (`core.search.sources`). The index holds words only: what is shown, and
whether it may be shown, is asked of the real rows each time, so that an index that lags can hide something
for a moment but never show what it must not.
"""
