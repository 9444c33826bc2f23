"""Labs for tests only; named in DRYRUN_LAB_PACKAGES."""
