# Parts of multipart bodies that are rare: styles, bytes that stand in JSON, and long texts.

# read_piece: kind, type and headers of its caller, from R.
read_piece() {
  local row IFS=$'\x1f'
  R+=$'\x1f'
  row=($R)
  kind=${row[0]} type=${row[1]-}
  headers=("${row[@]:2}")
}

# listed_parts: the parts of a body that is a list, which have no names. Fails where the body is no list.
listed_parts() {
  local at row name kind type headers=() items index
  for ((at = 0; at < BINDC; at++)); do
    [[ ${PLACE[at]} == body && -z ${NAME[at]} && ${KIND[at]} == arg ]] && has_value "$at" && break
  done
  ((at < BINDC)) || return 1
  load json
  json_of_binding "$at"
  if ! json_read "$R" || [[ $JSON_KIND != array ]]; then return 1; fi
  json_items
  items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
  for ((index = 0; index < ${#items[@]}; index++)); do
    kind='' type='' headers=()
    for name in "~4$index" '~4'; do
      for row in ${DETAILS[@]+"${DETAILS[@]}"}; do
        [[ $row == "$MEDIA_INDEX $name"$'\x1f'* ]] && R=${row#*$'\x1f'} && read_piece && break 2
      done
    done
    R=${items[index]}
    case $kind:$R in
    xml:* | urlencoded:* | json:*)
      load content
      written "$kind" "$name" "$R"
      ;;
    *:'{'* | *:'['*) kind=json ;;
    *) text_of_json "$R" ;;
    esac
    multipart_text '' "$R"
  done
}

# styled_parts STYLE NAME: the value's parts as RFC 6570 makes pairs, with nothing percent-encoded (OpenAPI 3.2 section 4.15).
styled_parts() {
  local at out='' keys=(${V_KEYS[@]+"${V_KEYS[@]}"}) items=(${V_ITEMS[@]+"${V_ITEMS[@]}"})
  kind=text
  case $V_KIND:$1 in
  none:*) ;;
  scalar:*) multipart_text "$2" "$V_TEXT" ;;
  *:deepObject*) deep_parts "$2" "$V_KIND" "$V_JSON" ;;
  array:*'*') for ((at = 0; at < ${#items[@]}; at++)); do multipart_text "$2" "${items[at]}"; done ;;
  object:*'*') for ((at = 0; at < ${#items[@]}; at++)); do multipart_text "${keys[at]}" "${items[at]}"; done ;;
  *)
    mark_of "$1"
    for ((at = 0; at < ${#items[@]}; at++)); do
      [[ $V_KIND == array ]] || out+=$MARK${keys[at]}
      out+=$MARK${items[at]}
    done
    multipart_text "$2" "${out:1}"
    ;;
  esac
}

# deep_parts NAME KIND JSON: name[member], lists by index, to any depth.
deep_parts() {
  local keys items at key number=0
  load json
  json_read "$3"
  json_items
  items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"}) keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"})
  for ((at = 0; at < ${#items[@]}; at++)); do
    [[ ${items[at]} != null ]] || continue
    R=$number
    if [[ $2 == object ]]; then text_of_json "${keys[at]}"; else number=$((number + 1)); fi
    key="$1[$R]"
    case ${items[at]} in
    '{'*) deep_parts "$key" object "${items[at]}" ;;
    '['*) deep_parts "$key" array "${items[at]}" ;;
    *)
      text_of_json "${items[at]}"
      multipart_text "$key" "$R"
      ;;
    esac
  done
}

# next_descriptor: the number of a file descriptor for one more part.
next_descriptor() {
  ((LARGE_PARTS < 4)) || usage 'more than four large texts in one form' 'Send them one by one.'
  LARGE_PARTS=$((LARGE_PARTS + 1))
}

# large_part NAME TEXT FILENAME: a text that is more than a line of curl's configuration holds.
large_part() {
  next_descriptor
  case $LARGE_PARTS in
  1) exec 5< <(printf %s "$2") ;;
  2) exec 6< <(printf %s "$2") ;;
  3) exec 7< <(printf %s "$2") ;;
  4) exec 8< <(printf %s "$2") ;;
  esac
  add_part "$1" "=<\"/dev/fd/$((LARGE_PARTS + 4))\"$3"
}

# decoded_part NAME BASE64 FILENAME: bytes, which bash cannot hold.
decoded_part() {
  [[ $2 != *[!A-Za-z0-9+/=]* ]] || usage "the file $1 is given as base64 here"
  command -v base64 >/dev/null || fail 1 internal 'bytes in JSON need the command base64' 'Install coreutils, or give a file.'
  next_descriptor
  case $LARGE_PARTS in
  1) exec 5< <(printf '%s\n' "$2" | base64 -d) ;;
  2) exec 6< <(printf '%s\n' "$2" | base64 -d) ;;
  3) exec 7< <(printf '%s\n' "$2" | base64 -d) ;;
  4) exec 8< <(printf '%s\n' "$2" | base64 -d) ;;
  esac
  add_part "$1" "=@\"/dev/fd/$((LARGE_PARTS + 4))\"$3"
}
