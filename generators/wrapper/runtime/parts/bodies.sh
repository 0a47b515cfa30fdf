# Bodies that are not plain JSON members: forms, multipart, text, bytes, JSON lines, XML, and spread objects.

# build_other: BODY and BODY_KIND, by the media type that was chosen.
build_other() {
  load data
  choose_media
  case $MEDIA in
  json) build_json ;;
  jsonLines) build_lines ;;
  form) build_form ;;
  multipart) build_multipart ;;
  xml) load xml && build_xml ;;
  *) build_whole ;;
  esac
}

# build_whole: the one argument that is the body, as text or bytes.
build_whole() {
  local at
  for ((at = 0; at < BINDC; at++)); do
    [[ ${PLACE[at]} == body && -z ${NAME[at]} ]] || continue
    has_value "$at" || continue
    if [[ ${KIND[at]} == arg && ${STATE[${SOURCE[at]}]} == file ]]; then
      body_file "${SOURCE[at]}"
      return
    fi
    load style
    value_of "$at"
    BODY_KIND=text BODY=$V_TEXT
    [[ $V_KIND == scalar || $V_KIND == none ]] || BODY=$V_JSON
    if [[ -z $V_JSON && $V_KIND == none ]]; then BODY_KIND=; fi
    return
  done
  # Members where the document also offers a form: as JSON they are still text.
  build_json
}

body_file() {
  BODY=${VALUE[$1]} BODY_KIND=file
  case ${TYPE[$1]} in
  file64*)
    load files
    base64_of "$BODY"
    BODY=$R BODY_KIND=text
    ;;
  *) [[ $BODY != - ]] || BODY_KIND=stdin ;;
  esac
}

# build_lines: one JSON value a line.
build_lines() {
  local item chunks=() mark=''
  case $BODY_TYPE in *json-seq*) mark=$'\x1e' ;; esac
  build_json
  [[ $BODY_KIND == text ]] || return 0
  load json
  json_read "$BODY"
  if [[ $JSON_KIND != array ]]; then
    BODY=$mark$JSON$'\n'
    return
  fi
  json_items
  for item in ${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"}; do chunks[${#chunks[@]}]=$mark$item$'\n'; done
  BODY=
  ((${#chunks[@]} == 0)) || printf -v BODY %s "${chunks[@]}"
}

# form_encode TEXT [STYLE]: as WHATWG's URL standard writes forms, or as RFC 6570 where the document states a style.
form_encode() {
  percent "$1" '* '
  R=${R//'~'/%7E}
  R=${R// /+}
}

# members_in_order FUNCTION: calls it with the name as text, and the binding, or - and JSON, for each member of the body.
members_in_order() {
  local at json keys items index
  load json
  load style
  for ((at = 0; at < BINDC; at++)); do
    [[ ${PLACE[at]} == body ]] || continue
    has_value "$at" || continue
    case ${KIND[at]}:${NAME[at]} in
    spread:*/*) continue ;;
    spread:* | arg:)
      if [[ ${KIND[at]} == spread ]]; then spread_members "$at" && json="{$R}"; else json_of_binding "$at" && json=$R; fi
      if ! json_read "$json" || [[ $JSON_KIND != object ]]; then usage 'the body is an object'; fi
      json_items
      keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"}) items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
      for ((index = 0; index < ${#keys[@]}; index++)); do
        text_of_json "${keys[index]}"
        "$1" "$R" - "${items[index]}"
      done
      ;;
    *)
      [[ ${NAME[at]} != */* ]] || continue
      member_key "${NAME[at]}"
      text_of_json "${KEY%:}"
      "$1" "$R" "$at"
      ;;
    esac
  done
}

# spread_members BINDING: R is the members of its object, without those that other bindings fill and without braces.
spread_members() {
  local keys items at other out='' parent=${NAME[$1]}
  json_of "${SOURCE[$1]}"
  load json
  if ! json_read "$R" || [[ $JSON_KIND != object ]]; then usage "--${FLAG[${SOURCE[$1]}]} is a JSON object"; fi
  json_items
  keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"}) items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
  for ((at = 0; at < ${#keys[@]}; at++)); do
    for ((other = 0; other < BINDC; other++)); do
      [[ ${PLACE[other]} == body && ${KIND[other]} != spread && -n ${NAME[other]} ]] || continue
      local path=${NAME[other]}
      if [[ -n $parent ]]; then
        [[ $path == "$parent/"* ]] || continue
        path=${path#"$parent/"}
      fi
      member_key "${path%%/*}"
      [[ $KEY == "${keys[at]}:" ]] && has_value "$other" && continue 2
    done
    out+=",${keys[at]}:${items[at]}"
  done
  R=${out#,}
}

# detail NAME: R is what the declarations say of this member of the body, or of members that they do not name (~3), or empty.
detail() {
  local row wanted
  load json
  declared_name "$1"
  for wanted in "$R" '~3'; do
    for row in ${DETAILS[@]+"${DETAILS[@]}"}; do
      [[ $row == "$MEDIA_INDEX $wanted"$'\x1f'* ]] && R=${row#*$'\x1f'} && return
    done
  done
  R=
  return 1
}

build_form() {
  FORM=()
  members_in_order form_member
  [[ ${#FORM[@]} -gt 0 || $BODY_REQUIRED == 1 ]] || return 0
  BODY_KIND=text BODY=
  if ((${#FORM[@]})); then
    printf -v BODY '&%s' "${FORM[@]}"
    BODY=${BODY#&}
  fi
}

# form_member NAME BINDING|- [JSON]
form_member() {
  local name=$1 style='' key item items=()
  detail "$name" && style=$R
  member_value "$2" "${3-}"
  form_encode "$name"
  key=$R
  case $style in
  '')
    case $V_KIND:$V_JSON in
    array:*) items=(${V_ITEMS[@]+"${V_ITEMS[@]}"}) ;;
    object:* | none:'{'*) items=("$V_JSON") ;;
    none:*) ;;
    *) items=("$V_TEXT") ;;
    esac
    for item in ${items[@]+"${items[@]}"}; do
      form_encode "$item"
      FORM[${#FORM[@]}]="$key=$R"
    done
    ;;
  content=*)
    load content
    json_values "$2"
    media_kind "${style#content=}"
    style=$R
    declared_name "$name"
    name=$R items=(${VALUES[@]+"${VALUES[@]}"})
    for item in ${items[@]+"${items[@]}"}; do
      written "$style" "$name" "$item"
      form_encode "$R"
      FORM[${#FORM[@]}]="$key=$R"
    done
    ;;
  *)
    [[ $V_KIND != none ]] || return 0
    pairs "$style" "$name" query '&'
    [[ -z $R ]] || FORM[${#FORM[@]}]=$R
    ;;
  esac
}

# member_value BINDING|- JSON: V_KIND and so on.
member_value() {
  if [[ $1 == - ]]; then
    V_KIND=scalar V_TEXT='' V_ITEMS=() V_KEYS=()
    value_of_json "$2"
    if [[ $V_KIND == array || $V_KIND == object ]] && ((${#V_ITEMS[@]} == 0)); then V_KIND=none; fi
  else
    value_of "$1"
  fi
}

# build_multipart: BODY_PARTS are rows of curl's configuration, BODY_SHOWN the same for people.
build_multipart() {
  BODY_PARTS='' BODY_SHOWN='' BODY_KIND='' LARGE_PARTS=0
  load parts
  listed_parts || members_in_order multipart_member
  if [[ -n $BODY_PARTS ]]; then
    BODY_KIND=multipart
  elif [[ $BODY_REQUIRED == 1 ]]; then
    BODY_TYPE="$BODY_TYPE; boundary=mcpgen-empty" BODY_KIND=text BODY=$'--mcpgen-empty--\r\n'
  fi
}

# multipart_member NAME BINDING|- [JSON]
multipart_member() {
  local name=$1 kind='' type='' row headers=() at source IFS
  ! detail "$name" || read_piece
  if [[ $2 != - && ${KIND[$2]} == arg ]]; then
    source=${SOURCE[$2]}
    case ${TYPE[source]}:${STATE[source]} in
    file*:file)
      multipart_file "$name" "${TYPE[source]}" "${VALUE[source]}"
      return
      ;;
    file*:list)
      for ((at = 0; at < ${#REPEAT[@]}; at++)); do
        [[ ${REPEAT[at]} != "$source" ]] || multipart_file "$name" "${TYPE[source]%'[]'}" "${REPEATED[at]}"
      done
      return
      ;;
    esac
  fi
  member_value "$2" "${3-}"
  case $kind in
  '' | text | file)
    case $V_KIND:$V_JSON in
    array:*)
      local items=("${V_ITEMS[@]}")
      for row in "${items[@]}"; do multipart_text "$name" "$row"; done
      ;;
    object:* | none:'{'*)
      kind=${kind:-json}
      multipart_text "$name" "$V_JSON"
      ;;
    none:*) ;;
    *) multipart_text "$name" "$V_TEXT" ;;
    esac
    ;;
  json | xml | urlencoded)
    load content
    json_values "$2"
    declared_name "$name"
    local owner=$R values=(${VALUES[@]+"${VALUES[@]}"})
    for row in ${values[@]+"${values[@]}"}; do
      written "$kind" "$owner" "$row"
      multipart_text "$name" "$R"
    done
    ;;
  *) styled_parts "$kind" "$name" ;;
  esac
}

# part_name NAME: R is NAME as a form's part may be called (WHATWG HTML, multipart/form-data).
part_name() {
  R=${1//\"/%22}
  R=${R//$'\r'/%0D}
  R=${R//$'\n'/%0A}
}

# multipart_text NAME TEXT [encoded]: with kind, type and headers of its caller; the text of a file is base64, and is sent so if it is to be.
multipart_text() {
  local text=$2 file=''
  case $kind in
  json) type=${type:-application/json} ;;
  file) type=${type:-application/octet-stream} ;;
  esac
  part_name "$1"
  [[ $kind != file ]] || file=";filename=\"$R\""
  if [[ $kind == file && ${3-} != encoded ]]; then
    decoded_part "$1" "$text" "$file"
  elif ((${#text} <= 32000)); then
    form_quote "$text"
    add_part "$1" "=$R$file"
  else
    # More than a line of curl's configuration holds.
    large_part "$1" "$text" "$file"
  fi
  BODY_SHOWN+="$1: ${text:0:200}"$'\n'
}

# multipart_file NAME TYPE PATH
multipart_file() {
  local base=${3##*/} path=$3 file
  type=${type:-application/octet-stream}
  case $2 in
  file64*)
    json_of_path "$2" "$path"
    multipart_text "$1" "${R:1:${#R}-2}" encoded
    return
    ;;
  esac
  BODY_SHOWN+="$1: (file $path)"$'\n'
  if [[ $path == - ]]; then base=$1 CURL_STDIN=1; fi
  form_quote "$path"
  file=$R
  part_name "$base"
  form_quote "$R"
  add_part "$1" "=@$file;filename=$R"
}

# form_quote TEXT: R is TEXT in the quotes of curl's form option.
form_quote() {
  R=${1//"$BACKSLASH"/"$BACKSLASH$BACKSLASH"}
  # Bash before 4.3 keeps quotation marks of a replacement that stands in quotation marks.
  R=${R//\"/"$BACKSLASH\""}
  R="\"$R\""
}

# add_part NAME SPEC: with the type and headers of its caller.
add_part() {
  local spec header CONFIG=''
  part_name "$1"
  # curl ends the name at the first equals sign.
  spec=${R//=/%3D}$2
  [[ -z $type ]] || spec+=";type=$type"
  for header in ${headers[@]+"${headers[@]}"}; do
    form_quote "$header"
    spec+=";headers=$R"
  done
  config form "$spec"
  BODY_PARTS+=$CONFIG
}

# config_body: the rows of curl's configuration for a body that is not a text.
config_body() {
  case $BODY_KIND in
  file) config data-binary "@$BODY" ;;
  stdin) CONFIG+=$'data-binary = "@-"\n' CURL_STDIN=1 ;;
  multipart)
    CONFIG+=$BODY_PARTS
    # curl writes the type with its boundary.
    case $BODY_TYPE in multipart/form-data*) CONFIG=${CONFIG/"header = \"Content-Type: $BODY_TYPE\""$'\n'/} ;; esac
    ;;
  esac
}

# show_body: for --dry-run.
show_body() {
  case $BODY_KIND in
  file) put '\n(file %s)\n' "$BODY" ;;
  stdin) put '\n(standard input)\n' ;;
  multipart) put '\n%s' "$BODY_SHOWN" ;;
  esac
}
