#!/bin/sh
@MARK@: the AWS CLI for the lab cloud, and for nothing else.
if [ -z "${DRYRUN_WORKSPACE:-}" ] || [ -z "${HTTPS_PROXY:-}" ]; then
    echo "aws: this is Dry Run's AWS CLI, which runs in a lab environment only; type 'dryrun shell' first." >&2
    exit 1
fi
# Caches, aliases and models of the CLI live in the home folder; the learner's own stay out of it.
HOME="$DRYRUN_WORKSPACE/.dryrun/home"
export HOME
# `aws help` needs a formatter of manual pages; small machines have none.
if ! command -v groff >/dev/null 2>&1 && ! command -v mandoc >/dev/null 2>&1; then
    PATH="$PATH:"@FALLBACK@
    export PATH
fi
@START@ "$@"
