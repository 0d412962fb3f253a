"""Papers that a unit's records give: water statements, reports, commissioning records."""
