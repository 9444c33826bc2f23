"""Schedule expressions, for EventBridge rules, Scheduler and Systems Manager."""
