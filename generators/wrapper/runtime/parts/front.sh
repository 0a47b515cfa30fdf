# What stands before a command, and commands of the wrapper itself.

# front WORD…: the first word is none of the API's commands.
front() {
  local before=() name
  while (($#)); do
    case $1 in
    '') usage 'the command is empty' "\`$API --help\` lists the commands." ;;
    -h | --help | help)
      shift
      load help
      if (($# == 0)); then
        help_top
      elif locate "${1//_/-}"; then
        name=$1
        shift
        main "$LINE" "$name" --help "$@"
      else
        help_group "$1"
      fi
      return
      ;;
    --version)
      put '%s %s (mcpgen %s)\n' "$API" "$VERSION" "$HASH"
      return
      ;;
    --via | --timeout | --error-format | --output | --jq | --fields)
      (($# > 1)) || usage "$1 needs a value"
      before+=("$1" "$2")
      setting "${1#--}" "$2"
      shift 2
      ;;
    --verbose | --dry-run | --raw | --all | --via=* | --timeout=* | --error-format=* | --output=* | --jq=* | --fields=*)
      before+=("$1")
      shift
      ;;
    -*)
      # A script that was imported may have had `--list` for a command.
      load former
      if former_command "$@"; then
        shift "$USED"
        main "$LINE" "$COMMAND" ${before[@]+"${before[@]}"} "$@"
        return
      fi
      COMMAND=
      load suggest
      suggest "${1#--}" 'help version via timeout error-format output jq fields verbose dry-run raw all'
      usage "unknown flag $1 before the command" "${R:+Did you mean --$R? }A command stands first: \`$API --help\` lists them."
      ;;
    api | commands | completion)
      load "own-$1"
      "own_$1" "$@"
      return
      ;;
    *)
      local command=$1
      shift
      main "$LINE" "$command" ${before[@]+"${before[@]}"} "$@"
      return
      ;;
    esac
  done
  load help
  help_top
}

# unknown_command WORD…: what may have been meant, by the first words together too: `issue create` is create-issue.
unknown_command() {
  local name=$COMMAND words=$COMMAND word names groups='' what="unknown command $COMMAND" more="\`$API --help\` lists the commands."
  load suggest
  for word in $TOPICS; do groups+=" ${word%%=*}"; done
  if [[ "$groups " == *" $name "* ]]; then
    case ${2-} in -h | --help | help) load help && help_group "$name" && exit 0 ;; esac
    what="$name is a group of commands" more="\`$API --help $name\` lists them."
  fi
  for word in "${@:2:2}"; do
    [[ $word != -* && $word != *[!A-Za-z0-9_-]* ]] || break
    words+=-${word//_/-}
  done
  command_names
  names=$R
  if [[ $words != "$name" && "$names " == *" $words "* ]]; then
    R=$words
  else
    suggest "$words" "$names"
    [[ -n $R || $words == "$name" || $what == *group* ]] || suggest "$name" "$names"
    [[ -n $R || $what == *group* ]] || commands_with "$name" "$names"
    [[ -n $R || $what == *group* ]] || { suggest "$name" "$groups" && R=${R:+--help $R}; }
  fi
  COMMAND=
  usage "$what" "${R:+Did you mean $R? }$more"
}

# commands_with WORD NAMES: R is the first of them that have the word in their name.
commands_with() {
  local name count=0
  R=
  for name in $2; do
    [[ -$name- == *"-$1-"* ]] || continue
    count=$((count + 1))
    ((count <= 3)) || break
    R+=${R:+, }$name
  done
}
