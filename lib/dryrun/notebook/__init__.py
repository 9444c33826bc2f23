"""What a learner calls and sees inside a notebook; `from dryrun import lab` is its door."""
