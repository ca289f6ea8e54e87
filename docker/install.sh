#!/bin/sh
# Installs what one app needs at run time, and drops what only editors and people read. Licences stay.
set -eu
app=$1
npm ci --workspace "@tidewaiter/$app" --omit=dev --omit=optional --ignore-scripts --no-fund --no-audit
find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \
  -o -name '*.markdown' -o -name '*.tsbuildinfo' \) ! -iname 'licen[cs]e*' -delete
rm -rf /root/.npm
