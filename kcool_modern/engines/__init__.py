"""What the techniques need of one engine each; loaded when a model of that engine comes along."""
