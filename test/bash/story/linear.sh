#!/bin/bash
# Linear from the command line.
API_KEY="${LINEAR_API_KEY}"

query_linear() {
  local query=$1
  curl -s -X POST https://api.linear.app/graphql \
    -H "Content-Type: application/json" \
    -H "Authorization: $API_KEY" \
    -d "{\"query\": \"$query\"}"
}

case "$1" in
  get-issue)
    query_linear "query { issue(id: \\\"$2\\\") { identifier title description state { name } } }" | python3 -m json.tool
    ;;
  list-issues)
    FILTER=""
    if [ -n "$3" ]; then
      FILTER=", filter: { state: { name: { eq: \\\"$3\\\" } } }"
    fi
    query_linear "query { issues(first: ${2:-50}$FILTER) { nodes { identifier title } } }" | python3 -m json.tool
    ;;
  create-issue)
    TITLE="$2"
    DESCRIPTION="$3"
    query_linear "mutation {
      createIssue(input: { title: \\\"$TITLE\\\", description: \\\"$DESCRIPTION\\\", teamId: \\\"$LINEAR_TEAM_ID\\\" }) {
        success
        issue { identifier title }
      }
    }" | python3 -m json.tool
    ;;
  *)
    echo "Usage: $0 get-issue <id>"
    echo "       $0 list-issues [limit] [state]"
    echo "       $0 create-issue <title> [description]"
    exit 1
    ;;
esac
