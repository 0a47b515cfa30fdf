# --dry-run: the request as it would be sent, without its secrets.

show_dry() {
  local url=$BASE$URL_PATH query=$QUERY header
  if [[ -n $query ]]; then
    case $url in *\?*) url+="&$query" ;; *) url+="?$query" ;; esac
  fi
  printf '%s %s\n' "$METHOD" "$url"
  printf 'Accept: %s\n' "$ACCEPT"
  [[ -z $BODY_KIND || -z $BODY_TYPE ]] || printf 'Content-Type: %s\n' "$BODY_TYPE"
  for header in ${HEADERS[@]+"${HEADERS[@]}"} ${SHOWN[@]+"${SHOWN[@]}"}; do printf '%s\n' "$header"; done
  [[ -z $COOKIES ]] || printf 'Cookie: %s\n' "${COOKIES#; }"
  case $BODY_KIND in
  '') ;;
  text) printf '\n%s\n' "$BODY" ;;
  *) load bodies && show_body ;;
  esac
}
