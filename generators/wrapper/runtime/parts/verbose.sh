# --verbose: what is sent and what comes back, on the standard error, without secrets.

show_request() {
  local row
  printf '> %s %s\n' "$METHOD" "${BASE%%\?*}${URL_PATH-}${QUERY:+?$QUERY}" >&2
  while IFS= read -r row; do
    case $row in
    'header = "Authorization:'* | 'user = '*) ;;
    'header = '*)
      row=${row#header = \"}
      [[ "${SECRET-}" == *"$row"* ]] || printf '> %s\n' "${row%\"}" >&2
      ;;
    esac
  done < <(printf '%s' "$CONFIG")
  for row in ${SHOWN[@]+"${SHOWN[@]}"}; do printf '> %s\n' "$row" >&2; done
  [[ -z $BODY ]] || printf '> \n> %s\n' "${BODY:0:2000}" >&2
}

show_answer() {
  if ((CURL_STATUS)); then
    printf '< curl status %s\n' "$CURL_STATUS" >&2
  else
    printf '< HTTP %s, %s bytes\n' "$STATUS" "${#ANSWER_BODY}" >&2
    case $STATUS in 2??) ;; *) printf '< %s\n' "${ANSWER_BODY:0:2000}" >&2 ;; esac
  fi
}
