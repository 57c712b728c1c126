"""What holds between the values of one environment, beyond what a template can say."""
