# --- Start: the same in every wrapper that mcpgen writes. ---

# Bytes, not characters: encoding and the length of a value must not depend on where this runs, nor on what the environment sets for bash.
LC_ALL=C IFS=$' \t\n' BASH_COMPAT=
# Exported names that are used below would reach the children with what is put into them.
export -n R CONFIG BODY SECRET SECRET_QUERY SECRET_COOKIES RESPONSE ANSWER_BODY QUERY url query cookies header value user id pair 2>/dev/null
# From bash 5.2 on, & in a replacement would stand for the match.
shopt -u expand_aliases nocasematch patsub_replacement 2>/dev/null
shopt -s lastpipe 2>/dev/null
# Bash would leave it as it is in the environment.
unset PIPESTATUS
VIA='' DRY='' VERBOSE='' RAW='' ALL='' OUTPUT='' JQ='' FIELDS='' DATA='' HAS_DATA='' TIMEOUT=60 ERROR_FORMAT=text
STREAM='' NEXT_URL='' EXTRA_CONFIG='' STDIN_USED='' CURL_STDIN='' FILLED_FOR='' SECRET='' SHOWN=() HEADERS=()

# fail STATUS CODE MESSAGE [HINT [HTTP-STATUS]]: one line what, one line what to do, and the end.
fail() {
  local message hint
  redact "$3" && message=$R
  redact "${4-}" && hint=$R
  if [[ $ERROR_FORMAT == json ]]; then
    load errors
    fail_json "$1" "$2" "$message" "$hint" "${5-}"
  else
    printf '%s: %s\n' "$API" "${message//[[:cntrl:]]/ }" >&2
    [[ -z $hint ]] || printf '  %s\n' "${hint//[[:cntrl:]]/ }" >&2
  fi
  exit "$1"
}

# redact TEXT: R is TEXT without the secrets that an API, a redirect or an address may have repeated in it. Shorter ones would be found in any text.
redact() {
  local text=$1 name IFS=$' \t\n'
  for name in $SECRETS "${PREFIX}_MCP_TOKEN"; do
    variable "$name"
    ((${#R} > 5)) || continue
    text=${text//"$R"/***}
    percent "$R"
    text=${text//"$R"/***}
  done
  # An address has them before the host, or behind the question mark.
  [[ ! ${BASE-} =~ ^https?://([^/?#]*)@ ]] || text=${text//"${BASH_REMATCH[1]}@"/***@}
  case ${BASE-} in *\??*) text=${text//"${BASE#*\?}"/***} ;; esac
  R=$text
}

# usage MESSAGE [HINT]: nothing was sent.
usage() {
  fail 2 usage "$1" "${2-Run \`$API ${COMMAND:+$COMMAND }--help\`.}"
}

# put FORMAT TEXT…: the answer, or a part of it, on the standard output.
put() {
  # shellcheck disable=SC2059  # formats are ours
  printf "$@" 2>/dev/null || not_written
}

not_written() {
  fail 1 internal 'the answer could not be written' 'Check the disk, and what reads the standard output.'
}

note() {
  if [[ $ERROR_FORMAT == json ]]; then
    load errors
    printable "$1"
    printf '{"note":%s}\n' "$R" >&2
  else
    printf '%s: %s\n' "$API" "${1//[[:cntrl:]]/ }" >&2
  fi
}

# variable NAME: R is what the environment gave as NAME when this began.
variable() {
  R=
  case $VARIABLES in
  *" $1="*)
    R=${VARIABLES#*" $1="}
    R=${ENVIRONMENT[${R%% *}]}
    ;;
  esac
}

# read_lines START COUNT: LINES is that part of this file, which bash has not parsed: it stands behind `exit`.
if ((BASH_VERSINFO[0] >= 4)); then
  read_lines() {
    mapfile -t -s $(($1 - 1)) -n "$2" LINES <"$SELF"
  }
else
  read_lines() {
    local line
    LINES=()
    while IFS= read -r line; do LINES[${#LINES[@]}]=$line; done < <(sed -n "$1,$(($1 + $2 - 1))p;$(($1 + $2))q" "$SELF")
  }
fi

# load NAME: takes a part of the runtime that most calls do not need.
load() {
  [[ $LOADED != *" $1 "* ]] || return 0
  LOADED+=" $1 "
  local before=${PARTS%%" $1="*} size=${PARTS#*" $1="} start=$((FIRST + INDEX_SIZE)) IFS=' ' entry
  for entry in $before; do start=$((start + ${entry#*=})); done
  size=${size%% *}
  # And the first line of what follows it.
  read_lines "$start" "$((size + 1))"
  [[ ${LINES[0]-} == "#: $1" && ${LINES[size]-#:} == '#'[:@]* ]] || changed
  unset "LINES[size]"
  IFS=$'\n'
  entry="${LINES[*]}"
  IFS=$' \t\n'
  eval "$entry"
}
LOADED=

# read_index: LINES of `#= LINES,LINES name=LINES,LINES …`: how long the block and the page of each command are; the sums of the row come first.
read_index() {
  read_lines "$FIRST" "$INDEX_SIZE"
}

# locate COMMAND: START and COUNT are the lines of its block.
locate() {
  local at row before sum=$BLOCKS IFS=' '
  [[ $1 != *[=\ ]* ]] || return 1
  read_index
  for ((at = 0; at < INDEX_SIZE; at++)); do
    case ${LINES[at]-} in *" $1="*) break ;; esac
    sum+=${LINES[at]%%,*}
  done
  ((at < INDEX_SIZE)) || return 1
  row=${LINES[at]-} before=${row%%" $1="*}
  COUNT=${row:${#before}+${#1}+2:12}
  COUNT=${COUNT%%,*}
  set -- $before
  shift 2
  for row; do sum+="#= ${row#*=}" sum=${sum%,*}; done
  sum=${sum//'#= '/+}
  START=$((sum))
}

changed() {
  # The part that writes JSON may be what was changed.
  ERROR_FORMAT=text
  fail 1 internal "this file was changed after it was generated: its lines are not where they were" 'Build it again with mcpgen, or undo the change.'
}
