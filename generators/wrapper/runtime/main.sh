# --- The call as a whole. ---

# run WORD…: the last line of a block.
run() {
  ((${#VARIANTS[@]} == 0)) || { load data && vary "$@"; }
  parse "$@"
  [[ -n $VIA ]] || VIA=$ROUTE_DEFAULT
  settle
  [[ -z $OUTPUT ]] || { load stream && check_output; }
  if [[ $ALL == 1 ]]; then
    load page
    saved all_pages
  elif [[ $VIA == mcp ]]; then
    load mcp
    call_tool
    saved judge_tool
  else
    prepare
    if [[ $DRY == 1 ]]; then
      load dry
      show_dry
    elif [[ $ANSWER == binary || -n $OUTPUT ]]; then
      load stream
      stream
    else
      exchange
      judge
    fi
  fi
}

# saved FUNCTION: what it prints goes to the file of --output, if there is one.
saved() {
  if [[ -n $OUTPUT && $DRY != 1 ]]; then save "$1"; else "$1"; fi
}

# prepare: the request, with everything checked that can be checked here.
prepare() {
  base_url
  build_url
  build_body
  authorize
}

# How a GraphQL API says in an answer that it limits the rate.
readonly RATE_CODE='"code" *: *"(RATELIMITED|RATE_LIMITED|THROTTLED)"'

# exchange: sends, again where that is right.
exchange() {
  ATTEMPT=1
  send
  while ((CURL_STATUS)) || [[ $STATUS == 429 || $STATUS == 50[234] || -n $GRAPHQL && $ANSWER_BODY =~ $RATE_CODE ]]; do
    load retry
    again || break
    send
  done
}

main() {
  LINE=$1 FIRST=$(($1 + 2)) BLOCKS=$(($1 + 2 + INDEX_SIZE + PARTS_SIZE))
  shift
  local name=${PREFIX}_ERROR_FORMAT
  [[ -z ${!name-} ]] || setting error-format "${!name}" "$name"
  name=${PREFIX}_VIA
  [[ -z ${!name-} ]] || setting via "${!name}" "$name"
  name=${PREFIX}_TIMEOUT
  [[ -z ${!name-} ]] || setting timeout "${!name}" "$name"
  # Of what is wrong before this flag is reached, too.
  case " $* " in *' --error-format json '* | *' --error-format=json '*) ERROR_FORMAT=json ;; esac
  # What this was given as a secret its children need not see.
  # shellcheck disable=SC2163  # the names stand in variables
  export -n $SECRETS "${PREFIX}_MCP_TOKEN"
  case ${1-} in
  '' | -* | api | commands | completion | help)
    load front
    front "$@"
    return
    ;;
  esac
  COMMAND=${1//_/-}
  if locate "$COMMAND"; then
    shift
  else
    load former
    former_command "$@" || { load front && unknown_command "$@"; }
    shift "$USED"
    locate "$COMMAND"
  fi
  read_lines "$START" "$COUNT"
  [[ ${LINES[0]-} == "#@ $COMMAND" && ${LINES[COUNT - 1]-} == 'run "$@"' ]] || changed
  local IFS=$'\n'
  name="${LINES[*]}"
  IFS=$' \t\n'
  eval "$name"
}
