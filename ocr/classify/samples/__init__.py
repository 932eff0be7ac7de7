"""Sample papers as text with places, made from a seed, to train the model of families with."""
