#!/usr/bin/env bash
# See it before, prove it after, take it back: a whole life of the integration in the local org, in an empty folder.
set -euo pipefail

sfmeta init
sfmeta plan --org local                                # what deploy would change, in content
sfmeta deploy --org local --yes
sfmeta plan --org local --exit-code                    # nothing: exit code 0

# A colleague changes the widget's height in the same org, from another folder.
sfmeta init colleague
printf 'orgs:\n  local: {kind: local, state: ../.sfmeta}\n' > colleague/config/orgs.yaml
(cd colleague && sfmeta deploy --org local --yes --set widget.height=500)

sfmeta drift --org local || test $? -eq 3              # exit code 3: it says what differs
sfmeta rollback --org local --yes                      # as it was before our release
sfmeta plan --org local
sfmeta deploy --org local --yes
sfmeta uninstall --org local --yes --delete-certificate
sfmeta history --org local
