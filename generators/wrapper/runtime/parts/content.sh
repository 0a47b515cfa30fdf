# Values written as a media type inside of a body or a parameter.

# json_values BINDING|-: VALUES is the member as JSON, or each of its items that is not null. After member_value.
json_values() {
  local at
  VALUES=()
  case $V_KIND:$V_JSON in
  array:*)
    json_read "$V_JSON"
    json_items
    for ((at = 0; at < ${#JSON_ITEMS[@]}; at++)); do
      [[ ${JSON_ITEMS[at]} == null ]] || VALUES[${#VALUES[@]}]=${JSON_ITEMS[at]}
    done
    ;;
  none:'{'* | object:* | scalar:?*) VALUES=("$V_JSON") ;;
  none:*) ;;
  *) json_of_binding "$1" && VALUES=("$R") ;;
  esac
}

# media_kind TYPE: R is how values of a media type are written inside a body or a parameter.
media_kind() {
  case ${1%%;*} in
  application/json | text/json | *+json) R=json ;;
  application/xml | text/xml | *+xml) R=xml ;;
  application/x-www-form-urlencoded) R=urlencoded ;;
  *) R=text ;;
  esac
}

# written KIND OWNER JSON: R is the value as this kind of media type. OWNER is what declarations call the member. What is no object is its own text, but as JSON.
written() {
  case $1:$3 in
  json:*) R=$3 ;;
  xml:['{[']*)
    load xml
    xml_text "$MEDIA_INDEX ~5$2"$'\x1f' "$3"
    ;;
  urlencoded:'{'*) form_of_json "$3" "$MEDIA_INDEX ~6$2~7" ;;
  *) text_of_json "$3" ;;
  esac
}

# form_of_json JSON OWNER: R is the object as a form; OWNER is what declarations of its members begin with.
form_of_json() {
  local keys items at FORM=() MEDIA_INDEX=$2
  load bodies
  json_read "$1" || return 0
  json_items
  keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"}) items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
  for ((at = 0; at < ${#keys[@]}; at++)); do
    text_of_json "${keys[at]}"
    form_member "$R" - "${items[at]}"
  done
  R=
  ((${#FORM[@]})) || return 0
  printf -v R '&%s' "${FORM[@]}"
  R=${R#&}
}
