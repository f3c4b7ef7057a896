"""Days of temporary unemployment: no salary for them, a top-up per day from the solidarity fund."""
