# What to say when the API did not do what it was asked.

# refused: judges STATUS, with the API's own message.
refused() {
  local message hint status=4 code=refused
  api_message "$ANSWER_BODY"
  message=${R:+: $R}
  case $STATUS in
  401 | 403)
    status=3 code=unauthorized
    hint="Check $(credential_names): it may be wrong, expired, or lack a permission."
    [[ $VIA != mcp ]] || hint='The server has a secret that the API does not accept, or that lacks a permission.'
    ;;
  404) code=not-found hint="Check the identifiers${BASE:+ and the address $BASE}." ;;
  429)
    status=9 code=rate-limited
    hint='Wait, then try again.'
    [[ ! $RETRY_AFTER =~ ^[0-9]+$ ]] || hint="Wait $RETRY_AFTER seconds, then try again."
    ;;
  3??) code=redirect message+=${REDIRECT:+: to $REDIRECT} hint="Redirects are not followed. Set ${PREFIX}_BASE_URL if the API has moved." ;;
  5??) status=5 code=api-failed hint='This is the fault of the API: try again later.' ;;
  *) hint="Check the arguments: \`$API $COMMAND --help\`." ;;
  esac
  fail "$status" "$code" "HTTP $STATUS$message" "$hint" "$STATUS"
}

credential_names() {
  local names=${SHOWN[*]-}
  names=${names#*(from }
  printf %s "${names%%)*}"
  [[ -n $names ]] || printf 'whether the call needs a secret'
}

# api_message TEXT: R is the message in an answer of one of the usual shapes: RFC 9457, message, error, errors, GraphQL.
api_message() {
  local text=$1 title=''
  R=
  [[ -n ${text//[$' \t\n\r']/} ]] || return 0
  load json
  if ((${#text} > 60000)) || ! json_read "$text" || [[ $JSON_KIND != object && $JSON_KIND != array ]]; then
    # A page for people: nothing of it helps.
    [[ $text == *'<'*'>'* ]] || R=${text:0:200}
    return
  fi
  message_in "$JSON"
}

# message_in JSON
message_in() {
  local key value text='' more='' items
  json_read "$1" || return 0
  json_items
  case $JSON_KIND in
  string)
    text_of_json "$JSON"
    return
    ;;
  array)
    items=("${JSON_ITEMS[@]:0:3}")
    for value in ${items[@]+"${items[@]}"}; do
      message_in "$value"
      [[ -z $R ]] || text+="${text:+; }$R"
    done
    R=$text
    return
    ;;
  object) ;;
  *)
    R=
    return
    ;;
  esac
  local keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"}) values=("${JSON_ITEMS[@]}") at
  for key in detail message error_description error_message errorMessage msg title error reason description errors; do
    for ((at = 0; at < ${#keys[@]}; at++)); do
      [[ ${keys[at]} == "\"$key\"" ]] || continue
      message_in "${values[at]}"
      [[ -n $R ]] || continue
      if [[ $key == errors && -n $text ]]; then
        text+=" ($R)"
      elif [[ -z $text ]]; then
        text=$R
        [[ $key != error_description ]] || key='done'
      fi
    done
  done
  if [[ -z $text ]]; then
    # Field → message, as form validation answers.
    for ((at = 0; at < ${#keys[@]} && at < 4; at++)); do
      case ${values[at]} in
      \"* | \[\"*)
        message_in "${values[at]}"
        [[ -z $R ]] || text+="${text:+; }${keys[at]//\"/}: $R"
        ;;
      esac
    done
  fi
  R=${text:0:500}
}

# curl_error: R is what curl says about its failure; nothing where the answer goes to the standard output.
curl_error() {
  R=
  [[ $RESPONSE == *"curl: ($CURL_STATUS) "* ]] || return 0
  R=${RESPONSE##*"curl: ($CURL_STATUS) "}
  R=${R%%$'\n'*}
}

# connection_lost: whether there was a connection that broke, so that another attempt may end better. A proxy that refuses, or the other side of TLS, will do so again.
connection_lost() {
  curl_error
  case $CURL_STATUS in
  18 | 52 | 55 | 92 | 95) ;;
  56) [[ $R != *alert* && $R != *CONNECT* ]] ;;
  35) [[ $R == *reset* || $R == *SYSCALL* || $R == *'unexpected eof'* || $R == *terminated* ]] ;;
  *) return 1 ;;
  esac
}

# connection_failed: by CURL_STATUS and what curl says.
connection_failed() {
  local host=${BASE#*://} variable=${PREFIX}_BASE_URL proxy=
  host=${host%%/*}
  [[ $VIA != mcp ]] || variable=${PREFIX}_MCP_URL
  [[ -z ${http_proxy-}${https_proxy-}${HTTPS_PROXY-}${all_proxy-}${ALL_PROXY-} ]] || proxy=', or that of the proxy (https_proxy, no_proxy)'
  ! connection_lost || fail 6 connection "the connection to $host was lost before the answer was complete" 'Try again; what was asked may have been done.'
  case $CURL_STATUS:$R in
  28:*) fail 7 timeout "no answer from $host within $TIMEOUT seconds" 'Try again, or give more time with --timeout SECONDS.' ;;
  6:*) fail 6 connection "the host $host is not known" "Check the network and $variable$proxy." ;;
  7:*) fail 6 connection "no connection to $host" "Check the network and $variable$proxy." ;;
  5:* | 97:* | 56:*CONNECT*) fail 6 connection "no connection to $host by the proxy${R:+: $R}" 'Check https_proxy, http_proxy and no_proxy.' ;;
  35:* | 5[13489]:* | 56:*alert* | 60:* | 6[46]:* | 77:* | 8[023]:* | 9[01]:*) secure_failed "$host" "$variable" "$R" ;;
  26:*) fail 2 usage 'a file could not be read' 'Check the paths that were given.' ;;
  23:*) fail 1 internal 'the answer could not be written' 'Check the disk and the permissions of the file.' ;;
  3:*) fail 2 usage 'the address is malformed' "Check $variable." ;;
  127:* | 126:*) fail 1 internal 'curl was not found' 'Install curl 7.74 or later.' ;;
  2:* | 4:*) fail 1 internal "this curl is too old: $(curl_version)" 'Install curl 7.74 or later.' ;;
  130:* | 143:*) exit "$CURL_STATUS" ;;
  *) fail 6 connection "curl failed with status $CURL_STATUS${R:+: $R}" "\`man curl\` explains the status." ;;
  esac
}

# secure_failed HOST VARIABLE CAUSE: no attempt more would mend it.
secure_failed() {
  local hint="Check the certificates of this machine and $2."
  case $3 in
  *alert*certificate* | *alert*'unknown ca'*) hint='The server wants a client certificate, or another one than it was given.' ;;
  *'self'?signed* | *'local issuer'* | *'unable to get issuer'* | *'verify locations'* | *'certificate file'*)
    hint='Install the certificate of its authority on this machine, or name the file: CURL_CA_BUNDLE=FILE.'
    ;;
  *expired* | *'not yet valid'*) hint='Check the clock of this machine; otherwise the owner of the server must renew its certificate.' ;;
  *'subject name'* | *'does not match'*) hint="The certificate is for another host: check $2." ;;
  *'wrong version number'* | *'packet length'* | *'record layer'*) hint="What answers there does not speak TLS: check $2, it may have to begin with http://." ;;
  esac
  fail 6 connection "no secure connection to $1${3:+: $3}" "$hint"
}

curl_version() {
  local name version rest
  read -r name version rest < <(curl --version 2>/dev/null)
  printf %s "${version:-unknown}"
}

# fail_json STATUS CODE MESSAGE HINT HTTP-STATUS
fail_json() {
  local text
  text="{\"status\":$1"
  printable "$2" && text+=",\"code\":$R"
  printable "$3" && text+=",\"message\":$R"
  printable "$4" && text+=",\"hint\":$R"
  printf '%s,"http":%s}\n' "$text" "${5:-null}" >&2
}

printable() {
  if is_utf8 "$1"; then json_string "$1"; else json_string "${1//[!$'\x01'-$'\x7f']/?}"; fi
}
