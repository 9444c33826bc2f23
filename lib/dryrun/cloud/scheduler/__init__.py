"""EventBridge Scheduler: schedules that fire on the lab clock."""
