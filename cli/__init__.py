"""Commands over the desk: the only place that prints or exits."""
