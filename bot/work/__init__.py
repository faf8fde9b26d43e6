"""When and how work is done: the durable engine, the timers, the workflows."""
