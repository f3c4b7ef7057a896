"""Time sheets: hours worked for a client, invoiced once, by day, by task or in one line."""
