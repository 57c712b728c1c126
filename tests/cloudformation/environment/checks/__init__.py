"""What holds between the values of one environment."""
