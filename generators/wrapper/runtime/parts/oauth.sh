# Bearer tokens by OAuth 2, and certificates.

# bearer TOKEN [ID SECRET URL SCOPES]: a ready token, or one by the client-credentials grant (RFC 6749 section 4.4), for this call alone.
bearer_credential() {
  local CONFIG='' ready id word
  variable "$1"
  ready=$R
  variable "${2-}"
  id=$R
  variable "${3-}"
  word=$R
  if [[ -n $ready ]]; then
    secret "$1"
    config header "Authorization: Bearer $R"
    SECRET+=$CONFIG SHOWN[${#SHOWN[@]}]="Authorization: Bearer *** (from $1)"
  elif [[ -n ${4-} && -n $id && -n $word ]]; then
    SHOWN[${#SHOWN[@]}]="Authorization: Bearer *** (from $4 with $2)"
    [[ $DRY == 1 ]] || fetch_token "$2" "$3" "$4" "${5-}"
  else
    MISSING+="${MISSING:+,} $1"
  fi
}

# fetch_token ID SECRET URL SCOPES
fetch_token() {
  local id pair url=$3
  # A relative address belongs to the API.
  case $url in http*://*) ;; /*) [[ $BASE =~ ^https?://[^/]+ ]] && url=${BASH_REMATCH[0]}$url ;; *) url=$BASE/$url ;; esac
  load bodies
  secret "$1"
  form_encode "$R"
  id=$R
  secret "$2"
  form_encode "$R"
  pair=$id:$R
  CONFIG="max-time = $TIMEOUT"$'\n'
  config url "$url"
  config user "$pair"
  config header 'Accept: application/json'
  R=
  [[ -z $4 ]] || { form_encode "$4" && R="&scope=$R"; }
  config data-raw "grant_type=client_credentials$R"
  CONFIG+=$'write-out = "\\n%{http_code} |"\n'
  BODY_FD=
  run_curl
  ((CURL_STATUS == 0)) || { load errors && BASE=$url connection_failed; }
  STATUS=${RESPONSE##*$'\n'}
  STATUS=${STATUS%% *}
  load json
  if [[ $STATUS != 200 ]] || ! json_read "${RESPONSE%$'\n'*}" || ! json_items || ! json_member access_token; then
    load errors
    api_message "${RESPONSE%$'\n'*}"
    fail 3 unauthorized "no token from $url: HTTP $STATUS${R:+: $R}" "Check $1 and $2." "$STATUS"
  fi
  text_of_json "$R"
  CONFIG=
  config header "Authorization: Bearer $R"
  SECRET+=$CONFIG
}

# certificate CERTIFICATE KEY: variables that hold paths.
client_certificate() {
  local CONFIG='' path name
  for name in "$1" "$2"; do
    variable "$name"
    path=$R
    [[ -n $path ]] || { MISSING+="${MISSING:+,} $name" && continue; }
    [[ -r $path ]] || fail 3 unauthorized "$name names a file that cannot be read" 'It holds the path of a PEM file.'
    case $name in "$1") config cert "$path" ;; *) config key "$path" ;; esac
  done
  SECRET+=$CONFIG SHOWN[${#SHOWN[@]}]="(client certificate from $1 and $2)"
}
