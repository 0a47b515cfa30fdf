# Help on three levels: the API, a group of commands, a command. What is read costs its reader: each level is short.

# each_block FUNCTION [GROUP]: calls it with the name of every command, or of those of a group, after its `op` and its SUMMARY were read.
# Its block stands at `start` of LINES and is `count` lines long, its page at `page`, `page_count` lines long.
each_block() {
  local rows row word name start=0 count page=0 page_count
  read_index
  rows=("${LINES[@]}")
  for row in "${rows[@]}"; do
    row=${row#'#= '}
    page=$((page + ${row%%,*}))
  done
  read_lines "$BLOCKS" 1000000000
  for row in "${rows[@]}"; do
    for word in $row; do
      case $word in *=*,*) ;; *) continue ;; esac
      name=${word%=*} page_count=${word#*,} word=${word%,*} count=${word#*=}
      case ${LINES[start + 1]} in
      "op ${2-}${2+ }"*)
        eval "${LINES[start + 1]}"
        OPERATION_HIDDEN='' SUMMARY=${LINES[page + 1]#'#| '}
        [[ ${LINES[start + 2]} != hidden ]] || OPERATION_HIDDEN=1
        "$1" "$name"
        ;;
      esac
      start=$((start + count)) page=$((page + page_count))
    done
  done
}

# locate_page COMMAND: START and COUNT are the lines of its page. Pages stand behind all blocks.
locate_page() {
  local row word found='' lines=0
  read_index
  for row in "${LINES[@]}"; do
    row=${row#'#= '}
    word=${row%% *}
    lines=$((lines + ${word%,*}))
    [[ -z $found ]] || continue
    found=${row%%" $1="*}
    if [[ $found == "$row" ]]; then
      found=
      lines=$((lines + ${word#*,}))
      continue
    fi
    for word in $found; do case $word in *=*) lines=$((lines + ${word#*,})) ;; esac done
    COUNT=${row:${#found}+${#1}+2:24}
    COUNT=${COUNT%% *} COUNT=${COUNT#*,}
  done
  START=$((BLOCKS + lines))
}

# explain INDEX: R is the flag and what its page says of it, or empty where that says nothing.
explain() {
  local row IFS=$' \t\n' LINES START COUNT
  R=
  locate_page "$COMMAND"
  read_lines "$START" "$COUNT"
  for row in "${LINES[@]}"; do
    case $row in '#| '"--${FLAG[$1]} "*) R=${row#'#| '} ;; esac
  done
}

# variable_of INDEX: R is the environment variable that fills the argument, or empty.
variable_of() {
  R=
  case ${OPTIONS[$1]} in *$'\x1f'env=*) R=${OPTIONS[$1]#*$'\x1f'env=} R=${R%%$'\x1f'*} ;; esac
}

# read_page AT COUNT: SUMMARY, ABOUT and HELP are what the page at AT of LINES says of a command and its arguments, which are declared.
read_page() {
  local at line
  SUMMARY=${LINES[$1 + 1]#'#|'} ABOUT='' HELP=()
  SUMMARY=${SUMMARY# }
  for ((at = $1 + 2; at < $1 + $2; at++)); do
    line=${LINES[at]#'#| '}
    case $line in
    --*)
      line=${line#--}
      index_of "${line%% *}"
      HELP[R]=${line#* }
      ;;
    *) ABOUT=$line ;;
    esac
  done
}

help_top() {
  local row line='' name
  put '%s: %s, version %s\n\nUsage: %s COMMAND [ARGUMENT…] [--FLAG VALUE…]\n' "$API" "$TITLE" "$VERSION" "$API"
  HELP_ROWS=()
  if ((COMMANDS <= 24)); then
    each_block list_row
    put '\nCommands:\n'
    for row in ${HELP_ROWS[@]+"${HELP_ROWS[@]}"}; do put '  %s\n' "$row"; done
  else
    put '\nGroups of commands; `%s --help GROUP` lists one:\n' "$API"
    for row in $TOPICS; do
      name=${row%%=*}
      row="$name ${row#*=}"
      if ((${#line} + ${#row} > 96)); then
        put '  %s\n' "${line#, }"
        line=''
      fi
      line+=", $row"
    done
    put '  %s\n' "${line#, }"
  fi
  put '\n%s\n' "\
Every command: --help --dry-run --via direct|mcp --data JSON|@FILE|- --fields A,B --jq EXPR --output FILE --all --raw --timeout SECONDS --verbose --error-format json
Also: $API commands [--json] | api METHOD PATH | completion bash|zsh | --version
Exit status: 0 ok, 2 usage, 3 not allowed, 4 refused, 5 API failed, 6 no connection, 7 timed out, 8 partial, 9 rate limited
Environment: ${SECRETS:+${SECRETS// /, }, }${PREFIX}_BASE_URL, _VIA, _MCP_URL, _MCP_TOKEN, _TIMEOUT, _RETRIES (0 to 9), _ERROR_FORMAT"
}

list_row() {
  [[ -n $OPERATION_HIDDEN ]] || HELP_ROWS[${#HELP_ROWS[@]}]="$1  ${SUMMARY:0:80}"
}

# help_group GROUP
help_group() {
  local row names
  HELP_ROWS=()
  case "$TOPICS " in *[$' \n']"$1="*) each_block list_row "$1" ;; esac
  if ((${#HELP_ROWS[@]} == 0)); then
    load suggest
    command_names
    names=$R
    for row in $TOPICS; do names+=" ${row%%=*}"; done
    suggest "$1" "$names"
    usage "there is no command and no group called $1" "${R:+Did you mean $R? }\`$API --help\` lists the groups."
  fi
  for row in "${HELP_ROWS[@]}"; do put '%s\n' "$row"; done
  put '\n`%s COMMAND --help` explains one.\n' "$API"
}

# help_command [--all]: of the command whose block is being run. It costs its reader about 270 tokens at most: flags that go beyond are named without explanation.
help_command() {
  local at rank synopsis="$API $COMMAND" line short shown lines='' more='' brief='' room=1050
  locate_page "$COMMAND"
  read_lines "$START" "$COUNT"
  [[ ${LINES[0]-} == "#? $COMMAND" ]] || changed
  read_page 0 "$COUNT"
  for ((at = 0; at < ${#POSITIONS[@]}; at++)); do
    [[ -n ${POSITIONS[at]-} ]] || continue
    line=${FLAG[POSITIONS[at]]}
    [[ ${MODE[POSITIONS[at]]} == *r* ]] && synopsis+=" <$line>" || synopsis+=" [$line]"
  done
  for ((at = 0; at < ARGC; at++)); do
    [[ ${MODE[at]} != *h* ]] || continue
    room=$((room - ${#FLAG[at]} - 3))
    [[ ${MODE[at]} != *[0-9]* && ${MODE[at]} == *r* ]] && type_name "$at" && synopsis+=" --${FLAG[at]}${R:+ $R}"
  done
  room=$((room - ${#SUMMARY} - ${#ABOUT} - ${#synopsis} - ${#API} - ${#COMMAND}))
  [[ $ALL != 1 && " $* " != *' --all '* ]] || room=1000000
  for rank in r -; do
    for ((at = 0; at < ARGC; at++)); do
      [[ ${MODE[at]} != *h* ]] || continue
      case $rank${MODE[at]} in rr* | -[!r]* | -) ;; *) continue ;; esac
      type_name "$at"
      short="  --${FLAG[at]}${R:+ $R}"
      variable_of "$at"
      if [[ -n $R ]]; then short+=" (or $R)"; elif [[ $rank == r ]]; then short+=' (required)'; fi
      line=$short${HELP[at]+"  ${HELP[at]}"}
      case ${OPTIONS[at]} in *$'\x1f'has=*) line+=" {$(members_of "$at")}" ;; esac
      for shown in "$line" "$short" ''; do
        ((${#shown} - ${#FLAG[at]} > room)) || break
        [[ $rank == - ]] || ((${#shown} > ${#short})) || break
      done
      [[ $shown == "$line" ]] || brief=1
      if [[ -n $shown ]]; then
        lines+=$shown$'\n' room=$((room - ${#shown} + ${#FLAG[at]}))
      else
        more+=" --${FLAG[at]}"
      fi
    done
  done
  put '%s\n%s\n' "$SUMMARY" "${ABOUT:+$ABOUT
}"
  put 'Usage: %s [FLAGS]\n' "$synopsis"
  [[ -z $lines ]] || put '\n%s' "$lines"
  if ((room < 0 && ${#more} + room > 0)); then
    more=${more:0:${#more}+room}
    more="${more% *} …"
  fi
  [[ -z $more ]] || put '  More:%s\n' "$more"
  [[ -z $brief ]] || put '`%s %s --help --all` explains all.\n' "$API" "$COMMAND"
  [[ -z ${PAGE[0]-} ]] || put '  --all  every page, one JSON document per line\n'
  more=
  for line in fields jq output all raw; do [[ $FLAGS != *" $line="* ]] || more+=" --out-$line"; done
  [[ -z $more ]] || put '  To shape the answer:%s\n' "$more"
  exit 0
}

members_of() {
  local has=${OPTIONS[$1]#*$'\x1f'has=}
  has=${has%%$'\x1f'*}
  has=${has//:str/}
  ((${#has} <= 160)) || has="${has:0:160}…"
  printf %s "${has// /, }"
}

type_name() {
  local type=${TYPE[$1]%'[]'} name choices=${ENUM[$1]-}
  case $type in
  str) name=TEXT ;;
  int | num) name=NUMBER ;;
  bool) name='' ;;
  file*) name=FILE ;;
  obj | json) name=JSON ;;
  *) name=VALUE ;;
  esac
  if [[ -n $choices && $type != bool ]]; then
    choices=${choices#$'\x1f'} choices=${choices%$'\x1f'}
    name=${choices//$'\x1f'/|}
    ((${#name} <= 100)) || name="${name:0:100}…"
  fi
  [[ ${TYPE[$1]} != *'[]' ]] || name+=' (repeatable)'
  R=$name
}
