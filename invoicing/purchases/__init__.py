"""What the house buys: documents of suppliers, read, given to an Activity, accepted, booked and paid."""
