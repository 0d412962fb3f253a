"""Water quality of a plant's wells: indicators and class limits, laboratory results, what is due, the annual table."""
