# --data JSON|@FILE|-: the whole body as it is.

# build_data: BODY, BODY_KIND
build_data() {
  local path=''
  case $DATA in
  -) path=- ;;
  @?*) path=${DATA#@} ;;
  esac
  choose_media
  case $MEDIA in
  multipart) usage '--data cannot give a multipart body' 'Use the flags of its parts.' ;;
  json | '')
    BODY=$DATA BODY_KIND=text BODY_TYPE=${BODY_TYPE:-application/json}
    if [[ -n $path ]]; then
      load files
      read_text "$path" --data
      BODY=$R
    fi
    # Beyond this size reading it would take longer than the call.
    if ((${#BODY} <= 262144)); then
      load json
      json_read "$BODY" || usage "--data is not JSON: $JSON_ERROR"
    fi
    [[ -z $GRAPHQL || $BODY == *'"query"'* ]] || usage '--data is the whole body of the request, which of GraphQL holds the query' 'Give each argument by its flag, a large one by --FLAG-json or --FLAG-file.'
    ;;
  *)
    BODY=$DATA BODY_KIND=text
    [[ -n $path ]] || return 0
    load files
    BODY=$path BODY_KIND=file
    if [[ $path == - ]]; then
      use_stdin --data
      BODY_KIND=stdin
    else
      readable "$path"
    fi
    ;;
  esac
}

# choose_media: MEDIA is the kind of the body that is sent, BODY_TYPE its media type, MEDIA_INDEX its number.
choose_media() {
  local at chosen=''
  MEDIA_INDEX=0
  if [[ -n $CHOOSER ]]; then
    index_of "$CHOOSER"
    if [[ -n ${STATE[R]} ]]; then
      json_of "$R"
      load json
      text_of_json "$R"
      chosen=$R
      for ((at = 0; at < ${#TYPES[@]}; at++)); do
        [[ ${TYPES[at]} != "$R" ]] || MEDIA_INDEX=$at
      done
    fi
  fi
  MEDIA=${BODIES[MEDIA_INDEX]-} BODY_TYPE=${TYPES[MEDIA_INDEX]-}
  # Within a range the caller says what the body is.
  case $BODY_TYPE in
  *'*'*)
    [[ -n $chosen || $HAS_DATA != 1 ]] || usage "--$CHOOSER is required beside --data"
    BODY_TYPE=$chosen
    ;;
  esac
}

# vary WORD…: arguments take what the media type allows that the words choose.
vary() {
  local row media='' words option at
  while (($#)); do
    case ${1//_/-} in
    --"$CHOOSER"=*) media=${1#*=} ;;
    --"$CHOOSER") media=${2-} ;;
    --) break ;;
    --*=*) ;;
    --*)
      # The next word is its value, whatever it looks like.
      case $FLAGS in
      *" ${1#--}="*)
        index_of "${1#--}"
        [[ ${TYPE[R]} == bool ]] || shift
        ;;
      esac
      ;;
    esac
    shift $(($# > 0))
  done
  for ((at = 0; at < ${#TYPES[@]}; at++)); do
    [[ ${TYPES[at]} != "$media" ]] || media=$at
  done
  for row in ${VARIANTS[@]+"${VARIANTS[@]}"}; do
    [[ $row == "$media "* ]] || continue
    row=${row#* }
    local IFS=$'\x1f'
    words=($row)
    IFS=$' \t\n'
    at=${words[0]}
    TYPE[at]=${words[1]} MODE[at]=${words[2]} OPTIONS[at]='' ENUM[at]=''
    for option in ${words[@]+"${words[@]:3}"}; do
      case $option in
      value=*) ENUM[at]=${ENUM[at]:-$'\x1f'}${option#value=}$'\x1f' ;;
      *) OPTIONS[at]=${OPTIONS[at]:-$'\x1f'}$option$'\x1f' ;;
      esac
    done
  done
}

# optional_body: what is sent where the caller gives none makes no body by itself; once there is one it must be whole.
optional_body() {
  local flag given=''
  for flag in $OPTIONAL; do
    index_of "$flag"
    [[ -z ${STATE[R]} ]] || given=1
  done
  if [[ -n $given ]]; then
    for flag in $REQUIRED; do index_of "$flag" && MODE[R]+=r; done
  else
    for flag in $OPTIONAL; do index_of "$flag" && OPTIONS[R]=; done
  fi
}

# whole_body: --data is all of the body: no flag gives a part of it, and nothing fills in for one that is not given.
whole_body() {
  local at
  for ((at = 0; at < ARGC; at++)); do
    in_body "$at" || continue
    [[ -z ${STATE[at]} ]] || usage "--data is the whole body, so that --${FLAG[at]} cannot be given beside it" 'Put it into the JSON of --data, or give the body by flags alone.'
    key_of "$at"
    MODE[at]=- OPTIONS[at]=$'\x1f'key=$R$'\x1f'
  done
}

# in_body INDEX: whether an argument is a part of the body and of nothing else, so that --data stands for it.
in_body() {
  local at found=1
  for ((at = 0; at < BINDC; at++)); do
    case ${KIND[at]} in arg | spread) ;; *) continue ;; esac
    [[ ${SOURCE[at]} == "$1" ]] || continue
    [[ ${PLACE[at]} == body ]] || return 1
    found=0
  done
  return $found
}

# data_to_arguments: by MCP the members of --data become the arguments that fill them.
data_to_arguments() {
  local at index keys items member key rest=''
  case $DATA in
  - | @?*)
    load files
    read_text "${DATA#@}" --data
    DATA=$R
    ;;
  esac
  load json
  for ((at = 0; at < BINDC; at++)); do
    [[ ${PLACE[at]} == body && -z ${NAME[at]} && ${KIND[at]} == arg ]] || continue
    index=${SOURCE[at]}
    json_read "$DATA" || usage "--data is not JSON: $JSON_ERROR"
    STATE[index]=json VALUE[index]=$JSON
    return
  done
  if ! json_read "$DATA" || [[ $JSON_KIND != object ]]; then usage '--data by MCP is a JSON object' 'Its members become the arguments of the tool.'; fi
  json_items
  keys=(${JSON_KEYS[@]+"${JSON_KEYS[@]}"}) items=(${JSON_ITEMS[@]+"${JSON_ITEMS[@]}"})
  for ((member = 0; member < ${#keys[@]}; member++)); do
    key=${keys[member]:1:${#keys[member]}-2}
    index=
    for ((at = 0; at < BINDC; at++)); do
      [[ ${PLACE[at]} == body && ${KIND[at]} == arg && ${NAME[at]} != */* ]] || continue
      member_key "${NAME[at]}"
      [[ $KEY != "\"$key\":" ]] || index=${SOURCE[at]}
    done
    if [[ -n $index ]]; then
      STATE[index]=json VALUE[index]=${items[member]}
    else
      rest+=",\"$key\":${items[member]}"
    fi
  done
  [[ -n $rest ]] || return 0
  for ((at = 0; at < BINDC; at++)); do
    [[ ${PLACE[at]} == body && ${KIND[at]} == spread ]] || continue
    index=${SOURCE[at]}
    STATE[index]=json VALUE[index]="{${rest#,}}"
    return
  done
  usage "by MCP --data cannot hold ${rest:1:60}" 'The tool has no such argument: leave it away, or use --via direct.'
}
