# A reader of JSON. Bash is slow by the step, not by the byte, so the text is folded: its strings become one character each, its scalars
# another, and then what the grammar makes one value of becomes one character too, until there is nothing but a value. All of it is done to
# pieces of a kilobyte, since what replaces a part of a text takes quadratic time.

# json_read TEXT: whether it is one JSON value. JSON is it, compact; JSON_KIND object, array, string, number, boolean or null.
# Otherwise JSON_ERROR says what is wrong.
json_read() {
  local parts bones=() at IFS=' '
  JSON_KIND='' JSON_ERROR='it is malformed'
  if ! is_utf8 "$1"; then JSON_ERROR='it is not valid UTF-8' && return 1; fi
  [[ $1 != *[$'\x01'-$'\x08\x0b\x0c\x0e'-$'\x1f']* ]] || { JSON_ERROR='it holds a control character' && return 1; }
  json_hide "$1"
  # What stands between quotation marks are the strings: those with odd numbers.
  IFS='"'
  parts=($R' ')
  IFS=' '
  ((${#parts[@]} % 2)) || { JSON_ERROR='a string has no end' && return 1; }
  for ((at = 0; at < ${#parts[@]}; at += 2)); do
    bones[${#bones[@]}]=${parts[at]}
    case ${parts[at]} in *[$' \t\r\n']*) json_squeeze "${parts[at]}" && parts[at]=$R ;; esac
  done
  IFS='"'
  set -- "$1" "${bones[*]}"
  IFS=' '
  json_fold "$2" || return 1
  case $1 in
  *[\\$'\t\r\n']*)
    for ((at = 1; at < ${#parts[@]}; at += 2)); do
      case ${parts[at]} in *[\\$'\t\r\n']*) json_canonical "${parts[at]}" && parts[at]=$R || return 1 ;; esac
    done
    ;;
  esac
  IFS='"'
  JSON_HIDDEN="${parts[*]}"
  IFS=' '
  json_reveal "$JSON_HIDDEN"
  JSON=$R
  case $JSON in
  '{'*) JSON_KIND=object ;;
  '['*) JSON_KIND=array ;;
  \"*) JSON_KIND=string ;;
  [tf]*) JSON_KIND=boolean ;;
  n*) JSON_KIND='null' ;;
  *) JSON_KIND=number ;;
  esac
}

# json_hide TEXT: R is TEXT with \x02 for each escaped backslash and \x03 for each escaped quotation mark, so that every other quotation
# mark is the begin or the end of a string.
json_hide() {
  R=$1
  [[ $R == *\\* ]] || return 0
  local piece carry='' chunks=()
  cut "$R"
  for piece in "${PIECES[@]}"; do
    piece=$carry$piece carry=
    piece=${piece//"$BACKSLASH$BACKSLASH"/$'\x02'}
    # An escape is not cut.
    case $piece in *\\) piece=${piece%?} carry=\\ ;; esac
    chunks[${#chunks[@]}]=${piece//"$BACKSLASH\""/$'\x03'}
  done
  chunks[${#chunks[@]}]=$carry
  printf -v R %s "${chunks[@]}"
}

# json_reveal TEXT: R is TEXT as it was.
json_reveal() {
  R=$1
  [[ $R != *[$'\x02\x03']* ]] || in_pieces json_reveal_piece "$R"
}

json_reveal_piece() {
  R=${1//$'\x02'/"$BACKSLASH$BACKSLASH"}
  R=${R//$'\x03'/"$BACKSLASH\""}
}

# json_squeeze TEXT: R is TEXT without white space.
json_squeeze() {
  local tokens IFS=$' \t\r\n'
  tokens=($1)
  IFS=
  R="${tokens[*]-}"
}

# Scalars, each with what ends it, between the marks of JSON. A quotation mark is a string.
readonly JSON_MARKS=$'][{},:" \t\r\n'
readonly JSON_SCALARS=$'^([][{},:" \t\r\n]|(-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?|true|false|null)[][{},:" \t\r\n])*$'
# What can stand at the begin of JSON when all that is complete has been folded: 0 is a value, v are several, k is a name with its colon, m are
# members.
readonly JSON_OPEN='^(0|([[]([0v],)?|[{](m,)?k)*([[][0v]|[{](m,?)?)?)$'

# json_fold BONES: whether this is the JSON of one value; its strings are empty.
json_fold() {
  local piece carry='' held='' folded='' was opened
  cut "$1 "
  for piece in "${PIECES[@]}"; do
    # A scalar is not cut.
    piece=$carry$piece
    carry=${piece##*[$JSON_MARKS]}
    piece=${piece:0:${#piece}-${#carry}}
    [[ $piece =~ $JSON_SCALARS ]] || return 1
    piece=${piece//[-+.0-9a-zE]/0}
    while [[ $piece == *00* ]]; do piece=${piece//00/0}; done
    json_squeeze "$piece"
    piece=$held$R held=
    # Whether a string is a name is seen by what follows.
    case $piece in *\") piece=${piece%?} held=\" ;; esac
    piece=${piece//'":'/k}
    folded+=${piece//\"/0}
    json_fold_marks
    [[ $folded =~ $JSON_OPEN ]] || return 1
    opened=${folded//[!\{[]/}
    ((${#opened} <= 1000)) || { JSON_ERROR='it is nested too deeply' && return 1; }
  done
  folded+=${held:+0}
  json_fold_marks
  [[ $folded == 0 ]] || { [[ ! $folded =~ $JSON_OPEN ]] || JSON_ERROR='it ends too early' && return 1; }
}

# json_fold_marks: `folded`, as far as it goes.
json_fold_marks() {
  local was=
  while [[ $folded != "$was" ]]; do
    was=$folded
    folded=${folded//k0/m}
    folded=${folded//m,m/m}
    folded=${folded//0,0/v}
    folded=${folded//v,v/v}
    folded=${folded//v,0/v}
    folded=${folded//0,v/v}
    folded=${folded//'{m}'/0}
    folded=${folded//'[v]'/0}
    folded=${folded//'[[[[0]]]]'/0}
    folded=${folded//'[0]'/0}
    folded=${folded//'[]'/0}
    folded=${folded//'{}'/0}
  done
}

# json_canonical HIDDEN: R is the inside of a string as JSON.stringify writes it.
json_canonical() {
  [[ $1 != *[$'\t\r\n']* ]] || { JSON_ERROR='a string holds a control character' && return 1; }
  R=$1
  [[ ! $R =~ $JSON_CANONICAL ]] || return 0
  json_reveal "$R"
  set -- "$R"
  json_decode "$1" || return 1
  # NUL, which bash cannot hold, stays as it was spelled.
  if [[ $1 == *u0000* ]]; then R=$1; else json_string "$R" && R=${R:1:${#R}-2}; fi
  json_hide "$R"
}
readonly JSON_CANONICAL='^([^\]|\\[nrtbf])*$'

# json_items: JSON_ITEMS are the members of what was read; of an object JSON_KEYS are their names as JSON strings.
json_items() {
  local parts part piece run at place=0 depth=0 start=1 IFS='"'
  JSON_ITEMS=() JSON_KEYS=()
  case $JSON_KIND in object | array) ;; *) return ;; esac
  parts=($JSON_HIDDEN)
  IFS=' '
  for ((at = 0; at < ${#parts[@]}; at++)); do
    if ((at % 2)); then
      place=$((place + ${#parts[at]} + 2))
      continue
    fi
    PIECES=("${parts[at]}")
    ((${#parts[at]} <= 1024)) || cut "${parts[at]}"
    for piece in "${PIECES[@]}"; do
      while [[ -n $piece ]]; do
        if ((depth == 1)); then run=${piece%%[][{\},]*}; else run=${piece%%[][{\}]*}; fi
        place=$((place + ${#run})) piece=${piece:${#run}}
        case $piece in
        '') break ;;
        '['* | '{'*) depth=$((depth + 1)) ;;
        ,*)
          json_take_item $((place - start))
          start=$((place + 1))
          ;;
        *)
          depth=$((depth - 1))
          ((depth)) || json_take_item $((place - start))
          ;;
        esac
        place=$((place + 1)) piece=${piece:1}
      done
    done
  done
}

# json_take_item SIZE: one more of them, from `start` on.
json_take_item() {
  (($1)) || return 0
  R=${JSON_HIDDEN:start:$1}
  if [[ $JSON_KIND == object ]]; then
    run=${R%%'":'*}\"
    R=${R:${#run}+1}
    set -- "$R"
    json_reveal "$run"
    JSON_KEYS[${#JSON_KEYS[@]}]=$R
    R=$1
  fi
  json_reveal "$R"
  JSON_ITEMS[${#JSON_ITEMS[@]}]=$R
}

# json_decode RAW: R is the text of a JSON string, given without its quotation marks. NUL, which bash cannot hold, becomes \x01.
json_decode() {
  R=$1
  [[ $R == *\\* ]] || return 0
  local parts at part code low chunks=() IFS=$BACKSLASH
  parts=($1' ')
  JSON_ERROR='a string holds an unknown escape'
  chunks[0]=${parts[0]}
  for ((at = 1; at < ${#parts[@]}; at++)); do
    part=${parts[at]}
    case $part in
    '')
      # Two in a row stand for one; what follows is plain.
      at=$((at + 1))
      part="\\${parts[at]-}"
      ;;
    [\"/]*) ;;
    n*) part=$'\n'${part:1} ;;
    t*) part=$'\t'${part:1} ;;
    r*) part=$'\r'${part:1} ;;
    b*) part=$'\b'${part:1} ;;
    f*) part=$'\f'${part:1} ;;
    u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]*)
      code=$((16#${part:1:4})) part=${part:5}
      if ((code >= 55296 && code <= 57343)); then
        low=${parts[at + 1]-}
        JSON_ERROR='a string holds half of a surrogate pair'
        [[ -z $part && $low == u[dD][c-fC-F][0-9a-fA-F][0-9a-fA-F]* ]] && ((code < 56320)) || return 1
        code=$((65536 + (code - 55296) * 1024 + 16#${low:1:4} - 56320))
        part=${low:5} at=$((at + 1))
        JSON_ERROR='a string holds an unknown escape'
      fi
      utf8_character "$code"
      part=$R$part
      ;;
    *) return 1 ;;
    esac
    chunks[${#chunks[@]}]=$part
  done
  printf -v R %s "${chunks[@]}"
  R=${R:0:${#R}-1}
}

# utf8_character CODE: R is the character.
utf8_character() {
  local code=$1 format
  ((code)) || code=1
  if ((code < 128)); then
    printf -v format '\\%03o' "$code"
  elif ((code < 2048)); then
    printf -v format '\\%03o\\%03o' $((192 | code >> 6)) $((128 | code & 63))
  elif ((code < 65536)); then
    printf -v format '\\%03o\\%03o\\%03o' $((224 | code >> 12)) $((128 | code >> 6 & 63)) $((128 | code & 63))
  else
    printf -v format '\\%03o\\%03o\\%03o\\%03o' $((240 | code >> 18)) $((128 | code >> 12 & 63)) $((128 | code >> 6 & 63)) $((128 | code & 63))
  fi
  # shellcheck disable=SC2059  # the format is made of escapes alone
  printf -v R "$format"
}

# take_json INDEX TYPE TEXT: R is the value of an argument whose type is none of the plain ones.
take_json() {
  local text=$3
  case $2 in
  file*)
    [[ ${STATE[$1]} == list ]] || STATE[$1]='file'
    load files
    take_path "$1" "$text"
    return
    ;;
  obj | json)
    json_read "$text" || invalid "$1" "$text" JSON "$JSON_ERROR"
    [[ $2 == json || $JSON_KIND == object ]] || invalid "$1" "$text" 'a JSON object'
    R=$JSON
    ;;
  any) if json_read "$text"; then R=$JSON; else json_string "$text"; fi ;;
  text)
    case $text in
    ['[{']*) if json_read "$text"; then R=$JSON; else json_string "$text"; fi ;;
    *) json_string "$text" ;;
    esac
    ;;
  esac
  [[ ${STATE[$1]} == list ]] || STATE[$1]=json
}

# text_of_json RAW: R is the text of a scalar, or the JSON of anything else.
text_of_json() {
  R=$1
  [[ $R == \"* ]] || return 0
  [[ $R != *u0000* ]] || usage 'a value holds a NUL character' 'That can only be sent in a JSON body.'
  json_decode "${R:1:${#R}-2}"
}

json_member() {
  local at
  for ((at = 0; at < ${#JSON_KEYS[@]}; at++)); do
    [[ ${JSON_KEYS[at]} != "\"$1\"" ]] || { R=${JSON_ITEMS[at]} && return 0; }
  done
  R=
  return 1
}

# declared_name NAME: R is the name as declarations spell it, see member_key.
declared_name() {
  json_string "$1"
  R=${R:1:${#R}-2}
  R=${R//'~'/'~0'}
  R=${R//\//'~1'}
  R=${R:-~2}
}
