# --- The call: curl, told what to do by a configuration on its standard input, never by its arguments. ---

# config KEY TEXT: one line of curl's configuration, quoted as curl reads it.
config() {
  local text=$2
  # Longer lines curl does not read; nothing but a URL, a header or a cookie can be so long.
  ((${#text} < 90000)) || usage 'a value is too long for a path, a query or a header'
  case $text in
  *[\"\\]* | *[[:cntrl:]]*)
    text=${text//"$BACKSLASH"/"$BACKSLASH$BACKSLASH"}
    text=${text//\"/"$BACKSLASH\""}
    text=${text//$'\n'/"${BACKSLASH}n"}
    text=${text//$'\r'/"${BACKSLASH}r"}
    text=${text//$'\t'/"${BACKSLASH}t"}
    ;;
  esac
  CONFIG+="$1 = \"$text\""$'\n'
}

# base_url: BASE, from the environment or the document.
base_url() {
  local name=${PREFIX}_BASE_URL
  BASE=${!name-}
  if [[ -z $BASE ]]; then
    BASE=${SERVER[0]-}
    if ((${#SERVER[@]} > 1)); then load server && server_variables; fi
  fi
  BASE=${BASE%/}
  case $BASE in
  http://?* | https://?*) ;;
  '') usage "the address of the API is not known" "Set $name, for example to https://api.example.com." ;;
  *) usage "$name must begin with http:// or https://" ;;
  esac
}

# authorize: SECRET is the configuration of the first alternative of which everything is set; SHOWN is the same for people.
authorize() {
  local alternative id first='' anonymous=''
  SECRET='' SHOWN=() SECRET_QUERY='' SECRET_COOKIES=''
  ((${#AUTH[@]})) || return 0
  for alternative in "${AUTH[@]}"; do
    [[ -n $alternative ]] || { anonymous=1 && continue; }
    MISSING='' SECRET='' SHOWN=() SECRET_QUERY='' SECRET_COOKIES=''
    for id in $alternative; do credential "$id"; done
    [[ -n $MISSING ]] || return 0
    first=${first:-$MISSING}
  done
  SECRET='' SHOWN=() SECRET_QUERY='' SECRET_COOKIES=''
  [[ -n $anonymous ]] && return 0
  if [[ $DRY == 1 ]]; then
    SHOWN[0]="(not set:${first//,/ and })"
    return
  fi
  fail 3 unauthorized "no secret:${first//,/ and} not set" "Set${first//,/ and} in the environment."
}

# secret VARIABLE: R is its value.
secret() {
  variable "$1"
  [[ -n $R ]] || { MISSING+="${MISSING:+,} $1" && return 1; }
  [[ $R != *[[:cntrl:]]* ]] || fail 3 unauthorized "$1 holds a line break or a control character" 'Set it without.'
}

# secret_or VARIABLE [=DEFAULT]
secret_or() {
  variable "$1"
  if [[ -z $R && $2 == =* ]]; then R=${2#=}; else secret "$1"; fi
}

# key PLACE NAME PREFIX VARIABLE: a secret that is sent as it is.
key() {
  secret "$4" || return 0
  local value=$3$R
  case $1 in
  header)
    local CONFIG=
    config header "$2: $value"
    SECRET+=$CONFIG SHOWN[${#SHOWN[@]}]="$2: $3*** (from $4)"
    ;;
  *)
    percent "$2"
    local name=$R
    percent "$value"
    SHOWN[${#SHOWN[@]}]="$1 $2=*** (from $4)"
    if [[ $1 == query ]]; then SECRET_QUERY+="&$name=$R"; else SECRET_COOKIES+="; $name=$R"; fi
    ;;
  esac
}

# basic USERNAME-VARIABLE PASSWORD-VARIABLE [=USERNAME =PASSWORD]: what is sent where a variable is not set.
basic() {
  local CONFIG='' user
  secret_or "$1" "${3-}" || return 0
  user=$R
  secret_or "$2" "${4-}" || return 0
  config user "$user:$R"
  SECRET+=$CONFIG SHOWN[${#SHOWN[@]}]="Authorization: Basic *** (from $1 and $2)"
}

bearer() { load oauth && bearer_credential "$@"; }
certificate() { load oauth && client_certificate "$@"; }

# send: STATUS and ANSWER_BODY of the direct route.
send() {
  local url=${NEXT_URL:-$BASE$URL_PATH} query=$QUERY$SECRET_QUERY cookies=$COOKIES$SECRET_COOKIES header
  # The address of a next page has its query already.
  [[ -z $NEXT_URL ]] || query=$SECRET_QUERY
  # Not by ${query#&}, which tries every length where it does not match.
  case $query in '&'*) query=${query:1} ;; esac
  if [[ -n $query && ($NEXT_URL == '' || $NEXT_URL != *"$query"*) ]]; then
    case $url in *\?*) url+="&$query" ;; *) url+="?$query" ;; esac
  fi
  CONFIG=$SECRET$EXTRA_CONFIG
  config url "$url"
  case $METHOD in HEAD) CONFIG+=$'head\n' ;; *) config request "$METHOD" ;; esac
  CONFIG+="path-as-is"$'\n'"max-time = $TIMEOUT"$'\n'"header = \"Expect:\""$'\n'"user-agent = \"mcpgen/$API\""$'\n'
  [[ -z $ACCEPT ]] || config header "Accept: $ACCEPT"
  if [[ -n $BODY_KIND ]]; then
    [[ -z $BODY_TYPE ]] || config header "Content-Type: $BODY_TYPE"
  fi
  for header in ${HEADERS[@]+"${HEADERS[@]}"}; do
    case $header in *': ') config header "${header%: };" ;; *) config header "$header" ;; esac
  done
  [[ -z $cookies ]] || config header "Cookie: ${cookies#; }"
  BODY_FD=
  case $BODY_KIND in
  text)
    if ((${#BODY} <= 4096)); then
      config data-raw "$BODY"
    else
      CONFIG+=$'data-binary = "@/dev/fd/3"\n' BODY_FD=3
    fi
    ;;
  '') case $METHOD in POST | PUT | PATCH) CONFIG+=$'data-raw = ""\nheader = "Content-Type:"\n' ;; esac ;;
  *) load bodies && config_body ;;
  esac
  [[ $STREAM == 1 ]] || CONFIG+=$'write-out = "\\n%{http_code} %{size_download} %header{retry-after}|%{redirect_url}"\n'
  transfer
}

# transfer: one exchange, as CONFIG says. Fails when there was no answer.
transfer() {
  [[ $VERBOSE != 1 ]] || { load verbose && show_request; }
  [[ $STREAM != 1 ]] || return 0
  run_curl
  local size=${#RESPONSE} tail=$RESPONSE
  ((size <= 300)) || tail=${RESPONSE:size-300}
  [[ $tail == *$'\n'* ]] || tail=$RESPONSE
  tail=${tail##*$'\n'} ANSWER_BODY=
  # A curl that did not start, or was refused its configuration, does not write what it is asked to.
  if [[ $tail == [0-9][0-9][0-9]' '*'|'* ]]; then ANSWER_BODY=${RESPONSE:0:size-${#tail}-1}; else tail='000 0 |'; fi
  STATUS=${tail%% *} tail=${tail#* }
  # Where nothing but the body should stand.
  [[ -n $EXTRA_CONFIG ]] || ((CURL_STATUS || ${#ANSWER_BODY} >= ${tail%% *})) || note 'the answer holds NUL bytes, which are left out'
  tail=${tail#* }
  RETRY_AFTER=${tail%%|*} REDIRECT=${tail#*|}
  # A curl before 7.84 leaves this as it is asked.
  [[ $RETRY_AFTER != %* ]] || RETRY_AFTER=
  [[ $VERBOSE != 1 ]] || { load verbose && show_answer; }
}

# run_curl: RESPONSE and CURL_STATUS. This shell reads by itself, as `lastpipe` has it: a signal would have to wait for `$(…)`.
# It reads a pipe slowly, so that what is long is left to `$(…)`, when most of the waiting is over.
run_curl() {
  RESPONSE='' RUNNING=1
  trap ended EXIT
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 402)); then
    RESPONSE=$(start_curl 2>&1)
    CURL_STATUS=$?
  else
    start_curl 2>&1 | {
      IFS= read -r -N 65536 RESPONSE
      ((${#RESPONSE} < 65536)) || RESPONSE+=$(</dev/stdin)
    }
    CURL_STATUS=${PIPESTATUS[0]}
  fi
  RUNNING=
}

# start_curl: this process becomes curl. A here-string is a pipe only where bash knows that it fits; elsewhere it would be a file.
# What curl says of a failure stands in RESPONSE too: nobody reads it there but the part `errors`. Nothing of the caller's
# stays open, so that nobody waits for a curl that a signal has left behind.
start_curl() {
  if [[ -n $CURL_STDIN ]]; then
    # The standard input may be a socket, which nothing but its own descriptor opens.
    exec curl -q -sSg -K /dev/fd/3 3< <(printf %s "$CONFIG")
  elif ((!HERE_STRING || ${#CONFIG} > 32000)); then
    exec curl -q -sSg -K - 3< <(printf %s "$BODY") < <(printf %s "$CONFIG")
  elif [[ -n $BODY_FD ]]; then
    exec curl -q -sSg -K - 3< <(printf %s "$BODY") <<<"$CONFIG"
  else
    exec curl -q -sSg -K - <<<"$CONFIG"
  fi
}

# ended: what must not outlive this, whatever ends it.
ended() {
  local status=$? children='' IFS=' '
  if [[ -n $RUNNING ]]; then
    read -r children 2>/dev/null </proc/$$/task/$$/children
    if [[ -n $children ]]; then kill $children; else pkill -P $$ curl; fi 2>/dev/null
  fi
  [[ -z $PART ]] || drop_part "$status"
}
RUNNING='' PART=''
HERE_STRING=0
if [[ $OSTYPE == linux* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then HERE_STRING=1; fi

# judge: what STATUS and ANSWER_BODY mean. Prints the answer, or fails with the status of the table in the help.
judge() {
  [[ -z $GRAPHQL ]] || { load graphql && judge_graphql; }
  case $STATUS in
  2??) print_answer "$ANSWER_BODY" ;;
  *) load errors && refused ;;
  esac
}

# print_answer TEXT
print_answer() {
  if [[ $RAW != 1 && -n $JQ$FIELDS${SHAPE[*]-} ]]; then
    load shape
    print_shaped "$1"
  else
    put %s "$1"
    # Keep the prompt of a person off the last line.
    [[ ! -t 1 || $1 == *$'\n' ]] || printf '\n'
  fi
}
