"""One question each, answered by measuring: `learning_rate` asks, `readings` understands."""
