# `commands`: what there is, for programs.

# own_commands commands [--json | --flags COMMAND]
own_commands() {
  local word
  case ${2-} in
  '')
    load help
    each_block list_command
    ;;
  --json)
    put '['
    SEPARATOR=$'\n'
    load help
    each_block list_json
    put '\n]\n'
    ;;
  --names)
    load suggest
    command_names
    for word in $R; do put '%s\n' "$word"; done
    ;;
  --flags)
    locate "${3-}" || return 0
    read_lines "$START" "$COUNT"
    for word in ${LINES[@]+"${LINES[@]}"}; do
      case $word in 'arg '*)
        word=${word#arg }
        put -- '--%s\n' "${word%% *}"
        ;;
      esac
    done
    ;;
  *) usage "commands takes --json, not $2" ;;
  esac
}

list_command() {
  [[ -n $OPERATION_HIDDEN ]] || put '%s  %s\n' "$1" "$SUMMARY"
}

# list_json NAME: an object a line. The declarations of the block are run with `run` doing nothing.
list_json() {
  local name=$1 at out key choices choice text IFS=$' \t\n'
  [[ -z $OPERATION_HIDDEN ]] || return 0
  block_arguments
  read_page "$page" "$page_count"
  json_string "$SUMMARY"
  out="{\"command\":\"$name\",\"tool\":\"$TOOL\",\"group\":\"$GROUP\",\"method\":\"$METHOD\",\"summary\":$R,\"args\":["
  for ((at = 0; at < ARGC; at++)); do
    [[ ${MODE[at]} != *h* ]] || continue
    key_of "$at"
    key=$R
    out+="{\"flag\":\"${FLAG[at]}\",\"key\":\"$key\",\"type\":\"${TYPE[at]}\",\"required\":"
    case ${MODE[at]} in *r*) out+=true ;; *) out+=false ;; esac
    case ${MODE[at]} in *[0-9]*) out+=",\"positional\":${MODE[at]//[!0-9]/}" ;; esac
    variable_of "$at"
    out+=${R:+",\"env\":\"$R\""}
    if [[ -n ${ENUM[at]-} ]]; then
      IFS=$'\x1f'
      choices=(${ENUM[at]#$'\x1f'})
      IFS=$' \t\n' text=
      for choice in ${choices[@]+"${choices[@]}"}; do
        json_string "$choice"
        text+=",$R"
      done
      out+=",\"enum\":[${text#,}]"
    fi
    json_string "${HELP[at]-}"
    out+=",\"description\":$R},"
  done
  put '%s%s]}' "$SEPARATOR" "${out%,}"
  SEPARATOR=$',\n'
}

# block_arguments: declares the arguments of the block that stands at `start` of LINES, in each_block.
block_arguments() {
  local at line
  ARGC=0 BINDC=0 FLAGS=' ' ENUM=() POSITIONS=() OPTIONS=()
  for ((at = start + 1; at < start + count - 1; at++)); do
    line=${LINES[at]-}
    case $line in 'arg '* | 'enum '*) eval "$line" ;; esac
  done
}
