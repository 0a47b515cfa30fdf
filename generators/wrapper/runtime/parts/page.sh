# --all: every page, one JSON document a line.

# all_pages
all_pages() {
  local style=${PAGE[0]-} word seen=$'\x1f' next count=0
  [[ -n $style ]] || usage "$COMMAND has no pages that this command knows of"
  command -v jq >/dev/null || fail 1 internal '--all needs jq, which is not installed' 'Install it (apt-get install jq, apk add jq).'
  PAGE_PARAMETER='' PAGE_SIZE='' PAGE_START='' PAGE_COUNT='' PAGE_FROM='' PAGE_NEXT='[]' PAGE_MORE=null PAGE_ITEMS='[]'
  for word in "${PAGE[@]:1}"; do
    case $word in
    parameter=*) PAGE_PARAMETER=${word#*=} ;;
    size=*) PAGE_SIZE=${word#*=} ;;
    start=*) PAGE_START=${word#*=} ;;
    count=*) PAGE_COUNT=${word#*=} ;;
    from=*) PAGE_FROM=${word#*=} ;;
    next=*) PAGE_NEXT=${word#*=} ;;
    more=*) PAGE_MORE=${word#*=} ;;
    items=*) PAGE_ITEMS=${word#*=} ;;
    esac
  done
  [[ $style != link || $VIA == mcp ]] || EXTRA_CONFIG=$'include\nsuppress-connect-headers\n'
  if [[ $VIA == mcp ]]; then load mcp; else prepare; fi
  if [[ $DRY == 1 ]]; then
    if [[ $VIA == mcp ]]; then call_tool; else load dry && show_dry; fi
    return
  fi
  while :; do
    if [[ $VIA == mcp ]]; then
      call_tool
      [[ $MCP_STATUS != - ]] || { judge_tool && return; }
      STATUS=$MCP_STATUS
    else
      exchange
      split_head
    fi
    judge_page
    count=$((count + 1))
    if [[ $VIA == mcp ]]; then next=$NEXT; else next_page "$style"; fi
    [[ -n $next && $seen != *$'\x1f'"$next"$'\x1f'* ]] || return 0
    seen+=$next$'\x1f'
    if ((count >= 10000)); then
      note 'stopped after 10,000 pages'
      return
    fi
    if [[ $VIA == mcp ]]; then merge_arguments "$next"; else turn_page "$style" "$next"; fi
  done
}

# split_head: ANSWER_HEAD is the head of the answer where it came with it.
split_head() {
  ANSWER_HEAD=
  [[ -n $EXTRA_CONFIG ]] || return 0
  while [[ $ANSWER_BODY == HTTP/* ]]; do
    ANSWER_HEAD=${ANSWER_BODY%%$'\r\n\r\n'*}
    ANSWER_BODY=${ANSWER_BODY:${#ANSWER_HEAD}+4}
    [[ $ANSWER_HEAD == HTTP/*\ 1[0-9][0-9]* ]] || return 0
  done
}

# judge_page: prints the page, or fails as for a single call.
judge_page() {
  [[ -z $GRAPHQL ]] || { load graphql && judge_graphql; }
  [[ $STATUS == 2?? ]] || { load errors && refused; }
  print_page "$ANSWER_BODY"
}

# print_page TEXT: on one line.
print_page() {
  local rows IFS
  if [[ $RAW != 1 && -n $JQ$FIELDS ]]; then
    load shape
    SHAPE_COMPACT=1
    print_shaped "$1"
    return
  fi
  # Line ends stand between the tokens of JSON, never inside.
  IFS=$'\r\n'
  rows=($1)
  IFS=' '
  put '%s\n' "${rows[*]-}"
}

# next_page STYLE: `next` is what asks for the next page, or empty.
next_page() {
  local items size=$PAGE_COUNT current
  next=
  case $1 in
  cursor)
    next=$(jq -r --argjson next "$PAGE_NEXT" --argjson more "$PAGE_MORE" '
        (try getpath($next) catch null) as $value
        | if $more != null and (try getpath($more) catch true) == false then empty
          elif ($value | type) == "string" and $value != "" then $value
          elif ($value | type) == "number" then $value | tostring
          else empty end' < <(printf %s "$ANSWER_BODY")) || next=
    ;;
  page | offset)
    items=$(jq --argjson items "$PAGE_ITEMS" '(try getpath($items) catch null) | if type == "array" then length else 0 end' < <(printf %s "$ANSWER_BODY")) || items=0
    ((items > 0)) || return 0
    [[ -z $PAGE_SIZE ]] || number_of "$PAGE_SIZE"
    [[ -z $PAGE_SIZE ]] || size=${R:-$size}
    [[ -z $size ]] || ((items >= size)) || return 0
    number_of "$PAGE_PARAMETER"
    current=${R:-${PAGE_FROM:-$PAGE_START}}
    if [[ $1 == page ]]; then next=$((${current:-1} + 1)); else next=$((${current:-0} + items)); fi
    ;;
  link) next_link ;;
  url)
    next=$(jq -r --argjson next "$PAGE_NEXT" '(try getpath($next) catch null) | strings' < <(printf %s "$ANSWER_BODY")) || next=
    ;;
  esac
}

# number_of FLAG: R is the number that was given for an argument, or empty.
number_of() {
  R=
  [[ $FLAGS == *" $1="* ]] || return 0
  index_of "$1"
  [[ -n ${STATE[R]} ]] || { R= && return; }
  R=${VALUE[R]}
  [[ $R =~ ^[0-9]{1,15}$ ]] || R=
}

# next_link: the address with rel="next" of the Link header (RFC 8288).
next_link() {
  local row rows rest IFS=$'\n' target
  rows=($ANSWER_HEAD)
  IFS=$' \t\n'
  for row in "${rows[@]}"; do
    case $row in [Ll][Ii][Nn][Kk]:*) rest=${row#*:} ;; *) continue ;; esac
    while [[ $rest == *'<'* ]]; do
      rest=${rest#*<}
      target=${rest%%>*} rest=${rest#*>}
      [[ ! ${rest%%<*} =~ $REL_NEXT ]] || next=$target
    done
  done
}
readonly REL_NEXT=';[[:space:]]*[rR][eE][lL]="?([^";]* )?[nN][eE][xX][tT][" ;,]?'

# turn_page STYLE NEXT
turn_page() {
  case $1 in
  link | url) next_address "$2" ;;
  *)
    index_of "$PAGE_PARAMETER"
    local at=$R
    load json
    case ${TYPE[at]} in
    int | num) R=$2 ;;
    *) json_string "$2" ;;
    esac
    STATE[at]=json VALUE[at]=$R FILLED_FOR=
    [[ $R == \"* ]] || STATE[at]=text
    build_url
    build_body
    ;;
  esac
}

# next_address URL: NEXT_URL, which must be of the same origin: it gets the secret.
next_address() {
  local origin=''
  [[ $BASE =~ ^https?://[^/]+ ]] && origin=${BASH_REMATCH[0]}
  case $1 in
  "$origin"/* | "$origin?"*) NEXT_URL=$1 ;;
  http*:* | //*) fail 1 internal "the next page is at another address than the API: $1" 'It was not followed, since the secret would go with it.' ;;
  /*) NEXT_URL=$origin$1 ;;
  \?*) NEXT_URL=${NEXT_URL:-$BASE$URL_PATH} NEXT_URL=${NEXT_URL%%\?*}$1 ;;
  *) NEXT_URL=$BASE$URL_PATH NEXT_URL=${NEXT_URL%/*}/$1 ;;
  esac
  [[ $NEXT_URL != *[[:cntrl:]\ ]* ]] || fail 1 internal 'the address of the next page is malformed' ''
}

# merge_arguments JSON: what the server says asks for the next page.
merge_arguments() {
  local keys items member at key
  load json
  json_read "$1" || return 0
  json_items
  keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"}) items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
  for ((member = 0; member < ${#keys[@]}; member++)); do
    for ((at = 0; at < ARGC; at++)); do
      key_of "$at"
      key=$R
      [[ ${keys[member]} != "\"$key\"" ]] || STATE[at]=json VALUE[at]=${items[member]}
    done
  done
}
