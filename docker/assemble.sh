#!/bin/sh
# Keeps the packages that were installed for (npm has linked exactly those) without their tests, and warms the compile cache.
set -eu
app=$1
for folder in packages/*; do
  name=${folder#packages/}
  if [ ! -L "node_modules/@tidewaiter/$name" ] && [ ! -d "$folder/dist" ]; then rm -rf "$folder"; fi
done
find packages -type f -name '*.test.ts' -delete
if [ -d packages/console/dist ]; then find packages/console -mindepth 1 -maxdepth 1 ! -name dist -exec rm -rf {} +; fi
mkdir -p /data && chown 1000:1000 /data
node docker/warm.js "$app"
rm docker/install.sh docker/assemble.sh docker/warm.js package-lock.json .npmrc
