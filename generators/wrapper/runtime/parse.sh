# --- The command line: words become the values of arguments, checked. ---
# STATE of an argument: empty (not given), text (VALUE, as TYPE says), list (items, in REPEATED), json (VALUE, checked and compact), file (VALUE is a path).

readonly INTEGER='^-?(0|[1-9][0-9]*)$'
readonly NUMBER='^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$'

# parse WORD…
parse() {
  local word name value given position=0 at
  while (($#)); do
    word=$1
    shift
    if [[ $FORMER != ' ' && $word == -?* ]]; then
      load former
      respell "$word"
      word=$R
      [[ -z $MORE ]] || set -- "$MORE" "$@"
    fi
    case $word in
    --)
      while (($#)); do
        positional "$1"
        shift
      done
      return
      ;;
    --*=*) name=${word%%=*} value=${word#*=} given=1 ;;
    --*) name=$word value='' given='' ;;
    -h) name=--help value='' given='' ;;
    -[!0-9.]) load flags && unknown_flag "${word#-}" ;;
    -[!0-9.]*) usage "unknown flag $word" "Flags begin with two hyphens: \`$API $COMMAND --help\` lists them. A value that begins with a hyphen goes behind --." ;;
    *)
      positional "$word"
      continue
      ;;
    esac
    name=${name#--}
    case $FLAGS in
    *" $name="*) ;;
    *" ${name//_/-}="*) name=${name//_/-} ;;
    *)
      # Not an argument of the API. The flags of the wrapper itself, then the spellings that an argument can have.
      case ${name#out-} in
      help) [[ -n $given ]] || { load help && help_command "$@"; } ;;
      version) [[ -n $given ]] || { load front && front --version && exit; } ;;
      raw | all | dry-run | verbose)
        [[ -z $given || $value == true || $value == false ]] || usage "--$name takes no value"
        [[ $value != false ]] || continue
        case ${name#out-} in raw) RAW=1 ;; all) ALL=1 ;; dry-run) DRY=1 ;; verbose) VERBOSE=1 ;; esac
        continue
        ;;
      via | data | timeout | error-format | output | jq | fields)
        if [[ -z $given ]]; then
          (($#)) || usage "--$name needs a value"
          value=$1
          shift
        fi
        setting "${name#out-}" "$value"
        continue
        ;;
      esac
      load flags
      special "$given" "$@"
      shift "$USED"
      continue
      ;;
    esac
    index_of "$name"
    at=$R
    if [[ -z $given ]]; then
      if [[ ${TYPE[at]} == bool ]]; then
        case ${1-} in
        true | false)
          value=$1
          shift
          ;;
        *) value=true ;;
        esac
      else
        (($#)) || usage "--$name needs a value"
        value=$1
        shift
      fi
    fi
    give "$at" "$value"
  done
}

positional() {
  local at=${POSITIONS[position]-}
  # Also where a flag has given it: `--title two words` lacks quotation marks.
  [[ -n $at && (-z ${STATE[at]} || ${TYPE[at]} == *'[]') ]] || { load flags && too_many "$1"; }
  # The last position takes what is left where its argument is a list.
  [[ ${TYPE[at]} == *'[]' && -z ${POSITIONS[position + 1]-} ]] || position=$((position + 1))
  give "$at" "$1"
}

# setting NAME VALUE [SPELLING]: a setting of the wrapper itself, by its flag or by the variable SPELLING.
setting() {
  local spelling=${3---$1}
  case $1 in
  via)
    [[ $2 == direct || $2 == mcp ]] || usage "$spelling is direct or mcp, not $2"
    VIA=$2
    ;;
  error-format)
    [[ $2 == json || $2 == text ]] || usage "$spelling is text or json, not $2"
    ERROR_FORMAT=$2
    ;;
  timeout)
    [[ $2 =~ $NUMBER && $2 != -* && $2 != *[eE]* ]] || usage "$spelling is a number of seconds, not $2"
    TIMEOUT=$2
    ;;
  data)
    [[ -z $HAS_DATA ]] || usage "$spelling is given twice"
    DATA=$2 HAS_DATA=1
    ;;
  output)
    [[ -n $2 ]] || usage "$spelling is the path of a file, or -"
    OUTPUT=$2
    [[ $2 != - ]] || OUTPUT=
    ;;
  jq) JQ=$2 ;;
  fields) FIELDS=$2 ;;
  esac
}

# give INDEX TEXT: one value as it stands on the command line.
give() {
  local type=${TYPE[$1]} state=${STATE[$1]}
  if [[ $type == *'[]' ]]; then
    [[ $state != json ]] || usage "--${FLAG[$1]} is given twice"
    type=${type%'[]'}
    case $2 in '["'*'"]' | '[]') load flags && note_list "$@" ;; esac
    STATE[$1]=list
    take "$1" "$type" "$2"
    REPEAT[${#REPEAT[@]}]=$1
    REPEATED[${#REPEATED[@]}]=$R
  else
    [[ -z $state ]] || usage "--${FLAG[$1]} is given twice"
    STATE[$1]=text
    take "$1" "$type" "$2"
    VALUE[$1]=$R
  fi
}

# take INDEX TYPE TEXT: R is TEXT, if it is a value of this type that the document allows. May change STATE.
take() {
  R=$3
  is_utf8 "$R" || usage "--${FLAG[$1]} is not valid UTF-8" 'Text is UTF-8; bytes go to an argument that takes a file.'
  case $2 in
  str) ;;
  int) [[ $R =~ $INTEGER ]] || invalid "$1" "$R" 'a whole number' ;;
  num) [[ $R =~ $NUMBER ]] || invalid "$1" "$R" 'a number' ;;
  bool) [[ $R == true || $R == false ]] || invalid "$1" "$R" 'true or false' ;;
  *)
    load json
    take_json "$@"
    ;;
  esac
  if [[ -n ${ENUM[$1]-} ]]; then
    [[ ${ENUM[$1]} == *$'\x1f'"$R"$'\x1f'* && $R != *$'\x1f'* ]] || { load flags && not_in_enum "$1" "$R"; }
  fi
  case ${OPTIONS[$1]} in
  *$'\x1f'[abmp]*) load check && check "$1" "$2" "$R" ;;
  esac
}

# invalid INDEX TEXT WHAT [WHY]
invalid() {
  local text=$2
  ((${#text} <= 60)) || text=${text:0:60}…
  load help
  explain "$1"
  case ${TYPE[$1]}:$text in *'[]:['*) R="One value each time, or all of them by --${FLAG[$1]}-json" ;; esac
  usage "--${FLAG[$1]} is $3, not \"$text\"${4:+: $4}" "${R:+${R%.}. }Run \`$API $COMMAND --help\`."
}

# settle: environment and defaults for what was not given, and what is missing.
settle() {
  local at option missing='' IFS=$'\x1f'
  if [[ -n $OPTIONAL || $HAS_DATA == 1 ]]; then
    IFS=$' \t\n'
    load data
    if [[ $HAS_DATA == 1 ]]; then whole_body; else optional_body; fi
    IFS=$'\x1f'
  fi
  for ((at = 0; at < ARGC; at++)); do
    if [[ ${STATE[at]} == members ]]; then
      IFS=$' \t\n'
      load flags
      join_members "$at"
      STATE[at]=json VALUE[at]=$R IFS=$'\x1f'
    fi
    [[ -z ${STATE[at]} ]] || continue
    for option in ${OPTIONS[at]}; do
      case $option in
      env=*)
        variable "${option#env=}"
        [[ -z $R || -n ${STATE[at]} ]] || { IFS=$' \t\n' && give "$at" "$R"; }
        ;;
      default=*)
        # The server knows its own defaults.
        [[ -n ${STATE[at]} || $VIA == mcp ]] || VALUE[at]=${option#default=} STATE[at]=json
        ;;
      esac
    done
    IFS=$'\x1f'
    if [[ -z ${STATE[at]} && ${MODE[at]} == *r* ]]; then
      # By MCP the server may have the variable.
      if [[ $VIA == mcp && ${OPTIONS[at]} == *$'\x1f'env=* ]]; then continue; fi
      missing+=$'\x1f'$at
    fi
  done
  IFS=$' \t\n'
  [[ -z $missing ]] || { load flags && missing_arguments "$missing"; }
}
