"""The callbacks that `callbacks` offers, by what they do."""
