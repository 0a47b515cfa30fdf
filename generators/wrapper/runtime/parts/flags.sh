# The spellings of a flag that are not the plain ones, and what to say when there is none such.

# special GIVEN WORD…: the flag of parse, in its variables `name` and `value`. USED says how many of the words it took.
special() {
  local given=$1 index
  shift
  USED=0
  if [[ $name == no-* && -z $given ]] && flag_index "${name#no-}" && [[ ${TYPE[R]} == bool ]]; then
    give "$R" false
    return
  fi
  case $name in
  *-file) flag_index "${name%-file}" && { value_of_flag "$@" && give_file "$index" "$value"; } && return ;;
  *-json) flag_index "${name%-json}" && { value_of_flag "$@" && give_json "$index" "$value"; } && return ;;
  *.*) flag_index "${name%%.*}" && { value_of_flag "$@" && give_member "$index" "${name#*.}" "$value"; } && return ;;
  esac
  unknown_flag "$name"
}

# flag_index FLAG: R and index.
flag_index() {
  local flag=$1
  [[ $FLAGS == *" $flag="* ]] || flag=${flag//_/-}
  [[ $FLAGS == *" $flag="* ]] || return 1
  index_of "$flag"
  index=$R
}

value_of_flag() {
  [[ -z $given ]] || return 0
  (($#)) || usage "--$name needs a value"
  value=$1 USED=1
}

# give_file INDEX PATH: one argument from a file, as it would stand on the command line.
give_file() {
  load files
  case ${TYPE[$1]} in
  file*) give "$1" "$2" ;;
  *)
    read_text "$2" "--$name"
    give "$1" "$R"
    ;;
  esac
}

# give_json INDEX TEXT: the whole argument as JSON.
give_json() {
  load json
  [[ -z ${STATE[$1]} ]] || usage "--${FLAG[$1]} is given twice"
  json_read "$2" || usage "--$name is not JSON: $JSON_ERROR"
  local type=${TYPE[$1]} wanted=$JSON_KIND
  [[ $JSON_KIND != null || ${MODE[$1]} == *n* || $type == any || $type == json ]] || usage "--${FLAG[$1]} cannot be null"
  case $type in
  *'[]') wanted=array ;;
  str | file*) wanted=string ;;
  int | num) wanted=number ;;
  bool) wanted=boolean ;;
  obj) wanted=object ;;
  esac
  [[ $JSON_KIND == "$wanted" || $JSON_KIND == null ]] || usage "--${FLAG[$1]} is a JSON $wanted, not a JSON $JSON_KIND"
  STATE[$1]=json VALUE[$1]=$JSON
  case $type in
  'str[]' | 'int[]' | 'num[]' | 'bool[]')
    [[ $JSON_KIND == array ]] || return 0
    json_items
    take_items "$1" "${type%'[]'}" ${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"}
    ;;
  str | int | num | bool) take_items "$1" "$type" "$JSON" ;;
  esac
}

# take_items INDEX TYPE JSON…: what the document says of a value holds in JSON too.
take_items() {
  local index=$1 type=$2 item kind=number
  case $type in str) kind=string ;; bool) kind=boolean ;; esac
  shift 2
  for item; do
    # NUL, which bash cannot hold, is left to the API.
    [[ $item != null && $item != *u0000* ]] || continue
    case $type:$item in str:\"* | [!s]*:[!\"]*) ;; *) invalid "$index" "$item" "a JSON $kind" ;; esac
    text_of_json "$item"
    take "$index" "$type" "$R"
  done
}

# give_member INDEX PATH TEXT: --assignee.name x builds the object of --assignee.
give_member() {
  local at=$1 path=$2 text=$3 type='' known other
  case ${TYPE[at]} in
  obj | any | json | text) ;;
  *) usage "--${FLAG[at]} has no members" ;;
  esac
  [[ -z ${STATE[at]} || ${STATE[at]} == members ]] || usage "--${FLAG[at]} is given twice"
  [[ .$path. != *..* ]] || usage "--$name lacks the name of a member"
  for ((other = 0; other < ${#MEMBERS[@]}; other++)); do
    [[ ${MEMBERS[other]} == "$at" ]] || continue
    # The other one may also be a member of this, or the object around it.
    [[ $path. != "${MEMBER_PATHS[other]}."* && ${MEMBER_PATHS[other]}. != "$path."* ]] || usage "--$name is given twice"
  done
  known=${OPTIONS[at]#*$'\x1f'has=}
  known=" ${known%%$'\x1f'*} "
  if [[ $path != *.* && $known == *" $path:"* ]]; then
    type=${known#*" $path:"}
    type=${type%% *} type=${type%!}
  elif [[ $path != *.* && ${OPTIONS[at]} == *$'\x1f'has=* ]]; then
    case $known in
    *" ${path//-/_}:"*)
      give_member "$at" "${path//-/_}" "$text"
      return
      ;;
    esac
  fi
  load json
  case $type in
  int) [[ $text =~ $INTEGER ]] || usage "--$name is a whole number, not \"$text\"" ;;
  num) [[ $text =~ $NUMBER ]] || usage "--$name is a number, not \"$text\"" ;;
  bool) [[ $text == true || $text == false ]] || usage "--$name is true or false, not \"$text\"" ;;
  str) json_string "$text" && text=$R ;;
  *) if json_read "$text"; then text=$JSON; else json_string "$text" && text=$R; fi ;;
  esac
  STATE[at]=members
  MEMBERS[${#MEMBERS[@]}]=$at
  MEMBER_PATHS[${#MEMBER_PATHS[@]}]=$path
  MEMBER_VALUES[${#MEMBER_VALUES[@]}]=$text
}

# join_members INDEX: R is the object that flags with dots have built. Members stand in the order in which they were given.
join_members() {
  local paths=() values=() at
  for ((at = 0; at < ${#MEMBERS[@]}; at++)); do
    [[ ${MEMBERS[at]} == "$1" ]] || continue
    paths[${#paths[@]}]=${MEMBER_PATHS[at]} values[${#values[@]}]=${MEMBER_VALUES[at]}
  done
  member_object ''
}

# member_object PREFIX: R is the object of the paths that begin with PREFIX.
member_object() {
  local at rest head seen=' ' out=''
  for ((at = 0; at < ${#paths[@]}; at++)); do
    [[ ${paths[at]} == "$1"* ]] || continue
    rest=${paths[at]#"$1"} head=${rest%%.*}
    [[ $seen != *" $head "* ]] || continue
    seen+="$head "
    if [[ $rest == *.* ]]; then
      member_object "$1$head."
    else
      R=${values[at]}
    fi
    local text=$R
    json_string "$head"
    out+=",$R:$text"
  done
  R="{${out#,}}"
}

# What flags of one meaning are called elsewhere, a row each.
readonly ALIKE=' first limit per-page page-size size max-results count top take n
 description body text content message comment m b
 title name summary subject t
 data json d
 output out file o
 fields select columns f
 jq query q
 verbose debug v '

# unknown_flag NAME: a letter, or what stood behind two hyphens.
unknown_flag() {
  local known='' at row word hyphens=--
  ((${#1} > 1)) || hyphens=-
  for ((at = 0; at < ARGC; at++)); do [[ ${MODE[at]} == *h* ]] || known+=" ${FLAG[at]}"; done
  known+=' dry-run via data timeout verbose fields jq output all raw help error-format '
  load suggest
  R=
  ((${#1} == 1)) || suggest "$1" "$known"
  if [[ -z $R && $ALIKE == *" $1"[$' \n']* ]]; then
    row=${ALIKE%%" $1"[$' \n']*} word=${ALIKE#"$row"}
    for word in ${row##*$'\n'} ${word%%$'\n'*}; do
      [[ $word == "$1" || $known != *" $word "* ]] || { R=$word && break; }
    done
  fi
  usage "unknown flag $hyphens$1" "${R:+Did you mean --$R? }\`$API $COMMAND --help\` lists the flags."
}

too_many() {
  local at free='' hint=
  for ((at = 0; at < ARGC; at++)); do
    [[ -n ${STATE[at]} || ${MODE[at]} == *h* ]] || free+=" --${FLAG[at]}"
  done
  [[ $1 == *' '* ]] || hint='Text with spaces stands in quotation marks. '
  usage "\"${1:0:60}\" is one argument too many" "$hint${free:+The others have flags:${free:0:200}. }\`$API $COMMAND --help\` shows what it takes."
}

# not_in_enum INDEX TEXT
not_in_enum() {
  load suggest
  local choices=${ENUM[$1]}
  suggest "$2" "${choices//$'\x1f'/ }"
  choices=${choices#$'\x1f'} choices=${choices%$'\x1f'} choices=${choices//$'\x1f'/, }
  usage "--${FLAG[$1]} cannot be \"${2:0:60}\"" "${R:+Did you mean $R? }It is one of: ${choices:0:400}"
}

# missing_arguments SEPARATED-INDEXES
missing_arguments() {
  local IFS=$'\x1f' at names='' hint=''
  for at in $1; do
    [[ -n $at ]] || continue
    case ${MODE[at]} in *[0-9]*) names+=", ${FLAG[at]} (or --${FLAG[at]})" ;; *) names+=", --${FLAG[at]}" ;; esac
    load help
    variable_of "$at"
    names+=${R:+ (or set $R)}
    explain "$at"
    ((${#hint} + ${#R} > 300)) || hint+=${R:+${R%.}. }
  done
  IFS=$' \t\n'
  usage "missing: ${names#, }" "${hint}Run \`$API $COMMAND --help\`."
}

# note_list INDEX TEXT: what looks like a list of values, given as one of them.
note_list() {
  load json
  ! json_read "$2" || note "--${FLAG[$1]} takes one value and may be repeated; a list of them is --${FLAG[$1]}-json '${2:0:60}'"
}
