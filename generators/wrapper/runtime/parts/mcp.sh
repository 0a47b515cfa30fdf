# The MCP route: one POST of tools/call (revision 2026-07-28), or the handshake of older servers where that is refused.

readonly MCP_VERSION=2026-07-28 MCP_OLDER=2025-06-18
# Takes what the server answered, the JSON of a message, of several events, or a hub's {"result": …}. First line: what it is; second
# line: the next page's arguments; the rest is the text as it is. As JSON, since jq 1.6 cuts raw text through its characters.
# shellcheck disable=SC2016  # a program of jq
readonly MCP_READ='
([.[] | select(type == "object" and (has("result") or has("error")) and ((has("id") | not) or .id == 1 or .id == null))] | last) as $m
| if $m == null then "none\n\n"
  elif $m.error then "error \($m.error.code? // $m.code? // 0)\n\n\($m.error.message? // $m.error)"
  else $m.result | ._meta as $meta | (.content // [])[0] as $c
    | "result \($meta["mcpgen/status"] // "-") \(.isError // false) \($meta["mcpgen/error"] // "-") \($meta["mcpgen/retryAfter"] // "-") \($meta["mcpgen/truncated"] // false) \(if $c.resource.blob? then "blob" else "text" end)\n"
      + "\($meta["mcpgen/next"] // "" | if . == "" then "" else tojson end)\n"
      + (if $meta["mcpgen/empty"] then "" else $c.text? // $c.resource.blob? // $c.resource.text? // (if .structuredContent then (.structuredContent | tojson) else "" end) end)
  end'

# call_tool: STATUS, ANSWER_BODY and what else the server says about the call.
call_tool() {
  command -v jq >/dev/null || fail 1 internal 'the MCP route needs jq, which is not installed' 'Install it (apt-get install jq, apk add jq), or use --via direct.'
  [[ $HAS_DATA != 1 ]] || { load data && data_to_arguments; }
  mcp_arguments
  mcp_address
  if [[ $DRY == 1 ]]; then
    mcp_dry
    exit 0
  fi
  ATTEMPT=1
  mcp_post
  while ((CURL_STATUS)) || [[ $STATUS == 429 || $STATUS == 50[234] ]]; do
    load retry
    again || break
    mcp_post
  done
  case $STATUS in 400 | 404 | 422) [[ $MCP_FORM != mcp ]] || mcp_handshake ;; esac
  mcp_take
}

mcp_address() {
  local name=${PREFIX}_MCP_URL
  BASE=${!name:-$MCP_URL}
  case $BASE in
  http://?* | https://?*) ;;
  *) usage "$name must begin with http:// or https://" "For example http://$API:8080/mcp." ;;
  esac
  case ${BASE%/} in */api/servers/tools) MCP_FORM=hub ;; *) MCP_FORM=mcp ;; esac
}

# mcp_arguments: TOOL_ARGUMENTS, by the names that the tool gives them.
mcp_arguments() {
  local at key out=''
  for ((at = 0; at < ARGC; at++)); do
    [[ -n ${STATE[at]} ]] || continue
    key_of "$at"
    key=$R
    json_of "$at"
    out+=",\"$key\":$R"
  done
  TOOL_ARGUMENTS="{${out#,}}"
}

# mcp_post: the call itself.
mcp_post() {
  local meta='{"io.modelcontextprotocol/protocolVersion":"'$MCP_VERSION'","io.modelcontextprotocol/clientInfo":{"name":"'$API'","version":"'$HASH'"},"io.modelcontextprotocol/clientCapabilities":{},"mcpgen/full":true}'
  CONFIG=
  if [[ $MCP_FORM == hub ]]; then
    BODY="{\"server_name\":\"$API\",\"tool\":\"$TOOL\",\"arguments\":$TOOL_ARGUMENTS}"
  else
    BODY="{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"$TOOL\",\"arguments\":$TOOL_ARGUMENTS,\"_meta\":$meta}}"
    config header "MCP-Protocol-Version: $MCP_VERSION"
    config header 'Mcp-Method: tools/call'
    config header "Mcp-Name: $TOOL"
  fi
  mcp_send
}

# mcp_send: BODY to the server, with CONFIG's lines and those that every message has.
mcp_send() {
  config url "$BASE"
  CONFIG+=$'request = POST\n'"max-time = $TIMEOUT"$'\n'
  config header 'Content-Type: application/json'
  config header 'Accept: application/json, text/event-stream'
  config header 'Expect:'
  mcp_token
  if [[ -n $R ]]; then
    secret "${PREFIX}_MCP_TOKEN"
    config header "Authorization: Bearer $R"
  fi
  BODY_FD=
  if ((${#BODY} <= 4096)); then config data-raw "$BODY"; else CONFIG+=$'data-binary = "@/dev/fd/3"\n' BODY_FD=3; fi
  CONFIG+=$'write-out = "\\n%{http_code} %{size_download} %header{retry-after}|%{redirect_url}"\n'
  # The operation's own method says whether it may be sent again.
  local METHOD=POST BODY_KIND=text
  transfer
}

# mcp_token: R is the token where it is sent. A hub's REST form has no authentication: it is not for that unless it asks by being https.
mcp_token() {
  variable "${PREFIX}_MCP_TOKEN"
  [[ $MCP_FORM == mcp || $BASE == https://* ]] || R=
}

# mcp_handshake: initialize, initialized, the call, and the end of the session, as servers before 2026 want it.
mcp_handshake() {
  local session='' refused=$STATUS answer=$ANSWER_BODY head
  CONFIG=$'include\nsuppress-connect-headers\n'
  BODY="{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"$MCP_OLDER\",\"capabilities\":{},\"clientInfo\":{\"name\":\"$API\",\"version\":\"$HASH\"}}}"
  mcp_send
  ((CURL_STATUS == 0)) || { load errors && connection_failed; }
  if [[ $STATUS != 200 ]]; then
    # Not an older server either: its first refusal counts.
    STATUS=$refused ANSWER_BODY=$answer
    return
  fi
  while IFS= read -r head; do
    head=${head%$'\r'}
    [[ -n $head ]] || break
    case $head in [Mm][Cc][Pp]-[Ss][Ee][Ss][Ss][Ii][Oo][Nn]-[Ii][Dd]:*) session=${head#*:} session=${session# } ;; esac
  done < <(printf '%s\n' "${ANSWER_BODY:0:16000}")
  mcp_in_session "$session" '{"jsonrpc":"2.0","method":"notifications/initialized"}'
  mcp_in_session "$session" "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"$TOOL\",\"arguments\":$TOOL_ARGUMENTS,\"_meta\":{\"mcpgen/full\":true}}}"
  ((CURL_STATUS == 0)) || { load errors && connection_failed; }
  refused=$STATUS answer=$ANSWER_BODY
  if [[ -n $session ]]; then
    CONFIG=$'request = DELETE\nmax-time = 5\n'
    config url "$BASE"
    config header "Mcp-Session-Id: $session"
    mcp_token
    [[ -z $R ]] || config header "Authorization: Bearer $R"
    BODY_FD=''
    run_curl
  fi
  STATUS=$refused ANSWER_BODY=$answer CURL_STATUS=0
}

mcp_in_session() {
  CONFIG=
  config header "MCP-Protocol-Version: $MCP_OLDER"
  [[ -z $1 ]] || config header "Mcp-Session-Id: $1"
  BODY=$2
  mcp_send
}

# mcp_events: the data of a stream of events, which is JSON.
mcp_events() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    case $line in data:*) printf '%s\n' "${line#data:}" ;; esac
  done
}

# mcp_take: reads the server's answer.
mcp_take() {
  local answer line
  case $STATUS in
  401 | 403) fail 3 unauthorized "the MCP server does not allow the call (HTTP $STATUS)" "Check ${PREFIX}_MCP_TOKEN." "$STATUS" ;;
  429) fail 9 rate-limited 'the MCP server limits the rate of calls' 'Wait, then try again.' 429 ;;
  esac
  case $ANSWER_BODY in event* | data* | id* | retry* | :*) ANSWER_BODY=$(mcp_events < <(printf %s "$ANSWER_BODY")) ;; esac
  if ((HERE_STRING && ${#ANSWER_BODY} < 60000)); then
    answer=$(jq -sj "$MCP_READ" <<<"$ANSWER_BODY" 2>/dev/null && printf .)
  else
    answer=$(jq -sj "$MCP_READ" < <(printf %s "$ANSWER_BODY") 2>/dev/null && printf .)
  fi
  answer=${answer%.}
  line=${answer%%$'\n'*}
  answer=${answer#*$'\n'}
  NEXT=${answer%%$'\n'*}
  ANSWER_BODY=${answer#*$'\n'}
  # shellcheck disable=SC2086
  set -- ${line:-none}
  case $1 in
  none)
    case $STATUS in
    2??) fail 1 internal "the MCP server at $BASE answered something that is not MCP" "Check ${PREFIX}_MCP_URL." "$STATUS" ;;
    5??) fail 5 api-failed "the MCP server failed (HTTP $STATUS)" 'Try again later.' "$STATUS" ;;
    *) fail 1 internal "the MCP server answered HTTP $STATUS" "Check ${PREFIX}_MCP_URL." "$STATUS" ;;
    esac
    ;;
  error)
    [[ $MCP_FORM != hub ]] || hub_refused "$2" "$ANSWER_BODY"
    case $2 in
    -32602) fail 2 usage "$ANSWER_BODY" "\`$API $COMMAND --help\` explains the arguments." ;;
    *) fail 1 internal "the MCP server refused: $ANSWER_BODY" 'It may be of another version: build both again.' ;;
    esac
    ;;
  esac
  MCP_STATUS=$2 MCP_FAILED=$3 MCP_ERROR=$4 RETRY_AFTER=$5 MCP_CUT=$6 MCP_CONTENT=$7
  [[ $RETRY_AFTER != - ]] || RETRY_AFTER=
}

# hub_refused CODE MESSAGE: what mcp-hub says in its REST form about a server behind it. Other refusals are left to the caller.
hub_refused() {
  case $1:$2 in
  TOOL_*:*'Tool not found'*) fail 2 usage "the MCP server $API has no tool $TOOL" 'It may be of another version: build both again.' "$STATUS" ;;
  TOOL_*:*'MCP error -32602'*) fail 2 usage "$2" "\`$API $COMMAND --help\` explains the arguments." "$STATUS" ;;
  TOOL_*:*'MCP error -32001'*) fail 7 timeout "$2" 'Try again; what was asked may have been done.' "$STATUS" ;;
  *'Server not found'* | *'not registered'*) fail 1 internal "the hub does not know the MCP server $API" 'Add it to the configuration of the hub.' "$STATUS" ;;
  TOOL_*:*'fetch failed'* | TOOL_*:*'not initialized'* | TOOL_*:*'ot connected'* | TOOL_*:*'onnection closed'* | TOOL_*:*ECONN* | TOOL_*:*'socket hang up'*)
    fail 6 connection "the hub cannot reach the MCP server $API" 'Is it running? A hub tries again a server that was down at its start only when it is started anew (POST /api/servers/start).' "$STATUS"
    ;;
  esac
}

# judge_tool: the same verdicts as on the direct route.
judge_tool() {
  [[ $MCP_CUT != true ]] || note 'the answer was too long and was cut by the server: ask for less'
  if [[ $MCP_STATUS != - ]]; then
    STATUS=$MCP_STATUS REDIRECT='' BASE=''
    if [[ $MCP_CONTENT == blob && $STATUS == 2?? ]]; then
      load files
      print_base64 "$ANSWER_BODY"
    else
      judge
    fi
    return
  fi
  if [[ $MCP_FAILED == true ]]; then
    case $MCP_ERROR in
    usage) fail 2 usage "$ANSWER_BODY" "\`$API $COMMAND --help\` explains the arguments." ;;
    unauthorized) fail 3 unauthorized "$ANSWER_BODY" 'The secret of the API belongs into the environment of the server.' ;;
    connection) fail 6 connection "$ANSWER_BODY" 'The MCP server cannot reach the API.' ;;
    timeout) fail 7 timeout "$ANSWER_BODY" 'Try again, or give more time with --timeout SECONDS.' ;;
    *) fail 1 internal "$ANSWER_BODY" '' ;;
    esac
  fi
  STATUS=200
  judge
}

mcp_dry() {
  redact "$BASE"
  put 'POST %s\n' "$R"
  [[ $MCP_FORM == hub ]] || put 'MCP-Protocol-Version: %s\nMcp-Method: tools/call\nMcp-Name: %s\n' "$MCP_VERSION" "$TOOL"
  mcp_token
  [[ -z $R ]] || put 'Authorization: Bearer *** (from %s)\n' "${PREFIX}_MCP_TOKEN"
  put '\n{"name":"%s","arguments":%s}\n' "$TOOL" "$TOOL_ARGUMENTS"
}
