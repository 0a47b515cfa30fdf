# XML bodies, as OpenAPI's XML Object says.

# build_xml: BODY, made of the JSON that the members of the body form.
build_xml() {
  build_json
  [[ $BODY_KIND == text ]] || return 0
  load json
  xml_text "$MEDIA_INDEX " "$BODY"
  BODY=$R
}

# xml_text ROWS JSON: R is the document. ROWS is what its declarations begin with.
xml_text() {
  local row
  XML=() XML_ROWS=()
  for row in ${DETAILS[@]+"${DETAILS[@]}"}; do
    [[ $row != "$1"* ]] || XML_ROWS[${#XML_ROWS[@]}]=${row#"$1"}$'\x1f'
  done
  XML[0]='<?xml version="1.0" encoding="UTF-8"?>'
  xml_node 0 root "$2"
  printf -v R %s "${XML[@]}"
}

# xml_shape ROW: X_DEPTH, X_MEMBER, X_NAME with its prefix, X_FLAGS and X_SPACE of a declared element.
xml_shape() {
  local IFS=$'\x1f' row
  row=(${XML_ROWS[$1]})
  X_DEPTH=${row[0]} X_MEMBER=${row[1]-} X_NAME=${row[2]-} X_FLAGS=${row[3]-} X_SPACE=
  [[ -z ${row[5]-} ]] || X_NAME=${row[5]}:$X_NAME
  if [[ -n ${row[4]-} ]]; then
    xml_escape "${row[4]}" attribute
    X_SPACE=" xmlns${row[5]+:${row[5]}}=\"$R\""
  fi
}

# xml_children ROW: R is the rows one level deeper, as words.
xml_children() {
  local depth row=$1 at found=''
  R=
  [[ -n ${1#-1} && -n ${XML_ROWS[$1]-} ]] || return 0
  xml_shape "$1"
  case $X_FLAGS in *[0-9]*) xml_named "${X_FLAGS//[!0-9]/}" ;; esac
  depth=$X_DEPTH
  for ((at = row + 1; at < ${#XML_ROWS[@]}; at++)); do
    xml_shape "$at"
    ((X_DEPTH > depth)) || break
    ((X_DEPTH > depth + 1)) || found+=" $at"
  done
  R=$found
}

# xml_named NUMBER: `row` is that of what stands inside of several elements, with its depth.
xml_named() {
  for ((row = 1; row < ${#XML_ROWS[@]}; row++)); do
    [[ ${XML_ROWS[row]} != $'0\x1f'"$1"$'\x1f'* ]] || break
  done
  X_DEPTH=0
}

# xml_node ROW|-1 NAME JSON: one element, or as many as an array has items. NAME is for an element that is not declared.
xml_node() {
  local row=$1 name=$2 json=$3 space='' flags='' inner='' at children value
  [[ $json != null ]] || return 0
  if ((row >= 0)) && [[ -n ${XML_ROWS[row]-} ]]; then
    xml_shape "$row"
    name=$X_NAME space=$X_SPACE flags=$X_FLAGS
  fi
  case $json in
  '['*)
    xml_children "$row"
    for at in $R; do
      xml_shape "$at"
      [[ $X_FLAGS != *i* ]] || inner=$at
    done
    json_read "$json"
    json_items
    local list=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
    [[ $flags != *w* ]] || XML[${#XML[@]}]="<$name$space>"
    for value in ${list[@]+"${list[@]}"}; do xml_node "${inner:--1}" "$name" "$value"; done
    [[ $flags != *w* ]] || XML[${#XML[@]}]="</$name>"
    ;;
  '{'*) xml_object ;;
  *)
    text_of_json "$json"
    case $flags in
    *c*)
      xml_checked "$R"
      XML[${#XML[@]}]="<![CDATA[${R//']]>'/]]]]><![CDATA[>}]]>"
      return
      ;;
    esac
    xml_escape "$R"
    case $flags in
    *[tn]*) XML[${#XML[@]}]=$R ;;
    *) XML[${#XML[@]}]="<$name$space>$R</$name>" ;;
    esac
    ;;
  esac
}

# xml_object: the element of the caller's object: attributes, declared members in their order, and then what is left.
xml_object() {
  local keys list at child attributes='' done=' '
  xml_children "$row"
  children=$R
  json_read "$json"
  json_items
  keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"}) list=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
  for child in $children; do
    xml_shape "$child"
    [[ $X_FLAGS == *a* ]] || continue
    xml_member || continue
    done+="$at "
    [[ ${list[at]} != null ]] || continue
    text_of_json "${list[at]}"
    xml_escape "$R" attribute
    attributes+=" $X_NAME=\"$R\""
  done
  local end="</$name>"
  case $flags in
  *[tcn]*) end='' ;;
  *) XML[${#XML[@]}]="<$name$space$attributes>" ;;
  esac
  for child in $children; do
    xml_shape "$child"
    [[ $X_FLAGS != *a* ]] || continue
    xml_member || continue
    done+="$at "
    xml_node "$child" "$X_NAME" "${list[at]}"
  done
  for ((at = 0; at < ${#keys[@]}; at++)); do
    [[ $done != *" $at "* ]] || continue
    text_of_json "${keys[at]}"
    [[ $R =~ ^[A-Za-z_][A-Za-z0-9_.-]*$ ]] || usage "\"${R:0:60}\" cannot be the name of an XML element"
    xml_node -1 "$R" "${list[at]}"
  done
  XML[${#XML[@]}]=$end
}

# xml_member: `at` is where the member of X_MEMBER stands among the caller's keys.
xml_member() {
  member_key "$X_MEMBER"
  for ((at = 0; at < ${#keys[@]}; at++)); do
    [[ ${keys[at]}: != "$KEY" ]] || return 0
  done
  return 1
}

# xml_checked TEXT: refuses what XML cannot hold.
xml_checked() {
  if [[ ${1//[$'\t\n\r\x7f']/} == *[[:cntrl:]]* ]]; then usage 'a value holds a control character that XML cannot hold'; fi
}

# xml_escape TEXT [attribute]: R
xml_escape() {
  local piece text chunks=()
  xml_checked "$1"
  cut "$1"
  for piece in ${PIECES[@]+"${PIECES[@]}"}; do
    text=${piece//&/'&amp;'}
    text=${text//</'&lt;'}
    text=${text//>/'&gt;'}
    text=${text//$'\r'/'&#13;'}
    if [[ -n ${2-} ]]; then
      text=${text//\"/'&quot;'}
      text=${text//$'\t'/'&#9;'}
      text=${text//$'\n'/'&#10;'}
    fi
    chunks[${#chunks[@]}]=$text
  done
  R=
  ((${#chunks[@]} == 0)) || printf -v R %s "${chunks[@]}"
}
