# --- The request: arguments become a URL, headers and a body. ---

# json_of INDEX: R is the argument's value as JSON.
json_of() {
  case ${STATE[$1]} in
  json) R=${VALUE[$1]} ;;
  text) json_item "${TYPE[$1]}" "${VALUE[$1]}" ;;
  list)
    local at items=
    for ((at = 0; at < ${#REPEAT[@]}; at++)); do
      [[ ${REPEAT[at]} == "$1" ]] || continue
      json_item "${TYPE[$1]%'[]'}" "${REPEATED[at]}"
      items+=,$R
    done
    R="[${items#,}]"
    ;;
  file) load files && json_of_file "$1" ;;
  esac
}

# json_item TYPE TEXT
json_item() {
  case $1 in
  str) json_string "$2" ;;
  file*) load files && json_of_path "$1" "$2" ;;
  *) R=$2 ;;
  esac
}

# has_value BINDING
has_value() {
  case ${KIND[$1]} in
  arg | spread) [[ -n ${STATE[${SOURCE[$1]}]} ]] ;;
  template) load template && fill_template "$1" ;;
  esac
}

# json_of_binding BINDING: R is what it puts there, as JSON. It has a value.
json_of_binding() {
  case ${KIND[$1]} in
  arg | spread) json_of "${SOURCE[$1]}" ;;
  value) R=${SOURCE[$1]} ;;
  string) json_string "${SOURCE[$1]}" ;;
  template) load template && json_of_template "$1" ;;
  esac
}

# plain BINDING: R is the text of a binding that is a single string, number or boolean, and of a plain style. Otherwise it fails.
plain() {
  local style=${STYLE[$1]} source=${SOURCE[$1]}
  [[ -z $style ]] || return 1
  case ${KIND[$1]} in
  string) R=$source ;;
  arg)
    [[ ${STATE[source]} == text ]] || return 1
    case ${TYPE[source]} in str | int | num | bool) R=${VALUE[source]} ;; *) return 1 ;; esac
    ;;
  *) return 1 ;;
  esac
}

# plain_list BINDING: adds a list of strings or numbers to QUERY, the name before each. Fails where it is something else.
plain_list() {
  local source=${SOURCE[$1]} at name
  [[ ${KIND[$1]} == arg && ${STATE[source]} == list ]] || return 1
  case ${TYPE[source]} in 'str[]' | 'int[]' | 'num[]' | 'bool[]') ;; *) return 1 ;; esac
  percent "${NAME[$1]}"
  name=$R
  for ((at = 0; at < ${#REPEAT[@]}; at++)); do
    [[ ${REPEAT[at]} == "$source" ]] || continue
    percent "${REPEATED[at]}"
    QUERY+="&$name=$R"
  done
}

# build_url: URL, QUERY, HEADERS and COOKIES.
build_url() {
  local at place
  URL_PATH='' QUERY='' COOKIES='' HEADERS=()
  build_path
  for ((at = 0; at < BINDC; at++)); do
    place=${PLACE[at]}
    case $place in
    query | header | cookie | querystring) has_value "$at" || continue ;;
    *) continue ;;
    esac
    if [[ $place == query ]] && plain "$at"; then
      local text=$R
      percent "${NAME[at]}"
      place=$R
      percent "$text"
      QUERY+="&$place=$R"
    elif [[ $place == query && -z ${STYLE[at]} ]] && plain_list "$at"; then
      :
    elif [[ $place == header ]] && plain "$at"; then
      add_header "${NAME[at]}" "$R"
    else
      load style
      styled "$at"
    fi
  done
  QUERY=${QUERY#&}
}

# build_path: the template's literals as they are, its parameters encoded; a value must not climb out of its segment.
build_path() {
  local at=0 name segment='' text
  while ((at < ${#ROUTE[@]})); do
    text=${ROUTE[at]}
    case $text in
    */*)
      segment+=${text%%/*}
      [[ $segment != "${text%%/*}" ]] && safe_segment "$segment"
      segment=${text##*/}
      ;;
    *) segment+=$text ;;
    esac
    URL_PATH+=$text
    at=$((at + 1))
    ((at < ${#ROUTE[@]})) || break
    path_value "${ROUTE[at]}"
    URL_PATH+=$R
    segment+=$R
    at=$((at + 1))
  done
  [[ $segment == "${text##*/}" ]] || safe_segment "$segment"
}

path_value() {
  local at
  for ((at = 0; at < BINDC; at++)); do
    [[ ${PLACE[at]} == path && ${NAME[at]} == "$1" ]] || continue
    if plain "$at"; then percent "$R"; else load style && style_path "$at"; fi
    [[ -n $R ]] || usage "$1 must not be empty: it is a part of the path"
    return
  done
  fail 1 internal "the path has no value for $1"
}

safe_segment() {
  local segment=${1//%2[eE]/.}
  [[ $segment != . && $segment != .. ]] || usage "a part of the path must not be \"$segment\"" 'It would lead to another address.'
}

# add_header NAME VALUE
add_header() {
  [[ ${2//$'\t'/} != *[[:cntrl:]]* ]] || usage "the header $1 must not hold line breaks or control characters"
  [[ $2 != [\ $'\t']* && $2 != *[\ $'\t'] ]] || usage "the header $1 must not begin or end with a space"
  HEADERS[${#HEADERS[@]}]="$1: $2"
}

# build_body: BODY and BODY_KIND (empty: none; text: BODY is it; others are left to the part `bodies`).
build_body() {
  local kind=${BODIES[0]-} at
  BODY='' BODY_KIND='' BODY_TYPE=${TYPES[0]-}
  if [[ $HAS_DATA == 1 ]]; then
    load data
    build_data
    return
  fi
  [[ -n $kind ]] || return 0
  if [[ $kind == json && -z $CHOOSER ]]; then
    build_json
  else
    load bodies
    build_other
  fi
}

# build_json: the body of JSON members, in the order of their bindings, which form a tree. Parents stand there only when a child is given.
build_json() {
  local at path parent open='' chunks=() comma=''
  for ((at = 0; at < BINDC; at++)); do
    [[ ${PLACE[at]} == body ]] || continue
    has_value "$at" || continue
    path=${NAME[at]} parent=
    if [[ ${KIND[at]} == spread ]]; then
      load bodies
      spread_members "$at"
      [[ -n $R ]] || continue
      parent=${path:+$path/}
    else
      json_of_binding "$at"
      if [[ -z $path ]]; then
        BODY=$R BODY_KIND=text
        return
      fi
      member_key "${path##*/}"
      R=$KEY$R
      case $path in */*) parent=${path%/*}/ ;; esac
    fi
    # Leave the objects that this member is not in, enter those that it is in.
    while [[ $parent != "$open"* ]]; do
      chunks[${#chunks[@]}]='}' comma=, open=${open%/}
      case $open in */*) open=${open%/*}/ ;; *) open='' ;; esac
    done
    while [[ $parent != "$open" ]]; do
      path=${parent#"$open"} path=${path%%/*}
      member_key "$path"
      chunks[${#chunks[@]}]="$comma$KEY{" comma='' open+=$path/
    done
    chunks[${#chunks[@]}]=$comma$R comma=,
  done
  if [[ -n $comma ]]; then
    open=${open//[!\/]/}
    printf -v BODY %s '{' "${chunks[@]}" "${open//\//\}}" '}'
    BODY_KIND=text
  elif [[ $BODY_REQUIRED == 1 ]]; then
    BODY='{}' BODY_KIND=text
  fi
}

# member_key NAME: KEY is `"NAME":`. Names stand in their block as JSON spells them; ~1 is /, ~0 is ~, ~2 is the empty name.
member_key() {
  KEY=$1
  case $1 in
  *'~'*) KEY=${KEY//'~2'/} KEY=${KEY//'~1'//} KEY=${KEY//'~0'/'~'} ;;
  esac
  KEY="\"$KEY\":"
}
