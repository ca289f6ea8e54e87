#!/bin/sh
# Installs what the named workspaces need at run time, and drops what only editors and people read: Node never runs
# TypeScript below node_modules. Licences stay.
set -eu
for name; do set -- "$@" --workspace "@tidewaiter/$name"; shift; done
npm ci "$@" --omit=dev --omit=optional --ignore-scripts --no-fund --no-audit
find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.tsbuildinfo' \
  -o -name '*.md' ! -iname 'licen[cs]e*' ! -iname 'notice*' ! -iname 'copying*' \) -delete
rm -rf /root/.npm
