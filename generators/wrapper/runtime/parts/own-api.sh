# `api METHOD PATH`: a request that the document does not have, with its address and secret.

# own_api api METHOD PATH [--query NAME=VALUE | --header 'NAME: VALUE' | --data JSON|@FILE|- | …]
own_api() {
  local words=() query='' word
  shift
  COMMAND=api CONTENT_TYPE='' ANSWER=json ACCEPT='application/json, */*' GROUP='' TOOL=''
  URL_PATH='' QUERY='' COOKIES='' HEADERS=()
  while (($#)); do
    word=$1
    shift
    case $word in
    --help | -h)
      printf 'A request that no command makes, with the address and the secret of %s.\n\nUsage: %s api METHOD PATH [--query NAME=VALUE]… [--header "NAME: VALUE"]… [--data JSON|@FILE|-] [--output FILE] [--jq EXPR] [--dry-run]\n' "$TITLE" "$API"
      exit 0
      ;;
    --dry-run) DRY=1 ;;
    --verbose) VERBOSE=1 ;;
    --raw) RAW=1 ;;
    --query=* | --header=* | --data=* | --via=* | --timeout=* | --error-format=* | --output=* | --jq=* | --fields=*)
      set -- "${word#*=}" "$@"
      api_flag "${word%%=*}" "$1"
      shift
      ;;
    --query | --header | --data | --via | --timeout | --error-format | --output | --jq | --fields)
      (($#)) || usage "$word needs a value"
      api_flag "$word" "$1"
      shift
      ;;
    --*) usage "unknown flag $word" "\`$API api --help\` lists the flags." ;;
    *) words[${#words[@]}]=$word ;;
    esac
  done
  ((${#words[@]} == 2)) || usage 'api takes a method and a path' "For example: $API api GET /v1/me"
  METHOD=$(printf %s "${words[0]}" | tr '[:lower:]' '[:upper:]')
  [[ $METHOD != *[!A-Z-]* && -n $METHOD ]] || usage "\"$METHOD\" is not a method"
  [[ ${words[1]} == /* && ${words[1]} != //* ]] || usage 'the path begins with one slash' "For example: $API api GET /v1/me"
  [[ ${words[1]} != *[!!-~]* && ${words[1]} != *'#'* ]] || usage 'the path holds characters that a URL cannot hold' 'Encode them as %XX, or use --query NAME=VALUE.'
  VIA=${VIA:-$ROUTE_DEFAULT}
  [[ $VIA == direct ]] || usage 'api is for the direct route' "The MCP server has no such tool: use --via direct."
  base_url
  URL_PATH=${words[1]}
  QUERY=${QUERY#&}
  BODY='' BODY_KIND='' BODY_TYPE=
  if [[ $HAS_DATA == 1 ]]; then
    BODIES=(json) TYPES=(application/json)
    case $CONTENT_TYPE in '' | *json*) ;; *) BODIES=(text) ;; esac
    load data
    build_data
    [[ -z $CONTENT_TYPE ]] || BODY_TYPE=
  fi
  authorize
  [[ -z $OUTPUT ]] || { load stream && check_output; }
  if [[ $DRY == 1 ]]; then
    load dry
    show_dry
  elif [[ -n $OUTPUT ]]; then
    ANSWER=binary
    stream
  else
    exchange
    judge
  fi
}

# api_flag FLAG VALUE
api_flag() {
  local name
  case $1 in
  --query)
    [[ $2 == *=* ]] || usage '--query is NAME=VALUE'
    percent "${2%%=*}"
    name=$R
    percent "${2#*=}"
    QUERY+="&$name=$R"
    ;;
  --header)
    [[ $2 == *:* ]] || usage '--header is "NAME: VALUE"'
    name=${2%%:*}
    [[ $name != *[!A-Za-z0-9_-]* && -n $name ]] || usage "\"$name\" is not the name of a header"
    local value=${2#*:}
    add_header "$name" "${value# }"
    # What would be sent without it gives way.
    shopt -s nocasematch
    case $name in
    accept) ACCEPT='' ;;
    authorization) AUTH=() ;;
    content-type) CONTENT_TYPE=$value ;;
    esac
    shopt -u nocasematch
    ;;
  *) setting "${1#--}" "$2" ;;
  esac
}
