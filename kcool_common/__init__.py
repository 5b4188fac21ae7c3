"""What both sides of a technique share: rules about names, order and files. Python 3.6 or later; knows no framework."""
