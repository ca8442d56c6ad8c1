"""The terminal app and the headless commands: two front ends over one engine."""
