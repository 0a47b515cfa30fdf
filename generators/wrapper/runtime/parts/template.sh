# Text made of literals and arguments, and of parts of arguments.

# fill_template BINDING: FILLED is its text; fails when an argument in it has no value, or none of the part that is asked for.
fill_template() {
  local pieces at piece hole group IFS=$'\x1f'
  [[ ${FILLED_FOR-} != "$1" ]] || return "$FILLED_STATUS"
  FILLED_FOR=$1 FILLED_STATUS=1 FILLED=
  piece=${SOURCE[$1]}$'\x1f'
  pieces=($piece)
  IFS=$' \t\n'
  # The first piece is the type; literals and holes follow in turn.
  for ((at = 1; at < ${#pieces[@]}; at++)); do
    piece=${pieces[at]}
    if ((at % 2)); then
      FILLED+=$piece
      continue
    fi
    hole=${piece%%'~'*}
    index_of "$hole"
    text_of_argument "$R" || return 1
    if [[ $piece == *'~'* ]]; then
      piece=${piece#*'~'}
      group=${piece%%'~'*}
      [[ $R =~ ${piece#*'~'} ]] || return 1
      R=${BASH_REMATCH[group]-}
    fi
    if [[ ${pieces[0]} == json ]]; then
      # It stands inside of a string.
      json_string "$R"
      R=${R:1:${#R}-2}
    fi
    FILLED+=$R
  done
  FILLED_STATUS=0
}

# text_of_argument INDEX: R is its text, that of an array or object its JSON. null and nothing fail.
text_of_argument() {
  [[ -n ${STATE[$1]} ]] || return 1
  if [[ ${STATE[$1]} == text ]]; then
    R=${VALUE[$1]}
    return
  fi
  json_of "$1"
  [[ $R != null ]] || return 1
  load json
  text_of_json "$R"
}

# text_of_template BINDING: R
text_of_template() {
  fill_template "$1"
  R=$FILLED
}

# json_of_template BINDING: R is its text as the JSON type that it becomes.
json_of_template() {
  fill_template "$1"
  case ${SOURCE[$1]%%$'\x1f'*} in
  number) [[ $FILLED =~ $NUMBER ]] || usage "\"${FILLED:0:60}\" is not a number" ;;
  boolean) [[ $FILLED == true || $FILLED == false ]] || usage "\"${FILLED:0:60}\" is neither true nor false" ;;
  json)
    load json
    json_read "$FILLED" || usage "the arguments do not make JSON: $JSON_ERROR"
    R=$JSON
    return
    ;;
  *)
    json_string "$FILLED"
    return
    ;;
  esac
  R=$FILLED
}
