"""What employers send to public bodies about pay, and the papers that workers get."""
