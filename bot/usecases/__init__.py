"""What a person can ask for: one module a topic, one function a wish. Everything remote is an argument."""
