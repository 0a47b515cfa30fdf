# --verbose: what is sent and what comes back, on the standard error, without secrets.

show_request() {
  local row url=${NEXT_URL:-$BASE${URL_PATH-}}
  redact "${url%%\?*}${QUERY:+?$QUERY}"
  printf '> %s %s\n' "$METHOD" "$R" >&2
  while IFS= read -r row; do
    case $row in
    'header = "Authorization:'* | 'header = "Cookie:'* | 'header = "Expect:'* | 'user = '*) ;;
    'header = '*)
      row=${row#header = \"}
      [[ "${SECRET-}" == *"$row"* ]] || printf '> %s\n' "${row%\"}" >&2
      ;;
    esac
  done < <(printf '%s' "$CONFIG")
  [[ -z ${COOKIES-} ]] || printf '> Cookie: %s\n' "${COOKIES#; }" >&2
  for row in ${SHOWN[@]+"${SHOWN[@]}"}; do printf '> %s\n' "$row" >&2; done
  [[ -z $BODY ]] || printf '> \n> %s\n' "${BODY:0:2000}" >&2
}

show_answer() {
  if ((CURL_STATUS)); then
    printf '< curl status %s\n' "$CURL_STATUS" >&2
  else
    printf '< HTTP %s, %s bytes\n' "$STATUS" "${#ANSWER_BODY}" >&2
    case $STATUS in
    2??) ;;
    *)
      redact "${ANSWER_BODY:0:2000}"
      printf '< %s\n' "$R" >&2
      ;;
    esac
  fi
}
