"""What is taken of net pay: seizures and assignments of wages for creditors, advances given back."""
