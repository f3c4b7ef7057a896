"""Pages of people: joining, the profile, the portfolio, the desk."""
