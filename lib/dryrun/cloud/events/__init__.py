"""EventBridge: buses, rules, patterns, what reaches a target, archives and replays."""
