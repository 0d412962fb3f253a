"""What stands in the cellar and in the rooms: sensors, protections, controller, meters and outputs of each piece, composed.

The contract of a piece of equipment with its node:

- `p`, `trips`: its block of points and its rows of the cause-and-effect table.
- `sensors()`: its probes on the 1-Wire bus. `keep(totals, learned)`: its part of the ledger. `motor()`: the motor whose
  starts are counted. `outputs()`: what service mode may force. All of these are asked once, at start-up.
- `protect(tick)`, `control(tick)`, `meter(tick)`, `write(tick)`: the phases of a scan, and `each_second(tick)`.
- `safe()`: every output off.
- Whoever wants water (a room unit, a room on the bus) adds to the node's Demand in `ask(demand)` and answers `give_way()`.

Inputs that another piece hands over are attributes, set before `control`.
"""
