#!/bin/sh
# `make lab` for machines without make.
exec python3 "$(dirname "$0")/bootstrap.py" lab "$@"
