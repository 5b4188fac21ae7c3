"""What the articles that kcool started from describe, and what shows that it works: one row each (docs/seeds.md)."""
