"""The gateway: one process beside the wells that speaks to the nodes and gives people a page, history and alarms.

nodes/ is the access layer, which everything else here stands on and which needs nothing beyond the base environment:
nodes, three ways to reach them, a hub that polls them. What needs more packages (page/, accounts/, history/) lives in the
extra `gateway` and is imported only when `wellhearth gateway` runs.
"""
