#!/usr/bin/env bash
# linear-comment.sh BAC-154 "text"
set -e
if [ $# -lt 2 ]; then
  echo "Usage: $0 <issue> <text>" >&2
  exit 1
fi
TEAM=$(echo "$1" | grep -oE '^[A-Z]+')
NUMBER=$(echo "$1" | grep -oE '[0-9]+$')
TEXT="$2"

curl -s https://api.linear.app/graphql \
  -H "Authorization: ${LINEAR_API_KEY}" \
  -H 'Content-Type: application/json' \
  --data "$(cat <<EOF
{
  "query": "mutation {
    commentCreate(input: { issueId: \"$TEAM-$NUMBER\", body: \"$TEXT\" }) {
      success
      comment { id text }
    }
  }"
}
EOF
)"
