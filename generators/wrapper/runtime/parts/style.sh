# Parameters in every style of OpenAPI (3.2 section 4.12.2.3), which are those of RFC 6570 and some of its own.

# value_of BINDING: V_KIND scalar, array, object or none; V_TEXT, or V_ITEMS and V_KEYS as texts; V_JSON of what is no scalar.
value_of() {
  local source=${SOURCE[$1]} at
  V_KIND=scalar V_TEXT='' V_ITEMS=() V_KEYS=() V_JSON=''
  case ${KIND[$1]} in
  string) V_TEXT=$source ;;
  value) value_of_json "$source" ;;
  template) load template && text_of_template "$1" && V_TEXT=$R ;;
  *)
    case ${STATE[source]} in
    text) V_TEXT=${VALUE[source]} ;;
    json) value_of_json "${VALUE[source]}" ;;
    file) json_of "$source" && value_of_json "$R" ;;
    list)
      json_of "$source"
      V_KIND=array V_JSON=$R
      for ((at = 0; at < ${#REPEAT[@]}; at++)); do
        [[ ${REPEAT[at]} == "$source" ]] || continue
        R=${REPEATED[at]}
        case ${TYPE[source]} in
        str* | int* | num* | bool*) ;;
        *)
          [[ $R != null ]] || continue
          load json
          text_of_json "$R"
          ;;
        esac
        V_ITEMS[${#V_ITEMS[@]}]=$R
      done
      ;;
    esac
    ;;
  esac
  if [[ $V_KIND == array || $V_KIND == object ]] && ((${#V_ITEMS[@]} == 0)); then V_KIND=none; fi
}

# value_of_json TEXT: null, and null in an array or object, counts as not there.
value_of_json() {
  local keys items at
  load json
  json_read "$1" || fail 1 internal "a value is no JSON: ${1:0:40}"
  V_JSON=$JSON
  case $JSON_KIND in
  null) V_KIND=none ;;
  array | object)
    V_KIND=$JSON_KIND
    json_items
    items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"}) keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"})
    for ((at = 0; at < ${#items[@]}; at++)); do
      [[ ${items[at]} != null ]] || continue
      if [[ $V_KIND == object ]]; then
        text_of_json "${keys[at]}"
        V_KEYS[${#V_KEYS[@]}]=$R
      fi
      text_of_json "${items[at]}"
      V_ITEMS[${#V_ITEMS[@]}]=$R
    done
    ;;
  *)
    text_of_json "$JSON"
    V_TEXT=$R
    ;;
  esac
}

# styled BINDING: adds it to QUERY, HEADERS or COOKIES.
styled() {
  local place=${PLACE[$1]} style=${STYLE[$1]} name=${NAME[$1]} text
  value_of "$1"
  case $style in
  '')
    case $place in query | cookie) style='form*' ;; *) style=simple ;; esac
    ;;
  content=*)
    content_text "${style#content=}" "$1"
    text=$R
    case $place in
    header) add_header "$name" "$text" ;;
    cookie)
      percent "$name"
      place=$R
      percent "$text"
      COOKIES+="; $place=$R"
      ;;
    querystring) QUERY+="&$text" ;;
    *)
      percent "$name"
      place=$R
      percent "$text"
      QUERY+="&$place=$R"
      ;;
    esac
    return
    ;;
  esac
  [[ $V_KIND != none ]] || return 0
  case $place in
  header)
    mark_of "$style"
    join_simple "$style" raw "$MARK"
    add_header "$name" "$R"
    ;;
  cookie)
    pairs "$style" "$name" cookie '; '
    COOKIES+="; $R"
    ;;
  query)
    pairs "$style" "$name" query '&'
    QUERY+="&$R"
    ;;
  esac
}

# style_path BINDING: R is what stands in the path.
style_path() {
  local style=${STYLE[$1]:-simple} name=${NAME[$1]} mark at out=
  value_of "$1"
  case $style in
  content=*)
    content_text "${style#content=}" "$1"
    percent "$R"
    return
    ;;
  esac
  [[ $V_KIND != none ]] || usage "$name must not be empty: it is a part of the path"
  case $style in
  label*)
    mark=,
    [[ $style != *'*'* ]] || mark=.
    join_simple "$style" path "$mark"
    R=.$R
    ;;
  matrix*)
    percent "$name"
    name=$R
    if [[ $V_KIND == scalar || $style != *'*'* ]]; then
      join_simple "$style" path
      R=";$name${R:+=$R}"
    else
      for ((at = 0; at < ${#V_ITEMS[@]}; at++)); do
        mark=$name
        [[ $V_KIND == array ]] || { encode "${V_KEYS[at]}" name && mark=$R; }
        encode "${V_ITEMS[at]}" path "$style"
        out+=";$mark${R:+=$R}"
      done
      R=$out
    fi
    ;;
  *)
    mark_of "$style"
    mark=$MARK
    [[ $mark == , ]] || { encode "$mark" name && mark=$R; }
    join_simple "$style" path "$mark"
    ;;
  esac
}

# mark_of STYLE: MARK stands between the items of a value that is not exploded.
mark_of() {
  case $1 in
  spaceDelimited*) MARK=' ' ;;
  pipeDelimited*) MARK='|' ;;
  tabDelimited*) MARK=$'\t' ;;
  *) MARK=, ;;
  esac
}

# join_simple STYLE PLACE [MARK]: R is the values, or names and values, in a row.
join_simple() {
  local at mark=${3-,} equal=${3-,} out=
  if [[ $V_KIND == scalar ]]; then
    encode "$V_TEXT" "$2" "$1"
    return
  fi
  [[ $1 != *'*'* ]] || equal='='
  for ((at = 0; at < ${#V_ITEMS[@]}; at++)); do
    if [[ $V_KIND == object ]]; then
      if [[ $2 == raw ]]; then R=${V_KEYS[at]}; else encode "${V_KEYS[at]}" name; fi
      out+=$mark$R$equal
    else
      out+=$mark
    fi
    encode "${V_ITEMS[at]}" "$2" "$1"
    out+=$R
  done
  R=${out:${#mark}}
}

# pairs STYLE NAME PLACE SEPARATOR: R is name=value, as often as the style says.
pairs() {
  local style=$1 name=$2 place=$3 separator=$4 mark at out='' key
  [[ $style != cookie* ]] || place='raw-cookie'
  encode "$name" "$place-name"
  name=$R
  case $style in
  deepObject*)
    deep_pairs "$name" "$place" "$style" "$V_KIND" "$V_JSON"
    return
    ;;
  esac
  if [[ $V_KIND == scalar ]]; then
    encode "$V_TEXT" "$place" "$style"
    R="$name=$R"
  elif [[ $style == *'*'* ]]; then
    for ((at = 0; at < ${#V_ITEMS[@]}; at++)); do
      key=$name
      [[ $V_KIND == array ]] || { encode "${V_KEYS[at]}" "$place-name" && key=$R; }
      encode "${V_ITEMS[at]}" "$place" "$style"
      out+="$separator$key=$R"
    done
    R=${out:${#separator}}
  else
    mark_of "$style"
    mark=$MARK
    [[ $mark == , ]] || { encode "$mark" "$place-name" && mark=$R; }
    for ((at = 0; at < ${#V_ITEMS[@]}; at++)); do
      if [[ $V_KIND == object ]]; then
        encode "${V_KEYS[at]}" "$place-name"
        out+=$mark$R
      fi
      encode "${V_ITEMS[at]}" "$place" "$style"
      out+=$mark$R
    done
    R="$name=${out:${#mark}}"
  fi
}

# deep_pairs NAME PLACE STYLE KIND JSON: name[member]=value, lists by index, to any depth. NAME is encoded.
deep_pairs() {
  local name=$1 place=$2 style=$3 kind=$4 json=$5 keys=() items=() at key out='' open=%5B close=%5D number=0
  if [[ $kind == scalar ]]; then
    encode "$V_TEXT" "$place" "$style"
    R="$name=$R"
    return
  fi
  load json
  json_read "$json"
  json_items
  items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"}) keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"})
  for ((at = 0; at < ${#items[@]}; at++)); do
    [[ ${items[at]} != null ]] || continue
    if [[ $kind == object ]]; then
      text_of_json "${keys[at]}"
      encode "$R" "$place-name"
    else
      R=$number number=$((number + 1))
    fi
    key=$name$open$R$close
    case ${items[at]} in
    '{'*) deep_pairs "$key" "$place" "$style" object "${items[at]}" ;;
    '['*) deep_pairs "$key" "$place" "$style" array "${items[at]}" ;;
    *)
      text_of_json "${items[at]}"
      encode "$R" "$place" "$style"
      R="$key=$R"
      ;;
    esac
    [[ -z $R ]] || out+="&$R"
  done
  R=${out#&}
}

# encode TEXT PLACE [STYLE]: R is TEXT as it may stand there.
encode() {
  case $2 in
  raw) R=$1 ;;
  raw-cookie | raw-cookie-name)
    [[ $1 != *[[:cntrl:]]* && $1 != *';'* && $1 != ' '* && $1 != *' ' ]] ||
      usage 'a cookie must not hold semicolons or control characters, nor begin or end with a space'
    R=$1
    ;;
  form | form-name) load bodies && form_encode "$1" "${3-}" ;;
  *)
    case $2${3-} in
    path*+) reserved "$1" ':@!$&'\''()*+,;=' ;;
    query*+) reserved "$1" ':/?@!$'\''()*+,;=' ;;
    *) percent "$1" ;;
    esac
    ;;
  esac
}

# reserved TEXT KEPT: R is TEXT with reserved characters and what is percent-encoded already as they are.
reserved() {
  local parts part at chunks=() IFS=%
  parts=($1' ')
  IFS=$' \t\n'
  for ((at = 0; at < ${#parts[@]}; at++)); do
    part=${parts[at]}
    ((at < ${#parts[@]} - 1)) || part=${part% }
    if ((at == 0)); then
      percent "$part" "$2"
    elif [[ $part == [0-9a-fA-F][0-9a-fA-F]* ]]; then
      percent "${part:2}" "$2"
      R=%${part:0:2}$R
    else
      percent "$part" "$2"
      R=%25$R
    fi
    chunks[${#chunks[@]}]=$R
  done
  printf -v R %s "${chunks[@]}"
}

# content_text MEDIA-TYPE BINDING: R is the value written as this media type.
content_text() {
  # What is declared of parameters stands before the first body.
  local place=${PLACE[$2]} kind MEDIA_INDEX=-1
  load content
  load json
  media_kind "$1"
  kind=$R
  if [[ $place:$kind == querystring:urlencoded ]]; then
    form_of_json "$V_JSON" -1
    return
  fi
  declared_name "$place ${NAME[$2]}"
  local owner=$R
  json_of_binding "$2"
  written "$kind" "$owner" "$R"
  [[ $place != querystring ]] || percent "$R"
}
