"""SNS: subscriptions that are confirmed, and messages that reach them through the dispatcher."""
