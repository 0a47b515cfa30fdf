# --dry-run: the request as it would be sent, without its secrets.

show_dry() {
  local url=$BASE$URL_PATH query=$QUERY header
  if [[ -n $query ]]; then
    case $url in *\?*) url+="&$query" ;; *) url+="?$query" ;; esac
  fi
  redact "$url"
  put '%s %s\n' "$METHOD" "$R"
  [[ -z $ACCEPT ]] || put 'Accept: %s\n' "$ACCEPT"
  [[ -z $BODY_KIND || -z $BODY_TYPE ]] || put 'Content-Type: %s\n' "$BODY_TYPE"
  for header in ${HEADERS[@]+"${HEADERS[@]}"} ${SHOWN[@]+"${SHOWN[@]}"}; do put '%s\n' "$header"; done
  [[ -z $COOKIES ]] || put 'Cookie: %s\n' "${COOKIES#; }"
  case $BODY_KIND in
  '') ;;
  text) put '\n%s\n' "$BODY" ;;
  *) load bodies && show_body ;;
  esac
}
