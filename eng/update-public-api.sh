#!/usr/bin/env bash
# Writes what is public into PublicAPI.Unshipped.txt of every package, from what the analyzer says of a build. Read the difference before it is committed.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- src/*/
for folder in "$@"; do
  project=$(ls "$folder"/*.csproj)
  grep -q "<IsPackable>false\|<IncludeBuildOutput>false" "$project" && continue
  for file in Shipped Unshipped; do printf '#nullable enable\n' > "$folder/PublicAPI.$file.txt"; done
  { echo '#nullable enable'
    dotnet build "$project" -c Release --no-restore --no-incremental -p:TreatWarningsAsErrors=false -p:BuildProjectReferences="${BUILD_REFERENCES:-true}" 2>&1 |
      sed -n "s/.*warning RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u
  } > "$folder/PublicAPI.Unshipped.txt.new"
  mv "$folder/PublicAPI.Unshipped.txt.new" "$folder/PublicAPI.Unshipped.txt"
  echo "$folder: $(($(wc -l < "$folder/PublicAPI.Unshipped.txt") - 1)) lines"
done
