# GraphQL answers HTTP 200 also when it refuses: the top level of the answer decides.

# judge_graphql: fails for a refusal, and for a partial answer once it is printed.
judge_graphql() {
  [[ $STATUS == 2?? ]] || return 0
  local success=${GRAPHQL#* } name
  [[ $GRAPHQL == *' '* ]] || success=
  case $ANSWER_BODY in
  *'"errors"'*) ;;
  *'"success":false'* | *'"success": false'*) [[ -n $success ]] || return 0 ;;
  *) return 0 ;;
  esac
  # From here on one start of jq is sooner done.
  if ((${#ANSWER_BODY} > 65536)) && command -v jq >/dev/null; then
    judge_by_jq
    return
  elif ((${#ANSWER_BODY} > 1048576)); then
    note 'the answer is too long to look for errors in it without jq'
    return
  fi
  if [[ $ANSWER_BODY =~ $RATE_CODE ]] && rate_limited; then
    STATUS=429
    return
  fi
  top_level "$ANSWER_BODY"
  if [[ -n $TOP_ERRORS && $TOP_ERRORS != null && $TOP_ERRORS != '[]' ]]; then
    load errors
    message_in "$TOP_ERRORS"
    if [[ -z $TOP_DATA || $TOP_DATA == null || $TOP_DATA =~ ^\{(\"[A-Za-z0-9_]*\":null,?)*\}$ ]]; then
      errors_without_data
    fi
    errors_beside_data
  fi
  for name in $success; do
    if payload_refused "$name"; then unsuccessful "$name"; fi
  done
}

# What the verdicts say; R is the API's message.
errors_without_data() {
  fail 4 refused "${R:-the API refused}" "Check the arguments: \`$API $COMMAND --help\`." "$STATUS"
}

errors_beside_data() {
  if [[ $ALL == 1 ]]; then print_page "$ANSWER_BODY"; else print_answer "$ANSWER_BODY"; fi
  fail 8 partial "the answer is incomplete: ${R:-it has errors}" 'What there is stands on the standard output.' "$STATUS"
}

unsuccessful() {
  fail 4 refused "the API answered success: false for $1" 'Nothing was changed. Check the arguments.' "$STATUS"
}

# top_level JSON: TOP_ERRORS and TOP_DATA are those members of the answer.
top_level() {
  TOP_ERRORS='' TOP_DATA=''
  load json
  json_read "$1" || return 0
  json_items
  json_member errors && TOP_ERRORS=$R
  json_member data && TOP_DATA=$R
}

# rate_limited: whether one of the errors says so.
rate_limited() {
  top_level "$ANSWER_BODY"
  [[ $TOP_ERRORS =~ $RATE_CODE ]]
}

# payload_refused FIELD
payload_refused() {
  json_read "$TOP_DATA" || return 1
  json_items
  json_member "$1" || return 1
  [[ $R == '{'* ]] || return 1
  json_read "$R"
  json_items
  json_member success && [[ $R == false ]]
}

judge_by_jq() {
  local verdict fields=''
  [[ $GRAPHQL != *' '* ]] || fields=${GRAPHQL#* }
  verdict=$(jq -r --arg fields "$fields" '
    if (.errors // []) != [] then
      (if [.data // {} | .[]? | select(. != null)] == [] then "refused" else "partial" end), (.errors | if type == "array" then .[:3] else . end | tojson)
    else .data as $data | first(($fields | split(" "))[] | select($data[.]?.success? == false)) end' < <(printf %s "$ANSWER_BODY")) || return 0
  case $verdict in
  '') return 0 ;;
  refused* | partial*)
    if [[ ${verdict#*$'\n'} =~ $RATE_CODE ]]; then
      STATUS=429
      return
    fi
    load errors
    load json
    message_in "${verdict#*$'\n'}"
    case $verdict in refused*) errors_without_data ;; *) errors_beside_data ;; esac
    ;;
  *) unsuccessful "$verdict" ;;
  esac
}
