"""What every app says of the people in its rows: which data, for how long, and why it must stay."""
