"""Pages of work and pay: contracts, the quick job, the simulator, my pay, the month."""
